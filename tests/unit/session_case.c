#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "session_case.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "draw/render.h"
#include "lab/lab.h"

/* --- the sink ------------------------------------------------------------ */

static struct sitting *owner(struct sink *sink)
{
    return (struct sitting *)((char *)sink - offsetof(struct sitting, sink));
}

static void take_grid(struct sink *sink, const struct grid *grid)
{
    render_text(grid, &owner(sink)->out);
}

static void take_text(struct sink *sink, const char *text, size_t length)
{
    str_append_bytes(&owner(sink)->out, text, length);
}

static void take_notice(struct sink *sink, const char *text)
{
    str_printf(&owner(sink)->notices, "%s\n", text);
}

/* --- a sitting ----------------------------------------------------------- */

void sitting_begin(struct sitting *s)
{
    *s = (struct sitting){.sink = {.grid = take_grid,
                                   .text = take_text,
                                   .notice = take_notice,
                                   .width = 80}};
    session_init(&s->session, &s->sink);
}

void sitting_end(struct sitting *s)
{
    session_clear(&s->session);
    str_clear(&s->out);
    str_clear(&s->notices);
}

static int run_work(struct sitting *s)
{
    int status;

    while ((status = session_work(&s->session, 10, &s->err)) == 1)
        ;
    return status;
}

int sitting_run(struct sitting *s, const char *line)
{
    size_t length = strlen(line), position = 0;
    struct effect effect;
    int status;

    while ((status = session_run(&s->session, line, length, &position, &effect,
                                 &s->err)) == 1) {
        if (effect.request == REQUEST_WORK && run_work(s) != 0)
            return -1;
    }
    return status;
}

const char *sitting_ask(struct sitting *s, const char *line)
{
    str_truncate(&s->out, 0);
    str_append(&s->out, "");
    if (sitting_run(s, line) != 0)
        fail_msg("%s: %s", line, s->err.message);
    return str_text(&s->out);
}

const char *sitting_refusal(struct sitting *s, const char *line)
{
    uint64_t before = lab_hash(s->session.lab);

    if (sitting_run(s, line) == 0)
        fail_msg("%s: it was not refused", line);
    if (lab_hash(s->session.lab) != before)
        fail_msg("%s: refused, but the lab has changed", line);
    return s->err.message;
}

/* --- all of its state ---------------------------------------------------- */

static uint64_t mix(uint64_t hash, const void *data, size_t length)
{
    const unsigned char *bytes = data;

    for (size_t i = 0; i < length; i++)
        hash = (hash ^ bytes[i]) * 1099511628211u;
    return hash;
}

/* An empty set is as good as one not built yet. */
static uint64_t mix_rows(uint64_t hash, const char *name,
                         const struct row_set *rows)
{
    if (rows->count == 0)
        return hash;
    hash = mix(hash, name, strlen(name));
    for (size_t row = 0; row < rows->rows; row++) {
        if (row_set_has(rows, (int64_t)row))
            hash = mix(hash, &row, sizeof row);
    }
    return mix(hash, &rows->count, sizeof rows->count);
}

/* Of rows that changed: that others were about to is nothing to be seen. */
static uint64_t mix_before(uint64_t hash, const struct parameter *p)
{
    for (size_t row = 0; p->keep_before && row < p->rows; row++) {
        if (row_set_has(&p->before_rows, (int64_t)row) &&
            row_set_has(&p->marks.changed, (int64_t)row))
            hash = mix(hash,
                       p->before_values + p->before_rows.slot[row] * p->cols,
                       p->cols * sizeof(float));
    }
    return hash;
}

static uint64_t mix_lookup(uint64_t hash, const struct lab_lookup *lookup)
{
    if (lookup->current && lookup->has_grad)
        hash = mix(hash, lookup->E_grad.data,
                   tensor_count(&lookup->E_grad) * sizeof(float));
    return mix(hash, &lookup->owns_gradient, sizeof lookup->owns_gradient);
}

uint64_t sitting_state(const struct sitting *s)
{
    const struct lab *lab = s->session.lab;
    uint64_t hash = lab_hash(lab);

    for (size_t i = 0; lab->model && i < lab->model->parameter_count; i++) {
        const struct parameter *p = lab->model->parameters[i];
        hash = mix_rows(hash, "looked up", &p->marks.looked_up);
        hash = mix_rows(hash, "gradient", &p->marks.grad_nonzero);
        hash = mix_rows(hash, "changed", &p->marks.changed);
        hash = mix_before(hash, p);
    }
    hash = mix(hash, lab->losses.epoch,
               lab->losses.epochs * sizeof *lab->losses.epoch);
    hash = mix(hash, &lab->losses.sum, sizeof lab->losses.sum);
    return mix_lookup(hash, &lab->lookup);
}

/* --- a folder ------------------------------------------------------------ */

int folder_begin(void **state)
{
    const char *base = getenv("TMPDIR");
    struct str path = STR_INIT;

    str_printf(&path, "%s/emblab-XXXXXX", base ? base : "/tmp");
    *state = mkdtemp(str_take(&path));
    return *state ? setenv("XDG_STATE_HOME", *state, 1) : -1;
}

static int remove_entry(const char *path, const struct stat *info, int type,
                        struct FTW *walk)
{
    (void)info;
    (void)type;
    (void)walk;
    return remove(path);
}

int folder_end(void **state)
{
    int status = nftw(*state, remove_entry, 16, FTW_DEPTH | FTW_PHYS);

    free(*state);
    return status;
}

const char *folder_write(const char *folder, const char *name, const char *text)
{
    static char paths[4][512];
    static int turn;
    char *path = paths[turn++ % 4];
    FILE *file;

    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    file = fopen(path, "w");
    if (!file || fputs(text, file) < 0 || fclose(file) != 0)
        fail_msg("%s cannot be written", path);
    return path;
}
