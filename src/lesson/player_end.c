/*
 * The end of a lesson, and which comes next: of the shipped ones, in the order
 * of their files' names, the first behind it for which all was played that it
 * requires; where there is none, the next one all the same.
 */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "lesson/player_parts.h"

/* Is path that of NAME.md? */
static bool is_named(const char *path, const char *name)
{
    const char *slash = strrchr(path, '/'), *file = slash ? slash + 1 : path;
    size_t length = strlen(name);

    return strncmp(file, name, length) == 0 && str_equal(file + length, ".md");
}

/* Was all played that it requires? The lesson that ends was. */
static bool may_follow(const struct lesson *lesson, const struct lesson *ended,
                       const struct learning *learning)
{
    for (size_t i = 0; i < lesson->require_count; i++) {
        const char *needed = lesson->requires[i];
        if (!str_equal(needed, ended->id) && !progress_knows(learning, needed))
            return false;
    }
    return true;
}

/* The first of names that may follow, or the first there is: its head, caller's
 * to free, and its name in *found. NULL: there is none. */
static struct lesson *find_next(char *const *names, const struct lesson *ended,
                                const char **found)
{
    struct learning learning = {0};
    struct lesson *next = NULL;
    bool follows = false;

    (void)progress_read(&learning, NULL);
    for (; *names && !follows; names++) {
        struct lesson *head = lesson_read_front(*names, NULL);
        follows = head && may_follow(head, ended, &learning);
        if (follows || !next) {
            lesson_free(next);
            next = head;
            *found = *names;
        } else {
            lesson_free(head);
        }
    }
    progress_clear(&learning);
    return next;
}

static void say_next(struct player *player, const struct lesson *next,
                     const char *name)
{
    struct player_state *state = player->state;
    struct str title = STR_INIT;

    player_write_title(next, &title);
    free(state->next);
    free(state->next_title);
    player->next = state->next = memory_text(name);
    state->next_title = str_take(&title);
    player_add_text(
        player, PLAYER_NEXT,
        "Enter begins **%s**; `lesson leave` stays in the lab, Ctrl-D ends.",
        state->next_title);
}

void player_end(struct player *player)
{
    static const char *const endings[] = {".md", NULL};
    char **names;
    const char *name = NULL;
    struct lesson *next;
    size_t here = 0;

    if (player->options.mode == PLAYER_AUTO)
        return;
    names = file_list_data("lessons", endings);
    while (names[here] && !is_named(player->lesson->path, names[here]))
        here++;
    if (names[here]) {
        next = find_next(names + here + 1, player->lesson, &name);
        if (next)
            say_next(player, next, name);
        player->last = !next;
        lesson_free(next);
    }
    file_list_free(names);
}
