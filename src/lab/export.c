#include "lab/export.h"

#include <string.h>

#include "lab/tensor_file.h"

static void marks_of(const struct lab *lab, const struct parameter *p,
                     FILE *out)
{
    const struct row_marks *marks = &p->marks;

    for (int64_t row = 0; row < (int64_t)p->rows; row++) {
        fprintf(out, "%s,%lld,", p->name, (long long)row);
        tensor_file_write_csv_word(out, lab_row_word_whole(lab, p, row));
        fprintf(out, ",%d,%d,%d\n", row_set_has(&marks->looked_up, row),
                row_set_has(&marks->grad_nonzero, row),
                row_set_has(&marks->changed, row));
    }
}

void export_marks(const struct lab *lab, FILE *out)
{
    fputs("table,id,word,looked_up,grad_nonzero,changed\n", out);
    for (size_t i = 0; i < lab->model->parameter_count; i++) {
        const struct parameter *p = lab->model->parameters[i];
        if (lab_parameter_vocab(lab, p))
            marks_of(lab, p, out);
    }
}

static void write_vocab(const struct vocab *vocab, FILE *out)
{
    fputs("id,word,count\n", out);
    for (size_t id = 0; id < vocab->size; id++) {
        fprintf(out, "%zu,", id);
        tensor_file_write_csv_word(out, vocab_word(vocab, (int64_t)id));
        fprintf(out, ",%lld\n", vocab->count ? (long long)vocab->count[id] : 0);
    }
}

void export_vocab(const struct lab *lab, FILE *out)
{
    write_vocab(lab_vocab(lab), out);
}

void export_items(const struct lab *lab, FILE *out)
{
    write_vocab(&lab->text->corpus.items, out);
}

static bool write_token(void *context, size_t position, size_t line,
                        const char *token, size_t length, int64_t id)
{
    FILE *out = context;
    struct str text = STR_INIT;

    str_append_bytes(&text, token, length);
    fprintf(out, "%zu,%zu,", position, line);
    tensor_file_write_csv_word(out, str_text(&text));
    if (id >= 0)
        fprintf(out, ",%lld\n", (long long)id);
    else
        fputs(",\n", out);
    str_clear(&text);
    return !ferror(out);
}

void export_tokens(const struct lab *lab, FILE *out)
{
    fputs("position,line,token,id\n", out);
    corpus_each_token(&lab->text->corpus, &lab->text->source->source,
                      write_token, out);
}

void export_losses(const struct lab *lab, FILE *out)
{
    fputs("step,loss\n", out);
    for (size_t i = 0; i < lab->losses.steps; i++)
        fprintf(out, "%zu,%.9g\n", i + 1, (double)lab->losses.step[i]);
}

void export_words(const struct lab *lab, const struct parameter *p, FILE *out)
{
    for (int64_t row = 0; row < (int64_t)p->rows; row++) {
        tensor_file_write_tsv_word(out, lab_row_word_whole(lab, p, row));
        fputc('\n', out);
    }
}
