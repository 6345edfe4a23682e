/*
 * Any bytes as command lines: each command is bound to a table with every
 * type of option, its lists are flattened, its numbers read. print stands for
 * the commands that take an expression.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "lang/expr.h"
#include "lang/match.h"
#include "lang/parse.h"
#include "lang/spec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct option_spec specs[] = {
    {"B", OPTION_COUNT, "8", "all", 1, 1e6, "count"},
    {"lr", OPTION_NUMBER, "0.5", NULL, 0, 1e9, "number"},
    {"lower", OPTION_FLAG, "yes", NULL, 0, 0, "flag"},
    {"pool", OPTION_CHOICE, "mean", "mean|max|masked_mean", 0, 0, "choice"},
    {"specials", OPTION_TEXT, "", NULL, 0, 0, "text"},
    {"betas", OPTION_LIST, "[0.9]", NULL, 0, 0, "list"},
    {"from", OPTION_FILE, "none", NULL, 0, 0, "file"},
    {0}};
enum { OPTIONS = sizeof specs / sizeof specs[0] };

static bool is_print(void *context, const char *name)
{
    (void)context;
    return strcmp(name, "print") == 0;
}

static void try_value(const struct value *value)
{
    const struct value **leaves;
    struct list_shape shape;
    struct error err;
    size_t count;
    int64_t integer;
    double number;
    int choice;

    for (int ragged = 0; ragged < 2; ragged++)
        if (value_flatten(value, ragged, &shape, &leaves, &count, &err) == 0)
            free(leaves);
    spec_count(value, "k", 1, 9, &integer, &err);
    spec_number(value, "speed", 0, 9, &number, &err);
    spec_choice(value, "model", "next_word|sentiment|recommend", &choice, &err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *line = (const char *)data;
    size_t position = 0;
    struct command command;
    struct option_value values[OPTIONS];
    struct error err;
    int status;

    while ((status = command_parse(line, size, &position, is_print, NULL,
                                   &command, &err)) != 0) {
        if (status > 0 && command.name != NULL) {
            spec_bind(specs, &command, values, &err);
            for (size_t i = 0; i < command.argc; i++)
                try_value(&command.args[i]);
        }
        command_clear(&command);
    }
    return 0;
}
