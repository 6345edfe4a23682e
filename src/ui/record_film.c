/*
 * Time passes only in wait_for, and what a command computes takes none of it:
 * how fast the machine is must not show. Rows that light up change by the
 * same clock.
 */
#include "ui/record_film.h"

#include <string.h>

#include "base/utf8.h"
#include "lesson/lesson.h"
#include "ui/stage.h"

#define ENTER_SECONDS 0.4  /* a command stands there before it runs */
#define RESULT_SECONDS 0.6 /* ... and its result before anything else */

enum { STOPS_MOST = 20000 }; /* a lesson of a megabyte has fewer */

/* ---- what is seen ---- */

static void draw(struct film *film)
{
    struct layout *layout = &film->viewer.layout;
    struct runner *runner = &film->runner;
    struct str prompt = STR_INIT;

    player_prompt(film->player, &prompt);
    layout->prompt = (struct prompt_view){.prompt = str_text(&prompt),
                                          .line = film->typing,
                                          .length = strlen(film->typing),
                                          .point = strlen(film->typing)};
    layout->message = (struct message){
        .error = runner->error,
        .notice = runner->notice.length > 0 ? str_text(&runner->notice) : NULL};
    layout->flash = viewer_flash_at(&film->viewer, film->now);
    layout->output_from = runner->output_from;
    layout->output_to = runner->output_to;
    stage_draw(runner->session.lab, layout, film->player, &film->grid,
               &film->viewer.map);
    film->cursor = film->viewer.map.cursor_col;
    layout->prompt = (struct prompt_view){.prompt = NULL};
    str_clear(&prompt);
}

static void show(struct film *film)
{
    const struct film_watcher *watcher = film->watcher;

    draw(film);
    if (watcher->picture)
        watcher->picture(watcher->context, film);
}

/* Time passes; what changes by itself meanwhile is shown. */
static void wait_for(struct film *film, double seconds)
{
    double end = film->now + seconds, next;

    while ((next = viewer_flash_wait(&film->viewer, film->now)) >= 0 &&
           film->now + next <= end) {
        film->now += next + 0.001;
        show(film);
    }
    if (film->now < end)
        film->now = end;
}

/* ---- places ---- */

/* Has the lesson come to the block it stands before? A question that is asked
 * stands there; a page that ends has the next one's first block there. */
static bool is_there(const struct player *player)
{
    return player->wants == PLAYER_COMMAND || player->wants == PLAYER_ANSWER ||
           player->wants == PLAYER_TRY;
}

/* A place is told when it is seen: who jumps there must see it. */
static void tell_places(struct film *film)
{
    const struct player *player = film->player;
    const struct film_watcher *watcher = film->watcher;
    size_t end = player->block + is_there(player);

    if (end > player->lesson->count)
        end = player->lesson->count;
    if (film->told < end)
        show(film);
    for (; film->told < end; film->told++) {
        const struct lesson_block *block = &player->lesson->blocks[film->told];
        const char *id = block->kind == LESSON_MARKER ? block->text : block->id;
        if (id && watcher->place)
            watcher->place(watcher->context, film, id);
    }
}

/* ---- commands ---- */

/* One character after the other, then Enter. */
static void type(struct film *film, const char *command)
{
    double seconds = player_typing_seconds(film->player);
    size_t length = strlen(command);
    struct str typed = STR_INIT;

    while (typed.length < length) {
        size_t at = typed.length;
        str_append_bytes(&typed, command + at,
                         utf8_grapheme(command + at, length - at));
        film->typing = str_text(&typed);
        wait_for(film, seconds);
        show(film);
    }
    wait_for(film, ENTER_SECONDS);
    film->typing = "";
    str_clear(&typed);
}

/* All commands of a line, with their work. */
static int run_all(struct session *session, const char *line, struct error *err)
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

int film_run_line(struct player *player, struct error *err)
{
    struct session *session = player->session;
    struct sink silent = sink_silent(), *sink = session->sink;
    int status;

    if (player->quiet)
        session->sink = &silent;
    status = run_all(session, player->command, err);
    session->sink = sink;
    return status;
}

/* Where in the file the command stands; a solution: where the try does. */
static size_t line_of(const struct player *player)
{
    const struct lesson_block *block = &player->lesson->blocks[player->block];

    for (size_t i = 0; i < block->command_count; i++) {
        if (block->commands[i].text == player->command)
            return block->commands[i].line;
    }
    return block->question ? block->question->solution_line : block->line;
}

int film_failed(const struct player *player, struct error *err)
{
    return error_set(err, ERROR_STATE,
                     "%s does not play to its end; emblab check says why",
                     player->lesson->path);
}

int film_ran(struct player *player, int status, const struct error *failure,
             struct error *err)
{
    size_t line = line_of(player);

    player_ran(player, status < 0 ? failure : NULL);
    if (!player->failed)
        return 0;
    if (status == 0)
        return film_failed(player, err);
    return error_set(err, ERROR_SYNTAX, "%s:%zu: error: %s",
                     player->lesson->path, line, failure->message);
}

/* Run a line for all to see. */
static int run_line(struct film *film, const char *line, struct error *err)
{
    struct runner *runner = &film->runner;

    viewer_end_flash(&film->viewer);
    film->viewer.layout.fresh = false;
    film->viewer.layout.lit.count = 0;
    runner_type(runner, line, false);
    while (runner_is_busy(runner)) {
        runner_turn(runner, film->now);
        stage_take_news(&film->viewer, runner, film->now);
    }
    if (!runner->error)
        return 0;
    return error_set(err, ERROR_STATE, "%s",
                     str_starts_with(runner->error, "error: ")
                         ? runner->error + strlen("error: ")
                         : runner->error);
}

static int run_seen(struct film *film, const char *command, struct error *err)
{
    const struct film_watcher *watcher = film->watcher;
    int status;

    if (watcher->types)
        watcher->types(watcher->context, film);
    if (film->player->typed)
        type(film, command);
    status = run_line(film, command, err);
    show(film);
    if (watcher->ran)
        watcher->ran(watcher->context, film);
    wait_for(film, RESULT_SECONDS);
    return status;
}

/* The command that the player wants. Fails where the lesson does. */
static int run_command(struct film *film, struct error *err)
{
    struct player *player = film->player;
    struct error failure = {0};
    int status = player->quiet ? film_run_line(player, &failure)
                               : run_seen(film, player->command, &failure);

    return film_ran(player, status, &failure, err);
}

/* ---- the film ---- */

/* A panel the lesson asks for: until a command has something else to show. */
static void take_focus(struct film *film)
{
    const char *focus = film->player->focus;

    if (focus == film->focus)
        return;
    film->focus = focus;
    if (layout_scene_index(focus) >= 0)
        viewer_show(&film->viewer, focus, true);
}

static void wait_at_stop(struct film *film)
{
    const struct film_watcher *watcher = film->watcher;
    double seconds = player_seconds(film->player);

    show(film);
    wait_for(film, seconds > 0 ? seconds : 0);
    draw(film); /* nothing lights up any more */
    if (watcher->stop)
        watcher->stop(watcher->context, film);
    player_go_on(film->player);
}

/* A page that begins anew begins with its panels. */
static void begin_page(struct film *film)
{
    if (film->page_serial == film->player->page_serial)
        return;
    film->page_serial = film->player->page_serial;
    film->viewer.layout.show_output = false;
}

static int play(struct film *film, struct error *err)
{
    struct player *player = film->player;
    int stops = 0;

    while (player->wants != PLAYER_OVER && !player->failed &&
           stops++ < STOPS_MOST) {
        begin_page(film);
        take_focus(film);
        tell_places(film);
        if (player->wants != PLAYER_COMMAND)
            wait_at_stop(film);
        else if (run_command(film, err) != 0)
            return -1;
    }
    if (player->failed || player->wants != PLAYER_OVER)
        return film_failed(player, err);
    show(film);
    tell_places(film);
    return 0;
}

static void film_clear(struct film *film)
{
    player_free(film->player);
    runner_clear(&film->runner);
    grid_clear(&film->grid);
}

int film_play(const char *name, const struct film_watcher *watcher,
              struct error *err)
{
    static const struct player_options options = {.mode = PLAYER_AUTO,
                                                  .alone = true};
    struct lesson *lesson = lesson_read(name, err);
    struct film film = {.watcher = watcher, .typing = ""};
    int status;

    if (!lesson)
        return -1;
    runner_init(&film.runner, false);
    film.runner.sink.width = lesson->cols;
    film.runner.sink.height = lesson->rows;
    film.runner.session.views = true;
    viewer_init(&film.viewer, false, &film.runner.scrollback);
    grid_init(&film.grid, lesson->rows, lesson->cols);
    film.player = player_new(&film.runner.session, lesson, &options);
    status = play(&film, err);
    film_clear(&film);
    return status;
}
