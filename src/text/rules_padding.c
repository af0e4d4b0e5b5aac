/* The padding row of an embedding: its constructor makes it zero, and a rule for the weight draws over it. */
#include <stdlib.h>
#include <string.h>

#include "base/size.h"
#include "module/build.h"
#include "text/layer_argument.h"
#include "text/python_run.h"
#include "text/rules_run.h"

#define NO_ROW ((int64_t)-1)

typedef struct padding_search {
  int64_t *rows; /* by storage: the first element of its padding row, or NO_ROW */
  sow_status status;
  sow_error *error;
} padding_search;

static void note_row(sow_module *module, void *context) {
  padding_search *search = context;
  const char *layer = sow__py_torch_class(module);
  const sow__slot *slot = sow__parameter_find(module, "weight");
  bool embeds = layer != NULL && (strcmp(layer, "Embedding") == 0 || strcmp(layer, "EmbeddingBag") == 0);
  if (search->status != SOW_OK || !embeds || slot == NULL || slot->tensor == NULL || slot->tensor->ndim != 2)
    return;
  sow__arena arena = {0};
  sow__text_value value;
  bool found;
  search->status = sow__layer_argument(module, layer, "padding_idx", &arena, &value, &found, search->error);
  bool padded = search->status == SOW_OK && found && value.kind == SOW__VALUE_INTEGER;
  if (padded && slot->tensor->strides == NULL && slot->tensor->shape[1] > 0)
    search->rows[slot->tensor->storage] = slot->tensor->offset + value.integer * slot->tensor->shape[1];
  sow__arena_free(&arena);
}

/* Whether the step writes the element; of a view with strides only its first dimension is looked at. */
static bool touches(const sow__tape_view *view, int64_t element) {
  int64_t count = 0;
  sow__count(view->ndim, view->shape, &count, NULL);
  if (view->strides != NULL)
    count = view->ndim == 0 ? 1 : view->shape[0] * view->strides[0];
  return view->offset <= element && element < view->offset + count;
}

static bool is_zero(const sow__tape_item *item) {
  const sow_initializer_kind kind = item->call.kind;
  bool constant = kind == SOW_INIT_CONSTANT || kind == SOW_INIT_FILL;
  return kind == SOW_INIT_ZEROS || kind == SOW_INIT_ZERO || (constant && item->call.argument[0] == 0);
}

/* The latest step that gives a padding row values decides; each rule warns once. */
static void warn_of_steps(const sow__rules_run *run, padding_search *search) {
  const sow__tape *tape = &run->root->tree->tape;
  const char *last = NULL;
  for (size_t i = tape->count; i-- > 0;) {
    const sow__tape_item *item = &tape->items[i];
    int64_t *row =
        item->kind == SOW__TAPE_STEP && item->by_caller ? &search->rows[item->target.storage] : NULL;
    if (row == NULL || *row == NO_ROW || sow_initializer_changes(item->call.kind) ||
        !touches(&item->target, *row))
      continue;
    *row = NO_ROW;
    if (is_zero(item) || (last != NULL && strcmp(last, item->rule) == 0))
      continue;
    last = item->rule;
    sow__warn(
        run->error,
        "%s gives the padding row of '%s' values too, as it would in PyTorch; where it is to stay zero, "
        "write a line like weight[padding_idx] = zeros_() below",
        item->rule, item->subject);
  }
}

static bool has_function(const sow_rules *rules) {
  for (const sow__rule_pass *pass = rules->passes; pass != NULL; pass = pass->next)
    if (pass->python != NULL)
      return true;
  return false;
}

sow_status sow__rules_warn_padding(const sow__rules_run *run) {
  const size_t count = run->root->tree->tape.storage_count;
  /* A function of Python is taken as it stands. */
  if (has_function(run->rules) || count == 0)
    return SOW_OK;
  padding_search search = {.rows = malloc(count * sizeof *search.rows), .error = run->error};
  if (search.rows == NULL)
    return sow__fail(run->error, SOW_NO_MEMORY, NULL);
  for (size_t i = 0; i < count; i++)
    search.rows[i] = NO_ROW;
  sow_module_apply(run->root, note_row, &search);
  if (search.status == SOW_OK)
    warn_of_steps(run, &search);
  free(search.rows);
  return search.status;
}
