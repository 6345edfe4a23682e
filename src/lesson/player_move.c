/*
 * Going about in a lesson. A page that was reached before has its place on the
 * trail; to another the commands from the last such page on are run, quietly.
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "lesson/player_parts.h"
#include "lesson/render.h"

/* --- back to the lesson ------------------------------------------------- */

static void say_kept(const struct player *player, const char *branch,
                     struct str *out)
{
    str_printf(
        out,
        "%sBack %s. What you %s is kept as the branch %s; `goto %s` goes "
        "there.",
        out->length > 0 ? " " : "",
        player->wants == PLAYER_TRY ? "where the question began"
                                    : "in the lesson",
        player->wants == PLAYER_TRY ? "tried" : "did off script", branch,
        branch);
}

int player_come_back(struct player *player, struct str *said, struct error *err)
{
    struct player_state *state = player->state;
    size_t here = trail_here(&state->trail, player->session);

    player->off_script = here != state->left;
    if (!player->off_script)
        return 0;
    if (!trail_passes(&state->trail, state->left, here))
        say_kept(player, trail_keep(player->session, "aside"), said);
    if (trail_go(&state->trail, player->session, state->left, err) != 0)
        return -1;
    player->off_script = false;
    player->moved++;
    /* The same lab, though a name on the way may be another one. */
    state->left = state->tried = trail_here(&state->trail, player->session);
    return 0;
}

void player_resume(struct player *player)
{
    struct str said = STR_INIT;
    struct error err = {0};

    if (player->wants == PLAYER_COMMAND)
        return;
    player_drop_items(player, PLAYER_REMARK);
    player_drop_items(player, PLAYER_WRONG);
    player->moved++;
    if (player_come_back(player, &said, &err) != 0)
        player_add_text(player, PLAYER_REMARK, "%s", err.message);
    else if (said.length > 0)
        player_add_text(player, PLAYER_REMARK, "%s", str_text(&said));
    str_clear(&said);
}

/* --- to another page ---------------------------------------------------- */

/* What the comments before a page set, and what its beginning shows. */
static void restore_settings(struct player *player,
                             const struct player_page *page)
{
    player->focus = NULL;
    player->speed = 1;
    for (size_t i = 0; i < page->first; i++)
        player_set(player, &player->lesson->blocks[i]);
    player->view = page->view;
    player->view_chosen = page->view_chosen;
    player->state->focused = 0;
    player->moved++;
}

/* The last page up to this one whose lab is known: at least the first. */
static size_t known_page(const struct player *player, size_t page)
{
    const struct player_page *pages = player->state->pages;

    while (page > 0 && pages[page].mark == PLAYER_NO_MARK)
        page--;
    return page;
}

/* Everything before the block hurry_to is shown without a stop. */
static void go_to(struct player *player, size_t page, size_t hurry_to)
{
    struct player_state *state = player->state;
    size_t from = known_page(player, page);
    size_t mark = state->pages[from].mark;
    struct error err = {0};
    int status = player_come_back(player, &state->remark, &err);

    if (status == 0)
        status = trail_go(&state->trail, player->session,
                          mark == PLAYER_NO_MARK ? TRAIL_START : mark, &err);
    if (status != 0) { /* the lesson stays; Enter takes the lab back to it */
        player_add_text(player, PLAYER_REMARK, "%s", err.message);
        player->off_script = true;
        return;
    }
    /* Going about is a person's wish: what it costs is not the lesson's. */
    state->guard.steps = 0;
    state->guard.seconds = 0;
    state->guard.output = 0;
    state->skip_to = page;
    state->hurry_to = hurry_to;
    restore_settings(player, &state->pages[from]);
    player_begin_page(player, from);
    player_advance(player);
}

/* A command that is wanted may be on its way: it is left to end first. */
static bool is_busy(const struct player *player)
{
    return player->wants == PLAYER_COMMAND;
}

void player_back(struct player *player)
{
    if (!is_busy(player))
        go_to(player, player->page > 1 ? player->page - 2 : 0, 0);
}

void player_forward(struct player *player)
{
    if (is_busy(player))
        return;
    if (player->page < player->pages)
        go_to(player, player->page, 0);
    else
        player_add_text(player, PLAYER_REMARK, "This is the last page.");
}

static bool is_word(const char *line, const char *word)
{
    size_t length = strlen(word);

    line += strspn(line, " \t");
    return strncmp(line, word, length) == 0 &&
           line[length + strspn(line + length, " \t")] == '\0';
}

bool player_turn_line(struct player *player, const char *line)
{
    bool back = is_word(line, "back");

    if (is_busy(player) || (!back && !is_word(line, "forward")))
        return false;
    if (back)
        str_append(&player->state->remark,
                   player->page > 1 ? "A page back; `forward` is the way on."
                                    : "This is the first page, anew.");
    else if (player->page < player->pages)
        str_append(&player->state->remark,
                   "A page on; `back` is the way back.");
    if (back)
        player_back(player);
    else
        player_forward(player);
    return true;
}

size_t player_page_of(const struct player *player, size_t block)
{
    size_t page = 0;

    while (page + 1 < player->pages && player->state->pages[page].end <= block)
        page++;
    return page;
}

int player_jump(struct player *player, const char *id, struct error *err)
{
    size_t block;

    if (player_find(player->lesson, id, &block, err) != 0)
        return -1;
    if (is_busy(player))
        return error_set(err, ERROR_STATE,
                         "the lesson's command is running; Ctrl-C stops it");
    go_to(player, player_page_of(player, block), 0);
    return 0;
}

/* --- the file has changed ----------------------------------------------- */

/* The n-th thing that may change the lab: a command, or the solution of a try;
 * NULL: there are not so many before block `end`. */
static const char *next_cue(const struct lesson *lesson, size_t end,
                            size_t *block, size_t *command)
{
    for (; *block < end; ++*block, *command = 0) {
        const struct lesson_block *b = &lesson->blocks[*block];
        if (b->kind == LESSON_TRY && *command == 0) {
            ++*command;
            return b->question->solution;
        }
        if (b->kind == LESSON_COMMANDS && *command < b->command_count)
            return b->commands[(*command)++].text;
    }
    return NULL;
}

/* Do both lessons do the same up to there? */
static bool same_before(const struct lesson *a, size_t end_a,
                        const struct lesson *b, size_t end_b)
{
    size_t block_a = 0, block_b = 0, command_a = 0, command_b = 0;
    const char *x, *y;

    do {
        x = next_cue(a, end_a, &block_a, &command_a);
        y = next_cue(b, end_b, &block_b, &command_b);
    } while (x && y && str_equal(x, y));
    return !x && !y;
}

/* As far behind an id as it was, but not behind the next one. */
static size_t behind_id(const struct lesson *lesson, size_t block,
                        size_t distance)
{
    while (distance-- > 0 && block < lesson->count) {
        block++;
        if (block < lesson->count && lesson->blocks[block].id)
            break;
    }
    return block;
}

/* The block that stands where `block` stood; count: behind the last. */
static size_t find_again(const struct lesson *old, size_t block,
                         const struct lesson *new)
{
    for (size_t i = block + 1; i-- > 0;) {
        const char *id = i < old->count ? old->blocks[i].id : NULL;
        size_t found = id ? lesson_find(new, id) : new->count;
        if (found < new->count)
            return behind_id(new, found, block - i);
    }
    return block < new->count ? block : new->count;
}

static void keep_mark(struct player_page *page, const struct player_page *old)
{
    page->mark = old->mark;
    page->view = old->view;
    page->view_chosen = old->view_chosen;
}

/* Places of the old pages where the lab is the same at a new one. */
static void keep_marks(struct player *player, const struct lesson *old,
                       const struct player_page *pages, size_t count)
{
    for (size_t i = 0; i < player->pages; i++) {
        struct player_page *page = &player->state->pages[i];
        for (size_t j = 0; j < count && page->mark == PLAYER_NO_MARK; j++) {
            if (pages[j].mark != PLAYER_NO_MARK &&
                same_before(old, pages[j].first, player->lesson, page->first))
                keep_mark(page, &pages[j]);
        }
    }
}

static void replace_lesson(struct player *player, struct lesson *lesson)
{
    struct player_state *state = player->state;
    struct lesson *old = player->lesson;
    struct player_page *pages = state->pages;
    size_t count = player->pages;
    size_t block = find_again(old, player->block, lesson);

    player_clear_items(player);
    answer_clear(&state->key);
    player->note = player->focus = NULL;
    player->lesson = lesson;
    state->pages = NULL;
    player_count_pages(player);
    keep_marks(player, old, pages, count);
    free(pages);
    lesson_free(old);
    player->page = 1; /* until it is found again */
    player->block = player_here(player)->first;
    state->command = 0;
    player_stop(player, PLAYER_PAUSE, STOP_BETWEEN);
    go_to(player, player_page_of(player, block), block);
}

static bool has_changed(const struct stat *a, const struct stat *b)
{
    return a->st_mtim.tv_sec != b->st_mtim.tv_sec ||
           a->st_mtim.tv_nsec != b->st_mtim.tv_nsec ||
           a->st_size != b->st_size || a->st_ino != b->st_ino;
}

bool player_poll(struct player *player)
{
    struct player_state *state = player->state;
    struct stat file;
    struct lesson *lesson;
    struct error err = {0};

    if (player->wants == PLAYER_COMMAND ||
        stat(player->lesson->path, &file) != 0 ||
        !has_changed(&file, &state->file))
        return false;
    state->file = file;
    lesson = lesson_read(player->lesson->path, &err);
    player_drop_items(player, PLAYER_REMARK);
    if (lesson)
        replace_lesson(player, lesson);
    else
        player_add_text(player, PLAYER_REMARK,
                        "The file has changed, but it cannot be read: %s",
                        err.message);
    return true;
}
