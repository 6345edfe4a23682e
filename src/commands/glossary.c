#include "commands/glossary.h"

#include <string.h>
#include <strings.h>

const struct glossary_term glossary_terms[] = {
    {"-ln p", "The loss of one example: p is the probability that the model "
              "gave to the right word, ln the natural logarithm. p = 1 costs "
              "0, p = 1/17 costs 2.83, and the nearer p is to 0 the more it "
              "costs."},
    {"accuracy",
     "The share of examples whose most probable answer is the right "
     "one. See it with: evaluate."},
    {"adagrad", "An optimizer that adds up each weight's squared gradients and "
                "takes smaller steps where that sum is large. See: optimizer "
                "adagrad."},
    {"adam", "An optimizer that keeps two running means a weight (of the "
             "gradient and of its square) and so moves rows that have no "
             "gradient any more. See: optimizer adam."},
    {"adamw", "Adam with the weight decay taken off the weight itself, not "
              "added to the gradient. See: optimizer adamw."},
    {"amsgrad",
     "An option of adam: it divides by the largest v so far, so that "
     "steps never grow again."},
    {"B", "How many examples a mini-batch has. See: batch B=8."},
    {"b", "The bias: one number a word, added to its logit. Shape (V,). In "
          "b=0 c=1 it is the number of an example in the mini-batch."},
    {"backward", "The pass from the loss back to every weight: it computes the "
                 "gradients and changes nothing. Then comes the update."},
    {"bag", "EmbeddingBag: lookup and mean (or sum, or max) in one go, "
            "without E. See: bag."},
    {"batch", "Short for mini-batch: the B examples whose mean loss one "
              "training step lowers. See: batch B=8."},
    {"betas", "Two numbers of adam: how much of the old m and v each step "
              "keeps. See: optimizer adam."},
    {"bi", "Of recommend: one number an item, added to its rating."},
    {"bias", "b, one number a word, added to its logit: how likely the word "
             "is whatever the context."},
    {"bu", "Of recommend: one number a user, added to every rating of "
           "theirs."},
    {"bucket",
     "A row that several n-grams share, because their hashes do. See: "
     "subwords."},
    {"buffer", "SGD's momentum keeps one number a weight, the buffer: the old "
               "one times momentum, plus the gradient."},
    {"C", "How many words of context stand before the target. See: windows "
          "C=2. In b=0 c=1, c is a place in the context."},
    {"column", "What stands one below the other in a matrix: column 2 of W is "
               "the third number of every word."},
    {"context", "The C words before the target. Their rows of W are looked up; "
                "the target's is not."},
    {"corpus", "The text to learn from, line by line. See: corpus tiny."},
    {"cosine similarity",
     "The cosine of the angle between two rows: 1 the same direction, "
     "0 unrelated, -1 opposite. Length does not count. See: "
     "similarity, nearest."},
    {"cross-entropy",
     "The loss of a guess: minus the logarithm of the probability the "
     "model gave to the right word. A sure and right guess costs 0, a "
     "wild one over 17 words ln 17 = 2.83."},
    {"ctx", "The ids of a mini-batch's contexts, (B, C): what is looked up "
            "in W."},
    {"D", "The dimension: how many numbers a word's row has. See: table "
          "D=6."},
    {"dampening",
     "An option of sgd's momentum: how much of each gradient is kept "
     "out of the buffer."},
    {"decay", "Short for weight decay: a pull towards zero at each update."},
    {"dimension",
     "How many numbers a vector has: D. Also a direction of a tensor: "
     "W has two, rows and columns."},
    {"dot product",
     "Two vectors multiplied number by number, and all added. Large "
     "where both have large numbers of the same sign."},
    {"draw", "A random number that a table starts with. normal_ gives numbers "
             "around 0, most of them between -2 and 2; uniform_ any number of "
             "a range alike."},
    {"E", "The rows of W that were looked up, copied one below the other: "
          "ids (B, C) in, E (B, C, D) out."},
    {"embedding",
     "A table with one row of D numbers a word. Looking a word up "
     "copies its row: no multiplication. PyTorch: nn.Embedding(V, D)."},
    {"epoch", "Once through all examples: ceil(N / B) mini-batches. Judge "
              "training by an epoch's mean loss, not by single batches."},
    {"eps", "A tiny number that keeps a division by zero away."},
    {"event", "One typed command that changed the lab. undo takes back one. "
              "See: history."},
    {"example", "A context and its target; for sentiment a text and its label, "
                "for recommend a user, an item and a rating."},
    {"floor", "The loss that no model can get below on this text, since the "
              "same context is followed by different words."},
    {"forward", "The pass from the ids to the loss: lookup, mean, logits, "
                "softmax, loss. See: forward."},
    {"freeze", "A frozen parameter has requires_grad=False: no gradient, no "
               "update. See: freeze W."},
    {"grad", "Short for gradient: W.grad has a number for each number of W."},
    {"grad_fn",
     "What PyTorch prints behind a number that gradients can go back "
     "from: the name of the last thing done to get it."},
    {"gradient",
     "For each number of a table: how fast the loss grows when that "
     "number grows. The update goes the other way."},
    {"h", "The mean of a context's rows: D numbers for each example, (B, "
          "D). The output layer sees nothing else of the context."},
    {"hash", "A number computed from a text (or, by the command hash, from "
             "the whole lab). The same in gives the same out."},
    {"held out",
     "Lines kept from training, to see whether the model has learned "
     "more than its lines by heart. See: batch holdout=0.2, evaluate."},
    {"hidden vector",
     "h, the mean of the context's rows: (B, D). What the output "
     "layer sees of the context."},
    {"id", "A word's number: its row in the table."},
    {"label", "Of sentiment: the right answer of a text, 1 or 0."},
    {"learning rate",
     "lr: how far one update goes along the gradient. Too small "
     "learns nothing, too large jumps past the valley, and in the end "
     "to NaN."},
    {"linear layer",
     "A matrix product and a bias: logits = h @ U.T + b. PyTorch: "
     "nn.Linear."},
    {"ln", "The natural logarithm: ln 1 = 0, and ln of a number near 0 is "
           "far below 0."},
    {"logits", "The scores before the softmax: h times U transposed, plus b. "
               "One a word, any size."},
    {"lookup",
     "ids in, rows out: E = W[ids]. The same as one-hot vectors times "
     "W, without the multiplications. See: lookup, compare onehot."},
    {"loss", "One number that says how wrong the model was, the mean over the "
             "mini-batch. Training lowers it."},
    {"lr", "The learning rate: the update is w = w - lr x gradient. See: "
           "optimizer sgd lr=0.5."},
    {"m", "Adam's running mean of a weight's gradients: which way it has "
          "been going."},
    {"manual_seed",
     "torch.manual_seed(42) starts PyTorch's random numbers. See: "
     "table seed=42."},
    {"matrix", "Numbers in rows and columns: a tensor of two dimensions. W is "
               "one."},
    {"max_norm", "How long a row may be. A longer one is shortened, in place, "
                 "when it is looked up. See: table max_norm=1."},
    {"mean", "The sum divided by how many there are. h is the mean of C rows, "
             "the loss the mean of B losses."},
    {"mini-batch", "The B examples of one training step. B=1 and B=all are "
                   "mini-batches too."},
    {"model", "What makes a guess out of a context: here the table, the mean "
              "and the output layer. See: model."},
    {"momentum",
     "SGD's memory: each update goes on a little in the direction of "
     "those before, so rows move without a gradient."},
    {"MSE", "Mean squared error: the loss of recommend, the mean of (guess - "
            "rating) squared."},
    {"N(0,1)", "The bell curve of nn.Embedding's start: around 0, two of three "
               "numbers between -1 and 1. See: draw."},
    {"n-gram", "A few letters that stand together in a word, such as <ca, cat, "
               "at> of cat. See: subwords."},
    {"negative sampling",
     "A loss that asks less: tell the right word from k random ones, "
     "instead of from all V. Only those rows of U get a gradient. "
     "See: model next_word loss=negative."},
    {"nesterov",
     "An option of sgd's momentum: the step looks one buffer ahead."},
    {"noise", "Of negative sampling: the k words a pair that are drawn at "
              "random as wrong answers."},
    {"None", "Python's word for nothing there. A gradient is None before "
             "backward, and that of a frozen table always."},
    {"norm", "A vector's length: the square root of the sum of its squares "
             "(norm_type=2)."},
    {"one-hot",
     "A vector of V numbers, all 0 but a 1 at the word's id. Times W "
     "it gives the word's row."},
    {"optimizer", "The rule that turns gradients into updates. PyTorch: "
                  "torch.optim. See: optimizer."},
    {"output layer",
     "U (V, D) and b (V,): a linear layer that gives each word a "
     "score. Unlike W, all its rows get a gradient from every example."},
    {"padding", "A filler token, <pad>, that makes texts of a batch equally "
                "long. padding_idx gives its row a gradient of zero."},
    {"parameter", "A tensor that training changes: W, U, b."},
    {"phase", "One part of a step: batch, lookup, mean, logits, loss, "
              "backward, update. See: next."},
    {"place", "Where a row was looked up in the mini-batch: b is the example, "
              "c the position in its context. A row's gradient is the sum over "
              "its places."},
    {"pool", "How the C rows of a context become one vector: mean, sum, max "
             "or concat. See: model next_word pool=sum."},
    {"prediction",
     "What the model says before it is told the answer: a probability "
     "for each word, or a rating."},
    {"principal component",
     "A direction in which the rows differ most. A picture has two "
     "directions and W has D: plot shows each row by the first two of "
     "these."},
    {"probs", "The probabilities that the softmax makes of the logits: one a "
              "word, adding up to 1 for each context, (B, V)."},
    {"rating", "Of recommend: the number a user gave to an item. The model "
               "guesses it."},
    {"requires_grad",
     "PyTorch's word for: it learns. False when frozen. See: freeze."},
    {"RMSE", "The root of the mean squared error: how many points a guess is "
             "off. See: evaluate."},
    {"row", "One line of a table: the D numbers of one word. Row 1 of W "
            "belongs to the word with id 1."},
    {"score", "A number that says how well a word fits: its logit. Any size; "
              "the softmax makes a probability of it."},
    {"seed", "Where the random numbers start. The same seed gives the same "
             "table as PyTorch's torch.manual_seed."},
    {"sgd", "Stochastic gradient descent: w = w - lr x gradient. optim.SGD "
            "is the name for single examples, mini-batches and whole epochs "
            "alike."},
    {"shape", "How many numbers a tensor has in each direction. (17, 6): 17 "
              "rows of 6."},
    {"share", "In why: what part of an example's gradient a place gets. The "
              "mean over C=2 words gives each a half."},
    {"sigmoid", "Turns one score into a probability: 1 / (1 + e to the minus "
                "score). Written σ."},
    {"similar words",
     "Why do similar words end up with similar rows? Words that stand "
     "in the same contexts are followed by the same words. So their "
     "rows get gradients of the same kind, step after step, and move "
     "the same way. How a word is spelt plays no part, nor does its "
     "id. Here cat and dog: each stands before drinks, chases and "
     "sleeps."},
    {"softmax", "Turns logits into probabilities: e to each, divided by their "
                "sum. They add up to 1."},
    {"sparse gradient",
     "A gradient that lists only the rows looked up, instead of V "
     "rows of mostly zeros. The table stays dense."},
    {"sparse_adam",
     "Adam for sparse gradients: only the rows looked up move and "
     "remember. See: optimizer sparse_adam."},
    {"state", "What an optimizer remembers of each weight from step to step: a "
              "buffer, or m and v. A new optimizer has none."},
    {"step", "One mini-batch: lookup, forward, loss, backward, update."},
    {"subword",
     "A piece of a word. With subwords a word's vector is the mean of "
     "its own row and those of its n-grams."},
    {"sum", "All of them added up. Written Σ."},
    {"table", "W, the embedding's weight: V rows of D numbers, one row a word. "
              "See: table, show W."},
    {"target", "The word that comes next: the right answer. It is looked up in "
               "U, not in W."},
    {"tensor", "Numbers in rows, columns and so on: a shape and its values."},
    {"tgt", "The ids of the targets, (B,): the right answers."},
    {"token", "A piece of text that gets an id: here a word, a character or a "
              "part of a word. See: tokenize."},
    {"torch", "PyTorch's name in Python: import torch. The command torch "
              "prints the PyTorch lines of what you did."},
    {"U", "The output layer's weight, (V, D): one row a word. A word's "
          "logit is its row of U times h, plus b."},
    {"update", "The weights change: w = w - lr x gradient for sgd. Only rows "
               "with a gradient (or with the optimizer's memory) move."},
    {"V", "The size of the vocabulary: how many rows W has. tiny has V=17."},
    {"v", "Adam's running mean of a weight's squared gradients: how large "
          "they have been."},
    {"variance",
     "How far numbers are spread: the mean of the squared distances "
     "from their mean. plot says how much of the rows' variance its "
     "picture holds."},
    {"vector", "Numbers in a line. A row of W is a vector of D numbers: a word "
               "as a point."},
    {"vocabulary", "The words that have an id. V is how many. See: vocab."},
    {"W", "The embedding table, (V, D): one row of D numbers a word. "
          "Lookup copies its rows, training changes them. See: show W."},
    {"weight", "A number that training changes; W, U and b are full of them. "
               "PyTorch calls the table emb.weight."},
    {"weight decay",
     "Pulls every weight a little towards zero at each update, also "
     "in rows that were never looked up."},
    {"Wi", "Of recommend: the table of the items, one row each."},
    {"window", "A context and its target, cut from a line of the text. See: "
               "windows C=2."},
    {"Wu", "Of recommend: the table of the users, one row each."},
    {"~0", "In a picture: a number that is not zero, but too small to print. A "
           "dot is exactly zero."},
    {"·", "In a picture: exactly zero. A number too small to print is ~0."},
    {"Σ", "The sum of what follows, over all that is named."},
    {"σ", "The sigmoid: 1 / (1 + e to the minus score)."},
};

size_t glossary_count(void)
{
    return sizeof glossary_terms / sizeof *glossary_terms;
}

static const struct glossary_term *find(const char *name, size_t length)
{
    const struct glossary_term *found = NULL;

    for (size_t i = 0; i < glossary_count(); i++) {
        const struct glossary_term *term = &glossary_terms[i];
        if (strlen(term->name) != length ||
            strncasecmp(term->name, name, length) != 0)
            continue;
        if (strncmp(term->name, name, length) == 0)
            return term;
        found = term;
    }
    return found;
}

const struct glossary_term *glossary_find(const char *name)
{
    size_t length = strlen(name);
    const struct glossary_term *term = find(name, length);

    return term || length == 0 || name[length - 1] != 's'
               ? term
               : find(name, length - 1);
}
