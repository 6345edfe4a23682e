#include "commands/markdown.h"

#include "commands/command.h"

/* Code within a table: a bar would end the cell. */
static void append_code(struct str *out, const char *text)
{
    str_append_char(out, '`');
    for (; *text; text++) {
        if (*text == '|')
            str_append_char(out, '\\');
        str_append_char(out, *text);
    }
    str_append_char(out, '`');
}

static void append_command(struct str *out, const struct command_spec *spec)
{
    struct str usage = STR_INIT;

    str_printf(&usage, "%s%s%s", spec->name, spec->usage ? " " : "",
               spec->usage ? spec->usage : "");
    append_code(out, str_text(&usage));
    str_clear(&usage);
}

/* "how the text is cut into tokens; `lower=yes|no [yes]`, `merges=N [100]`" */
static void append_explanation(struct str *out, const struct command_spec *spec)
{
    const char *between = "; ";

    str_append(out, spec->summary);
    for (const struct option_spec *o = spec->options;
         o && o->type != OPTION_END; o++) {
        struct str usage = STR_INIT;
        spec_usage(o, &usage);
        str_append(out, between);
        append_code(out, str_text(&usage));
        str_clear(&usage);
        between = ", ";
    }
}

void commands_markdown(struct str *out)
{
    int family = -1;

    str_append(out, "| command | what it does; its options [and defaults] |\n"
                    "|---|---|\n");
    for (size_t i = 0; i < command_count(); i++) {
        const struct command_spec *spec = command_list[i];
        if ((int)spec->family != family)
            str_printf(out, "| **%s** | |\n",
                       command_family_name(spec->family));
        family = (int)spec->family;
        str_append(out, "| ");
        append_command(out, spec);
        str_append(out, " | ");
        append_explanation(out, spec);
        str_append(out, " |\n");
    }
}
