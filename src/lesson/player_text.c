/*
 * What the player has to say about itself: where it is, what it waits for,
 * what comes next, how long it takes.
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "lesson/player_parts.h"
#include "lesson/render.h"

/* "lessons/06-which-rows.md" has the number 06; others have none. */
static size_t number_of(const char *path, const char **digits)
{
    const char *slash = strrchr(path, '/');
    size_t length;

    *digits = slash ? slash + 1 : path;
    length = strspn(*digits, "0123456789");
    return length > 0 && (*digits)[length] == '-' ? length : 0;
}

void player_write_title(const struct lesson *lesson, struct str *out)
{
    const char *digits;
    size_t length = number_of(lesson->path, &digits);

    if (length > 0)
        str_printf(out, "%.*s ", (int)length, digits);
    str_append(out, lesson->title);
}

void player_title(const struct player *player, struct str *out)
{
    player_write_title(player->lesson, out);
    str_printf(out, " · %zu/%zu", player->page, player->pages);
}

static const char *next_help(const struct player *player)
{
    const struct player_state *state = player->state;

    if (player->options.mode != PLAYER_STUDY)
        return "show it";
    return state->hints < player_block(player)->question->hint_count ? "a hint"
                                                                     : "help";
}

static void write_question_keys(const struct player *player, struct str *out)
{
    bool quiz = player->wants == PLAYER_ANSWER;

    if (player->state->told)
        str_append(out,
                   quiz ? "Enter: answer with it" : "Enter: run the solution");
    else if (player->state->warned)
        str_append(out, "Enter: show the answer");
    else
        str_printf(out, "%s · Enter: %s",
                   quiz ? "type the answer" : "your turn", next_help(player));
}

void player_keys(const struct player *player, struct str *out)
{
    if (player->wants == PLAYER_COMMAND)
        str_printf(out, "runs: %s", player->command);
    else if (player->off_script)
        str_append(out, "off script · Enter: back");
    else if (player->wants == PLAYER_OVER && player->next)
        str_printf(out, "Enter: %s", player->state->next_title);
    else if (player->wants == PLAYER_OVER)
        str_append(out, player->last ? "that was the last · Enter: leave"
                                     : "the lesson is over · Enter: leave");
    else if (player->wants == PLAYER_ANSWER || player->wants == PLAYER_TRY)
        write_question_keys(player, out);
    else
        str_append(out, "Enter: continue");
    if (player->page > 1 && player->wants != PLAYER_COMMAND &&
        !player->off_script)
        str_append(out, " · ← back");
}

void player_prompt(const struct player *player, struct str *out)
{
    const char *what = "Enter";

    if (player->next && !player->off_script) {
        str_printf(out, "[Enter: lesson %s] emb> ", player->next);
        return;
    }
    if (player->off_script)
        what = "off script";
    else if (player->wants == PLAYER_OVER)
        what = "the end";
    else if (player->wants == PLAYER_ANSWER)
        what = "answer";
    else if (player->wants == PLAYER_TRY)
        what = "your turn";
    str_printf(out, "[%zu/%zu %s] emb> ", player->page, player->pages, what);
}

char *player_take_proposal(struct player *player)
{
    char *proposal = player->state->proposal;

    player->state->proposal = NULL;
    return proposal;
}

/* --- what comes next ---------------------------------------------------- */

/* The title of a block; false: it has none that is worth a line. */
static bool describe(const struct lesson_block *block, size_t command,
                     struct str *out)
{
    switch (block->kind) {
    case LESSON_HEADING:
        render_title(block->node, out);
        return true;
    case LESSON_TEXT:
        str_append(out, "text: ");
        render_title(block->node, out);
        return true;
    case LESSON_COMMANDS:
        if (command == block->command_count)
            return false;
        str_printf(out, "types: %s", block->commands[command].text);
        return true;
    case LESSON_QUIZ:
    case LESSON_TRY:
        str_append(out, block->kind == LESSON_QUIZ ? "quiz: " : "try: ");
        render_title(block->question->text, out);
        return true;
    default:
        return false;
    }
}

void player_next(const struct player *player, struct str *out)
{
    const struct player_state *state = player->state;
    size_t i = player->block, command = state->command;
    bool beyond = state->stop == STOP_ANSWERED || state->stop == STOP_QUESTION;

    if (player->wants == PLAYER_OVER) {
        str_append(out, player->next ? state->next_title : "the end");
        return;
    }
    if (player->wants == PLAYER_COMMAND)
        command++;
    else if (beyond) {
        i++;
        command = 0;
    }
    for (; i < player->lesson->count; i++, command = 0) {
        if (describe(&player->lesson->blocks[i], command, out))
            return;
    }
    str_append(out, "the end");
}

/* --- time --------------------------------------------------------------- */

#define SECONDS_FIRST 2.0
#define SECONDS_A_WORD 0.3
#define SECONDS_TO_LOOK 4.0
#define SECONDS_MOST 30.0
#define SECONDS_TO_THINK 8.0
#define SECONDS_A_KEY 0.045

double player_seconds(const struct player *player)
{
    double seconds = player->options.auto_seconds;

    if (player->held || player->off_script || player->wants == PLAYER_OVER)
        return -1;
    if (seconds < 0)
        return 0;
    if (seconds == 0) {
        seconds = SECONDS_FIRST + SECONDS_A_WORD * (double)player_words(player);
        if (player->state->printed)
            seconds += SECONDS_TO_LOOK;
        if (player->wants == PLAYER_ANSWER || player->wants == PLAYER_TRY)
            seconds += SECONDS_TO_THINK;
        if (seconds > SECONDS_MOST)
            seconds = SECONDS_MOST;
    }
    return seconds / player->speed;
}

double player_typing_seconds(const struct player *player)
{
    if (player->options.mode == PLAYER_AUTO && player->options.auto_seconds < 0)
        return 0;
    return SECONDS_A_KEY / player->speed;
}

/* --- contents ----------------------------------------------------------- */

static bool is_entry(const struct lesson_block *block)
{
    return (block->kind == LESSON_HEADING && !block->hidden) ||
           block->kind == LESSON_QUIZ || block->kind == LESSON_TRY;
}

size_t player_contents_count(const struct player *player)
{
    size_t count = 0;

    for (size_t i = 0; i < player->lesson->count; i++)
        count += is_entry(&player->lesson->blocks[i]);
    return count;
}

struct player_entry player_contents(const struct player *player, size_t i)
{
    const struct lesson *lesson = player->lesson;
    struct player_state *state = player->state;
    struct str title = STR_INIT;
    size_t block = 0, page = 0;

    for (size_t seen = 0; !is_entry(&lesson->blocks[block]) || seen++ < i;)
        block++;
    while (state->pages[page].end <= block)
        page++;
    describe(&lesson->blocks[block], 0, &title);
    free(state->entry);
    state->entry = str_take(&title);
    return (struct player_entry){.page = page + 1,
                                 .id = lesson->blocks[block].id,
                                 .title = state->entry,
                                 .here = page + 1 == player->page};
}

/* "page 4: Look up the word milk." */
static void add_place(const struct player *player, size_t block, const char *id,
                      struct completions *out)
{
    struct str note = STR_INIT, title = STR_INIT;

    (void)describe(&player->lesson->blocks[block], 0, &title);
    str_printf(&note, "page %zu%s%s", player_page_of(player, block) + 1,
               title.length > 0 ? ": " : "", str_text(&title));
    completions_add(out, id, str_text(&note));
    str_clear(&title);
    str_clear(&note);
}

static void add_pages(const struct player *player, struct completions *out)
{
    for (size_t page = 1; page <= player->pages; page++) {
        struct str number = STR_INIT;
        str_printf(&number, "%zu", page);
        completions_add(out, str_text(&number), NULL);
        str_clear(&number);
    }
}

/* Pages have no names: they are offered to whoever has begun a number. */
void player_add_places(const struct played_lesson *lesson,
                       struct completions *out)
{
    const struct player *player = ((const struct player_lent *)lesson)->player;
    bool number = strspn(out->prefix, "0123456789") > 0;

    for (size_t i = 0; i < player->lesson->count; i++) {
        const struct lesson_block *block = &player->lesson->blocks[i];
        const char *id = block->kind == LESSON_MARKER ? block->text : block->id;
        if (id)
            add_place(player, i, id, out);
    }
    if (number)
        add_pages(player, out);
}
