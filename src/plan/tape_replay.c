#include "plan/replay_inside.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/size.h"
#include "init/resolve.h"
#include "op/layout.h"
#include "op/source.h"
#include "plan/copy_value.h"

#define STEPS_LIMIT 4096 /* live ones, for one storage */
#define DEPTH_LIMIT 64   /* of values that are read within one another */
#define WORK_LIMIT 65536 /* steps of one storage and of all that they read, each time that it is read */

/* One live step of a storage, behind those before it; storages share what they have in common. */
typedef struct link {
  const struct link *before;
  const sow__step *step;
  uint32_t length; /* with those before it */
  uint32_t depth;  /* of the values that these steps read */
  uint32_t work;   /* these steps, and those of the values that they read */
  const sow__value *value;
} link;

typedef struct sow__written {
  link *latest;                  /* NULL: unwritten */
  const sow__tape_item *skipped; /* the latest step that the edition leaves out */
} written;

static sow_status no_memory(sow_error *error) {
  return sow__fail(error, SOW_NO_MEMORY, NULL);
}

/* ---- storages ---- */

static sow_status storages_reserve(sow__replay *replay, const sow__tape *tape, sow_error *error) {
  void *storages = replay->storages;
  if (!sow__reserve(&storages, &replay->storage_capacity, tape->storage_count, sizeof *replay->storages))
    return no_memory(error);
  replay->storages = storages;
  for (; replay->storage_count < tape->storage_count; replay->storage_count++)
    replay->storages[replay->storage_count] = (written){0};
  return SOW_OK;
}

static sow_dtype dtype_of(const sow__replay *replay, const sow__storage *storage) {
  return storage->dtype == SOW_DTYPE_COUNT ? replay->dtype : storage->dtype;
}

static const sow__step **steps_of(sow__replay *replay, const link *latest) {
  uint32_t count = latest == NULL ? 0 : latest->length;
  const sow__step **steps = sow__arena_alloc(replay->arena, ((size_t)count + 1) * sizeof *steps);
  for (; steps != NULL && latest != NULL; latest = latest->before)
    steps[--count] = latest->step;
  return steps;
}

const sow__value *sow__replay_value(sow__replay *replay, const sow__tape *tape, size_t storage) {
  if (storages_reserve(replay, tape, NULL) != SOW_OK)
    return NULL;
  link *latest = replay->storages[storage].latest;
  if (latest != NULL && latest->value != NULL)
    return latest->value;
  sow__value *value = sow__arena_alloc(replay->arena, sizeof *value);
  const sow__step **steps = steps_of(replay, latest);
  if (value == NULL || steps == NULL)
    return NULL;
  const sow__storage *of = &tape->storages[storage];
  *value = (sow__value){.dtype = dtype_of(replay, of),
                        .count = of->count,
                        .steps = steps,
                        .step_count = latest == NULL ? 0 : latest->length};
  sow__value_settle(value);
  if (latest != NULL)
    latest->value = value;
  return value;
}

const sow__tape_item *sow__replay_skipped(const sow__replay *replay, size_t storage) {
  return storage < replay->storage_count ? replay->storages[storage].skipped : NULL;
}

/* ---- steps ---- */

static sow_status read_literal(const void *context, size_t index, uint64_t begin, size_t size, void *out,
                               sow_error *error) {
  (void)index;
  (void)error;
  const char *bytes = context;
  memcpy(out, bytes + begin, size);
  return SOW_OK;
}

/* The bytes stay with the plan, which outlives the tape. False when memory is short. */
static bool copy_literal(sow__replay *replay, const sow__tape_item *item, sow__source *made) {
  const sow__literal *literal = item->literal;
  size_t size = sow_dtype_size(literal->dtype);
  for (int i = 0; i < item->target.ndim; i++)
    size *= (size_t)item->target.shape[i]; /* as many as the text had */
  const char *bound = literal->bound;
  if (bound != NULL)
    bound = sow__arena_copy(replay->arena, bound, strlen(bound));
  const char *bytes = sow__arena_copy(replay->arena, literal->bytes, size);
  *made = (sow__source){.read = read_literal, .context = bytes, .dtype = literal->dtype, .bound = bound};
  return bytes != NULL && (bound != NULL) == (literal->bound != NULL);
}

/* What the other storage holds now, and the view of it, which stays with the plan. False when memory is
 * short. */
static bool copy_view(sow__replay *replay, const sow__tape *tape, const sow__tape_view *view,
                      sow__source *made) {
  const int64_t *shape = sow__sizes_copy(replay->arena, view->ndim, view->shape), *strides = NULL;
  if (view->strides != NULL)
    strides = sow__sizes_copy(replay->arena, view->ndim, view->strides);
  *made = (sow__source){.view = {view->ndim, shape, strides, view->offset}};
  const sow__value *storage = sow__replay_value(replay, tape, view->storage);
  if (storage == NULL || shape == NULL || (strides != NULL) != (view->strides != NULL))
    return false;
  made->value = sow__value_narrow(replay->arena, storage, &made->view);
  return made->value != NULL;
}

static sow_status make_source(sow__replay *replay, const sow__tape *tape, const sow__tape_item *item,
                              const sow__source **source, sow_error *error) {
  *source = NULL;
  if (item->source == NULL && item->literal == NULL)
    return SOW_OK;
  sow__source *made = sow__arena_alloc(replay->arena, sizeof *made);
  if (made == NULL)
    return no_memory(error);
  bool whole =
      item->literal != NULL ? copy_literal(replay, item, made) : copy_view(replay, tape, item->source, made);
  if (!whole)
    return no_memory(error);
  *source = made;
  return SOW_OK;
}

/* The operation of a call that reads another tensor, which only such a call has. */
static void take_source(sow__step *step, const sow__source *source) {
  step->source = source;
  bool arithmetic = step->call.kind >= SOW_INIT_MUL && step->call.kind <= SOW_INIT_DIV;
  if (source == NULL || step->count == 0 || !arithmetic)
    return;
  step->op = &sow__op_elementwise_with[step->call.kind - SOW_INIT_MUL];
  step->p[0] = step->call.argument[1];
}

/* Before 2.12 torch neither draws for such a tensor nor writes it. */
static bool is_skipped(const sow__replay *replay, const sow__tape_item *item) {
  int64_t count;
  return item->uninitialized_before_2_12 && replay->edition < SOW_TORCH_2_12 &&
         sow__count(item->target.ndim, item->target.shape, &count, NULL) == SOW_OK && count > 0;
}

/* All of a storage of the same type and size, which then simply holds the same. */
static bool copies_whole(const sow__tape *tape, const sow__tape_item *item) {
  if (item->call.kind != SOW_INIT_COPY || item->source == NULL || !sow__tape_overwrites(tape, item))
    return false;
  const sow__storage *to = &tape->storages[item->target.storage];
  const sow__storage *from = &tape->storages[item->source->storage];
  return from->dtype == to->dtype && from->count == to->count && item->source->strides == NULL &&
         item->source->offset == 0;
}

/* Reading is done anew each time: what reads itself twice over would take twice as long at each step. */
static sow_status check_limits(const link *added, sow_error *error) {
  if (added->length > STEPS_LIMIT)
    return sow__fail(error, SOW_LIMIT, "more than %d steps make one tensor", STEPS_LIMIT);
  if (added->depth > DEPTH_LIMIT)
    return sow__fail(error, SOW_LIMIT, "it is made of copies of copies, more than %d deep", DEPTH_LIMIT);
  if (added->work > WORK_LIMIT)
    return sow__fail(error, SOW_LIMIT,
                     "more than %d steps make one tensor, with those of the tensors that it reads",
                     WORK_LIMIT);
  return SOW_OK;
}

static sow_status append(sow__replay *replay, const sow__tape *tape, const sow__tape_item *item,
                         const sow__step *step, sow_error *error) {
  written *target = &replay->storages[item->target.storage];
  link *added = sow__arena_alloc(&replay->links, sizeof *added);
  if (added == NULL)
    return no_memory(error);
  const link *before = sow__tape_overwrites(tape, item) ? NULL : target->latest;
  const sow__value *read = step->source == NULL ? NULL : step->source->value;
  *added = (link){.before = before, .step = step, .length = 1, .work = 1};
  if (read != NULL) {
    added->depth = read->depth + 1;
    added->work += read->work;
  }
  if (before != NULL) {
    added->length += before->length;
    added->work += before->work;
    added->depth = added->depth > before->depth ? added->depth : before->depth;
  }
  sow_status status = check_limits(added, error);
  if (status == SOW_OK)
    target->latest = added;
  return status;
}

static sow_status bind(sow__replay *replay, const sow__tape_item *item, sow_dtype dtype, sow__step *step,
                       sow_error *error) {
  const sow__tape_view *view = &item->target;
  sow_status status =
      sow__resolve(item->call, dtype, replay->edition, view->ndim, view->shape, view->strides, step, error);
  if (status != SOW_OK)
    return status;
  sow__place place = {0};
  if (step->op->stream == SOW__DRAWS) {
    status = sow__replay_need_place(replay, item->generator, &place, error);
    replay->worker.threads = sow__step_threads(step, replay->threads);
  } else {
    (void)sow__replay_place(replay, item->generator, &place);
  }
  if (status == SOW_OK)
    status = sow__step_bind(step, &replay->worker, &place, error);
  if (status == SOW_OK)
    status = sow__replay_check_position(&place, error);
  if (status != SOW_OK || step->op->stream == SOW__DRAWLESS)
    return status;
  status = sow__replay_add_words(replay, step->draws, error);
  return status == SOW_OK ? sow__replay_place_set(replay, item->generator, &place, error) : status;
}

const int64_t *sow__sizes_copy(sow__arena *arena, int ndim, const int64_t *sizes) {
  int64_t *copy = sow__arena_alloc(arena, ((size_t)ndim + 1) * sizeof *copy);
  if (copy != NULL && ndim > 0)
    memcpy(copy, sizes, (size_t)ndim * sizeof *copy);
  return copy;
}

static const char *rule_of(const sow__tape_item *item) {
  return item->rule == NULL ? "no rule" : item->rule;
}

/* The step as the plan keeps it: it may outlive the tape. */
static sow__step *keep(sow__replay *replay, const sow__tape_item *item, const sow__step *bound) {
  sow__step *step = sow__arena_alloc(replay->arena, sizeof *step);
  if (step == NULL)
    return NULL;
  *step = *bound;
  step->shape = sow__sizes_copy(replay->arena, step->ndim, step->shape);
  if (step->strides != NULL)
    step->strides = sow__sizes_copy(replay->arena, step->ndim, step->strides);
  step->rule = sow__intern(&replay->rules, replay->arena, rule_of(item));
  step->offset = item->target.offset;
  step->by_caller = item->by_caller;
  bool whole = step->shape != NULL && step->rule != NULL && (bound->strides == NULL || step->strides != NULL);
  return whole ? step : NULL;
}

/* Once, for what is true of one weight is true of the others. */
static void warn_of_layout(sow__replay *replay, const sow__tape_item *item, sow_error *error) {
  if (replay->warned_of_layout || !item->in_torch_layer || !sow__initializer_assumes_layout(&item->call))
    return;
  replay->warned_of_layout = true;
  const char *name = sow_initializer_name(item->call.kind);
  int framework = (int)strcspn(name, ".");
  sow__warn(error,
            "%s takes this weight for (…, in, out), and torch's layers have (out, in, …); layout='torch' "
            "takes it so, layout='%.*s' says that it is meant",
            name, framework, name);
}

static sow_status follow(sow__replay *replay, const sow__tape *tape, const sow__tape_item *item, bool live,
                         sow_error *error) {
  sow__step bound;
  const sow__source *source;
  sow_dtype dtype = dtype_of(replay, &tape->storages[item->target.storage]);
  sow_status status = bind(replay, item, dtype, &bound, error);
  if (status != SOW_OK || !live)
    return status;
  warn_of_layout(replay, item, error);
  status = make_source(replay, tape, item, &source, error);
  if (status != SOW_OK)
    return status;
  if (source != NULL)
    status = sow__check_other_dtype(item->call, dtype, sow__source_dtype(source), error);
  if (status != SOW_OK)
    return status;
  take_source(&bound, source);
  if (source != NULL && source->value != NULL && source->value->step_count == 0)
    return SOW_OK; /* what was never written makes nothing written */
  sow__step *step = keep(replay, item, &bound);
  return step == NULL ? no_memory(error) : append(replay, tape, item, step, error);
}

static sow_status step_item(sow__replay *replay, const sow__tape *tape, const sow__tape_item *item, bool live,
                            sow_error *error) {
  sow_status status = storages_reserve(replay, tape, error);
  if (status != SOW_OK)
    return status;
  if (is_skipped(replay, item)) {
    replay->storages[item->target.storage] = (written){.skipped = item};
    return SOW_OK;
  }
  if (live && copies_whole(tape, item)) {
    replay->storages[item->target.storage] = replay->storages[item->source->storage];
    return SOW_OK;
  }
  return follow(replay, tape, item, live, error);
}

/* ---- names in messages ---- */

typedef struct warning_context {
  sow__replay *replay;
  const sow__tape_item *item;
  const sow_error *error;
} warning_context;

static const char *subject_of(const sow__tape_item *item) {
  return item->subject == NULL ? "a tensor" : item->subject;
}

/* Whether a text was told before; it is noted, where memory and place allow. */
static bool is_told(sow__replay *replay, const char *text) {
  for (size_t i = 0; i < replay->told_count; i++)
    if (strcmp(replay->told[i], text) == 0)
      return true;
  size_t size = strlen(text) + 1;
  char *copy = replay->told_count < SOW__REPLAY_TOLD ? sow__arena_alloc(&replay->links, size) : NULL;
  if (copy != NULL)
    replay->told[replay->told_count++] = memcpy(copy, text, size);
  return false;
}

/* Of the first tensor only: a model of empty tensors has hundreds. */
static void warn_within(void *context, const sow_error *warning) {
  const warning_context *within = context;
  if (is_told(within->replay, warning->message))
    return;
  sow_error named = *warning;
  sow__fail_within(&named, SOW_OK, "%s (%s)", subject_of(within->item), rule_of(within->item));
  within->error->on_warning(within->error->warning_context, &named);
}

static sow_status named_step(sow__replay *replay, const sow__tape *tape, const sow__tape_item *item,
                             bool live, sow_error *error) {
  sow_error local = SOW_ERROR_NONE;
  warning_context within = {replay, item, error};
  if (error != NULL && error->on_warning != NULL) {
    local.on_warning = warn_within;
    local.warning_context = &within;
  }
  sow_status status = step_item(replay, tape, item, live, &local);
  if (status == SOW_OK || status == SOW_NO_MEMORY)
    return status == SOW_OK ? SOW_OK : no_memory(error);
  sow__fail_again(error, &local);
  return sow__fail_within(error, status, "%s (%s)", subject_of(item), rule_of(item));
}

sow_status sow__replay_item(sow__replay *replay, const sow__tape *tape, const sow__tape_item *item, bool live,
                            sow_error *error) {
  return item->kind == SOW__TAPE_STEP ? named_step(replay, tape, item, live, error)
                                      : sow__replay_generator_item(replay, item, error);
}

/* ---- the whole ---- */

sow_status sow__replay_open(sow__replay *replay, const sow_generator *base, sow_error *error) {
  sow__place place;
  replay->worker.scratch = &replay->scratch;
  sow_status status = sow__replay_stream_add(replay, base, &place, error);
  if (status == SOW_OK)
    status = sow__replay_place_set(replay, 0, &place, error);
  if (status == SOW_OK)
    sow__cursor_open(&replay->worker.cursor, replay->bases);
  return status;
}

void sow__replay_close(sow__replay *replay) {
  free(replay->generators);
  free(replay->marks);
  free(replay->storages);
  sow__scratch_free(&replay->scratch);
  sow__arena_free(&replay->links);
}
