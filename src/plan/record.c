/* sow_plan_new: the log of a tree, walked once with a place in the stream, becomes a table of entries. */
#include <stdlib.h>
#include <string.h>

#include "base/size.h"
#include "module/tree.h"
#include "plan/keep.h"

/* What is needed only while the plan is made. */
typedef struct recorder {
  sow_plan *plan;
  const sow__tree *tree;
  const sow__tensor **tensors; /* of each entry */
  size_t tensor_capacity;
  size_t *order; /* entries by event, then by index */
  sow_error *error;
} recorder;

/* ---- the base generator ---- */

static sow_status settle_options(recorder *r, const sow_plan_options *options) {
  sow_plan *plan = r->plan;
  plan->settings = options == NULL ? sow_plan_defaults() : *options;
  sow_plan_options *settings = &plan->settings;
  if (settings->generator != NULL) {
    plan->base = *settings->generator;
    plan->given_state = true;
    settings->seed = plan->base.seed;
    settings->edition = plan->base.edition;
    settings->generator = NULL;
  }
  if (settings->threads < 0)
    return sow__fail(r->error, SOW_INVALID_ARGUMENT, "there are no %d threads", settings->threads);
  if ((unsigned)settings->edition >= SOW_EDITION_COUNT)
    return sow__fail(r->error, SOW_INVALID_ARGUMENT, "there is no torch edition %d", (int)settings->edition);
  const sow_dtype dtypes[2] = {settings->dtype, settings->cast};
  for (int i = 0; i < 2; i++)
    if (dtypes[i] <= SOW_INT64 || dtypes[i] >= SOW_DTYPE_COUNT)
      return sow__fail(r->error, SOW_DTYPE, "a model's parameters cannot be %s", sow_dtype_name(dtypes[i]));
  if (!plan->given_state) {
    plan->base.edition = settings->edition;
    sow__engine_seed(&plan->base, settings->seed);
  }
  return SOW_OK;
}

/* ---- names ---- */

static sow_status add_entry(const char *name, const sow__tensor *tensor, void *context) {
  recorder *r = context;
  sow_plan *plan = r->plan;
  void *entries = plan->entries, *tensors = r->tensors;
  bool grown = sow__reserve(&entries, &plan->capacity, plan->count + 1, sizeof *plan->entries);
  plan->entries = entries;
  grown = grown && sow__reserve(&tensors, &r->tensor_capacity, plan->count + 1, sizeof *r->tensors);
  r->tensors = tensors;
  char *copy = grown ? sow__arena_copy(&plan->arena, name, strlen(name)) : NULL;
  if (copy == NULL)
    return sow__fail(r->error, SOW_NO_MEMORY, NULL);
  r->tensors[plan->count] = tensor;
  plan->entries[plan->count++] =
      (sow__entry){.name = copy, .tied_to = SOW__NOT_TIED, .zero_row = -1, .inputs = tensor->inputs};
  return SOW_OK;
}

#define NAMES_SHOWN 5

static sow_status check_covered(recorder *r) {
  sow__buffer names = {0};
  size_t missing = 0;
  for (size_t i = 0; i < r->plan->count; i++) {
    if (r->tensors[i]->event != SOW__NO_EVENT || r->plan->settings.keep != NULL)
      continue;
    if (missing < NAMES_SHOWN)
      sow__buffer_printf(&names, "%s%s", missing == 0 ? "" : ", ", r->plan->entries[i].name);
    missing++;
  }
  if (missing == 0)
    return SOW_OK;
  if (missing > NAMES_SHOWN)
    sow__buffer_printf(&names, " and %zu more", missing - NAMES_SHOWN);
  sow_status status = names.failed
                          ? sow__fail(r->error, SOW_NO_MEMORY, NULL)
                          : sow__fail(r->error, SOW_UNCOVERED, "nothing initialises %zu tensor%s: %s",
                                      missing, missing == 1 ? "" : "s", names.data);
  sow__buffer_free(&names);
  return status;
}

/* ---- orders ---- */

static int compare(uint64_t a, uint64_t b) {
  return (a > b) - (a < b);
}

/* Two names of one tensor stand together, the earlier first: they share its event. */
static int by_event(const void *a, const void *b, void *context) {
  const recorder *r = context;
  size_t i = *(const size_t *)a, j = *(const size_t *)b;
  int order = compare(r->tensors[i]->event, r->tensors[j]->event);
  if (order == 0)
    order = compare((uintptr_t)r->tensors[i], (uintptr_t)r->tensors[j]);
  return order != 0 ? order : compare(i, j);
}

/* By address alone copies would come in no stable order, so the stream's order is made anew from this. */
static int by_position(const void *a, const void *b, void *context) {
  const sow_plan *plan = ((const recorder *)context)->plan;
  size_t i = *(const size_t *)a, j = *(const size_t *)b;
  int order = compare(plan->entries[i].fill.begin.position, plan->entries[j].fill.begin.position);
  return order != 0 ? order : compare(i, j);
}

static int by_name(const void *a, const void *b, void *context) {
  const sow_plan *plan = ((const recorder *)context)->plan;
  return strcmp(plan->entries[*(const size_t *)a].name, plan->entries[*(const size_t *)b].name);
}

/* safetensors 0.8 sorts by dtype, the widest alignment first, then by name. */
static int by_offset(const void *a, const void *b, void *context) {
  const sow_plan *plan = ((const recorder *)context)->plan;
  int order = compare(plan->entries[*(const size_t *)a].stored, plan->entries[*(const size_t *)b].stored);
  return order != 0 ? order : by_name(a, b, context);
}

/* A malloc'd array of entry indices, ties left out on request; NULL when memory is short. */
static size_t *order_new(recorder *r, bool ties, int (*order)(const void *, const void *, void *)) {
  const sow_plan *plan = r->plan;
  size_t *index = calloc(plan->count + 1, sizeof *index), count = 0;
  if (index == NULL)
    return NULL;
  for (size_t i = 0; i < plan->count; i++)
    if (ties || plan->entries[i].tied_to == SOW__NOT_TIED)
      index[count++] = i;
  qsort_r(index, count, sizeof *index, order, r);
  return index;
}

/* ---- events ---- */

typedef struct warning_context {
  const sow__event *event;
  const sow_error *error;
} warning_context;

static const char *event_rule(const sow__event *event) {
  return event->rule == NULL ? "no rule" : event->rule;
}

static const char *event_subject(const sow__event *event) {
  return event->subject == NULL ? "a tensor" : event->subject;
}

static void warn_within(void *context, const sow_error *warning) {
  const warning_context *within = context;
  sow_error named = *warning;
  sow__fail_within(&named, SOW_OK, "%s (%s)", event_subject(within->event), event_rule(within->event));
  within->error->on_warning(within->error->warning_context, &named);
}

static sow_status fill_make(recorder *r, const sow__event *event, sow_dtype dtype, sow__cursor *cursor,
                            sow__place *place, sow__fill *fill) {
  sow_error local = SOW_ERROR_NONE;
  warning_context within = {event, r->error};
  if (r->error != NULL && r->error->on_warning != NULL) {
    local.on_warning = warn_within;
    local.warning_context = &within;
  }
  sow_status status = sow__fill_resolve(event->initializer, dtype, r->plan->settings.edition, event->ndim,
                                        event->shape, NULL, fill, &local);
  if (status == SOW_OK) {
    fill->threads = sow__fill_threads(fill, r->plan->settings.threads);
    status = sow__fill_bind(fill, cursor, place, &local);
  }
  if (status == SOW_NO_MEMORY)
    return sow__fail(r->error, status, NULL);
  if (status != SOW_OK) {
    sow__fail(r->error, status, "%s", local.message);
    return sow__fail_within(r->error, status, "%s (%s)", event_subject(event), event_rule(event));
  }
  /* Each fill adds less than 2^63 words, so a sum cannot pass this by unseen. */
  if (place->position > INT64_MAX)
    return sow__fail(r->error, SOW_OVERFLOW, "%s (%s): the random words before it do not fit in 63 bits",
                     event_subject(event), event_rule(event));
  return SOW_OK;
}

static const int64_t *shape_copy(sow_plan *plan, int ndim, const int64_t *shape) {
  int64_t *copy = sow__arena_alloc(&plan->arena, ((size_t)ndim + 1) * sizeof *copy);
  if (copy != NULL && ndim > 0)
    memcpy(copy, shape, (size_t)ndim * sizeof *copy);
  return copy;
}

static sow_status entry_fill(recorder *r, size_t index, const sow__event *event, const sow__fill *fill) {
  sow_plan *plan = r->plan;
  sow__entry *entry = &plan->entries[index];
  const sow__tensor *tensor = r->tensors[index];
  const char *rule = event_rule(event);
  entry->fill = *fill;
  entry->fill.shape = shape_copy(plan, event->ndim, event->shape);
  entry->ndim = tensor->ndim;
  entry->shape = shape_copy(plan, tensor->ndim, tensor->shape);
  entry->rule = sow__arena_copy(&plan->arena, rule, strlen(rule));
  if (entry->fill.shape == NULL || entry->shape == NULL || entry->rule == NULL)
    return sow__fail(r->error, SOW_NO_MEMORY, NULL);
  entry->zero_row = event->zero_row;
  bool cast = fill->dtype != SOW_INT64 && plan->settings.cast != plan->settings.dtype;
  entry->stored = cast ? plan->settings.cast : fill->dtype;
  entry->bytes = (uint64_t)fill->count * sow_dtype_size(entry->stored);
  return SOW_OK;
}

/* Before 2.12 torch neither draws for such a tensor nor writes it. */
static bool event_skipped(const recorder *r, const sow__event *event) {
  int64_t count;
  return event->uninitialized_before_2_12 && r->plan->settings.edition < SOW_TORCH_2_12 &&
         sow__count(event->ndim, event->shape, &count, NULL) == SOW_OK && count > 0;
}

/* Whether the kept checkpoint has the contents; without one, what nothing writes (NULL) has been refused. */
static bool is_kept(const recorder *r, const sow__event *event) {
  return event == NULL || (r->plan->settings.keep != NULL && !event->by_caller);
}

/* Entry order[at], whose last event this is; `fill` is NULL where there is none that writes it. */
static sow_status settle_entry(recorder *r, size_t at, const sow__event *event, const sow__fill *fill) {
  const sow_plan *plan = r->plan;
  size_t index = r->order[at], before = at > 0 ? r->order[at - 1] : index, same = 1;
  const sow__tensor *tensor = r->tensors[index];
  if (at > 0 && r->tensors[before] == tensor) {
    size_t first = plan->entries[before].tied_to == SOW__NOT_TIED ? before : plan->entries[before].tied_to;
    const char *name = plan->entries[index].name;
    plan->entries[index] = plan->entries[first];
    plan->entries[index].name = name;
    plan->entries[index].tied_to = first;
    return SOW_OK;
  }
  while (at + same < plan->count && r->tensors[r->order[at + same]] == tensor)
    same++;
  if (is_kept(r, event))
    return sow__keep_entry(r->plan, &r->order[at], same, tensor, r->error);
  if (fill != NULL)
    return entry_fill(r, index, event, fill);
  return sow__fail(r->error, SOW_UNCOVERED,
                   "%s (%s): torch %s leaves this tensor uninitialised, because its fan is 0",
                   event_subject(event), event_rule(event), sow_edition_name(plan->settings.edition));
}

static sow_status walk(recorder *r) {
  sow_plan *plan = r->plan;
  sow__cursor cursor;
  sow__cursor_open(&cursor, &plan->base);
  sow__place place = sow__place_start(&plan->base);
  size_t at = 0;
  sow_status status = SOW_OK;
  for (size_t e = 0; status == SOW_OK && e < r->tree->event_count; e++) {
    const sow__event *event = &r->tree->events[e];
    bool skipped = event_skipped(r, event);
    sow__fill fill;
    sow_dtype dtype = event->dtype == SOW_DTYPE_COUNT ? plan->settings.dtype : event->dtype;
    if (!skipped)
      status = fill_make(r, event, dtype, &cursor, &place, &fill);
    for (; status == SOW_OK && at < plan->count && r->tensors[r->order[at]]->event == e; at++)
      status = settle_entry(r, at, event, skipped ? NULL : &fill);
  }
  /* What no event writes comes last, and is there only where it is kept. */
  for (; status == SOW_OK && at < plan->count; at++)
    status = settle_entry(r, at, NULL, NULL);
  plan->end = place;
  return status;
}

/* ---- the file ---- */

static sow_status settle_offsets(recorder *r) {
  sow_plan *plan = r->plan;
  plan->in_file = order_new(r, false, by_offset);
  plan->in_stream = order_new(r, false, by_position);
  plan->by_name = order_new(r, true, by_name);
  if (plan->in_file == NULL || plan->in_stream == NULL || plan->by_name == NULL)
    return sow__fail(r->error, SOW_NO_MEMORY, NULL);
  for (size_t i = 0; i < plan->count; i++)
    plan->stored_count += plan->entries[i].tied_to == SOW__NOT_TIED;
  int64_t bytes = 0;
  for (size_t i = 0; i < plan->stored_count; i++) {
    sow__entry *entry = &plan->entries[plan->in_file[i]];
    entry->offset = (uint64_t)bytes;
    if (!sow__add(bytes, (int64_t)entry->bytes, &bytes))
      return sow__fail(r->error, SOW_OVERFLOW, "the model's bytes do not fit in 63 bits");
  }
  for (size_t i = 0; i < plan->count; i++)
    if (plan->entries[i].tied_to != SOW__NOT_TIED)
      plan->entries[i].offset = plan->entries[plan->entries[i].tied_to].offset;
  plan->bytes = (uint64_t)bytes;
  return SOW_OK;
}

static sow_status record(recorder *r, const sow_module *module, const sow_plan_options *options) {
  sow_status status = settle_options(r, options);
  if (status == SOW_OK)
    status = sow__tree_state_dict(module, add_entry, r, r->error);
  if (status == SOW_OK)
    status = check_covered(r);
  if (status != SOW_OK)
    return status;
  r->order = order_new(r, true, by_event);
  if (r->order == NULL)
    return sow__fail(r->error, SOW_NO_MEMORY, NULL);
  status = walk(r);
  if (status == SOW_OK)
    status = settle_offsets(r);
  return status == SOW_OK && r->plan->settings.keep != NULL ? sow__keep_warn(r->plan, r->error) : status;
}

sow_status sow_plan_new(const sow_module *module, const sow_plan_options *options, sow_plan **plan,
                        sow_error *error) {
  sow_status status = sow_module_status(module, error);
  if (status != SOW_OK)
    return status;
  recorder r = {.plan = calloc(1, sizeof *r.plan), .tree = module->tree, .error = error};
  if (r.plan == NULL)
    return sow__fail(error, SOW_NO_MEMORY, NULL);
  status = record(&r, module, options);
  free(r.tensors);
  free(r.order);
  if (status == SOW_OK)
    *plan = r.plan;
  else
    sow_plan_free(r.plan);
  return status;
}
