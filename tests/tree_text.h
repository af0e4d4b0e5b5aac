/* Trees as text, so that a test can state what it expects as torch would list it. */
#ifndef TREE_TEXT_H
#define TREE_TEXT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/size.h"
#include "init/fill.h"
#include "module/tree.h"

/* Compares a built text with the expected one and frees it. */
static inline void assert_text(sow__buffer *text, const char *expected) {
  assert_false(text->failed);
  assert_string_equal(text->data ? text->data : "", expected);
  sow__buffer_free(text);
}

/* "fc.bias uniform_(a=-0.5, b=0.5) [2]", one line for each event in torch's order of drawing. */
static inline void assert_events(const sow_module *module, const char *expected) {
  sow__buffer text = {0};
  for (size_t i = 0; i < module->tree->event_count; i++) {
    const sow__event *event = &module->tree->events[i];
    char call[SOW_INITIALIZER_TEXT_SIZE], shape[100];
    sow_initializer_print(event->initializer, call, sizeof(call));
    sow__buffer_printf(&text, "%s %s %s", event->subject, call,
                       sow__shape_print(event->ndim, event->shape, shape, sizeof(shape)));
    if (event->zero_row >= 0)
      sow__buffer_printf(&text, " zero row %d", (int)event->zero_row);
    if (event->uninitialized_before_2_12)
      sow__buffer_text(&text, " uninitialized before 2.12");
    sow__buffer_text(&text, "\n");
  }
  assert_text(&text, expected);
}

static inline sow_status key_to_text(const char *name, const sow__tensor *tensor, void *context) {
  char shape[100];
  sow__buffer_printf(context, "%s %s%s\n", name,
                     sow__shape_print(tensor->ndim, tensor->shape, shape, sizeof(shape)),
                     tensor->dtype == SOW_DTYPE_COUNT ? "" : sow_dtype_name(tensor->dtype));
  return SOW_OK;
}

/* "fc.bias [2]", one line for each key of state_dict() in torch's order. */
static inline void assert_keys(const sow_module *module, const char *expected) {
  sow__buffer text = {0};
  assert_int_equal(sow__tree_state_dict(module, key_to_text, &text, NULL), SOW_OK);
  assert_text(&text, expected);
}

/* The words that torch's constructors would have drawn from a fresh stream. */
static inline uint64_t words_of(const sow_module *module, sow_dtype dtype, sow_edition edition) {
  sow_generator *generator = sow_generator_new(0, edition);
  assert_non_null(generator);
  sow__cursor cursor;
  sow__cursor_open(&cursor, generator);
  sow__place place = sow__place_start(generator);
  for (size_t i = 0; i < module->tree->event_count; i++) {
    const sow__event *event = &module->tree->events[i];
    sow__fill fill;
    assert_int_equal(sow__fill_resolve(event->initializer,
                                       event->dtype == SOW_DTYPE_COUNT ? dtype : event->dtype, edition,
                                       event->ndim, event->shape, NULL, &fill, NULL),
                     SOW_OK);
    assert_int_equal(sow__fill_bind(&fill, &cursor, &place, NULL), SOW_OK);
  }
  sow_generator_free(generator);
  return place.position;
}

/* The tree has failed with this status, and the message holds `part`. */
static inline void assert_failure(const sow_module *module, sow_status status, const char *part) {
  sow_error error = SOW_ERROR_NONE;
  assert_int_equal(sow_module_status(module, &error), status);
  if (!strstr(error.message, part))
    fail_msg("'%s' is not in '%s'", part, error.message);
}

static inline void assert_built(const sow_module *module) {
  sow_error error = SOW_ERROR_NONE;
  if (sow_module_status(module, &error) != SOW_OK)
    fail_msg("%s", error.message);
}

static inline void assert_print(const sow_module *module, const char *expected) {
  char *text = NULL;
  size_t length = 0;
  assert_int_equal(sow_module_print(module, &text, &length, NULL), SOW_OK);
  assert_string_equal(text, expected);
  assert_int_equal(length, strlen(expected));
  free(text);
}

#endif
