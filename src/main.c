/*
 * The choice of a front end. What can be typed behind `emblab` is read by
 * ui/options.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/str.h"
#include "ui/options.h"
#include "ui/plain.h"
#include "ui/terminal.h"
#include "ui/tui.h"

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);

    return n >= m && strcmp(text + n - m, end) == 0;
}

static enum render_colors choose_colors(const struct options *o)
{
    const char *no_color = getenv("NO_COLOR");
    const char *term = getenv("TERM");

    if (o->color == 2)
        return RENDER_NO_COLOR;
    if (o->color == 1)
        return RENDER_256;
    if ((no_color && *no_color) || !isatty(STDOUT_FILENO) || !term ||
        str_equal(term, "dumb"))
        return RENDER_NO_COLOR;
    return strstr(term, "256color") ? RENDER_256 : RENDER_8;
}

/* A script, or a lesson, which plays by itself. */
static bool run_file(struct plain *plain, const char *path)
{
    static const struct player_options by_itself = {.mode = PLAYER_AUTO};

    return ends_with(path, ".md") ? plain_play(plain, path, &by_itself)
                                  : plain_run_file(plain, path);
}

static void run_plain(struct plain *plain, const struct options *o,
                      char *const *files)
{
    bool interactive = !o->commands && !*files && isatty(STDIN_FILENO) &&
                       isatty(STDOUT_FILENO);

    if (o->resume && !plain_resume(plain, interactive))
        return;
    if (o->commands) {
        plain_run_text(plain, "-c", o->commands, strlen(o->commands));
    } else if (*files) {
        while (*files && run_file(plain, *files))
            files++;
    } else if (interactive) {
        plain_run_terminal(plain);
    } else {
        plain_run_stream(plain, "<stdin>", stdin);
    }
}

/* Start-up commands; NULL: there are none. Caller's to free. */
static char *read_startup(void)
{
    char *path = file_xdg_path(FILE_XDG_CONFIG, "init.emb", false),
         *text = NULL;
    struct file_bytes bytes = {0};

    if (path && file_exists(path) && file_read(path, &bytes, NULL) == 0)
        text = memory_text(bytes.data);
    file_bytes_clear(&bytes);
    free(path);
    return text;
}

/* The lab on the full screen; TUI_IMPOSSIBLE: there is none to be had. */
static int run_full_screen(const struct options *o)
{
    char *startup;
    int status;

    if (o->plain_only || !tui_possible())
        return TUI_IMPOSSIBLE;
    startup = read_startup();
    status = tui_run(
        &(struct tui_options){.ascii = o->plain.ascii,
                              .no_color = o->plain.colors == RENDER_NO_COLOR,
                              .resume = o->resume,
                              .startup = startup});
    free(startup);
    return status;
}

/* A terminal that cannot show more than ASCII gets no more. */
static void settle_output(struct options *o, bool utf8)
{
    if (isatty(STDOUT_FILENO) && (!utf8 || terminal_lacks_glyphs()))
        o->plain.ascii = true;
    o->plain.colors = choose_colors(o);
    signal(SIGXFSZ, SIG_IGN); /* a file's size limit is a failed write */
    signal(SIGPIPE, SIG_DFL); /* `emblab ... | head` ends quietly */
}

int main(int argc, char **argv)
{
    struct options options = {0};
    static struct plain plain;
    int status;
    bool utf8 = terminal_set_locale();

    file_set_program(argv[0]);
    status = options_read(argc, argv, &options);
    if (status >= 0)
        return status;
    settle_output(&options, utf8);
    if (options.verb)
        return options.verb->run(&options);
    if (!options.commands && !*options.arguments) {
        status = run_full_screen(&options);
        if (status != TUI_IMPOSSIBLE)
            return status;
    }
    plain_init(&plain, &options.plain);
    run_plain(&plain, &options, options.arguments);
    return plain_finish(&plain);
}
