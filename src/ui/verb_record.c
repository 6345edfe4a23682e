/*
 * emblab record LESSON -o FILE: the file's ending says what it is to be. All
 * of it is made before a byte is written, so a lesson that fails leaves none.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "draw/render.h"
#include "lesson/render.h"
#include "ui/options.h"
#include "ui/record_cast.h"
#include "ui/record_film.h"
#include "ui/record_html.h"
#include "ui/record_recap.h"
#include "ui/verbs.h"

/* ---- .cast ---- */

struct cast_maker {
    struct cast cast;
    struct str *out;
    bool began;
    double end;
};

static void cast_film(void *context, const struct film *film)
{
    struct cast_maker *maker = context;

    if (!maker->began)
        cast_begin(&maker->cast, maker->out, film->grid.rows, film->grid.cols,
                   film->player->lesson->title);
    maker->began = true;
    cast_picture(&maker->cast, film->now, &film->grid, film->cursor);
    maker->end = film->now;
}

static void cast_place(void *context, const struct film *film, const char *id)
{
    struct cast_maker *maker = context;

    cast_marker(&maker->cast, film->now, id);
}

static int make_cast(const char *lesson, struct str *out, struct error *err)
{
    struct cast_maker maker = {.out = out};
    struct film_watcher watcher = {
        .picture = cast_film, .place = cast_place, .context = &maker};
    int status = film_play(lesson, &watcher, err);

    if (maker.began)
        cast_end(&maker.cast, maker.end);
    return status;
}

/* ---- .html ---- */

struct html_maker {
    struct html_page page;
    struct str title, heading;
    int rows, cols;
    unsigned long serial; /* of the last item whose words were taken */
    size_t typed;         /* the scrollback's line of the last command */
};

/* An item's words as lines, wide enough that few of them are folded. */
static void item_words(const struct player_item *item, struct str *out)
{
    enum { COLUMNS = 100 };
    struct grid grid;

    grid_init(&grid, 0, COLUMNS);
    player_draw_item(item, &grid, 0, 0, COLUMNS);
    render_text(&grid, out);
    grid_clear(&grid);
}

static void take_words(struct html_maker *maker, const struct player *player)
{
    for (size_t i = 0; i < player->item_count; i++) {
        const struct player_item *item = &player->items[i];
        struct str words = STR_INIT;
        if (item->serial <= maker->serial)
            continue;
        maker->serial = item->serial;
        if (item->kind == PLAYER_HEADING) {
            str_truncate(&maker->heading, 0);
            render_title(item->node, &maker->heading);
            continue; /* it is the section's heading */
        }
        item_words(item, &words);
        html_add_words(&maker->page, str_text(&words));
        str_clear(&words);
    }
}

static void html_place(void *context, const struct film *film, const char *id)
{
    struct html_maker *maker = context;

    (void)film;
    html_add_id(&maker->page, id);
}

static void html_types(void *context, const struct film *film)
{
    struct html_maker *maker = context;

    take_words(maker, film->player);
    maker->typed = film->runner.scrollback.added;
    html_add_command(&maker->page, film->player->command);
}

/* What was printed, without the line that was typed. */
static void html_ran(void *context, const struct film *film)
{
    enum { COLUMNS = 400, ROWS_MOST = 1000 };
    struct html_maker *maker = context;
    const struct scrollback *sb = &film->runner.scrollback;
    size_t rows = scrollback_rows_since(sb, maker->typed, COLUMNS);
    struct str text = STR_INIT;
    struct grid grid;

    if (rows < 2)
        return;
    rows = rows - 1 < ROWS_MOST ? rows - 1 : ROWS_MOST;
    grid_init(&grid, (int)rows, COLUMNS);
    scrollback_draw(sb, &grid, (struct rect){0, 0, (int)rows, COLUMNS}, 0);
    render_text(&grid, &text);
    html_add_output(&maker->page, str_text(&text));
    grid_clear(&grid);
    str_clear(&text);
}

static void html_stop(void *context, const struct film *film)
{
    struct html_maker *maker = context;
    const struct player *player = film->player;
    struct str where = STR_INIT;

    take_words(maker, player);
    str_truncate(&maker->title, 0);
    str_append(&maker->title, player->lesson->title);
    if (maker->heading.length == 0)
        str_append(&maker->heading, player->lesson->title);
    maker->rows = film->grid.rows;
    maker->cols = film->grid.cols;
    str_printf(&where, "%zu/%zu", player->page, player->pages);
    html_add_screen(&maker->page, str_text(&maker->heading), str_text(&where),
                    &film->grid);
    str_clear(&where);
}

static int make_html(const char *lesson, struct str *out, struct error *err)
{
    struct html_maker maker = {.rows = 24, .cols = 80};
    struct film_watcher watcher = {.place = html_place,
                                   .types = html_types,
                                   .ran = html_ran,
                                   .stop = html_stop,
                                   .context = &maker};
    int status;

    html_begin(&maker.page);
    status = film_play(lesson, &watcher, err);
    html_end(&maker.page, str_text(&maker.title), maker.rows, maker.cols, out);
    str_clear(&maker.title);
    str_clear(&maker.heading);
    return status;
}

/* ---- .svg ---- */

/* The screen that is looked for: the fullest of the page that has the place,
 * but a question before its answer is told. */
struct svg_maker {
    const char *id;   /* NULL: where the first command has run */
    bool there, done; /* the place was reached; the screen is chosen */
    unsigned long page;
    struct grid grid;
    struct str title;
};

static void svg_place(void *context, const struct film *film, const char *id)
{
    struct svg_maker *maker = context;

    (void)film;
    maker->there |= maker->id && str_equal(maker->id, id);
}

static void svg_ran(void *context, const struct film *film)
{
    struct svg_maker *maker = context;

    (void)film;
    maker->there |= !maker->id;
}

static void svg_stop(void *context, const struct film *film)
{
    struct svg_maker *maker = context;
    const struct player *player = film->player;

    if (!maker->there || maker->done)
        return;
    if (maker->grid.cells && player->page_serial != maker->page) {
        maker->done = true;
        return;
    }
    grid_clear(&maker->grid);
    grid_init(&maker->grid, film->grid.rows, film->grid.cols);
    grid_copy(&maker->grid, 0, 0, &film->grid,
              (struct rect){0, 0, film->grid.rows, film->grid.cols});
    str_truncate(&maker->title, 0);
    player_title(player, &maker->title);
    maker->page = player->page_serial;
    maker->done = player->wants != PLAYER_PAUSE;
}

static int make_svg(const char *lesson, struct str *out, struct error *err)
{
    char *name = memory_text(lesson), *mark = strrchr(name, '#');
    struct svg_maker maker = {.id = mark ? mark + 1 : NULL};
    struct film_watcher watcher = {.place = svg_place,
                                   .ran = svg_ran,
                                   .stop = svg_stop,
                                   .context = &maker};
    int status;

    if (mark)
        *mark = '\0';
    status = film_play(name, &watcher, err);
    if (status == 0 && !maker.grid.cells)
        status = error_set(err, ERROR_NOT_FOUND,
                           mark ? "%s has no place called '%s' to be seen; use "
                                  "one of its ids"
                                : "%s shows nothing; name a place: %s#ID",
                           name, mark ? mark + 1 : name);
    if (status == 0)
        render_svg(&maker.grid, THEME_DEFAULT, str_text(&maker.title), out);
    grid_clear(&maker.grid);
    str_clear(&maker.title);
    free(name);
    return status;
}

/* ---- the verb ---- */

static const struct recording {
    const char *ending;
    int (*make)(const char *lesson, struct str *out, struct error *err);
} recordings[] = {
    {".cast", make_cast},
    {".html", make_html},
    {".svg", make_svg},
    {".md", recap_write},
};

static const struct recording *find_recording(const char *path)
{
    size_t length = strlen(path);

    for (size_t i = 0; i < sizeof recordings / sizeof *recordings; i++) {
        size_t end = strlen(recordings[i].ending);
        if (length > end &&
            str_equal(path + length - end, recordings[i].ending))
            return &recordings[i];
    }
    return NULL;
}

/* Nothing but y is yes, the end of the input neither. */
static bool asks_to_overwrite(const char *path)
{
    char answer[16] = "";

    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
        return false;
    printf("%s exists; overwrite it? (y or n) ", path);
    fflush(stdout);
    return fgets(answer, sizeof answer, stdin) &&
           (answer[0] == 'y' || answer[0] == 'Y');
}

/* A file that is there is asked for on a terminal, and else left alone. */
static int may_write(const char *path, bool *force, struct error *err)
{
    *force = file_exists(path) && asks_to_overwrite(path);
    if (*force || !file_exists(path))
        return 0;
    return error_set(err, ERROR_FILE,
                     "'%s' exists; remove it, or name another file", path);
}

static int record(const struct recording *recording, const char *lesson,
                  const char *path, struct error *err)
{
    struct str out = STR_INIT;
    bool force;
    int status = may_write(path, &force, err);

    if (status == 0)
        status = recording->make(lesson, &out, err);
    if (status == 0)
        status = file_write_all(path, str_text(&out), out.length, force, err);
    str_clear(&out);
    return status;
}

int verb_record(struct options *options)
{
    const char *lesson = options->arguments[0], *path = options->output;
    const struct recording *recording;
    struct error err = {0};

    if (!path)
        return options_wrong_use(
            "record %s wants -o FILE, a .cast, .html, .svg or .md", lesson);
    recording = find_recording(path);
    if (!recording)
        return options_wrong_use(
            "the ending of \"%s\" is none of .cast .html .svg .md", path);
    if (record(recording, lesson, path, &err) == 0)
        return 0;
    fflush(stdout);
    fprintf(stderr, err.code == ERROR_SYNTAX ? "%s\n" : "emblab: error: %s\n",
            err.message);
    return 1;
}
