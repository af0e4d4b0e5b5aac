/* Texts that are refused, and what is said of each, where. */
#ifndef TESTS_REFUSALS_H
#define TESTS_REFUSALS_H

#include <string.h>

#include "sow/sow.h"
#include "unit.h"

typedef struct refusal {
  const char *text;
  sow_status status;
  int line, column;
  const char *part; /* of the message */
} refusal;

static inline void assert_refusal(const refusal *expected, sow_status got, const sow_error *error) {
  if (got != expected->status || error->line != expected->line || error->column != expected->column ||
      strstr(error->message, expected->part) == NULL)
    fail_msg("%.300s\n%s at %d:%d: %s", expected->text, sow_status_name(got), error->line, error->column,
             error->message);
}

#endif
