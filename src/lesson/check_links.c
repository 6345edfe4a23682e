/*
 * Links from one lesson to another are paths from the lesson's folder, as a
 * code host follows them. Addresses of the web are nobody's business here.
 */
#include <cmark-gfm.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/str.h"
#include "lang/match.h"
#include "lesson/check_parts.h"

static const char ending[] = ".md";

struct links {
    const struct lesson *lesson;
    link_teller *tell;
    void *context;
};

/* "06-rows.md" of "06-rows.md#start"; false: the link leads elsewhere. */
static bool take_target(const char *url, struct str *out)
{
    size_t length = strcspn(url, "#?"), end = strlen(ending);

    if (strstr(url, "://") || length <= end || *url == '/' ||
        memcmp(url + length - end, ending, end) != 0)
        return false;
    str_append_bytes(out, url, length);
    return true;
}

/* The folder that path stands in, with its slash; "" is this one. */
static void append_folder(struct str *out, const char *path)
{
    const char *slash = strrchr(path, '/');

    if (slash)
        str_append_bytes(out, path, (size_t)(slash + 1 - path));
}

/* The file of that folder whose name is nearest, as the link would say it. */
static void suggest(const char *folder, const char *target, struct str *out)
{
    char **names = file_list_prefix(folder);
    size_t count = 0, skip = strlen(folder);
    const char *nearest;

    for (; names[count]; count++)
        memmove(names[count], names[count] + skip,
                strlen(names[count] + skip) + 1);
    nearest = match_nearest(target, (const char *const *)names, count);
    if (nearest)
        str_printf(out, "did you mean %s?", nearest);
    else
        str_append(out, "give its path from here");
    file_list_free(names);
}

static void check_link(const struct links *links, size_t line, const char *url)
{
    struct str target = STR_INIT, path = STR_INIT, message = STR_INIT;
    struct str folder = STR_INIT;

    append_folder(&folder, links->lesson->path);
    if (take_target(url, &target)) {
        str_printf(&path, "%s%s", str_text(&folder), str_text(&target));
        if (!file_exists(str_text(&path))) {
            str_printf(&message, "this link leads to no file: '%s'; ",
                       str_text(&target));
            suggest(str_text(&folder), str_text(&target), &message);
            links->tell(links->context, line, str_text(&message));
        }
    }
    str_clear(&target);
    str_clear(&path);
    str_clear(&message);
    str_clear(&folder);
}

/* Links in what stands below a node. first: the file's line it begins on. */
static void check_below(const struct links *links, cmark_node *top,
                        size_t first)
{
    cmark_iter *iter = cmark_iter_new(top);
    cmark_event_type event;
    int begin = cmark_node_get_start_line(top), at = begin;

    while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
        cmark_node *node = cmark_iter_get_node(iter);
        int line = cmark_node_get_start_line(node);
        if (event != CMARK_EVENT_ENTER)
            continue;
        at = line > at ? line : at;
        if (cmark_node_get_type(node) == CMARK_NODE_LINK)
            check_link(links, first + (size_t)(at - begin),
                       cmark_node_get_url(node));
    }
    cmark_iter_free(iter);
}

void check_links(const struct lesson *lesson, link_teller *tell, void *context)
{
    const struct links links = {lesson, tell, context};

    for (size_t i = 0; i < lesson->count; i++) {
        const struct lesson_block *block = &lesson->blocks[i];
        if (block->node)
            check_below(&links, block->node, block->line);
        else if (block->question)
            check_below(&links, block->question->text, block->line + 1);
    }
}
