/*
 * Random programs of steps as a recording has them, which are done by hand as they are written: draws and
 * arithmetic by sow_fill on plain memory, copies by loops. What a plan or a replay makes of the text must be
 * that memory.
 */
#ifndef SOW_TESTS_PROGRAMS_H
#define SOW_TESTS_PROGRAMS_H

#include <inttypes.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/dtype.h"
#include "base/memory.h"
#include "base/size.h"
#include "init/initializer.h"
#include "init/resolve.h"
#include "kernel/elementwise.h"
#include "kernel/norm.h"
#include "op/convert.h"
#include "op/layout.h"
#include "sow/sow.h"

#define PROGRAM_STORAGES 12
#define PROGRAM_GENERATORS 4
#define PROGRAM_DIMS 5

/* Part of a storage as a tensor; the strides are always there. */
typedef struct view {
  int storage, ndim;
  int64_t shape[PROGRAM_DIMS], strides[PROGRAM_DIMS], offset, count;
} view;

typedef struct program {
  uint64_t picks; /* the state of what chooses */
  sow_edition edition;
  sow_dtype dtype; /* the default one */
  uint64_t seed;
  int storage_count;
  struct {
    sow_dtype dtype;
    int64_t count;
    char *memory;
  } storages[PROGRAM_STORAGES];
  sow_generator *generators[PROGRAM_GENERATORS], *marks[PROGRAM_GENERATORS];
  int mark_count;
  sow__buffer steps; /* the lines between modules and names */
  size_t told;       /* of them, by program_news */
} program;

static inline uint64_t choose(program *p, uint64_t below) {
  p->picks = p->picks * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return (p->picks >> 33) % below;
}

static inline int64_t between(program *p, int64_t least, int64_t most) {
  return least + (int64_t)choose(p, (uint64_t)(most - least) + 1);
}

static inline void program_open(program *p, uint64_t picks, sow_edition edition, sow_dtype dtype) {
  *p = (program){.picks = picks, .edition = edition, .dtype = dtype};
  p->seed = choose(p, 1000);
  p->generators[0] = sow_generator_new(p->seed, edition);
  assert_non_null(p->generators[0]);
}

static inline void program_close(program *p) {
  for (int i = 0; i < p->storage_count; i++)
    free(p->storages[i].memory);
  for (int i = 0; i < PROGRAM_GENERATORS; i++) {
    sow_generator_free(p->generators[i]);
    sow_generator_free(p->marks[i]);
  }
  sow__buffer_free(&p->steps);
}

/* ---- views ---- */

static inline void view_fill_strides(view *v) {
  int64_t step = 1;
  for (int d = v->ndim - 1; d >= 0; d--) {
    v->strides[d] = step;
    step *= v->shape[d];
  }
}

static inline int64_t view_count(const view *v) {
  int64_t count = 1;
  for (int d = 0; d < v->ndim; d++)
    count *= v->shape[d];
  return count;
}

/* Where element `number`, the last dimension fastest, lies in the storage. */
static inline int64_t view_at(const view *v, int64_t number) {
  int64_t at = v->offset;
  for (int d = v->ndim - 1; d >= 0; d--) {
    at += number % v->shape[d] * v->strides[d];
    number /= v->shape[d];
  }
  return at;
}

/* All of a storage, in a shape of up to so many dimensions. */
static inline view view_whole(program *p, int storage, int most) {
  view v = {.storage = storage, .ndim = 1, .shape = {p->storages[storage].count}};
  v.count = v.shape[0];
  while (v.ndim < most && choose(p, 3) > 0) {
    int64_t divisor = between(p, 1, 9);
    if (v.shape[v.ndim - 1] % divisor != 0)
      continue;
    v.shape[v.ndim] = v.shape[v.ndim - 1] / divisor;
    v.shape[v.ndim - 1] = divisor;
    v.ndim++;
  }
  view_fill_strides(&v);
  return v;
}

static inline void view_cut(program *p, view *v) {
  for (int d = 0; d < v->ndim; d++) {
    int64_t begin = between(p, 0, v->shape[d] - 1), size = between(p, 1, v->shape[d] - begin);
    int64_t each = choose(p, 3) == 0 ? 2 : 1;
    v->offset += begin * v->strides[d];
    v->shape[d] = (size + each - 1) / each;
    v->strides[d] *= each;
  }
}

static inline void view_turn(program *p, view *v) {
  for (int d = v->ndim - 1; d > 0; d--) {
    int other = (int)choose(p, (uint64_t)d + 1);
    int64_t shape = v->shape[d], stride = v->strides[d];
    v->shape[d] = v->shape[other];
    v->strides[d] = v->strides[other];
    v->shape[other] = shape;
    v->strides[other] = stride;
  }
}

static inline view view_any(program *p, int storage) {
  view v = view_whole(p, storage, 1 + (int)choose(p, PROGRAM_DIMS - 1));
  if (v.count > 0 && choose(p, 2) == 0)
    view_cut(p, &v);
  if (choose(p, 3) == 0)
    view_turn(p, &v);
  v.count = view_count(&v);
  return v;
}

/* A view of the shape on some storage that is large enough, with dimensions expanded at times; false for
 * none. */
static inline bool view_alike(program *p, const view *like, sow_dtype dtype, view *v) {
  int storage = (int)choose(p, (uint64_t)p->storage_count);
  int64_t total = p->storages[storage].count, reach = 0;
  if ((dtype != SOW_DTYPE_COUNT && p->storages[storage].dtype != dtype) || total == 0 || like->count == 0)
    return false;
  view made = *like;
  made.storage = storage;
  view_fill_strides(&made);
  if (choose(p, 3) == 0)
    made.strides[choose(p, (uint64_t)made.ndim)] = 0;
  for (int d = 0; d < made.ndim; d++)
    reach += (made.shape[d] - 1) * made.strides[d];
  if (reach >= total)
    return false;
  made.offset = between(p, 0, total - 1 - reach);
  *v = made;
  return true;
}

static inline bool view_is_contiguous(const view *v) {
  return sow__layout_contiguous(v->ndim, v->shape, v->strides);
}

static inline void put_view(sow__buffer *out, const view *v) {
  char text[200];
  sow__buffer_printf(out, "s%d%s", v->storage, sow__shape_print(v->ndim, v->shape, text, sizeof text));
  if (!view_is_contiguous(v))
    sow__buffer_printf(out, "*%s", sow__shape_print(v->ndim, v->strides, text, sizeof text));
  if (v->offset > 0)
    sow__buffer_printf(out, "+%" PRId64, v->offset);
}

/* ---- memory ---- */

static inline DLTensor tensor_of(const program *p, view *v) {
  sow_dtype dtype = p->storages[v->storage].dtype;
  return (DLTensor){.data = p->storages[v->storage].memory,
                    .byte_offset = (uint64_t)v->offset * sow_dtype_size(dtype),
                    .device = {kDLCPU, 0},
                    .ndim = v->ndim,
                    .dtype = sow__dtype_dlpack(dtype),
                    .shape = v->shape,
                    .strides = v->strides};
}

/* The view's elements one behind the other; free them. */
static inline char *gathered(const program *p, const view *v) {
  size_t size = sow_dtype_size(p->storages[v->storage].dtype);
  char *values = malloc((size_t)v->count * size + 1);
  assert_non_null(values);
  for (int64_t i = 0; i < v->count; i++)
    memcpy(values + (size_t)i * size, p->storages[v->storage].memory + (size_t)view_at(v, i) * size, size);
  return values;
}

static inline void scatter(program *p, const view *v, const char *values) {
  size_t size = sow_dtype_size(p->storages[v->storage].dtype);
  for (int64_t i = 0; i < v->count; i++)
    memcpy(p->storages[v->storage].memory + (size_t)view_at(v, i) * size, values + (size_t)i * size, size);
}

/* ---- steps ---- */

static inline void program_step(program *p, view *to, sow_initializer call, const view *from, int generator) {
  char text[SOW_INITIALIZER_TEXT_SIZE];
  sow__buffer_text(&p->steps, "step ");
  put_view(&p->steps, to);
  sow__initializer_print(call, from == NULL ? NULL : "\x01", text, sizeof text);
  sow__buffer_text(&p->steps, " ");
  for (const char *at = text; *at != 0; at++)
    if (*at == '\x01')
      put_view(&p->steps, from);
    else
      sow__buffer_add(&p->steps, at, 1);
  if (generator > 0)
    sow__buffer_printf(&p->steps, " generator %d", generator);
  sow__buffer_printf(&p->steps, " at \"test.py:%d\"\n", (int)(p->steps.length % 1000));
}

/* A call that sow_fill knows; false, and nothing done, where it takes no such tensor. */
static inline bool program_fill(program *p, view *to, sow_initializer call) {
  int generator = (int)choose(p, PROGRAM_GENERATORS);
  sow_fill_options options = {.size = sizeof options, .threads = 1 + (int)choose(p, 3)};
  DLTensor tensor = tensor_of(p, to);
  if (p->generators[generator] == NULL)
    generator = 0;
  if (sow_fill_with(&tensor, call, p->generators[generator], &options, NULL) != SOW_OK)
    return false;
  program_step(p, to, call, NULL, generator);
  return true;
}

static inline void program_copy(program *p, view *to, view *from) {
  size_t size = sow_dtype_size(p->storages[to->storage].dtype);
  char *values = gathered(p, from), *converted = malloc((size_t)to->count * size + 1);
  sow__convert(p->storages[from->storage].dtype, values, p->storages[to->storage].dtype, converted,
               (size_t)to->count);
  scatter(p, to, converted);
  free(values);
  free(converted);
  program_step(p, to, sow_copy(), from, 0);
}

/* mul_, add_, sub_ or div_ with another view. */
static inline void program_combine(program *p, view *to, view *from) {
  static const sow__elementwise kinds[] = {SOW__MUL, SOW__ADD, SOW__SUB, SOW__DIV};
  size_t kind = (size_t)choose(p, 4);
  double alpha = kind == 1 || kind == 2 ? (double)between(p, -4, 4) / 4 : 1;
  char *values = gathered(p, to), *others = gathered(p, from);
  sow__elementwise_run_with(kinds[kind], p->storages[to->storage].dtype, p->edition, alpha, values, others,
                            (size_t)to->count);
  scatter(p, to, values);
  free(values);
  free(others);
  sow_initializer calls[] = {sow_mul(0), sow_add(0, alpha), sow_sub(0, alpha), sow_div(0)};
  program_step(p, to, calls[kind], from, 0);
}

/* ---- literals ---- */

static inline void put_base64(sow__buffer *out, const unsigned char *bytes, size_t size) {
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (size_t at = 0; at < size; at += 3) {
    size_t left = size - at < 3 ? size - at : 3;
    uint32_t group = (uint32_t)bytes[at] << 16 | (left > 1 ? (uint32_t)bytes[at + 1] << 8 : 0) |
                     (left > 2 ? (uint32_t)bytes[at + 2] : 0);
    char text[4] = {digits[group >> 18], digits[group >> 12 & 63], left > 1 ? digits[group >> 6 & 63] : '=',
                    left > 2 ? digits[group & 63] : '='};
    sow__buffer_text(out, at % 54 == 0 ? at == 0 ? "  " : "\n  " : "");
    sow__buffer_add(out, text, sizeof text);
  }
  if (size > 0)
    sow__buffer_text(out, "\n");
}

static inline void program_literal(program *p, view *to) {
  sow_dtype dtype = p->storages[to->storage].dtype;
  size_t size = (size_t)to->count * sow_dtype_size(dtype);
  char *bytes = malloc(size + 1);
  for (int64_t i = 0; i < to->count; i++) {
    double value = (double)between(p, -100, 100) / 8;
    sow__convert(SOW_FLOAT64, &value, dtype, bytes + (size_t)i * sow_dtype_size(dtype), 1);
  }
  scatter(p, to, bytes);
  sow__buffer_text(&p->steps, "literal ");
  put_view(&p->steps, to);
  sow__buffer_printf(&p->steps, " %zu\n", size);
  put_base64(&p->steps, (const unsigned char *)bytes, size);
  free(bytes);
}

/* ---- random ones ---- */

/* Calls that need no source, with arguments of their own. */
static inline sow_initializer any_call(program *p) {
  double number = (double)between(p, -8, 8) / 4;
  sow_initializer made = sow__initializer_defaults((sow_initializer_kind)choose(p, SOW_INITIALIZER_COUNT));
  switch (made.kind) {
  case SOW_INIT_UNIFORM:
    return sow_uniform(number, number + 1);
  case SOW_INIT_NORMAL:
    return sow_normal(number, 0.5);
  case SOW_INIT_TRUNC_NORMAL:
    return sow_trunc_normal(0, 1, -1, number + 2.5);
  case SOW_INIT_SPARSE:
    return sow_sparse(0.25, 0.5);
  case SOW_INIT_CONSTANT:
  case SOW_INIT_FILL:
  case SOW_INIT_ADD:
  case SOW_INIT_SUB:
    made.argument[0] = number;
    return made;
  case SOW_INIT_MUL:
  case SOW_INIT_DIV:
    made.argument[0] = number == 0 ? 3 : number;
    return made;
  case SOW_INIT_POW:
    return sow_pow((double)choose(p, 4));
  case SOW_INIT_CLAMP:
    return sow_clamp(choose(p, 2) == 0 ? -(double)INFINITY : -0.5, number + 3);
  default:
    return made;
  }
}

static inline void program_write(program *p, view *to) {
  view from;
  sow_dtype dtype = p->storages[to->storage].dtype;
  uint64_t way = choose(p, 8);
  if (way == 0 && view_alike(p, to, SOW_DTYPE_COUNT, &from))
    program_copy(p, to, &from);
  else if (way == 1 && sow_dtype_is_float(dtype) && view_alike(p, to, dtype, &from))
    program_combine(p, to, &from);
  else if (way == 2 && to->count < 500)
    program_literal(p, to);
  else
    while (!program_fill(p, to, any_call(p)))
      ;
}

/* A new storage, all of which is written. */
static inline void program_storage(program *p, int64_t count) {
  static const sow_dtype dtypes[] = {SOW_FLOAT32,  SOW_FLOAT32, SOW_FLOAT64, SOW_FLOAT16,
                                     SOW_BFLOAT16, SOW_INT64,   SOW_INT32,   SOW_INT16,
                                     SOW_INT8,     SOW_UINT8,   SOW_BOOL};
  int storage = p->storage_count;
  sow_dtype dtype = choose(p, 2) == 0 ? p->dtype : dtypes[choose(p, sizeof dtypes / sizeof *dtypes)];
  if (storage == PROGRAM_STORAGES)
    return;
  p->storages[storage].dtype = dtype;
  p->storages[storage].count = count;
  p->storages[storage].memory = calloc((size_t)count + 1, sow_dtype_size(dtype));
  assert_non_null(p->storages[storage].memory);
  p->storage_count++;
  sow__buffer_printf(&p->steps, "storage %d %s %" PRId64 "\n", storage, sow_dtype_name(dtype), count);
  view whole = view_whole(p, storage, 3);
  if (choose(p, 3) == 0)
    view_turn(p, &whole);
  sow_initializer call = any_call(p);
  while (sow_initializer_changes(call.kind) || !program_fill(p, &whole, call))
    call = any_call(p);
}

static inline void program_generator(program *p) {
  int g = (int)choose(p, PROGRAM_GENERATORS), mark = (int)choose(p, (uint64_t)p->mark_count + 1);
  if (p->generators[g] == NULL || choose(p, 4) == 0) {
    uint64_t number = choose(p, 1u << 20);
    sow_generator_free(p->generators[g]);
    p->generators[g] = sow_generator_new(number, p->edition);
    sow__buffer_printf(&p->steps, "seed %d %" PRIu64 "\n", g, number);
  } else if (mark == p->mark_count && mark < PROGRAM_GENERATORS) {
    p->marks[p->mark_count++] = sow_generator_copy(p->generators[g]);
    sow__buffer_printf(&p->steps, "mark %d %d\n", mark, g);
  } else if (mark < p->mark_count) {
    sow_generator_free(p->generators[g]);
    p->generators[g] = sow_generator_copy(p->marks[mark]);
    sow__buffer_printf(&p->steps, "restore %d %d\n", mark, g);
  } else {
    uint64_t words = choose(p, 3000);
    sow_generator_skip(p->generators[g], words);
    sow__buffer_printf(&p->steps, "skip %d %" PRIu64 "\n", g, words);
  }
}

/* One thing more; storages of up to `most` elements. */
static inline void program_go_on(program *p, int64_t most) {
  uint64_t way = choose(p, 10);
  if (p->storage_count == 0 || way < 2) {
    program_storage(p, choose(p, 20) == 0 ? 0 : between(p, 1, most));
  } else if (way == 2) {
    program_generator(p);
  } else {
    view to = view_any(p, (int)choose(p, (uint64_t)p->storage_count));
    if (to.count > 0)
      program_write(p, &to);
  }
}

/* The lines since the last call; they live until the program goes on. */
static inline const char *program_news(program *p, size_t *length) {
  const char *news = p->steps.data + p->told;
  *length = p->steps.length - p->told;
  p->told = p->steps.length;
  return news;
}

/* ---- the whole ---- */

/* Begins a recording whose names the caller adds. */
static inline void program_head(const program *p, sow__buffer *text) {
  sow__buffer_printf(text, "sow recording 1\ntorch %s\ndtype %s\nseed %" PRIu64 "\nmodule \"\" \"Net\"\n",
                     sow_edition_name(p->edition), sow_dtype_name(p->dtype), p->seed);
  sow__buffer_add(text, p->steps.data, p->steps.length);
}

/* A recording with each storage as a parameter, "p0" and so on, and with views, "v0" and so on. */
static inline sow__buffer program_text(const program *p, const view *views, int count) {
  sow__buffer text = {0};
  program_head(p, &text);
  for (int i = 0; i < p->storage_count; i++)
    sow__buffer_printf(&text, "parameter \"p%d\" s%d[%" PRId64 "]\n", i, i, p->storages[i].count);
  for (int i = 0; i < count; i++) {
    sow__buffer_printf(&text, "buffer \"v%d\" ", i);
    put_view(&text, &views[i]);
    sow__buffer_text(&text, "\n");
  }
  sow__buffer_text(&text, "end\n");
  assert_false(text.failed || p->steps.failed);
  return text;
}

static inline sow_module *parsed_recording(const char *text, size_t length, sow_recording_about *about) {
  sow_module *module = NULL;
  sow_error error = SOW_ERROR_NONE;
  if (sow_module_parse_recording(text, length, "model.sow", &module, about, &error) != SOW_OK)
    fail_msg("%d:%d: %s\n%s", error.line, error.column, error.message, text);
  return module;
}

/* The plan of a recording as its head has it, stored in another dtype; SOW_DTYPE_COUNT for none. */
static inline sow_plan *recorded_plan(const char *text, size_t length, sow_dtype cast) {
  sow_recording_about about;
  sow_module *module = parsed_recording(text, length, &about);
  sow_plan_options options = sow_plan_defaults();
  sow_plan *plan = NULL;
  sow_error error = SOW_ERROR_NONE;
  options.seed = about.seed;
  options.edition = about.edition;
  options.dtype = about.dtype;
  options.cast = cast == SOW_DTYPE_COUNT ? about.dtype : cast;
  options.temporaries = true;
  if (sow_plan_new(module, &options, &plan, &error) != SOW_OK)
    fail_msg("%s\n%s", error.message, text);
  sow_module_free(module);
  return plan;
}

#endif
