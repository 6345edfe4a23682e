/*
 * Losses: forward and backward side by side, mean over the mini-batch.
 * PyTorch: F.cross_entropy, F.binary_cross_entropy_with_logits, F.mse_loss.
 */
#ifndef EMBLAB_NN_LOSS_H
#define EMBLAB_NN_LOSS_H

#include <stddef.h>
#include <stdint.h>

/* probs = softmax(logits, 1), both (B, V). */
void loss_softmax(const float *logits, float *probs, size_t B, size_t V);

/*
 * Mean cross-entropy of logits (B, V) against target (B). Writes probs (B, V),
 * which may be logits itself, and each row's loss (B); returns their mean.
 */
float loss_cross_entropy(const float *logits, const int64_t *target,
                         float *probs, float *row_loss, size_t B, size_t V);
/* grad (B, V) = (probs - onehot(target)) / B; grad may be probs itself. */
void loss_cross_entropy_backward(const float *probs, const int64_t *target,
                                 float *grad, size_t B, size_t V);
/*
 * Both at once where probs need not be seen, to the same bits: logits (B, V)
 * become their own gradient while each row is still in the cache.
 */
float loss_cross_entropy_in_place(float *logits, const int64_t *target,
                                  float *row_loss, size_t B, size_t V);

/* probs (n) = the sigmoids of logits (n). */
void loss_sigmoid(const float *logits, float *probs, size_t n);

/* logits, target (0 to 1), probs (their sigmoid), row_loss: (B). */
float loss_bce(const float *logits, const float *target, float *probs,
               float *row_loss, size_t B);
/* grad (B) = (probs - target) / B. */
void loss_bce_backward(const float *probs, const float *target, float *grad,
                       size_t B);

/* prediction, target, row_loss: (B). */
float loss_mse(const float *prediction, const float *target, float *row_loss,
               size_t B);
/* grad (B) = 2 (prediction - target) / B. */
void loss_mse_backward(const float *prediction, const float *target,
                       float *grad, size_t B);

/*
 * Negative sampling: scores (B, 1 + k), the target's first, then the noise.
 * row: -log σ(s_target) - Σ log σ(-s_noise); the mean over B. Writes probs
 * (B, 1 + k), the scores' sigmoids.
 */
float loss_negative(const float *scores, float *probs, float *row_loss,
                    size_t B, size_t k);
/* grad (B, 1 + k) = -σ(-s_target) / B, then σ(s_noise) / B. */
void loss_negative_backward(const float *scores, float *grad, size_t B,
                            size_t k);

#endif
