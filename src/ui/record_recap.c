/*
 * The player goes through the lesson without a stop in time; items of the page
 * are written when they are new (by serial), before and after each command.
 */
#include "ui/record_recap.h"

#include <cmark-gfm.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "draw/render.h"
#include "lesson/player.h"
#include "lesson/render.h"
#include "ui/record_film.h"
#include "ui/stage.h"

enum { COLUMNS = 80, FENCE_LEAST = 3 };

struct recap {
    struct sink sink; /* first: its functions find the recap by it */
    struct session session;
    struct player *player;
    struct str *out;
    struct str printed;   /* by the command that runs */
    unsigned long serial; /* of the last item that was written */
    size_t solved;        /* the block of the last try whose solution ran */
};

/* ---- what is printed ---- */

static void take_grid(struct sink *sink, const struct grid *grid)
{
    render_text(grid, &((struct recap *)sink)->printed);
}

static void take_text(struct sink *sink, const char *text, size_t length)
{
    str_append_bytes(&((struct recap *)sink)->printed, text, length);
}

/* The commands of a line may all have the same to note: once is enough. */
static void take_notice(struct sink *sink, const char *text)
{
    struct str *printed = &((struct recap *)sink)->printed;
    struct str note = STR_INIT;

    str_printf(&note, "note: %s\n", text);
    if (!strstr(str_text(printed), str_text(&note)))
        str_append(printed, str_text(&note));
    str_clear(&note);
}

/* ---- Markdown ---- */

static size_t longest_fence(const char *text)
{
    size_t longest = 0;

    for (; *text; text++) {
        size_t run = strspn(text, "`");
        longest = run > longest ? run : longest;
        text += run > 0 ? run - 1 : 0;
    }
    return longest;
}

void recap_append_code(struct str *out, const char *kind, const char *text)
{
    size_t longest = longest_fence(text), length = strlen(text);
    size_t fence = longest >= FENCE_LEAST ? longest + 1 : FENCE_LEAST;

    str_repeat(out, "`", fence);
    str_printf(out, "%s\n%s", kind, text);
    if (length > 0 && text[length - 1] != '\n')
        str_append_char(out, '\n');
    str_repeat(out, "`", fence);
    str_append(out, "\n\n");
}

/* cmark escapes each ! at the end of a piece of text, in case a link follows.
 * Where none does, and outside of code, the text reads better without. */
static void append_unescaped(struct str *out, const char *text, size_t length)
{
    bool code = false;

    for (size_t i = 0; i < length; i++) {
        bool mark = text[i] == '\\' && i + 1 < length && text[i + 1] == '!';
        code ^= text[i] == '`';
        if (mark && !code && text[i + 2] != '[')
            continue;
        str_append_char(out, text[i]);
        if (text[i] == '\\' && i + 1 < length)
            str_append_char(out, text[++i]);
    }
}

static void append_node(struct str *out, struct cmark_node *node)
{
    char *text = cmark_render_commonmark(node, CMARK_OPT_DEFAULT, 0);
    size_t length = strlen(text);

    while (length > 0 && text[length - 1] == '\n')
        length--;
    append_unescaped(out, text, length);
    str_append(out, "\n\n");
    free(text);
}

/* The lesson's title stands there already. */
static bool is_title(const struct recap *recap, const struct player_item *item)
{
    struct str title = STR_INIT;
    bool same;

    if (item->kind != PLAYER_HEADING || recap->serial > 0)
        return false;
    render_title(item->node, &title);
    same = str_equal(str_text(&title), recap->player->lesson->title);
    str_clear(&title);
    return same;
}

/* A try's text is no question. */
static bool is_try(const struct recap *recap, const struct player_item *item)
{
    const struct lesson *lesson = recap->player->lesson;

    for (size_t i = 0; i < lesson->count; i++) {
        const struct lesson_block *block = &lesson->blocks[i];
        if (block->kind == LESSON_TRY && block->question->text == item->node)
            return true;
    }
    return false;
}

static void append_item(struct recap *recap, const struct player_item *item)
{
    static const char *const before[] = {
        [PLAYER_QUESTION] = "**Question.** ",
        [PLAYER_HINT] = "> ",
        [PLAYER_RIGHT] = "> ",
        [PLAYER_WRONG] = "> ",
        [PLAYER_SOLUTION] = "> ",
        [PLAYER_EXPLANATION] = "> ",
        [PLAYER_REMARK] = "> ",
    };

    if (item->kind == PLAYER_QUESTION && is_try(recap, item))
        str_append(recap->out, "**Try it.** ");
    else if (item->kind < sizeof before / sizeof *before && before[item->kind])
        str_append(recap->out, before[item->kind]);
    if (item->kind == PLAYER_CHOICE)
        str_printf(recap->out, "- **%s** %s\n", item->label, item->text);
    else if (item->node)
        append_node(recap->out, item->node);
    else
        str_printf(recap->out, "%s\n\n", item->text);
}

/* What has come onto the page. Choices are a list, and lists end. */
static void append_news(struct recap *recap)
{
    const struct player *player = recap->player;
    bool listed = false;

    for (size_t i = 0; i < player->item_count; i++) {
        const struct player_item *item = &player->items[i];
        if (item->serial <= recap->serial)
            continue;
        if (listed && item->kind != PLAYER_CHOICE)
            str_append_char(recap->out, '\n');
        listed = item->kind == PLAYER_CHOICE;
        if (!is_title(recap, item))
            append_item(recap, item);
        recap->serial = item->serial;
    }
    if (listed)
        str_append_char(recap->out, '\n');
}

/* ---- the lesson ---- */

/* All commands of a line, with their work. */
static int run_line(struct session *session, const char *line,
                    struct error *err)
{
    size_t position = 0;
    int status;

    do {
        struct effect effect = {0};
        status =
            session_run(session, line, strlen(line), &position, &effect, err);
        if (status == 1 && effect.request == REQUEST_WORK) {
            while ((status = session_work(session, 1, err)) == 1)
                continue;
            status = status == 0 ? 1 : -1;
        }
    } while (status == 1);
    return status;
}

/* Above the first command of a try's solution. */
static void append_solution_title(struct recap *recap)
{
    const struct player *player = recap->player;

    if (player->lesson->blocks[player->block].kind != LESSON_TRY ||
        recap->solved == player->block)
        return;
    str_append(recap->out, "**Solution.**\n\n");
    recap->solved = player->block;
}

static int run_command(struct recap *recap, struct error *err)
{
    struct player *player = recap->player;
    size_t line = film_line(player);
    struct str code = STR_INIT;
    struct error failure = {0};
    bool quiet = player->quiet;

    str_printf(&code, "emb> %s\n", player->command);
    str_truncate(&recap->printed, 0);
    if (run_line(&recap->session, player->command, &failure) != 0)
        str_printf(&recap->printed, "error: %s\n", failure.message);
    str_append(&code, str_text(&recap->printed));
    if (!quiet) {
        append_solution_title(recap);
        recap_append_code(recap->out, "text", str_text(&code));
    }
    str_clear(&code);
    player_ran(player, failure.code != ERROR_NONE ? &failure : NULL);
    return player->failed ? film_failed(player, line, &failure, err) : 0;
}

static int play(struct recap *recap, struct error *err)
{
    static const struct error none = {0};
    struct player *player = recap->player;

    while (player->wants != PLAYER_OVER) {
        append_news(recap);
        if (player->wants != PLAYER_COMMAND)
            player_go_on(player);
        else if (run_command(recap, err) != 0)
            return -1;
        if (player->failed)
            return film_failed(player, 0, &none, err);
    }
    append_news(recap);
    return 0;
}

int recap_write(const char *name, struct str *out, struct error *err)
{
    static const struct player_options options = {
        .mode = PLAYER_AUTO, .auto_seconds = -1, .alone = true};
    struct lesson *lesson = lesson_read(name, err);
    struct recap recap = {.sink = {.grid = take_grid,
                                   .text = take_text,
                                   .notice = take_notice,
                                   .width = COLUMNS},
                          .out = out,
                          .solved = SIZE_MAX};
    int status;

    if (!lesson)
        return -1;
    str_printf(out, "# %s\n\n", lesson->title);
    session_init(&recap.session, &recap.sink);
    recap.session.front_end.picture = stage_picture;
    recap.player = player_new(&recap.session, lesson, &options);
    status = play(&recap, err);
    player_remove_files(recap.player);
    player_free(recap.player);
    session_clear(&recap.session);
    str_clear(&recap.printed);
    if (out->length > 1 && out->data[out->length - 2] == '\n')
        str_truncate(out, out->length - 1);
    return status;
}
