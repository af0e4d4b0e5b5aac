/*
 * Put before each file by scripts/run-tidy. clang-tidy sees one file at a time; this tells its analyser that
 * the status that goes into a reporting function comes back, so that a failing call is not taken for a
 * success.
 */
#include "base/error.h"
#include "text/diagnostic.h"

#define sow__fail(error, status, ...) (sow__fail(error, status, __VA_ARGS__), (status))
#define sow__fail_within(error, status, ...) (sow__fail_within(error, status, __VA_ARGS__), (status))
#define sow__text_fail(text, offset, error, status, ...)                                                     \
  (sow__text_fail(text, offset, error, status, __VA_ARGS__), (status))
#define sow__text_place(text, offset, error, status) (sow__text_place(text, offset, error, status), (status))
