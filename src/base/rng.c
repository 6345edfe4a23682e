/*
 * mt19937 and what PyTorch's CPU kernels make of its 32-bit words. A draw
 * takes exactly the words PyTorch takes, in its order, so that a program and
 * its twin script stay in step however they mix their draws.
 *
 * Normals of 16 and more are computed the way PyTorch's AVX2 kernel computes
 * them: with the single-precision log, sine and cosine of Moshier's Cephes
 * library and its order of roundings. That gives PyTorch's very bits, and the
 * same ones whatever the C library.
 */
#include "base/rng.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fused.h"
#include "base/memory.h"

enum { WORDS = 624, SHIFT = 397 };

void rng_seed(struct rng *rng, uint64_t seed)
{
    memset(rng, 0, sizeof *rng);
    uint32_t word = (uint32_t)seed;
    for (uint32_t i = 0; i < WORDS; i++) {
        rng->state[i] = word;
        word = 1812433253u * (word ^ (word >> 30)) + i + 1;
    }
    rng->next = WORDS;
}

/* The word that follows from one, its neighbour and the one SHIFT on. */
static inline uint32_t make_word(uint32_t word, uint32_t neighbour,
                                 uint32_t shifted)
{
    uint32_t joined = (word & 0x80000000u) | (neighbour & 0x7fffffffu);
    return shifted ^ (joined >> 1) ^ (neighbour & 1 ? 0x9908b0dfu : 0);
}

static void make_words(uint32_t *state)
{
    const size_t wrap = WORDS - SHIFT;
    for (size_t i = 0; i < wrap; i++)
        state[i] = make_word(state[i], state[i + 1], state[i + SHIFT]);
    for (size_t i = wrap; i < WORDS - 1; i++)
        state[i] = make_word(state[i], state[i + 1], state[i - wrap]);
    state[WORDS - 1] = make_word(state[WORDS - 1], state[0], state[SHIFT - 1]);
}

uint32_t rng_next32(struct rng *rng)
{
    if (rng->next == WORDS) {
        make_words(rng->state);
        rng->next = 0;
    }
    uint32_t word = rng->state[rng->next++];
    rng->draws++;
    word ^= word >> 11;
    word ^= (word << 7) & 0x9d2c5680u;
    word ^= (word << 15) & 0xefc60000u;
    return word ^ (word >> 18);
}

uint64_t rng_next64(struct rng *rng)
{
    uint64_t high = rng_next32(rng);
    return high << 32 | rng_next32(rng);
}

/* A float32 in [0, 1): as many bits as its mantissa holds. */
static inline float next_float(struct rng *rng)
{
    return (float)(rng_next32(rng) & 0xffffffu) * 0x1p-24f;
}

/* A double in [0, 1), likewise. */
static double next_double(struct rng *rng)
{
    return (double)(rng_next64(rng) & 0x1fffffffffffffu) * 0x1p-53;
}

static void fill_floats(struct rng *rng, float *out, size_t n)
{
    for (size_t i = 0; i < n; i++)
        out[i] = next_float(rng);
}

void rng_uniform(struct rng *rng, float *out, size_t n, float from, float to)
{
    fill_floats(rng, out, n);
    for (size_t i = 0; i < n; i++)
        out[i] = fused(out[i], to - from, from);
}

/* --- Normals ------------------------------------------------------------- */

/* ln x, x normal and > 0: x = 2^e (1 + f), a polynomial in f. */
ALWAYS_INLINE float cephes_log(float x)
{
    static const float p[] = {
        7.0376836292e-2f,  -1.1514610310e-1f, 1.1676998740e-1f,
        -1.2420140846e-1f, 1.4249322787e-1f,  -1.6668057665e-1f,
        2.0000714765e-1f,  -2.4999993993e-1f, 3.3333331174e-1f,
    };
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    float e = (float)((int)(bits >> 23) - 126);
    bits = (bits & 0x007fffffu) | 0x3f000000u; /* x in [0.5, 1) */
    memcpy(&x, &bits, sizeof x);
    bool small = x < 0.70710678f;
    float f = small ? (x - 1.0f) + x : x - 1.0f;
    e = small ? e - 1.0f : e;

    float y = p[0];
    for (size_t i = 1; i < sizeof p / sizeof *p; i++)
        y = fused(y, f, p[i]);
    float square = f * f;
    y = fused(y * f, square, e * -2.12194440e-4f); /* ln 2: its small part */
    y = fused(square, -0.5f, y);
    return fused(e, 0.693359375f, f + y); /* ... and its large one */
}

/* sin x and cos x, 0 <= x < 8192: reduced to |r| <= pi/4, octant j. */
ALWAYS_INLINE void cephes_sincos(float x, float *sine, float *cosine)
{
    int j = ((int)(x * 1.27323954f) + 1) & ~1;
    float octant = (float)j;
    float r = fused(octant, -0.78515625f, x); /* pi/4 in three parts */
    r = fused(octant, -2.4187564849853515625e-4f, r);
    r = fused(octant, -3.77489497744594108e-8f, r);
    float z = r * r;

    float c = fused(2.443315711809948e-5f, z, -1.388731625493765e-3f);
    c = fused(c, z, 4.166664568298827e-2f) * z;
    c = fused(c, z, z * -0.5f) + 1.0f;
    float s = fused(-1.9515295891e-4f, z, 8.3321608736e-3f);
    s = fused(s, z, -1.6666654611e-1f) * z;
    s = fused(s, r, r);

    bool swap = (j & 2) != 0;
    *sine = swap ? c : s;
    *cosine = swap ? s : c;
    if (j & 4)
        *sine = -*sine;
    if ((j + 2) & 4)
        *cosine = -*cosine;
}

/* Box-Muller on 8 + 8 uniforms, in place. */
ALWAYS_INLINE void normal_block(float *block, float mean, float std)
{
    for (size_t i = 0; i < 8; i++) {
        float sine, cosine;
        float radius = sqrtf(-2.0f * cephes_log(1.0f - block[i]));
        cephes_sincos(6.28318531f * block[i + 8], &sine, &cosine);
        block[i] = fused(radius * cosine, std, mean);
        block[i + 8] = fused(radius * sine, std, mean);
    }
}

/* Every whole block of 16 of n uniforms, in place. */
ALWAYS_INLINE void box_muller(float *values, size_t n, float mean, float std)
{
    for (size_t i = 0; i + 16 <= n; i += 16)
        normal_block(values + i, mean, std);
}

static void box_muller_plain(float *values, size_t n, float mean, float std)
{
    box_muller(values, n, mean, std);
}

WITH_FMA static void box_muller_with_fma(float *values, size_t n, float mean,
                                         float std)
{
    box_muller(values, n, mean, std);
}

static void normal_blocks(struct rng *rng, float *out, size_t n, float mean,
                          float std)
{
    void (*transform)(float *, size_t, float, float) =
        has_fma() ? box_muller_with_fma : box_muller_plain;
    fill_floats(rng, out, n);
    transform(out, n, mean, std);
    if (n % 16 != 0) { /* the tail overlaps: drawn again, with its like */
        fill_floats(rng, out + n - 16, 16);
        transform(out + n - 16, 16, mean, std);
    }
}

/* One normal in double; every second is the one kept by the first. */
static double next_normal(struct rng *rng)
{
    if (rng->has_normal) {
        rng->has_normal = false;
        return rng->normal;
    }
    double angle = 2.0 * 3.14159265358979323846 * next_double(rng);
    double radius = sqrt(-2.0 * log1p(-next_double(rng)));
    rng->normal = radius * sin(angle);
    rng->has_normal = true;
    return radius * cos(angle);
}

void rng_normal(struct rng *rng, float *out, size_t n, double mean, double std)
{
    if (n >= 16) {
        normal_blocks(rng, out, n, (float)mean, (float)std);
        return;
    }
    for (size_t i = 0; i < n; i++)
        out[i] = (float)(next_normal(rng) * std + mean);
}

/* --- Choices ------------------------------------------------------------- */

void rng_permutation(struct rng *rng, int64_t *out, size_t n)
{
    for (size_t i = 0; i < n; i++)
        out[i] = (int64_t)i;
    for (size_t i = 0; i + 1 < n; i++) {
        size_t other = i + rng_next32(rng) % (n - i);
        int64_t kept = out[i];
        out[i] = out[other];
        out[other] = kept;
    }
}

/* Running sums in float32, then divided by the last, as PyTorch does it. */
static void normalise(const float *weights, float *cumulative, size_t count)
{
    float sum = 0.0f;
    for (size_t i = 0; i < count; i++) {
        assert(weights[i] >= 0.0f);
        sum += weights[i];
        cumulative[i] = sum;
    }
    assert(sum > 0.0f && isfinite(sum));
    for (size_t i = 0; i < count; i++) /* the last becomes 1 */
        cumulative[i] /= sum;
}

void rng_choice_init(struct rng_choice *choice, const float *weights,
                     size_t count)
{
    assert(count > 0 && count < UINT32_MAX);
    choice->count = count;
    choice->cumulative = memory_new(count, sizeof *choice->cumulative);
    normalise(weights, choice->cumulative, count);

    choice->parts = 1;
    while (choice->parts < count)
        choice->parts *= 2;
    choice->first = memory_new(choice->parts + 1, sizeof *choice->first);
    size_t id = 0;
    for (size_t part = 0; part <= choice->parts; part++) {
        double bound = (double)part / (double)choice->parts;
        while ((double)choice->cumulative[id] < bound)
            id++;
        choice->first[part] = (uint32_t)id;
    }
}

void rng_choice_clear(struct rng_choice *choice)
{
    free(choice->cumulative);
    free(choice->first);
    memset(choice, 0, sizeof *choice);
}

/* The first id whose cumulative weight is not below u, u in [0, 1). */
static int64_t choose(const struct rng_choice *choice, double u)
{
    size_t part = (size_t)(u * (double)choice->parts);
    size_t left = choice->first[part];
    size_t right = choice->first[part + 1];
    while (left < right) {
        size_t middle = left + (right - left) / 2;
        if ((double)choice->cumulative[middle] < u)
            left = middle + 1;
        else
            right = middle;
    }
    return (int64_t)left;
}

void rng_multinomial(struct rng *rng, const struct rng_choice *choice,
                     int64_t *out, size_t n)
{
    for (size_t i = 0; i < n; i++)
        out[i] = choose(choice, next_double(rng));
}
