/*
 * Expressions of questions: does a check hold, and is an answer computed from
 * the lab the one that is marked? An answer is a set of rows (a vector of ids),
 * a number, a truth or something printed; a choice is compared with it if it
 * can be read as such a thing.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/number.h"
#include "base/str.h"
#include "lab/eval.h"
#include "lesson/check.h"
#include "text/vocab.h"

/* An expression's value, and of which table its ids are (eval_table). */
struct answer {
    struct eval_value value;
    int table;
};

static int evaluate_rows(const struct lab *lab, const char *text,
                         struct answer *answer, struct error *err)
{
    struct expr expr = {0};
    int status = expr_parse(text, strlen(text), 1, &expr, err);

    *answer = (struct answer){.value.kind = EVAL_NONE};
    if (status == 0)
        status = eval_expression(lab, &expr, &answer->value, err);
    if (status == 0)
        answer->table = eval_table(lab, &expr);
    expr_clear(&expr);
    return status;
}

static int evaluate(const struct lab *lab, const char *text,
                    struct eval_value *value, struct error *err)
{
    struct answer answer;
    int status = evaluate_rows(lab, text, &answer, err);

    *value = answer.value;
    return status;
}

static bool all_true(const struct tensor *tensor)
{
    for (size_t i = 0; i < tensor_count(tensor); i++) {
        if (tensor_element(tensor, i) == 0)
            return false;
    }
    return tensor_count(tensor) > 0;
}

int check_holds(const struct lab *lab, const char *expression, bool *holds,
                struct error *err)
{
    struct eval_value value;
    int status = evaluate(lab, expression, &value, err);

    if (status == 0 && value.kind == EVAL_TENSOR)
        *holds = all_true(&value.tensor);
    else if (status == 0)
        status = eval_truth(&value, holds, err);
    eval_clear(&value);
    return status;
}

/* --- what a check sees -----------------------------------------------------
 */

/* (a + b), and not (a) * (b). */
static bool is_wrapped(const char *text, size_t length)
{
    size_t depth = 0;

    if (length < 2 || *text != '(')
        return false;
    for (size_t i = 0; i < length; i++) {
        depth += text[i] == '(';
        depth -= text[i] == ')';
        if (depth == 0)
            return i + 1 == length;
    }
    return false;
}

/* A node as typed, without the brackets around a condition: caller's to
 * free. */
static char *node_text(const struct expr *expr, const struct expr_node *node)
{
    size_t length;
    const char *text = expr_source(expr, node, &length);
    struct str out = STR_INIT;

    if (node->kind != EXPR_LIST && is_wrapped(text, length)) {
        text++;
        length -= 2;
    }
    str_append_bytes(&out, text, length);
    return str_take(&out);
}

static bool is_comparison(const struct expr_node *node)
{
    return node->kind == EXPR_BINARY && node->op >= EXPR_EQUAL;
}

static bool is_call(const struct expr_node *node, const char *name,
                    size_t arguments)
{
    return node->kind == EXPR_CALL && expr_count(node) == arguments + 1 &&
           node->first->kind == EXPR_NAME && str_equal(node->first->text, name);
}

static bool node_holds(const struct lab *lab, const struct expr *expr,
                       const struct expr_node *node)
{
    char *text = node_text(expr, node);
    bool holds = false;
    int status = check_holds(lab, text, &holds, NULL);

    free(text);
    return status == 0 && holds;
}

/* `and` is a product of truths: the first that does not hold. */
static const struct expr_node *first_that_fails(const struct lab *lab,
                                                const struct expr *expr)
{
    const struct expr_node *node = expr->root;

    while (node->kind == EXPR_BINARY && node->op == EXPR_MULTIPLY)
        node = node_holds(lab, expr, node->first) ? node->first->next
                                                  : node->first;
    return node;
}

/* x of abs(x - 2): how far it is off would be a riddle. */
static const struct expr_node *measured(const struct expr_node *node)
{
    const struct expr_node *inner;

    if (!is_call(node, "abs", 1))
        return node;
    inner = node->first->next;
    return inner->kind == EXPR_BINARY && inner->op <= EXPR_SUBTRACT &&
                   inner->first->next->kind == EXPR_NUMBER
               ? inner->first
               : inner;
}

/* What a condition looks at; NULL: it is none. */
static const struct expr_node *looked_at(const struct expr_node *node)
{
    if (is_comparison(node))
        return measured(node->first);
    return is_call(node, "equal", 2) ? node->first->next : NULL;
}

/* tensor([13]) is [13]: the value alone, without what Python says of it. */
static void write_plain(const char *printed, struct str *out)
{
    static const char *const wraps[] = {"tensor(", "torch.Size("};
    size_t length = strlen(printed);

    for (size_t i = 0; i < sizeof wraps / sizeof *wraps; i++) {
        if (!str_starts_with(printed, wraps[i]))
            continue;
        printed += strlen(wraps[i]);
        length = strlen(printed) - 1;
        if (strstr(printed, ", dtype="))
            length = (size_t)(strstr(printed, ", dtype=") - printed);
    }
    if (length > 0 && printed[length - 1] == '.')
        length--; /* the sentence has its own */
    str_append_bytes(out, printed, length);
}

static void write_seen(const char *source, const struct eval_value *value,
                       struct str *out)
{
    enum { BYTES_MAX = 60 };
    const struct tensor_print_options print = tensor_print_defaults();
    struct str text = STR_INIT;

    eval_print(value, &print, &text);
    if (text.length > 0 && text.length <= BYTES_MAX &&
        !strchr(str_text(&text), '\n')) {
        str_printf(out, "`%s` is ", source);
        write_plain(str_text(&text), out);
    }
    str_clear(&text);
}

/* A bound is no answer, but what an equality wants would be one. */
static void write_bound(const struct expr *expr, const struct expr_node *node,
                        struct str *out)
{
    static const struct {
        enum expr_operator op;
        const char *words;
    } bounds[] = {{EXPR_LESS, "less than"},
                  {EXPR_LESS_EQUAL, "at most"},
                  {EXPR_GREATER, "more than"},
                  {EXPR_GREATER_EQUAL, "at least"}};

    if (out->length == 0 || !is_comparison(node) ||
        measured(node->first) != node->first)
        return;
    for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++) {
        if (node->op == bounds[i].op) {
            char *bound = node_text(expr, node->first->next);
            str_printf(out, ", wanted: %s %s", bounds[i].words, bound);
            free(bound);
        }
    }
}

static void see(const struct lab *lab, const struct expr *expr, struct str *out)
{
    const struct expr_node *condition = first_that_fails(lab, expr);
    const struct expr_node *node = looked_at(condition);
    struct error err = {0};
    struct eval_value value;
    char *source;

    if (!node || node_holds(lab, expr, condition))
        return;
    source = node_text(expr, node);
    if (evaluate(lab, source, &value, &err) == 0) {
        write_seen(source, &value, out);
        write_bound(expr, condition, out);
    } else {
        str_append_bytes(out, err.message, strcspn(err.message, ";"));
    }
    eval_clear(&value);
    free(source);
}

void check_sees(const struct lab *lab, const char *expression, struct str *out)
{
    struct expr expr = {0};

    if (expr_parse(expression, strlen(expression), 1, &expr, NULL) == 0)
        see(lab, &expr, out);
    expr_clear(&expr);
}

/* --- choices -------------------------------------------------------------- */

enum verdict {
    CHOICE_UNREAD, /* a sentence: it says nothing that could be compared */
    CHOICE_FALSE,
    CHOICE_TRUE,
};

static enum verdict verdict_of(bool truth)
{
    return truth ? CHOICE_TRUE : CHOICE_FALSE;
}

/* Without what Markdown and punctuation put around: caller's to free. */
static char *bare(const char *text)
{
    static const char around[] = " `*_.";
    size_t length;
    struct str out = STR_INIT;

    text += strspn(text, around);
    length = strlen(text);
    while (length > 0 && strchr(around, text[length - 1]))
        length--;
    str_append_bytes(&out, text, length);
    return str_take(&out);
}

/* "yes", "True": 1; "no", "False": 0; else -1. */
static int read_truth(const char *text)
{
    static const char *const words[] = {"no",    "yes",  "No",    "Yes",
                                        "false", "true", "False", "True"};

    for (int i = 0; i < 8; i++) {
        if (str_equal(text, words[i]))
            return i % 2;
    }
    return -1;
}

static enum verdict judge_truth(bool truth, const char *choice)
{
    int read = read_truth(choice);

    return read < 0 ? CHOICE_UNREAD : verdict_of(read == truth);
}

/* Half a unit of the last digit that a number shows. */
static double half_unit(const char *text)
{
    const char *point = strchr(text, '.');
    size_t digits = point ? strspn(point + 1, "0123456789") : 0;

    return 0.5 * pow(10, -(double)digits);
}

static enum verdict judge_number(double number, bool whole, const char *choice)
{
    double read;

    if (!number_read_double(choice, strlen(choice), &read))
        return CHOICE_UNREAD;
    if (whole || strpbrk(choice, "eE"))
        return verdict_of(read == number);
    return verdict_of(fabs(read - number) <= half_unit(choice) * (1 + 1e-6));
}

static bool contains(const struct tensor *ids, int64_t id)
{
    for (size_t i = 0; i < tensor_count(ids); i++) {
        if (ids->i[i] == id)
            return true;
    }
    return false;
}

/* One word is a row among those; several are all of them. */
static enum verdict judge_ids(const struct tensor *rows, const int64_t *ids,
                              size_t count)
{
    struct tensor read = tensor_borrow(
        TENSOR_INT64, 1, (int64_t[]){(int64_t)count}, (int64_t *)ids);

    for (size_t i = 0; i < count; i++) {
        if (!contains(rows, ids[i]))
            return CHOICE_FALSE;
    }
    for (size_t i = 0; i < tensor_count(rows) && count > 1; i++) {
        if (!contains(&read, rows->i[i]))
            return CHOICE_FALSE;
    }
    return count > 0 ? CHOICE_TRUE : CHOICE_UNREAD;
}

/* Whole numbers parted by blanks and commas; 0: there is something else. */
static size_t read_ids(const char *text, int64_t *ids, size_t room)
{
    size_t count = 0;

    for (text += strspn(text, " ,[]"); *text; text += strspn(text, " ,[]")) {
        char *end;
        if (*text < '0' || *text > '9' || count == room)
            return 0;
        ids[count++] = strtoll(text, &end, 10);
        text = end;
        if (*text && !strchr(" ,]", *text))
            return 0;
    }
    return count;
}

enum { IDS_MAX = 1000 };

/* Rows are named by ids, or by words as the corpus takes them ("the, cat").
 * What only <unk> stands for is no word of it. */
static enum verdict judge_rows(const struct lab *lab, int table,
                               const struct tensor *rows, const char *choice)
{
    int64_t numbers[IDS_MAX], *words = NULL;
    size_t count = read_ids(choice, numbers, IDS_MAX);
    const struct vocab *vocab;
    enum verdict verdict;

    if (count > 0)
        return judge_ids(rows, numbers, count);
    if (!lab->text ||
        lab_encode_rows(lab, table, choice, &words, &count, NULL) != 0)
        return CHOICE_UNREAD;
    vocab = lab_table_vocab(lab, table);
    for (size_t i = 0; vocab && i < count; i++) {
        if (words[i] == vocab->unk && !strstr(choice, "<unk>"))
            count = 0;
    }
    verdict = judge_ids(rows, words, count);
    free(words);
    return verdict;
}

/* A shape as "17, 6", anything else as it is printed. */
static void write_value(const struct eval_value *value, struct str *out)
{
    struct tensor_print_options options = tensor_print_defaults();

    if (value->kind != EVAL_SIZE) {
        eval_print(value, &options, out);
        return;
    }
    for (int i = 0; i < value->ndim; i++)
        str_printf(out, "%s%lld", i ? ", " : "", (long long)value->size[i]);
}

/* Brackets and blanks are no matter. */
static bool same_but_brackets(const char *a, const char *b)
{
    static const char skipped[] = " \n()[]";

    for (;;) {
        a += strspn(a, skipped);
        b += strspn(b, skipped);
        if (*a != *b || *a == '\0')
            return *a == *b;
        a++;
        b++;
    }
}

static enum verdict judge_printed(const struct eval_value *value,
                                  const char *choice)
{
    struct str printed = STR_INIT;
    bool same;

    write_value(value, &printed);
    if (value->kind == EVAL_SIZE && str_starts_with(choice, "torch.Size"))
        choice += strlen("torch.Size");
    same = same_but_brackets(str_text(&printed), choice);
    str_clear(&printed);
    if (same)
        return CHOICE_TRUE;
    return strpbrk(choice, "0123456789") ? CHOICE_FALSE : CHOICE_UNREAD;
}

static enum verdict judge_tensor(const struct lab *lab,
                                 const struct answer *answer,
                                 const char *choice)
{
    const struct eval_value *value = &answer->value;
    const struct tensor *tensor = &value->tensor;

    if (tensor->type == TENSOR_INT64 && tensor->ndim == 1)
        return judge_rows(lab, answer->table, tensor, choice);
    if (tensor_count(tensor) != 1)
        return judge_printed(value, choice);
    if (tensor->type == TENSOR_BOOL)
        return judge_truth(tensor->b[0], choice);
    return judge_number(tensor_element(tensor, 0), tensor->type == TENSOR_INT64,
                        choice);
}

static enum verdict judge(const struct lab *lab, const struct answer *answer,
                          const char *choice)
{
    const struct eval_value *value = &answer->value;

    switch (value->kind) {
    case EVAL_TENSOR:
        return judge_tensor(lab, answer, choice);
    case EVAL_BOOL:
        return judge_truth(value->truth, choice);
    case EVAL_INT:
        return judge_number((double)value->integer, true, choice);
    case EVAL_FLOAT:
        return judge_number(value->number, false, choice);
    default:
        return judge_printed(value, choice);
    }
}

/* All choices against the value; the first that disagrees is told. */
static int judge_all(const struct lab *lab,
                     const struct lesson_question *question,
                     const struct answer *answer, struct error *err)
{
    size_t read = 0;

    for (size_t i = 0; i < question->choice_count; i++) {
        const struct lesson_choice *choice = &question->choices[i];
        char *text = bare(choice->text);
        enum verdict verdict = judge(lab, answer, text);
        free(text);
        read += verdict != CHOICE_UNREAD;
        if (verdict != CHOICE_UNREAD &&
            (verdict == CHOICE_TRUE) != choice->right)
            return error_set(err, ERROR_STATE,
                             "`= %s` and the marks differ: '%s' is %s; mark "
                             "it so, or mend the expression",
                             question->answer, choice->text,
                             verdict == CHOICE_TRUE ? "right" : "wrong");
    }
    if (read > 0)
        return 0;
    return error_set(err, ERROR_STATE,
                     "`= %s` says nothing of these choices; name words or "
                     "numbers in them, or leave it out",
                     question->answer);
}

int check_choices(const struct lab *lab, const struct lesson_question *question,
                  struct error *err)
{
    struct error why = {0};
    struct answer answer;
    int status = evaluate_rows(lab, question->answer, &answer, &why);

    if (status != 0)
        error_set(err, why.code, "`= %s` cannot be computed: %s",
                  question->answer, why.message);
    else if (question->choice_count > 0)
        status = judge_all(lab, question, &answer, err);
    eval_clear(&answer.value);
    return status;
}
