/*
 * ASCII for terminals and fonts that have nothing else: each cell of a picture
 * for itself, so that columns stay. What data says is not touched.
 */
#include "draw/render.h"

#include <string.h>

#include "base/utf8.h"

/*
 * Stand-ins for what pictures are drawn with. "->" begins in a blank before it
 * where there are two; "!=" where a blank follows to take its second half, else
 * one half alone. Letters (Δ, Σ) only where
 * they stand alone: in a Greek word they are data.
 */
static const struct {
    const char *glyphs; /* each of them ... */
    const char *ascii;  /* ... becomes this */
} stand_ins[] = {
    {"─╌┄┈╴╶▁▂▃−–—‐‑", "-"},
    {"━═", "="},
    {"│┃║╎┆┊▏▎▍▕", "|"},
    {"╭╮╰╯┌┐└┘├┤┬┴┼╞╡╪", "+"},
    {"█▉▊▋▄▅▆▇▀■", "#"},
    {"●○◆◇•", "o"},
    {"▲△↑", "^"},
    {"▼▽↓", "v"},
    {"Δ", "*"},
    {"Σ", "S"},
    {"▐", "["},
    {"▌", "]"},
    {"·", "."},
    {"⋮", ":"},
    {"→▶", "->"},
    {"←◀", "<-"},
    {"≠", "!="},
    {"≤", "<="},
    {"≥", ">="},
    {"…≈", "~"},
    {"×", "x"},
    {"∅", "p"},
    {"±", "+"},
    {"²", "2"},
    {"␣", "_"},
    {"‘’", "'"},
    {"“”", "\""},
};

static bool is_braille(uint32_t code_point)
{
    return code_point > 0x2800 && code_point <= 0x28FF;
}

static uint32_t cell_code_point(const struct cell *cell)
{
    uint32_t code_point = 0;
    if (cell != NULL && cell->text[0] != '\0')
        utf8_decode(cell->text, strlen(cell->text), &code_point, NULL);
    return code_point;
}

static bool is_letter(const struct cell *cell)
{
    uint32_t c = cell_code_point(cell);
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (c >= 0x80 && utf8_classify(c) == UTF8_WORD);
}

/* A cell of a bar: its halves are no brackets. */
static bool is_bar(const struct cell *cell)
{
    return cell->style == STYLE_BAR || cell->style == STYLE_BAR_TARGET;
}

/* What stands for the cell; NULL: it stays. */
static const char *stand_in(const struct grid *grid, int row, int col)
{
    const struct cell *cell = grid_cell(grid, row, col);
    if ((cell->text[0] & 0x80) == 0)
        return NULL;
    if (is_braille(cell_code_point(cell)))
        return "*";
    if (is_letter(cell) && (is_letter(grid_cell(grid, row, col - 1)) ||
                            is_letter(grid_cell(grid, row, col + 1))))
        return NULL;
    for (size_t i = 0; i < sizeof stand_ins / sizeof stand_ins[0]; i++)
        if (strstr(stand_ins[i].glyphs, cell->text) != NULL) {
            bool half = strchr("[]", stand_ins[i].ascii[0]) != NULL;
            return half && is_bar(cell) ? "#" : stand_ins[i].ascii;
        }
    return NULL;
}

static bool is_blank(const struct grid *grid, int row, int col)
{
    const struct cell *cell = grid_cell(grid, row, col);
    return cell != NULL && str_equal(cell->text, " ");
}

static void put_byte(struct grid *grid, int row, int col, char byte,
                     enum style style)
{
    struct cell *cell = grid_cell(grid, row, col);
    cell->text[0] = byte;
    cell->text[1] = '\0';
    cell->style = (unsigned char)style;
}

/* Two columns for what had one: a blank that can be spared is the other. */
static void put_pair(struct grid *grid, int row, int col, const char *pair)
{
    enum style style = grid_cell(grid, row, col)->style;
    bool arrow = pair[0] == '-';
    if (arrow && is_blank(grid, row, col - 1) && is_blank(grid, row, col - 2)) {
        put_byte(grid, row, col - 1, pair[0], style);
        put_byte(grid, row, col, pair[1], style);
    } else if (is_blank(grid, row, col + 1)) {
        put_byte(grid, row, col, pair[0], style);
        put_byte(grid, row, col + 1, pair[1], style);
    } else {
        char alone = arrow ? '>' : pair[0] == '!' ? '#' : pair[0];
        put_byte(grid, row, col, alone, style);
    }
}

void render_to_ascii(struct grid *grid)
{
    for (int row = 0; row < grid->rows; row++)
        for (int col = 0; col < grid->cols; col++) {
            const char *ascii = stand_in(grid, row, col);
            if (ascii == NULL)
                continue;
            if (ascii[1] != '\0')
                put_pair(grid, row, col, ascii);
            else
                put_byte(grid, row, col, ascii[0],
                         grid_cell(grid, row, col)->style);
        }
}
