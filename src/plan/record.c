/* sow_plan_new: the tape of a tree, followed once, becomes a table of entries. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/listing.h"
#include "base/number.h"
#include "base/size.h"
#include "base/sized_options.h"
#include "base/team.h"
#include "module/tree.h"
#include "plan/keep.h"
#include "plan/tape_replay.h"
#include "plan/tensor_value.h"
#include "plan/verify.h"

/* What is needed only while the plan is made. */
typedef struct recorder {
  sow_plan *plan;
  const sow__tree *tree;
  const sow__tensor **tensors; /* of each entry */
  size_t tensor_capacity;
  size_t *groups; /* entries by tensor, then by index: the names of one tensor stand together */
  sow__replay replay;
  sow_error *error;
} recorder;

/* ---- settings ---- */

static sow_status settle_options(recorder *r, const sow_plan_options *options, sow_generator *base) {
  sow_plan *plan = r->plan;
  plan->settings = sow_plan_defaults();
  sow_plan_options *settings = &plan->settings;
  sow_status status = SOW__OPTIONS_TAKE(sow_plan_options, settings, options, r->error);
  if (status != SOW_OK)
    return status;
  r->replay.threads = settings->threads;
  if (settings->generator != NULL) {
    *base = *settings->generator;
    plan->given_state = true;
    settings->seed = base->seed;
    settings->edition = base->edition;
    settings->generator = NULL;
  }
  status = sow__threads_check(settings->threads, r->error);
  if (status != SOW_OK)
    return status;
  settings->threads = 0;
  if ((unsigned)settings->edition >= SOW_EDITION_COUNT)
    return sow__fail(r->error, SOW_INVALID_ARGUMENT, "there is no torch edition %d", (int)settings->edition);
  const sow_dtype dtypes[2] = {settings->dtype, settings->cast};
  for (int i = 0; i < 2; i++)
    if (!sow_dtype_is_float(dtypes[i]))
      return sow__fail(r->error, SOW_DTYPE, "a model's parameters cannot be %s", sow_dtype_name(dtypes[i]));
  if (!plan->given_state) {
    base->edition = settings->edition;
    sow__engine_seed(base, settings->seed);
  }
  return SOW_OK;
}

/* ---- names ---- */

static sow_status add_entry(const char *name, const sow__tensor *tensor, sow__state_kind kind,
                            void *context) {
  recorder *r = context;
  sow_plan *plan = r->plan;
  bool temporary = kind == SOW__STATE_TEMPORARY;
  if (temporary && !plan->settings.temporaries)
    return SOW_OK;
  void *entries = plan->entries, *tensors = r->tensors;
  bool grown = sow__reserve(&entries, &plan->capacity, plan->count + 1, sizeof *plan->entries);
  plan->entries = entries;
  grown = grown && sow__reserve(&tensors, &r->tensor_capacity, plan->count + 1, sizeof *r->tensors);
  r->tensors = tensors;
  char *copy = grown ? sow__arena_copy(&plan->arena, name, strlen(name)) : NULL;
  if (copy == NULL)
    return sow__fail(r->error, SOW_NO_MEMORY, NULL);
  r->tensors[plan->count] = tensor;
  plan->entries[plan->count++] = (sow__entry){.name = copy,
                                              .tied_to = SOW__NOT_TIED,
                                              .inputs = tensor->inputs,
                                              .buffer = kind != SOW__STATE_PARAMETER,
                                              .temporary = temporary};
  return SOW_OK;
}

static sow_status check_covered(recorder *r) {
  sow__listing names = {0};
  size_t first = 0;
  for (size_t i = 0; i < r->plan->count; i++) {
    const sow__tensor *tensor = r->tensors[i];
    if (sow__tensor_is_written(r->tree, tensor) || r->plan->settings.keep != NULL)
      continue;
    first = names.count == 0 ? i : first;
    sow__listing_add(&names, r->plan->entries[i].name, tensor->place);
  }
  const char *text = sow__listing_end(&names);
  sow_status status = SOW_OK;
  if (text == NULL)
    status = sow__fail(r->error, SOW_NO_MEMORY, NULL);
  else if (names.count > 0)
    status = sow__fail(
        r->error, SOW_UNCOVERED,
        "nothing initialises %zu tensor%s: %s; a rule does, as '%s:' with the line '%.100s = zeros_()'",
        names.count, sow__plural(names.count), text,
        r->plan->entries[first].buffer ? "named_buffers" : "named_parameters", r->plan->entries[first].name);
  sow__listing_free(&names);
  return status;
}

/* ---- orders ---- */

static int compare(uint64_t a, uint64_t b) {
  return (a > b) - (a < b);
}

/* Of names of one tensor those first that a file holds. */
static int by_tensor(const void *a, const void *b, void *context) {
  const recorder *r = context;
  size_t i = *(const size_t *)a, j = *(const size_t *)b;
  int order = compare((uintptr_t)r->tensors[i], (uintptr_t)r->tensors[j]);
  if (order == 0)
    order = compare(r->plan->entries[i].temporary, r->plan->entries[j].temporary);
  return order != 0 ? order : compare(i, j);
}

static int by_position(const void *a, const void *b, void *context) {
  const sow_plan *plan = ((const recorder *)context)->plan;
  size_t i = *(const size_t *)a, j = *(const size_t *)b;
  int order = compare(plan->entries[i].stream, plan->entries[j].stream);
  if (order == 0)
    order = compare(plan->entries[i].position, plan->entries[j].position);
  return order != 0 ? order : compare(i, j);
}

static int by_name(const void *a, const void *b, void *context) {
  const sow_plan *plan = ((const recorder *)context)->plan;
  return strcmp(plan->entries[*(const size_t *)a].name, plan->entries[*(const size_t *)b].name);
}

/* safetensors 0.8 sorts by dtype, the widest alignment first, then by name. */
static int by_offset(const void *a, const void *b, void *context) {
  const sow_plan *plan = ((const recorder *)context)->plan;
  int order = compare(sow__entry_dtype(&plan->entries[*(const size_t *)a]),
                      sow__entry_dtype(&plan->entries[*(const size_t *)b]));
  return order != 0 ? order : by_name(a, b, context);
}

/* A malloc'd array of entry indices, of those in a file or of all; NULL when memory is short. */
static size_t *order_new(recorder *r, bool all, int (*order)(const void *, const void *, void *)) {
  const sow_plan *plan = r->plan;
  size_t *index = calloc(plan->count + 1, sizeof *index), count = 0;
  if (index == NULL)
    return NULL;
  for (size_t i = 0; i < plan->count; i++)
    if (all || sow__entry_is_stored(&plan->entries[i]))
      index[count++] = i;
  qsort_r(index, count, sizeof *index, order, r);
  return index;
}

/* ---- the tape ---- */

static sow_status follow(recorder *r) {
  const sow__tape *tape = &r->tree->tape;
  bool *needed = calloc(tape->storage_count + 1, sizeof *needed),
       *live = calloc(tape->count + 1, sizeof *live);
  sow_status status = needed == NULL || live == NULL ? sow__fail(r->error, SOW_NO_MEMORY, NULL) : SOW_OK;
  for (size_t i = 0; status == SOW_OK && i < r->plan->count; i++)
    needed[r->tensors[i]->storage] = true;
  if (status == SOW_OK)
    sow__tape_mark_live(tape, needed, live);
  for (size_t i = 0; status == SOW_OK && i < tape->count; i++)
    status = sow__replay_item(&r->replay, tape, &tape->items[i], live[i], r->error);
  free(needed);
  free(live);
  return status;
}

/* ---- entries ---- */

static sow_status no_memory(recorder *r) {
  return sow__fail(r->error, SOW_NO_MEMORY, NULL);
}

static bool by_caller(void *context, const sow__step *step) {
  (void)context;
  return step->by_caller;
}

/* Whether the checkpoint to keep has the contents: of all that files hold and no rule and no call has made.
 */
static bool is_kept(const recorder *r, size_t first, const sow__value *value) {
  bool held = !r->plan->entries[first].temporary;
  return r->plan->settings.keep != NULL && held && !sow__value_any(value, by_caller, NULL);
}

static sow_status fail_unwritten(recorder *r, size_t index) {
  const sow__tape_item *skipped = sow__replay_skipped(&r->replay, r->tensors[index]->storage);
  if (skipped == NULL)
    return sow__fail(r->error, SOW_UNCOVERED, "nothing initialises %s", r->plan->entries[index].name);
  return sow__fail(r->error, SOW_UNCOVERED,
                   "%s (%s): torch %s leaves this tensor uninitialised, because its fan is 0",
                   skipped->subject == NULL ? "a tensor" : skipped->subject, skipped->rule,
                   sow_edition_name(r->plan->settings.edition));
}

/* The shape, which a step that writes all of the tensor has too. */
static const int64_t *entry_shape(recorder *r, const sow__tensor *tensor, const sow__value *value) {
  const sow__step *first = value->step_count > 0 ? value->steps[0] : NULL;
  if (first != NULL && sow__shape_equal(first->ndim, first->shape, tensor->ndim, tensor->shape))
    return first->shape;
  return sow__sizes_copy(&r->plan->arena, tensor->ndim, tensor->shape);
}

static sow_status entry_make(recorder *r, size_t index, const sow__value *value) {
  sow_plan *plan = r->plan;
  sow__entry *entry = &plan->entries[index];
  const sow__tensor *tensor = r->tensors[index];
  if (value->step_count == 0)
    return fail_unwritten(r, index);
  sow_status status = sow__verify_written(entry->name, value, r->error);
  if (status != SOW_OK)
    return status;
  entry->drawn = value->dtype;
  entry->ndim = tensor->ndim;
  entry->shape = entry_shape(r, tensor, value);
  bool cast = sow_dtype_is_float(value->dtype) && plan->settings.cast != plan->settings.dtype;
  entry->value = cast ? sow__tensor_cast(&plan->arena, tensor, value, plan->settings.cast) : value;
  if (entry->shape == NULL || entry->value == NULL)
    return no_memory(r);
  sow__place place = sow__value_place(entry->value);
  entry->position = place.position;
  entry->stream = place.stream;
  return SOW_OK;
}

/* The names groups[at] to groups[at + count) of one tensor: the first makes it, the others are tied to it. */
static sow_status settle_group(recorder *r, size_t at, size_t count) {
  sow_plan *plan = r->plan;
  const size_t *names = &r->groups[at];
  const sow__tensor *tensor = r->tensors[names[0]];
  const sow__value *storage = sow__replay_value(&r->replay, &r->tree->tape, tensor->storage);
  const sow__value *value = storage == NULL ? NULL : sow__tensor_value(&plan->arena, tensor, storage);
  if (value == NULL)
    return no_memory(r);
  sow_status status = is_kept(r, names[0], value) ? sow__keep_entry(plan, names, count, tensor, r->error)
                                                  : entry_make(r, names[0], value);
  for (size_t i = 1; i < count && status == SOW_OK; i++) {
    sow__entry *entry = &plan->entries[names[i]];
    const sow__entry before = *entry;
    *entry = plan->entries[names[0]];
    entry->name = before.name;
    entry->temporary = before.temporary;
    entry->tied_to = names[0];
  }
  return status;
}

static sow_status settle_entries(recorder *r) {
  const sow_plan *plan = r->plan;
  sow_status status = SOW_OK;
  for (size_t at = 0, next; at < plan->count && status == SOW_OK; at = next) {
    for (next = at + 1; next < plan->count && r->tensors[r->groups[next]] == r->tensors[r->groups[at]];)
      next++;
    status = settle_group(r, at, next - at);
  }
  return status;
}

/* ---- the file ---- */

static sow_status settle_offsets(recorder *r) {
  sow_plan *plan = r->plan;
  plan->in_file = order_new(r, false, by_offset);
  plan->in_stream = order_new(r, false, by_position);
  plan->by_name = order_new(r, true, by_name);
  if (plan->in_file == NULL || plan->in_stream == NULL || plan->by_name == NULL)
    return no_memory(r);
  for (size_t i = 0; i < plan->count; i++)
    plan->stored_count += sow__entry_is_stored(&plan->entries[i]);
  int64_t bytes = 0;
  for (size_t i = 0; i < plan->stored_count; i++) {
    sow__entry *entry = &plan->entries[plan->in_file[i]];
    entry->offset = (uint64_t)bytes;
    if (!sow__add(bytes, (int64_t)sow__entry_bytes(entry), &bytes))
      return sow__fail(r->error, SOW_OVERFLOW, "the model's bytes do not fit in 63 bits");
  }
  for (size_t i = 0; i < plan->count; i++)
    if (plan->entries[i].tied_to != SOW__NOT_TIED)
      plan->entries[i].offset = plan->entries[plan->entries[i].tied_to].offset;
  plan->bytes = (uint64_t)bytes;
  return SOW_OK;
}

static sow_status record(recorder *r, const sow_module *module) {
  sow_status status = sow__tree_state_dict(module, add_entry, r, r->error);
  if (status == SOW_OK)
    status = check_covered(r);
  if (status == SOW_OK)
    status = follow(r);
  if (status != SOW_OK)
    return status;
  (void)sow__replay_place(&r->replay, 0, &r->plan->end);
  r->plan->draws = r->replay.draws;
  r->plan->bases = r->replay.bases; /* there are no more to come */
  r->groups = order_new(r, true, by_tensor);
  if (r->groups == NULL)
    return no_memory(r);
  status = settle_entries(r);
  r->plan->bases = r->replay.bases; /* no stream begins any more */
  if (status == SOW_OK)
    status = sow__verify_bound(r->plan, r->tree, r->error);
  if (status == SOW_OK) {
    sow__verify_skips(r->plan, r->tree, r->error);
    sow__verify_order(r->plan, r->tree, r->error);
  }
  if (status == SOW_OK)
    status = settle_offsets(r);
  return status == SOW_OK && r->plan->settings.keep != NULL ? sow__keep_warn(r->plan, r->error) : status;
}

/* The plan takes what the replay has made for it. */
static sow_status follow_tree(recorder *r, const sow_module *module, const sow_plan_options *options) {
  sow_generator base = {0};
  sow_status status = settle_options(r, options, &base);
  if (status != SOW_OK)
    return status;
  r->replay.edition = r->plan->settings.edition;
  r->replay.dtype = r->plan->settings.dtype;
  r->replay.arena = &r->plan->arena;
  status = sow__replay_open(&r->replay, &base, r->error);
  if (status == SOW_OK)
    status = record(r, module);
  r->plan->bases = r->replay.bases; /* also where it failed early: the plan frees them */
  sow__replay_close(&r->replay);
  return status;
}

sow_status sow_plan_new(const sow_module *module, const sow_plan_options *options, sow_plan **plan,
                        sow_error *error) {
  sow_status status = sow_module_status(module, error);
  if (status != SOW_OK)
    return status;
  recorder r = {.plan = calloc(1, sizeof *r.plan), .tree = module->tree, .error = error};
  if (r.plan == NULL)
    return sow__fail(error, SOW_NO_MEMORY, NULL);
  status = follow_tree(&r, module, options);
  free(r.tensors);
  free(r.groups);
  if (status == SOW_OK)
    *plan = r.plan;
  else
    sow_plan_free(r.plan);
  return status;
}
