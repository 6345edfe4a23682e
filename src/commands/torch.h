/*
 * PyTorch beside the lab: what `torch`, `export torch` and `compare torch` do.
 * The commands themselves stand with their families.
 */
#ifndef EMBLAB_COMMANDS_TORCH_H
#define EMBLAB_COMMANDS_TORCH_H

#include <stdbool.h>

#include "base/error.h"
#include "commands/session.h"

/* export torch FILE.py|-: the whole script. */
int torch_export(struct session *session, const char *path, bool force,
                 struct error *err);

enum { TORCH_SECONDS_MAX = 24 * 3600 };

/*
 * compare torch: run the script with `set python` for at most this long and
 * list how far every tensor is from PyTorch's. Fails with ERROR_NUMERIC where
 * one differs by more than rounding explains.
 */
int torch_compare(struct session *session, double seconds, struct error *err);

#endif
