#include "commands/edit.h"

#include <stdlib.h>

#include "base/str.h"
#include "commands/families.h"
#include "lab/history.h"

void edit_begin(const struct session *session, unsigned part, struct head *head)
{
    head_copy(head, &session->lab->head);
    head_reset_part(head, part);
    head->set |= part;
}

static bool report(void *context, const char *what, double done, double total)
{
    struct session *session = context;

    if (session->stop && *session->stop)
        return false;
    return sink_progress(session->sink, what, done, total, NULL);
}

char *edit_part(const struct session *session, unsigned part)
{
    struct str text = STR_INIT;

    if (!(session->lab->head.set & part))
        return NULL;
    head_write(&session->lab->head, part, &text);
    return str_take(&text);
}

static const char *what_looks(unsigned part)
{
    switch (part) {
    case HEAD_TOKENIZE:
        return "tokens";
    case HEAD_VOCAB:
        return "show vocab";
    case HEAD_SUBWORDS:
        return "show subwords";
    case HEAD_TABLE:
        return "show W";
    case HEAD_WINDOWS:
    case HEAD_BATCH:
        return "show windows";
    case HEAD_OPTIMIZER:
        return "torch";
    default:
        return "shapes";
    }
}

void edit_note_bare(struct session *session, const struct call *call,
                    unsigned part, bool lost, char *before)
{
    bool bare = call->typed->argc == 0 && call->typed->option_count == 0;
    char *after = edit_part(session, part);

    if (bare && before && (lost || !str_equal(before, after)))
        lab_note(session->lab,
                 "%s typed alone goes back to its defaults; to look only: %s",
                 call->spec->name, what_looks(part));
    free(after);
    free(before);
}

int edit_finish(struct session *session, const struct call *call, unsigned part,
                struct head *head, struct error *err)
{
    struct lab_progress progress = {report, session};
    char *before = edit_part(session, part);
    bool lost = session->lab->step > 0;
    int status =
        lab_edit(session->lab, head, &progress, &session->history->left, err);

    head_clear(head);
    if (status == 0)
        edit_note_bare(session, call, part, lost, before);
    else
        free(before);
    return status;
}

bool edit_waits(struct session *session, const struct call *call)
{
    bool waits = !session->lab->text;
    bool bare = call->typed->argc + call->typed->option_count == 0 &&
                call->spec != &command_subwords; /* that switches them on */

    if (waits && bare)
        lab_note(session->lab, "there is no text yet; type corpus tiny first");
    else if (waits)
        lab_note(session->lab,
                 "noted; it is used once there is a text: corpus tiny");
    return waits;
}
