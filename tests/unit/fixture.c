/*
 * The file is read line by line; `line` is the line being read, and stays
 * pending when it begins the next case. One case's keys and arrays are held.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "fixture.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/str.h"

#ifndef EMBLAB_TESTS
#define EMBLAB_TESTS "tests"
#endif

struct fixture {
    FILE *file;
    char *path;
    char *line; /* getline's */
    size_t line_capacity;
    size_t line_number;
    bool pending; /* line begins the next case */

    char *head; /* the case's line, cut into words */
    char **words;
    size_t word_count, word_capacity;
    size_t case_line;
    struct fixture_array *arrays;
    size_t array_count, array_capacity;
    char *where;
};

static bool next_line(struct fixture *f)
{
    if (f->pending) {
        f->pending = false;
        return true;
    }
    while (getline(&f->line, &f->line_capacity, f->file) > 0) {
        f->line_number++;
        f->line[strcspn(f->line, "\n")] = '\0';
        if (f->line[0] != '#' && f->line[0] != '\0')
            return true;
    }
    return false;
}

struct fixture *fixture_open(const char *name)
{
    const char *tests = getenv("EMBLAB_TESTS");
    struct str path = STR_INIT;
    str_printf(&path, "%s/oracle/fixtures/%s",
               tests != NULL ? tests : EMBLAB_TESTS, name);
    struct fixture *f = memory_zeroed(1, sizeof *f);
    f->path = str_take(&path);
    f->file = fopen(f->path, "r");
    if (f->file == NULL)
        fail_msg("%s cannot be opened", f->path);
    return f;
}

static void forget_case(struct fixture *f)
{
    for (size_t i = 0; i < f->array_count; i++) {
        free(f->arrays[i].name);
        free(f->arrays[i].f);
        free(f->arrays[i].i);
    }
    f->array_count = 0;
    f->word_count = 0;
    free(f->head);
    free(f->where);
    f->head = f->where = NULL;
}

void fixture_close(struct fixture *f)
{
    forget_case(f);
    fclose(f->file);
    free(f->path);
    free(f->line);
    free(f->words);
    free(f->arrays);
    free(f);
}

static void read_head(struct fixture *f)
{
    f->head = memory_text(f->line);
    f->case_line = f->line_number;
    for (char *word = strtok(f->head, " "); word != NULL;
         word = strtok(NULL, " ")) {
        f->words = memory_grow(f->words, f->word_count, &f->word_capacity,
                               sizeof *f->words);
        f->words[f->word_count++] = word;
    }
    if (f->word_count < 2 || strcmp(f->words[0], "case") != 0)
        fail_msg("%s:%zu: not a case", f->path, f->line_number);
    struct str where = STR_INIT;
    str_printf(&where, "%s (%s:%zu)", f->words[1], f->path, f->line_number);
    f->where = str_take(&where);
}

static void read_shape(struct fixture *f, struct fixture_array *a,
                       const char *shape)
{
    a->count = 1;
    if (strcmp(shape, "-") == 0)
        return;
    char *end = NULL;
    do {
        if (a->ndim == FIXTURE_DIMS_MAX)
            fail_msg("%s:%zu: too many dimensions", f->path, f->line_number);
        int64_t size = strtoll(shape, &end, 10);
        a->shape[a->ndim++] = size;
        a->count *= (size_t)size;
        shape = end + 1;
    } while (*end == 'x');
}

/* The next number's text, from this line or a following one. */
static const char *next_number(struct fixture *f, char **rest)
{
    char *word = strtok_r(NULL, " ", rest);
    if (word == NULL) {
        if (!next_line(f))
            fail_msg("%s: ends in the middle of an array", f->path);
        word = strtok_r(f->line, " ", rest);
    }
    return word;
}

static void read_values(struct fixture *f, struct fixture_array *a)
{
    char nothing[] = "";
    char *rest = NULL;
    strtok_r(nothing, " ", &rest);
    for (size_t i = 0; i < a->count; i++) {
        char *end = NULL;
        const char *word = next_number(f, &rest);
        if (a->f != NULL)
            a->f[i] = strtof(word, &end);
        else
            a->i[i] = strtoll(word, &end, 10);
        if (*end != '\0')
            fail_msg("%s:%zu: '%s' is no number", f->path, f->line_number,
                     word);
    }
}

static void read_array(struct fixture *f)
{
    f->arrays = memory_grow(f->arrays, f->array_count, &f->array_capacity,
                            sizeof *f->arrays);
    struct fixture_array *a = &f->arrays[f->array_count++];
    memset(a, 0, sizeof *a);
    const char *name = strtok(f->line, " ");
    const char *type = strtok(NULL, " ");
    const char *shape = strtok(NULL, " ");
    if (shape == NULL)
        fail_msg("%s:%zu: not an array", f->path, f->line_number);
    a->name = memory_text(name);
    bool floats = strcmp(type, "float32") == 0;
    read_shape(f, a, shape);
    if (floats)
        a->f = memory_new(a->count, sizeof *a->f);
    else
        a->i = memory_new(a->count, sizeof *a->i);
    read_values(f, a);
}

bool fixture_next(struct fixture *f)
{
    forget_case(f);
    if (!next_line(f))
        return false;
    read_head(f);
    while (next_line(f)) {
        if (strncmp(f->line, "case ", 5) == 0) {
            f->pending = true;
            break;
        }
        read_array(f);
    }
    return true;
}

const char *fixture_where(const struct fixture *f)
{
    return f->where;
}

const char *fixture_text_or(const struct fixture *f, const char *key,
                            const char *otherwise)
{
    size_t length = strlen(key);
    for (size_t i = 2; i < f->word_count; i++)
        if (strncmp(f->words[i], key, length) == 0 &&
            f->words[i][length] == '=')
            return f->words[i] + length + 1;
    return otherwise;
}

const char *fixture_text(const struct fixture *f, const char *key)
{
    const char *text = fixture_text_or(f, key, NULL);
    if (text == NULL)
        fail_msg("%s: no %s=", f->where, key);
    return text;
}

double fixture_number_or(const struct fixture *f, const char *key,
                         double otherwise)
{
    const char *text = fixture_text_or(f, key, NULL);
    return text == NULL ? otherwise : strtod(text, NULL);
}

double fixture_number(const struct fixture *f, const char *key)
{
    return strtod(fixture_text(f, key), NULL);
}

const struct fixture_array *fixture_find(const struct fixture *f,
                                         const char *name)
{
    for (size_t i = 0; i < f->array_count; i++)
        if (strcmp(f->arrays[i].name, name) == 0)
            return &f->arrays[i];
    return NULL;
}

static const struct fixture_array *required(const struct fixture *f,
                                            const char *name, size_t count)
{
    const struct fixture_array *a = fixture_find(f, name);
    if (a == NULL)
        fail_msg("%s: no array %s", f->where, name);
    if (a->count != count)
        fail_msg("%s: %s has %zu values, the test expects %zu", f->where, name,
                 a->count, count);
    return a;
}

const float *fixture_floats(const struct fixture *f, const char *name,
                            size_t count)
{
    return required(f, name, count)->f;
}

const int64_t *fixture_ints(const struct fixture *f, const char *name,
                            size_t count)
{
    return required(f, name, count)->i;
}

/* The names of a file's cases, (count). */
static char **case_names(const char *file, size_t *count)
{
    struct fixture *f = fixture_open(file);
    char **names = NULL;
    size_t capacity = 0;
    *count = 0;
    while (next_line(f)) {
        char name[80];
        if (sscanf(f->line, "case %79s", name) != 1)
            continue;
        names = memory_grow(names, *count, &capacity, sizeof *names);
        names[(*count)++] = memory_text(name);
    }
    fixture_close(f);
    return names;
}

int fixture_run(const char *file, void (*test)(void **state))
{
    size_t count;
    char **names = case_names(file, &count);
    struct fixture *f = fixture_open(file);
    struct CMUnitTest *tests = memory_zeroed(count, sizeof *tests);
    for (size_t i = 0; i < count; i++)
        tests[i] = (struct CMUnitTest){names[i], test, NULL, NULL, f};
    int failed = _cmocka_run_group_tests(file, tests, count, NULL, NULL);
    fixture_close(f);
    for (size_t i = 0; i < count; i++)
        free(names[i]);
    free(names);
    free(tests);
    return failed;
}

/* --- Agreement ----------------------------------------------------------- */

static double largest(const float *values, size_t n)
{
    double most = 0.0;
    for (size_t i = 0; i < n; i++)
        if (isfinite(values[i]) && fabs((double)values[i]) > most)
            most = fabs((double)values[i]);
    return most;
}

static double distance(float a, float b, double most)
{
    if (isnan(a) || isnan(b))
        return isnan(a) && isnan(b) ? 0.0 : HUGE_VAL;
    double difference = a == b ? 0.0 : fabs((double)a - (double)b);
    if (difference == 0.0)
        return 0.0;
    return difference / (1e-5 * fabs((double)b) + 1e-6 * most);
}

double disagreement(const float *actual, const float *expected, size_t n,
                    size_t *where)
{
    double most = largest(expected, n);
    double worst = 0.0;
    for (size_t i = 0; i < n; i++) {
        double d = distance(actual[i], expected[i], most);
        if (d > worst) {
            worst = d;
            if (where != NULL)
                *where = i;
        }
    }
    return worst;
}

void assert_agrees(const float *actual, const float *expected, size_t n,
                   double slack, const char *what,
                   const struct fixture *fixture)
{
    size_t i = 0;
    double worst = disagreement(actual, expected, n, &i);
    if (worst > slack)
        fail_msg("%s: %s[%zu] is %.9g, PyTorch has %.9g: %.3g times what is "
                 "allowed",
                 fixture != NULL ? fixture_where(fixture) : "", what, i,
                 (double)actual[i], (double)expected[i], worst / slack);
}

size_t differing_bits(const float *actual, const float *expected, size_t n)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        count += memcmp(&actual[i], &expected[i], sizeof *actual) != 0;
    return count;
}
