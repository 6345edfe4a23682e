/*
 * The page: items in the order they came. An item owns its text; its node
 * belongs to the lesson, and items go before the lesson does.
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "draw/grid.h"
#include "lesson/player_parts.h"
#include "lesson/render.h"

static struct player_item *add(struct player *player,
                               enum player_item_kind kind)
{
    struct player_state *state = player->state;
    struct player_item *item;

    player->items = memory_grow(player->items, player->item_count,
                                &state->item_capacity, sizeof *player->items);
    item = &player->items[player->item_count++];
    *item = (struct player_item){.kind = kind, .serial = ++state->serial};
    state->unread = true;
    return item;
}

void player_add_node(struct player *player, enum player_item_kind kind,
                     struct cmark_node *node)
{
    add(player, kind)->node = node;
}

void player_add_text(struct player *player, enum player_item_kind kind,
                     const char *format, ...)
{
    struct str text = STR_INIT;
    va_list args;

    va_start(args, format);
    str_vprintf(&text, format, args);
    va_end(args);
    add(player, kind)->text = str_take(&text);
}

void player_add_choice(struct player *player, const char *label,
                       const char *text)
{
    struct player_item *item = add(player, PLAYER_CHOICE);

    item->label = memory_text(label);
    item->text = memory_text(text);
}

static void clear_item(struct player_item *item)
{
    free(item->text);
    free(item->label);
}

void player_drop_items(struct player *player, enum player_item_kind kind)
{
    size_t kept = 0;

    for (size_t i = 0; i < player->item_count; i++) {
        if (player->items[i].kind == kind)
            clear_item(&player->items[i]);
        else
            player->items[kept++] = player->items[i];
    }
    player->item_count = kept;
}

void player_clear_items(struct player *player)
{
    while (player->item_count > 0)
        clear_item(&player->items[--player->item_count]);
    player->page_serial++;
}

/* --- drawing ------------------------------------------------------------ */

enum { CHOICE_INDENT = 2, CHOICE_GAP = 2 };

static int draw_choice(const struct player_item *item, struct grid *grid,
                       int row, int col, int width)
{
    int label = grid_text_width(item->label);
    int text = CHOICE_INDENT + label + CHOICE_GAP;

    if (text >= width)
        return render_words(item->text, STYLE_NORMAL, grid, row, col, width);
    grid_need(grid, row + 1);
    grid_text(grid, row, col + CHOICE_INDENT, STYLE_CODE, item->label);
    return render_words(item->text, STYLE_NORMAL, grid, row, col + text,
                        width - text);
}

static enum style style_of(enum player_item_kind kind)
{
    switch (kind) {
    case PLAYER_RIGHT:
        return STYLE_GOOD;
    case PLAYER_WRONG:
    case PLAYER_REMARK:
        return STYLE_NOTICE;
    case PLAYER_SOLUTION:
        return STYLE_ACCENT;
    default:
        return STYLE_NORMAL;
    }
}

int player_draw_item(const struct player_item *item, struct grid *grid, int row,
                     int col, int width)
{
    if (item->node)
        return render_node(item->node, grid, row, col, width);
    if (item->kind == PLAYER_CHOICE)
        return draw_choice(item, grid, row, col, width);
    return render_words(item->text, style_of(item->kind), grid, row, col,
                        width);
}

/* --- reading time ------------------------------------------------------- */

static size_t count_words(const char *text)
{
    size_t words = 0;

    for (text += strspn(text, " \n"); *text; text += strspn(text, " \n")) {
        text += strcspn(text, " \n");
        words++;
    }
    return words;
}

size_t player_words(const struct player *player)
{
    size_t words = 0;

    for (size_t i = 0; i < player->item_count; i++) {
        const struct player_item *item = &player->items[i];
        struct str text = STR_INIT;
        if (item->serial <= player->state->read)
            continue;
        if (item->node)
            render_title(item->node, &text);
        else
            str_append(&text, item->text);
        words += count_words(str_text(&text));
        str_clear(&text);
    }
    return words;
}
