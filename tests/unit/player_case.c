#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "player_case.h"

#include <stdlib.h>
#include <string.h>

#include "lesson/progress.h"
#include "lesson/render.h"

/* --- running ------------------------------------------------------------- */

static int run_work(struct staging *t)
{
    int status;

    while ((status = session_work(&t->s.session, 10, &t->s.err)) == 1)
        ;
    return status;
}

static int carry_out(struct staging *t, const struct effect *effect)
{
    struct player_options study = {.mode = PLAYER_STUDY};

    if (effect->request == REQUEST_WORK)
        return run_work(t);
    if (effect->request == REQUEST_LESSON)
        return player_request(&t->player, &t->s.session, effect, &study,
                              &t->s.err);
    return 0;
}

static int run_line(struct staging *t, const char *line)
{
    size_t length = strlen(line), position = 0;
    struct effect effect;
    int status;

    while ((status = session_run(&t->s.session, line, length, &position,
                                 &effect, &t->s.err)) == 1) {
        if (carry_out(t, &effect) != 0)
            return -1;
    }
    return status;
}

void staging_settle(struct staging *t)
{
    while (t->player && t->player->wants == PLAYER_COMMAND) {
        struct error *err;
        str_printf(&t->ran, "%s%s\n",
                   t->player->quiet   ? "~"
                   : t->player->typed ? ">"
                                      : "",
                   t->player->command);
        err = run_line(t, t->player->command) == 0 ? NULL : &t->s.err;
        player_ran(t->player, err);
    }
}

int staging_attempt(struct staging *t, const char *line)
{
    int status = 0;

    if (!t->player || player_line(t->player, line) == PLAYER_LINE_RUN) {
        status = run_line(t, line);
        if (t->player)
            player_typed(t->player);
    }
    staging_settle(t);
    return status;
}

void staging_type(struct staging *t, const char *line)
{
    if (staging_attempt(t, line) != 0)
        fail_msg("%s: %s", line, t->s.err.message);
}

const char *staging_refusal(struct staging *t, const char *line)
{
    if (staging_attempt(t, line) == 0)
        fail_msg("%s: it was not refused", line);
    return t->s.err.message;
}

void staging_enter(struct staging *t, int n)
{
    while (n-- > 0)
        staging_type(t, "");
}

/* --- begin and end ------------------------------------------------------- */

void staging_play(struct staging *t, const char *folder, const char *text,
                  enum player_mode mode)
{
    struct player_options options = {.mode = mode};
    struct error err = {0};

    t->player = player_open(&t->s.session, folder_write(folder, "l.md", text),
                            &options, &err);
    if (!t->player)
        fail_msg("%s", err.message);
    staging_settle(t);
}

void staging_begin(struct staging *t, const char *folder, const char *text,
                   enum player_mode mode)
{
    struct error err;
    size_t forgotten;

    *t = (struct staging){0};
    (void)progress_forget("t", &forgotten, &err);
    sitting_begin(&t->s);
    t->s.session.front_end.interactive = true;
    staging_play(t, folder, text, mode);
}

void staging_end(struct staging *t)
{
    player_free(t->player);
    sitting_end(&t->s);
    str_clear(&t->ran);
}

/* --- the page ------------------------------------------------------------ */

const char *staging_page(struct staging *t)
{
    static const char *const kinds[] = {
        [PLAYER_HEADING] = "# ",
        [PLAYER_TEXT] = "",
        [PLAYER_QUESTION] = "",
        [PLAYER_CHOICE] = "",
        [PLAYER_HINT] = "",
        [PLAYER_RIGHT] = "",
        [PLAYER_WRONG] = "",
        [PLAYER_SOLUTION] = "",
        [PLAYER_EXPLANATION] = "why: ",
        [PLAYER_REMARK] = "* ",
        [PLAYER_NEXT] = "> ",
    };
    static struct str page = STR_INIT;

    str_truncate(&page, 0);
    str_append(&page, "");
    for (size_t i = 0; i < t->player->item_count; i++) {
        const struct player_item *item = &t->player->items[i];
        str_append(&page, kinds[item->kind]);
        if (item->node)
            render_title(item->node, &page);
        else
            str_printf(&page, "%s%s%s", item->label ? item->label : "",
                       item->label ? ") " : "", item->text);
        str_append(&page, "\n");
    }
    return str_text(&page);
}
