/*
 * The loop of ui/tui.c without its terminal. Time passes only where nothing is
 * left to do, up to the next thing that is due; what a command computes takes
 * none, but for a long work's progress, which is shown in so many pictures: how
 * fast the machine is must not show.
 */
#include "ui/record_film.h"

#include <limits.h>

#include "commands/settings.h"
#include "lab/lab.h"
#include "lesson/lesson.h"
#include "ui/stage.h"

#define WORK_SECONDS 2.4     /* that long work takes ... */
#define SHORTEST_WAIT 0.0001 /* time goes on, whatever is rounded */

enum {
    WORK_PICTURES = 24, /* ... in so many pictures ... */
    WORK_LEAST = 50,    /* ... of so many mini-batches or more */
    TURNS_MOST = 10 * 1000 * 1000,
};

/* ---- what is seen ---- */

static void draw(struct film *film)
{
    struct layout *layout = &film->viewer.layout;
    struct runner *runner = &film->runner;
    struct progress progress;
    char note[64];

    layout->prompt = (struct prompt_view){.prompt = "emb> ", .line = ""};
    lecture_prompt(&film->lecture, &layout->prompt);
    layout->message = (struct message){.error = runner->error,
                                       .typed = runner->typed,
                                       .wrong_start = runner->wrong_start,
                                       .wrong_length = runner->wrong_length};
    layout->message.notice = stage_notice(&film->viewer, runner);
    if (stage_said(runner, &film->said) && !layout->show_output)
        layout->message.said = str_text(&film->said);
    if (runner_progress(runner, film->now, &progress, note, sizeof note))
        layout->message.progress = &progress;
    layout->digits = (int)runner->session.settings->digits;
    stage_describe(&film->viewer, runner, film->now);
    layout_draw(runner->session.lab, layout, &film->grid, &film->viewer.map);
    if (lecture_follow(&film->lecture, &film->viewer))
        layout_draw(runner->session.lab, layout, &film->grid,
                    &film->viewer.map);
    film->cursor = film->viewer.map.cursor_col;
}

static void show(struct film *film)
{
    const struct film_watcher *watcher = film->watcher;

    draw(film);
    if (watcher->picture)
        watcher->picture(watcher->context, film);
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

size_t film_line(const struct player *player)
{
    const struct lesson_block *block = &player->lesson->blocks[player->block];

    for (size_t i = 0; i < block->command_count; i++) {
        if (block->commands[i].text == player->command)
            return block->commands[i].line;
    }
    return block->question ? block->question->solution_line : block->line;
}

int film_failed(const struct player *player, size_t line,
                const struct error *failure, struct error *err)
{
    if (failure->code != ERROR_NONE)
        return error_set(err, ERROR_SYNTAX, "%s:%zu: error: %s",
                         player->lesson->path, line, failure->message);
    return error_set(err, ERROR_STATE,
                     "%s does not play to its end; emblab check says why",
                     player->lesson->path);
}

/*
 * Long training shows how far it is: it is what people wait for. After the
 * first mini-batch it is known how many there are; from then on it goes from
 * picture to picture.
 */
static void show_progress(struct film *film)
{
    struct session *session = &film->runner.session;
    double done, total, steps;
    const char *what;

    if (!session_work_progress(session, &done, &total, &what) || done <= 0)
        return;
    steps = (double)(session->lab->step - film->work_began) * total / done;
    session->slice = steps < WORK_LEAST ? LONG_MAX
                                        : (long)(steps / WORK_PICTURES);
    if (steps < WORK_LEAST)
        return;
    film->now += WORK_SECONDS / WORK_PICTURES;
    show(film);
}

/* One thing of what the runner has to do. */
static bool run_turn(struct film *film)
{
    struct runner *runner = &film->runner;
    const struct film_watcher *watcher = film->watcher;
    bool began = !runner->working, quiet = film->player->quiet;
    long step = runner->session.lab->step;

    if (!runner_turn(runner, film->now))
        return false;
    if (began) {
        film->viewer.layout.fresh = false;
        film->viewer.layout.lit.count = 0;
        film->work_began = step;
        runner->session.slice = quiet ? LONG_MAX : 1;
    }
    stage_take_news(&film->viewer, runner, film->now);
    if (!quiet && runner->working && !began)
        show_progress(film);
    if (!quiet && runner->script_ended && watcher->ran)
        watcher->ran(watcher->context, film);
    return true;
}

/* ---- the lesson ---- */

/* Its time is over, and it goes on: this is the last moment to look. */
static void tell_stop(struct film *film)
{
    const struct lecture *lecture = &film->lecture;
    const struct film_watcher *watcher = film->watcher;
    bool ends = lecture->state == LECTURE_WAITING && lecture->due >= 0 &&
                film->now >= lecture->due && film->player->wants != PLAYER_OVER;

    if (!ends)
        return;
    viewer_end_flash(&film->viewer);
    draw(film);
    if (watcher->stop)
        watcher->stop(watcher->context, film);
}

static bool play_turn(struct film *film)
{
    struct lecture *lecture = &film->lecture;
    const struct film_watcher *watcher = film->watcher;
    enum lecture_state before = lecture->state;
    bool done;

    tell_stop(film);
    done = lecture_turn(lecture, &film->runner, &film->viewer, film->now);
    if (lecture->over)
        return done;
    if (film->player->wants == PLAYER_COMMAND)
        film->line = film_line(film->player);
    if (lecture->state == LECTURE_TYPING || lecture->state == LECTURE_WAITING)
        tell_places(film);
    if (lecture->state == LECTURE_TYPING && before != LECTURE_TYPING &&
        watcher->types)
        watcher->types(watcher->context, film);
    return done;
}

static double sooner(double a, double b)
{
    if (a < 0 || b < 0)
        return a < 0 ? b : a;
    return a < b ? a : b;
}

/* Nothing is to be done now: on to when there is. False: there never is. */
static bool pass_time(struct film *film)
{
    double flash = viewer_flash_wait(&film->viewer, film->now);
    double wait = sooner(lecture_wait(&film->lecture, film->now), flash);

    if (wait < 0)
        return false;
    film->now += wait > SHORTEST_WAIT ? wait : SHORTEST_WAIT;
    if (flash >= 0)
        show(film);
    return true;
}

static int play(struct film *film, struct error *err)
{
    const struct player *player = film->player;
    bool goes_on = true;
    long turns = 0;

    while (goes_on && !film->lecture.over && !player->failed &&
           turns++ < TURNS_MOST) {
        bool done = run_turn(film);
        done |= play_turn(film);
        if (!done && !runner_is_busy(&film->runner))
            goes_on = pass_time(film);
        else if (!runner_is_busy(&film->runner))
            show(film);
    }
    if (player->failed || !film->lecture.over)
        return film_failed(player, film->line, &film->runner.script_error, err);
    return 0;
}

/* ---- begin and end ---- */

static void begin(struct film *film, struct lesson *lesson)
{
    static const struct player_options options = {.mode = PLAYER_AUTO,
                                                  .alone = true};
    int rows = film->watcher->rows > 0 ? film->watcher->rows : lesson->rows;
    int cols = film->watcher->cols > 0 ? film->watcher->cols : lesson->cols;

    runner_init(&film->runner, false);
    film->runner.sink.width = cols;
    film->runner.sink.height = rows;
    film->runner.session.front_end.views = true;
    film->runner.session.front_end.picture = stage_picture;
    viewer_init(&film->viewer, false, &film->runner.scrollback);
    grid_init(&film->grid, rows, cols);
    film->lecture.player = player_new(&film->runner.session, lesson, &options);
    film->lecture.on_stage = true;
    film->lecture.due = -1;
    film->player = film->lecture.player;
    film->viewer.layout.player = film->player;
}

static void end(struct film *film)
{
    player_remove_files(film->lecture.player);
    lecture_clear(&film->lecture);
    runner_clear(&film->runner);
    grid_clear(&film->grid);
    str_clear(&film->said);
}

int film_play(const char *name, const struct film_watcher *watcher,
              struct error *err)
{
    struct lesson *lesson = lesson_read(name, err);
    struct film film = {.watcher = watcher};
    int status;

    if (!lesson)
        return -1;
    begin(&film, lesson);
    status = play(&film, err);
    end(&film);
    return status;
}
