/*
 * The options of tables and optimizers as a fixture's case names them: by
 * PyTorch's own words (tests/oracle/layer.py).
 */
#ifndef EMBLAB_TESTS_TABLE_CASE_H
#define EMBLAB_TESTS_TABLE_CASE_H

#include "fixture.h"
#include "nn/embedding.h"
#include "nn/optimizer.h"

/* init= of a case is "uniform" (-0.7, 1.3) or "xavier_normal" (gain=). */
struct embedding_options table_case(const struct fixture *f);

struct optimizer_options optimizer_case(const struct fixture *f);

#endif
