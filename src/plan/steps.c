#include "plan/steps.h"

#include <inttypes.h>

#include "base/size.h"
#include "init/initializer.h"

#define NESTED_SHOWN 2 /* tensors that are made of tensors that are made of tensors */

/* ---- the list ---- */

/* The value that the first step copies whole, in the same order; NULL where it does something else. */
static const sow__value *copied_whole(const sow__value *value) {
  const sow__step *first = value->step_count > 0 ? value->steps[0] : NULL;
  if (first == NULL || first->op != &sow__op_copy || first->source->value == NULL ||
      !sow__step_covers(first, value->count))
    return NULL;
  const sow__source *source = first->source;
  bool whole =
      source->view.strides == NULL && source->view.offset == 0 && source->value->count == value->count;
  return whole ? source->value : NULL;
}

/* The step at `index`, or NULL with *index less the steps that were passed. */
static const sow__step *find(const sow__value *value, size_t *index, bool *cast) {
  const sow__value *from = copied_whole(value);
  if (from != NULL) {
    const sow__step *step = find(from, index, cast);
    if (step != NULL)
      return step;
  }
  if (*index < value->step_count) {
    *cast = from != NULL && *index == 0;
    return value->steps[*index];
  }
  *index -= value->step_count;
  return NULL;
}

const sow__step *sow__entry_step(const sow__entry *entry, size_t index, bool *cast) {
  return find(entry->value, &index, cast);
}

size_t sow__entry_step_count(const sow__entry *entry) {
  size_t count = 0;
  for (const sow__value *value = entry->value; value != NULL; value = copied_whole(value))
    count += value->step_count;
  return count;
}

/* ---- which elements ---- */

/* [6, 4]*[1, 6]+0: as a recording writes a view. */
static void put_view(sow__buffer *out, int ndim, const int64_t *shape, const int64_t *strides,
                     int64_t offset) {
  char text[SOW__SHAPE_SIZE];
  sow__buffer_text(out, sow__shape_print(ndim, shape, text, sizeof text));
  if (strides != NULL)
    sow__buffer_printf(out, "*%s", sow__shape_print(ndim, strides, text, sizeof text));
  sow__buffer_printf(out, "+%" PRId64, offset);
}

/* Whether the step's dimensions are the entry's from `first` on. */
static bool has_sizes(const sow__entry *entry, const sow__step *step, int first) {
  bool same = true;
  for (int i = first; i < entry->ndim && same; i++)
    same = step->shape[i - entry->ndim + step->ndim] == entry->shape[i];
  return same;
}

/* [2:4] or [2]; false where it is made under another shape than that of such rows. */
static bool put_rows(sow__buffer *out, const sow__entry *entry, const sow__step *step) {
  const int64_t row = entry->ndim > 0 && entry->shape[0] > 0 ? entry->value->count / entry->shape[0] : 0;
  const bool one = step->ndim == entry->ndim - 1;
  if (step->strides != NULL || row == 0 || step->offset % row != 0 || step->count % row != 0 ||
      !(one || step->ndim == entry->ndim) || !has_sizes(entry, step, 1))
    return false;
  sow__buffer_printf(out, "[%" PRId64, step->offset / row);
  if (!one)
    sow__buffer_printf(out, ":%" PRId64, (step->offset + step->count) / row);
  sow__buffer_text(out, "] ");
  return true;
}

/* Whether the step's strides are those of a contiguous tensor of the entry's shape. */
static bool lies_along(const sow__entry *entry, const sow__step *step) {
  int64_t stride = 1;
  for (int i = entry->ndim - 1; i >= 0; i--) {
    if (step->ndim != entry->ndim || (step->shape[i] != 1 && step->strides[i] != stride))
      return false;
    stride *= entry->shape[i];
  }
  return true;
}

/* [2:4, 0:8] */
static void put_slices(sow__buffer *out, const sow__entry *entry, const sow__step *step) {
  int64_t rest = step->offset, row = entry->value->count;
  for (int i = 0; i < entry->ndim; i++) {
    row /= entry->shape[i];
    sow__buffer_printf(out, "%s%" PRId64 ":%" PRId64, i == 0 ? "[" : ", ", rest / row,
                       rest / row + step->shape[i]);
    rest %= row;
  }
  sow__buffer_text(out, "] ");
}

/* As a slice where it is one, or as a view. Fans and orthogonal rows are of its shape. */
static void put_part(sow__buffer *out, const sow__entry *entry, const sow__step *step) {
  if (put_rows(out, entry, step))
    return;
  if (step->strides != NULL && entry->value->count > 0 && lies_along(entry, step)) {
    put_slices(out, entry, step);
    return;
  }
  put_view(out, step->ndim, step->shape, step->strides, step->offset);
  sow__buffer_text(out, " ");
}

/* Whether it makes all of the entry, as a tensor of the entry's shape. */
static bool is_all(const sow__entry *entry, const sow__step *step) {
  return sow__step_covers(step, entry->value->count) && step->ndim == entry->ndim &&
         has_sizes(entry, step, 0);
}

/* ---- what it does ---- */

static void put_value(sow__buffer *out, const sow__value *value, int depth);

/* Which of the other tensor's elements, where they are not all of them in their order. */
static void put_read(sow__buffer *out, const sow__source *source) {
  const sow__view *view = &source->view;
  int64_t count = 1;
  for (int i = 0; i < view->ndim; i++)
    count *= view->shape[i];
  if (view->strides == NULL && view->offset == 0 && count == source->value->count)
    return;
  put_view(out, view->ndim, view->shape, view->strides, view->offset);
  sow__buffer_text(out, " of ");
}

/* The other tensor, as what makes it. */
static void put_source(sow__buffer *out, const sow__source *source, int depth) {
  if (source->value == NULL) {
    sow__buffer_text(out, "literal");
    return;
  }
  put_read(out, source);
  if (depth >= NESTED_SHOWN)
    sow__buffer_text(out, "…");
  else
    put_value(out, source->value, depth + 1);
}

static void put_call(sow__buffer *out, const sow__step *step, int depth) {
  char call[SOW_INITIALIZER_TEXT_SIZE];
  if (step->source == NULL) {
    sow_initializer_print(step->call, call, sizeof call);
    sow__buffer_text(out, call);
    return;
  }
  /* The call around a mark, which the other tensor replaces: its text may be of any length. */
  sow__initializer_print(step->call, "\x01", call, sizeof call);
  for (const char *at = call; *at != 0; at++) {
    if (*at == '\x01')
      put_source(out, step->source, depth);
    else
      sow__buffer_add(out, at, 1);
  }
}

static void put_value(sow__buffer *out, const sow__value *value, int depth) {
  for (uint32_t i = 0; i < value->step_count; i++) {
    const sow__step *step = value->steps[i];
    sow__buffer_text(out, i > 0 ? "; " : "");
    if (!sow__step_covers(step, value->count)) {
      put_view(out, step->ndim, step->shape, step->strides, step->offset);
      sow__buffer_text(out, " ");
    }
    put_call(out, step, depth);
  }
}

void sow__entry_step_text(const sow__entry *entry, const sow__step *step, bool cast, sow__buffer *out) {
  if (cast) {
    sow__buffer_printf(out, "to(%s)", sow_dtype_name(step->dtype));
    return;
  }
  if (!is_all(entry, step))
    put_part(out, entry, step);
  put_call(out, step, 0);
}

void sow__entry_line(const sow__entry *entry, sow__buffer *out) {
  bool cast = false;
  const sow__step *step;
  for (size_t i = 0; (step = sow__entry_step(entry, i, &cast)) != NULL; i++) {
    sow__buffer_text(out, i > 0 ? "; " : "");
    sow__entry_step_text(entry, step, cast, out);
  }
}
