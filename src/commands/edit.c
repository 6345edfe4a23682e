#include "commands/edit.h"

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

int edit_finish(struct session *session, struct head *head, struct error *err)
{
    struct lab_progress progress = {report, session};
    int status =
        lab_edit(session->lab, head, &progress, &session->history->left, err);

    head_clear(head);
    return status;
}

bool edit_waits(struct session *session)
{
    bool waits = !session->lab->text;

    if (waits)
        lab_note(session->lab,
                 "noted; it is used once there is a text: corpus tiny");
    return waits;
}
