/*
 * Random programs of steps as a recording has them, which are done by hand as they are written: draws and
 * arithmetic by sow_fill on plain memory, copies by loops. What a plan or a replay makes of the text must be
 * that memory.
 */
#ifndef SOW_TESTS_PROGRAMS_H
#define SOW_TESTS_PROGRAMS_H

#include "base/size.h"
#include "init/resolve.h"
#include "kernel/elementwise.h"
#include "kernel/norm.h"
#include "op/convert.h"
#include "program_views.h"
#include "recorded.h"

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
  case SOW_INIT_FMOD:
    return sow_fmod(number == 0 ? 3 : number);
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

/* The plan of a recording as its head has it, stored in another dtype; SOW_DTYPE_COUNT for none. */
static inline sow_plan *recorded_plan(const char *text, sow_dtype cast) {
  sow_recording_about about;
  sow_module *module = parsed_recording(text, &about);
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
