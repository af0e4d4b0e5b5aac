/* Tensors that several steps made: a block of one equals the same part of the whole, and so does a range. */
#include <stdio.h>
#include <unistd.h>

#include "programs.h"

#define BLOCKS 6

typedef struct block {
  int ndim;
  int64_t begin[SOW_MAX_DIMS], size[SOW_MAX_DIMS], strides[SOW_MAX_DIMS];
  int64_t count, room; /* elements of the block, and from the first to the last at `out` */
} block;

/* Empty, single elements, all, and what lies between; at the destination in any order, with gaps. */
static block any_block(program *p, const sow_plan_entry *entry) {
  block b = {.ndim = entry->ndim, .count = 1, .room = 1};
  int order[SOW_MAX_DIMS] = {0};
  for (int d = 0; d < b.ndim; d++) {
    int64_t all = entry->shape[d];
    uint64_t way = choose(p, 6);
    b.begin[d] = way < 2 || all == 0 ? 0 : between(p, 0, all - 1);
    b.size[d] = way < 2    ? all
                : way == 2 ? all > 0
                : way == 3 ? between(p, 0, 1)
                           : between(p, 0, all - b.begin[d]);
    b.size[d] = b.size[d] > all - b.begin[d] ? all - b.begin[d] : b.size[d];
    b.count *= b.size[d];
    int at = (int)choose(p, (uint64_t)d + 1);
    order[d] = order[at];
    order[at] = d;
  }
  for (int i = 0; i < b.ndim; i++) {
    b.strides[order[i]] = b.room + (int64_t)choose(p, 3);
    b.room = b.strides[order[i]] * (b.size[order[i]] > 0 ? b.size[order[i]] : 1);
  }
  return b;
}

static int64_t place_in(const block *b, int64_t number, const sow_plan_entry *entry, int64_t *in) {
  int64_t out = 0, step = 1, index[SOW_MAX_DIMS];
  *in = 0;
  for (int d = b->ndim - 1; d >= 0; d--) {
    int64_t size = b->size[d] > 0 ? b->size[d] : 1; /* there is no element where one is 0 */
    index[d] = number % size;
    number /= size;
    out += index[d] * b->strides[d];
    *in += (b->begin[d] + index[d]) * step;
    step *= entry->shape[d];
  }
  return out;
}

static void check_block(program *p, const sow_plan *plan, size_t index, const sow_plan_entry *entry,
                        const char *whole) {
  block b = any_block(p, entry);
  size_t size = sow_dtype_size(entry->dtype), room = (size_t)b.room * size;
  char *out = malloc(room + 8), *expected = malloc(room + 8);
  memset(out, 0x5a, room + 8);
  memset(expected, 0x5a, room + 8);
  for (int64_t i = 0, in; i < b.count; i++) {
    int64_t at = place_in(&b, i, entry, &in);
    memcpy(expected + (size_t)at * size, whole + (size_t)in * size, size);
  }
  int threads = 1 + (int)choose(p, 5);
  sow_error error = SOW_ERROR_NONE;
  if (sow_plan_run_block(plan, index, b.begin, b.size, b.strides, threads, out, &error) != SOW_OK)
    fail_msg("%s", error.message);
  if (memcmp(out, expected, room + 8) != 0)
    fail_msg("%s: a block of %" PRId64 " elements differs, %d threads", entry->name, b.count, threads);
  free(out);
  free(expected);
}

static void check_range(program *p, const sow_plan *plan, size_t index, const sow_plan_entry *entry,
                        const char *whole) {
  int64_t begin = between(p, 0, entry->count), end = between(p, begin, entry->count);
  size_t size = sow_dtype_size(entry->dtype), bytes = (size_t)(end - begin) * size;
  char *out = malloc(bytes + 8);
  memset(out, 0x5a, bytes + 8);
  assert_int_equal(
      sow_plan_run(plan, index, (uint64_t)begin, (uint64_t)end, 1 + (int)choose(p, 5), out, NULL), SOW_OK);
  if (memcmp(out, whole + (size_t)begin * size, bytes) != 0)
    fail_msg("%s: the range from %" PRId64 " to %" PRId64 " differs", entry->name, begin, end);
  for (int i = 0; i < 8; i++)
    assert_int_equal(out[bytes + (size_t)i], 0x5a);
  free(out);
}

static void check_parts(program *p, const sow_plan *plan) {
  sow_plan_entry entry;
  for (size_t i = 0; sow_plan_get(plan, i, &entry); i++) {
    char *whole = malloc((size_t)entry.bytes + 1);
    assert_int_equal(sow_plan_run(plan, i, 0, (uint64_t)entry.count, 1, whole, NULL), SOW_OK);
    for (int k = 0; k < BLOCKS; k++) {
      check_block(p, plan, i, &entry, whole);
      check_range(p, plan, i, &entry, whole);
    }
    free(whole);
  }
}

/* Storages seen as tensors of up to four dimensions, turned, cut and expanded. */
static sow__buffer text_of_views(program *p) {
  view views[8];
  int count = 8;
  for (int i = 0; i < count; i++) {
    view like = views[i] = view_any(p, (int)choose(p, (uint64_t)p->storage_count));
    if (choose(p, 2) == 0)
      (void)view_alike(p, &like, SOW_DTYPE_COUNT, &views[i]);
  }
  return program_text(p, views, count);
}

static void check_program(program *p) {
  static const sow_dtype casts[] = {SOW_DTYPE_COUNT, SOW_DTYPE_COUNT, SOW_BFLOAT16, SOW_FLOAT64, SOW_FLOAT16};
  sow__buffer text = text_of_views(p);
  sow_plan *plan = recorded_plan(text.data, casts[choose(p, 5)]);
  check_parts(p, plan);
  sow_plan_free(plan);
  sow__buffer_free(&text);
}

static const sow_dtype defaults[] = {SOW_FLOAT32, SOW_FLOAT64, SOW_FLOAT16, SOW_BFLOAT16};

static void any_part_equals_the_same_part_of_the_whole(void **state) {
  (void)state;
  for (uint64_t i = 0; i < 90; i++) {
    program p;
    program_open(&p, 100 + i, (sow_edition)(i % SOW_EDITION_COUNT), defaults[i / 3 % 4]);
    for (uint64_t steps = 3 + choose(&p, 30); steps > 0; steps--)
      program_go_on(&p, 500);
    check_program(&p);
    program_close(&p);
  }
}

/* So large that several threads share them. */
static void so_it_does_of_large_tensors(void **state) {
  (void)state;
  for (uint64_t i = 0; i < 4; i++) {
    program p;
    program_open(&p, 2000 + i, (sow_edition)(i % SOW_EDITION_COUNT), SOW_FLOAT32);
    program_storage(&p, 720720);
    program_storage(&p, 362880);
    for (uint64_t steps = 3 + choose(&p, 4); steps > 0; steps--)
      program_go_on(&p, 1000);
    check_program(&p);
    program_close(&p);
  }
}

/* Half of the tensors are kept from another seed's checkpoint. */
static void kept_tensors_have_parts_too(void **state) {
  (void)state;
  static const char path[] = "test_step_blocks.safetensors";
  sow_checkpoint_options writing = {.size = sizeof writing, .force = true};
  program p;
  program_open(&p, 77, SOW_TORCH_NEWEST, SOW_FLOAT32);
  while (p.storage_count < 8)
    program_go_on(&p, 500);
  sow__buffer text = program_text(&p, NULL, 0);
  sow_plan *plan = recorded_plan(text.data, SOW_DTYPE_COUNT), *mixed = NULL;
  assert_int_equal(sow_checkpoint_write(plan, path, &writing, NULL), SOW_OK);
  sow_plan_free(plan);
  sow_archive *archive = NULL;
  assert_int_equal(sow_archive_open(path, &archive, NULL), SOW_OK);
  sow_module *module = parsed_recording(text.data, NULL);
  for (int i = 0; i < p.storage_count; i += 2) {
    char name[8];
    snprintf(name, sizeof name, "p%d", i);
    sow_module_set(module, name, sow_dtype_is_float(p.storages[i].dtype) ? sow_normal(0, 1) : sow_ones());
  }
  sow_plan_options options = sow_plan_defaults();
  options.keep = archive;
  assert_int_equal(sow_plan_new(module, &options, &mixed, NULL), SOW_OK);
  assert_true(sow_plan_kept(mixed) == 4);
  for (int i = 1; i < p.storage_count; i += 2) {
    sow_plan_entry entry;
    assert_true(sow_plan_get(mixed, (size_t)i, &entry) && entry.kept);
    char *out = malloc((size_t)entry.bytes + 1);
    assert_int_equal(sow_plan_run(mixed, (size_t)i, 0, (uint64_t)entry.count, 2, out, NULL), SOW_OK);
    assert_memory_equal(out, p.storages[i].memory, (size_t)entry.bytes);
    free(out);
  }
  check_parts(&p, mixed);
  sow_plan_free(mixed);
  sow_module_free(module);
  sow_archive_free(archive);
  assert_int_equal(unlink(path), 0);
  sow__buffer_free(&text);
  program_close(&p);
}

/* Beside what test_blocks.c has: numbers at the ends of their types. */
static void blocks_that_there_are_not(void **state) {
  (void)state;
  static const char text[] = "sow recording 1\ntorch 2.14\ndtype float32\nseed 0\nmodule \"\" \"Net\"\n"
                             "storage 0 float32 24\nstep s0[4, 6] normal_()\nstep s0[2, 3] mul_(2.0)\n"
                             "parameter \"w\" s0[4, 6]\nend\n";
  sow_plan *plan = recorded_plan(text, SOW_DTYPE_COUNT);
  static const struct {
    int64_t begin[2], size[2], strides[2];
    sow_status status;
  } bad[] = {
      {{INT64_MAX, 0}, {1, 1}, {6, 1}, SOW_INVALID_ARGUMENT},
      {{1, 0}, {INT64_MAX, 1}, {6, 1}, SOW_INVALID_ARGUMENT},
      {{INT64_MIN, 0}, {1, 1}, {6, 1}, SOW_INVALID_ARGUMENT},
      {{0, 0}, {INT64_MIN, 1}, {6, 1}, SOW_INVALID_ARGUMENT},
      {{0, 5}, {1, 2}, {6, 1}, SOW_INVALID_ARGUMENT},
      {{0, 0}, {2, 2}, {INT64_MAX, 1}, SOW_OVERFLOW},
      {{0, 0}, {4, 2}, {INT64_MAX / 2, 1}, SOW_OVERFLOW},
      {{0, 0}, {2, 2}, {-1, 1}, SOW_LAYOUT},
      {{0, 0}, {2, 2}, {0, 1}, SOW_LAYOUT},
      {{0, 0}, {2, 3}, {2, 1}, SOW_LAYOUT},
      {{0, 0}, {3, 3}, {2, 3}, SOW_OK}, /* they interlock, and do not overlap */
      {{4, 6}, {0, 0}, {-1, -1}, SOW_OK},
      {{0, 0}, {1, 1}, {-1, INT64_MAX}, SOW_OK},
  };
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    float out[24], before[24];
    memset(before, 0x5a, sizeof before);
    memcpy(out, before, sizeof out);
    sow_error error = SOW_ERROR_NONE;
    sow_status status =
        sow_plan_run_block(plan, 0, bad[i].begin, bad[i].size, bad[i].strides, 1, out, &error);
    if (status != bad[i].status)
      fail_msg("case %zu: %s: %s", i, sow_status_name(status), error.message);
    if (status != SOW_OK)
      assert_memory_equal(out, before, sizeof out);
    if (status == SOW_INVALID_ARGUMENT)
      assert_non_null(strstr(error.message, "w: "));
  }
  sow_plan_free(plan);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(any_part_equals_the_same_part_of_the_whole),
      cmocka_unit_test(so_it_does_of_large_tensors),
      cmocka_unit_test(kept_tensors_have_parts_too),
      cmocka_unit_test(blocks_that_there_are_not),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
