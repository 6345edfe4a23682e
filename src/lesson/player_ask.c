/*
 * Questions. A quiz is answered in words; a try is done when its check holds
 * on the lab, whatever was typed. But the lesson goes on from its own solution,
 * so that what it says of the lab is true on every way: the student's is kept
 * as a branch.
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "commands/command.h"
#include "lab/lab.h"
#include "lesson/check.h"
#include "lesson/player_parts.h"

static const struct lesson_question *question_of(const struct player *player)
{
    return player_block(player)->question;
}

/* Nobody learns where the lesson plays by itself. */
static void record(struct player *player, enum progress_state state)
{
    const char *id = player_block(player)->id;
    struct error err = {0};

    if (player->options.mode == PLAYER_AUTO || !id ||
        progress_record(player->lesson->id, id, state, &err) == 0)
        return;
    if (!player->state->cannot_record)
        sink_notice(player->session->sink, "your progress cannot be kept: %s",
                    err.message);
    player->state->cannot_record = true;
}

/* --- asking ------------------------------------------------------------- */

static void ask_quiz(struct player *player)
{
    const struct lesson_question *question = question_of(player);
    struct player_state *state = player->state;
    char label[ANSWER_LABEL_BYTES];
    struct error err = {0};

    for (size_t i = 0; i < question->choice_count; i++) {
        answer_label(question, i, label);
        player_add_choice(player, label, question->choices[i].text);
    }
    answer_clear(&state->key);
    if (answer_find(player->session->lab, question, &state->key, &err) == 0) {
        player_stop(player, PLAYER_ANSWER, STOP_QUESTION);
        return;
    }
    player->failed = true;
    player_add_text(player, PLAYER_REMARK,
                    "This question has no answer here: %s", err.message);
    player_stop(player, PLAYER_PAUSE, STOP_ANSWERED);
}

/* It is gone past: a try by its solution. */
static void skip(struct player *player)
{
    record(player, PROGRESS_SKIPPED);
    if (player_block(player)->kind == LESSON_TRY)
        player_want_solution(player, RUN_SOLUTION);
    else
        player_next_block(player);
}

void player_ask(struct player *player)
{
    struct player_state *state = player->state;

    state->hints = 0;
    state->told = state->warned = state->own_way = false;
    if (player_skips(player)) {
        skip(player);
        return;
    }
    player_add_node(player, PLAYER_QUESTION, question_of(player)->text);
    state->tried = trail_here(&state->trail, player->session);
    if (player_block(player)->kind == LESSON_QUIZ)
        ask_quiz(player);
    else
        player_stop(player, PLAYER_TRY, STOP_QUESTION);
}

/* --- telling ------------------------------------------------------------ */

static void explain(struct player *player)
{
    const char *explanation = question_of(player)->explanation;

    if (explanation)
        player_add_text(player, PLAYER_EXPLANATION, "%s", explanation);
    player_stop(player, PLAYER_PAUSE, STOP_ANSWERED);
}

static void reveal(struct player *player)
{
    struct str answer = STR_INIT;

    answer_write(&player->state->key, player->session->lab, &answer);
    player_drop_items(player, PLAYER_WRONG);
    player_add_text(player, PLAYER_SOLUTION, "The answer: %s",
                    str_text(&answer));
    str_clear(&answer);
    record(player, PROGRESS_SHOWN);
    explain(player);
}

static void tell_hint(struct player *player)
{
    const struct lesson_question *question = question_of(player);
    size_t i = player->state->hints++;

    player_add_text(player, PLAYER_HINT, "Hint %zu of %zu: %s", i + 1,
                    question->hint_count, question->hints[i]);
}

static int no_question(struct error *err)
{
    return error_set(err, ERROR_STATE,
                     "nothing is asked here; the lesson goes on with Enter");
}

int player_hint(struct player *player, struct error *err)
{
    size_t count;

    if (player->wants != PLAYER_ANSWER && player->wants != PLAYER_TRY)
        return no_question(err);
    count = question_of(player)->hint_count;
    if (player->state->hints == count)
        return error_set(err, ERROR_STATE,
                         count == 0 ? "this question has no hints; answer "
                                      "tells the solution"
                                    : "there are no more hints; answer tells "
                                      "the solution");
    tell_hint(player);
    return 0;
}

void player_write_solution(const struct player *player, struct str *out)
{
    for (const char *c = question_of(player)->solution; *c; c++) {
        if (*c == '\n')
            str_append(out, "; ");
        else
            str_append_char(out, *c);
    }
}

void player_solution(const struct player *player, struct str *out)
{
    if (player->wants == PLAYER_ANSWER)
        answer_write(&player->state->key, player->session->lab, out);
    else if (player->wants == PLAYER_TRY)
        player_write_solution(player, out);
}

/* To where the question began, from where its solution holds. */
static int begin_anew(struct player *player, struct error *err)
{
    struct str said = STR_INIT;
    int status = player_come_back(player, &said, err);

    player_drop_items(player, PLAYER_WRONG);
    player_drop_items(player, PLAYER_REMARK);
    if (said.length > 0)
        player_add_text(player, PLAYER_REMARK, "%s", str_text(&said));
    str_clear(&said);
    return status;
}

int player_answer(struct player *player, struct error *err)
{
    struct player_state *state = player->state;
    struct str text = STR_INIT;

    if (player->wants != PLAYER_ANSWER && player->wants != PLAYER_TRY)
        return no_question(err);
    if (player->wants == PLAYER_TRY && begin_anew(player, err) != 0)
        return -1;
    if (player->wants == PLAYER_ANSWER)
        answer_write_typed(&state->key, player->session->lab, &text);
    else
        player_write_solution(player, &text);
    free(state->proposal);
    state->proposal = str_take(&text);
    state->told = true;
    record(player, PROGRESS_SHOWN);
    player_drop_items(player, PLAYER_SOLUTION);
    player_add_text(player, PLAYER_SOLUTION,
                    "The solution stands on the prompt: Enter %s it, typing "
                    "replaces it.",
                    player->wants == PLAYER_TRY ? "runs" : "answers with");
    return 0;
}

/* Who only meant to have one more hint is told what Enter does next. */
static void warn(struct player *player)
{
    player->state->warned = true;
    player_add_text(player, PLAYER_HINT,
                    "%s Try it, or press Enter for the answer.",
                    player->state->hints > 0 ? "That was the last hint."
                                             : "There are no hints here.");
}

/* Step by step, so that who presses nothing but Enter comes to the end. */
static void help(struct player *player)
{
    struct player_state *state = player->state;
    struct error err = {0};

    if (state->hints < question_of(player)->hint_count)
        tell_hint(player);
    else if (!state->warned && !state->told)
        warn(player);
    else if (player_answer(player, &err) != 0)
        player_add_text(player, PLAYER_REMARK, "%s", err.message);
}

/* From where the lesson left the lab, whatever was tried. */
static void solve(struct player *player)
{
    struct str said = STR_INIT;
    struct error err = {0};

    if (player_come_back(player, &said, &err) == 0) {
        player_want_solution(player, RUN_SOLUTION);
    } else {
        player_add_text(player, PLAYER_REMARK, "%s", err.message);
    }
    if (said.length > 0)
        player_add_text(player, PLAYER_REMARK, "%s", str_text(&said));
    str_clear(&said);
}

void player_enter_question(struct player *player)
{
    if (player->options.mode == PLAYER_STUDY && !player->options.alone)
        help(player);
    else if (player->wants == PLAYER_ANSWER)
        reveal(player);
    else
        solve(player);
}

/* --- a quiz answered ---------------------------------------------------- */

/* By its whole name: "the" is an answer and no abbreviation of theme. */
static bool is_command(const char *line)
{
    size_t length;

    line += strspn(line, " \t");
    length = strcspn(line, " \t;");
    for (size_t i = 0; i < command_count(); i++) {
        const char *name = command_list[i]->name;
        if (strlen(name) == length && strncmp(name, line, length) == 0)
            return true;
    }
    return false;
}

static void answered_right(struct player *player)
{
    struct player_state *state = player->state;
    struct str answer = STR_INIT;

    answer_write(&state->key, player->session->lab, &answer);
    player_drop_items(player, PLAYER_WRONG);
    player_drop_items(player, PLAYER_SOLUTION);
    player_add_text(player, PLAYER_RIGHT, "Right: %s", str_text(&answer));
    str_clear(&answer);
    record(player, state->told ? PROGRESS_SHOWN : PROGRESS_DONE);
    explain(player);
}

static void answered_wrong(struct player *player, const char *why)
{
    bool more = player->state->hints < question_of(player)->hint_count;

    player_drop_items(player, PLAYER_WRONG);
    player_add_text(player, PLAYER_WRONG,
                    "Not quite%s%s. Try again; `%s` helps.", *why ? ": " : "",
                    why, more ? "hint" : "answer");
}

/* What reads as an answer is one, also where it could be a command. */
enum player_line player_answer_line(struct player *player, const char *line)
{
    struct str why = STR_INIT;
    enum player_line result = PLAYER_LINE_TAKEN;

    switch (
        answer_judge(&player->state->key, player->session->lab, line, &why)) {
    case ANSWER_RIGHT:
        answered_right(player);
        break;
    case ANSWER_WRONG:
        answered_wrong(player, str_text(&why));
        break;
    case ANSWER_UNREADABLE:
        if (player_turn_line(player, line)) {
            /* another page is there */
        } else if (is_command(line)) {
            result = PLAYER_LINE_RUN;
        } else {
            player_drop_items(player, PLAYER_WRONG);
            player_add_text(player, PLAYER_WRONG, "That is no answer here: %s.",
                            str_text(&why));
        }
        break;
    }
    str_clear(&why);
    return result;
}

/* --- a try done --------------------------------------------------------- */

static bool try_holds(const struct player *player)
{
    bool holds = false;

    return check_holds(player->session->lab, question_of(player)->check, &holds,
                       NULL) == 0 &&
           holds;
}

/* Only to what has done something: whoever looks has not tried. */
static void say_not_yet(struct player *player)
{
    struct player_state *state = player->state;
    size_t here = trail_here(&state->trail, player->session);
    struct str sees = STR_INIT;

    if (here == state->tried)
        return;
    state->tried = here;
    check_sees(player->session->lab, question_of(player)->check, &sees);
    player_drop_items(player, PLAYER_WRONG);
    player_add_text(player, PLAYER_WRONG, "Not yet%s%s.",
                    sees.length > 0 ? ": " : "", str_text(&sees));
    str_clear(&sees);
}

void player_check_try(struct player *player)
{
    struct player_state *state = player->state;

    if (!try_holds(player)) {
        say_not_yet(player);
        return;
    }
    player_drop_items(player, PLAYER_WRONG);
    state->own_way = true;
    player_drop_items(player, PLAYER_SOLUTION);
    record(player, state->told ? PROGRESS_SHOWN : PROGRESS_DONE);
    player_add_text(player, PLAYER_RIGHT,
                    state->told ? "That is it." : "Done: that is it.");
    explain(player);
}

bool player_solved(struct player *player)
{
    struct player_state *state = player->state;

    if (player_skips(player)) {
        player_next_block(player);
        return true;
    }
    state->printed = state->unread = true;
    record(player, PROGRESS_SHOWN);
    if (!try_holds(player)) {
        player->failed = true;
        player_add_text(player, PLAYER_REMARK,
                        "The check of this try does not hold: `%s`.",
                        question_of(player)->check);
    }
    explain(player);
    state->left = trail_here(&state->trail, player->session);
    return false;
}

/* Is that, as typed, a command that changes the lab? */
static bool changes(const char *source)
{
    char name[64];
    size_t length = strcspn(source, " \t");
    const struct command_spec *spec = NULL;

    if (length < sizeof name) {
        memcpy(name, source, length);
        name[length] = '\0';
        spec = command_find(name, 0, NULL);
    }
    return spec && spec->changes;
}

/* Did the student type what the solution is? */
static bool is_solution(const struct player *player, const char *const *way)
{
    const char *solution = question_of(player)->solution;
    size_t length = strlen(solution), position = 0;
    bool same = true;

    while (same && position < length) {
        char *source = session_source(solution, length, &position);
        if (source && changes(source)) {
            same = *way && str_equal(*way, source);
            way += *way != NULL;
        }
        free(source);
    }
    return same && !*way;
}

static bool needs_settling(struct player *player)
{
    struct player_state *state = player->state;
    size_t here = trail_here(&state->trail, player->session);
    const char **way;
    bool same;

    if (!trail_passes(&state->trail, here, state->left))
        return true;
    way = trail_way(&state->trail, state->left, here);
    same = is_solution(player, way);
    free(way);
    return !same;
}

bool player_leave_question(struct player *player)
{
    struct player_state *state = player->state;
    struct str name = STR_INIT;
    struct error err = {0};

    if (!state->own_way || !needs_settling(player)) {
        if (state->own_way)
            player_take_view(player);
        player_next_block(player);
        return true;
    }
    str_printf(&name, "own-%s",
               player_block(player)->id ? player_block(player)->id : "way");
    state->own_hash = lab_hash(player->session->lab);
    free(state->own_branch);
    state->own_branch =
        memory_text(trail_keep(player->session, str_text(&name)));
    str_clear(&name);
    if (trail_go(&state->trail, player->session, state->left, &err) == 0) {
        player_want_solution(player, RUN_SETTLE);
        return false;
    }
    str_printf(&state->remark, "%s", err.message);
    player_next_block(player);
    return true;
}

void player_settled(struct player *player)
{
    struct player_state *state = player->state;

    player->moved++;
    if (lab_hash(player->session->lab) != state->own_hash)
        str_printf(&state->remark,
                   "The lesson goes on as if you had typed `%s`; yours is "
                   "kept as the branch %s; `goto %s` goes there.",
                   str_text(&state->running), state->own_branch,
                   state->own_branch);
    player_next_block(player);
}
