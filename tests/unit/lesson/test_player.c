/*
 * Playing lessons: what is wanted when, what stands on the page, and that the
 * lab goes with the lesson wherever one goes in it.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/file.h"
#include "base/memory.h"
#include "commands/journal.h"
#include "contains.h"
#include "lab/history.h"
#include "lab/lab.h"
#include "lesson/notes.h"
#include "lesson/player_parts.h"
#include "lesson/progress.h"
#include "picture.h"
#include "player_case.h"

#define HEAD "---\ntitle: The title\nid: t\n---\n"
#define COMMANDS(lines) "\n```emblab\n" lines "```\n"
#define PAUSE "\n<!-- pause -->\n"

static enum progress_state progress_now(const char *id)
{
    struct learning learning;
    struct error err = {0};
    enum progress_state state;

    assert_int_equal(progress_read(&learning, &err), 0);
    state = progress_of(&learning, "t", id);
    progress_clear(&learning);
    return state;
}

static uint64_t lab_now(const struct staging *t)
{
    return lab_hash(t->s.session.lab);
}

/* The lab after these commands. */
static uint64_t lab_after(const char *commands)
{
    struct sitting s;
    uint64_t hash;

    sitting_begin(&s);
    sitting_ask(&s, commands);
    hash = lab_hash(s.session.lab);
    sitting_end(&s);
    return hash;
}

/* --- pages --------------------------------------------------------------- */

/* Outside a lesson they mean other things: there the command table decides. */
static void back_and_forward_alone_turn_pages(void **state)
{
    struct staging t;
    struct str keys = STR_INIT;

    staging_begin(&t, *state,
                  HEAD "One.\n" PAUSE "Two.\n\n```quiz {#q}\nWhich?\n\n- [x] "
                       "back\n- [ ] up\n```\n\nThree.\n" PAUSE,
                  PLAYER_STUDY);
    player_keys(t.player, &keys);
    has_not(str_text(&keys), "back");
    staging_type(&t, " forward ");
    assert_int_equal(t.player->page, 2);
    has(staging_page(&t), "* A page on; `back` is the way back.\nTwo.");
    player_keys(t.player, &keys);
    has(str_text(&keys), " · ← back");
    staging_type(&t, "forward");
    assert_int_equal(t.player->page, 3);
    staging_type(&t, "forward");
    has(staging_page(&t), "This is the last page.");
    staging_type(&t, "back");
    assert_int_equal(t.player->page, 2);
    has(staging_page(&t), "* A page back; `forward` is the way on.\nTwo.");
    staging_type(&t, "back"); /* here it is an answer */
    has(staging_page(&t), "Right: a  back");
    staging_type(&t, "back");
    assert_int_equal(t.player->page, 1);
    staging_type(&t, "back");
    assert_int_equal(t.player->page, 1);
    has(staging_page(&t), "* This is the first page, anew.");
    str_clear(&keys);
    staging_end(&t);
}

static const char pages_text[] = HEAD "# First\n\nSome *text*.\n" PAUSE
                                      "<!-- note: Behind the pause. -->\n" PAUSE
                                      "Second page.\n\n# Third\n\nIts text.\n";

static void pages_end_at_pauses_and_before_headings(void **state)
{
    struct staging t;

    staging_begin(&t, *state, pages_text, PLAYER_TEACH);
    assert_int_equal(t.player->pages, 3);
    assert_int_equal(t.player->page, 1);
    assert_int_equal(t.player->wants, PLAYER_PAUSE);
    assert_string_equal(staging_page(&t), "# First\nSome text.\n");
    assert_string_equal(t.player->note, "Behind the pause.");
    staging_enter(&t, 1);
    assert_int_equal(t.player->page, 2);
    assert_string_equal(staging_page(&t), "Second page.\n");
    assert_null(t.player->note);
    assert_int_equal(t.player->wants, PLAYER_PAUSE);
    staging_enter(&t, 1);
    assert_string_equal(staging_page(&t), "# Third\nIts text.\n");
    assert_int_equal(t.player->wants, PLAYER_PAUSE);
    staging_enter(&t, 1);
    assert_int_equal(t.player->wants, PLAYER_OVER);
    assert_int_equal(t.player->page, 3);
    staging_enter(&t, 1);
    assert_int_equal(t.player->wants, PLAYER_OVER);
    staging_end(&t);
}

static void comments_make_no_page_of_their_own(void **state)
{
    struct staging t;

    staging_begin(&t, *state,
                  HEAD "<!-- focus: table -->\n\n# First\n" PAUSE
                       "<!-- focus: rows -->\n\n# Second\n" PAUSE
                       "<!-- marker: end -->\n",
                  PLAYER_TEACH);
    assert_int_equal(t.player->pages, 2);
    assert_string_equal(t.player->focus, "table");
    staging_enter(&t, 1);
    assert_string_equal(t.player->focus, "rows");
    staging_enter(&t, 1);
    assert_int_equal(t.player->wants, PLAYER_OVER);
    assert_string_equal(staging_page(&t), "# Second\n");
    staging_end(&t);
}

static void what_nobody_sees_is_no_page(void **state)
{
    static const char text[] = HEAD
        "# One {#one}\n" PAUSE
        "<!-- hide -->\n\n## Not seen {#not}\n\nText.\n" COMMANDS(
            "emb> corpus tiny\n") "\n<!-- show -->\n" PAUSE
                                  "Two.\n\n<!-- hide -->\n\n## Nor this\n\n"
                                  "<!-- show -->\n\nMore.\n" PAUSE
                                  "<!-- hide -->\n" COMMANDS(
                                      "emb> table\n") "\n<!-- show -->\n";
    struct staging t;

    staging_begin(&t, *state, text, PLAYER_STUDY);
    assert_int_equal(t.player->pages, 2);
    assert_int_equal(player_contents_count(t.player), 1);
    staging_enter(&t, 1);
    assert_int_equal(t.player->page, 2);
    assert_string_equal(staging_page(&t), "Two.\nMore.\n");
    assert_string_equal(str_text(&t.ran), "~corpus tiny\n");
    staging_type(&t, "lesson goto 1");
    staging_type(&t, "lesson goto 2");
    assert_string_equal(staging_page(&t), "Two.\nMore.\n");
    has(staging_refusal(&t, "lesson goto 3"), "has the pages 1 to 2");
    staging_type(&t, "lesson goto not"); /* it is there all the same */
    assert_int_equal(t.player->page, 2);
    staging_enter(&t, 1);
    assert_int_equal(t.player->wants, PLAYER_OVER);
    assert_non_null(t.s.session.lab->model);
    staging_end(&t);
}

static void a_lesson_of_nothing_is_over_at_once(void **state)
{
    struct staging t;

    staging_begin(&t, *state, HEAD PAUSE, PLAYER_STUDY);
    assert_int_equal(t.player->wants, PLAYER_OVER);
    assert_int_equal(t.player->pages, 1);
    assert_int_equal(player_contents_count(t.player), 0);
    staging_end(&t);
}

static void what_was_printed_is_seen_before_more_is_run(void **state)
{
    struct staging t;

    staging_begin(&t, *state,
                  HEAD "Text." COMMANDS("emb> corpus tiny; table\n"
                                        "emb> step\n") "More text.\n" PAUSE,
                  PLAYER_TEACH);
    assert_string_equal(str_text(&t.ran), ">corpus tiny; table\n");
    assert_int_equal(t.player->wants, PLAYER_PAUSE);
    assert_string_equal(staging_page(&t), "Text.\n");
    staging_enter(&t, 1);
    assert_string_equal(str_text(&t.ran), ">corpus tiny; table\n>step\n");
    /* The page stays, and its text comes below. */
    assert_string_equal(staging_page(&t), "Text.\nMore text.\n");
    assert_int_equal(t.player->pages, 1);
    staging_enter(&t, 1);
    assert_int_equal(t.player->wants, PLAYER_OVER);
    staging_end(&t);
}

static void study_types_nothing_and_hidden_commands_are_quiet(void **state)
{
    static const char text[] = HEAD "Text.\n\n<!-- hide -->\n" COMMANDS(
        "emb> corpus tiny\nemb> table\n") "\n<!-- show -->\n" COMMANDS("emb> "
                                                                       "step"
                                                                       "\n");
    struct staging t;

    staging_begin(&t, *state, text, PLAYER_STUDY);
    assert_string_equal(str_text(&t.ran), "~corpus tiny\n~table\nstep\n");
    staging_end(&t);
    staging_begin(&t, *state, text, PLAYER_TEACH);
    assert_string_equal(str_text(&t.ran), "~corpus tiny\n~table\n>step\n");
    staging_end(&t);
}

static void comments_set_speed_and_focus_from_there_on(void **state)
{
    struct staging t;

    staging_begin(&t, *state,
                  HEAD "One.\n" PAUSE "\n<!-- speed: 2 -->\n<!-- focus: table "
                       "-->\n\nTwo.\n" PAUSE,
                  PLAYER_TEACH);
    assert_true(t.player->speed == 1);
    assert_null(t.player->focus);
    staging_enter(&t, 1);
    assert_true(t.player->speed == 2);
    assert_string_equal(t.player->focus, "table");
    staging_type(&t, "lesson back");
    assert_true(t.player->speed == 1);
    assert_null(t.player->focus);
    staging_end(&t);
}

static void only_a_failure_nobody_expects_counts(void **state)
{
    struct staging t;

    staging_begin(&t, *state,
                  HEAD
                  "T." COMMANDS("emb> lookup cat\nerror: there is no text\n"),
                  PLAYER_AUTO);
    assert_false(t.player->failed);
    staging_end(&t);
    staging_begin(&t, *state, HEAD "T." COMMANDS("emb> lookup cat\n"),
                  PLAYER_AUTO);
    assert_true(t.player->failed);
    assert_int_equal(t.player->wants, PLAYER_PAUSE);
    staging_end(&t);
}

static void a_stopped_command_makes_the_lesson_wait(void **state)
{
    struct error stop = {.code = ERROR_INTERRUPTED};
    struct player_options options = {.mode = PLAYER_AUTO};
    struct error err = {0};
    struct staging t = {0};

    sitting_begin(&t.s);
    t.player = player_open(
        &t.s.session,
        folder_write(*state, "l.md",
                     HEAD "T." COMMANDS("emb> corpus tiny\nemb> step\n")),
        &options, &err);
    assert_non_null(t.player);
    assert_int_equal(t.player->wants, PLAYER_COMMAND);
    player_ran(t.player, &stop);
    assert_int_equal(t.player->wants, PLAYER_PAUSE);
    assert_true(t.player->held);
    assert_true(player_seconds(t.player) < 0);
    has(staging_page(&t), "* Stopped.");
    player_go_on(t.player);
    assert_int_equal(t.player->wants, PLAYER_COMMAND);
    assert_string_equal(t.player->command, "step");
    staging_end(&t);
}

/* --- quizzes ------------------------------------------------------------- */

#define SETUP COMMANDS("emb> corpus tiny; table; step\n")
#define QUIZ                                                        \
    "\n```quiz {#q}\nWhich?\n\n- [x] the\n- [x] cat\n- [ ] queen\n" \
    "? First hint.\n? Second hint.\n! Because.\n```\n"

static void letters_words_and_numbers_answer_a_quiz(void **state)
{
    static const char *const right[] = {"a b",  "b,a",      "ab",    "the cat",
                                        "1, 2", "Cat, the", "the, b"};

    for (size_t i = 0; i < sizeof right / sizeof *right; i++) {
        struct staging t;
        staging_begin(&t, *state, HEAD "T." SETUP QUIZ, PLAYER_STUDY);
        assert_int_equal(t.player->wants, PLAYER_ANSWER);
        has(staging_page(&t), "Which?\na) the\nb) cat\nc) queen\n");
        staging_type(&t, right[i]);
        assert_int_equal(t.player->wants, PLAYER_PAUSE);
        has(staging_page(&t), "Right: a  the; b  cat\nwhy: Because.\n");
        assert_int_equal(progress_now("q"), PROGRESS_DONE);
        staging_enter(&t, 1);
        assert_int_equal(t.player->wants, PLAYER_OVER);
        staging_end(&t);
    }
}

static void a_wrong_answer_says_how_near_and_is_asked_again(void **state)
{
    struct staging t;

    staging_begin(&t, *state, HEAD "T." SETUP QUIZ, PLAYER_STUDY);
    staging_type(&t, "a c");
    assert_int_equal(t.player->wants, PLAYER_ANSWER);
    has(staging_page(&t), "Not quite: 1 of 2 found, 1 does not belong.");
    staging_type(&t, "none");
    has(staging_page(&t), "Not quite: 0 of 2 found.");
    has_not(staging_page(&t), "does not belong"); /* the last one only */
    staging_type(&t, "zebra");
    has(staging_page(&t), "That is no answer here: answer with the letters");
    assert_int_equal(progress_now("q"), PROGRESS_NONE);
    staging_end(&t);
}

/* With one right choice there is nothing to count. */
static void of_one_right_choice_nothing_is_counted(void **state)
{
    struct staging t;

    staging_begin(&t, *state,
                  HEAD "T." SETUP "\n```quiz {#q}\nWhich?\n\n- [x] the\n"
                       "- [ ] cat\n- [ ] queen\n```\n",
                  PLAYER_STUDY);
    staging_type(&t, "b");
    has(staging_page(&t), "Not quite. Try again; `answer` helps.");
    staging_type(&t, "none");
    has(staging_page(&t), "Not quite. Try again; `answer` helps.");
    staging_type(&t, "a or b");
    has(staging_page(&t), "Not quite: only one of them is the answer.");
    staging_end(&t);
}

static void commands_may_be_typed_in_a_quiz(void **state)
{
    struct staging t;

    staging_begin(&t, *state, HEAD "T." SETUP QUIZ, PLAYER_STUDY);
    staging_type(&t, "print W[cat]");
    assert_false(t.player->off_script);
    staging_type(&t, "step");
    assert_true(t.player->off_script);
    assert_int_equal(t.player->wants, PLAYER_ANSWER);
    /* An answer all the same, though `the` might abbreviate `theme`. */
    staging_type(&t, "the");
    has(staging_page(&t), "Not quite: 1 of 2 found.");
    staging_end(&t);
}

static void assert_keys(const struct staging *t, const char *expected)
{
    struct str keys = STR_INIT;

    player_keys(t->player, &keys);
    assert_string_equal(str_text(&keys), expected);
    str_clear(&keys);
}

static void enter_alone_comes_to_the_end_of_a_quiz(void **state)
{
    struct staging t;
    char *proposal;

    staging_begin(&t, *state, HEAD "T." SETUP QUIZ, PLAYER_STUDY);
    assert_keys(&t, "type the answer · Enter: a hint");
    staging_enter(&t, 1);
    has(staging_page(&t), "Hint 1 of 2: First hint.");
    has_not(staging_page(&t), "Second");
    staging_enter(&t, 1);
    has(staging_page(&t), "Hint 2 of 2: Second hint.");
    staging_enter(&t, 1); /* it is said before it is done */
    assert_null(player_take_proposal(t.player));
    has(staging_page(&t), "That was the last hint.");
    assert_keys(&t, "Enter: show the answer");
    staging_enter(&t, 1);
    proposal = player_take_proposal(t.player);
    assert_string_equal(proposal, "a, b");
    assert_keys(&t, "Enter: answer with it");
    assert_null(player_take_proposal(t.player));
    assert_int_equal(progress_now("q"), PROGRESS_SHOWN);
    staging_type(&t, proposal);
    free(proposal);
    assert_int_equal(t.player->wants, PLAYER_PAUSE);
    assert_int_equal(progress_now("q"), PROGRESS_SHOWN);
    staging_end(&t);
}

static void the_class_answers_and_enter_reveals(void **state)
{
    struct staging t;

    staging_begin(&t, *state, HEAD "T." SETUP QUIZ, PLAYER_TEACH);
    assert_int_equal(t.player->wants, PLAYER_ANSWER);
    staging_enter(&t, 1);
    has(staging_page(&t), "The answer: a  the; b  cat\nwhy: Because.\n");
    assert_int_equal(t.player->wants, PLAYER_PAUSE);
    assert_int_equal(progress_now("q"), PROGRESS_SHOWN);
    staging_end(&t);
}

static void hints_and_answers_are_refused_where_nothing_is_asked(void **state)
{
    struct staging t;

    staging_begin(&t, *state, HEAD "T." SETUP PAUSE QUIZ, PLAYER_STUDY);
    has(staging_refusal(&t, "hint"), "nothing is asked here");
    has(staging_refusal(&t, "answer"), "nothing is asked here");
    staging_enter(&t, 1);
    staging_type(&t, "hint; hint");
    has(staging_refusal(&t, "hint"), "no more hints");
    staging_end(&t);
    memset(&t, 0, sizeof t);
    sitting_begin(&t.s);
    has(staging_refusal(&t, "hint"), "no lesson is being played");
    has(staging_refusal(&t, "resume"), "no lesson is being played");
    has(staging_refusal(&t, "lesson back"), "no lesson is being played");
    has(staging_refusal(&t, "lesson goto"), "wants an id or a page behind it");
    has(staging_refusal(&t, "lesson forget"), "wants a name behind it");
    staging_end(&t);
}

/* A quiz with this `= EXPR` behind SETUP's block takes the answer, or not. */
static bool takes_after(const char *setup, const char *folder,
                        const char *expression, const char *answer)
{
    struct str text = STR_INIT;
    struct staging t;
    bool taken;

    str_printf(&text, HEAD "T.%s\n```quiz {#q}\nWhat?\n\n= %s\n```\n", setup,
               expression);
    staging_begin(&t, folder, str_text(&text), PLAYER_STUDY);
    assert_int_equal(t.player->wants, PLAYER_ANSWER);
    staging_type(&t, answer);
    taken = t.player->wants == PLAYER_PAUSE;
    staging_end(&t);
    str_clear(&text);
    return taken;
}

static bool takes(const char *folder, const char *expression,
                  const char *answer)
{
    return takes_after(SETUP, folder, expression, answer);
}

/* The step looked up two ratings: of dev and victor (users 0, 1), for
 * jambalaya and shakshuka (items 0, 1). */
static void items_answer_for_rows_of_the_items(void **state)
{
    static const char setup[] =
        COMMANDS("emb> corpus ratings; model recommend; batch B=2; step\n");
    const char *folder = *state;

    assert_true(
        takes_after(setup, folder, "rows(Wi.grad)", "shakshuka, jambalaya"));
    assert_true(takes_after(setup, folder, "rows(Wi.grad)", "0 1"));
    assert_false(takes_after(setup, folder, "rows(Wi.grad)", "jambalaya"));
    assert_false(takes_after(setup, folder, "rows(Wi.grad)", "dev victor"));
    assert_true(takes_after(setup, folder, "rows(Wu.grad)", "dev victor"));
    assert_false(
        takes_after(setup, folder, "rows(Wu.grad)", "jambalaya shakshuka"));
    assert_true(takes_after(COMMANDS("emb> corpus ratings; model recommend; "
                                     "lookup curry\n"),
                            folder, "ids", "curry"));
}

static void the_answer_names_the_items(void **state)
{
    struct staging t;
    char *proposal;

    staging_begin(
        &t, *state,
        HEAD "T." COMMANDS(
            "emb> corpus ratings; model recommend; "
            "lookup curry stew\n") "\n```quiz {#q}\nWhat?\n\n= ids\n```\n",
        PLAYER_STUDY);
    staging_type(&t, "answer");
    proposal = player_take_proposal(t.player);
    assert_string_equal(proposal, "curry, stew");
    free(proposal);
    staging_end(&t);
}

static void computed_answers_are_judged_by_their_kind(void **state)
{
    const char *folder = *state;

    /* The step looked up the cat drinks dog chases a: rows 0 1 2 4 6 7. */
    assert_true(takes(folder, "rows(W.grad)", "a dog cat drinks chases the"));
    assert_true(takes(folder, "rows(W.grad)", "0, 1, 2, 4, 6, 7, 7"));
    assert_false(takes(folder, "rows(W.grad)", "the cat drinks dog chases"));
    assert_false(takes(folder, "rows(W.grad)",
                       "the cat drinks dog a chases "
                       "milk"));
    assert_false(takes(folder, "rows(W.grad)", "zebra"));
    assert_true(takes(folder, "rows(W.grad * 0)", "none"));
    /* The loss is 2.7842. */
    assert_true(takes(folder, "loss", "2.7842"));
    assert_true(takes(folder, "loss", "2.78"));
    assert_false(takes(folder, "loss", "2.79"));
    assert_false(takes(folder, "loss", "3"));
    /* A hundredth of nearly nothing is no allowance: four decimals are. */
    assert_true(takes(folder, "4 / 100000", "0.0000"));
    assert_false(takes(folder, "6 / 100000", "0.0000"));
    assert_true(takes(folder, "W.numel()", "102"));
    assert_true(takes(folder, "W.numel() * 100", "10,200"));
    assert_false(takes(folder, "W.numel()", "102.4"));
    assert_true(takes(folder, "W.shape", "17, 6"));
    assert_true(takes(folder, "W.shape", "(17 6)"));
    assert_false(takes(folder, "W.shape", "6, 17"));
    assert_false(takes(folder, "W.shape", "17"));
    assert_true(takes(folder, "loss < 3", "Yes"));
    assert_false(takes(folder, "loss < 3", "false"));
}

static void an_answer_that_cannot_be_found_stops_nothing(void **state)
{
    struct staging t;

    staging_begin(&t, *state,
                  HEAD "T.\n\n```quiz {#q}\nWhat?\n\n= logits\n```\n",
                  PLAYER_STUDY);
    assert_int_equal(t.player->wants, PLAYER_PAUSE);
    has(staging_page(&t), "* This question has no answer here: ");
    assert_true(t.player->failed);
    staging_enter(&t, 1);
    assert_int_equal(t.player->wants, PLAYER_OVER);
    staging_end(&t);
}

static void choices_wrap_beside_their_labels(void **state)
{
    char label[] = "a", text[] = "one two three";
    const struct player_item item = {
        .kind = PLAYER_CHOICE, .label = label, .text = text};
    struct grid grid;

    (void)state;
    grid_init(&grid, 0, 15);
    assert_int_equal(player_draw_item(&item, &grid, 0, 3, 12), 2);
    assert_picture(&grid, "     a  one two\n"
                          "        three\n");
    grid_clear(&grid);
}

static void labels_are_numbers_where_a_choice_is_a_letter(void **state)
{
    struct staging t;

    staging_begin(&t, *state,
                  HEAD
                  "T.\n\n```quiz {#q}\nWhich?\n\n- [ ] the\n- [x] a\n```\n",
                  PLAYER_STUDY);
    has(staging_page(&t), "1) the\n2) a\n");
    staging_type(&t, "a");
    has(staging_page(&t), "Right: 2  a");
    staging_end(&t);
}

static void rows_that_were_asked_for_are_told_as_words(void **state)
{
    struct staging t;

    staging_begin(&t, *state,
                  HEAD "T." SETUP
                       "\n```quiz {#q}\nWhat?\n\n= rows(W.grad)\n```\n",
                  PLAYER_TEACH);
    staging_enter(&t, 1);
    has(staging_page(&t), "The answer: the, cat, drinks, dog, chases, a\n");
    staging_end(&t);
}

/* --- tries --------------------------------------------------------------- */

#define TRY                                                    \
    "\n```try {#y}\nLook up milk.\n\ncheck: equal(ids, [3])\n" \
    "solution: lookup milk\n? Its name is a word.\n```\n"

/* the is id 0, cat is id 2 of tiny's words: no place in the list. */
static void digits_are_ids_where_ids_are_asked_for(void **state)
{
    struct staging t;

    staging_begin(&t, *state,
                  HEAD "T." COMMANDS("emb> corpus tiny; table; lookup the "
                                     "milk\n") "```quiz {#q}\nWhich?\n\n- [ ] "
                                               "queen\n- [x] the\n- [x] milk\n"
                                               "= ids\n```\n",
                  PLAYER_STUDY);
    staging_enter(&t, 1);
    assert_int_equal(t.player->wants, PLAYER_ANSWER);
    staging_type(&t, "2, 3");
    has_not(staging_page(&t), "Right");
    staging_type(&t, "0, 3");
    has(staging_page(&t), "Right: b  the; c  milk");
    staging_end(&t);
}

static void a_wrong_try_is_answered(void **state)
{
    struct staging t;

    staging_begin(&t, *state, HEAD "T." SETUP TRY, PLAYER_STUDY);
    assert_int_equal(t.player->wants, PLAYER_TRY);
    staging_type(&t, "print W.shape"); /* a look is no try */
    has_not(staging_page(&t), "Not yet");
    staging_type(&t, "lookup the milk");
    has(staging_page(&t), "\nNot yet: `ids` is [0, 3].\n");
    staging_type(&t, "lookup cat");
    has(staging_page(&t), "\nNot yet: `ids` is [1");
    has_not(staging_page(&t), "[0, 3]");
    staging_type(&t, "lookup milk");
    has_not(staging_page(&t), "Not yet");
    has(staging_page(&t), "Done");
    staging_end(&t);
}

/* A whole table would push the text off the page. */
static void a_wrong_try_shows_no_long_value(void **state)
{
    struct staging t;

    staging_begin(&t, *state,
                  HEAD "T." SETUP "\n```try {#y}\nDo it.\n\n"
                       "check: equal(W[0], W[1])\nsolution: step\n```\n",
                  PLAYER_STUDY);
    staging_type(&t, "lookup cat");
    has(staging_page(&t), "Not yet");
    has_not(staging_page(&t), "tensor(");
    staging_end(&t);
}

static void every_right_way_does_a_try(void **state)
{
    static const char *const ways[] = {"lookup milk", "lookup [3]",
                                       "step; look milk"};

    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        struct staging t;
        staging_begin(&t, *state, HEAD "T." SETUP TRY "\nOn.\n", PLAYER_STUDY);
        assert_int_equal(t.player->wants, PLAYER_TRY);
        staging_type(&t, "lookup cat");
        assert_int_equal(t.player->wants, PLAYER_TRY);
        assert_false(t.player->off_script);
        staging_type(&t, ways[i]);
        assert_int_equal(t.player->wants, PLAYER_PAUSE);
        has(staging_page(&t), "Done: that is it.");
        assert_int_equal(progress_now("y"), PROGRESS_DONE);
        staging_end(&t);
    }
}

/* What the lesson says behind a try is true of the lab, whatever was typed. */
static void the_lesson_goes_on_from_its_own_solution(void **state)
{
    struct staging t;

    staging_begin(&t, *state, HEAD "T." SETUP TRY "\nOn.\n", PLAYER_STUDY);
    staging_type(&t, "epoch 2; lookup [3]");
    assert_int_equal(t.player->wants, PLAYER_PAUSE);
    staging_enter(&t, 1);
    assert_int_equal(t.player->page, 2);
    assert_int_equal(lab_now(&t),
                     lab_after("corpus tiny; table; step; lookup milk"));
    has(staging_page(&t), "as if you had typed `lookup milk`; yours is kept as "
                          "the branch own-y; `goto own-y` goes there.");
    staging_type(&t, "goto own-y");
    assert_int_equal(
        lab_now(&t),
        lab_after("corpus tiny; table; step; epoch 2; lookup [3]"));
    assert_true(t.player->off_script);
    staging_end(&t);
}

static void the_solution_as_it_stands_leaves_nothing_behind(void **state)
{
    struct staging t;

    staging_begin(&t, *state, HEAD "T." SETUP TRY "\nOn.\n", PLAYER_STUDY);
    staging_type(&t, "print W[milk]");
    staging_type(&t, "lookup milk");
    staging_enter(&t, 1);
    assert_string_equal(staging_page(&t), "On.\n");
    assert_int_equal(t.s.session.history->branch_count, 0);
    staging_end(&t);
}

static void what_is_done_behind_a_try_is_kept_too(void **state)
{
    struct staging t;

    staging_begin(&t, *state, HEAD "T." SETUP TRY "\nOn.\n", PLAYER_STUDY);
    staging_type(&t, "lookup milk");
    staging_type(&t, "step 2");
    assert_false(t.player->off_script);
    staging_enter(&t, 1);
    assert_int_equal(lab_now(&t),
                     lab_after("corpus tiny; table; step; lookup milk"));
    has(staging_page(&t), "kept as the branch own-y; `goto own-y` goes there.");
    staging_end(&t);
}

static void on_stage_enter_types_the_solution(void **state)
{
    struct staging t;

    staging_begin(&t, *state, HEAD "T." SETUP TRY "\nOn.\n", PLAYER_TEACH);
    staging_type(&t, "step"); /* somebody tried */
    staging_enter(&t, 1);
    has(str_text(&t.ran), ">lookup milk\n");
    has(staging_page(&t), "kept as the branch aside; `goto aside` goes there.");
    assert_int_equal(t.player->wants, PLAYER_PAUSE);
    assert_int_equal(lab_now(&t),
                     lab_after("corpus tiny; table; step; lookup milk"));
    assert_int_equal(progress_now("y"), PROGRESS_SHOWN);
    staging_type(&t, "step");
    assert_true(t.player->off_script);
    staging_enter(&t, 2);
    assert_string_equal(staging_page(&t), "On.\n");
    staging_end(&t);
}

static void a_solution_that_does_not_solve_is_a_failure(void **state)
{
    struct staging t;

    staging_begin(&t, *state,
                  HEAD "T." SETUP "\n```try {#y}\nDo it.\n\ncheck: loss < 0\n"
                       "solution: step\n```\n",
                  PLAYER_TEACH);
    staging_enter(&t, 1);
    has(staging_page(&t), "* The check of this try does not hold: `loss < 0`.");
    assert_true(t.player->failed);
    staging_end(&t);
}

static void answer_puts_the_solution_on_the_prompt(void **state)
{
    struct staging t;
    uint64_t before;
    char *proposal;

    staging_begin(&t, *state, HEAD "T." SETUP TRY, PLAYER_STUDY);
    before = lab_now(&t);
    staging_type(&t, "answer");
    assert_int_equal(lab_now(&t), before);
    proposal = player_take_proposal(t.player);
    assert_string_equal(proposal, "lookup milk");
    assert_int_equal(progress_now("y"), PROGRESS_SHOWN);
    staging_type(&t, proposal);
    free(proposal);
    assert_int_equal(t.player->wants, PLAYER_PAUSE);
    assert_int_equal(progress_now("y"), PROGRESS_SHOWN);
    staging_end(&t);
}

/* Gradients pile up: behind another backward the solution gives 4 or more. */
static void a_solution_holds_whatever_was_tried(void **state)
{
    struct staging t;
    uint64_t asked;
    char *proposal;

    staging_begin(&t, *state,
                  HEAD "T." SETUP "\n```try {#y}\nDo it.\n\n"
                       "check: W.grad[dog, 0] == 3\n"
                       "solution: lookup dog dog dog; backward\n```\n",
                  PLAYER_STUDY);
    asked = lab_now(&t);
    staging_type(&t, "lookup dog");
    staging_type(&t, "backward");
    has(staging_page(&t), "Not yet");
    staging_enter(&t, 2);
    assert_int_equal(lab_now(&t), asked);
    has(staging_page(&t), "Back where the question began. What you tried is "
                          "kept as the branch aside; `goto aside` goes there.");
    has_not(staging_page(&t), "Not yet");
    proposal = player_take_proposal(t.player);
    staging_type(&t, proposal);
    free(proposal);
    has(staging_page(&t), "That is it.");
    assert_int_equal(t.player->wants, PLAYER_PAUSE);
    staging_end(&t);
}

/* --- a lesson cannot hurt ------------------------------------------------ */

static void what_a_lesson_may_not_a_person_may(void **state)
{
    struct staging t;
    struct str text = STR_INIT;

    str_printf(&text, "corpus tiny; save %s/kept-by-hand.emb", (char *)*state);
    staging_begin(&t, *state,
                  HEAD "T." COMMANDS("emb> corpus tiny\nemb> set python x\n"),
                  PLAYER_AUTO);
    assert_false(t.player->failed);
    assert_null(t.s.session.guard);
    staging_type(&t, str_text(&text));
    staging_enter(&t, 2);
    assert_true(t.player->failed);
    assert_null(t.s.session.guard);
    staging_end(&t);
    str_clear(&text);
}

/* Nor may its solutions; and who goes back and forth gets no bill for it. */
static void solutions_are_guarded_and_going_about_is_free(void **state)
{
    struct staging t;

    staging_begin(&t, *state,
                  HEAD "T.\n\n```try {#y}\nDo it.\n\ncheck: 1 < 0\n"
                       "solution: set python x\n```\n",
                  PLAYER_TEACH);
    staging_enter(&t, 1);
    assert_true(t.player->failed);
    staging_end(&t);
    staging_begin(&t, *state,
                  HEAD "T." COMMANDS("emb> corpus tiny; step 400\n") PAUSE
                  "On." COMMANDS("emb> step 200\n"),
                  PLAYER_TEACH);
    t.player->state->guard.limits.steps = 1000;
    staging_enter(&t, 1);
    for (int i = 0; i < 3; i++) {
        staging_type(&t, "lesson back");
        staging_type(&t, "lesson forward");
    }
    assert_false(t.player->failed);
    t.player->state->guard.limits.steps = 300;
    staging_type(&t, "lesson back");
    staging_enter(&t, 1);
    assert_true(t.player->failed);
    staging_end(&t);
}

/* --- off script ---------------------------------------------------------- */

#define STEPS                                                       \
    HEAD "# One {#one}\n" COMMANDS("emb> corpus tiny\n") PAUSE      \
        "# Two {#two}\n" COMMANDS("emb> table D=3; step 4\n") PAUSE \
        "# Three {#three}\n" COMMANDS("emb> goto 2\n") PAUSE        \
        "# Four {#four}\n" COMMANDS("emb> lookup the cat\n") PAUSE

static void enter_brings_the_lab_back_where_the_lesson_left_it(void **state)
{
    static const char *const asides[] = {
        "step",
        "epoch 5",
        "undo",
        "undo 9",
        "corpus farm",
        "goto 3",
        "goto 0",
        "undo; step; step",
        "reset; step 9",
        "table seed=1",
        "undo; redo; step",
        "optimizer adam; step 2",
        "lookup dog; backward",
    };

    for (size_t i = 0; i < sizeof asides / sizeof *asides; i++) {
        struct staging t;
        uint64_t before;
        staging_begin(&t, *state, STEPS, PLAYER_TEACH);
        staging_enter(&t, 1);
        before = sitting_state(&t.s);
        staging_type(&t, asides[i]);
        if (!t.player->off_script)
            fail_msg("%s is not off script", asides[i]);
        staging_enter(&t, 1);
        if (sitting_state(&t.s) != before)
            fail_msg("not back from: %s", asides[i]);
        assert_false(t.player->off_script);
        assert_int_equal(t.player->page, 2);
        staging_enter(&t, 2);
        assert_int_equal(t.player->page, 4);
        staging_end(&t);
    }
}

static void what_was_done_off_script_stays_as_a_branch(void **state)
{
    struct staging t;
    uint64_t aside;

    staging_begin(&t, *state, STEPS, PLAYER_TEACH);
    staging_enter(&t, 1);
    staging_type(&t, "epoch 3");
    aside = sitting_state(&t.s);
    staging_type(&t, "resume");
    has(staging_page(&t), "* Back in the lesson. What you did off script is "
                          "kept as the branch aside; `goto aside` goes there.");
    staging_enter(&t, 2);
    staging_type(&t, "goto aside");
    assert_int_equal(sitting_state(&t.s), aside);
    staging_end(&t);
}

static void only_what_is_new_is_kept(void **state)
{
    struct staging t;

    staging_begin(&t, *state, STEPS, PLAYER_TEACH);
    staging_enter(&t, 1);
    staging_type(&t, "print W");
    assert_false(t.player->off_script);
    staging_type(&t, "undo 2");
    assert_true(t.player->off_script);
    staging_enter(&t, 1);
    assert_int_equal(t.s.session.history->branch_count, 0);
    staging_type(&t, "step; undo"); /* back by itself */
    assert_false(t.player->off_script);
    staging_end(&t);
}

static void a_file_that_was_loaded_is_left_again(void **state)
{
    struct staging t;
    uint64_t before;
    struct str line = STR_INIT;

    staging_begin(&t, *state, STEPS, PLAYER_TEACH);
    staging_enter(&t, 1);
    before = sitting_state(&t.s);
    str_printf(&line, "corpus farm; step; save %s/kept.emb; load %s/kept.emb",
               (char *)*state, (char *)*state);
    staging_type(&t, str_text(&line));
    assert_true(t.player->off_script);
    staging_enter(&t, 1);
    assert_int_equal(sitting_state(&t.s), before);
    str_clear(&line);
    staging_end(&t);
}

static void a_lesson_begins_with_a_fresh_lab_and_keeps_the_other(void **state)
{
    struct staging t;
    uint64_t before;

    memset(&t, 0, sizeof t);
    sitting_begin(&t.s);
    t.s.session.front_end.interactive = true;
    sitting_ask(&t.s, "corpus farm; table D=4; step 3");
    before = sitting_state(&t.s);
    staging_play(&t, *state, HEAD "T.\n" PAUSE "X" COMMANDS("emb> shapes\n"),
                 PLAYER_STUDY);
    assert_null(t.s.session.lab->text);
    has(staging_page(&t),
        "* This lesson begins with a fresh lab. The one that "
        "was here is kept as the branch before-t; `goto before-t` goes there.");
    staging_type(&t, "goto before-t");
    assert_int_equal(sitting_state(&t.s), before);
    staging_type(&t, "lesson leave");
    assert_null(t.player);
    assert_int_equal(sitting_state(&t.s), before);
    has(str_text(&t.s.notices), "goto before-t");
    staging_end(&t);
}

/* --- moving -------------------------------------------------------------- */

enum { PAGES = 4 };

/* The lab as each page of STEPS is left. */
static void walk_through(const char *folder, uint64_t labs[PAGES + 1])
{
    struct staging t;

    staging_begin(&t, folder, STEPS, PLAYER_TEACH);
    for (size_t page = 1; page <= PAGES; page++) {
        assert_int_equal(t.player->page, page);
        labs[page] = sitting_state(&t.s);
        staging_enter(&t, 1);
    }
    staging_end(&t);
}

static void the_lab_is_the_same_on_every_way_to_a_page(void **state)
{
    static const char *const moves[] = {
        "lesson back",
        "lesson forward",
        "lesson goto one",
        "lesson goto two",
        "lesson goto three",
        "lesson goto four",
        "",
        "step 3",
        "undo 2",
        "lesson back",
        "lesson forward",
        "corpus farm",
    };
    uint64_t labs[PAGES + 1];
    unsigned dice = 1;
    struct staging t;

    walk_through(*state, labs);
    staging_begin(&t, *state, STEPS, PLAYER_STUDY);
    for (int i = 0; i < 300; i++) {
        dice = dice * 1103515245u + 12345u;
        (void)staging_attempt(
            &t, moves[(dice >> 16) % (sizeof moves / sizeof *moves)]);
        if (!t.player->off_script &&
            sitting_state(&t.s) != labs[t.player->page])
            fail_msg("move %d: page %zu has another lab", i, t.player->page);
    }
    staging_end(&t);
}

/* A shipped lesson, to its end and back page by page: each has its own lab. */
static void go_through_and_back(const char *name)
{
    struct player_options options = {.mode = PLAYER_TEACH};
    struct staging t = {0};
    uint64_t labs[100];

    sitting_begin(&t.s);
    t.player = player_open(&t.s.session, name, &options, &t.s.err);
    if (!t.player)
        fail_msg("%s", t.s.err.message);
    staging_settle(&t);
    while (t.player->wants != PLAYER_OVER) {
        labs[t.player->page] = lab_now(&t);
        staging_enter(&t, 1);
        assert_true(t.player->page < 100);
    }
    if (t.player->failed)
        fail_msg("%s: a command failed", name);
    while (t.player->page > 1) {
        staging_type(&t, "lesson back");
        while (t.player->state->stop == STOP_BETWEEN ||
               t.player->wants == PLAYER_TRY)
            staging_enter(&t, 1);
        if (lab_now(&t) != labs[t.player->page])
            fail_msg("%s: page %zu has another lab", name, t.player->page);
    }
    staging_end(&t);
}

static void every_lesson_is_gone_through_and_back(void **state)
{
    static const char *const endings[] = {".md", NULL};
    char **names = file_list_data("lessons", endings);

    (void)state;
    assert_non_null(names[0]);
    for (size_t i = 0; names[i]; i++)
        go_through_and_back(names[i]);
    file_list_free(names);
}

static void a_lesson_that_was_left_is_come_back_to(void **state)
{
    struct staging t;
    uint64_t labs[PAGES + 1];
    struct str line = STR_INIT;

    walk_through(*state, labs);
    staging_begin(&t, *state, STEPS, PLAYER_TEACH);
    has_not(staging_page(&t), "You were on page");
    staging_type(&t, "forward");
    staging_type(&t, "forward");
    staging_type(&t, "lesson leave");
    staging_play(&t, *state, STEPS, PLAYER_TEACH);
    assert_int_equal(t.player->page, 1);
    has(staging_page(&t), "You were on page 3 of this lesson: `lesson goto 3`");
    staging_type(&t, "lesson goto 3");
    assert_int_equal(sitting_state(&t.s), labs[3]);
    staging_type(&t, "lesson leave");
    /* Inside the lab it goes on there. */
    str_printf(&line, "lesson %s", folder_write(*state, "l.md", STEPS));
    staging_type(&t, str_text(&line));
    assert_int_equal(t.player->page, 3);
    has(staging_page(&t), "Here you left the lesson.");
    assert_int_equal(sitting_state(&t.s), labs[3]);
    staging_type(&t, "lesson leave");
    str_append(&line, "#start");
    staging_type(&t, str_text(&line));
    assert_int_equal(t.player->page, 1);
    while (t.player->wants != PLAYER_OVER)
        staging_enter(&t, 1);
    staging_type(&t, "lesson leave");
    staging_play(&t, *state, STEPS, PLAYER_TEACH);
    has_not(staging_page(&t), "You were on page");
    str_clear(&line);
    staging_end(&t);
}

static void a_lesson_can_begin_at_an_id(void **state)
{
    struct player_options options = {.mode = PLAYER_TEACH};
    struct str name = STR_INIT;
    struct error err = {0};
    uint64_t labs[PAGES + 1];
    struct staging t = {0};

    walk_through(*state, labs);
    sitting_begin(&t.s);
    str_printf(&name, "%s#three", folder_write(*state, "l.md", STEPS));
    t.player = player_open(&t.s.session, str_text(&name), &options, &err);
    assert_non_null(t.player);
    staging_settle(&t);
    assert_int_equal(t.player->page, 3);
    has(staging_page(&t), "# Three");
    assert_int_equal(sitting_state(&t.s), labs[3]);
    assert_string_equal(str_text(&t.ran),
                        "~corpus tiny\n~table D=3; step 4\n>goto 2\n");
    has(staging_refusal(&t, "lesson goto five"), "no place called 'five'");
    str_append(&name, "x");
    assert_null(player_open(&t.s.session, str_text(&name), &options, &err));
    has(err.message, "t has no place called 'threex'; did you mean three?");
    assert_int_equal(player_jump(t.player, "9", &err), -1);
    has(err.message, "t has the pages 1 to ");
    assert_int_equal(player_jump(t.player, "3", &err), 0);
    staging_settle(&t);
    assert_int_equal(t.player->page, 3);
    assert_int_equal(sitting_state(&t.s), labs[3]);
    /* The lab that was left is told of where one arrives. */
    str_truncate(&name, name.length - 1);
    player_free(t.player);
    t.player = player_open(&t.s.session, str_text(&name), &options, &err);
    staging_settle(&t);
    has(staging_page(&t),
        "kept as the branch before-t; `goto before-t` goes there.\n# Three\n");
    str_clear(&name);
    staging_end(&t);
}

/* Ctrl-C on the way: the lab is elsewhere, and Enter takes it back. */
static void a_way_that_is_stopped_is_gone_to_its_end_by_enter(void **state)
{
    static volatile sig_atomic_t stop;
    uint64_t labs[PAGES + 1];
    struct staging t;

    walk_through(*state, labs);
    staging_begin(&t, *state, STEPS, PLAYER_TEACH);
    staging_enter(&t, 1);
    staging_type(&t, "corpus farm; step 2000; undo 9");
    t.s.session.stop = &stop;
    stop = 1;
    (void)staging_attempt(&t, "lesson back");
    stop = 0;
    assert_true(t.player->off_script);
    assert_int_equal(t.player->page, 2);
    staging_enter(&t, 1);
    assert_false(t.player->off_script);
    assert_int_equal(sitting_state(&t.s), labs[2]);
    staging_type(&t, "lesson back");
    assert_int_equal(sitting_state(&t.s), labs[1]);
    staging_end(&t);
}

static void lessons_that_come_before_are_named(void **state)
{
    struct error err = {0};
    size_t forgotten;
    struct staging t;
    struct str line = STR_INIT;

    folder_write(*state, "b.md", "---\ntitle: B\nid: b\n---\nText.\n");
    folder_write(*state, "c.md", "---\ntitle: C\nid: c\n---\nText.\n");
    str_printf(&line, "lesson %s",
               folder_write(*state, "l.md",
                            "---\ntitle: T\nid: t\nrequires: [b, c]\n---\n"
                            "Text.\n"));
    assert_int_equal(progress_record("c", "any", PROGRESS_SHOWN, &err), 0);
    memset(&t, 0, sizeof t);
    sitting_begin(&t.s);
    t.s.session.front_end.interactive = true;
    staging_type(&t, str_text(&line));
    has(staging_page(&t), "* It builds on b, not played yet.");
    str_clear(&line);
    staging_end(&t);
    assert_int_equal(progress_forget("c", &forgotten, &err), 0);
}

static void who_comes_back_is_told_how_much_is_done(void **state)
{
    struct staging t;
    struct str line = STR_INIT;

    staging_begin(&t, *state, HEAD "T." SETUP QUIZ TRY, PLAYER_STUDY);
    t.s.session.front_end.interactive = true;
    str_printf(&line, "lesson %s", t.player->lesson->path);
    staging_type(&t, str_text(&line));
    has_not(str_text(&t.s.notices), "are done");
    while (t.player->wants == PLAYER_PAUSE)
        staging_enter(&t, 1);
    staging_type(&t, "a b");
    assert_int_equal(progress_now("q"), PROGRESS_DONE);
    staging_type(&t, str_text(&line));
    has(str_text(&t.s.notices), "1 of 2 questions are done");
    str_clear(&line);
    staging_end(&t);
}

static void questions_passed_over_count_as_skipped(void **state)
{
    struct staging t;

    staging_begin(&t, *state, HEAD "T." SETUP QUIZ TRY "\nOn.\n", PLAYER_STUDY);
    assert_int_equal(t.player->wants, PLAYER_ANSWER);
    staging_type(&t, "lesson forward");
    assert_int_equal(progress_now("q"), PROGRESS_SKIPPED);
    assert_int_equal(progress_now("y"), PROGRESS_NONE);
    staging_type(&t, "lesson forward");
    assert_int_equal(progress_now("y"), PROGRESS_SKIPPED);
    assert_int_equal(lab_now(&t),
                     lab_after("corpus tiny; table; step; lookup milk"));
    staging_type(&t, "lesson forward");
    has(staging_page(&t), "* This is the last page.");
    /* What is done stays done. */
    staging_type(&t, "lesson goto q");
    staging_type(&t, "a b");
    staging_type(&t, "lesson forward");
    assert_int_equal(progress_now("q"), PROGRESS_DONE);
    staging_end(&t);
}

static void leaving_says_how_to_come_back(void **state)
{
    struct staging t;
    struct str line = STR_INIT;

    staging_begin(&t, *state, STEPS, PLAYER_STUDY);
    staging_enter(&t, 1);
    staging_type(&t, "lesson leave");
    assert_null(t.player);
    str_printf(&line,
               "the lesson is left on page 2 of 4, and the lab stays as it is; "
               "lesson %s/l.md#two comes back\n",
               (char *)*state);
    has(str_text(&t.s.notices), str_text(&line));
    str_truncate(&line, 0);
    str_printf(&line, "lesson %s/l.md#two", (char *)*state);
    staging_type(&t, str_text(&line));
    assert_int_equal(t.player->page, 2);
    str_clear(&line);
    staging_end(&t);
}

/* The candidates of a line's end and what they are, a line each. */
static void check_tab(const struct staging *t, const char *line,
                      const char *expected)
{
    struct completions found;
    struct str text = STR_INIT;
    struct session session = t->s.session;

    session_complete(&session, line, strlen(line), &found);
    for (size_t i = 0; i < found.count; i++)
        str_printf(&text, "%s %s\n", found.items[i].text,
                   found.items[i].note ? found.items[i].note : "");
    assert_string_equal(str_text(&text), expected);
    str_clear(&text);
    completions_clear(&found);
}

static void tab_knows_the_places_of_the_lesson(void **state)
{
    struct staging t;

    staging_begin(&t, *state,
                  HEAD "# One {#one}\n" PAUSE "<!-- marker: the-2nd -->\n\n## "
                       "Two\n" QUIZ,
                  PLAYER_STUDY);
    check_tab(&t, "lesson goto ",
              "one page 1: One\nthe-2nd page 2\nq page 2: quiz: Which?\n");
    check_tab(&t, "lesson goto o", "one page 1: One\n");
    check_tab(&t, "lesson goto 2", "2 \nthe-2nd page 2\n");
    check_tab(&t, "lesson goto 2 ", "");
    check_tab(&t, "lesson back ", "");
    check_tab(&t, "goto o", "");
    has(staging_refusal(&t, "lesson goto"),
        "lesson goto wants an id or a page behind it; lesson contents lists "
        "them");
    assert_int_equal(t.player->page, 1);
    staging_type(&t, "lesson leave");
    check_tab(&t, "lesson goto ", "");
    staging_end(&t);
}

static void help_begins_with_the_lessons_own(void **state)
{
    struct staging t;
    const char *own;

    staging_begin(&t, *state, HEAD "T." PAUSE COMMANDS("emb> help\n") PAUSE,
                  PLAYER_STUDY);
    staging_type(&t, "help");
    own = strstr(str_text(&t.s.out), "lesson leave");
    assert_non_null(own);
    assert_true(own < strstr(str_text(&t.s.out), "tokenize"));
    str_truncate(&t.s.out, 0);
    staging_enter(&t, 1); /* the lesson speaks of the lab */
    has(str_text(&t.s.out), "tokenize");
    has_not(str_text(&t.s.out), "this lesson");
    staging_end(&t);
}

static void the_contents_show_where_one_is(void **state)
{
    struct staging t;

    staging_begin(&t, *state,
                  HEAD "# One *two* {#one}\n" PAUSE "## Three\n" QUIZ,
                  PLAYER_STUDY);
    staging_enter(&t, 1);
    assert_int_equal(player_contents_count(t.player), 3);
    str_truncate(&t.s.out, 0);
    staging_type(&t, "lesson contents");
    has(str_text(&t.s.out), "   1  one                One two\n"
                            ">  2                     Three\n"
                            ">  2  q                  quiz: Which?\n");
    staging_end(&t);
}

static void a_long_title_goes_on_below_itself(void **state)
{
    struct staging t;

    staging_begin(&t, *state,
                  HEAD "# One {#one}\n\n## Which of the many rows have a "
                       "gradient that is not zero at all? {#two}\n",
                  PLAYER_STUDY);
    t.s.sink.width = 60;
    staging_type(&t, "lesson contents");
    has(str_text(&t.s.out),
        "   2  two                Which of the many rows have a\n"
        "                         gradient that is not zero at all?\n");
    t.s.sink.width = 40;
    staging_type(&t, "lesson contents");
    has(str_text(&t.s.out), "   2  two\n"
                            "      Which of the many rows have a\n"
                            "      gradient that is not zero at all?\n");
    staging_end(&t);
}

/* --- the next lesson ----------------------------------------------------- */

/* FOLDER/lessons: a, then b, which builds on z, then c. */
static void write_lessons(const char *folder)
{
    struct str path = STR_INIT;

    str_printf(&path, "%s/lessons", folder);
    assert_int_equal(mkdir(str_text(&path), 0700), 0);
    folder_write(
        str_text(&path), "01-a.md",
        "---\ntitle: First\nid: a\n---\n" COMMANDS("emb> corpus \"a b\"\n"));
    folder_write(str_text(&path), "02-b.md",
                 "---\ntitle: Second\nid: b\nrequires: [z]\n---\nB.\n");
    folder_write(str_text(&path), "03-c.md",
                 "---\ntitle: Third\nid: c\nrequires: [a]\n---\nC.\n");
    str_clear(&path);
    setenv("EMBLAB_DATA", folder, 1);
}

/* Begin lesson `name` and go to its end. */
static void play_to_the_end(struct staging *t, const char *name,
                            enum player_mode mode)
{
    struct player_options options = {.mode = mode};
    struct error err = {0};

    player_free(t->player);
    t->player = player_open(&t->s.session, name, &options, &err);
    assert_non_null(t->player);
    staging_settle(t);
    while (t->player->wants != PLAYER_OVER)
        staging_enter(t, 1);
}

static void a_lesson_leads_to_the_next_that_may_follow(void **state)
{
    const char *data = getenv("EMBLAB_DATA");
    char *before = memory_text(data ? data : ".");
    struct staging t = {0};
    struct error err = {0};
    size_t forgotten;

    write_lessons(*state);
    sitting_begin(&t.s);
    setenv("EMBLAB_DATA", before, 1);
    sitting_ask(&t.s, "corpus tiny");
    setenv("EMBLAB_DATA", *state, 1);
    play_to_the_end(&t, "a", PLAYER_TEACH);
    assert_string_equal(t.player->next, "03-c"); /* z was not played */
    assert_int_equal(progress_record("z", "q", PROGRESS_DONE, &err), 0);
    staging_type(&t, "lesson back");
    assert_null(t.player->next);
    staging_enter(&t, 1);
    assert_string_equal(t.player->next, "02-b");
    staging_type(&t, "corpus \"c d\"");
    assert_true(t.player->off_script);
    staging_enter(&t, 1); /* back first */
    assert_false(t.player->off_script);
    assert_string_equal(t.player->next, "02-b");
    has(staging_page(&t),
        "> Enter begins **02 Second**; `lesson leave` stays in "
        "the lab, Ctrl-D ends.");
    assert_true(player_follow(&t.player, 0));
    staging_settle(&t);
    assert_string_equal(t.player->lesson->id, "b");
    assert_int_equal(t.player->options.mode, PLAYER_TEACH);
    assert_int_equal(t.s.session.lab->step, 0);
    has_not(staging_page(&t), "fresh lab"); /* it was the lesson's own */
    staging_enter(&t, 1);
    assert_true(player_follow(&t.player, 0));
    staging_enter(&t, 1);
    assert_string_equal(t.player->lesson->id, "c");
    assert_null(t.player->next);
    assert_true(t.player->last);
    str_truncate(&t.s.notices, 0);
    staging_type(&t, "lesson leave"); /* the lab that was there first */
    has(str_text(&t.s.notices), "is kept; goto before-a goes there\n");
    play_to_the_end(&t, "a", PLAYER_AUTO);
    assert_null(t.player->next);
    assert_false(t.player->last);
    setenv("EMBLAB_DATA", before, 1);
    assert_int_equal(progress_forget("z", &forgotten, &err), 0);
    free(before);
    staging_end(&t);
}

/* --- by itself ----------------------------------------------------------- */

static void auto_answers_and_keeps_no_progress(void **state)
{
    struct staging t;

    staging_begin(&t, *state, HEAD "T." SETUP QUIZ TRY "\nOn.\n", PLAYER_AUTO);
    for (int i = 0; i < 10 && t.player->wants != PLAYER_OVER; i++) {
        assert_true(player_seconds(t.player) > 0);
        player_go_on(t.player);
        staging_settle(&t);
    }
    assert_int_equal(t.player->wants, PLAYER_OVER);
    has(str_text(&t.ran), ">lookup milk\n");
    assert_int_equal(progress_now("q"), PROGRESS_NONE);
    assert_int_equal(progress_now("y"), PROGRESS_NONE);
    staging_end(&t);
}

/* 2 s and 0.3 s a word; 4 s to look at what was printed, 8 s to think. What
 * was read already takes no time. */
static void a_pause_is_as_long_as_there_is_to_read(void **state)
{
    struct staging t;

    staging_begin(
        &t, *state,
        HEAD "Five words are to read." COMMANDS(
            "emb> corpus tiny\nemb> tokens\n") "Two more.\n" PAUSE
                                               "```quiz {#q}\nA word?\n\n- [x] "
                                               "yes\n- [ ] no\n"
                                               "```\n",
        PLAYER_AUTO);
    assert_true(fabs(player_seconds(t.player) - (2 + 5 * 0.3 + 4)) < 1e-9);
    staging_enter(&t, 1);
    assert_true(fabs(player_seconds(t.player) - (2 + 2 * 0.3 + 4)) < 1e-9);
    staging_enter(&t, 1);
    assert_true(fabs(player_seconds(t.player) - (2 + 4 * 0.3 + 8)) < 1e-9);
    staging_end(&t);
}

static void auto_waits_for_whoever_types(void **state)
{
    struct staging t;

    staging_begin(&t, *state, STEPS, PLAYER_AUTO);
    t.player->options.auto_seconds = 4;
    assert_true(player_seconds(t.player) == 4);
    player_change_speed(t.player, 1);
    assert_true(t.player->speed == 1.5);
    player_change_speed(t.player, -1);
    player_change_speed(t.player, -1);
    assert_true(player_seconds(t.player) == 4 / 0.75);
    staging_type(&t, "tokens");
    assert_true(player_seconds(t.player) < 0);
    staging_enter(&t, 1);
    assert_int_equal(t.player->page, 2);
    assert_true(player_seconds(t.player) > 0);
    player_hold(t.player, true);
    assert_true(player_seconds(t.player) < 0);
    player_hold(t.player, false);
    assert_true(player_seconds(t.player) > 0);
    staging_end(&t);
}

/* --- the file changes ---------------------------------------------------- */

/* Write it again; its time is another one for sure. */
static void rewrite(const char *folder, const char *text)
{
    static int minutes;
    const char *path = folder_write(folder, "l.md", text);
    time_t then = 1000000000 + 60 * minutes++;
    struct timespec times[2] = {{.tv_sec = then}, {.tv_sec = then}};

    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void a_changed_file_is_played_on_at_the_same_place(void **state)
{
    struct staging t;
    uint64_t labs[PAGES + 1];

    walk_through(*state, labs);
    staging_begin(&t, *state, STEPS, PLAYER_TEACH);
    staging_enter(&t, 2);
    assert_int_equal(t.player->page, 3);
    assert_false(player_poll(t.player));
    rewrite(*state, HEAD "# New\n\nA page before.\n" PAUSE
                         "# One {#one}\n" COMMANDS("emb> corpus tiny\n") PAUSE
            "# Two {#two}\n" COMMANDS("emb> table D=3; step 4\n") PAUSE
            "# 3 {#three}\n" COMMANDS("emb> goto 2\n") PAUSE);
    str_truncate(&t.ran, 0);
    assert_true(player_poll(t.player));
    staging_settle(&t);
    assert_int_equal(t.player->page, 4);
    assert_string_equal(staging_page(&t), "# 3\n");
    assert_int_equal(sitting_state(&t.s), labs[3]);
    /* What comes before is known, and is not run again. */
    assert_string_equal(str_text(&t.ran), "goto 2\n");
    assert_false(player_poll(t.player));
    staging_end(&t);
}

static void a_question_in_a_changed_file_is_asked_again(void **state)
{
    struct staging t;

    staging_begin(&t, *state, HEAD "T." SETUP PAUSE QUIZ "\nBehind.\n",
                  PLAYER_STUDY);
    staging_enter(&t, 1);
    assert_int_equal(t.player->wants, PLAYER_ANSWER);
    rewrite(*state, HEAD "Text." SETUP PAUSE QUIZ "\nBehind.\n");
    assert_true(player_poll(t.player));
    staging_settle(&t);
    assert_int_equal(t.player->page, 2);
    assert_int_equal(t.player->wants, PLAYER_ANSWER);
    has(staging_page(&t), "Which?");
    staging_end(&t);
}

static void other_commands_before_are_run_again(void **state)
{
    struct staging t;

    staging_begin(&t, *state, STEPS, PLAYER_TEACH);
    staging_enter(&t, 1);
    rewrite(*state, HEAD "# One {#one}\n" COMMANDS("emb> corpus farm\n") PAUSE
            "# Two {#two}\n" COMMANDS("emb> table D=3; step 4\n"));
    str_truncate(&t.ran, 0);
    assert_true(player_poll(t.player));
    staging_settle(&t);
    assert_string_equal(str_text(&t.ran), "~corpus farm\ntable D=3; step 4\n");
    assert_int_equal(lab_now(&t), lab_after("corpus farm; table D=3; step 4"));
    staging_end(&t);
}

static void a_mistake_in_the_changed_file_is_told_once(void **state)
{
    struct staging t;

    staging_begin(&t, *state, STEPS, PLAYER_TEACH);
    staging_enter(&t, 1);
    rewrite(*state, HEAD "<!-- nonsense -->\n");
    assert_true(player_poll(t.player));
    has(staging_page(&t), "* The file has changed, but it cannot be read: ");
    has(staging_page(&t), "l.md:5: error:");
    assert_false(player_poll(t.player));
    staging_enter(&t, 1);
    assert_int_equal(t.player->page, 3);
    staging_end(&t);
}

/* A lesson that became shorter than where one was. */
static void the_place_is_gone_but_the_lesson_plays_on(void **state)
{
    struct staging t;

    staging_begin(&t, *state, STEPS, PLAYER_TEACH);
    staging_enter(&t, 3);
    rewrite(*state, HEAD PAUSE);
    assert_true(player_poll(t.player));
    staging_settle(&t);
    assert_int_equal(t.player->wants, PLAYER_OVER);
    assert_int_equal(t.player->page, 1);
    staging_end(&t);
}

/* --- whatever is done ---------------------------------------------------- */

static const char *const doings[] = {
    "",
    "",
    "",
    "",
    "a",
    "b, a",
    "17",
    "lookup milk",
    "step",
    "undo 3",
    "redo",
    "goto 1",
    "hint",
    "answer",
    "resume",
    "lesson back",
    "reset",
    "corpus farm",
    "lesson forward",
    "lesson goto two",
    "nonsense",
    "lesson goto q",
    "lesson contents",
    "branch here; goto here",
    "lookup dog",
    "epoch; bag cat",
    "table seed=9",
    "print W[cat]",
};

static const char *const versions[] = {
    STEPS QUIZ TRY SETUP "# Five {#five}\n",
    HEAD "# Two {#two}\n" SETUP QUIZ PAUSE TRY "<!-- hide -->" SETUP,
    STEPS,
    HEAD "# One {#one}\n" TRY "# Two {#two}\n" QUIZ,
    HEAD "nothing is <b>right</b> here",
};

/* The place is one of the lesson's, and what it waits for fits to it. */
static void check_state(const struct player *player)
{
    const struct player_page *page = player_here(player);
    const struct lesson *lesson = player->lesson;

    assert_true(player->page >= 1 && player->page <= player->pages);
    assert_true(player->block >= page->first && player->block <= page->end);
    assert_int_not_equal(player->wants, PLAYER_COMMAND);
    if (player->wants == PLAYER_ANSWER)
        assert_int_equal(lesson->blocks[player->block].kind, LESSON_QUIZ);
    if (player->wants == PLAYER_TRY)
        assert_int_equal(lesson->blocks[player->block].kind, LESSON_TRY);
    if (player->wants == PLAYER_OVER)
        assert_int_equal(player->page, player->pages);
}

static void do_whatever(const char *folder, enum player_mode mode,
                        unsigned dice, int times)
{
    struct staging t;
    char *proposal;

    staging_begin(&t, folder, versions[0], mode);
    for (int i = 0; i < times; i++) {
        dice = dice * 1103515245u + 12345u;
        if ((dice >> 8) % 20 == 0) {
            rewrite(
                folder,
                versions[(dice >> 16) % (sizeof versions / sizeof *versions)]);
            (void)player_poll(t.player);
            staging_settle(&t);
        } else {
            (void)staging_attempt(
                &t, doings[(dice >> 16) % (sizeof doings / sizeof *doings)]);
        }
        check_state(t.player);
        proposal = player_take_proposal(t.player);
        if (proposal)
            (void)staging_attempt(&t, proposal);
        free(proposal);
    }
    staging_type(&t, "resume");
    assert_false(t.player->off_script);
    staging_end(&t);
}

static void whatever_is_done_the_lesson_plays_on(void **state)
{
    int times = getenv("SOAK") ? 20000 : 150;

    do_whatever(*state, PLAYER_STUDY, 1, times);
    do_whatever(*state, PLAYER_TEACH, 2, times);
    do_whatever(*state, PLAYER_AUTO, 3, times);
}

/* --- what it says about itself ------------------------------------------- */

static void title_prompt_and_what_comes_next(void **state)
{
    struct staging t;
    struct str text = STR_INIT;

    staging_begin(&t, *state, HEAD "T.\n" PAUSE "Two.\n" SETUP, PLAYER_STUDY);
    player_next(t.player, &text);
    assert_string_equal(str_text(&text), "text: Two.");
    str_truncate(&text, 0);
    staging_end(&t);
    staging_begin(&t, *state, HEAD "T.\n" PAUSE SETUP, PLAYER_STUDY);
    player_next(t.player, &text);
    assert_string_equal(str_text(&text), "types: corpus tiny; table; step");
    str_truncate(&text, 0);
    staging_end(&t);
    staging_begin(&t, *state, HEAD "T.\n" SETUP PAUSE QUIZ TRY, PLAYER_STUDY);
    player_title(t.player, &text);
    assert_string_equal(str_text(&text), "The title · 1/3");
    str_truncate(&text, 0);
    player_prompt(t.player, &text);
    assert_string_equal(str_text(&text), "[1/3 Enter] emb> ");
    str_truncate(&text, 0);
    player_next(t.player, &text);
    assert_string_equal(str_text(&text), "quiz: Which?");
    staging_enter(&t, 1);
    str_truncate(&text, 0);
    player_prompt(t.player, &text);
    assert_string_equal(str_text(&text), "[2/3 answer] emb> ");
    str_truncate(&text, 0);
    player_next(t.player, &text);
    assert_string_equal(str_text(&text), "try: Look up milk.");
    staging_type(&t, "step");
    str_truncate(&text, 0);
    player_prompt(t.player, &text);
    assert_string_equal(str_text(&text), "[2/3 off script] emb> ");
    staging_enter(&t, 1);
    staging_type(&t, "a b");
    staging_enter(&t, 1);
    str_truncate(&text, 0);
    player_prompt(t.player, &text);
    assert_string_equal(str_text(&text), "[3/3 your turn] emb> ");
    str_clear(&text);
    staging_end(&t);
}

static void all_that_was_played_survives_a_kill(void **state)
{
    struct staging t;
    struct sitting again;
    struct error err = {0};
    uint64_t there;

    memset(&t, 0, sizeof t);
    sitting_begin(&t.s);
    t.s.session.front_end.interactive = true;
    journal_open(&t.s.session);
    sitting_ask(&t.s, "corpus farm; step 2");
    staging_play(&t, *state, STEPS, PLAYER_TEACH);
    staging_enter(&t, 1);
    staging_type(&t, "epoch 2");
    staging_enter(&t, 3);
    staging_type(&t, "lesson back");
    staging_type(&t, "lesson goto four");
    there = sitting_state(&t.s);
    staging_end(&t);

    sitting_begin(&again);
    if (journal_resume(&again.session, false, &err) != 0)
        fail_msg("%s", err.message);
    assert_int_equal(sitting_state(&again), there);
    sitting_ask(&again, "goto before-t");
    assert_int_equal(lab_hash(again.session.lab),
                     lab_after("corpus farm; step 2"));
    sitting_end(&again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages_end_at_pauses_and_before_headings),
        cmocka_unit_test(back_and_forward_alone_turn_pages),
        cmocka_unit_test(comments_make_no_page_of_their_own),
        cmocka_unit_test(what_nobody_sees_is_no_page),
        cmocka_unit_test(a_lesson_of_nothing_is_over_at_once),
        cmocka_unit_test(what_was_printed_is_seen_before_more_is_run),
        cmocka_unit_test(study_types_nothing_and_hidden_commands_are_quiet),
        cmocka_unit_test(comments_set_speed_and_focus_from_there_on),
        cmocka_unit_test(only_a_failure_nobody_expects_counts),
        cmocka_unit_test(a_stopped_command_makes_the_lesson_wait),
        cmocka_unit_test(letters_words_and_numbers_answer_a_quiz),
        cmocka_unit_test(a_wrong_answer_says_how_near_and_is_asked_again),
        cmocka_unit_test(of_one_right_choice_nothing_is_counted),
        cmocka_unit_test(commands_may_be_typed_in_a_quiz),
        cmocka_unit_test(enter_alone_comes_to_the_end_of_a_quiz),
        cmocka_unit_test(the_class_answers_and_enter_reveals),
        cmocka_unit_test(hints_and_answers_are_refused_where_nothing_is_asked),
        cmocka_unit_test(computed_answers_are_judged_by_their_kind),
        cmocka_unit_test(items_answer_for_rows_of_the_items),
        cmocka_unit_test(the_answer_names_the_items),
        cmocka_unit_test(an_answer_that_cannot_be_found_stops_nothing),
        cmocka_unit_test(choices_wrap_beside_their_labels),
        cmocka_unit_test(labels_are_numbers_where_a_choice_is_a_letter),
        cmocka_unit_test(rows_that_were_asked_for_are_told_as_words),
        cmocka_unit_test(digits_are_ids_where_ids_are_asked_for),
        cmocka_unit_test(a_wrong_try_is_answered),
        cmocka_unit_test(a_wrong_try_shows_no_long_value),
        cmocka_unit_test(every_right_way_does_a_try),
        cmocka_unit_test(the_lesson_goes_on_from_its_own_solution),
        cmocka_unit_test(the_solution_as_it_stands_leaves_nothing_behind),
        cmocka_unit_test(what_is_done_behind_a_try_is_kept_too),
        cmocka_unit_test(on_stage_enter_types_the_solution),
        cmocka_unit_test(a_solution_that_does_not_solve_is_a_failure),
        cmocka_unit_test(answer_puts_the_solution_on_the_prompt),
        cmocka_unit_test(a_solution_holds_whatever_was_tried),
        cmocka_unit_test(what_a_lesson_may_not_a_person_may),
        cmocka_unit_test(solutions_are_guarded_and_going_about_is_free),
        cmocka_unit_test(enter_brings_the_lab_back_where_the_lesson_left_it),
        cmocka_unit_test(what_was_done_off_script_stays_as_a_branch),
        cmocka_unit_test(only_what_is_new_is_kept),
        cmocka_unit_test(a_file_that_was_loaded_is_left_again),
        cmocka_unit_test(a_lesson_begins_with_a_fresh_lab_and_keeps_the_other),
        cmocka_unit_test(the_lab_is_the_same_on_every_way_to_a_page),
        cmocka_unit_test(every_lesson_is_gone_through_and_back),
        cmocka_unit_test(a_lesson_can_begin_at_an_id),
        cmocka_unit_test(a_lesson_that_was_left_is_come_back_to),
        cmocka_unit_test(a_way_that_is_stopped_is_gone_to_its_end_by_enter),
        cmocka_unit_test(lessons_that_come_before_are_named),
        cmocka_unit_test(who_comes_back_is_told_how_much_is_done),
        cmocka_unit_test(questions_passed_over_count_as_skipped),
        cmocka_unit_test(leaving_says_how_to_come_back),
        cmocka_unit_test(tab_knows_the_places_of_the_lesson),
        cmocka_unit_test(help_begins_with_the_lessons_own),
        cmocka_unit_test(the_contents_show_where_one_is),
        cmocka_unit_test(a_long_title_goes_on_below_itself),
        cmocka_unit_test(a_lesson_leads_to_the_next_that_may_follow),
        cmocka_unit_test(auto_answers_and_keeps_no_progress),
        cmocka_unit_test(a_pause_is_as_long_as_there_is_to_read),
        cmocka_unit_test(auto_waits_for_whoever_types),
        cmocka_unit_test(a_changed_file_is_played_on_at_the_same_place),
        cmocka_unit_test(a_question_in_a_changed_file_is_asked_again),
        cmocka_unit_test(other_commands_before_are_run_again),
        cmocka_unit_test(a_mistake_in_the_changed_file_is_told_once),
        cmocka_unit_test(the_place_is_gone_but_the_lesson_plays_on),
        cmocka_unit_test(whatever_is_done_the_lesson_plays_on),
        cmocka_unit_test(title_prompt_and_what_comes_next),
        cmocka_unit_test(all_that_was_played_survives_a_kill),
    };

    return cmocka_run_group_tests_name("player", tests, folder_begin,
                                       folder_end);
}
