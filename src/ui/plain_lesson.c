/*
 * A lesson in plain text: what comes onto its page is printed below what was
 * there, its commands are typed at the prompt for all to see. The player
 * (lesson/player.h) says what; here is how, and how long.
 *
 * What was printed of the page is known by the items' serial numbers: they
 * grow, and items may go, but none changes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/str.h"
#include "base/utf8.h"
#include "ui/plain_parts.h"
#include "ui/report.h"

enum { TEXT_COLUMNS = 80 };

/* --- the page ----------------------------------------------------------- */

static void print_blank(struct plain *plain)
{
    sink_text(&plain->sink, "\n");
}

static void print_item(struct plain *plain, const struct player_item *item)
{
    int width = plain->sink.width < TEXT_COLUMNS ? plain->sink.width
                                                 : TEXT_COLUMNS;
    struct grid grid;

    grid_init(&grid, 0, width);
    player_draw_item(item, &grid, 0, 0, width);
    sink_grid(&plain->sink, &grid);
    grid_clear(&grid);
}

/* Choices stand together; all else has air around it. */
static void print_page(struct plain *plain)
{
    const struct player *player = plain->player;
    bool choice = false;

    for (size_t i = 0; i < player->item_count; i++) {
        const struct player_item *item = &player->items[i];
        if (item->serial > plain->item) {
            if (!choice || item->kind != PLAYER_CHOICE)
                print_blank(plain);
            print_item(plain, item);
            plain->item = item->serial;
        }
        choice = item->kind == PLAYER_CHOICE;
    }
}

/* --- its commands ------------------------------------------------------- */

/* Character by character, where there is somebody to see it. Ctrl-C types the
 * rest at once, and what plays by itself waits then. */
static void type_slowly(struct plain *plain, const struct str *text, size_t *at,
                        double seconds)
{
    bool stopped = false;

    while (*at < text->length && !stopped) {
        size_t length = utf8_grapheme(text->data + *at, text->length - *at);
        fwrite(text->data + *at, 1, length, stdout);
        fflush(stdout);
        plain_wait(seconds);
        *at += length;
        stopped = plain_take_stop();
    }
    if (stopped && plain->player->options.mode == PLAYER_AUTO)
        player_hold(plain->player, true);
}

static void type_command(struct plain *plain)
{
    const struct player *player = plain->player;
    double seconds = player_typing_seconds(player);
    struct str text = STR_INIT;
    size_t at = 0;

    print_blank(plain);
    utf8_append_visible(&text, player->command, strlen(player->command));
    sink_text(&plain->sink, "emb> ");
    if (player->typed && plain->session.front_end.interactive && seconds > 0)
        type_slowly(plain, &text, &at, seconds);
    sink_text(&plain->sink, str_text(&text) + at);
    sink_text(&plain->sink, "\n");
    fflush(stdout);
    str_clear(&text);
}

/* Its commands, until one fails. What they ask of a front end (to quit, to
 * play another lesson) is nothing a lesson may have. */
static int run_commands(struct plain *plain, struct error *err)
{
    const char *text = plain->player->command;
    size_t length = strlen(text), position = 0;
    int status = 1;

    while (status == 1 && position < length) {
        struct effect effect;
        status = plain_command(plain, text, length, &position, &effect, err);
    }
    return status < 0 ? -1 : 0;
}

static void run_wanted(struct plain *plain)
{
    struct player *player = plain->player;
    struct place place = {.where = plain->session.front_end.interactive
                                       ? NULL
                                       : player->lesson->path,
                          .line = player->line};
    struct sink silent = sink_silent(), *sink = plain->session.sink;
    struct error err = {0};
    int status;

    if (player->quiet)
        plain->session.sink = &silent;
    else
        type_command(plain);
    status = run_commands(plain, &err);
    plain->session.sink = sink;
    if (status != 0 && !player->quiet)
        plain_report(plain, &place, &err);
    if (status != 0 && err.code == ERROR_INTERRUPTED) {
        (void)plain_take_stop();
        plain->interrupted = !plain->session.front_end.interactive;
    }
    player_ran(player, status != 0 ? &err : NULL);
}

/* --- going on ----------------------------------------------------------- */

static void settle(struct plain *plain)
{
    print_page(plain);
    while (plain->player->wants == PLAYER_COMMAND && !plain->interrupted) {
        run_wanted(plain);
        print_page(plain);
    }
    fflush(stdout);
}

/* The time of a pause is over, or Ctrl-C ended it: then the person goes on. */
static void wait_in_auto(struct plain *plain, double seconds)
{
    if (!plain->session.stop[0])
        plain_wait(seconds);
    if (plain_take_stop())
        player_hold(plain->player, true);
    else
        player_go_on(plain->player);
}

/* The lesson is over: the lab stays, unless all was for the lesson, or another
 * one may follow. */
static bool end_lesson(struct plain *plain)
{
    struct effect leave = {.request = REQUEST_LESSON, .lesson = LESSON_LEAVE};
    struct error err;

    if (plain->on_stage || plain->player->next) {
        print_blank(plain);
        return plain->player->options.mode != PLAYER_AUTO;
    }
    sink_notice(&plain->sink, plain->player->last
                                  ? "the last lesson is over; lessons lists all"
                                  : "the lesson is over; lessons lists the "
                                    "others");
    (void)plain_lesson_request(plain, &leave, &err);
    return true;
}

bool plain_lesson_go_on(struct plain *plain)
{
    while (plain->player) {
        double seconds;
        if (player_poll(plain->player))
            print_page(plain);
        settle(plain);
        if (plain->player->wants == PLAYER_OVER)
            return end_lesson(plain);
        seconds = player_seconds(plain->player);
        if (plain->player->options.mode != PLAYER_AUTO || seconds < 0) {
            print_blank(plain); /* the prompt has air above it, too */
            return true;
        }
        wait_in_auto(plain, seconds);
    }
    return true;
}

void plain_lesson_alone(struct plain *plain)
{
    struct player *player = plain->player;

    settle(plain);
    while (player->wants != PLAYER_OVER && !plain->interrupted) {
        if (plain_take_stop())
            plain->interrupted = true;
        player_go_on(player);
        settle(plain);
    }
    plain->failed |= player->failed;
}

/* --- lines and requests ------------------------------------------------- */

bool plain_lesson_take(struct plain *plain, const char *line)
{
    struct player *player = plain->player;

    if (player_poll(player)) /* what Enter would go on from is another page */
        return true;
    if (player->wants == PLAYER_OVER && !player->off_script &&
        line[strspn(line, " \t")] == '\0') {
        if (!player->next)
            plain->quit = plain->on_stage;
        else if (player_follow(&plain->player, time(NULL)))
            plain->item = 0;
        return true;
    }
    return player_line(player, line) == PLAYER_LINE_TAKEN;
}

void plain_lesson_typed(struct plain *plain)
{
    if (plain->player)
        player_typed(plain->player);
}

int plain_lesson_request(struct plain *plain, const struct effect *effect,
                         struct error *err)
{
    struct player_options study = {.mode = PLAYER_STUDY, .began = time(NULL)};
    struct player *before = plain->player;
    int status =
        player_request(&plain->player, &plain->session, effect, &study, err);

    if (plain->player != before)
        plain->item = 0;
    return status;
}

bool plain_lesson_open(struct plain *plain, const char *name,
                       const struct player_options *options, bool terminal)
{
    struct player_options own = *options;
    struct error err = {0};

    if (!terminal) {
        own.mode = PLAYER_AUTO;
        own.auto_seconds = -1;
        own.alone = true;
        own.notes = false;
    }
    plain->player = player_open(&plain->session, name, &own, &err);
    plain->on_stage = plain->player != NULL;
    if (plain->player)
        return true;
    report_error(&err);
    plain->failed = true;
    return false;
}
