/*
 * why: what is shown adds up to the number, for every model, pool, loss and
 * optimizer, and for every tensor there is.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contains.h"
#include "lab/lab.h"
#include "lab/why.h"
#include "lab/why_parts.h"
#include "session_case.h"

static const char reviews[] = "1\tgood film and good songs\n"
                              "0\tbad film\n"
                              "1\tI love the good film\n"
                              "0\tthe songs are bad\n";
static const char ratings[] = "anna\ttea\t5\nanna\tmilk\t1\nben\ttea\t2\n"
                              "ben\tmilk\t4\ncleo\ttea\t4.5\ncleo\tjam\t3\n";

static size_t explained, added_up, updated;

/* --- the terms ----------------------------------------------------------- */

/* What the terms add up to: the value, or for a parameter its gradient. */
static double terms_of(const struct lab *lab, const struct why_cell *cell,
                       double value)
{
    const struct parameter *p = model_parameter(lab->model, cell->name);
    const float *grad;

    if (!p)
        return value;
    grad = p->gradient == GRADIENT_DENSE
               ? p->grad + (size_t)cell->index[0] * p->cols
               : parameter_grad_row(p, (size_t)cell->index[0]);
    return grad ? (double)grad[cell->ndim > 1 ? cell->index[1] : 0] : 0;
}

/* Within a float's rounding of each of the terms. */
static void check_terms(const char *config, const struct why *why, double value)
{
    double sum = 0, size = fabs(value);

    for (size_t i = 0; i < why->count; i++) {
        const struct why_term *t = &why->terms[i];
        sum += t->value;
        size += fabs(t->value);
        if (t->product &&
            fabs(t->a * t->b - t->value) > 1e-6 * (fabs(t->value) + 1e-30))
            fail_msg("%s: %s: %s: %.9g x %.9g is not %.9g", config, why->cell,
                     t->label, t->a, t->b, t->value);
    }
    explained++;
    if (!why->adds_up)
        return;
    added_up++;
    if (fabs(sum - value) > 2e-6 * size + 1e-12)
        fail_msg("%s: %s: %.9g, but its %zu terms sum to %.9g (%s)", config,
                 why->cell, value, why->count, sum, why->how);
}

/* --- the update, from the numbers in its lines ---------------------------- */

enum { NUMBERS_MAX = 9 };

/* The numbers of the line with that label; how many. */
static size_t numbers_of(const struct why *why, const char *label, double *out)
{
    size_t count = 0;

    for (size_t i = 0; i < why->line_count; i++) {
        const char *c = why->lines[i].text;
        if (strcmp(why->lines[i].label, label) != 0)
            continue;
        while (*c && count < NUMBERS_MAX) {
            bool number = (*c >= '0' && *c <= '9') ||
                          (*c == '-' && c[1] >= '0' && c[1] <= '9');
            char *end = (char *)c + 1;
            if (number)
                out[count++] = strtod(c, &end);
            c = end;
        }
        break;
    }
    return count;
}

static double sgd(const struct optimizer_options *o, const struct why *why,
                  const double *update, double grad)
{
    double state[NUMBERS_MAX] = {0}, decay[NUMBERS_MAX], pulled = grad;

    if (o->momentum == 0)
        return update[0] - update[1] * update[2];
    numbers_of(why, "state", state);
    if (numbers_of(why, "decay", decay) >= 4)
        pulled = decay[3];
    return update[0] -
           update[1] * (o->nesterov ? pulled + state[1] * state[0] : state[0]);
}

static bool has_text(const struct why *why, const char *part)
{
    for (size_t i = 0; i < why->line_count; i++) {
        if (strstr(why->lines[i].text, part))
            return true;
    }
    return false;
}

static double adaptive(const struct optimizer_options *o, const struct why *why,
                       const double *u, double grad)
{
    double s[NUMBERS_MAX] = {0};

    numbers_of(why, "state", s);
    if (o->kind == OPTIMIZER_ADAGRAD)
        return u[0] - u[1] * grad / (sqrt(u[2]) + u[3]);
    if (has_text(why, "(√v + "))
        return u[0] - u[1] * sqrt(1 - pow(u[3], u[4])) / (1 - pow(u[6], u[7])) *
                          s[0] / (sqrt(s[1]) + u[8]);
    return u[0] - u[1] / (1 - pow(u[3], u[4])) * s[0] /
                      (sqrt(s[1]) / sqrt(1 - pow(u[6], u[7])) + u[8]);
}

static void check_update(const struct lab *lab, const char *config,
                         const struct why *why)
{
    const struct optimizer_options *o = &lab->head.optimizer;
    double update[NUMBERS_MAX], grad[NUMBERS_MAX] = {0}, value;

    if (numbers_of(why, "update", update) < 2) {
        if (strstr(why->how, "changed in step"))
            fail_msg("%s: %s has no update", config, why->cell);
        return;
    }
    numbers_of(why, "grad", grad);
    value = o->kind == OPTIMIZER_SGD ? sgd(o, why, update, grad[0])
                                     : adaptive(o, why, update, grad[0]);
    updated++;
    if (fabs(value - why->value) > 1e-6 * (1 + fabs(why->value)))
        fail_msg("%s: %s = %.9g, but its update gives %.9g", config, why->cell,
                 why->value, value);
}

/* --- every cell ---------------------------------------------------------- */

static bool explain(struct sitting *s, const char *config,
                    const struct why_cell *cell)
{
    struct error err = {0};
    struct why why;

    if (why_explain(s->session.lab, cell, &why, &err) != 0)
        return false;
    check_terms(config, &why, terms_of(s->session.lab, cell, why.value));
    check_update(s->session.lab, config, &why);
    why_clear(&why);
    return true;
}

static void explain_cell(struct sitting *s, const char *config,
                         const struct parameter *p, const char *ending,
                         size_t i)
{
    struct why_cell cell = {
        .ndim = p->ndim,
        .index = {(int64_t)(i / p->cols), (int64_t)(i % p->cols)}};

    snprintf(cell.name, sizeof cell.name, "%s%s", p->name, ending);
    if (!explain(s, config, &cell))
        fail_msg("%s: no why for %s", config, cell.name);
}

static void explain_parameters(struct sitting *s, const char *config)
{
    struct model *model = s->session.lab->model;

    for (size_t m = 0; m < model->parameter_count; m++) {
        const struct parameter *p = model->parameters[m];
        for (size_t i = 0; i < p->rows * p->cols; i++) {
            explain_cell(s, config, p, "", i);
            if (p->gradient != GRADIENT_NONE)
                explain_cell(s, config, p, ".grad", i);
        }
    }
}

/* A cell as it is typed; one that is not there is not explained. */
static void explain_typed(struct sitting *s, const char *config,
                          const char *text)
{
    struct expr expr;
    struct why_cell cell;

    if (expr_parse(text, strlen(text), 1, &expr, NULL) != 0)
        fail_msg("%s: not read", text);
    if (why_read_cell(s->session.lab, &expr, &cell, NULL) == 0)
        explain(s, config, &cell);
    expr_clear(&expr);
}

/* The first cells of what the mini-batch made, whatever its dimensions. */
static void explain_batch(struct sitting *s, const char *config)
{
    static const char *const names[] = {
        "E",     "E.grad", "h",       "h.grad", "logits",  "logits.grad",
        "probs", "Eu",     "Eu.grad", "Ei",     "Ei.grad", "loss"};

    for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
        explain_typed(s, config, names[n]);
        for (int i = 0; i < 27; i++) {
            char text[64];
            int b = i / 9, c = i / 3 % 3, d = i % 3;
            snprintf(text, sizeof text, "%s[%d]", names[n], b);
            explain_typed(s, config, text);
            snprintf(text, sizeof text, "%s[%d,%d]", names[n], b, c);
            explain_typed(s, config, text);
            snprintf(text, sizeof text, "%s[%d,%d,%d]", names[n], b, c, d);
            explain_typed(s, config, text);
        }
    }
}

static void explain_all(const char *head, const char *optimizer)
{
    struct sitting s;
    char config[600];

    snprintf(config, sizeof config, "%.500s; optimizer %.80s", head, optimizer);
    sitting_begin(&s);
    sitting_ask(&s, config);
    for (int i = 0; i < 3; i++) {
        sitting_ask(&s, "next backward");
        explain_parameters(&s, config);
        explain_batch(&s, config);
        sitting_ask(&s, "next update");
        explain_parameters(&s, config);
        explain_batch(&s, config);
    }
    sitting_end(&s);
}

static void with_each_optimizer(const char *head)
{
    static const char *const optimizers[] = {
        "sgd lr=0.1",
        "sgd lr=0.1 weight_decay=0.1",
        "sgd lr=0.1 momentum=0.9 weight_decay=0.1",
        "sgd lr=0.1 momentum=0.9 nesterov=yes",
        "adagrad lr_decay=0.5",
        "adam",
        "adam amsgrad=yes",
        "adamw"};

    for (size_t i = 0; i < sizeof optimizers / sizeof *optimizers; i++)
        explain_all(head, optimizers[i]);
}

/* A large eps shows where it stands: SparseAdam's is not Adam's. */
static void with_sparse_gradients(const char *folder)
{
    static const char *const optimizers[] = {
        "sparse_adam lr=0.1 eps=0.01", "adagrad", "sgd lr=0.1 momentum=0.9"};
    char text[512], recommend[512];

    snprintf(text, sizeof text,
             "corpus \"the cat drinks milk the dog drinks water the cat "
             "sleeps\"; table D=3 sparse=yes; batch B=4");
    snprintf(recommend, sizeof recommend,
             "model recommend; corpus %.300s; table D=3 sparse=yes; batch B=4",
             folder_write(folder, "ratings.tsv", ratings));
    for (size_t i = 0; i < sizeof optimizers / sizeof *optimizers; i++) {
        explain_all(text, optimizers[i]);
        explain_all(recommend, optimizers[i]);
    }
}

static void what_is_shown_adds_up(void **state)
{
    static const char *const models[] = {"model next_word",
                                         "model next_word pool=sum",
                                         "model next_word pool=max",
                                         "model next_word pool=concat",
                                         "model next_word loss=negative k=2",
                                         "table D=4 max_norm=1",
                                         "table D=4 scale_grad_by_freq=yes",
                                         "subwords buckets=20"};
    char head[512];

    for (size_t i = 0; i < sizeof models / sizeof *models; i++) {
        snprintf(head, sizeof head,
                 "corpus \"the cat drinks milk the dog drinks water the cat "
                 "sleeps\"; table D=3; batch B=4; %s",
                 models[i]);
        with_each_optimizer(head);
    }
    snprintf(head, sizeof head,
             "model sentiment; corpus %.300s; table D=3; batch B=3",
             folder_write(*state, "reviews.tsv", reviews));
    with_each_optimizer(head);
    snprintf(head, sizeof head,
             "model sentiment pool=masked_mean; corpus %.300s; table D=3; "
             "batch B=3",
             folder_write(*state, "reviews.tsv", reviews));
    with_each_optimizer(head);
    snprintf(head, sizeof head,
             "model recommend; corpus %.300s; table D=3; batch B=4",
             folder_write(*state, "ratings.tsv", ratings));
    with_each_optimizer(head);
    with_sparse_gradients(*state);
    assert_true(explained > 10000);
    assert_true(added_up > explained / 10);
    assert_true(updated > 1000);
}

/* A question about a lookup makes no batches, model and optimizer. */
static void the_table_and_its_lookup_answer_without_data(void **state)
{
    static const char *const questions[] = {"why row the", "why W[the,0]",
                                            "why W.grad[the,0]", "why E[0,1]",
                                            "why E.grad[0,1]"};
    struct sitting s;
    (void)state;
    sitting_begin(&s);
    sitting_ask(&s, "corpus \"the cat the dog\"; table max_norm=0.5; "
                    "lookup the; backward");
    for (size_t i = 0; i < sizeof questions / sizeof *questions; i++) {
        sitting_ask(&s, questions[i]);
        assert_false(s.session.lab->has_data);
    }
    assert_non_null(strstr(sitting_ask(&s, "why W[the,0]"), "rescaled by"));
    assert_null(strstr(str_text(&s.notices), "windows"));
    sitting_ask(&s, "why U[the,0]");
    assert_true(s.session.lab->has_data);
    sitting_end(&s);
}

static void negative_indices_count_from_the_end(void **state)
{
    struct sitting s;
    struct expr expr;
    struct why_cell cell;

    (void)state;
    sitting_begin(&s);
    sitting_ask(&s, "corpus tiny; table D=4");
    assert_int_equal(expr_parse("W[cat,-1]", 9, 1, &expr, NULL), 0);
    assert_int_equal(why_read_cell(s.session.lab, &expr, &cell, NULL), 0);
    assert_int_equal(cell.index[1], 3);
    expr_clear(&expr);
    assert_non_null(strstr(sitting_refusal(&s, "why W[cat,-5]"),
                           "index -1 is out of range"));
    sitting_end(&s);
}

/* The first words of what a cell began as. */
static const char *began_as(struct sitting *s, const char *table,
                            const char *cell)
{
    sitting_ask(s, table);
    return sitting_ask(s, cell);
}

/* step 1 looks up cat, step 2 does not; neither does milk (screens.md). */
static void what_an_earlier_step_changed_is_no_bare_draw(void **state)
{
    struct sitting s;

    (void)state;
    sitting_begin(&s);
    sitting_ask(&s, "corpus tiny");
    sitting_ask(&s, "step 2");
    has(sitting_ask(&s, "why W[cat,2]"), "`when cat` goes to the last");
    assert_null(strstr(sitting_ask(&s, "why W[sleeps,2]"), "earlier"));
    sitting_end(&s);
}

static void the_ledger_of_padding_says_that_it_is_that(void **state)
{
    struct sitting s;

    (void)state;
    sitting_begin(&s);
    sitting_ask(&s, "corpus tiny");
    sitting_ask(&s, "table padding_idx=0");
    sitting_ask(&s, "step");
    has(sitting_ask(&s, "why row the"), "it is the padding row");
    has(sitting_ask(&s, "why W.grad[the,0]"), "\"the\" is the padding row");
    assert_null(strstr(sitting_ask(&s, "why row cat"), "padding"));
    sitting_end(&s);
}

static void constants_and_padding_are_said_to_be_that(void **state)
{
    struct sitting s;

    (void)state;
    sitting_begin(&s);
    sitting_ask(&s, "corpus tiny");
    has(began_as(&s, "table init=zeros", "why W[cat,0]"),
        "init=zeros sets every element to 0");
    has(began_as(&s, "table init=ones", "why W[cat,0]"),
        "init=ones sets every element to 1");
    has(began_as(&s, "table init=normal", "why W[cat,0]"), "draw ");
    sitting_end(&s);
}

/* printf writes the sign bit of a NaN, which means nothing. */
static void a_nan_has_no_sign(void **state)
{
    struct why why = {0};

    (void)state;
    why_say(&why, "grad", "%.9g   (%.9g) and %.9g", copysign((double)NAN, -1),
            copysign((double)NAN, -1), copysign((double)NAN, -1));
    assert_string_equal(why.lines[0].text, "nan   (nan) and nan");
    why_how(&why, "%g, re-nan, %g", copysign((double)NAN, -1), -1.0);
    assert_string_equal(why.how, "nan, re-nan, -1");
    why_clear(&why);
}

/* A logit has D products and the bias: D=11 fits, of 13 the 11 largest stand
 * before the sum of the others. */
static void twelve_terms_are_shown_and_of_more_the_largest(void **state)
{
    struct sitting s;

    (void)state;
    sitting_begin(&s);
    sitting_ask(&s, "corpus tiny; table D=11; next logits");
    has(sitting_ask(&s, "why logits[0,0]"), "bias b");
    has_not(str_text(&s.out), "smaller terms");
    sitting_ask(&s, "table D=12; next logits");
    has(sitting_ask(&s, "why logits[0,0]"), "… 2 smaller terms = ");
    sitting_end(&s);
}

/* The worked example: b=5 is the context cat chases, rows 1 and 6. */
static void a_copy_names_the_row_it_is_of(void **state)
{
    struct sitting s;

    (void)state;
    sitting_begin(&s);
    sitting_ask(&s, "corpus tiny; next lookup");
    has(sitting_ask(&s, "why E[5,1,4]"),
        "copied from row 6 of W: W[chases,4] at the lookup");
    has(sitting_ask(&s, "why E[5,0,2]"),
        "copied from row 1 of W: W[cat,2] at the lookup");
    sitting_end(&s);
}

/* For a front end that lights it up. */
static const char *cell_told(struct session *session, const char *line)
{
    struct effect effect;
    struct error err = {0};
    size_t position = 0;

    (void)session_run(session, line, strlen(line), &position, &effect, &err);
    return effect.cell;
}

static void what_was_explained_is_told(void **state)
{
    struct sitting s;
    (void)state;
    sitting_begin(&s);
    sitting_ask(&s, "corpus tiny; table; step");
    assert_string_equal(cell_told(&s.session, "why  W[cat, 2] # the cell"),
                        "W[cat, 2]");
    assert_string_equal(cell_told(&s.session, "why row cat"), "row cat");
    assert_null(cell_told(&s.session, "why W[cat,9]"));
    assert_null(cell_told(&s.session, "print W[cat,2]"));
    sitting_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_shown_adds_up),
        cmocka_unit_test(the_table_and_its_lookup_answer_without_data),
        cmocka_unit_test(negative_indices_count_from_the_end),
        cmocka_unit_test(what_an_earlier_step_changed_is_no_bare_draw),
        cmocka_unit_test(the_ledger_of_padding_says_that_it_is_that),
        cmocka_unit_test(constants_and_padding_are_said_to_be_that),
        cmocka_unit_test(a_nan_has_no_sign),
        cmocka_unit_test(twelve_terms_are_shown_and_of_more_the_largest),
        cmocka_unit_test(a_copy_names_the_row_it_is_of),
        cmocka_unit_test(what_was_explained_is_told),
    };

    return cmocka_run_group_tests(tests, folder_begin, folder_end);
}
