/*
 * Put before each file by scripts/run-tidy. clang-tidy sees one file at a time; this tells its analyser that
 * the status that goes into a reporting function comes back, so that a failing call is not taken for a
 * success.
 */
#include "base/error.h"
#include "base/reading.h"
#include "recording/recording_line.h"
#include "text/diagnostic.h"
#include "text/python_parse.h"
#include "text/python_run.h"

#define sow__fail(error, status, ...) (sow__fail(error, status, __VA_ARGS__), (status))
#define sow__fail_within(error, status, ...) (sow__fail_within(error, status, __VA_ARGS__), (status))
#define sow__fail_path(error, path, number) (sow__fail_path(error, path, number), SOW_IO)
#define sow__text_fail(text, offset, error, status, ...)                                                     \
  (sow__text_fail(text, offset, error, status, __VA_ARGS__), (status))
#define sow__text_place(text, offset, error, status) (sow__text_place(text, offset, error, status), (status))
#define sow__line_fail(reader, status, ...) (sow__line_fail(reader, status, __VA_ARGS__), (status))

/* The reader of functions: what fails says so. */
#define sow__py_no_memory(p) (sow__py_no_memory(p), SOW_NO_MEMORY)
#define sow__py_expected(p, what) (sow__py_expected(p, what), SOW_SYNTAX)
#define sow__py_fail_at(p, at, status, message) (sow__py_fail_at(p, at, status, message), (status))
#define sow__py_fail(py, begin, status, ...) (sow__py_fail(py, begin, status, __VA_ARGS__), false)
#define sow__py_raise(py, begin, ...) (sow__py_raise(py, begin, __VA_ARGS__), false)
#define sow__py_no_memory_left(py) (sow__py_no_memory_left(py), false)
#define sow__py_fail_kept(py, kept) (sow__py_fail_kept(py, kept), false)
