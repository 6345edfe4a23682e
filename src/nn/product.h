/*
 * Dense products. Up to PRODUCT_PLAIN_MAX multiply-adds they run as plain
 * loops: the same bits on every machine, and faster than a call. Above it
 * CBLAS does them, on one thread unless product_set_threads says otherwise.
 */
#ifndef EMBLAB_NN_PRODUCT_H
#define EMBLAB_NN_PRODUCT_H

#include <stdbool.h>
#include <stddef.h>

enum { PRODUCT_PLAIN_MAX = 64 * 1024 };

/* out (n, m) = a (n, k) · bᵀ, b (m, k); + bias (m) on each row, or NULL. */
void product_rows(const float *a, const float *b, const float *bias, float *out,
                  size_t n, size_t m, size_t k);

/* out (n, k) = a (n, m) · b (m, k). */
void product_plain(const float *a, const float *b, float *out, size_t n,
                   size_t m, size_t k);

/* out (m, k) += scale * aᵀ · b, a (n, m), b (n, k). As plain loops it rounds
 * as optimizer_step does with -lr for scale and the product for gradient. */
void product_outer(const float *a, const float *b, float scale, float *out,
                   size_t n, size_t m, size_t k);

/* Would these products of n·m·k multiply-adds run as plain loops? */
bool product_is_plain(size_t n, size_t m, size_t k);

/* For CBLAS, from the next product on; 1 unless set. threads > 0. */
void product_set_threads(int threads);

#endif
