/*
 * Every command's struct, a family a file: what commands.c puts in its table.
 */
#ifndef EMBLAB_COMMANDS_FAMILIES_H
#define EMBLAB_COMMANDS_FAMILIES_H

#include "commands/command.h"

/* text.c */
extern const struct command_spec command_corpus;
extern const struct command_spec command_tokenize;
extern const struct command_spec command_tokens;
extern const struct command_spec command_vocab;
extern const struct command_spec command_subwords;

/* table.c */
extern const struct command_spec command_table;
extern const struct command_spec command_freeze;
extern const struct command_spec command_unfreeze;

/* lookup.c */
extern const struct command_spec command_lookup;
extern const struct command_spec command_backward;
extern const struct command_spec command_zero_grad;
extern const struct command_spec command_onehot;
extern const struct command_spec command_bag;
extern const struct command_spec command_compare;

/* data.c */
extern const struct command_spec command_windows;
extern const struct command_spec command_batch;
extern const struct command_spec command_evaluate;
extern const struct command_spec command_model;
extern const struct command_spec command_optimizer;

/* training.c */
extern const struct command_spec command_next;
extern const struct command_spec command_forward;
extern const struct command_spec command_step;
extern const struct command_spec command_epoch;
extern const struct command_spec command_train;
extern const struct command_spec command_play;
extern const struct command_spec command_reset;

/* time.c */
extern const struct command_spec command_goto;
extern const struct command_spec command_undo;
extern const struct command_spec command_redo;
extern const struct command_spec command_history;
extern const struct command_spec command_when;
extern const struct command_spec command_branch;

/* seeing.c */
extern const struct command_spec command_show;
extern const struct command_spec command_rows;
extern const struct command_spec command_shapes;
extern const struct command_spec command_print;
extern const struct command_spec command_watch;
extern const struct command_spec command_unwatch;
extern const struct command_spec command_why;
extern const struct command_spec command_diff;
extern const struct command_spec command_memory;
extern const struct command_spec command_hash;

/* exploring.c */
extern const struct command_spec command_nearest;
extern const struct command_spec command_similarity;
extern const struct command_spec command_analogy;
extern const struct command_spec command_predict;
extern const struct command_spec command_generate;
extern const struct command_spec command_curve;
extern const struct command_spec command_plot;

/* learning.c */
extern const struct command_spec command_lessons;
extern const struct command_spec command_lesson;
extern const struct command_spec command_resume;
extern const struct command_spec command_hint;
extern const struct command_spec command_answer;
extern const struct command_spec command_glossary;
extern const struct command_spec command_help;

/* quiz.c */
extern const struct command_spec command_quiz;

/* torch.c */
extern const struct command_spec command_torch;

/* files.c */
extern const struct command_spec command_save;
extern const struct command_spec command_load;
extern const struct command_spec command_export;
extern const struct command_spec command_snapshot;

/* settings.c */
extern const struct command_spec command_set;
extern const struct command_spec command_view;
extern const struct command_spec command_theme;
extern const struct command_spec command_quit;

#endif
