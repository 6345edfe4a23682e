#include "ui/report.h"

#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/str.h"
#include "draw/render.h"

int report_width(int fd)
{
    struct winsize size;

    if (isatty(fd) && ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return 80;
}

static void write_wrapped(const char *text, int width)
{
    struct str out = STR_INIT;
    struct grid grid;

    grid_init(&grid, 0, width);
    grid_wrap(&grid, 0, 0, width, STYLE_NORMAL, text);
    render_text(&grid, &out);
    fputs(str_text(&out), stderr);
    grid_clear(&grid);
    str_clear(&out);
}

void report_text(const char *text)
{
    fflush(stdout);
    if (isatty(STDERR_FILENO))
        write_wrapped(text, report_width(STDERR_FILENO));
    else
        fprintf(stderr, "%s\n", text);
}

void report_error(const struct error *err)
{
    struct str text = STR_INIT;

    str_printf(
        &text, "%s%s",
        err->code == ERROR_SYNTAX ? "" : "emblab: error: ", err->message);
    report_text(str_text(&text));
    str_clear(&text);
}
