#include "ui/terminal.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"

static bool is_utf8(void)
{
    return str_equal(nl_langinfo(CODESET), "UTF-8");
}

/* readline asks the environment for the locale again before each line. */
static void tell_libraries(const char *name)
{
    const char *all = getenv("LC_ALL");
    bool rules = all != NULL && all[0] != '\0';
    setenv(rules ? "LC_ALL" : "LC_CTYPE", name, 1);
}

bool terminal_set_locale(void)
{
    const char *name = setlocale(LC_CTYPE, "");
    if (name != NULL && !str_equal(name, "C") && !str_equal(name, "POSIX"))
        return is_utf8();
    if (setlocale(LC_CTYPE, "C.UTF-8") == NULL || !is_utf8())
        return false;
    tell_libraries("C.UTF-8");
    return true;
}

static const char *terminal_type(void)
{
    const char *type = getenv("TERM");
    return type != NULL ? type : "";
}

bool terminal_is_interactive(void)
{
    const char *type = terminal_type();
    return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && type[0] != '\0' &&
           !str_equal(type, "dumb");
}

bool terminal_lacks_glyphs(void)
{
    return str_equal(terminal_type(), "linux");
}
