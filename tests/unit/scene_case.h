/*
 * Scenes drawn as a stream shows them (a wide grid, any number of rows) or in a
 * panel, and compared with text that stands in the test.
 */
#ifndef EMBLAB_TESTS_SCENE_CASE_H
#define EMBLAB_TESTS_SCENE_CASE_H

#include "lab/lab.h"
#include "scenes/scene.h"

/* 80 columns, 4 digits, nothing scrolled. */
struct frame stream_frame(void);
/* A panel of so many columns and rows. */
struct frame panel_frame(int width, int height);

/* Draw the scene, which must be ready; fails where the picture is unsound or
 * leaves its frame. Clear the grid. */
void draw_scene(const struct lab *lab, const char *name,
                const struct frame *frame, struct grid *grid);

/* Its title, its legend; valid until the next call of the same. */
const char *title_of(const struct lab *lab, const char *name,
                     const struct frame *frame);
const char *bottom_of(const struct lab *lab, const char *name,
                      const struct frame *frame);

/* Drawn as a stream, it is exactly this. */
#define assert_scene(lab, name, expected) \
    assert_scene_at(lab, name, expected, __FILE__, __LINE__)
void assert_scene_at(const struct lab *lab, const char *name,
                     const char *expected, const char *file, int line);

/* In panels of all sizes, large and small, it stays within them. */
void assert_fits_panels(const struct lab *lab, const char *name);

/* The picture has this line. */
void assert_line(const struct lab *lab, const char *name,
                 const struct frame *frame, const char *expected);

#endif
