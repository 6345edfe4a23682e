/*
 * Panels stand in one or two bands, side by side within a band. A band takes
 * scenes from a list in order of importance while their least widths fit;
 * what is left over goes to those that stretch. A wide screen always shows the
 * same scenes of a mini-batch in the same places; a smaller one shows the
 * wanted scene with its neighbour.
 */
#include "ui/panels.h"

#include <string.h>

#include "base/str.h"

enum {
    WIDE = 112,    /* columns from which two matrices stand side by side */
    BANDED = 27,   /* rows from which there are two bands */
    BAND_ROWS = 8, /* the least a second band is worth */
    BOX_ROWS = 4,  /* fewer rows, or columns, have no box */
    BOX_COLS = 20,
    LIST_MAX = 12,
};

/* What a scene needs, and how much of spare columns it takes. */
static const struct need {
    const char *scene;
    int cols, stretch;
} needs[] = {
    {"tokens", 40, 2}, {"vocab", 26, 1},    {"table", 56, 4},
    {"lookup", 24, 1}, {"windows", 40, 2},  {"batch", 24, 0},
    {"mean", 42, 2},   {"logits", 28, 3},   {"loss", 24, 6},
    {"curve", 24, 2},  {"backward", 56, 4}, {"update", 56, 4},
    {"shapes", 60, 2}, {"rows", 60, 2},     {"onehot", 50, 3},
    {"plot", 70, 4},
};

/* A smaller screen: the wanted scene, what stands beside it, and after. */
static const char *const beside[][5] = {
    {"tokens", "tokens", "vocab"},
    {"vocab", "vocab", "tokens"},
    {"table", "table", "batch"},
    {"lookup", "table", "lookup"},
    {"onehot", "onehot", "lookup"},
    {"windows", "windows", "tokens"},
    {"batch", "table", "batch"},
    {"mean", "mean", "batch"},
    {"logits", "logits", "batch"},
    {"loss", "loss", "curve"},
    {"backward", "backward", "batch", "logits"},
    {"update", "update", "batch", "curve"},
    {"curve", "curve", "batch"},
};

/* A wide screen, learning: the same scenes whatever the phase. */
static const char *const learning_top[] = {"table", "backward", "update", NULL};
static const char *const learning_bottom[] = {"batch", "mean", "logits",
                                              "curve", "loss", NULL};
static const char *const early_top[] = {"table", "lookup", "vocab", NULL};
static const char *const early_bottom[] = {"tokens", "vocab", "windows", NULL};

struct list {
    const char *scenes[LIST_MAX];
    size_t count;
};

static bool has(const struct list *list, const char *scene)
{
    for (size_t i = 0; i < list->count; i++)
        if (str_equal(list->scenes[i], scene))
            return true;
    return false;
}

static void add(struct list *list, const struct panels_wish *wish,
                const char *scene)
{
    bool shown = wish->all || wish->ready(wish->context, scene);
    bool wanted = str_equal(scene, wish->view);
    if (!wanted && wish->spare != NULL && str_equal(scene, wish->spare))
        return;
    if ((shown || wanted) && !has(list, scene) && list->count < LIST_MAX)
        list->scenes[list->count++] = scene;
}

static void add_all(struct list *list, const struct panels_wish *wish,
                    const char *const *scenes)
{
    for (; *scenes != NULL; scenes++)
        add(list, wish, *scenes);
}

static const struct need *need_of(const char *scene)
{
    static const struct need other = {"", 30, 1};
    for (size_t i = 0; i < sizeof needs / sizeof *needs; i++)
        if (str_equal(needs[i].scene, scene))
            return &needs[i];
    return &other;
}

/* ---- what goes where ---- */

static void list_beside(struct list *list, const struct panels_wish *wish)
{
    for (size_t i = 0; i < sizeof beside / sizeof *beside; i++)
        if (str_equal(beside[i][0], wish->view))
            add_all(list, wish, beside[i] + 1);
    add(list, wish, wish->view);
}

static bool is_in(const char *const *scenes, const char *scene)
{
    for (; *scenes != NULL; scenes++)
        if (str_equal(*scenes, scene))
            return true;
    return false;
}

/* The list of the top band; the wanted scene first where it has no place. */
static void list_top(struct list *list, const struct panels_wish *wish,
                     bool wide)
{
    bool table = wish->ready(wish->context, "table");
    if (!wide || !table) {
        list_beside(list, wish);
        return;
    }
    const char *const *top = wish->learning ? learning_top : early_top;
    const char *const *bottom = wish->learning ? learning_bottom : early_bottom;
    if (!is_in(bottom, wish->view) && !is_in(top, wish->view))
        add(list, wish, wish->view);
    add_all(list, wish, top);
}

/* ... of the bottom band: what the top one does not show. */
static void list_bottom(struct list *list, const struct list *top,
                        const struct panels_wish *wish)
{
    struct list all = {.count = 0};
    add_all(&all, wish, wish->learning ? learning_bottom : early_bottom);
    if (wish->learning)
        add(&all, wish, "backward");
    for (size_t i = 0; i < all.count; i++)
        if (!has(top, all.scenes[i]))
            add(list, wish, all.scenes[i]);
}

/* ---- rectangles ---- */

/* How many of the list fit side by side, at least one. */
static size_t count_fitting(const struct list *list, int cols)
{
    size_t count = 0;
    for (int used = 0; count < list->count; count++) {
        used += need_of(list->scenes[count])->cols;
        if (used > cols)
            break;
    }
    return count > 0 || list->count == 0 ? count : 1;
}

static size_t place_of(const struct list *list, const char *scene)
{
    size_t at = 0;
    while (at < list->count && !str_equal(list->scenes[at], scene))
        at++;
    return at;
}

/* The scene takes the place of the last that fits, or of more where it needs
 * more room. It was not among those that fit. */
static void squeeze_in(struct list *list, size_t fitting, const char *scene,
                       int cols)
{
    int used = need_of(scene)->cols;
    size_t kept = 0;
    while (kept + 1 < fitting) {
        used += need_of(list->scenes[kept])->cols;
        if (used > cols)
            break;
        kept++;
    }
    list->scenes[kept] = scene;
    list->count = kept + 1;
}

/* Keep what fits side by side, the wanted scene (NULL: none) among it. */
static void trim(struct list *list, int cols, const char *wanted)
{
    size_t fitting = count_fitting(list, cols);
    size_t at = wanted != NULL ? place_of(list, wanted) : list->count;
    if (at < list->count && at >= fitting)
        squeeze_in(list, fitting, wanted, cols);
    else if (fitting < list->count)
        list->count = fitting;
}

static void set_inside(struct panel *panel)
{
    panel->boxed = panel->area.rows >= BOX_ROWS && panel->area.cols >= BOX_COLS;
    int edge = panel->boxed ? 1 : 0;
    panel->inside = (struct rect){.row = panel->area.row + edge,
                                  .col = panel->area.col + edge,
                                  .rows = panel->area.rows - 2 * edge,
                                  .cols = panel->area.cols - 2 * edge};
}

/* Columns for each of count scenes: their need, then shares of the rest. */
static void share_columns(const struct list *list, size_t count, int cols,
                          int *shares)
{
    int left = cols, stretch = 0;
    for (size_t i = 0; i < count; i++) {
        const struct need *need = need_of(list->scenes[i]);
        shares[i] = need->cols;
        left -= need->cols;
        stretch += need->stretch;
    }
    for (size_t i = 0; i < count && left > 0 && stretch > 0; i++) {
        int own = need_of(list->scenes[i])->stretch;
        int more = left * own / stretch;
        shares[i] += more;
        left -= more;
        stretch -= own;
    }
    shares[count - 1] += left; /* also where even one does not fit */
}

/* The scenes of the list side by side, as many as it has. */
static size_t place_band(const struct list *list, struct rect area,
                         struct panel *panels, size_t room)
{
    int shares[LIST_MAX], col = area.col;
    size_t count = list->count < room ? list->count : room;
    if (count == 0)
        return 0;
    share_columns(list, count, area.cols, shares);
    for (size_t i = 0; i < count; i++) {
        panels[i].scene = list->scenes[i];
        panels[i].area = (struct rect){area.row, col, area.rows, shares[i]};
        set_inside(&panels[i]);
        col += shares[i];
    }
    return count;
}

bool panels_may_be_banded(struct rect area)
{
    return area.rows >= BANDED;
}

/* Rows of the top band; all of them where a second one is not worth it. */
static int top_rows(const struct panels_wish *wish, struct rect area)
{
    int most = area.rows * 2 / 3, rows = wish->main_rows;
    if (rows > most)
        rows = most > 20 ? most : 20;
    bool banded = panels_may_be_banded(area) && area.rows - rows >= BAND_ROWS;
    return banded ? rows : area.rows;
}

const char *panels_first(const struct panels_wish *wish, struct rect area)
{
    if (area.cols < WIDE)
        return wish->view;
    return wish->learning ? learning_top[0] : early_top[0];
}

/* What goes into the two bands; the bottom one may stay empty. */
static void fill_bands(const struct panels_wish *wish, int cols, bool banded,
                       struct list *top, struct list *bottom)
{
    bool wide = cols >= WIDE;
    list_top(top, wish, wide && banded);
    if (wide && !banded) /* wide and low: all in one band */
        list_bottom(top, top, wish);
    bool open = wide && banded && !wish->chosen;
    trim(top, cols, open ? NULL : wish->view);
    if (!banded)
        return;
    list_bottom(bottom, top, wish);
    trim(bottom, cols, wish->view);
}

size_t panels_arrange(const struct panels_wish *wish, struct rect area,
                      struct panel panels[PANELS_MAX])
{
    if (area.rows < 1 || area.cols < 1)
        return 0;
    struct list top = {.count = 0}, bottom = {.count = 0};
    struct panels_wish all = *wish;
    struct rect band = area;
    band.rows = top_rows(wish, area);
    bool banded = band.rows < area.rows;
    all.all = wish->learning && banded && area.cols >= WIDE;
    fill_bands(&all, area.cols, banded, &top, &bottom);
    if (bottom.count == 0)
        band.rows = area.rows;
    size_t count = place_band(&top, band, panels, PANELS_MAX);
    band.row += band.rows;
    band.rows = area.rows - band.rows;
    return count +
           place_band(&bottom, band, panels + count, PANELS_MAX - count);
}
