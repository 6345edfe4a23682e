/*
 * How handlers put results, pictures and messages into the sink.
 */
#ifndef EMBLAB_COMMANDS_SHOW_H
#define EMBLAB_COMMANDS_SHOW_H

#include "commands/session.h"
#include "draw/style.h"
#include "lab/tensor_text.h"
#include "scenes/scene.h"

struct lab;
struct parameter;
struct row_set;
struct str;

/* A picture; exact text. What the lab has to say of this command (a default it
 * chose) is said before them. */
void show_grid(struct session *session, const struct grid *grid);
void show_text(struct session *session, const char *text);

/*
 * One line of a result, wrapped where the sink's width is less. What it quotes
 * of a text cannot reach a terminal's escapes; glyphs become ASCII where the
 * sink wants that.
 */
void show_line(struct session *session, enum style style, const char *format,
               ...) __attribute__((format(printf, 3, 4)));

/* Words wrapped into the width there is, at most 80 columns, from column
 * indent on. */
void show_wrapped(struct session *session, int indent, enum style style,
                  const char *text);

/*
 * A term and what it is, in two columns: the text wraps at `column`. Where the
 * term is too long, or the width too small for both, it begins a line below.
 */
void show_entry(struct session *session, int column, const char *term,
                const char *text);

/* A row of a table of amounts: what, how much, and a remark. */
struct show_amount {
    char *what, *much, *remark; /* freed by show_amounts */
};

/*
 * The rows in three columns, as narrow as they can be. The remark wraps in its
 * own; where too little is left for that, it stands below its row. Empties
 * rows.
 */
void show_amounts(struct session *session, struct show_amount *rows,
                  size_t count);

/* An empty line between two results. */
void show_gap(struct session *session);

/* How pictures are drawn here: the sink's width, the settings' digits. */
struct frame show_frame(const struct session *session);

/* How tensors are printed here: `set precision`, `threshold` and the like. */
struct tensor_print_options show_print_options(const struct session *session);

/* A scene as a plain picture: its title and legend in one line, then it.
 * A blank line before it where first is false. Nothing where the scene has
 * nothing to show yet. */
void show_scene(struct session *session, const char *name, bool first);
/* ... of another lab, such as a copy that is a step ahead. */
void show_scene_of(struct session *session, const struct lab *lab,
                   const char *name);

/* Have the floor of the text computed, unless that would take long: scenes
 * show it where it is known. */
void show_know_floor(struct session *session);

/* The same with at most rows lines or rows of what it lists; 0: as many as
 * the scene thinks right. */
void show_scene_rows(struct session *session, const char *name, int rows);

/* Forward lab->notes to the sink as notices and empty them. */
void show_notes(struct session *session);

/* The words of rows with blanks between, as many as fit into width columns,
 * then "... and 12 more". Appended to out. */
void show_row_words(const struct lab *lab, const struct parameter *p,
                    const struct row_set *rows, int width, struct str *out);

#endif
