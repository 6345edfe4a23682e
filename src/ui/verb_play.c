/*
 * emblab play LESSON: on a terminal as a lecture, with --study as questions,
 * with --auto by itself; elsewhere to its end. --notes follows one that is
 * played in another terminal, and needs no LESSON for it.
 */
#include <time.h>
#include <unistd.h>

#include "ui/follow.h"
#include "ui/options.h"
#include "ui/plain.h"
#include "ui/tui.h"
#include "ui/verbs.h"

static struct player_options player_options(const struct options *o)
{
    return (struct player_options){
        .mode = o->self_playing ? PLAYER_AUTO
                : o->study      ? PLAYER_STUDY
                                : PLAYER_TEACH,
        .auto_seconds = o->auto_seconds,
        .notes = true,
        .began = time(NULL),
    };
}

static int play_on_screen(const struct options *o,
                          const struct player_options *play)
{
    if (o->plain_only || !tui_possible())
        return TUI_IMPOSSIBLE;
    return tui_run(
        &(struct tui_options){.ascii = o->plain.ascii,
                              .no_color = o->plain.colors == RENDER_NO_COLOR,
                              .lesson = o->arguments[0],
                              .play = *play});
}

int verb_play(struct options *o)
{
    static struct plain plain;
    struct player_options play = player_options(o);
    int status;

    if (o->notes)
        return follow_notes(o->arguments[0]);
    if (!o->arguments[0])
        return options_wrong_use("it is: emblab play %s", "LESSON");
    if (o->study && !(isatty(STDIN_FILENO) && isatty(STDOUT_FILENO)))
        return options_wrong_use("--study asks, and wants a terminal for the "
                                 "answers; without one, emblab play LESSON "
                                 "plays it to its end%s",
                                 "");
    status = play_on_screen(o, &play);
    if (status != TUI_IMPOSSIBLE)
        return status;
    plain_init(&plain, &o->plain);
    (void)plain_play(&plain, o->arguments[0], &play);
    return plain_finish(&plain);
}
