/*
 * Files that other programs read: is it JSON, is it well-formed markup? What is
 * wrong is said with the place where it stands.
 */
#ifndef EMBLAB_TESTS_MARKUP_H
#define EMBLAB_TESTS_MARKUP_H

/* Each line is one whole JSON value. */
void assert_json_lines(const char *text);

/*
 * Every tag is closed in its order, attributes stand in double quotes, and
 * there is no < or & but for tags and entities. Of HTML the void elements need
 * no end, and script and style hold what they like.
 */
void assert_markup(const char *text);

#endif
