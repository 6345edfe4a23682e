/*
 * What the parts of the player share. Only player*.c and its test include
 * it; everybody else plays lessons through lesson/player.h.
 */
#ifndef EMBLAB_LESSON_PLAYER_PARTS_H
#define EMBLAB_LESSON_PLAYER_PARTS_H

#include <stdint.h>
#include <sys/stat.h>

#include "commands/played.h"
#include "lesson/answers.h"
#include "lesson/guard.h"
#include "lesson/player.h"
#include "lesson/progress.h"
#include "lesson/trail.h"

#define PLAYER_NO_MARK SIZE_MAX

/* Blocks [first, end) of the lesson: what stands on the screen together. A page
 * ends at a pause or a question, or before a heading. */
struct player_page {
    size_t first, end;
    size_t mark;      /* where the lab is as it begins (trail); or NO_MARK */
    const char *view; /* with a mark: the player's as it begins */
    bool view_chosen;
};

/* Why the player waits. */
enum player_stop {
    STOP_BETWEEN,  /* what was printed must be seen before it goes on */
    STOP_PAUSE,    /* the lesson says so */
    STOP_QUESTION, /* a quiz or a try is asked */
    STOP_ANSWERED, /* ... and answered: its explanation is read */
    STOP_END,
};

/* What a command that is being run is. */
enum player_run {
    RUN_BLOCK,    /* of an `emblab` block: the state's `command` */
    RUN_SOLUTION, /* the solution of a try, for all to see */
    RUN_SETTLE,   /* ... quietly, in place of the student's own way */
};

/* What the session knows of the lesson. */
struct player_lent {
    struct played_lesson
        lesson; /* first: its function finds the player by it */
    const struct player *player;
};

struct player_state {
    struct player_lent lent;
    struct player_page *pages;
    struct trail trail;
    struct lesson_guard guard; /* on while a command of the lesson runs */
    size_t left; /* where the lesson left the lab when it stopped */
    enum player_stop stop;

    size_t command; /* of the block of commands it stands in */
    enum player_run run;
    struct str running; /* a solution, in one line */
    bool printed;       /* a command printed since the last stop */
    bool unread;        /* something was shown since the last stop */
    size_t focused;     /* the page (from 1) that its comment stands on; 0 */
    size_t skip_to;     /* page (from 0): everything before runs quietly */
    size_t hurry_to;    /* block: everything before runs without a stop */

    struct answer_key key; /* of the quiz that is asked */
    bool has_key;
    size_t hints; /* of the question that were told */
    bool told;    /* its answer was, too */
    bool warned;  /* ... or is with the next Enter, which was said */
    size_t tried; /* where the lab was when the check was last looked at */
    bool own_way; /* the try was done by the student's commands */
    uint64_t own_hash;
    char *own_branch; /* ... which are kept there, while the lab is settled */

    size_t item_capacity;
    unsigned long serial; /* of the last item */
    unsigned long read;   /* of the last that was there at the last stop */
    char *proposal;
    struct str note, remark; /* remark: for the next page */
    char *before;            /* the branch with the lab as it was; NULL */
    char *next, *next_title; /* at its end: "02-table", "02 The table" */
    struct stat file;        /* of the lesson, when it was read */
    bool cannot_record;      /* said once */
    size_t kept_page;        /* of the progress file, as it was written last */
    char *entry;             /* a contents title that was handed out */
};

/* player.c */
struct player_page *player_here(const struct player *player);
const struct lesson_block *player_block(const struct player *player);
bool player_skips(const struct player *player);
void player_stop(struct player *player, enum player_want wants,
                 enum player_stop stop);
void player_advance(struct player *player);
void player_next_block(struct player *player);
void player_begin_page(struct player *player, size_t page);
/* A command of the lesson, at that line of the file; the state's run says
 * which. */
void player_want(struct player *player, const char *command, size_t line);
void player_want_solution(struct player *player, enum player_run run);
/* The picture here is the one that was shown last. */
void player_take_view(struct player *player);
/* What a comment sets from here on: speed, focus. Other blocks set nothing. */
void player_set(struct player *player, const struct lesson_block *block);
/* The lesson may have become another one: its pages anew. */
void player_count_pages(struct player *player);

/* As lesson_find; the number of a page finds its first block, `start` that of
 * the lesson. Fails naming the id that was meant, or those there are. */
int player_find(const struct lesson *lesson, const char *id, size_t *block,
                struct error *err);

/* player_end.c */
/* It is over: say what comes next, unless it has played by itself. */
void player_end(struct player *player);

/* player_text.c */
/* "06 Which rows light up?" */
void player_write_title(const struct lesson *lesson, struct str *out);
/* Candidates for `lesson goto`: of a struct player_lent. */
void player_add_places(const struct played_lesson *lesson,
                       struct completions *out);

/* player_page.c */
void player_add_node(struct player *player, enum player_item_kind kind,
                     struct cmark_node *node);
void player_add_text(struct player *player, enum player_item_kind kind,
                     const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void player_add_choice(struct player *player, const char *label,
                       const char *text);
void player_drop_items(struct player *player, enum player_item_kind kind);
void player_clear_items(struct player *player);
/* Words on the page that are new since the last stop. */
size_t player_words(const struct player *player);

/* player_ask.c */
void player_ask(struct player *player); /* the question it stands before */
void player_enter_question(struct player *player); /* Enter, without answer */
enum player_line player_answer_line(struct player *player, const char *line);
void player_check_try(struct player *player);
/* The commands of the try, in one line. */
void player_write_solution(const struct player *player, struct str *out);
/* The solution of a try has run. True: the lesson goes on at once. */
bool player_solved(struct player *player);
/* Enter behind a question. False: the lab is being settled first. */
bool player_leave_question(struct player *player);
void player_settled(struct player *player);

/* player_move.c */
/* The words `back` and `forward` alone turn pages. False: the line is none. */
bool player_turn_line(struct player *player, const char *line);
/* The page (from 0) that a block stands on. */
size_t player_page_of(const struct player *player, size_t block);
/* The lab to where the lesson left it. What was done is kept as a branch,
 * which is said. */
int player_come_back(struct player *player, struct str *said,
                     struct error *err);

#endif
