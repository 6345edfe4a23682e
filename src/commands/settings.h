/*
 * The settings of a sitting, as one table: `set`, completion and the help are
 * made from it. They change what is shown, never a number of the lab.
 */
#ifndef EMBLAB_COMMANDS_SETTINGS_H
#define EMBLAB_COMMANDS_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "draw/style.h"
#include "lang/spec.h"

struct settings {
    int64_t precision, threshold, edgeitems, linewidth; /* torch's print */
    int sci;        /* 0 auto, 1 yes, 2 no */
    int64_t digits; /* decimals in pictures */
    int color;      /* 0 auto, 1 always, 2 never */
    enum theme theme;
    int64_t history_memory; /* MiB */
    int64_t threads;        /* of large products */
    char *python;           /* for compare torch; owned */
};

void settings_init(struct settings *settings);
void settings_clear(struct settings *settings);

/* The table, ended by OPTION_END: names, types, defaults, help. */
extern const struct option_spec settings_specs[];

/* Take over the options that were given (as bound against settings_specs). */
void settings_apply(struct settings *settings,
                    const struct option_value *values);

/* A setting's present value as it is typed; "" for an unknown name. */
struct str;
void settings_value(const struct settings *settings, const char *name,
                    struct str *out);

#endif
