/*
 * files: save load export snapshot
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/str.h"
#include "commands/families.h"
#include "commands/journal.h"
#include "commands/torch.h"
#include "lab/baseline.h"
#include "lab/export.h"
#include "lab/history.h"
#include "lab/names.h"
#include "lab/tensor_file.h"

/* --- save, load --------------------------------------------------------- */

enum { SAVE_FORCE };

static const struct option_spec save_options[] = {
    {"force", OPTION_FLAG, "no", NULL, 0, 0, "overwrite a file"},
    {.type = OPTION_END},
};

/* Lines of a saved lab that are commands, not remarks. */
static size_t count_commands(const char *text)
{
    size_t count = 0;

    while (*text) {
        count += *text != '#' && *text != '\n';
        text += strcspn(text, "\n");
        text += *text == '\n';
    }
    return count;
}

static void say_saved(struct session *session, const char *path,
                      const char *text)
{
    size_t count = count_commands(text);

    if (!str_equal(path, "-"))
        sink_printf(session->sink,
                    "saved %s: %zu command%s, hash %016" PRIx64 "\n", path,
                    count, count == 1 ? "" : "s", lab_hash(session->lab));
}

static int run_save(struct session *session, const struct call *call,
                    struct effect *effect, struct error *err)
{
    const char *path = call->typed->args[0].text;
    bool force =
        call_may_overwrite(session, path, call->options[SAVE_FORCE].flag);
    struct str out = STR_INIT;
    int status;

    (void)effect;
    journal_write(session, &out);
    status = file_write_all(path, str_text(&out), out.length, force, err);
    if (status == 0)
        say_saved(session, path, str_text(&out));
    str_clear(&out);
    return status;
}

const struct command_spec command_save = {
    .name = "save",
    .family = FAMILY_FILES,
    .usage = "FILE",
    .summary = "writes the commands that made this lab",
    .details = "Text that `load` runs again and that you can read and edit; "
               "the last line is the hash of the whole state.",
    .options = save_options,
    .argument = ARGUMENT_FILE,
    .args_min = 1,
    .args_max = 1,
    .run = run_save,
};

static int run_load(struct session *session, const struct call *call,
                    struct effect *effect, struct error *err)
{
    const char *path = call->typed->args[0].text;

    if (journal_load(session, path, err) != 0)
        return call_error_at(&call->typed->args[0], err);
    journal_restart(session);
    baseline_clear(session->baseline);
    sink_printf(session->sink, "%s: %zu commands, step %ld\n", path,
                session->history->now, session->lab->step);
    effect->lab_changed = true;
    effect->view = "table";
    return 0;
}

const struct command_spec command_load = {
    .name = "load",
    .family = FAMILY_FILES,
    .usage = "FILE",
    .summary = "runs a saved lab again and checks it",
    .details = "The lab and its timeline are the file's from then on; the "
               "hash at its end is checked.",
    .argument = ARGUMENT_FILE,
    .args_min = 1,
    .args_max = 1,
    .travels = true,
    .run = run_load,
};

/* --- export ------------------------------------------------------------- */

enum { EXPORT_FORMAT, EXPORT_FORCE };

static const struct option_spec export_options[] = {
    {"format", OPTION_CHOICE, "by ending", "csv|tsv|vec|npy", 0, 0,
     "for - (standard output)"},
    {"force", OPTION_FLAG, "no", NULL, 0, 0, "overwrite a file"},
    {.type = OPTION_END},
};

enum format { FORMAT_CSV, FORMAT_TSV, FORMAT_VEC, FORMAT_NPY };

/* What is being exported, and where to. */
struct export_job {
    struct session *session;
    const char *name;
    const struct value *file;
    enum format format;
    bool force;
};

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);

    return n > m && strcmp(text + n - m, end) == 0;
}

static int choose_format(const struct call *call, struct export_job *job,
                         struct error *err)
{
    static const char *const endings[] = {".csv", ".tsv", ".vec", ".npy"};
    const struct option_value *typed = &call->options[EXPORT_FORMAT];

    if (typed->given) {
        job->format = (enum format)typed->choice;
        return 0;
    }
    for (int i = 0; i < 4; i++) {
        if (ends_with(job->file->text, endings[i])) {
            job->format = (enum format)i;
            return 0;
        }
    }
    error_set(err, ERROR_USAGE,
              "the ending of \"%s\" names no format; use .csv .tsv .vec or "
              ".npy, or format=csv",
              job->file->text);
    return call_error_at(job->file, err);
}

/* marks, vocab, tokens, losses: tables with a header of their own. */
struct listing {
    const char *name;
    enum lab_stage stage;
    bool ratings; /* only a lab of users and items has it */
    void (*write)(const struct lab *lab, FILE *out);
};

static const struct listing listings[] = {
    {"marks", LAB_TABLE, false, export_marks},
    {"vocab", LAB_TEXT, false, export_vocab},
    {"users", LAB_TEXT, true, export_vocab},
    {"items", LAB_TEXT, true, export_items},
    {"tokens", LAB_TEXT, false, export_tokens},
    {"losses", LAB_TEXT, false, export_losses},
};

static const struct listing *find_listing(const char *name)
{
    for (size_t i = 0; i < sizeof listings / sizeof *listings; i++) {
        if (str_equal(listings[i].name, name))
            return &listings[i];
    }
    return NULL;
}

/* Finished writing: the file takes its place, or everything is as before. */
static int finish(struct file_write *w, int status, struct error *err)
{
    if (status == 0)
        return file_write_commit(w, err);
    file_write_abort(w);
    return -1;
}

static int need_ratings(const struct lab *lab, const char *name,
                        struct error *err)
{
    if (lab->head.model.kind == MODEL_RECOMMEND)
        return 0;
    return error_set(err, ERROR_STATE,
                     "there are %s only in `model recommend`; the words of "
                     "this text are the vocab",
                     name);
}

/* The vocabulary of ratings is two, and a file has room for one. */
static void note_items(struct lab *lab)
{
    if (lab->head.model.kind == MODEL_RECOMMEND)
        lab_note(lab, "the vocab written is the users'; `export items FILE` "
                      "writes the items'");
}

static int export_listing(const struct export_job *job,
                          const struct listing *listing, struct error *err)
{
    struct file_write w;
    bool losses = str_equal(listing->name, "losses");

    if (job->format != FORMAT_CSV && !(losses && job->format == FORMAT_NPY))
        return error_set(err, ERROR_USAGE,
                         "%s is a table with a header; export it as .csv",
                         job->name);
    if (file_write_open(&w, job->file->text, job->force, err) != 0)
        return -1;
    listing->write(job->session->lab, w.stream);
    if (finish(&w, 0, err) != 0)
        return -1;
    if (str_equal(listing->name, "vocab"))
        note_items(job->session->lab);
    return 0;
}

struct row_words {
    const struct lab *lab;
    const struct parameter *p;
};

static const char *row_word(void *context, size_t row)
{
    const struct row_words *words = context;

    return lab_row_word_whole(words->lab, words->p, (int64_t)row);
}

static int write_tensor(const struct export_job *job, const struct named *named,
                        FILE *out, struct error *err)
{
    struct row_words words = {job->session->lab, named->parameter};

    switch (job->format) {
    case FORMAT_CSV:
        return tensor_file_write_csv(out, &named->value, err);
    case FORMAT_TSV:
        return tensor_file_write_tsv(out, &named->value, err);
    case FORMAT_NPY:
        tensor_file_write_npy(out, &named->value);
        return 0;
    case FORMAT_VEC:
        break;
    }
    if (!named->parameter ||
        !lab_parameter_vocab(job->session->lab, named->parameter))
        return error_set(err, ERROR_USAGE,
                         "%s has no word a row; .vec is for W and U",
                         job->name);
    return tensor_file_write_vec(out, &named->value, row_word, &words, err);
}

/* x.tsv → x_metadata.tsv, the words beside the vectors. */
static int export_metadata(const struct export_job *job,
                           const struct parameter *p, struct error *err)
{
    struct file_write w;
    struct str path = STR_INIT;
    int status;

    str_append_bytes(&path, job->file->text, strlen(job->file->text) - 4);
    str_append(&path, "_metadata.tsv");
    status = file_write_open(&w, str_text(&path), job->force, err);
    if (status == 0) {
        export_words(job->session->lab, p, w.stream);
        status = finish(&w, 0, err);
    }
    str_clear(&path);
    return status;
}

static int export_named(const struct export_job *job, const struct named *named,
                        struct error *err)
{
    struct file_write w;
    bool metadata = job->format == FORMAT_TSV && named->parameter &&
                    named->kind == NAME_PARAMETER &&
                    ends_with(job->file->text, ".tsv");

    if (named->none)
        return error_set(err, ERROR_STATE,
                         "%s is None, so there is nothing to export; it comes "
                         "with backward",
                         job->name);
    if (file_write_open(&w, job->file->text, job->force, err) != 0)
        return -1;
    if (finish(&w, write_tensor(job, named, w.stream, err), err) != 0)
        return -1;
    return metadata ? export_metadata(job, named->parameter, err) : 0;
}

static int export_tensor(const struct export_job *job, struct error *err)
{
    struct named named;
    int status;

    if (call_need_tensor(job->session, job->name, err) != 0 ||
        name_find(job->session->lab, job->name, &named, err) != 0)
        return -1;
    status = export_named(job, &named, err);
    named_clear(&named);
    return status;
}

/* A listing, or a tensor; losses is both. */
static int export_it(const struct export_job *job,
                     const struct listing *listing, struct error *err)
{
    bool npy = job->format == FORMAT_NPY;

    if (listing && !(npy && str_equal(listing->name, "losses")))
        return export_listing(job, listing, err);
    return export_tensor(job, err);
}

static int run_export(struct session *session, const struct call *call,
                      struct effect *effect, struct error *err)
{
    struct export_job job = {.session = session,
                             .name = call->typed->args[0].text,
                             .file = &call->typed->args[1],
                             .force = call->options[EXPORT_FORCE].flag};
    const struct listing *listing = find_listing(job.name);

    (void)effect;
    if (str_equal(job.name, "torch"))
        return torch_export(
            session, job.file->text,
            call_may_overwrite(session, job.file->text, job.force), err);
    if (choose_format(call, &job, err) != 0)
        return -1;
    if (listing && lab_require(session->lab, listing->stage, err) != 0)
        return -1;
    if (listing && listing->ratings &&
        need_ratings(session->lab, listing->name, err) != 0)
        return -1;
    job.force = call_may_overwrite(session, job.file->text, job.force);
    return export_it(&job, listing, err);
}

const struct command_spec command_export = {
    .name = "export",
    .family = FAMILY_FILES,
    .usage = "NAME FILE|-",
    .summary = "a tensor, or marks, vocab, tokens, losses, torch, to a file",
    .details =
        ".npy NumPy; .csv matrices without header, %.9g; .tsv for the "
        "Embedding Projector, the words in FILE_metadata.tsv; .vec word2vec "
        "text. export marks, vocab, tokens and losses write .csv with a "
        "header; of ratings the vocab is two, users and items. export torch "
        "FILE.py writes the PyTorch script that makes "
        "the same numbers. - is standard output and wants format=.",
    .options = export_options,
    .argument = ARGUMENT_EXPORT,
    .choices = "marks|vocab|users|items|tokens|losses|torch",
    .args_min = 2,
    .args_max = 2,
    .run = run_export,
};
