/* Trees as text, so that a test can state what it expects as torch would list it. */
#ifndef TREE_TEXT_H
#define TREE_TEXT_H

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/size.h"
#include "init/resolve.h"
#include "module/tree.h"
#include "unit.h"

/* Compares a built text with the expected one and frees it. */
static inline void assert_text(sow__buffer *text, const char *expected) {
  assert_false(text->failed);
  assert_string_equal(text->data ? text->data : "", expected);
  sow__buffer_free(text);
}

/* Whether the item initialises a whole tensor: no copy of another, and no row of one. */
static inline bool is_event(const sow__tree *tree, size_t i) {
  const sow__tape_item *item = &tree->tape.items[i];
  return item->call.kind != SOW_INIT_COPY && sow__tape_overwrites(&tree->tape, item);
}

static inline size_t event_count(const sow_module *module) {
  size_t count = 0;
  for (size_t i = 0; i < module->tree->tape.count; i++)
    count += is_event(module->tree, i);
  return count;
}

/* Initialisation `number` of the tree, in torch's order. */
static inline const sow__tape_item *event_at(const sow_module *module, size_t number) {
  for (size_t i = 0; i < module->tree->tape.count; i++)
    if (is_event(module->tree, i) && number-- == 0)
      return &module->tree->tape.items[i];
  fail_msg("there are fewer initialisations");
  return NULL;
}

/* The number of the initialisation whose numbers the tensor holds, be it by copies. */
static inline size_t event_of_tensor(const sow_module *module, const sow__tensor *tensor) {
  const sow__tree *tree = module->tree;
  size_t storage = tensor->storage, i = tree->tape.count, number = 0;
  while (i-- > 0) {
    const sow__tape_item *item = &tree->tape.items[i];
    if (item->target.storage != storage || !sow__tape_overwrites(&tree->tape, item))
      continue;
    if (item->call.kind != SOW_INIT_COPY)
      break;
    storage = item->source->storage;
  }
  for (size_t before = 0; before < i; before++)
    number += is_event(tree, before);
  return number;
}

/* " zero row 3": a row of the tensor before it is zeroed. */
static inline void row_to_text(sow__buffer *text, const sow__tape_item *item) {
  int64_t row = 1;
  for (int i = 0; i < item->target.ndim; i++)
    row *= item->target.shape[i];
  assert_true(item->call.kind == SOW_INIT_ZERO || item->call.kind == SOW_INIT_ZEROS ||
              (item->call.kind == SOW_INIT_CONSTANT && item->call.argument[0] == 0));
  text->length--;
  sow__buffer_printf(text, " zero row %d\n", (int)(row == 0 ? 0 : item->target.offset / row));
}

/* "fc.bias uniform_(a=-0.5, b=0.5) [2]", one line for each initialisation in torch's order of drawing. */
static inline void assert_events(const sow_module *module, const char *expected) {
  sow__buffer text = {0};
  for (size_t i = 0; i < module->tree->tape.count; i++) {
    const sow__tape_item *item = &module->tree->tape.items[i];
    char call[SOW_INITIALIZER_TEXT_SIZE], shape[100];
    if (item->call.kind == SOW_INIT_COPY)
      continue;
    if (!is_event(module->tree, i)) {
      row_to_text(&text, item);
      continue;
    }
    sow_initializer_print(item->call, call, sizeof(call));
    sow__buffer_printf(&text, "%s %s %s", item->subject, call,
                       sow__shape_print(item->target.ndim, item->target.shape, shape, sizeof(shape)));
    if (item->uninitialized_before_2_12)
      sow__buffer_text(&text, " uninitialized before 2.12");
    sow__buffer_text(&text, "\n");
  }
  assert_text(&text, expected);
}

static inline sow_status key_to_text(const char *name, const sow__tensor *tensor, sow__state_kind kind,
                                     void *context) {
  (void)kind;
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
  sow__scratch scratch = {0};
  sow__worker worker = {.scratch = &scratch};
  sow__cursor_open(&worker.cursor, generator);
  sow__place place = sow__place_start(generator, 0);
  const sow__tape *tape = &module->tree->tape;
  for (size_t i = 0; i < tape->count; i++) {
    const sow__tape_item *item = &tape->items[i];
    sow_dtype own = tape->storages[item->target.storage].dtype;
    sow__step step;
    assert_int_equal(sow__resolve(item->call, own == SOW_DTYPE_COUNT ? dtype : own, edition,
                                  item->target.ndim, item->target.shape, NULL, &step, NULL),
                     SOW_OK);
    assert_int_equal(sow__step_bind(&step, &worker, &place, NULL), SOW_OK);
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
