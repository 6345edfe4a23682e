/*
 * Invariants: while the player wants a command, no line of a person runs (they
 * are held) and nothing else does; a page that is longer than its room is
 * read to its end before Enter, or time, goes on.
 */
#include "ui/lecture.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/utf8.h"
#include "scenes/scene.h"
#include "ui/page.h"

#define ENTER_SECONDS 0.4 /* a command stands there before it runs */
#define LOOK_SECONDS 1.0  /* between looks at the lesson's file */
#define TOLD_LEAST 2.0    /* shorter waits are not counted down ... */
#define TOLD_MOST 60.0    /* ... nor are such as nobody sits through */

static bool is_blank(const char *line)
{
    return line[strspn(line, " \t")] == '\0';
}

bool lecture_plays(const struct lecture *lecture)
{
    return lecture->player->options.mode == PLAYER_AUTO;
}

/* ---- begin and end ---- */

static void start(struct lecture *lecture)
{
    if (lecture->player != NULL)
        lecture->mode = lecture->player->options.mode;
    lecture->state = LECTURE_READY;
    lecture->due = -1;
    lecture->page = lecture->begun = 0;
    lecture->seen = 0;
    lecture->focus = NULL;
    lecture->moved = 0;
    lecture->looked = 0;
    str_truncate(&lecture->held, 0);
    str_truncate(&lecture->ran, 0);
}

int lecture_open(struct lecture *lecture, struct session *session,
                 const char *name, const struct player_options *options,
                 struct error *err)
{
    lecture->player = player_open(session, name, options, err);
    start(lecture);
    lecture->on_stage = lecture->player != NULL;
    return lecture->player != NULL ? 0 : -1;
}

int lecture_request(struct lecture *lecture, struct session *session,
                    const struct effect *effect, struct error *err)
{
    struct player_options study = {.mode = PLAYER_STUDY, .began = time(NULL)};
    struct player *before = lecture->player;
    int status = player_request(&lecture->player, session, effect, &study, err);
    lecture->state = LECTURE_READY;
    if (lecture->player != before) {
        start(lecture);
        lecture->began = true;
        lecture->on_stage = false;
    }
    return status;
}

void lecture_clear(struct lecture *lecture)
{
    player_free(lecture->player);
    str_clear(&lecture->held);
    str_clear(&lecture->ending);
    str_clear(&lecture->ran);
    *lecture = (struct lecture){.player = NULL};
}

static void leave(struct lecture *lecture)
{
    struct effect effect = {.request = REQUEST_LESSON, .lesson = LESSON_LEAVE};
    lecture->failed |= lecture->player->failed;
    if (lecture->on_stage)
        lecture->over = true;
    else
        (void)player_request(&lecture->player, lecture->player->session,
                             &effect, NULL, NULL);
}

/* Enter behind the last page: the next lesson, or none. */
static void end_lesson(struct lecture *lecture, struct viewer *viewer)
{
    if (lecture->player->next == NULL) {
        leave(lecture);
        return;
    }
    lecture->failed |= lecture->player->failed;
    if (player_follow(&lecture->player, time(NULL))) {
        start(lecture);
        lecture->went_on = true;
        viewer->layout.show_output = false;
        viewer->layout.player = lecture->player;
    }
    lecture->state = LECTURE_READY;
}

/* ---- its commands ---- */

bool lecture_is_busy(const struct lecture *lecture)
{
    return lecture->player != NULL &&
           (lecture->player->wants == PLAYER_COMMAND ||
            lecture->state == LECTURE_READY);
}

static void run_command(struct lecture *lecture, struct runner *runner)
{
    const struct player *player = lecture->player;
    lecture->state = LECTURE_RUNNING;
    str_truncate(&lecture->ran, 0);
    if (!player->quiet)
        str_append(&lecture->ran, player->command);
    runner_script(runner, player->command, player->quiet);
}

/* One more character, or Enter behind the last. */
static bool type_more(struct lecture *lecture, struct runner *runner,
                      double now)
{
    const char *command = lecture->player->command;
    size_t length = strlen(command);
    if (now < lecture->due)
        return false;
    if (lecture->typed >= length) {
        run_command(lecture, runner);
        return true;
    }
    lecture->typed +=
        utf8_grapheme(command + lecture->typed, length - lecture->typed);
    lecture->due = now + (lecture->typed < length
                              ? player_typing_seconds(lecture->player)
                              : ENTER_SECONDS / lecture->player->speed);
    return true;
}

/* A command is seen as it is typed, unless nobody waits for anything. */
static void begin_command(struct lecture *lecture, struct runner *runner,
                          double now)
{
    const struct player *player = lecture->player;
    if (!player->typed || player->quiet || player->options.auto_seconds < 0) {
        run_command(lecture, runner);
        return;
    }
    lecture->state = LECTURE_TYPING;
    lecture->typed = 0;
    lecture->due = now + player_typing_seconds(player);
}

/* The newest of the page's items; 0: it has none. */
static unsigned long newest_item(const struct lecture *lecture)
{
    const struct player *player = lecture->player;
    size_t count = player->item_count;
    return count > 0 ? player->items[count - 1].serial : 0;
}

/* What the runner tells of lines that have ended. What a person's line brought
 * to the page (a hint, praise) is to be seen. */
static bool take_ends(struct lecture *lecture, struct runner *runner,
                      struct viewer *viewer)
{
    if (runner->script_ended) {
        const struct error *err = &runner->script_error;
        runner->script_ended = false;
        lecture->state = LECTURE_READY;
        player_ran(lecture->player, err->code != ERROR_NONE ? err : NULL);
        return true;
    }
    if (!runner->typed_ended || runner_is_busy(runner))
        return false;
    runner->typed_ended = false;
    str_truncate(&lecture->ran, 0);
    lecture->read = lecture->seen;
    if (!lecture->began)
        player_typed(lecture->player);
    if (newest_item(lecture) != lecture->newest)
        viewer_turn_to_page(viewer);
    lecture->began = false;
    lecture->state = LECTURE_READY;
    return true;
}

/* ---- going on ---- */

/* Behind the page as it stands: what was said on it is read. Where the file is
 * another one by now, its page is shown first. */
static void go_on(struct lecture *lecture)
{
    lecture->state = LECTURE_READY;
    lecture->went_on = true;
    lecture->read = lecture->seen;
    if (!player_poll(lecture->player))
        player_go_on(lecture->player);
}

/* Whole seconds that are left; the last is told till its end. */
static int seconds_left(const struct lecture *lecture, double now)
{
    double left = lecture->due - now;
    return left > 1 ? (int)ceil(left) : 1;
}

static void begin_waiting(struct lecture *lecture, double now)
{
    bool over = lecture->player->wants == PLAYER_OVER;
    double seconds = player_seconds(lecture->player);
    lecture->state = LECTURE_WAITING;
    lecture->newest = newest_item(lecture);
    lecture->due = -1;
    if (lecture_plays(lecture) && over && lecture->on_stage)
        lecture->due = now + (seconds < 0 ? 0 : ENTER_SECONDS);
    else if (lecture_plays(lecture) && !over && seconds >= 0)
        lecture->due = now + seconds;
    lecture->speed = lecture->player->speed;
    lecture->left = 0;
    if (lecture->due >= 0 && seconds >= TOLD_LEAST && seconds <= TOLD_MOST)
        lecture->left = seconds_left(lecture, now);
}

/* The countdown goes on, by another speed if there is one. True: a second
 * less. */
static bool count_down(struct lecture *lecture, double now)
{
    double speed = lecture->player->speed;
    int left = lecture->left;
    if (lecture->due >= 0)
        lecture->due = now + (lecture->due - now) * lecture->speed / speed;
    lecture->speed = speed;
    if (left > 0)
        lecture->left = lecture->due < 0 ? 0 : seconds_left(lecture, now);
    return lecture->left != left;
}

/* The prompt at a lesson's end, where there is a next one. */
static void write_ending(struct lecture *lecture, int cols)
{
    enum { NARROW_COLS = 60 };
    str_truncate(&lecture->ending, 0);
    if (lecture->player->next != NULL)
        str_printf(&lecture->ending, "[Enter: %s%s] emb> ",
                   cols < NARROW_COLS ? "" : "lesson ", lecture->player->next);
}

/* Its time is over: read on, go on, or leave. */
static bool end_waiting(struct lecture *lecture, struct viewer *viewer,
                        double now)
{
    if (lecture->due < 0 || now < lecture->due)
        return false;
    if (viewer_read_on(viewer)) {
        begin_waiting(lecture, now);
    } else if (lecture->player->wants == PLAYER_OVER) {
        leave(lecture);
    } else {
        go_on(lecture);
    }
    return true;
}

/* The lesson may be written while it is played. */
static bool look_at_file(struct lecture *lecture, double now)
{
    bool waits = lecture->state == LECTURE_WAITING;
    if (!waits || now < lecture->looked + LOOK_SECONDS)
        return false;
    lecture->looked = now;
    if (!player_poll(lecture->player))
        return false;
    lecture->state = LECTURE_READY;
    return true;
}

/* Lines that were typed meanwhile, now that it waits. */
static void release_held(struct lecture *lecture, struct runner *runner,
                         struct viewer *viewer)
{
    char *held = str_take(&lecture->held), *line = held;
    while (*line != '\0' && lecture->player != NULL) {
        size_t length = strcspn(line, "\n");
        bool more = line[length] == '\n';
        line[length] = '\0';
        if (!lecture_line(lecture, runner, viewer, line))
            runner_type(runner, line, false);
        line += length + more;
    }
    free(held);
}

/* The panel the lesson asks for, as soon as there is something to see in it,
 * whatever its commands on this page would show. */
static void take_focus(struct lecture *lecture, struct viewer *viewer,
                       const struct lab *lab)
{
    const struct player *player = lecture->player;
    if (player->focus != lecture->focus) {
        lecture->focus = player->focus;
        lecture->focus_page = player->page_serial;
    }
    const struct scene *scene =
        lecture->focus != NULL ? scene_find(lecture->focus) : NULL;
    if (scene != NULL && lecture->focus_page == player->page_serial &&
        scene->ready(lab))
        viewer_focus(viewer, scene->name);
}

/* Come here by another way than page by page, the picture is the same. */
static void take_view(struct lecture *lecture, struct viewer *viewer,
                      const struct lab *lab)
{
    const struct player *player = lecture->player;
    bool on_its_way = player->wants == PLAYER_COMMAND && player->quiet;
    if (player->moved == lecture->moved || on_its_way)
        return;
    lecture->moved = player->moved;
    const struct scene *scene = player->view != NULL ? scene_find(player->view)
                                                     : NULL;
    viewer_restore(viewer, scene != NULL ? scene->name : NULL,
                   scene != NULL && player->view_chosen && scene->ready(lab));
}

/* What was said before the lesson went on is read; what was printed on another
 * page is put away. */
static void begin_page(struct lecture *lecture, struct runner *runner,
                       struct viewer *viewer)
{
    if (lecture->went_on)
        runner_forget(runner);
    lecture->went_on = false;
    if (lecture->begun == lecture->player->page_serial)
        return;
    str_truncate(&lecture->ran, 0);
    if (lecture->begun != 0) {
        viewer->layout.show_output = false;
        runner_forget(runner);
    }
    viewer_turn_to_page(viewer);
    runner_begin_page(runner);
    lecture->begun = lecture->player->page_serial;
}

static bool advance(struct lecture *lecture, struct runner *runner,
                    struct viewer *viewer, double now)
{
    if (runner_is_busy(runner) || lecture->state == LECTURE_RUNNING)
        return false;
    if (lecture->state == LECTURE_TYPING)
        return type_more(lecture, runner, now);
    if (lecture->state == LECTURE_WAITING)
        return look_at_file(lecture, now) ||
               end_waiting(lecture, viewer, now) || count_down(lecture, now);
    begin_page(lecture, runner, viewer);
    take_view(lecture, viewer, runner->session.lab);
    take_focus(lecture, viewer, runner->session.lab);
    if (lecture->player->wants == PLAYER_COMMAND) {
        begin_command(lecture, runner, now);
        return true;
    }
    begin_waiting(lecture, now);
    write_ending(lecture, runner->sink.width);
    char *proposal = player_take_proposal(lecture->player);
    if (proposal != NULL)
        prompt_set_line(proposal);
    free(proposal);
    release_held(lecture, runner, viewer);
    return true;
}

bool lecture_turn(struct lecture *lecture, struct runner *runner,
                  struct viewer *viewer, double now)
{
    viewer->layout.player = lecture->player;
    runner->keeps_marks = lecture->player != NULL;
    if (lecture->player == NULL || lecture->over) {
        runner->typed_ended = runner->script_ended = lecture->began = false;
        return false;
    }
    bool news = take_ends(lecture, runner, viewer);
    bool done = advance(lecture, runner, viewer, now);
    viewer->layout.player = lecture->player;
    return news || done;
}

double lecture_wait(const struct lecture *lecture, double now)
{
    if (lecture->player == NULL || lecture->state == LECTURE_RUNNING)
        return -1;
    double look = lecture->looked + LOOK_SECONDS, due = lecture->due;
    bool waits = lecture->state == LECTURE_WAITING;
    if (!waits)
        return due > now ? due - now : 0;
    double next = due >= 0 && due < look ? due : look;
    double tick = due - (lecture->left - 1);
    if (lecture->left > 1 && tick < next)
        next = tick;
    return next > now ? next - now : 0;
}

/* ---- what a person does ---- */

/* Type the rest at once. */
static void hurry(struct lecture *lecture)
{
    if (lecture->state != LECTURE_TYPING)
        return;
    lecture->typed = strlen(lecture->player->command);
    lecture->due = 0;
}

static void enter(struct lecture *lecture, struct viewer *viewer)
{
    if (viewer_read_on(viewer))
        return;
    if (lecture->player->wants == PLAYER_OVER && !lecture->player->off_script) {
        end_lesson(lecture, viewer);
        return;
    }
    go_on(lecture);
}

/* While a command of a person runs the lesson moves nowhere, and takes no
 * answer: it is held. */
static bool line_meanwhile(struct lecture *lecture, const char *line)
{
    bool answers = lecture->player->wants == PLAYER_ANSWER;
    if (is_blank(line)) {
        hurry(lecture);
        return true;
    }
    if (!lecture_is_busy(lecture) && !answers)
        return false;
    str_printf(&lecture->held, "%s\n", line);
    return true;
}

bool lecture_line(struct lecture *lecture, const struct runner *runner,
                  struct viewer *viewer, const char *line)
{
    bool blank = is_blank(line);
    if (lecture->player == NULL)
        return false;
    if (lecture_is_busy(lecture) || runner_is_busy(runner))
        return line_meanwhile(lecture, line);
    if (blank) {
        enter(lecture, viewer);
        return true;
    }
    if (player_line(lecture->player, line) != PLAYER_LINE_TAKEN)
        return false;
    viewer_turn_to_page(viewer);
    lecture->state = LECTURE_READY;
    lecture->read = lecture->seen;
    return true;
}

/* Wait anew, by what the player says now. */
static void wait_anew(struct lecture *lecture)
{
    if (lecture->state == LECTURE_WAITING)
        lecture->state = LECTURE_READY;
}

bool lecture_toggle(struct lecture *lecture, const struct runner *runner)
{
    struct player *player = lecture->player;
    if (player == NULL)
        return false;
    bool waits = !lecture_plays(lecture) || player->held;
    if (player->off_script && !lecture_is_busy(lecture) &&
        !runner_is_busy(runner))
        player_go_on(player); /* back to the lesson first */
    lecture->played = true;
    if (waits)
        player_set_mode(player, PLAYER_AUTO);
    else if (lecture->mode == PLAYER_AUTO)
        player_hold(player, true);
    else
        player_set_mode(player, lecture->mode);
    wait_anew(lecture);
    return true;
}

void lecture_hold(struct lecture *lecture)
{
    if (lecture->player == NULL || !lecture_plays(lecture))
        return;
    player_hold(lecture->player, true);
    wait_anew(lecture);
}

/* Space, . + -: in a lesson that plays by itself. */
static bool steer(struct lecture *lecture, const struct runner *runner,
                  struct viewer *viewer, char letter)
{
    struct player *player = lecture->player;
    switch (letter) {
    case ' ':
        lecture_toggle(lecture, runner);
        return true;
    case '.':
        hurry(lecture);
        if (!lecture_is_busy(lecture))
            enter(lecture, viewer);
        return true;
    case '+':
    case '-':
        player_change_speed(player, letter == '+' ? 1 : -1);
        return true;
    default:
        return false;
    }
}

/* + and -, also while F5 has it stop; but an answer may begin so. */
static bool changes_speed(const struct lecture *lecture, const struct key *key)
{
    return lecture->played && key->length == 1 &&
           (key->bytes[0] == '+' || key->bytes[0] == '-') &&
           (lecture->player->wants != PLAYER_ANSWER ||
            (lecture_plays(lecture) && !lecture->player->held));
}

bool lecture_key(struct lecture *lecture, const struct runner *runner,
                 struct viewer *viewer, const struct key *key)
{
    if (lecture->player == NULL || key->kind != KEYS_EDIT ||
        (runner_is_busy(runner) && !lecture_is_busy(lecture)))
        return false;
    bool left = str_equal(key->bytes, "\033[D"),
         right = str_equal(key->bytes, "\033[C");
    if (changes_speed(lecture, key))
        return steer(lecture, runner, viewer, key->bytes[0]);
    if (key->length == 1 && lecture_plays(lecture))
        return steer(lecture, runner, viewer, key->bytes[0]);
    if ((!left && !right) || lecture_is_busy(lecture))
        return false;
    if (left)
        player_back(lecture->player);
    else
        player_forward(lecture->player);
    lecture->state = LECTURE_READY;
    return true;
}

bool lecture_interrupt(struct lecture *lecture)
{
    if (lecture->player == NULL)
        return false;
    if (lecture->state == LECTURE_TYPING) {
        hurry(lecture);
        return true;
    }
    if (lecture->state != LECTURE_WAITING || lecture->due < 0)
        return false;
    player_hold(lecture->player, true);
    lecture->due = -1;
    return true;
}

/* ---- what is shown ---- */

void lecture_prompt(const struct lecture *lecture, struct prompt_view *view)
{
    const struct player *player = lecture->player;
    if (player == NULL || view->searching)
        return;
    if (lecture->state == LECTURE_TYPING) {
        view->line = player->command;
        view->length = view->point = lecture->typed;
        view->candidates = NULL;
    } else if (player->off_script) {
        view->prompt = "[off script] emb> ";
    } else if (player->wants == PLAYER_ANSWER) {
        view->prompt = "answer> ";
    } else if (player->next != NULL) {
        view->prompt = str_text(&lecture->ending);
    }
}

const char *lecture_command(const struct lecture *lecture)
{
    bool ran = lecture->player != NULL && lecture->ran.length > 0;
    return ran && lecture->state != LECTURE_TYPING ? str_text(&lecture->ran)
                                                   : NULL;
}

bool lecture_playing(const struct lecture *lecture, char *out, size_t size)
{
    const struct player *player = lecture->player;
    char seconds[32] = "", speed[32] = "";
    bool other = player != NULL && (player->speed < 1 || player->speed > 1);
    if (player == NULL || (!lecture_plays(lecture) && !other))
        return false;
    if (!lecture_plays(lecture)) {
        snprintf(out, size, "speed %g", player->speed);
        return lecture->played;
    }
    if (lecture->state == LECTURE_WAITING && lecture->left > 0)
        snprintf(seconds, sizeof seconds, "next in %d s · ", lecture->left);
    else if (player->options.auto_seconds > 0)
        snprintf(seconds, sizeof seconds, "%g s · ",
                 player->options.auto_seconds);
    if (other)
        snprintf(speed, sizeof speed, "speed %g · ", player->speed);
    snprintf(out, size, "%s · %s%sF5 %s", player->held ? "paused" : "auto",
             seconds, speed, player->held ? "goes on" : "pauses");
    return true;
}

/* What has come to the page since a person went on or answered, and as much
 * before it as there is room for. */
bool lecture_follow(struct lecture *lecture, struct viewer *viewer)
{
    const struct player *player = lecture->player;
    const struct layout_map *map = &viewer->map;
    if (player == NULL || map->page.rows == 0)
        return false;
    unsigned long newest = newest_item(lecture);
    int last = map->page_rows - map->page_room, top = map->page_top;
    bool turned = lecture->page != player->page_serial;
    if (turned)
        lecture->read = 0;
    if (turned || (lecture->seen != newest && lecture->read == 0))
        top = 0;
    else if (lecture->seen != newest)
        top = page_row_behind(player, map->page, lecture->read);
    lecture->page = player->page_serial;
    lecture->seen = newest;
    top = top < last ? top : last;
    top = top > 0 ? top : 0;
    viewer->layout.page_top = top;
    return top != map->page_top;
}
