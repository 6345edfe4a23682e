/*
 * emblab play LESSON: on a terminal as a lecture, with --study as questions,
 * with --auto by itself; elsewhere to its end. --notes follows one that is
 * played in another terminal.
 */
#include <time.h>

#include "ui/follow.h"
#include "ui/options.h"
#include "ui/plain.h"
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

int verb_play(struct options *o)
{
    static struct plain plain;
    struct player_options play = player_options(o);

    if (o->notes)
        return follow_notes(o->arguments[0]);
    if (o->study && o->self_playing)
        return options_wrong_use("--study asks and --auto answers by itself: "
                                 "leave one out%s",
                                 "");
    plain_init(&plain, &o->plain);
    (void)plain_play(&plain, o->arguments[0], &play);
    return plain_finish(&plain);
}
