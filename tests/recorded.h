/* Recordings that must parse, and their plans. */
#ifndef TESTS_RECORDED_H
#define TESTS_RECORDED_H

#include "parsing.h"
#include "sample.h"

/* The head, a root, and a storage behind them. */
#define HEAD "sow recording 1\ntorch 2.14.1\ndtype float32\nseed 7\n"
#define ROOT HEAD "module \"\" \"Net\"\n"
#define STORAGE ROOT "storage 0 float32 12\n"

static inline sow_module *parsed_recording(const char *text, sow_recording_about *about) {
  sow_module *module = NULL;
  sow_error error = SOW_ERROR_NONE;
  if (sow_module_parse_recording(text, strlen(text), "model.sow", &module, about, &error) != SOW_OK)
    fail_msg("%d:%d: %s\n%s", error.line, error.column, error.message, text);
  return module;
}

static inline sow_plan *plan_with(const sow_module *module, const sow_plan_options *options) {
  sow_plan *plan = NULL;
  sow_error error = SOW_ERROR_NONE;
  if (sow_plan_new(module, options, &plan, &error) != SOW_OK)
    fail_msg("%s", error.message);
  return plan;
}

/* A recording with the usual head and root around these lines. */
static inline char *recording(const char *lines) {
  char *text = NULL;
  if (asprintf(&text, ROOT "module \"fc\" \"Linear\"\n%send\n", lines) < 0)
    fail();
  return text;
}

static inline sow_plan *recorded(const char *lines, const sow_plan_options *options) {
  char *text = recording(lines);
  sow_module *module = parsed_recording(text, NULL);
  sow_plan *plan = plan_with(module, options);
  sow_module_free(module);
  free(text);
  return plan;
}

#endif
