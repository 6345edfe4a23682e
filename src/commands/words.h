/*
 * WORDS|LIST: what lookup, onehot, bag and predict take. Words are tokenised
 * as the corpus is; a list holds ids or words, in any shape.
 */
#ifndef EMBLAB_COMMANDS_WORDS_H
#define EMBLAB_COMMANDS_WORDS_H

#include "commands/command.h"
#include "nn/tensor.h"

/*
 * The arguments from `from` on as an int64 tensor of ids, which the caller
 * clears; typed (may be NULL) gets them as text. Words give (n,); a list its
 * own shape. Unknown words, ragged lists and non-integers are errors at their
 * place. The table must be there.
 */
int words_read(struct session *session, const struct call *call, size_t from,
               struct tensor *ids, struct str *typed, struct error *err);

/* One word → its id; names what is wrong with a word that has none. */
int words_read_one(struct session *session, const struct value *value,
                   int64_t *id, struct error *err);

#endif
