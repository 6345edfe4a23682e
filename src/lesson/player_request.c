/*
 * The commands of a learner: each request of a handler, carried out.
 */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "commands/show.h"
#include "draw/grid.h"
#include "lang/parse.h"
#include "lesson/player_parts.h"

/* --- lessons ------------------------------------------------------------ */

static void say_damage(struct session *session, const struct learning *learning)
{
    if (learning->damaged > 0)
        sink_notice(session->sink,
                    "your progress file is damaged: %zu line%s could not be "
                    "read and %s left out",
                    learning->damaged, learning->damaged == 1 ? "" : "s",
                    learning->damaged == 1 ? "is" : "are");
}

/* Without it the list is of use all the same. */
static void read_progress(struct session *session, struct learning *learning)
{
    struct error err = {0};

    if (progress_read(learning, &err) != 0)
        sink_notice(session->sink, "your progress cannot be read: %s",
                    err.message);
    say_damage(session, learning);
}

enum { NAME_COLUMNS = 20, TITLE_COLUMNS = 32 };

static void list_lesson(struct session *session,
                        const struct learning *learning, const char *name)
{
    struct error err = {0};
    struct lesson *lesson = lesson_read(name, &err);
    struct progress_count count;
    struct str progress = STR_INIT, line = STR_INIT;

    if (!lesson) {
        sink_notice(session->sink, "%s", err.message);
        return;
    }
    count = progress_count(learning, lesson);
    progress_write(&count, &progress);
    utf8_append_fit(&line, name, NAME_COLUMNS);
    str_append_char(&line, ' ');
    utf8_append_fit(&line, lesson->title, TITLE_COLUMNS);
    if (lesson->minutes > 0)
        str_printf(&line, "%3d min", lesson->minutes);
    else if (progress.length > 0)
        str_repeat(&line, " ", 7);
    str_printf(&line, "%s%s", progress.length > 0 ? "   " : "",
               str_text(&progress));
    show_line(session, STYLE_NORMAL, "%s", str_text(&line));
    str_clear(&line);
    str_clear(&progress);
    lesson_free(lesson);
}

static bool any_shown(const struct learning *learning)
{
    for (size_t i = 0; i < learning->count; i++) {
        if (learning->entries[i].state == PROGRESS_SHOWN)
            return true;
    }
    return false;
}

static int list_lessons(struct session *session, struct error *err)
{
    static const char *const endings[] = {".md", NULL};
    char **names = file_list_data("lessons", endings);
    struct learning learning;
    int status = 0;

    read_progress(session, &learning);
    for (size_t i = 0; names[i]; i++)
        list_lesson(session, &learning, names[i]);
    if (names[0] && any_shown(&learning))
        show_wrapped(session, 0, STYLE_DIM,
                     "shown: questions that showed you their solution.");
    if (names[0])
        show_wrapped(session, 0, STYLE_DIM,
                     "lesson NAME plays one here, question by question; emblab "
                     "play NAME plays it on a screen for all to see.");
    else
        status =
            error_set(err, ERROR_NOT_FOUND,
                      "there are no lessons beside this program; "
                      "EMBLAB_DATA names another folder that has lessons/");
    progress_clear(&learning);
    file_list_free(names);
    return status;
}

/* --- one lesson --------------------------------------------------------- */

/* The id that progress goes by, of a lesson that may be gone: caller's. */
static char *id_of(const char *name)
{
    struct lesson *lesson = lesson_read_front(name, NULL);
    char *id = memory_text(lesson ? lesson->id : name);

    lesson_free(lesson);
    return id;
}

static int forget(struct session *session, const char *name, struct error *err)
{
    char *id = id_of(name);
    size_t forgotten = 0;
    int status = progress_forget(id, &forgotten, err);

    if (status == 0 && forgotten == 0)
        status = error_set(err, ERROR_NOT_FOUND,
                           "there is no progress of '%s' to forget; lessons "
                           "lists it",
                           name);
    else if (status == 0)
        show_line(session, STYLE_NORMAL, "%s: its progress is forgotten", id);
    free(id);
    return status;
}

/* What to type for this lesson: its id where that finds it. */
static void write_name(const struct lesson *lesson, struct str *out)
{
    struct lesson *found = lesson_read_front(lesson->id, NULL);
    bool same = found && str_equal(found->path, lesson->path);

    command_write_word(same ? lesson->id : lesson->path, false, out);
    lesson_free(found);
}

/* The way back to where it stands, or the nearest place before with an id. */
static void write_way_back(const struct player *player, struct str *out)
{
    const struct lesson *lesson = player->lesson;

    str_append(out, "lesson ");
    write_name(lesson, out);
    for (size_t i = player_here(player)->end; i-- > 0;) {
        if (i > player->block || !lesson->blocks[i].id)
            continue;
        str_printf(out, "#%s", lesson->blocks[i].id);
        return;
    }
}

static void say_left(struct player *player)
{
    const struct player_state *state = player->state;
    struct str way = STR_INIT;

    write_way_back(player, &way);
    if (player->wants != PLAYER_OVER)
        sink_notice(player->session->sink,
                    "the lesson is left on page %zu of %zu, and the lab stays "
                    "as it is; %s comes back",
                    player->page, player->pages, str_text(&way));
    if (state->before)
        sink_notice(
            player->session->sink,
            "the lab from before the lesson is kept; goto %s goes there",
            state->before);
    str_clear(&way);
}

static void leave(struct player **player)
{
    say_left(*player);
    player_free(*player);
    *player = NULL;
}

/* What is done of it from another day. */
static void greet(struct player *player)
{
    struct learning learning;
    struct progress_count count;

    read_progress(player->session, &learning);
    count = progress_count(&learning, player->lesson);
    if (count.done + count.shown > 0 && !progress_finished(&count))
        sink_notice(player->session->sink,
                    "%zu of %zu questions are done; lesson contents shows the "
                    "way to the others",
                    count.done + count.shown, count.questions);
    progress_clear(&learning);
}

/* Another lesson in place of the one that is played, if there is one. */
static int begin(struct player **player, struct session *session,
                 const char *name, const struct player_options *options,
                 struct error *err)
{
    struct player *next = player_open(session, name, options, err);

    if (!next)
        return -1;
    if (options->follows) {
        next->state->before = (*player)->state->before;
        (*player)->state->before = NULL;
    }
    player_free(*player); /* the lab is the next one's already */
    *player = next;
    if (options->mode == PLAYER_STUDY)
        greet(next);
    return 0;
}

bool player_follow(struct player **player, time_t began)
{
    struct player *old = *player;
    struct player_options options = old->options;
    struct error err = {0};

    options.began = began;
    options.follows = true;
    if (begin(player, old->session, old->next, &options, &err) == 0)
        return true;
    player_drop_items(old, PLAYER_REMARK);
    player_add_text(old, PLAYER_REMARK, "%s", err.message);
    return false;
}

static int play(struct player **player, struct session *session,
                const char *name, const struct player_options *options,
                struct error *err)
{
    struct player_options own = {.mode = PLAYER_STUDY};

    if (options)
        own = *options;
    own.goes_on = true;
    if (!session->front_end.interactive)
        return error_set(err, ERROR_STATE,
                         "a lesson asks, and nobody is there to answer; "
                         "emblab play %s plays it by itself",
                         name);
    return begin(player, session, name, &own, err);
}

/* ">  4  look-up            try: Look up the row of ...": what does not fit
 * goes on below the title, or below the id where there is little room. */
static void list_entry(struct session *session,
                       const struct player_entry *entry)
{
    enum { ID_COLUMN = 6, TITLE_COLUMN = ID_COLUMN + NAME_COLUMNS - 1 };
    enum { TITLE_LEAST = 20 };
    enum style style = entry->here ? STYLE_EMPHASIS : STYLE_NORMAL;
    int width = session->sink->width < 80 ? session->sink->width : 80;
    bool narrow = width - TITLE_COLUMN < TITLE_LEAST;
    int column = narrow ? ID_COLUMN : TITLE_COLUMN;
    struct str head = STR_INIT;
    struct grid grid;

    str_printf(&head, "%c%3zu  ", entry->here ? '>' : ' ', entry->page);
    utf8_append_fit(&head, entry->id ? entry->id : "", NAME_COLUMNS - 2);
    grid_init(&grid, 1, width);
    grid_text(&grid, 0, 0, style, str_text(&head));
    grid_wrap(&grid, narrow && entry->id ? 1 : 0, column, width - column, style,
              entry->title);
    show_grid(session, &grid);
    grid_clear(&grid);
    str_clear(&head);
}

static void list_contents(const struct player *player)
{
    size_t count = player_contents_count(player);

    for (size_t i = 0; i < count; i++) {
        struct player_entry entry = player_contents(player, i);
        list_entry(player->session, &entry);
    }
    show_wrapped(player->session, 0, STYLE_DIM,
                 "lesson goto ID, or a page's number, goes to one; back and "
                 "forward turn pages.");
}

/* What only makes sense while a lesson is played. */
static int move(struct player **player, const struct effect *effect,
                struct error *err)
{
    switch (effect->lesson) {
    case LESSON_RESUME:
        player_resume(*player);
        return 0;
    case LESSON_HINT:
        return player_hint(*player, err);
    case LESSON_ANSWER:
        return player_answer(*player, err);
    case LESSON_BACK:
        player_back(*player);
        return 0;
    case LESSON_FORWARD:
        player_forward(*player);
        return 0;
    case LESSON_CONTENTS:
        list_contents(*player);
        return 0;
    case LESSON_GOTO:
        return player_jump(*player, effect->text, err);
    case LESSON_LEAVE:
    default:
        leave(player);
        return 0;
    }
}

int player_request(struct player **player, struct session *session,
                   const struct effect *effect,
                   const struct player_options *options, struct error *err)
{
    switch (effect->lesson) {
    case LESSON_LIST:
        return list_lessons(session, err);
    case LESSON_PLAY:
        return play(player, session, effect->text, options, err);
    case LESSON_FORGET:
        return forget(session, effect->text, err);
    default:
        break;
    }
    if (*player)
        return move(player, effect, err);
    return error_set(err, ERROR_STATE,
                     "no lesson is being played; lessons lists them, lesson "
                     "NAME begins one");
}
