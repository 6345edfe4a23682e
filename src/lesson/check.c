/*
 * A lesson is run from its first block to its last, and goes on after a
 * failure: one may have many. A session of its own catches what is printed, as
 * wide as the lesson says its screen is. Notices need not be expected.
 */
#include "lesson/check.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "commands/command.h"
#include "commands/session.h"
#include "draw/render.h"
#include "lesson/check_parts.h"
#include "lesson/compare.h"
#include "lesson/guard.h"

enum { FAILURES_MAX = 10 }; /* of one lesson; more help nobody */

/* The ids of lessons checked so far, and their files: each has its own. */
struct check_ids {
    char **ids, **paths;
    size_t count;
};

/* One lesson on its way. */
struct run {
    struct sink sink; /* first: its functions find the run by it */
    struct checker *checker;
    struct lesson *lesson;
    struct session session;
    struct lesson_guard guard;
    struct str printed; /* since the last command began */
    struct edits edits;
    size_t failures;
    bool broken; /* a command failed: the lab is not what it was to be */
};

/* --- what failed ---------------------------------------------------------- */

static void fail(struct run *run, size_t line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void fail(struct run *run, size_t line, const char *format, ...)
{
    struct str *messages = &run->checker->messages;
    va_list args;

    if (++run->failures > FAILURES_MAX)
        return;
    str_printf(messages, "%s:%zu: error: ", run->lesson->path, line);
    va_start(args, format);
    str_vprintf(messages, format, args);
    va_end(args);
    str_append_char(messages, '\n');
}

/* Is it a command that lost its prompt? Then it is named at the beginning, and
 * no line that was printed begins so. */
static bool is_command(const char *line, const struct comparison *comparison)
{
    size_t length = strcspn(line, " ;");

    for (size_t i = 0; i < comparison->actual_count; i++) {
        if (strncmp(comparison->actual[i], line, length) == 0)
            return false;
    }
    for (size_t i = 0; i < command_count(); i++) {
        if (strlen(command_list[i]->name) == length &&
            memcmp(command_list[i]->name, line, length) == 0)
            return true;
    }
    return false;
}

static void ask_for_prompt(struct run *run,
                           const struct lesson_command *command,
                           const struct comparison *comparison)
{
    for (size_t i = 0; i < comparison->count; i++) {
        const struct compare_step *step = &comparison->steps[i];
        size_t at = 0;
        if (step->kind != COMPARE_MISSING ||
            !is_command(step->expected, comparison))
            continue;
        while (command->expected[at] != step->expected)
            at++;
        str_printf(&run->checker->messages,
                   "    line %zu: did you mean `emb> %s`?\n",
                   command->line + 1 + at, step->expected);
        return;
    }
}

static void fail_with_diff(struct run *run,
                           const struct lesson_command *command,
                           const struct comparison *comparison)
{
    fail(run, command->line,
         "`%s` prints something else (- expected, + printed); mend the lesson, "
         "or check --update it",
         command->text);
    if (run->failures > FAILURES_MAX)
        return;
    compare_diff(comparison, "    ", &run->checker->messages);
    ask_for_prompt(run, command, comparison);
}

/* --- the sink ------------------------------------------------------------- */

static void catch_grid(struct sink *sink, const struct grid *grid)
{
    render_text(grid, &((struct run *)sink)->printed);
}

static void catch_text(struct sink *sink, const char *text, size_t length)
{
    str_append_bytes(&((struct run *)sink)->printed, text, length);
}

static void catch_notice(struct sink *sink, const char *text)
{
    str_printf(&((struct run *)sink)->printed, COMPARE_OPTIONAL "note: %s\n",
               text);
}

/* --- commands ------------------------------------------------------------- */

static int run_command(struct run *run, const char *text, size_t length,
                       size_t *position, struct error *err)
{
    struct effect effect;
    int status =
        session_run(&run->session, text, length, position, &effect, err);

    while (status > 0 && effect.request == REQUEST_WORK) {
        int more = session_work(&run->session, 0.05, err);
        if (more < 0)
            return -1;
        if (more == 0)
            break;
    }
    return status;
}

/* Lines of commands; the first that fails ends it. What they print is in
 * run->printed. */
static int run_text(struct run *run, const char *text, struct error *err)
{
    int status = 1;

    str_truncate(&run->printed, 0);
    while (*text && status >= 0) {
        size_t length = strcspn(text, "\n"), position = 0;
        while (position < length && status >= 0)
            status = run_command(run, text, length, &position, err);
        text += length + (text[length] == '\n');
    }
    if (status >= 0)
        return 0;
    err->message[strcspn(err->message, "\n")] = '\0'; /* no caret below it */
    return -1;
}

static bool expects_error(const struct lesson_command *command)
{
    for (size_t i = 0; i < command->expected_count; i++) {
        if (compare_expects_error(command->expected[i]))
            return true;
    }
    return false;
}

static void update_command(struct run *run,
                           const struct lesson_command *command,
                           const struct comparison *comparison)
{
    struct str text = STR_INIT;

    compare_update(comparison, &text);
    edits_add(&run->edits, command->line + 1, command->expected_count,
              str_take(&text));
}

static void judge(struct run *run, const struct lesson_command *command,
                  const struct error *err)
{
    const char *error = err->code == ERROR_NONE ? NULL : err->message;
    struct comparison comparison;

    compare_output(&comparison, command->expected, command->expected_count,
                   str_text(&run->printed), error);
    run->broken |= error && !expects_error(command);
    if (error && !expects_error(command))
        fail(run, command->line, "`%s` fails: %s", command->text, error);
    else if (!error && expects_error(command))
        fail(run, command->line,
             "`%s` was to fail and does not; take the line "
             "`error:` out",
             command->text);
    else if (!comparison.same && run->checker->update)
        update_command(run, command, &comparison);
    else if (!comparison.same)
        fail_with_diff(run, command, &comparison);
    compare_clear(&comparison);
}

static void check_commands(struct run *run, const struct lesson_block *block)
{
    for (size_t i = 0; i < block->command_count; i++) {
        struct error err = {0};
        run_text(run, block->commands[i].text, &err);
        judge(run, &block->commands[i], &err);
        run->checker->checks++;
    }
}

/* --- questions ------------------------------------------------------------ */

static void check_quiz(struct run *run, const struct lesson_question *question)
{
    struct error err = {0};

    if (question->answer &&
        check_choices(run->session.lab, question, &err) != 0)
        fail(run, question->answer_line, "%s", err.message);
    run->checker->checks++;
}

static void check_try(struct run *run, const struct lesson_question *question)
{
    struct error err = {0};
    bool holds = false;

    /* before, it may well ask for what is not there yet; and where a command
     * failed, it says nothing of the lesson */
    if (!run->broken &&
        check_holds(run->session.lab, question->check, &holds, NULL) == 0 &&
        holds)
        fail(run, question->check_line,
             "the check `%s` holds before anything was done; check for "
             "something that is not so yet",
             question->check);
    if (run_text(run, question->solution, &err) != 0)
        fail(run, question->solution_line, "the solution fails: %s",
             err.message);
    else if (check_holds(run->session.lab, question->check, &holds, &err) != 0)
        fail(run, question->check_line,
             "the check `%s` cannot be computed: %s%s", question->check,
             err.message,
             err.code == ERROR_NOT_FOUND
                 ? "; `help print` lists what a check knows"
                 : "");
    else if (!holds)
        fail(run, question->check_line,
             "the check `%s` does not hold after the solution; mend one of "
             "them",
             question->check);
    run->checker->checks++;
}

/* --- a lesson ------------------------------------------------------------- */

static void tell_link(void *context, size_t line, const char *message)
{
    fail(context, line, "%s", message);
}

static void check_block(struct run *run, const struct lesson_block *block)
{
    switch (block->kind) {
    case LESSON_COMMANDS:
        check_commands(run, block);
        break;
    case LESSON_QUIZ:
        check_quiz(run, block->question);
        break;
    case LESSON_TRY:
        check_try(run, block->question);
        break;
    default:
        break;
    }
}

static void write_edits(struct run *run)
{
    struct error err = {0};

    if (run->edits.count == 0)
        return;
    if (edits_write(&run->edits, run->lesson, &err) == 0)
        run->checker->updated = run->edits.count;
    else
        fail(run, run->edits.items[0].line, "the file cannot be updated: %s",
             err.message);
}

static void check_lesson(struct run *run)
{
    run->sink = (struct sink){.grid = catch_grid,
                              .text = catch_text,
                              .notice = catch_notice,
                              .width = run->lesson->cols};
    session_init(&run->session, &run->sink);
    run->session.front_end.picture = run->checker->picture;
    lesson_guard_init(&run->guard, run->lesson);
    lesson_guard_on(&run->guard, &run->session);
    for (size_t i = 0; i < run->lesson->count; i++)
        check_block(run, &run->lesson->blocks[i]);
    session_clear(&run->session);
    lesson_guard_remove_files(&run->guard);
    lesson_guard_clear(&run->guard);
    write_edits(run);
    if (run->failures > FAILURES_MAX)
        str_printf(&run->checker->messages, "    (%zu more)\n",
                   run->failures - FAILURES_MAX);
    str_clear(&run->printed);
    edits_clear(&run->edits);
}

/* --- what stands between lessons ------------------------------------------ */

static void check_requires(struct run *run)
{
    struct error err = {0};

    if (lesson_check_requires(run->lesson, &err) == 0)
        return;
    str_printf(&run->checker->messages, "%s\n", err.message);
    run->failures++;
}

static void add_id(struct check_ids *ids, const struct lesson *lesson)
{
    size_t n = ids->count + 1;

    ids->ids = memory_resize(ids->ids, n, sizeof *ids->ids);
    ids->paths = memory_resize(ids->paths, n, sizeof *ids->paths);
    ids->ids[n - 1] = memory_text(lesson->id);
    ids->paths[n - 1] = memory_text(lesson->path);
    ids->count = n;
}

static void check_id(struct run *run)
{
    struct check_ids *ids = run->checker->ids;
    const struct lesson *lesson = run->lesson;

    for (size_t i = 0; i < ids->count; i++) {
        if (str_equal(ids->ids[i], lesson->id) &&
            !str_equal(ids->paths[i], lesson->path)) {
            fail(run, 1, "the id '%s' is that of %s, too; give each its own",
                 lesson->id, ids->paths[i]);
            return;
        }
    }
    add_id(ids, lesson);
}

void checker_init(struct checker *checker, bool update)
{
    *checker = (struct checker){.update = update};
    checker->ids = memory_zeroed(1, sizeof *checker->ids);
}

void checker_clear(struct checker *checker)
{
    for (size_t i = 0; i < checker->ids->count; i++) {
        free(checker->ids->ids[i]);
        free(checker->ids->paths[i]);
    }
    free(checker->ids->ids);
    free(checker->ids->paths);
    free(checker->ids);
    free(checker->path);
    str_clear(&checker->messages);
}

/* A message of the reader's has its place; one about the file has none. */
static void tell_unreadable(struct checker *checker, const struct error *err)
{
    str_printf(
        &checker->messages, "%s%s\n",
        err->code == ERROR_SYNTAX ? "" : "emblab: error: ", err->message);
}

bool checker_run(struct checker *checker, const char *name)
{
    struct run run = {.checker = checker};
    struct error err = {0};

    str_truncate(&checker->messages, 0);
    checker->checks = checker->updated = 0;
    free(checker->path);
    run.lesson = lesson_read(name, &err);
    checker->path = memory_text(run.lesson ? run.lesson->path : name);
    if (!run.lesson) {
        tell_unreadable(checker, &err);
        checker->failed++;
        return false;
    }
    check_id(&run);
    check_requires(&run);
    check_links(run.lesson, tell_link, &run);
    check_lesson(&run);
    lesson_free(run.lesson);
    checker->passed += run.failures == 0;
    checker->failed += run.failures > 0;
    return run.failures == 0;
}
