/*
 * A typed answer is read piece by piece: pieces are parted by blanks and
 * commas. Of choices a piece is a label or the choice itself, and the whole
 * line may be one choice of several words; a choice's own text wins.
 */
#include "lesson/answers.h"

#include <assert.h>
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "lab/eval.h"
#include "lab/lab.h"
#include "lang/expr.h"
#include "lang/parse.h"

/* --- the key ------------------------------------------------------------ */

static void add_number(struct answer_key *key, double number)
{
    key->numbers =
        memory_resize(key->numbers, key->count + 1, sizeof *key->numbers);
    key->numbers[key->count++] = number;
}

static bool contains(const double *numbers, size_t count, double number)
{
    for (size_t i = 0; i < count; i++) {
        if (numbers[i] == number)
            return true;
    }
    return false;
}

/* Each once. */
static size_t make_set(double *numbers, size_t count)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++) {
        if (!contains(numbers, kept, numbers[i]))
            numbers[kept++] = numbers[i];
    }
    return kept;
}

enum { NUMBERS_MAX = 1000 }; /* nobody types more */

static int take_tensor(struct answer_key *key, const struct tensor *t,
                       struct error *err)
{
    size_t count = tensor_count(t);

    if (count > NUMBERS_MAX)
        return error_set(err, ERROR_RANGE,
                         "the answer would be %zu numbers; ask for fewer",
                         count);
    if (t->type == TENSOR_BOOL && count == 1) {
        key->kind = ANSWER_TRUTH;
        key->truth = t->b[0];
        return 0;
    }
    key->kind = t->type == TENSOR_INT64 && t->ndim == 1 ? ANSWER_ROWS
                                                        : ANSWER_NUMBERS;
    key->exact = t->type != TENSOR_FLOAT32;
    for (size_t i = 0; i < count; i++)
        add_number(key, tensor_element(t, i));
    if (key->kind == ANSWER_ROWS)
        key->count = make_set(key->numbers, key->count);
    return 0;
}

static int take_value(struct answer_key *key, const struct eval_value *value,
                      struct error *err)
{
    key->kind = ANSWER_NUMBERS;
    key->exact = true;
    switch (value->kind) {
    case EVAL_TENSOR:
        return take_tensor(key, &value->tensor, err);
    case EVAL_BOOL:
        key->kind = ANSWER_TRUTH;
        key->truth = value->truth;
        return 0;
    case EVAL_INT:
        add_number(key, (double)value->integer);
        return 0;
    case EVAL_FLOAT:
        key->exact = false;
        add_number(key, value->number);
        return 0;
    case EVAL_SIZE:
        for (int d = 0; d < value->ndim; d++)
            add_number(key, (double)value->size[d]);
        return 0;
    case EVAL_PAIR:
    case EVAL_NONE:
        break;
    }
    return error_set(err, ERROR_USAGE,
                     "the answer is neither a number, words, a shape nor yes "
                     "or no; ask for one of them");
}

/* An expression that fails asks for nothing: `emblab check` tells it. *table:
 * of which table. */
static bool asks_for_rows(const struct lab *lab, const char *answer, int *table)
{
    struct expr expr = {0};
    struct eval_value value = {0};
    bool rows = expr_parse(answer, strlen(answer), 1, &expr, NULL) == 0 &&
                eval_expression(lab, &expr, &value, NULL) == 0 &&
                value.kind == EVAL_TENSOR &&
                value.tensor.type == TENSOR_INT64 && value.tensor.ndim == 1;

    if (rows)
        *table = eval_table(lab, &expr);
    eval_clear(&value);
    expr_clear(&expr);
    return rows;
}

int answer_find(const struct lab *lab, const struct lesson_question *question,
                struct answer_key *key, struct error *err)
{
    struct expr expr = {0};
    struct eval_value value = {0};
    int status;

    *key = (struct answer_key){.kind = ANSWER_CHOICES, .question = question};
    if (question->choice_count > 0) {
        key->ids = question->answer &&
                   asks_for_rows(lab, question->answer, &key->table);
        return 0;
    }
    if (expr_parse(question->answer, strlen(question->answer), 1, &expr, err) !=
        0)
        return -1;
    status = eval_expression(lab, &expr, &value, err);
    if (status == 0)
        status = take_value(key, &value, err);
    if (status == 0)
        key->table = eval_table(lab, &expr);
    eval_clear(&value);
    expr_clear(&expr);
    return status;
}

void answer_clear(struct answer_key *key)
{
    free(key->numbers);
    *key = (struct answer_key){0};
}

/* --- choices ------------------------------------------------------------ */

/* Is it the choice's text? Case and Markdown's marks are no matter. */
static bool is_choice(const char *choice, const char *typed, size_t length)
{
    static const char marks[] = "*_`\"'";
    const char *end = typed + length;

    for (;;) {
        choice += strspn(choice, marks);
        while (typed < end && strchr(marks, *typed))
            typed++;
        if (typed == end || *choice == '\0')
            return typed == end && *choice == '\0';
        if (tolower((unsigned char)*choice) != tolower((unsigned char)*typed))
            return false;
        choice++;
        typed++;
    }
}

static bool choice_is_letter(const struct lesson_question *question)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz";

    for (size_t i = 0; i < question->choice_count; i++) {
        for (const char *c = letters; *c; c++) {
            if (is_choice(question->choices[i].text, c, 1))
                return true;
        }
    }
    return false;
}

void answer_label(const struct lesson_question *question, size_t i,
                  char label[ANSWER_LABEL_BYTES])
{
    if (question->choice_count > 26 || choice_is_letter(question))
        snprintf(label, ANSWER_LABEL_BYTES, "%zu", i + 1);
    else
        snprintf(label, ANSWER_LABEL_BYTES, "%c", 'a' + (int)i);
}

/* The id of a choice that is one word; -1: it is none. */
static int64_t choice_id(const struct lab *lab, int table, const char *choice)
{
    struct str word = STR_INIT;
    int64_t *ids = NULL, id = -1;
    size_t count = 0;

    for (const char *c = choice; *c; c++) {
        if (!strchr("*_`\"", *c))
            str_append_char(&word, *c);
    }
    if (lab_encode_rows(lab, table, str_text(&word), &ids, &count, NULL) == 0 &&
        count == 1)
        id = ids[0];
    free(ids);
    str_clear(&word);
    return id;
}

/* Where the answer is words with ids, and the labels are letters, a number is
 * an id and no place in the list. */
static size_t find_number(const struct answer_key *key, const struct lab *lab,
                          size_t number)
{
    const struct lesson_question *question = key->question;

    if (!key->ids || choice_is_letter(question))
        return number - 1 < question->choice_count ? number - 1
                                                   : question->choice_count;
    for (size_t i = 0; i < question->choice_count; i++) {
        if (choice_id(lab, key->table, question->choices[i].text) ==
            (int64_t)number)
            return i;
    }
    return question->choice_count;
}

/* The choice that a piece means; choice_count: none. */
static size_t find_choice(const struct answer_key *key, const struct lab *lab,
                          const char *piece, size_t length)
{
    const struct lesson_question *question = key->question;
    char label[ANSWER_LABEL_BYTES];

    for (size_t i = 0; i < question->choice_count; i++) {
        if (is_choice(question->choices[i].text, piece, length))
            return i;
    }
    for (size_t i = 0; i < question->choice_count; i++) {
        answer_label(question, i, label);
        if (strlen(label) == length && strncasecmp(label, piece, length) == 0)
            return i;
    }
    return strspn(piece, "0123456789") >= length
               ? find_number(key, lab, strtoul(piece, NULL, 10))
               : question->choice_count;
}

/* Pieces of line parted by any of separators: at moves behind the one found;
 * false: no more. */
static bool next_piece(const char **at, const char *separators,
                       const char **piece, size_t *length)
{
    *piece = *at + strspn(*at, separators);
    *length = strcspn(*piece, separators);
    *at = *piece + *length;
    while (*length > 0 && strchr(" \t", (*piece)[*length - 1]))
        --*length;
    return *length > 0;
}

static bool read_choices(const struct answer_key *key, const struct lab *lab,
                         const char *typed, const char *separators,
                         bool *chosen)
{
    const struct lesson_question *question = key->question;
    const char *piece;
    size_t length;

    memset(chosen, 0, question->choice_count * sizeof *chosen);
    while (next_piece(&typed, separators, &piece, &length)) {
        size_t i = find_choice(key, lab, piece, length);
        if (i == question->choice_count)
            return false;
        chosen[i] = true;
    }
    return true;
}

/* "acd": labels without anything between. */
static bool read_letters(const struct answer_key *key, const struct lab *lab,
                         const char *typed, bool *chosen)
{
    const struct lesson_question *question = key->question;

    memset(chosen, 0, question->choice_count * sizeof *chosen);
    for (; *typed; typed++) {
        size_t i = find_choice(key, lab, typed, 1);
        if (i == question->choice_count || chosen[i])
            return false;
        chosen[i] = true;
    }
    return true;
}

static bool read_any_choices(const struct answer_key *key,
                             const struct lab *lab, const char *typed,
                             bool *chosen)
{
    const struct lesson_question *question = key->question;

    if (strcasecmp(typed, "none") == 0) {
        memset(chosen, 0, question->choice_count * sizeof *chosen);
        return true;
    }
    return read_choices(key, lab, typed, ",\n", chosen) ||
           read_choices(key, lab, typed, ", \t", chosen) ||
           read_letters(key, lab, typed, chosen);
}

/* How near a set is: found of all that are right, extra that are not. */
static enum answer_verdict judge_set(size_t found, size_t all, size_t extra,
                                     struct str *why)
{
    if (found == all && extra == 0)
        return ANSWER_RIGHT;
    if (all > 1 || extra == 0)
        str_printf(why, "%zu of %zu found", found, all);
    if (extra > 0)
        str_printf(why, "%s%zu %s not belong", why->length > 0 ? ", " : "",
                   extra, extra == 1 ? "does" : "do");
    return ANSWER_WRONG;
}

/* Is one choice the answer? Rows are a set, also where it has only one. */
static bool is_single(const struct answer_key *key)
{
    size_t right = 0;

    for (size_t i = 0; i < key->question->choice_count; i++)
        right += key->question->choices[i].right;
    return right == 1 && !key->ids;
}

/* Nothing is counted where one is to be chosen. */
static enum answer_verdict judge_single(size_t found, size_t extra,
                                        struct str *why)
{
    if (found == 1 && extra == 0)
        return ANSWER_RIGHT;
    if (found + extra > 1)
        str_append(why, "only one of them is the answer");
    return ANSWER_WRONG;
}

static enum answer_verdict judge_choices(const struct answer_key *key,
                                         const struct lab *lab,
                                         const char *typed, struct str *why)
{
    const struct lesson_question *question = key->question;
    bool *chosen = memory_zeroed(question->choice_count, sizeof *chosen);
    size_t found = 0, all = 0, extra = 0;
    enum answer_verdict verdict = ANSWER_UNREADABLE;

    if (read_any_choices(key, lab, typed, chosen)) {
        for (size_t i = 0; i < question->choice_count; i++) {
            all += question->choices[i].right;
            found += question->choices[i].right && chosen[i];
            extra += !question->choices[i].right && chosen[i];
        }
        verdict = is_single(key) ? judge_single(found, extra, why)
                                 : judge_set(found, all, extra, why);
    }
    free(chosen);
    return verdict;
}

/* --- rows, numbers, yes and no ------------------------------------------ */

/* The ids of one piece: words, or else an id. out->table: of which table. */
static int read_row(const struct lab *lab, const char *piece, size_t length,
                    struct answer_key *out, struct error *err)
{
    char *word = memory_copy(piece, length + 1, 1);
    int64_t *ids = NULL, number;
    size_t count = 0;
    int status;

    word[length] = '\0';
    status = lab_encode_rows(lab, out->table, word, &ids, &count, err);
    if (status != 0 && value_to_integer(word, &number)) {
        add_number(out, (double)number);
        status = 0;
    } else {
        for (size_t i = 0; status == 0 && i < count; i++)
            add_number(out, (double)ids[i]);
    }
    free(ids);
    free(word);
    return status;
}

static int read_rows(const struct lab *lab, const char *typed,
                     const char *separators, struct answer_key *out,
                     struct error *err)
{
    const char *piece;
    size_t length;
    int status = 0;

    out->count = 0;
    while (status == 0 && next_piece(&typed, separators, &piece, &length))
        status = read_row(lab, piece, length, out, err);
    return status;
}

static enum answer_verdict judge_rows(const struct answer_key *key,
                                      const struct lab *lab, const char *typed,
                                      struct str *why)
{
    struct answer_key got = {.table = key->table};
    struct error err = {0};
    const char *all = strcasecmp(typed, "none") == 0 ? "" : typed;
    size_t found = 0;
    enum answer_verdict verdict = ANSWER_UNREADABLE;

    /* a user or an item may have a name of several words */
    if (read_rows(lab, all, "[](), \t", &got, &err) == 0 ||
        read_rows(lab, all, "[](),", &got, NULL) == 0) {
        got.count = make_set(got.numbers, got.count);
        assert(got.numbers || got.count == 0);
        for (size_t i = 0; i < got.count; i++)
            found += contains(key->numbers, key->count, got.numbers[i]);
        verdict = judge_set(found, key->count, got.count - found, why);
    } else {
        str_append(why, err.message);
    }
    answer_clear(&got);
    return verdict;
}

/* How far a number may be off that is typed with so many decimals: as far as
 * its last digit rounds, but never more than a hundredth of the answer. */
static double allowance(const char *piece, size_t length, double truth)
{
    const char *point = memchr(piece, '.', length);
    size_t decimals = point ? length - (size_t)(point - piece) - 1 : 0;
    double rounding = 0.5000001 * pow(10, -(double)decimals);
    double share = 0.01 * fabs(truth);

    if (share < 0.5e-4)
        share = 0.5e-4;
    return rounding < share ? rounding : share;
}

static bool read_number(const char *piece, size_t length, double *number)
{
    char text[64];
    size_t n = 0;

    for (size_t i = 0; i < length && n + 1 < sizeof text; i++) {
        if (piece[i] != ',') /* 1,831 */
            text[n++] = piece[i];
    }
    text[n] = '\0';
    return value_to_number(text, number);
}

static enum answer_verdict judge_plain_numbers(const struct answer_key *key,
                                               const char *typed)
{
    const char *separators = key->count == 1 ? "[]() \t" : "[](), \t";
    const char *piece;
    size_t length, count = 0, right = 0;

    while (next_piece(&typed, separators, &piece, &length)) {
        double number,
            truth = count < key->count ? key->numbers[count] : (double)NAN;
        if (!read_number(piece, length, &number))
            return ANSWER_UNREADABLE;
        right +=
            fabs(number - truth) <=
            (key->exact ? 1e-9 * fabs(truth) : allowance(piece, length, truth));
        count++;
    }
    if (count == 0 && key->count > 0)
        return ANSWER_UNREADABLE;
    return count == key->count && right == count ? ANSWER_RIGHT : ANSWER_WRONG;
}

/* The bytes of a times sign at text, 0: there is none. */
static size_t times_sign(const char *text)
{
    static const char sign[] = "\u00D7";

    if (*text == 'x' || *text == 'X' || *text == '*')
        return 1;
    return strncmp(text, sign, sizeof sign - 1) == 0 ? sizeof sign - 1 : 0;
}

static void skip_blanks(const char **at)
{
    *at += strspn(*at, " \t");
}

/* Digits, with a point or without. */
static bool scan_number(const char **at, double *number)
{
    char digits[32];
    size_t length;

    skip_blanks(at);
    length = strspn(*at, "0123456789.");
    if (length == 0 || length >= sizeof digits)
        return false;
    memcpy(digits, *at, length);
    digits[length] = '\0';
    *at += length;
    return value_to_number(digits, number);
}

static bool scan_product(const char **at, double *product)
{
    double factor;

    if (!scan_number(at, product))
        return false;
    for (skip_blanks(at); times_sign(*at) > 0; skip_blanks(at)) {
        *at += times_sign(*at);
        if (!scan_number(at, &factor))
            return false;
        *product *= factor;
    }
    return true;
}

/* "17 x 3", "2*3 + 1": what it comes to. False: it is no such sum. */
static bool compute(const char *typed, double *sum)
{
    double product;

    if (!scan_product(&typed, sum))
        return false;
    while (*typed == '+' || *typed == '-') {
        double sign = *typed++ == '+' ? 1 : -1;
        if (!scan_product(&typed, &product))
            return false;
        *sum += sign * product;
    }
    return *typed == '\0';
}

/* "17 x 6" of a shape: a comma for each times sign. */
static void write_list(const char *typed, struct str *out)
{
    while (*typed) {
        size_t sign = times_sign(typed);
        str_append_char(out, sign > 0 ? ',' : *typed);
        typed += sign > 0 ? sign : 1;
    }
}

static enum answer_verdict judge_numbers(const struct answer_key *key,
                                         const char *typed)
{
    enum answer_verdict verdict = judge_plain_numbers(key, typed);
    struct str text = STR_INIT;
    double sum;

    if (verdict == ANSWER_UNREADABLE && key->count != 1)
        write_list(typed, &text);
    else if (verdict == ANSWER_UNREADABLE && compute(typed, &sum))
        str_printf(&text, "%.10g", sum);
    if (text.length > 0)
        verdict = judge_plain_numbers(key, str_text(&text));
    str_clear(&text);
    return verdict;
}

static enum answer_verdict judge_truth(const struct answer_key *key,
                                       const char *typed)
{
    static const struct {
        const char *text;
        bool truth;
    } words[] = {{"yes", true}, {"y", true},  {"true", true},
                 {"no", false}, {"n", false}, {"false", false}};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcasecmp(typed, words[i].text) == 0)
            return words[i].truth == key->truth ? ANSWER_RIGHT : ANSWER_WRONG;
    }
    return ANSWER_UNREADABLE;
}

/* Without an example: it could be the answer. */
static const char *choice_usage(const struct answer_key *key)
{
    bool numbers = choice_is_letter(key->question) ||
                   key->question->choice_count > 26;

    if (is_single(key))
        return numbers ? "answer with the number before one of the choices"
                       : "answer with the letter before one of the choices";
    return numbers ? "answer with the numbers before the choices, commas "
                     "between them"
                   : "answer with the letters before the choices, commas "
                     "between them";
}

const char *answer_usage(const struct answer_key *key)
{
    switch (key->kind) {
    case ANSWER_CHOICES:
        return choice_usage(key);
    case ANSWER_NUMBERS:
        return key->count == 1 ? "answer with a number"
                               : "answer with numbers, commas between them";
    case ANSWER_ROWS:
        return "answer with words, commas between them; none if there is none";
    case ANSWER_TRUTH:
        return "answer yes or no";
    }
    return "";
}

/* --- as people say it ---------------------------------------------------- */

static bool is_joint(const char *word, size_t length)
{
    static const char *const joints[] = {"and", "or", "&", "+"};

    for (size_t i = 0; i < sizeof joints / sizeof *joints; i++) {
        if (strlen(joints[i]) == length &&
            strncasecmp(joints[i], word, length) == 0)
            return true;
    }
    return false;
}

/* "dog and water": with a comma instead. False: there is no such word. */
static bool write_parted(const char *typed, struct str *out)
{
    static const char blanks[] = ", \t";
    bool parted = false;

    while (*typed) {
        size_t length = strcspn(typed, blanks);
        if (is_joint(typed, length)) {
            str_append_char(out, ',');
            parted = true;
        } else {
            str_append_bytes(out, typed, length);
        }
        typed += length;
        length = strspn(typed, blanks);
        str_append_bytes(out, typed, length);
        typed += length;
    }
    return parted;
}

static enum answer_verdict judge_line(const struct answer_key *key,
                                      const struct lab *lab, const char *typed,
                                      struct str *why)
{
    switch (key->kind) {
    case ANSWER_CHOICES:
        return judge_choices(key, lab, typed, why);
    case ANSWER_ROWS:
        return judge_rows(key, lab, typed, why);
    case ANSWER_NUMBERS:
        return judge_numbers(key, typed);
    case ANSWER_TRUTH:
        return judge_truth(key, typed);
    }
    return ANSWER_UNREADABLE;
}

/* First as it stands: `and` may be a word of the text, or of a choice. */
static enum answer_verdict judge_said(const struct answer_key *key,
                                      const struct lab *lab, const char *typed,
                                      struct str *why)
{
    enum answer_verdict verdict = judge_line(key, lab, typed, why), again;
    struct str parted = STR_INIT, other = STR_INIT;

    if (verdict != ANSWER_RIGHT && write_parted(typed, &parted)) {
        again = judge_line(key, lab, str_text(&parted), &other);
        if (again == ANSWER_RIGHT || verdict == ANSWER_UNREADABLE) {
            verdict = again;
            str_truncate(why, 0);
            str_append(why, str_text(&other));
        }
    }
    str_clear(&parted);
    str_clear(&other);
    return verdict;
}

enum answer_verdict answer_judge(const struct answer_key *key,
                                 const struct lab *lab, const char *typed,
                                 struct str *why)
{
    struct str trimmed = STR_INIT;
    enum answer_verdict verdict;
    size_t length;

    typed += strspn(typed, " \t");
    for (length = strlen(typed);
         length > 0 && strchr(" \t.", typed[length - 1]);)
        length--;
    str_append_bytes(&trimmed, typed, length);
    verdict = judge_said(key, lab, str_text(&trimmed), why);
    if (verdict == ANSWER_UNREADABLE && why->length == 0)
        str_append(why, answer_usage(key));
    str_clear(&trimmed);
    return verdict;
}

/* --- telling ------------------------------------------------------------ */

static void write_choices(const struct answer_key *key, bool texts,
                          struct str *out)
{
    const char *between = "";
    char label[ANSWER_LABEL_BYTES];

    for (size_t i = 0; i < key->question->choice_count; i++) {
        const struct lesson_choice *choice = &key->question->choices[i];
        if (!choice->right)
            continue;
        answer_label(key->question, i, label);
        str_printf(out, "%s%s", between, label);
        if (texts)
            str_printf(out, "  %s", choice->text);
        between = texts ? "; " : ", ";
    }
    if (!*between)
        str_append(out, "none");
}

static void write_numbers(const struct answer_key *key, struct str *out)
{
    bool list = key->count != 1;

    str_append(out, list ? "(" : "");
    for (size_t i = 0; i < key->count; i++)
        str_printf(out, key->exact ? "%s%.15g" : "%s%.4f", i ? ", " : "",
                   key->numbers[i]);
    str_append(out, list ? ")" : "");
}

static void write_rows(const struct answer_key *key, const struct lab *lab,
                       struct str *out)
{
    const struct vocab *vocab = lab_table_vocab(lab, key->table);

    for (size_t i = 0; i < key->count; i++) {
        int64_t id = (int64_t)key->numbers[i];
        str_append(out, i ? ", " : "");
        if (vocab && id >= 0 && id < (int64_t)vocab->size)
            command_write_word(lab_shown(vocab_word(vocab, id)), false, out);
        else
            str_printf(out, "%lld", (long long)id);
    }
    if (key->count == 0)
        str_append(out, "none");
}

static void write_answer(const struct answer_key *key, const struct lab *lab,
                         bool texts, struct str *out)
{
    switch (key->kind) {
    case ANSWER_CHOICES:
        write_choices(key, texts, out);
        break;
    case ANSWER_NUMBERS:
        write_numbers(key, out);
        break;
    case ANSWER_ROWS:
        write_rows(key, lab, out);
        break;
    case ANSWER_TRUTH:
        str_append(out, key->truth ? "yes" : "no");
        break;
    }
}

void answer_write(const struct answer_key *key, const struct lab *lab,
                  struct str *out)
{
    write_answer(key, lab, true, out);
}

void answer_write_typed(const struct answer_key *key, const struct lab *lab,
                        struct str *out)
{
    write_answer(key, lab, false, out);
}
