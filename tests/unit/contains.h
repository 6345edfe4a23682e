/* Is a part in a text? Fails with both where it is not as it should be. */
#ifndef EMBLAB_TESTS_CONTAINS_H
#define EMBLAB_TESTS_CONTAINS_H

void has(const char *text, const char *part);
void has_not(const char *text, const char *part);

#endif
