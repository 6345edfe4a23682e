/*
 * WORDS|LIST: what lookup, onehot, bag and predict take. Words are tokenised
 * as the corpus is; a list holds ids or words, in any shape.
 */
#ifndef EMBLAB_COMMANDS_WORDS_H
#define EMBLAB_COMMANDS_WORDS_H

#include "commands/command.h"
#include "lab/lookup.h"
#include "nn/tensor.h"

/*
 * The arguments as ids, which the caller clears; typed (may be NULL) gets them
 * as text. Words give (n,); a list its own shape. In recommend all are users
 * or all are items, which tells the table; `Wu` or `Wi` before them names it.
 * A mixture, unknown words, ragged lists and non-integers are errors at their
 * place. The table must be there.
 */
int words_read(struct session *session, const struct call *call,
               struct lookup_input *out, struct str *typed, struct error *err);

/* One word → its row, in `first` (NULL: any) before recommend's other table;
 * names what is wrong with a word that has none. Notes which table is meant by
 * a name that both have. */
int words_read_row(struct session *session, const struct value *value,
                   const struct parameter *first, struct lab_row *row,
                   struct error *err);

/*
 * recommend's pairs: a user and an item (predict dev curry), or a list of such
 * pairs, of ids or names; (n, 2), which the caller clears. Each is checked
 * against its own table.
 */
int words_read_pairs(struct session *session, const struct call *call,
                     struct tensor *ids, struct error *err);

#endif
