/*
 * The template is one text. The file's name gives the id ("my-words.md":
 * my-words) and a title ("My words").
 */
#include "lesson/author.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"

static const char ending[] = ".md";

/* Title, id, title. */
static const char text[] =
    "---\n"
    "title: %s\n"
    "id: %s\n"
    "minutes: 5\n"
    "size: 80x24\n"
    "---\n"
    "\n"
    "# %s {#start}\n"
    "\n"
    "One idea a screen, in short sentences. End it with a question.\n"
    "\n"
    "Which word does the number 3 stand for?\n"
    "\n"
    "<!-- note: What you say here, and nobody else sees. -->\n"
    "<!-- pause -->\n"
    "\n"
    "## See it {#see}\n"
    "\n"
    "<!-- focus: tokens -->\n"
    "\n"
    "```emblab\n"
    "emb> corpus tiny\n"
    "tiny: 8 lines, 40 tokens, 17 different words\n"
    "emb> tokens 1\n"
    "tiny: 8 lines, 40 tokens, V=17 different\n"
    "   1 the cat drinks milk\n"
    "     0   1   2      3\n"
    "...\n"
    "emb> table D=6 seed=42; print W[milk].norm()\n"
    "...\n"
    "tensor(2.3757)                                        (~1e-4)\n"
    "```\n"
    "\n"
    "Each word has a number, its **id**, and the id is the word's row in `W`.\n"
    "\n"
    "<!-- pause -->\n"
    "\n"
    "```quiz {#which}\n"
    "How many rows has `W`?\n"
    "\n"
    "- [x] 17\n"
    "- [ ] 40\n"
    "- [ ] 6\n"
    "= W.shape[0]\n"
    "\n"
    "? One row for each different word.\n"
    "? The answer stands on this screen.\n"
    "! 40 words are read, but only 17 different ones; each row has 6 numbers.\n"
    "```\n"
    "\n"
    "## Do it {#do}\n"
    "\n"
    "```try {#look-up}\n"
    "Look up the row of the word *milk*.\n"
    "\n"
    "check: equal(ids, [3])\n"
    "solution: lookup milk\n"
    "? The command is `lookup WORD`.\n"
    "```\n";

/* The file's name without folders and ending, as an id: caller's to free. */
static char *id_of(const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    size_t length = strlen(name);
    struct str id = STR_INIT;

    if (length > strlen(ending) &&
        str_equal(name + length - strlen(ending), ending))
        length -= strlen(ending);
    for (size_t i = 0; i < length && id.length < 60; i++) {
        char c = name[i];
        bool fits = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                    (c >= '0' && c <= '9');
        if (fits || (id.length > 0 && id.data[id.length - 1] != '-'))
            str_append_char(&id, fits ? c : '-');
    }
    if (id.length > 0 && id.data[id.length - 1] == '-')
        str_truncate(&id, id.length - 1);
    if (id.length == 0)
        str_append(&id, "lesson");
    return str_take(&id);
}

/* "07-my-words" → "My words": caller's to free. */
static char *title_of(const char *id)
{
    char *title;

    if (id[strspn(id, "0123456789")] == '-')
        id += strspn(id, "0123456789") + 1;
    title = memory_text(id);
    for (char *c = title; *c; c++) {
        if (*c == '-')
            *c = ' ';
    }
    if (*title >= 'a' && *title <= 'z')
        *title = (char)(*title - 'a' + 'A');
    return title;
}

void author_template(const char *path, struct str *out)
{
    char *id = id_of(path), *title = title_of(id);

    str_printf(out, text, title, id, title);
    free(title);
    free(id);
}

int author_write(const char *path, struct error *err)
{
    size_t length = strlen(path);
    struct str lesson = STR_INIT;
    int status;

    if (length <= strlen(ending) ||
        !str_equal(path + length - strlen(ending), ending))
        return error_set(err, ERROR_USAGE,
                         "'%s' is no name for a lesson; end it with .md", path);
    if (file_exists(path))
        return error_set(err, ERROR_FILE, "'%s' exists; take another name",
                         path);
    author_template(path, &lesson);
    status = file_write_all(path, str_text(&lesson), lesson.length, false, err);
    str_clear(&lesson);
    return status;
}
