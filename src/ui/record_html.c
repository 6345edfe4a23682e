/*
 * Ids are the lesson's own, so that PAGE.html#which leads to the question. A
 * screen without one is called screen.N: no id of a lesson has a dot.
 *
 * The picture is for eyes (aria-hidden): frames and columns of numbers are
 * noise when read aloud. The words beside it say the same and cannot be seen.
 */
#include "ui/record_html.h"

#include <string.h>

#include "draw/render.h"

/* The one script that the page lets run: SCRIPT_HASH is its SHA-256. A test
 * computes it again. */
static const char script[] =
    "\n"
    "(function () {\n"
    "  'use strict';\n"
    "  var screens = [].slice.call(document.querySelectorAll('section'));\n"
    "  var place = document.querySelector('.place');\n"
    "  var said = document.querySelector('.said');\n"
    "  var buttons = document.querySelectorAll('button');\n"
    "  var last = screens.length - 1, at = -1;\n"
    "\n"
    "  function title(i) {\n"
    "    return screens[i].querySelector('h2').textContent;\n"
    "  }\n"
    "\n"
    "  function show(i) {\n"
    "    at = Math.max(0, Math.min(last, i));\n"
    "    screens.forEach(function (screen, n) { screen.hidden = n !== at; });\n"
    "    place.textContent = 'screen ' + (at + 1) + ' of ' + screens.length;\n"
    "    buttons[0].disabled = buttons[1].disabled = at === 0;\n"
    "    buttons[2].disabled = buttons[3].disabled = at === last;\n"
    "  }\n"
    "\n"
    "  function step(i, byKey) {\n"
    "    show(i);\n"
    "    try {\n"
    "      history.replaceState(null, '', '#' + screens[at].id);\n"
    "    } catch (e) { /* a page that has no address of its own */ }\n"
    "    if (byKey) {\n"
    "      screens[at].querySelector('h2').focus({preventScroll: true});\n"
    "    } else {\n"
    "      said.textContent = title(at) + ', ' + place.textContent;\n"
    "    }\n"
    "  }\n"
    "\n"
    "  function follow() {\n"
    "    var id = decodeURIComponent(location.hash.slice(1));\n"
    "    var named = id && document.getElementById(id);\n"
    "    var screen = named && named.closest('section');\n"
    "    show(screen ? screens.indexOf(screen) : Math.max(at, 0));\n"
    "    document.querySelector('details').open = false;\n"
    "    window.scrollTo(0, 0);\n"
    "  }\n"
    "\n"
    "  function scrolls() {\n"
    "    var root = document.documentElement;\n"
    "    return root.scrollHeight > root.clientHeight + 1;\n"
    "  }\n"
    "\n"
    "  document.addEventListener('keydown', function (event) {\n"
    "    var up = at - 1, down = at + 1;\n"
    "    var to = {ArrowLeft: up, ArrowRight: down, PageUp: up,\n"
    "      PageDown: down, Home: 0, End: last}[event.key];\n"
    "    if (!scrolls()) {\n"
    "      if (event.key === 'ArrowUp') { to = up; }\n"
    "      if (event.key === 'ArrowDown') { to = down; }\n"
    "    }\n"
    "    if (to === undefined || event.altKey || event.ctrlKey ||\n"
    "        event.metaKey || event.shiftKey) { return; }\n"
    "    event.preventDefault();\n"
    "    step(to, true);\n"
    "  });\n"
    "  buttons.forEach(function (button, n) {\n"
    "    button.addEventListener('click', function () {\n"
    "      step([0, at - 1, at + 1, last][n], false);\n"
    "    });\n"
    "  });\n"
    "  window.addEventListener('hashchange', follow);\n"
    "  document.documentElement.className = 'steps';\n"
    "  follow();\n"
    "}());\n";
#define SCRIPT_HASH "ADZ6499M8YCMpcCGD3Loww0ceMTp738e5OvvxSXr0C8="

static const char rules[] =
    "html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }\n"
    "body { margin: 0; padding: 0 .5rem 1rem; background: #0d1015;\n"
    "  color: #d7dae0; text-align: center;\n"
    "  font: 1rem/1.4 system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif; }\n"
    "h1 { margin: .6rem 0 .3rem; font-size: 1.2rem; color: #fff; }\n"
    "h2 { margin: .2rem 0; font-size: 1rem; font-weight: normal;\n"
    "  color: #9aa3b2; }\n"
    "h2:focus { outline: none; }\n"
    "a { color: #79c0ff; }\n"
    ".bar { display: flex; flex-wrap: wrap; gap: .5rem;\n"
    "  justify-content: center; align-items: center; }\n"
    ".keys { display: none; }\n"
    ".steps .keys { display: contents; }\n"
    "button, .steps summary { font: inherit; padding: .2rem .9rem;\n"
    "  border: 1px solid #6b7383; border-radius: 6px; color: #d7dae0;\n"
    "  background: #1f232b; cursor: pointer; }\n"
    "button:hover:enabled, summary:hover { background: #343a45; }\n"
    "button:disabled { color: #7d8590; border-color: #343a45;\n"
    "  cursor: default; }\n"
    "button:focus-visible, summary:focus-visible, a:focus-visible {\n"
    "  outline: 2px solid #79c0ff; outline-offset: 2px; }\n"
    ".place { min-width: 9rem; font-variant-numeric: tabular-nums; }\n"
    "details { position: relative; text-align: left; }\n"
    "ol { margin: .3rem 0; padding: .5rem 1rem .5rem 3rem; }\n"
    ".steps ol { position: absolute; right: 0; z-index: 1;\n"
    "  width: max-content; max-width: 90vw; max-height: 75vh;\n"
    "  overflow: auto; border: 1px solid #4b5363; border-radius: 6px;\n"
    "  background: #1f232b; }\n"
    "section { margin-bottom: 2rem; }\n"
    ".steps section { margin-bottom: 0; }\n"
    "pre.emblab { margin: .2rem auto; text-align: left;\n"
    "  box-sizing: border-box; max-width: 100%; overflow-x: auto; }\n"
    ".words, .said { position: absolute; width: 1px; height: 1px;\n"
    "  overflow: hidden; clip-path: inset(50%); white-space: pre-line; }\n"
    "@media print {\n"
    "  .steps section[hidden] { display: block; }\n"
    "  .bar { display: none; }\n"
    "  section { break-inside: avoid; }\n"
    "  body, pre.emblab { print-color-adjust: exact; }\n"
    "}\n";

void html_begin(struct html_page *page)
{
    *page = (struct html_page){.count = 0};
}

/* ---- words ---- */

static bool is_blank(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (text[i] != ' ')
            return false;
    }
    return true;
}

/* The next line; false: there is none. */
static bool next_line(const char **text, struct str *line)
{
    size_t length = strcspn(*text, "\n");

    if (**text == '\0')
        return false;
    str_truncate(line, 0);
    str_append_bytes(line, *text, length);
    *text += length + ((*text)[length] == '\n');
    return true;
}

void html_add_id(struct html_page *page, const char *id)
{
    str_printf(&page->ids, "%s%s", page->ids.length > 0 ? " " : "", id);
}

void html_add_words(struct html_page *page, const char *text)
{
    struct str line = STR_INIT;
    bool open = false;

    while (next_line(&text, &line)) {
        bool blank = is_blank(str_text(&line), line.length);
        if (blank && open)
            str_append(&page->words, "</p>\n");
        else if (!blank)
            str_append(&page->words, open ? "\n" : "<p>");
        open = !blank;
        if (open)
            render_escaped(str_text(&line), &page->words);
    }
    if (open)
        str_append(&page->words, "</p>\n");
    str_clear(&line);
}

void html_add_command(struct html_page *page, const char *command)
{
    str_append(&page->words, "<p>Command: <code>");
    render_escaped(command, &page->words);
    str_append(&page->words, "</code></p>\n");
}

void html_add_output(struct html_page *page, const char *text)
{
    struct str line = STR_INIT;

    if (is_blank(text, strlen(text)))
        return;
    str_append(&page->words, "<pre>");
    while (next_line(&text, &line)) {
        render_escaped(str_text(&line), &page->words);
        str_append_char(&page->words, '\n');
    }
    str_append(&page->words, "</pre>\n");
    str_clear(&line);
}

/* ---- screens ---- */

/* Each page of the lesson has a line in the contents. */
static void add_to_contents(struct html_page *page, const char *id,
                            const char *heading)
{
    if (str_equal(heading, str_text(&page->heading)) && page->count > 1)
        return;
    str_truncate(&page->heading, 0);
    str_append(&page->heading, heading);
    str_printf(&page->contents, "<li><a href=\"#%s\">", id);
    render_escaped(heading, &page->contents);
    str_append(&page->contents, "</a></li>\n");
}

/* The first of the screen's ids is the section's; the rest lead there, too. */
static void open_section(struct html_page *page, const char *heading,
                         const char *where)
{
    const char *rest = str_text(&page->ids);
    size_t length = strcspn(rest, " ");
    struct str own = STR_INIT;

    if (length > 0)
        str_append_bytes(&own, rest, length);
    else
        str_printf(&own, "screen.%zu", page->count);
    str_printf(&page->screens, "<section id=\"%s\" data-page=\"",
               str_text(&own));
    render_escaped(where, &page->screens);
    str_append(&page->screens, "\">\n");
    add_to_contents(page, str_text(&own), heading);
    for (rest += length; *rest == ' '; rest += length) {
        rest++;
        length = strcspn(rest, " ");
        str_printf(&page->screens, "<span id=\"%.*s\"></span>\n", (int)length,
                   rest);
    }
    str_clear(&own);
}

void html_add_screen(struct html_page *page, const char *heading,
                     const char *where, const struct grid *grid)
{
    page->count++;
    open_section(page, heading, where);
    str_append(&page->screens, "<h2 tabindex=\"-1\">");
    render_escaped(heading, &page->screens);
    str_append(&page->screens, "</h2>\n<div aria-hidden=\"true\">\n");
    render_html_picture(grid, THEME_DEFAULT, &page->screens);
    str_printf(&page->screens,
               "</div>\n<div class=\"words\">\n%s</div>\n</section>\n",
               str_text(&page->words));
    str_truncate(&page->ids, 0);
    str_truncate(&page->words, 0);
}

/* ---- the document ---- */

static void append_head(struct str *out, const char *title, int rows, int cols)
{
    str_append(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
                    "<meta charset=\"utf-8\">\n"
                    "<meta name=\"viewport\" "
                    "content=\"width=device-width, initial-scale=1\">\n"
                    "<meta http-equiv=\"Content-Security-Policy\" "
                    "content=\"default-src 'none'; base-uri 'none'; "
                    "form-action 'none'; style-src 'unsafe-inline'; "
                    "script-src 'sha256-" SCRIPT_HASH "'\">\n"
                    "<title>");
    render_escaped(title, out);
    str_append(out, "</title>\n<style>\n");
    render_html_style(THEME_DEFAULT, out);
    str_append(out, rules);
    /* As large as the window lets it be: a column takes 0.6 em, a row 1.2. But
     * on a phone it is to be read: there it scrolls. */
    str_printf(out,
               "pre.emblab { font-size: max(11px, min(40px, 100vw / %d, "
               "(100vh - 8.5rem) / %d)); }\n</style>\n</head>\n",
               cols * 6 / 10 + 5, rows * 12 / 10 + 3);
}

static void append_navigation(struct str *out, const struct html_page *page)
{
    str_append(out, "<div class=\"bar\">\n"
                    "<nav class=\"keys\" aria-label=\"Screens\">\n"
                    "<button type=\"button\">First</button>\n"
                    "<button type=\"button\">← Back</button>\n"
                    "<span class=\"place\"></span>\n"
                    "<button type=\"button\">Next →</button>\n"
                    "<button type=\"button\">Last</button>\n"
                    "</nav>\n<nav aria-label=\"Contents\">\n<details>\n"
                    "<summary>Contents</summary>\n<ol>\n");
    str_append(out, str_text(&page->contents));
    str_append(out, "</ol>\n</details>\n</nav>\n</div>\n"
                    "<p class=\"said\" role=\"status\" "
                    "aria-live=\"polite\"></p>\n");
}

void html_end(struct html_page *page, const char *title, int rows, int cols,
              struct str *out)
{
    append_head(out, title, rows, cols);
    str_append(out, "<body>\n<header>\n<h1>");
    render_escaped(title, out);
    str_append(out, "</h1>\n");
    append_navigation(out, page);
    str_printf(out, "</header>\n<main>\n%s</main>\n<script>%s</script>\n",
               str_text(&page->screens), script);
    str_append(out, "</body>\n</html>\n");
    str_clear(&page->contents);
    str_clear(&page->screens);
    str_clear(&page->ids);
    str_clear(&page->words);
    str_clear(&page->heading);
}
