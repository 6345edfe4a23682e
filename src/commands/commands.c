/*
 * The command table and nothing else. Its order is the order of `help`.
 */
#include "commands/command.h"
#include "commands/families.h"

const struct command_spec *const command_list[] = {
    /* text */
    &command_corpus,
    &command_tokenize,
    &command_tokens,
    &command_vocab,
    &command_subwords,
    /* table */
    &command_table,
    &command_freeze,
    &command_unfreeze,
    /* lookup */
    &command_lookup,
    &command_backward,
    &command_zero_grad,
    &command_onehot,
    &command_bag,
    &command_compare,
    /* data, model */
    &command_windows,
    &command_batch,
    &command_evaluate,
    &command_model,
    &command_optimizer,
    /* training */
    &command_next,
    &command_forward,
    &command_step,
    &command_epoch,
    &command_train,
    &command_play,
    &command_goto,
    &command_reset,
    &command_undo,
    &command_redo,
    &command_history,
    &command_when,
    &command_branch,
    /* seeing */
    &command_show,
    &command_rows,
    &command_shapes,
    &command_print,
    &command_watch,
    &command_unwatch,
    &command_why,
    &command_diff,
    &command_memory,
    &command_hash,
    /* exploring */
    &command_nearest,
    &command_similarity,
    &command_analogy,
    &command_predict,
    &command_generate,
    &command_curve,
    &command_plot,
    /* learning */
    &command_lessons,
    &command_lesson,
    &command_resume,
    &command_hint,
    &command_answer,
    &command_quiz,
    &command_glossary,
    &command_help,
    &command_torch,
    /* files */
    &command_save,
    &command_load,
    &command_export,
    &command_snapshot,
    /* settings */
    &command_set,
    &command_view,
    &command_theme,
    &command_quit,
};

size_t command_count(void)
{
    return sizeof command_list / sizeof *command_list;
}
