/*
 * Fixtures: numbers that PyTorch wrote (tests/oracle/fixture.py), read by the
 * tests. A file is a list of cases, read one at a time:
 *
 *     # a comment
 *     case NAME key=value key=value ...
 *     ids int64 4x2
 *     0 1 1 0 5 2 3 3
 *     W float32 7x4
 *     0.123456789 ...            nan, inf, -inf as Python writes them
 *
 * A shape is 7x4, 7, or - for a scalar. Keys and values have no spaces. What
 * a test asks for and the file lacks fails the test and says where.
 */
#ifndef EMBLAB_TESTS_FIXTURE_H
#define EMBLAB_TESTS_FIXTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FIXTURE_DIMS_MAX = 8 };

struct fixture_array {
    char *name;
    int ndim;
    int64_t shape[FIXTURE_DIMS_MAX];
    size_t count; /* the product of the shape */
    float *f;     /* float32, else NULL */
    int64_t *i;   /* int64 (and bool, as 0 and 1), else NULL */
};

struct fixture;

/*
 * Open NAME under oracle/fixtures of the folder of tests: the environment's
 * EMBLAB_TESTS, else the macro's, else "tests".
 */
struct fixture *fixture_open(const char *name);
void fixture_close(struct fixture *fixture);

/* On to the next case; false after the last. The former case's are freed. */
bool fixture_next(struct fixture *fixture);

/* "sgd-3 (layer.txt:120)": for messages. */
const char *fixture_where(const struct fixture *fixture);

/* The case's key: its text, or as a number; without the second: required. */
const char *fixture_text(const struct fixture *fixture, const char *key);
const char *fixture_text_or(const struct fixture *fixture, const char *key,
                            const char *otherwise);
double fixture_number(const struct fixture *fixture, const char *key);
double fixture_number_or(const struct fixture *fixture, const char *key,
                         double otherwise);

/* The case's array of that name, NULL where it has none; or required. */
const struct fixture_array *fixture_find(const struct fixture *fixture,
                                         const char *name);
const float *fixture_floats(const struct fixture *fixture, const char *name,
                            size_t count);
const int64_t *fixture_ints(const struct fixture *fixture, const char *name,
                            size_t count);

/*
 * Run a test once for each case of a file, under the case's name. *state is
 * the fixture; the test calls fixture_next first. Returns how many failed.
 */
int fixture_run(const char *file, void (*test)(void **state));

/*
 * Do n numbers agree as meaning.md has it: |a - b| <= slack * (1e-5 |b| +
 * 1e-6 max|b|), b being PyTorch's? slack is 1 up to 20 steps, 10 up to 120.
 * NaN agrees with NaN, an infinity with itself. Fails the test, naming the
 * place and the worst difference.
 */
void assert_agrees(const float *actual, const float *expected, size_t n,
                   double slack, const char *what,
                   const struct fixture *fixture);

/* The largest |a - b| / (1e-5 |b| + 1e-6 max|b|); above 1: they disagree. */
double disagreement(const float *actual, const float *expected, size_t n,
                    size_t *where);

/* How many of n differ in their bits. */
size_t differing_bits(const float *actual, const float *expected, size_t n);

#endif
