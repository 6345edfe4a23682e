#include "commands/glossary.h"

const struct glossary_term glossary_terms[] = {
    {"accuracy", "The share of examples whose most probable answer is the "
                 "right one. See it with: evaluate."},
    {"adam", "An optimizer that keeps two running means a weight (of the "
             "gradient and of its square) and so moves rows that have no "
             "gradient any more. See: optimizer adam."},
    {"backward", "The pass from the loss back to every weight: it computes "
                 "the gradients and changes nothing. Then comes the update."},
    {"batch", "Short for mini-batch: the B examples whose mean loss one "
              "training step lowers. See: batch B=8."},
    {"bias", "b, one number a word, added to its logit: how likely the word "
             "is whatever the context."},
    {"context", "The C words before the target. Their rows of W are looked "
                "up; the target's is not."},
    {"cosine similarity", "The cosine of the angle between two rows: 1 the "
                          "same direction, 0 unrelated, -1 opposite. Length "
                          "does not count. See: similarity, nearest."},
    {"cross-entropy", "The loss of a guess: minus the logarithm of the "
                      "probability the model gave to the right word. A sure "
                      "and right guess costs 0, a wild one over 17 words "
                      "ln 17 = 2.83."},
    {"embedding", "A table with one row of D numbers a word. Looking a word "
                  "up copies its row: no multiplication. PyTorch: "
                  "nn.Embedding(V, D)."},
    {"epoch", "Once through all examples: ceil(N / B) mini-batches. Judge "
              "training by an epoch's mean loss, not by single batches."},
    {"floor", "The loss that no model can get below on this text, since the "
              "same context is followed by different words."},
    {"freeze", "A frozen parameter has requires_grad=False: no gradient, no "
               "update. See: freeze W."},
    {"gradient", "For each number of a table: how fast the loss grows when "
                 "that number grows. The update goes the other way."},
    {"hidden vector", "h, the mean of the context's rows: (B, D). What the "
                      "output layer sees of the context."},
    {"id", "A word's number: its row in the table."},
    {"learning rate", "lr: how far one update goes along the gradient. Too "
                      "small learns nothing, too large jumps past the "
                      "valley, and in the end to NaN."},
    {"logits", "The scores before the softmax: h times U transposed, plus b. "
               "One a word, any size."},
    {"lookup", "ids in, rows out: E = W[ids]. The same as one-hot vectors "
               "times W, without the multiplications. See: lookup, compare "
               "onehot."},
    {"loss", "One number that says how wrong the model was, the mean over "
             "the mini-batch. Training lowers it."},
    {"mini-batch", "The B examples of one training step. B=1 and B=all are "
                   "mini-batches too."},
    {"momentum", "SGD's memory: each update goes on a little in the "
                 "direction of those before, so rows move without a "
                 "gradient."},
    {"one-hot", "A vector of V numbers, all 0 but a 1 at the word's id. "
                "Times W it gives the word's row."},
    {"optimizer", "The rule that turns gradients into updates. PyTorch: "
                  "torch.optim. See: optimizer."},
    {"output layer", "U (V, D) and b (V,): a linear layer that gives each "
                     "word a score. Unlike W, all its rows get a gradient "
                     "from every example."},
    {"padding", "A filler token, <pad>, that makes texts of a batch equally "
                "long. padding_idx gives its row a gradient of zero."},
    {"parameter", "A tensor that training changes: W, U, b."},
    {"seed", "Where the random numbers start. The same seed gives the same "
             "table as PyTorch's torch.manual_seed."},
    {"sgd", "Stochastic gradient descent: w = w - lr x gradient. optim.SGD "
            "is the name for single examples, mini-batches and whole "
            "epochs alike."},
    {"softmax", "Turns logits into probabilities: e to each, divided by "
                "their sum. They add up to 1."},
    {"sparse gradient", "A gradient that lists only the rows looked up, "
                        "instead of V rows of mostly zeros. The table stays "
                        "dense."},
    {"step", "One mini-batch: lookup, forward, loss, backward, update."},
    {"target", "The word that comes next: the right answer. It is looked up "
               "in U, not in W."},
    {"tensor", "Numbers in rows, columns and so on: a shape and its values."},
    {"token", "A piece of text that gets an id: here a word, a character or "
              "a part of a word. See: tokenize."},
    {"update", "The weights change: w = w - lr x gradient for sgd. Only rows "
               "with a gradient (or with the optimizer's memory) move."},
    {"vocabulary", "The words that have an id. V is how many. See: vocab."},
    {"weight decay", "Pulls every weight a little towards zero at each "
                     "update, also in rows that were never looked up."},
    {"window", "A context and its target, cut from a line of the text. See: "
               "windows C=2."},
};

size_t glossary_count(void)
{
    return sizeof glossary_terms / sizeof *glossary_terms;
}
