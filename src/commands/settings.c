#include "commands/settings.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/str.h"

/* Indices into settings_specs. */
enum {
    SETTING_PRECISION,
    SETTING_SCI,
    SETTING_THRESHOLD,
    SETTING_EDGEITEMS,
    SETTING_LINEWIDTH,
    SETTING_DIGITS,
    SETTING_COLOR,
    SETTING_THEME,
    SETTING_HISTORY_MEMORY,
    SETTING_THREADS,
    SETTING_PYTHON,
};

const struct option_spec settings_specs[] = {
    {"precision", OPTION_COUNT, "4", NULL, 0, 20,
     "digits that print shows (torch.set_printoptions)"},
    {"sci", OPTION_CHOICE, "auto", "auto|yes|no", 0, 0,
     "scientific notation in print"},
    {"threshold", OPTION_COUNT, "1000", NULL, 0, 1e15,
     "elements above which print summarises"},
    {"edgeitems", OPTION_COUNT, "3", NULL, 1, 1e6,
     "items at each edge of a summary"},
    {"linewidth", OPTION_COUNT, "80", NULL, 10, 1e6,
     "columns that print fills"},
    {"digits", OPTION_COUNT, "4", NULL, 1, 9, "decimals in pictures"},
    {"color", OPTION_CHOICE, "auto", "auto|always|never", 0, 0,
     "colour in pictures"},
    {"theme", OPTION_CHOICE, "default", "default|projector|mono", 0, 0,
     "colours of pictures"},
    {"history_memory", OPTION_COUNT, "256", NULL, 1, 1e6,
     "MiB that undo may use"},
    {"threads", OPTION_COUNT, "1", NULL, 1, 1024,
     "threads of large matrix products"},
    {"python", OPTION_TEXT, "python3", NULL, 0, 0,
     "the python that compare torch runs"},
    {.type = OPTION_END},
};

void settings_init(struct settings *s)
{
    *s = (struct settings){.precision = 4,
                           .threshold = 1000,
                           .edgeitems = 3,
                           .linewidth = 80,
                           .digits = 4,
                           .history_memory = 256,
                           .threads = 1,
                           .python = memory_text("python3")};
}

void settings_clear(struct settings *s)
{
    free(s->python);
    *s = (struct settings){0};
}

static void apply_count(const struct option_value *value, int64_t *out)
{
    if (value->given)
        *out = value->count;
}

void settings_apply(struct settings *s, const struct option_value *v)
{
    apply_count(&v[SETTING_PRECISION], &s->precision);
    apply_count(&v[SETTING_THRESHOLD], &s->threshold);
    apply_count(&v[SETTING_EDGEITEMS], &s->edgeitems);
    apply_count(&v[SETTING_LINEWIDTH], &s->linewidth);
    apply_count(&v[SETTING_DIGITS], &s->digits);
    apply_count(&v[SETTING_HISTORY_MEMORY], &s->history_memory);
    apply_count(&v[SETTING_THREADS], &s->threads);
    if (v[SETTING_SCI].given)
        s->sci = v[SETTING_SCI].choice;
    if (v[SETTING_COLOR].given)
        s->color = v[SETTING_COLOR].choice;
    if (v[SETTING_THEME].given)
        s->theme = (enum theme)v[SETTING_THEME].choice;
    if (v[SETTING_PYTHON].given) {
        free(s->python);
        s->python = memory_text(v[SETTING_PYTHON].text);
    }
}

static void append_choice(int index, const char *choices, struct str *out)
{
    while (index-- > 0)
        choices += strcspn(choices, "|") + 1;
    str_append_bytes(out, choices, strcspn(choices, "|"));
}

void settings_value(const struct settings *s, const char *name, struct str *out)
{
    const int64_t counts[] = {
        [SETTING_PRECISION] = s->precision,
        [SETTING_THRESHOLD] = s->threshold,
        [SETTING_EDGEITEMS] = s->edgeitems,
        [SETTING_LINEWIDTH] = s->linewidth,
        [SETTING_DIGITS] = s->digits,
        [SETTING_HISTORY_MEMORY] = s->history_memory,
        [SETTING_THREADS] = s->threads,
    };
    int choices[] = {[SETTING_SCI] = s->sci,
                     [SETTING_COLOR] = s->color,
                     [SETTING_THEME] = (int)s->theme};

    for (int i = 0; settings_specs[i].type != OPTION_END; i++) {
        if (!str_equal(settings_specs[i].name, name))
            continue;
        if (settings_specs[i].type == OPTION_COUNT)
            str_printf(out, "%lld", (long long)counts[i]);
        else if (settings_specs[i].type == OPTION_CHOICE)
            append_choice(choices[i], settings_specs[i].choices, out);
        else
            str_append(out, s->python);
    }
}
