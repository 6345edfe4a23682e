/*
 * Whole recordings of a little lesson: well-formed, of the same bytes each
 * time, with times and places as the lesson has them; and none of a lesson that
 * does not play.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/str.h"
#include "contains.h"
#include "draw/render.h"
#include "markup.h"
#include "session_case.h"
#include "ui/options.h"
#include "ui/record_film.h"
#include "ui/record_recap.h"
#include "ui/verbs.h"

static const char lesson[] = "---\n"
                             "title: Rows & \"columns\"\n"
                             "id: little\n"
                             "size: 70x20\n"
                             "---\n"
                             "\n"
                             "# Rows & \"columns\" {#start}\n"
                             "\n"
                             "Six < seven & `a <b>`.\n"
                             "\n"
                             "<!-- pause -->\n"
                             "\n"
                             "## Two {#two}\n"
                             "\n"
                             "<!-- hide -->\n"
                             "\n"
                             "```emblab\n"
                             "emb> corpus tiny; table D=4 seed=1\n"
                             "```\n"
                             "\n"
                             "<!-- show -->\n"
                             "<!-- marker: here -->\n"
                             "\n"
                             "```emblab\n"
                             "emb> print W[0]\n"
                             "```\n"
                             "\n"
                             "```emblab\n"
                             "emb> print nothing\n"
                             "error: [..]\n"
                             "```\n"
                             "\n"
                             "Words! And *more*! `a\\!b`\n"
                             "\n"
                             "<!-- pause -->\n"
                             "\n"
                             "```quiz {#which}\n"
                             "Which is right?\n"
                             "\n"
                             "- [x] this & that\n"
                             "- [ ] the other\n"
                             "\n"
                             "! So it is.\n"
                             "```\n"
                             "\n"
                             "```try {#do}\n"
                             "Look up the cat.\n"
                             "\n"
                             "check: equal(ids, [1])\n"
                             "solution: lookup cat\n"
                             "```\n";

/* ---- what the film tells ---- */

struct log {
    struct str events; /* a line each */
    double time;       /* of the last picture */
    double types, ran; /* times */
    int pictures, stops;
};

static void log_picture(void *context, const struct film *film)
{
    struct log *log = context;
    assert_true(film->now >= log->time);
    assert_int_equal(film->grid.rows, film->player->lesson->rows);
    assert_int_equal(film->grid.cols, film->player->lesson->cols);
    log->time = film->now;
    log->pictures++;
}

static void log_place(void *context, const struct film *film, const char *id)
{
    struct log *log = context;
    str_printf(&log->events, "place %s on %zu\n", id, film->player->page);
}

static void log_types(void *context, const struct film *film)
{
    struct log *log = context;
    log->types = film->now;
    str_printf(&log->events, "types %s\n", film->player->command);
}

static void log_ran(void *context, const struct film *film)
{
    struct log *log = context;
    log->ran = film->now;
    (void)film;
}

static void log_stop(void *context, const struct film *film)
{
    struct log *log = context;
    log->stops++;
    str_printf(&log->events, "stop on %zu\n", film->player->page);
}

static void play(const char *path, struct log *log)
{
    struct film_watcher watcher = {.picture = log_picture,
                                   .place = log_place,
                                   .types = log_types,
                                   .ran = log_ran,
                                   .stop = log_stop,
                                   .context = log};
    struct error err = {0};
    *log = (struct log){.events = STR_INIT};
    if (film_play(path, &watcher, &err) != 0)
        fail_msg("%s", err.message);
}

/* How often the screen says so at a stop. */
static void count_untrained(void *context, const struct film *film)
{
    struct str text = STR_INIT;
    int *count = context;
    render_text(&film->grid, &text);
    for (const char *at = str_text(&text);
         (at = strstr(at, "untrained")) != NULL; at++)
        ++*count;
    str_clear(&text);
}

#define HEAD "---\ntitle: N\nid: n\n---\n\n```emblab\nemb> corpus tiny; table; "

static void a_notice_that_stands_in_the_output_is_said_once(void **state)
{
    const char *path = folder_write(*state, "n.md", HEAD "nearest cat\n```\n");
    int count = 0;
    struct film_watcher watcher = {.stop = count_untrained, .context = &count};
    struct error err = {0};
    assert_int_equal(film_play(path, &watcher, &err), 0);
    assert_int_equal(count, 1);
}

static void a_recap_says_a_lines_notice_once(void **state)
{
    const char *path = folder_write(*state, "n.md",
                                    HEAD "nearest cat; nearest dog\n```\n"),
               *note;
    struct error err = {0};
    struct str recap = STR_INIT;
    assert_int_equal(recap_write(path, &recap, &err), 0);
    note = strstr(str_text(&recap), "note: untrained");
    assert_non_null(note);
    assert_null(strstr(note + 1, "note: untrained"));
    str_clear(&recap);
}

static void places_commands_and_stops_come_in_the_lessons_order(void **state)
{
    struct log log;
    play(folder_write(*state, "little.md", lesson), &log);
    assert_string_equal(str_text(&log.events), "place start on 1\n"
                                               "stop on 1\n"
                                               "place two on 2\n"
                                               "place here on 2\n"
                                               "types print W[0]\n"
                                               "stop on 2\n"
                                               "types print nothing\n"
                                               "stop on 2\n"
                                               "place which on 3\n"
                                               "stop on 3\n"
                                               "stop on 3\n"
                                               "place do on 4\n"
                                               "stop on 4\n"
                                               "types lookup cat\n"
                                               "stop on 4\n");
    str_clear(&log.events);
}

/* `lookup cat`: ten characters at 0.045 s, then 0.4 s before Enter; what the
 * command computes takes none. */
static void typing_takes_time_and_computing_none(void **state)
{
    struct log log;
    play(folder_write(*state, "little.md", lesson), &log);
    assert_int_equal(round(1000 * (log.ran - log.types)), 10 * 45 + 400);
    str_clear(&log.events);
}

/* Long work is shown on its way, in 2.4 seconds of the film whatever it takes.
 */
static void long_training_is_shown_on_its_way(void **state)
{
    static const char training[] =
        "---\ntitle: T\nid: t\n---\n\n# T\n\nx\n\n```emblab\n"
        "emb> corpus tiny; table D=4 seed=1; batch B=8; train epochs=100\n"
        "```\n";
    struct log log;
    double shown;
    play(folder_write(*state, "training.md", training), &log);
    shown = log.ran - log.types - 0.4 -
            0.045 * (double)strlen("corpus tiny; table D=4 seed=1; batch B=8; "
                                   "train epochs=100");
    assert_true(shown > 2.2 && shown < 2.5);
    str_clear(&log.events);
}

/* ---- files ---- */

/* Record; the exit status. What it says is not looked at. */
static int record(const char *name, const char *path)
{
    char *arguments[] = {(char *)name, NULL};
    struct options options = {.output = path, .arguments = arguments};
    return verb_record(&options);
}

static struct file_bytes recorded(const char *folder, const char *place,
                                  const char *ending)
{
    struct str name = STR_INIT, path = STR_INIT;
    struct file_bytes bytes = {0};
    str_printf(&name, "%s%s", folder_write(folder, "little.md", lesson), place);
    str_printf(&path, "%s/out%s", folder, ending);
    remove(str_text(&path));
    assert_int_equal(record(str_text(&name), str_text(&path)), 0);
    assert_int_equal(file_read(str_text(&path), &bytes, NULL), 0);
    str_clear(&name);
    str_clear(&path);
    return bytes;
}

static void check_twice(const char *folder, const char *ending)
{
    struct file_bytes first = recorded(folder, "", ending);
    struct file_bytes second = recorded(folder, "", ending);
    assert_string_equal(first.data, second.data);
    file_bytes_clear(&first);
    file_bytes_clear(&second);
}

static void every_recording_has_the_same_bytes_twice(void **state)
{
    check_twice(*state, ".cast");
    check_twice(*state, ".html");
    check_twice(*state, ".svg");
    check_twice(*state, ".md");
}

static void a_film_is_lines_of_json(void **state)
{
    struct file_bytes bytes = recorded(*state, "", ".cast");
    assert_json_lines(bytes.data);
    has(bytes.data, "{\"version\": 2, \"width\": 70, \"height\": 20, "
                    "\"title\": \"Rows & \\\"columns\\\"\"");
    has(bytes.data, ", \"m\", \"here\"]\n");
    file_bytes_clear(&bytes);
}

static void a_page_is_well_formed_and_alone(void **state)
{
    struct file_bytes bytes = recorded(*state, "", ".html");
    assert_markup(bytes.data);
    has(bytes.data, "<h1>Rows &amp; &quot;columns&quot;</h1>");
    has(bytes.data, "<p>Six &lt; seven &amp; a &lt;b&gt;.</p>");
    has(bytes.data, "<section id=\"which\" data-page=\"");
    has(bytes.data, "<p>Command: <code>print W[0]</code></p>\n<pre>tensor");
    has(bytes.data, "<p>Command: <code>print nothing</code></p>\n<pre>error:");
    has_not(bytes.data, "http:");
    has_not(bytes.data, "https:");
    has_not(bytes.data, "src=");
    has_not(bytes.data, "@import");
    has_not(bytes.data, "url(");
    has_not(bytes.data, "<link");
    for (const char *at = bytes.data; (at = strstr(at, "href=\"")); at++)
        assert_int_equal(at[strlen("href=\"")], '#');
    file_bytes_clear(&bytes);
}

static void a_picture_is_of_the_place_asked_for(void **state)
{
    struct file_bytes which = recorded(*state, "#which", ".svg");
    struct file_bytes first = recorded(*state, "", ".svg");
    assert_markup(which.data);
    has(which.data, "· 3/4</title>");
    has(which.data, "Which is right?");
    has_not(which.data, "So it is."); /* the answer is not told yet */
    assert_markup(first.data);
    has(first.data, "· 2/4</title>"); /* where the first command has run */
    file_bytes_clear(&which);
    file_bytes_clear(&first);
}

static void a_recap_has_commands_outputs_and_answers(void **state)
{
    struct file_bytes bytes = recorded(*state, "", ".md");
    assert_true(str_starts_with(bytes.data, "# Rows & \"columns\"\n\nSix"));
    has(bytes.data, "\n\n## Two\n\n```text\nemb> print W[0]\ntensor([");
    has(bytes.data, "```text\nemb> print nothing\nerror: ");
    has(bytes.data, "\n\nWords! And *more*! `a\\!b`\n\n");
    has(bytes.data, "**Question.** Which is right?\n\n- **a** this & that\n"
                    "- **b** the other\n\n");
    has(bytes.data, "> So it is.\n\n");
    has(bytes.data, "**Try it.** ");
    has(bytes.data, "\n\n**Solution.**\n\n```text\nemb> lookup cat\n");
    has_not(bytes.data, "corpus tiny"); /* it is hidden */
    file_bytes_clear(&bytes);
}

/* ---- what is refused ---- */

static void refuse(const char *name, const char *folder, const char *ending)
{
    struct str path = STR_INIT;
    str_printf(&path, "%s/refused%s", folder, ending);
    assert_int_not_equal(record(name, str_text(&path)), 0);
    assert_false(file_exists(str_text(&path)));
    str_clear(&path);
}

static void a_lesson_that_fails_leaves_no_file(void **state)
{
    static const char failing[] = "---\ntitle: T\nid: t\n---\n\n# T\n\nx\n\n"
                                  "```emblab\nemb> corpus nowhere\n```\n";
    static const char *const endings[] = {".cast", ".html", ".svg", ".md"};
    for (int i = 0; i < 4; i++) {
        refuse(folder_write(*state, "failing.md", failing), *state, endings[i]);
        refuse(folder_write(*state, "broken.md", "# T\n"), *state, endings[i]);
        refuse("no-such-lesson", *state, endings[i]);
    }
}

static void a_failing_command_is_named_with_its_line(void **state)
{
    static const char failing[] = "---\ntitle: T\nid: t\n---\n\n# T\n\nx\n\n"
                                  "```emblab\nemb> corpus nowhere\n```\n";
    struct film_watcher watcher = {0};
    struct error err = {0};
    const char *path = folder_write(*state, "failing.md", failing);
    assert_int_equal(film_play(path, &watcher, &err), -1);
    assert_true(str_starts_with(err.message, path));
    has(err.message, "failing.md:11: error: ");
}

static void a_place_that_is_not_there_is_refused(void **state)
{
    struct str name = STR_INIT;
    str_printf(&name, "%s#nowhere", folder_write(*state, "little.md", lesson));
    refuse(str_text(&name), *state, ".svg");
    str_clear(&name);
}

static void a_file_that_is_there_stays_as_it_is(void **state)
{
    const char *path = folder_write(*state, "mine.md", "mine\n");
    struct file_bytes bytes = {0};
    assert_int_equal(record(folder_write(*state, "little.md", lesson), path),
                     1);
    assert_int_equal(file_read(path, &bytes, NULL), 0);
    assert_string_equal(bytes.data, "mine\n");
    file_bytes_clear(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places_commands_and_stops_come_in_the_lessons_order),
        cmocka_unit_test(a_notice_that_stands_in_the_output_is_said_once),
        cmocka_unit_test(a_recap_says_a_lines_notice_once),
        cmocka_unit_test(typing_takes_time_and_computing_none),
        cmocka_unit_test(long_training_is_shown_on_its_way),
        cmocka_unit_test(every_recording_has_the_same_bytes_twice),
        cmocka_unit_test(a_film_is_lines_of_json),
        cmocka_unit_test(a_page_is_well_formed_and_alone),
        cmocka_unit_test(a_picture_is_of_the_place_asked_for),
        cmocka_unit_test(a_recap_has_commands_outputs_and_answers),
        cmocka_unit_test(a_lesson_that_fails_leaves_no_file),
        cmocka_unit_test(a_failing_command_is_named_with_its_line),
        cmocka_unit_test(a_place_that_is_not_there_is_refused),
        cmocka_unit_test(a_file_that_is_there_stays_as_it_is),
    };
    return cmocka_run_group_tests(tests, folder_begin, folder_end);
}
