/* The command line of train. */
#ifndef TRAIN_SETTINGS_H
#define TRAIN_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "sow/status.h"

enum { TRAIN_INIT_LIMIT = 8 };

typedef struct train_settings {
  int64_t width;
  int steps, every, threads;
  uint64_t seed;
  float rate;
  const char *without;                 /* NULL for no layer */
  const char *inits[TRAIN_INIT_LIMIT]; /* at least one */
  int init_count;
  bool help;
} train_settings;

extern const char train_usage[];

/* SOW_INVALID_ARGUMENT. */
sow_status train_settings_parse(int argc, char **argv, train_settings *settings, sow_error *error);

#endif
