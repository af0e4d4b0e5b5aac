/* The table of initialisers: a row gives name, parameters and defaults to the text, the program, the fill. */
#ifndef SOW_INIT_INITIALIZER_H
#define SOW_INIT_INITIALIZER_H

#include <stdbool.h>

#include "sow/init.h"

typedef enum sow__argument_kind {
  SOW__ARGUMENT_NUMBER, /* goes to initializer.argument[slot] */
  SOW__ARGUMENT_GROUPS,
  SOW__ARGUMENT_MODE,
  SOW__ARGUMENT_NONLINEARITY,
} sow__argument_kind;

typedef struct sow__argument {
  const char *name; /* as Python's keyword; NULL ends the row */
  sow__argument_kind kind;
  int slot;
  bool required;
  double fallback; /* the default of a NUMBER; other kinds: fan_in, leaky_relu, 1 group */
} sow__argument;

typedef struct sow__initializer_row {
  const char *name;      /* "kaiming_normal_" */
  const char *signature; /* "a=0, mode='fan_in', nonlinearity='leaky_relu'" */
  sow__argument arguments[5];
} sow__initializer_row;

/* Indexed by sow_initializer_kind. */
extern const sow__initializer_row sow__initializer_rows[SOW_INITIALIZER_COUNT];

/* The initialiser with all defaults of its row, required arguments 0. */
sow_initializer sow__initializer_defaults(sow_initializer_kind kind);

#endif
