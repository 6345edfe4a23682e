/*
 * Decimal numbers in text: correctly rounded and the same in every locale
 * (strtod reads "0,5" in some and stops at the point). Fast where it matters:
 * vector files hold tens of millions of them.
 */
#ifndef EMBLAB_BASE_NUMBER_H
#define EMBLAB_BASE_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The whole text (length bytes, no blanks) must be one number: digits with an
 * optional sign, point and exponent; or inf, infinity, nan in any case. Too
 * large a number is infinite, as strtod has it. False: it is not a number.
 */
bool number_read_double(const char *text, size_t length, double *out);
bool number_read_float(const char *text, size_t length, float *out);

#endif
