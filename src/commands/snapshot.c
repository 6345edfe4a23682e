/*
 * files: snapshot
 */
#include <string.h>

#include "base/file.h"
#include "base/str.h"
#include "commands/families.h"
#include "commands/settings.h"
#include "draw/render.h"

enum { SNAPSHOT_FORCE };

static const struct option_spec snapshot_options[] = {
    {"force", OPTION_FLAG, "no", NULL, 0, 0, "overwrite a file"},
    {.type = OPTION_END},
};

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);

    return n > m && strcmp(text + n - m, end) == 0;
}

/* The picture as the file's ending asks. */
static int render(const struct session *session, const struct value *file,
                  const struct grid *grid, struct str *out, struct error *err)
{
    enum theme theme = session->settings->theme;

    if (ends_with(file->text, ".svg")) {
        render_svg(grid, theme, "emblab", out);
    } else if (ends_with(file->text, ".html")) {
        render_html(grid, theme, "emblab", out);
    } else if (ends_with(file->text, ".txt")) {
        render_text(grid, out);
    } else {
        error_set(err, ERROR_USAGE,
                  "the ending of \"%s\" names no kind of picture; use .txt "
                  ".svg or .html",
                  file->text);
        return call_error_at(file, err);
    }
    return 0;
}

static int run_snapshot(struct session *session, const struct call *call,
                        struct effect *effect, struct error *err)
{
    const struct value *file = &call->typed->args[0];
    struct grid grid = {0};
    struct str out = STR_INIT;
    int status;

    (void)effect;
    if (!session->front_end.picture)
        return error_set(err, ERROR_STATE,
                         "there is no picture here to take a snapshot of");
    session->front_end.picture(session, &grid);
    status = render(session, file, &grid, &out, err);
    if (status == 0)
        status = file_write_all(
            file->text, str_text(&out), out.length,
            call_may_overwrite(session, file->text,
                               call->options[SNAPSHOT_FORCE].flag),
            err);
    grid_clear(&grid);
    str_clear(&out);
    return status;
}

const struct command_spec command_snapshot = {
    .name = "snapshot",
    .family = FAMILY_FILES,
    .usage = "FILE",
    .summary = "the current picture as .txt, .svg or .html",
    .details = "The full screen as it stands; where there is none, as in the "
               "plain lab, as it would stand at 80x24.",
    .options = snapshot_options,
    .argument = ARGUMENT_FILE,
    .args_min = 1,
    .args_max = 1,
    .run = run_snapshot,
};
