/*
 * PyTorch's CPU generator: mt19937 with the cached second normal. The whole
 * generator is one value: copying the struct copies its state.
 * PyTorch: torch.manual_seed, CPUGeneratorImpl.
 */
#ifndef EMBLAB_BASE_RNG_H
#define EMBLAB_BASE_RNG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rng {
    uint32_t state[624];
    uint32_t next;   /* index of the next unused word */
    bool has_normal; /* a second Box-Muller value waits */
    double normal;   /* ... this one (draws of n < 16 only) */
    uint64_t draws;  /* 32-bit words taken since the seed */
};

/* PyTorch: torch.manual_seed(seed); the low 32 bits seed mt19937. */
void rng_seed(struct rng *rng, uint64_t seed);

uint32_t rng_next32(struct rng *rng);
uint64_t rng_next64(struct rng *rng); /* two words, the first is the high */

/* PyTorch: tensor.uniform_(from, to): 24 bits, one fmaf each. */
void rng_uniform(struct rng *rng, float *out, size_t n, float from, float to);

/*
 * PyTorch: tensor.normal_(mean, std). n >= 16: 24-bit uniforms, Box-Muller on
 * blocks of 16, the last 16 drawn again when n is no multiple; n < 16: 53-bit
 * doubles, the second value kept for the next call. PyTorch's very bits where
 * that uses AVX2 (elsewhere it is within 5e-7).
 */
void rng_normal(struct rng *rng, float *out, size_t n, double mean, double std);

/* PyTorch: torch.randperm(n). out: (n). */
void rng_permutation(struct rng *rng, int64_t *out, size_t n);

/*
 * Weights to choose ids by, prepared once: the normalised running sums and,
 * so that a choice need not search all of them, where each of `parts` equal
 * parts of [0, 1] begins among them.
 */
struct rng_choice {
    size_t count;
    float *cumulative; /* (count) float32, the last is 1 */
    size_t parts;      /* a power of two, >= count */
    uint32_t *first;   /* (parts + 1) first id with cumulative >= part/parts */
};

/* weights: (count), >= 0, not normalised, their sum > 0. */
void rng_choice_init(struct rng_choice *choice, const float *weights,
                     size_t count);
void rng_choice_clear(struct rng_choice *choice);

/*
 * Draw n ids with replacement. out: (n). PyTorch: torch.multinomial(weights,
 * n, replacement=True) on float32 weights. (n = 1 is drawn another way there,
 * at the cost of count draws; so it is here.)
 */
void rng_multinomial(struct rng *rng, const struct rng_choice *choice,
                     int64_t *out, size_t n);

#endif
