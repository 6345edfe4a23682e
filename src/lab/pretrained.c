#include "lab/pretrained.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"

static int64_t find_row(void *context, const char *word, size_t length)
{
    return vocab_find_exact(context, word, length);
}

static bool pass_progress(void *context, size_t done, size_t total)
{
    const struct lab_progress *progress = context;

    return progress->call(progress->context, "vectors", (double)done,
                          (double)total);
}

/* What a word begins as that the file lacks. */
static const char *lacking_label(const struct lab *lab)
{
    switch (lab->head.table.options.init.kind) {
    case INIT_ZEROS:
        return "; left at zeros (init=zeros): ";
    case INIT_ONES:
        return "; left at ones (init=ones): ";
    default:
        return "; drawn at random: ";
    }
}

/* What was found, and the words that keep their random draw. */
static void note_found(struct lab *lab, const struct vectors_info *info,
                       const bool *found)
{
    const struct vocab *vocab = lab_vocab(lab);
    size_t lacking = 0, size = vocab->size;
    struct str words = STR_INIT;

    lab->drawn_words = memory_zeroed(size + 1, sizeof *lab->drawn_words);
    for (size_t id = 0; id < size; id++) {
        const char *word = vocab_word(vocab, (int64_t)id);
        if (found[id])
            continue;
        if (lacking < 12)
            str_printf(&words, "%s%s", lacking ? " " : "", word);
        lab->drawn_words[lacking++] = memory_text(word);
    }
    lab->drawn_count = lacking;
    lab_note(lab, "%s: %s, %s vector%s; %zu of %zu word%s found%s%s%s",
             lab->head.table.from, vectors_format_name(info->format),
             str_count(info->words), str_s(info->words), size - lacking, size,
             str_s(size), lacking ? lacking_label(lab) : "", str_text(&words),
             lacking > 12 ? " ..." : "");
    str_clear(&words);
}

/* A file may give the padding row a value; it is not zeroed again. */
static void note_padding(struct lab *lab)
{
    const struct embedding *table = &lab->model->tables[0];
    const float *row;

    if (!table->options.has_padding)
        return;
    row = table->weight.value +
          (size_t)table->options.padding_idx * table->weight.cols;
    for (size_t d = 0; d < table->weight.cols; d++) {
        if (row[d] != 0) {
            lab_note(lab,
                     "the padding row %lld is not zero: a file or init= "
                     "gave it a value, and it is not zeroed again",
                     (long long)table->options.padding_idx);
            return;
        }
    }
}

int pretrained_read(const struct lab *lab, float *table, bool *found,
                    struct vectors_info *info,
                    const struct lab_progress *progress, struct error *err)
{
    struct lab_progress copy = progress ? *progress : (struct lab_progress){0};
    struct vectors_target target = {.rows = lab_vocab(lab)->size,
                                    .dims = lab->model->tables[0].weight.cols,
                                    .table = table,
                                    .found = found,
                                    .find = find_row,
                                    .find_context = (void *)lab_vocab(lab),
                                    .progress = copy.call ? pass_progress
                                                          : NULL,
                                    .progress_context = &copy};

    return vectors_load(lab->head.table.from_path, &target, info, err);
}

bool pretrained_has(const struct lab *lab, int64_t row)
{
    const struct vocab *vocab = lab_vocab(lab);

    if (!lab->head.table.from || row >= (int64_t)vocab->size)
        return false;
    for (size_t i = 0; i < lab->drawn_count; i++) {
        if (str_equal(lab->drawn_words[i], vocab_word(vocab, row)))
            return false;
    }
    return true;
}

static bool look_at(const char *path, struct lab_file *file)
{
    struct stat info;

    if (stat(path, &info) != 0)
        return false;
    *file = (struct lab_file){.device = (long long)info.st_dev,
                              .inode = (long long)info.st_ino,
                              .size = (long long)info.st_size,
                              .seconds = (long long)info.st_mtim.tv_sec,
                              .nanoseconds = (long long)info.st_mtim.tv_nsec};
    return true;
}

int pretrained_check_same(const struct lab *lab, struct error *err)
{
    const struct lab_file *was = &lab->from;
    struct lab_file now;

    if (!lab->head.table.from)
        return 0;
    if (look_at(lab->head.table.from_path, &now) && now.device == was->device &&
        now.inode == was->inode && now.size == was->size &&
        now.seconds == was->seconds && now.nanoseconds == was->nanoseconds)
        return 0;
    return error_set(err, ERROR_FILE,
                     "to go back that far '%s' must be read again, and it is "
                     "gone or has changed; put it back as it was",
                     lab->head.table.from);
}

int pretrained_load(struct lab *lab, const struct lab_progress *progress,
                    struct error *err)
{
    struct parameter *W = &lab->model->tables[0].weight;
    struct vectors_info info;
    bool *found;
    int status;

    if (!lab->head.table.from) {
        note_padding(lab);
        return 0;
    }
    (void)look_at(lab->head.table.from_path, &lab->from);
    found = memory_zeroed(W->rows, sizeof *found);
    status = pretrained_read(lab, W->value, found, &info, progress, err);
    if (status == 0) {
        note_found(lab, &info, found);
        note_padding(lab);
    }
    free(found);
    return status;
}
