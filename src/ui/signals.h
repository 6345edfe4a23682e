/*
 * Signals as data: handlers only set flags and wake the loop through a pipe.
 * A crash gives the terminal back before it goes its way.
 */
#ifndef EMBLAB_UI_SIGNALS_H
#define EMBLAB_UI_SIGNALS_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <termios.h>

/* What came since the last call of signals_take. */
struct signals {
    bool interrupt; /* SIGINT */
    bool resize;    /* SIGWINCH */
    bool suspend;   /* SIGTSTP */
    bool resume;    /* SIGCONT */
    int leave;      /* SIGTERM, SIGHUP or SIGQUIT: which; 0: none */
};

/*
 * Install the handlers. stop (may be NULL) is set by SIGINT besides the flag,
 * for work that looks at it. Returns 0, or -1 with errno.
 */
int signals_open(volatile sig_atomic_t *stop);
void signals_close(void); /* the handlers there were before */

/* Readable when a signal came: for poll. */
int signals_fd(void);

/* Take the flags; empties the pipe. */
struct signals signals_take(void);
/* How many signals were taken so far: for acknowledgements. */
unsigned long signals_handled(void);

/*
 * Stop the process group as Ctrl-Z does, the terminal having been given back;
 * returns when it goes on.
 */
void signals_stop(void);

/*
 * From now on a crash (SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL) writes these
 * bytes to standard output and sets the terminal's modes before it ends the
 * process as it would have. Without bytes: no longer.
 */
void signals_guard(const char *bytes, size_t length,
                   const struct termios *modes);
/* Do it now: for the way out when memory has run out. */
void signals_restore(void);

#endif
