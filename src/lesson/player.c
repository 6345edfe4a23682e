/*
 * The way through a lesson. Invariants: `page` - 1 is the page that `block`
 * stands on (or behind, at its end); the items are what was shown of it. While
 * the player waits, `left` is the place on the trail where the lesson left the
 * lab; it is off script where the lab is elsewhere.
 *
 * Skipping: everything before the page skip_to runs quietly, questions by
 * their solution, so that a page is reached with the same lab on every way.
 */
#include "lesson/player.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "lab/history.h"
#include "lab/lab.h"
#include "lang/match.h"
#include "lesson/notes.h"
#include "lesson/player_parts.h"
#include "scenes/scene.h"

enum { BEFORE_ALL = 0 };

/* --- pages -------------------------------------------------------------- */

static bool is_seen(const struct lesson_block *block)
{
    switch (block->kind) {
    case LESSON_HEADING:
    case LESSON_TEXT:
    case LESSON_COMMANDS:
        return !block->hidden;
    case LESSON_QUIZ:
    case LESSON_TRY:
        return true;
    default:
        return false;
    }
}

/* Does a new page begin with this block? ended: the page before has its stop;
 * notes behind that still belong to it, and so does a second pause. */
static bool begins_page(const struct lesson_block *block, bool ended, bool seen)
{
    if (ended)
        return block->kind != LESSON_PAUSE && block->kind != LESSON_NOTE;
    return block->kind == LESSON_HEADING && !block->hidden && seen;
}

/* The blocks from `first` on that stand on one page. */
static size_t page_end(const struct lesson *lesson, size_t first)
{
    bool ended = false, seen = false;
    size_t i = first;

    for (; i < lesson->count; i++) {
        const struct lesson_block *block = &lesson->blocks[i];
        enum lesson_kind kind = block->kind;
        if (i > first && begins_page(block, ended, seen))
            break;
        seen |= is_seen(block);
        ended |= kind == LESSON_QUIZ || kind == LESSON_TRY ||
                 (kind == LESSON_PAUSE && seen);
    }
    return i;
}

static bool has_something(const struct lesson *lesson, size_t first)
{
    for (size_t i = first; i < lesson->count; i++) {
        if (is_seen(&lesson->blocks[i]))
            return true;
    }
    return false;
}

/* Where the page that begins with block `first` ends. What is behind the last
 * thing to be seen belongs to the last page. */
static size_t whole_page_end(const struct lesson *lesson, size_t first)
{
    size_t end = page_end(lesson, first);

    return has_something(lesson, end) ? end : lesson->count;
}

void player_count_pages(struct player *player)
{
    struct player_state *state = player->state;
    const struct lesson *lesson = player->lesson;
    size_t capacity = 0, first = 0;

    free(state->pages);
    state->pages = NULL;
    player->pages = 0;
    do {
        size_t end = whole_page_end(lesson, first);
        state->pages = memory_grow(state->pages, player->pages, &capacity,
                                   sizeof *state->pages);
        state->pages[player->pages++] =
            (struct player_page){first, end, PLAYER_NO_MARK, NULL, false};
        first = end;
    } while (first < lesson->count);
}

struct player_page *player_here(const struct player *player)
{
    return &player->state->pages[player->page - 1];
}

const struct lesson_block *player_block(const struct player *player)
{
    return &player->lesson->blocks[player->block];
}

bool player_skips(const struct player *player)
{
    return player->page - 1 < player->state->skip_to;
}

/* All that the speaker should know of this page. */
static void gather_notes(struct player *player)
{
    struct str *note = &player->state->note;
    const struct player_page *page = player_here(player);

    str_truncate(note, 0);
    for (size_t i = page->first; i < page->end; i++) {
        const struct lesson_block *block = &player->lesson->blocks[i];
        if (block->kind == LESSON_NOTE)
            str_printf(note, "%s%s", note->length > 0 ? "\n" : "", block->text);
    }
    player->note = note->length > 0 ? str_text(note) : NULL;
}

/* Where to go on another day: 0 at the end. The first page is no place. */
static void keep_place(struct player *player, size_t page)
{
    struct player_state *state = player->state;

    if (player->options.mode == PLAYER_AUTO || player_skips(player) ||
        page == 1 || page == state->kept_page ||
        progress_record_page(player->lesson->id, page, NULL) != 0)
        return;
    state->kept_page = page;
}

static void mark_page(struct player *player)
{
    struct player_page *page = player_here(player);

    page->mark = trail_here(&player->state->trail, player->session);
    page->view = player->view;
    page->view_chosen = player->view_chosen;
}

void player_begin_page(struct player *player, size_t page)
{
    struct player_state *state = player->state;

    player->page = page + 1;
    player->next = NULL;
    player->block = player_here(player)->first;
    state->command = 0;
    state->printed = state->unread = false;
    if (player_here(player)->mark == PLAYER_NO_MARK)
        mark_page(player);
    player_clear_items(player);
    gather_notes(player);
    keep_place(player, player->page);
    if (!player_skips(player) && state->remark.length > 0) {
        player_add_text(player, PLAYER_REMARK, "%s", str_text(&state->remark));
        str_truncate(&state->remark, 0);
        state->unread = false;
    }
}

/* --- one block after the other ------------------------------------------ */

void player_stop(struct player *player, enum player_want wants,
                 enum player_stop stop)
{
    lesson_guard_off(player->session); /* from here on a person types */
    player->wants = wants;
    player->state->stop = stop;
    player->command = NULL;
}

void player_next_block(struct player *player)
{
    player->block++;
    player->state->command = 0;
}

static bool is_hurried(const struct player *player)
{
    return player->block < player->state->hurry_to;
}

void player_want(struct player *player, const char *command, size_t line)
{
    player->wants = PLAYER_COMMAND;
    player->command = command;
    player->line = line;
    player->session->view = player->view;
    player->session->view_chosen = player->view_chosen;
    lesson_guard_on(&player->state->guard, player->session);
}

/* The next command of a block; true: there is none. What was printed before it
 * must be seen first. */
static bool take_command(struct player *player)
{
    struct player_state *state = player->state;
    const struct lesson_block *block = player_block(player);

    if (state->command == block->command_count) {
        player_next_block(player);
        return true;
    }
    player->quiet = player_skips(player) || block->hidden;
    if (!player->quiet && state->printed && !is_hurried(player)) {
        player_stop(player, PLAYER_PAUSE, STOP_BETWEEN);
        return false;
    }
    player->typed = !player->quiet && !is_hurried(player) &&
                    player->options.mode != PLAYER_STUDY;
    state->run = RUN_BLOCK;
    player_want(player, block->commands[state->command].text,
                block->commands[state->command].line);
    return false;
}

static bool take_pause(struct player *player)
{
    if (player->state->unread && !player_skips(player) && !is_hurried(player)) {
        player_stop(player, PLAYER_PAUSE, STOP_PAUSE);
        return false;
    }
    player_next_block(player);
    return true;
}

static void take_node(struct player *player)
{
    const struct lesson_block *block = player_block(player);

    if (!player_skips(player) && !block->hidden)
        player_add_node(player,
                        block->kind == LESSON_HEADING ? PLAYER_HEADING
                                                      : PLAYER_TEXT,
                        block->node);
}

static void focus(struct player *player, const char *panel)
{
    const struct scene *scene = scene_find(panel);

    player->focus = panel;
    player->view = scene ? scene->name : NULL;
    player->view_chosen = true;
    player->state->focused = player->page;
}

void player_set(struct player *player, const struct lesson_block *block)
{
    if (block->kind == LESSON_SPEED)
        player->speed = block->number;
    else if (block->kind == LESSON_FOCUS)
        focus(player, block->text);
}

/* One block. False: the player wants something. */
static bool take_block(struct player *player)
{
    switch (player_block(player)->kind) {
    case LESSON_COMMANDS:
        return take_command(player);
    case LESSON_PAUSE:
        return take_pause(player);
    case LESSON_QUIZ:
    case LESSON_TRY: {
        size_t before = player->block;
        player_ask(player);
        return player->block != before;
    }
    case LESSON_HEADING:
    case LESSON_TEXT:
        take_node(player);
        break;
    default:
        player_set(player, player_block(player));
        break;
    }
    player_next_block(player);
    return true;
}

/* The page is at its end. False: it must be read first, or it was the last. */
static bool turn_page(struct player *player)
{
    if (player->state->unread && !player_skips(player)) {
        player_stop(player, PLAYER_PAUSE, STOP_BETWEEN);
        return false;
    }
    if (player->page == player->pages) {
        player_stop(player, PLAYER_OVER, STOP_END);
        keep_place(player, 0);
        player_end(player);
        return false;
    }
    player_begin_page(player, player->page);
    return true;
}

static void tell_speaker(const struct player *player)
{
    if (player->options.notes)
        notes_write(player);
}

void player_advance(struct player *player)
{
    bool more = true;

    player->off_script = false;
    while (more)
        more = player->block < player_here(player)->end ? take_block(player)
                                                        : turn_page(player);
    if (player->wants != PLAYER_COMMAND)
        player->state->left =
            trail_here(&player->state->trail, player->session);
    tell_speaker(player);
}

/* --- what a front end tells --------------------------------------------- */

/* The lesson says that this command fails: `error: ...` below it. */
static bool may_fail(const struct lesson_command *command)
{
    for (size_t i = 0; i < command->expected_count; i++) {
        if (str_starts_with(command->expected[i], "error:"))
            return true;
    }
    return false;
}

static void ran_block(struct player *player, const struct error *err)
{
    struct player_state *state = player->state;
    const struct lesson_command *command =
        &player_block(player)->commands[state->command];

    if (err && !may_fail(command))
        player->failed = true;
    state->command++;
    if (player->quiet)
        return;
    state->printed = state->unread = true;
}

/* Stopped by Ctrl-C: the person wants to look, and the lesson waits. */
static void ran_not(struct player *player)
{
    struct player_state *state = player->state;

    state->skip_to = BEFORE_ALL;
    state->hurry_to = BEFORE_ALL;
    player->held = true;
    player_add_text(player, PLAYER_REMARK,
                    "Stopped. Enter goes on behind this command; `lesson back` "
                    "begins the page before.");
    player_stop(player, PLAYER_PAUSE, STOP_BETWEEN);
    state->left = trail_here(&state->trail, player->session);
    tell_speaker(player);
}

/* What the command has shown; a focus on this page outlasts it. */
void player_take_view(struct player *player)
{
    if (player->state->focused == player->page)
        return;
    player->view = player->session->view;
    player->view_chosen = player->session->view_chosen;
}

void player_ran(struct player *player, const struct error *err)
{
    struct player_state *state = player->state;
    bool stopped = err && err->code == ERROR_INTERRUPTED, goes_on = true;

    lesson_guard_off(player->session);
    if (!player_block(player)->hidden)
        player_take_view(player);
    if (err && state->run != RUN_BLOCK)
        player->failed = true;
    if (state->run == RUN_BLOCK)
        ran_block(player, err);
    else if (state->run == RUN_SETTLE)
        player_settled(player);
    else
        goes_on = player_solved(player);
    if (stopped)
        ran_not(player);
    else if (goes_on)
        player_advance(player);
}

void player_want_solution(struct player *player, enum player_run run)
{
    struct player_state *state = player->state;

    str_truncate(&state->running, 0);
    player_write_solution(player, &state->running);
    state->run = run;
    player->quiet = run == RUN_SETTLE || player_skips(player) ||
                    player_block(player)->hidden;
    player->typed = !player->quiet;
    player_want(player, str_text(&state->running),
                player_block(player)->question->solution_line);
}

static void leave_stop(struct player *player)
{
    struct player_state *state = player->state;

    state->printed = state->unread = false;
    state->read = state->serial;
    if (state->stop == STOP_PAUSE)
        player_next_block(player);
    if (state->stop == STOP_ANSWERED && !player_leave_question(player))
        return;
    player_advance(player);
}

void player_go_on(struct player *player)
{
    player->held = false;
    if (player->wants == PLAYER_COMMAND)
        return;
    if (player->off_script)
        player_resume(player);
    else if (player->wants == PLAYER_OVER)
        return;
    else if (player->state->stop == STOP_QUESTION)
        player_enter_question(player);
    else
        leave_stop(player);
    tell_speaker(player);
}

enum player_line player_line(struct player *player, const char *line)
{
    if (line[strspn(line, " \t")] == '\0') {
        player_go_on(player);
        return PLAYER_LINE_TAKEN;
    }
    if (player->wants == PLAYER_ANSWER)
        return player_answer_line(player, line);
    return player_turn_line(player, line) ? PLAYER_LINE_TAKEN : PLAYER_LINE_RUN;
}

void player_typed(struct player *player)
{
    struct player_state *state = player->state;

    if (player->wants == PLAYER_COMMAND)
        return;
    player->held = player->options.mode == PLAYER_AUTO;
    if (player->wants == PLAYER_TRY)
        player_check_try(player);
    else if (state->stop == STOP_ANSWERED && state->own_way)
        player->off_script = false; /* the try is the student's own */
    else
        player->off_script = trail_here(&state->trail, player->session) !=
                             state->left;
    tell_speaker(player);
}

void player_set_mode(struct player *player, enum player_mode mode)
{
    player->options.mode = mode;
    player->held = false;
}

void player_hold(struct player *player, bool held)
{
    player->held = held;
}

void player_change_speed(struct player *player, int step)
{
    static const double speeds[] = {0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4, 8};
    enum { COUNT = sizeof speeds / sizeof *speeds };
    int i = 0;

    while (i < COUNT - 1 && speeds[i] < player->speed)
        i++;
    i += step > 0 && speeds[i] <= player->speed;
    i -= step < 0;
    if (i >= 0 && i < COUNT)
        player->speed = speeds[i];
}

/* --- begin and end ------------------------------------------------------ */

/* The lab that was there, as a branch. */
static char *keep_lab(const struct player *player)
{
    struct str name = STR_INIT;
    char *kept;

    str_printf(&name, "before-%s", player->lesson->id);
    kept = memory_text(trail_keep(player->session, str_text(&name)));
    str_clear(&name);
    return kept;
}

/* A fresh lab. What another lesson has made, it makes again. */
static void take_fresh_lab(struct player *player)
{
    struct session *session = player->session;
    struct player_state *state = player->state;
    struct error err;

    if (session->history->now == 0)
        return;
    if (!player->options.follows)
        state->before = keep_lab(player);
    if (trail_go(&state->trail, session, TRAIL_START, &err) != 0)
        str_printf(&state->remark, "%s", err.message);
    else if (state->before)
        str_printf(&state->remark,
                   "This lesson begins with a fresh lab. The one that was "
                   "here is kept as the branch %s; `goto %s` goes there.",
                   state->before, state->before);
}

static void add_remark(struct player *player, const char *text)
{
    struct str *remark = &player->state->remark;

    str_printf(remark, "%s%s", remark->length > 0 ? " " : "", text);
}

/* Lessons that come before and were never played. */
static void say_required(struct player *player, const struct learning *learning)
{
    const struct lesson *lesson = player->lesson;
    struct str names = STR_INIT;

    for (size_t i = 0; i < lesson->require_count; i++) {
        if (!progress_knows(learning, lesson->requires[i]))
            str_printf(&names, "%s%s",
                       names.length > 0 ? ", " : "It builds on ",
                       lesson->requires[i]);
    }
    if (names.length > 0) {
        str_append(&names, ", not played yet.");
        add_remark(player, str_text(&names));
    }
    str_clear(&names);
}

/* From another day: go on there, or say where it was. */
static void find_place(struct player *player)
{
    struct player_state *state = player->state;
    struct learning learning = {0};
    size_t page;

    if (player->options.mode == PLAYER_AUTO)
        return;
    (void)progress_read(&learning, NULL);
    say_required(player, &learning);
    page = state->kept_page = progress_page(&learning, player->lesson->id);
    progress_clear(&learning);
    if (page < 2 || page > player->pages)
        return;
    if (state->remark.length > 0)
        str_append_char(&state->remark, ' ');
    if (player->options.goes_on) {
        state->skip_to = page - 1;
        str_printf(&state->remark,
                   "Here you left the lesson. `lesson goto 1` begins anew.");
    } else {
        str_printf(&state->remark,
                   "You were on page %zu of this lesson: `lesson goto %zu` "
                   "goes on there.",
                   page, page);
    }
}

enum { NO_BLOCK = -1 };

/* At the page of this block, all before runs quietly; NO_BLOCK: at its first
 * page, or where it was left. */
static struct player *begin_at(struct session *session, struct lesson *lesson,
                               long block, const struct player_options *options)
{
    struct player *player = memory_zeroed(1, sizeof *player);

    player->session = session;
    player->lesson = lesson;
    player->options = *options;
    player->speed = 1;
    player->moved = 1;
    player->state = memory_zeroed(1, sizeof *player->state);
    trail_init(&player->state->trail);
    lesson_guard_init(&player->state->guard, lesson);
    (void)stat(lesson->path, &player->state->file);
    player->state->lent = (struct player_lent){{player_add_places}, player};
    session->lesson = &player->state->lent.lesson;
    player_count_pages(player);
    player->state->kept_page = PLAYER_NO_MARK; /* nobody knows */
    if (block != NO_BLOCK)
        player->state->skip_to = player_page_of(player, (size_t)block);
    take_fresh_lab(player);
    if (block == NO_BLOCK)
        find_place(player);
    player_begin_page(player, 0);
    player_advance(player);
    return player;
}

struct player *player_new(struct session *session, struct lesson *lesson,
                          const struct player_options *options)
{
    return begin_at(session, lesson, NO_BLOCK, options);
}

/* "which-rows#which": the name and the id, caller's to free. */
static char *split_name(const char *name, const char **id)
{
    char *copy = memory_text(name), *mark = strrchr(copy, '#');

    *id = mark ? name + (mark - copy) + 1 : NULL;
    if (mark)
        *mark = '\0';
    return copy;
}

static int no_page(const struct lesson *lesson, size_t count, struct error *err)
{
    return error_set(err, ERROR_NOT_FOUND,
                     "%s has the pages 1 to %zu; name one "
                     "of them",
                     lesson->id, count);
}

/* The block that page `number` begins with. */
static int find_page(const struct lesson *lesson, const char *number,
                     size_t *block, struct error *err)
{
    unsigned long page = strtoul(number, NULL, 10);
    size_t count = 0, first = 0;

    do {
        if (++count == page) {
            *block = first;
            return 0;
        }
        first = whole_page_end(lesson, first);
    } while (first < lesson->count);
    return no_page(lesson, count, err);
}

static int no_place(const struct lesson *lesson, const char *id,
                    struct error *err)
{
    const char **ids = memory_zeroed(lesson->count + 1, sizeof *ids), *nearest;
    struct str list = STR_INIT;
    size_t count = 0;

    for (size_t i = 0; i < lesson->count; i++) {
        if (!lesson->blocks[i].id)
            continue;
        ids[count++] = lesson->blocks[i].id;
        str_printf(&list, "%s%s", count > 1 ? ", " : "", ids[count - 1]);
    }
    nearest = match_nearest(id, ids, count);
    error_set(err, ERROR_NOT_FOUND, "%s has no place called '%s'; %s%s%s",
              lesson->id, id,
              nearest     ? "did you mean "
              : count > 0 ? "there are: "
                          : "a page's number goes there",
              nearest ? nearest : str_text(&list), nearest ? "?" : "");
    str_clear(&list);
    free(ids);
    return -1;
}

int player_find(const struct lesson *lesson, const char *id, size_t *block,
                struct error *err)
{
    *block = lesson_find(lesson, id);
    if (*block < lesson->count)
        return 0;
    if (str_equal(id, "start")) {
        *block = 0;
        return 0;
    }
    if (*id && id[strspn(id, "0123456789")] == '\0')
        return find_page(lesson, id, block, err);
    return no_place(lesson, id, err);
}

struct player *player_open(struct session *session, const char *name,
                           const struct player_options *options,
                           struct error *err)
{
    const char *id;
    char *file = split_name(name, &id);
    struct lesson *lesson = lesson_read(file, err);
    struct player *player = NULL;
    size_t block = 0;

    free(file);
    if (lesson && (!id || player_find(lesson, id, &block, err) == 0))
        player =
            begin_at(session, lesson, id ? (long)block : NO_BLOCK, options);
    else
        lesson_free(lesson);
    return player;
}

void player_remove_files(struct player *player)
{
    lesson_guard_remove_files(&player->state->guard);
}

void player_free(struct player *player)
{
    struct player_state *state;

    if (!player)
        return;
    if (player->options.notes)
        notes_end(player);
    state = player->state;
    if (player->wants == PLAYER_COMMAND)
        lesson_guard_off(player->session);
    if (player->session->lesson == &state->lent.lesson)
        player->session->lesson = NULL; /* else it is the next one's */
    lesson_guard_clear(&state->guard);
    player_clear_items(player);
    free(player->items);
    answer_clear(&state->key);
    trail_clear(&state->trail);
    str_clear(&state->running);
    str_clear(&state->note);
    str_clear(&state->remark);
    free(state->proposal);
    free(state->before);
    free(state->next);
    free(state->next_title);
    free(state->entry);
    free(state->own_branch);
    free(state->pages);
    free(state);
    lesson_free(player->lesson);
    free(player);
}
