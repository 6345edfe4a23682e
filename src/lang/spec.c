/*
 * Choices are written in the tables as "word|char|bpe"; struct names cuts
 * them apart for as long as one check takes.
 */
#include "lang/spec.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/str.h"
#include "lang/match.h"

enum { NAMES_MAX = 64 };

struct names {
    char *text;
    const char *name[NAMES_MAX];
    size_t count;
};

/* A value about to be checked, and what to call it: "D=", "k". */
struct check {
    const char *what;
    const char *text;
    const char *choices; /* words taken there, may be NULL */
    bool unbounded;
    double min, max;
    const struct value *value; /* its place; NULL: a table's fallback */
    struct error *err;
};

static struct names names_split(const char *choices)
{
    struct names names = {.text = memory_text(choices)};
    char *at = names.text;

    while (at != NULL) {
        char *bar = strchr(at, '|');
        assert(names.count < NAMES_MAX);
        names.name[names.count++] = at;
        if (bar != NULL)
            *bar++ = '\0';
        at = bar;
    }
    return names;
}

static void names_clear(struct names *names)
{
    free(names->text);
}

static int fail_value(const struct check *c)
{
    if (c->value != NULL)
        error_at(c->err, c->value->column, c->value->length);
    return -1;
}

static void append_bound(struct str *out, double bound)
{
    if (fabs(bound) < 1e15 && bound == floor(bound))
        str_printf(out, "%.0f", bound);
    else
        str_printf(out, "%g", bound);
}

static void append_range(struct str *out, const struct check *c)
{
    const double far = 9007199254740992.0; /* 2^53: as good as no bound */

    if (c->unbounded || (c->min <= -far && c->max >= far))
        return;
    if (c->max >= far) {
        str_append(out, " of at least ");
        append_bound(out, c->min);
    } else if (c->min <= -far) {
        str_append(out, " of at most ");
        append_bound(out, c->max);
    } else {
        str_append(out, " from ");
        append_bound(out, c->min);
        str_append(out, " to ");
        append_bound(out, c->max);
    }
}

/* "word|char|bpe" as "word, char or bpe". */
static void append_choices(struct str *out, const struct names *names)
{
    for (size_t i = 0; i < names->count; i++)
        str_printf(out, "%s%s",
                   i == 0                  ? ""
                   : i + 1 == names->count ? " or "
                                           : ", ",
                   names->name[i]);
}

/* "B is 0; give a whole number from 1 to 99, or all" */
static int fail_number(const struct check *c, enum error_code code,
                       const char *is, const char *kind)
{
    struct names names = names_split(c->choices);
    struct str wanted = STR_INIT;

    append_range(&wanted, c);
    if (names.count > 0)
        str_append(&wanted, ", or ");
    append_choices(&wanted, &names);
    error_set(c->err, code, "%s: %.40s is %s; give %s%s", c->what, c->text, is,
              kind, str_text(&wanted));
    str_clear(&wanted);
    names_clear(&names);
    return fail_value(c);
}

static int fail_choice(const struct check *c, const struct names *names,
                       const char *candidates)
{
    const char *near = match_nearest(c->text, names->name, names->count);
    struct str wanted = STR_INIT;

    append_choices(&wanted, names);
    if (candidates[0] != '\0')
        error_set(c->err, ERROR_USAGE, "%s: %.40s could be %s; type more of it",
                  c->what, c->text, candidates);
    else if (near != NULL)
        error_set(c->err, ERROR_USAGE,
                  "%s: there is no %.40s; did you mean %s? It takes %s",
                  c->what, c->text, near, str_text(&wanted));
    else
        error_set(c->err, ERROR_USAGE, "%s: there is no %.40s; it takes %s",
                  c->what, c->text, str_text(&wanted));
    str_clear(&wanted);
    return fail_value(c);
}

static int check_choice(const struct check *c, int *out)
{
    struct names names = names_split(c->choices);
    struct str candidates = STR_INIT;
    size_t index = 0;
    int status = 0;

    if (match_name(c->text, names.name, names.count, &index, &candidates) ==
        MATCH_ONE)
        *out = (int)index;
    else
        status = fail_choice(c, &names, str_text(&candidates));
    str_clear(&candidates);
    names_clear(&names);
    return status;
}

/* A word beside a number: 1 and *out, or 0: none, or -1: ambiguous. */
static int check_word(const struct check *c, int *out)
{
    struct names names = names_split(c->choices);
    struct str candidates = STR_INIT;
    size_t index = 0;
    enum match_result result =
        match_name(c->text, names.name, names.count, &index, &candidates);
    int status = result == MATCH_ONE;

    *out = result == MATCH_ONE ? (int)index : -1;
    if (result == MATCH_MANY)
        status = fail_choice(c, &names, str_text(&candidates));
    str_clear(&candidates);
    names_clear(&names);
    return status;
}

static bool in_range(const struct check *c, double number)
{
    return c->unbounded ? isfinite(number)
                        : number >= c->min && number <= c->max;
}

static int check_count(const struct check *c, int *choice, int64_t *out)
{
    const char *kind = "a whole number";
    double number;
    int word = check_word(c, choice);

    if (word != 0)
        return word < 0 ? -1 : 0;
    if (!value_to_number(c->text, &number))
        return fail_number(c, ERROR_USAGE, "no number", kind);
    if (!value_to_integer(c->text, out))
        return number == floor(number)
                   ? fail_number(c, ERROR_RANGE, "out of range", kind)
                   : fail_number(c, ERROR_RANGE, "not whole", kind);
    if (!in_range(c, (double)*out))
        return fail_number(c, ERROR_RANGE, "out of range", kind);
    return 0;
}

static int check_number(const struct check *c, int *choice, double *out)
{
    int word = check_word(c, choice);

    if (word != 0)
        return word < 0 ? -1 : 0;
    if (!value_to_number(c->text, out))
        return fail_number(c, ERROR_USAGE, "no number", "a number");
    if (!in_range(c, *out))
        return fail_number(c, ERROR_RANGE, "out of range", "a number");
    return 0;
}

static int check_flag(const struct check *c, bool *out)
{
    struct check flag = *c;
    int choice;

    flag.choices = "yes|no|on|off|true|false|1|0";
    if (check_choice(&flag, &choice) != 0)
        return -1;
    *out = choice % 2 == 0;
    return 0;
}

/* Only OPTION_LIST takes a list. */
static int check_single(const struct check *c)
{
    if (c->value == NULL || c->value->kind != VALUE_LIST)
        return 0;
    error_set(c->err, ERROR_USAGE, "%s takes no list; give it one value",
              c->what);
    return fail_value(c);
}

static int check_path(const struct check *c)
{
    if (c->text[0] != '\0')
        return 0;
    error_set(c->err, ERROR_USAGE, "%s: the name is empty; give a file's name",
              c->what);
    return fail_value(c);
}

static int check_option(const struct option_spec *spec, const struct check *c,
                        struct option_value *out)
{
    out->choice = -1;
    out->text = c->text;
    if (spec->type != OPTION_LIST && check_single(c) != 0)
        return -1;
    switch (spec->type) {
    case OPTION_FLAG:
        return check_flag(c, &out->flag);
    case OPTION_COUNT:
        return check_count(c, &out->choice, &out->count);
    case OPTION_NUMBER:
        return check_number(c, &out->choice, &out->number);
    case OPTION_CHOICE:
        return check_choice(c, &out->choice);
    case OPTION_FILE:
        return check_path(c);
    case OPTION_TEXT:
    case OPTION_LIST:
    case OPTION_END:
        break;
    }
    return 0;
}

/* A default counts as a value where it reads as one ("8"; not "from vocab"). */
static void bind_fallback(const struct option_spec *spec,
                          struct option_value *out)
{
    struct check c = {
        .what = spec->name, .choices = spec->choices, .unbounded = true};
    struct option_value value = {.choice = -1};

    *out = value;
    c.text = spec->fallback;
    if (c.text == NULL)
        return;
    if (check_option(spec, &c, &value) == 0)
        *out = value;
    out->text = spec->fallback;
}

/* The options' names; nothing to clear. */
static struct names names_of(const struct option_spec *specs)
{
    struct names names = {0};

    for (; specs->type != OPTION_END; specs++) {
        assert(names.count < NAMES_MAX);
        names.name[names.count++] = specs->name;
    }
    return names;
}

static int fail_option(const struct command *command,
                       const struct option *option, const struct names *names,
                       const char *candidates, struct error *err)
{
    const char *near = match_nearest(option->name, names->name, names->count);
    struct str all = STR_INIT;

    for (size_t i = 0; i < names->count; i++)
        str_printf(&all, " %s=", names->name[i]);
    if (candidates[0] != '\0')
        error_set(err, ERROR_USAGE, "%.40s= could be %s; type more of it",
                  option->name, candidates);
    else if (names->count == 0)
        error_set(err, ERROR_USAGE,
                  "%s has no option %.40s=; it takes no options: leave it out",
                  command->name, option->name);
    else if (near != NULL)
        error_set(err, ERROR_USAGE,
                  "%s has no option %.40s=; did you mean %s=?", command->name,
                  option->name, near);
    else
        error_set(err, ERROR_USAGE, "%s has no option %.40s=; it has%s",
                  command->name, option->name, str_text(&all));
    str_clear(&all);
    return error_at(err, option->column, strlen(option->name));
}

/* Which spec an option names; -1 with err. */
static int find_spec(const struct option_spec *specs,
                     const struct command *command, const struct option *option,
                     struct error *err)
{
    struct names names = names_of(specs);
    size_t index = 0;
    struct str candidates = STR_INIT;
    int found;

    if (match_name(option->name, names.name, names.count, &index,
                   &candidates) == MATCH_ONE)
        found = (int)index;
    else
        found =
            fail_option(command, option, &names, str_text(&candidates), err);
    str_clear(&candidates);
    return found;
}

static int bind_option(const struct option_spec *spec,
                       const struct option *option, struct option_value *out,
                       struct error *err)
{
    struct str what = STR_INIT;
    struct check c = {.choices = spec->choices,
                      .text = option->value.text,
                      .unbounded = spec->min == 0.0 && spec->max == 0.0,
                      .min = spec->min,
                      .max = spec->max,
                      .value = &option->value,
                      .err = err};
    int status;

    if (out->given) {
        error_set(err, ERROR_USAGE, "%s= is given twice; keep one", spec->name);
        return error_at(err, option->column, strlen(option->name));
    }
    *out = (struct option_value){.given = true, .value = &option->value};
    str_printf(&what, "%s=", spec->name);
    c.what = str_text(&what);
    status = check_option(spec, &c, out);
    str_clear(&what);
    return status;
}

int spec_bind(const struct option_spec *specs, const struct command *command,
              struct option_value *values, struct error *err)
{
    for (size_t i = 0; specs[i].type != OPTION_END; i++)
        bind_fallback(&specs[i], &values[i]);
    for (size_t i = 0; i < command->option_count; i++) {
        const struct option *option = &command->options[i];
        int at = find_spec(specs, command, option, err);
        if (at < 0 || bind_option(&specs[at], option, &values[at], err) != 0)
            return -1;
    }
    for (size_t i = 0; specs[i].type != OPTION_END; i++)
        if (specs[i].fallback == NULL && !values[i].given) {
            error_set(err, ERROR_USAGE, "%s needs %s=; %s", command->name,
                      specs[i].name, specs[i].help);
            return error_at(err, command->column, strlen(command->name));
        }
    return 0;
}

static struct check check_argument(const struct value *value, const char *what,
                                   struct error *err)
{
    return (struct check){
        .what = what, .text = value->text, .value = value, .err = err};
}

int spec_count(const struct value *value, const char *what, int64_t min,
               int64_t max, int64_t *out, struct error *err)
{
    struct check c = check_argument(value, what, err);
    int choice;

    c.min = (double)min;
    c.max = (double)max;
    return check_single(&c) == 0 ? check_count(&c, &choice, out) : -1;
}

int spec_number(const struct value *value, const char *what, double min,
                double max, double *out, struct error *err)
{
    struct check c = check_argument(value, what, err);
    int choice;

    c.min = min;
    c.max = max;
    return check_single(&c) == 0 ? check_number(&c, &choice, out) : -1;
}

int spec_choice(const struct value *value, const char *what,
                const char *choices, int *out, struct error *err)
{
    struct check c = check_argument(value, what, err);

    c.choices = choices;
    return check_single(&c) == 0 ? check_choice(&c, out) : -1;
}

static const char *value_sign(const struct option_spec *spec)
{
    switch (spec->type) {
    case OPTION_FLAG:
        return "yes|no";
    case OPTION_COUNT:
        return "N";
    case OPTION_NUMBER:
        return "X";
    case OPTION_TEXT:
        return "TEXT";
    case OPTION_LIST:
        return "LIST";
    case OPTION_FILE:
        return "FILE";
    case OPTION_CHOICE:
    case OPTION_END:
        break;
    }
    return "";
}

void spec_usage(const struct option_spec *spec, struct str *out)
{
    const char *sign = value_sign(spec);

    str_printf(out, "%s=%s", spec->name, sign);
    if (spec->choices != NULL)
        str_printf(out, "%s%s", sign[0] != '\0' ? "|" : "", spec->choices);
    if (spec->fallback != NULL && spec->fallback[0] != '\0')
        str_printf(out, " [%s]", spec->fallback);
}
