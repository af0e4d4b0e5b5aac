/* The laws of the architecture, over a model that has one of everything. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"
#include "picks.h"
#include "sample.h"
#include "unit.h"

static uint64_t cuts_seed = 1;

typedef struct setting {
  sow_edition edition;
  sow_dtype dtype, cast;
} setting;

static const setting settings[] = {
    {SOW_TORCH_1_13, SOW_FLOAT32, SOW_FLOAT32},   {SOW_TORCH_2_1, SOW_FLOAT32, SOW_BFLOAT16},
    {SOW_TORCH_2_13, SOW_FLOAT32, SOW_FLOAT32},   {SOW_TORCH_2_13, SOW_FLOAT32, SOW_FLOAT64},
    {SOW_TORCH_2_13, SOW_FLOAT64, SOW_FLOAT16},   {SOW_TORCH_2_1, SOW_FLOAT64, SOW_FLOAT64},
    {SOW_TORCH_1_13, SOW_FLOAT16, SOW_FLOAT16},   {SOW_TORCH_2_1, SOW_BFLOAT16, SOW_BFLOAT16},
    {SOW_TORCH_2_13, SOW_BFLOAT16, SOW_BFLOAT16}, {SOW_TORCH_2_12, SOW_FLOAT16, SOW_FLOAT32},
};

static sow_plan *plan_new(const setting *set) {
  sow_plan_options options = sow_plan_defaults();
  options.seed = 1234;
  options.edition = set->edition;
  options.dtype = set->dtype;
  options.cast = set->cast;
  sow_module *net = sample_model(set->edition, set->dtype);
  return planned(net, &options);
}

/* The data of a checkpoint, one run for each entry. */
static unsigned char *whole(const sow_plan *plan) {
  unsigned char *bytes = malloc((size_t)sow_plan_bytes(plan));
  for (size_t i = 0; i < sow_plan_count(plan); i++) {
    sow_plan_entry entry;
    assert_true(sow_plan_get(plan, i, &entry));
    assert_int_equal(sow_plan_run(plan, i, 0, (uint64_t)entry.count, 0, bytes + entry.offset, NULL), SOW_OK);
  }
  return bytes;
}

typedef struct piece {
  size_t entry;
  uint64_t begin, end;
} piece;

#define CUTS 12

/* Between none and CUTS cuts at any elements, near ones and equal ones too. */
static size_t cut(size_t index, uint64_t count, piece *pieces) {
  size_t made = 0;
  uint64_t begin = 0;
  for (uint64_t cuts = pick(&cuts_seed, CUTS); cuts > 0; cuts--) {
    uint64_t rest = count - begin, length = pick(&cuts_seed, 2) == 0
                                                ? pick(&cuts_seed, rest + 1)
                                                : pick(&cuts_seed, rest < 40 ? rest + 1 : 40);
    pieces[made++] = (piece){index, begin, begin + length};
    begin += length;
  }
  pieces[made++] = (piece){index, begin, count};
  return made;
}

static void shuffle(piece *pieces, size_t count) {
  for (size_t i = count; i > 1; i--) {
    size_t j = (size_t)pick(&cuts_seed, i);
    piece other = pieces[i - 1];
    pieces[i - 1] = pieces[j];
    pieces[j] = other;
  }
}

static void any_cut_in_any_order_gives_the_same_bytes(void **state) {
  (void)state;
  for (size_t s = 0; s < sizeof settings / sizeof *settings; s++) {
    sow_plan *plan = plan_new(&settings[s]);
    size_t count = sow_plan_count(plan), made = 0, size = (size_t)sow_plan_bytes(plan);
    unsigned char *expected = whole(plan), *bytes = malloc(size);
    memset(bytes, 0xA5, size);
    piece *pieces = calloc(count * (CUTS + 1), sizeof *pieces);
    sow_plan_entry entry;
    for (size_t i = 0; sow_plan_get(plan, i, &entry); i++)
      if (entry.tied_to == NULL)
        made += cut(i, (uint64_t)entry.count, pieces + made);
    shuffle(pieces, made);
    for (size_t p = 0; p < made; p++) {
      assert_true(sow_plan_get(plan, pieces[p].entry, &entry));
      unsigned char *out = bytes + entry.offset + pieces[p].begin * sow_dtype_size(entry.dtype);
      assert_int_equal(sow_plan_run(plan, pieces[p].entry, pieces[p].begin, pieces[p].end, 0, out, NULL),
                       SOW_OK);
    }
    for (size_t i = 0; sow_plan_get(plan, i, &entry); i++)
      if (memcmp(bytes + entry.offset, expected + entry.offset, (size_t)entry.bytes) != 0)
        fail_msg("setting %zu: %s differs", s, entry.name);
    free(pieces);
    free(bytes);
    free(expected);
    sow_plan_free(plan);
  }
}

static void a_range_writes_nothing_beside_itself(void **state) {
  (void)state;
  sow_plan *plan = plan_new(&settings[1]);
  sow_plan_entry entry;
  for (size_t i = 0; sow_plan_get(plan, i, &entry); i++) {
    uint64_t count = entry.count < 100 ? (uint64_t)entry.count : 100, begin = count / 3,
             end = count - count / 3;
    size_t size = sow_dtype_size(entry.dtype), bytes = (size_t)(end - begin) * size;
    unsigned char out[100 * 8 + 16];
    memset(out, 0xA5, sizeof out);
    assert_int_equal(sow_plan_run(plan, i, begin, end, 0, out + 8, NULL), SOW_OK);
    for (size_t k = 0; k < 8; k++) {
      assert_int_equal(out[k], 0xA5);
      assert_int_equal(out[8 + bytes + k], 0xA5);
    }
  }
  sow_plan_free(plan);
}

static void slices_join_and_are_even(void **state) {
  (void)state;
  static const uint64_t totals[] = {0, 1, 7, 16, 1000003, UINT64_MAX};
  static const uint64_t parts[] = {1, 2, 3, 16, 1000};
  for (size_t t = 0; t < sizeof totals / sizeof *totals; t++)
    for (size_t p = 0; p < sizeof parts / sizeof *parts; p++) {
      uint64_t at = 0, least = UINT64_MAX, most = 0;
      for (uint64_t i = 0; i < parts[p]; i++) {
        uint64_t begin, end;
        sow_slice(totals[t], i, parts[p], &begin, &end);
        assert_true(begin == at && end >= begin);
        at = end;
        least = end - begin < least ? end - begin : least;
        most = end - begin > most ? end - begin : most;
      }
      assert_true(at == totals[t]);
      assert_true(most - least <= 1);
    }
}

static void a_plan_prints_the_same_each_time_it_is_made(void **state) {
  (void)state;
  for (size_t s = 0; s < sizeof settings / sizeof *settings; s++)
    for (int format = SOW_PLAN_TABLE; format <= SOW_PLAN_JSON; format++) {
      char *text[2];
      for (int i = 0; i < 2; i++) {
        sow_plan *plan = plan_new(&settings[s]);
        assert_int_equal(sow_plan_print(plan, (sow_plan_format)format, &text[i], NULL, NULL), SOW_OK);
        sow_plan_free(plan);
      }
      assert_string_equal(text[0], text[1]);
      free(text[0]);
      free(text[1]);
    }
}

/* ---- plan against fill ---- */

static DLDataType data_type(sow_dtype dtype) {
  uint8_t bits = (uint8_t)(8 * sow_dtype_size(dtype));
  return (DLDataType){dtype == SOW_BFLOAT16 ? kDLBfloat : kDLFloat, bits, 1};
}

static void fill_in_turn(const sow_plan *plan, sow_generator *generator) {
  sow_plan_entry entry;
  for (size_t i = 0; sow_plan_get(plan, i, &entry); i++) {
    size_t size = (size_t)entry.bytes;
    void *filled = calloc(1, size + 1), *run = calloc(1, size + 1);
    DLTensor tensor = {.data = filled,
                       .device = {kDLCPU, 0},
                       .ndim = entry.ndim,
                       .dtype = data_type(entry.dtype),
                       .shape = (int64_t *)(uintptr_t)entry.shape};
    sow_error error = SOW_ERROR_NONE;
    sow_plan_step step;
    for (size_t k = 0; sow_plan_step_get(plan, i, k, &step); k++) {
      tensor.ndim = step.ndim;
      tensor.shape = (int64_t *)(uintptr_t)step.shape;
      tensor.byte_offset = (uint64_t)step.offset * sow_dtype_size(entry.dtype);
      if (sow_fill(&tensor, step.call, generator, &error) != SOW_OK)
        fail_msg("%s: %s", entry.name, error.message);
    }
    assert_int_equal(sow_plan_run(plan, i, 0, (uint64_t)entry.count, 0, run, NULL), SOW_OK);
    if (memcmp(filled, run, size) != 0)
      fail_msg("%s: the plan's bytes are not those of filling one tensor after another", entry.name);
    free(filled);
    free(run);
  }
}

/* Starts with a cached normal, in the middle of a block of words. */
static sow_generator *used_generator(sow_edition edition) {
  sow_generator *generator = sow_generator_new(99, edition);
  int64_t shape[] = {3};
  float values[3];
  DLTensor tensor = {
      .data = values, .device = {kDLCPU, 0}, .ndim = 1, .dtype = {kDLFloat, 32, 1}, .shape = shape};
  sow_generator_skip(generator, 1000);
  assert_int_equal(sow_fill(&tensor, sow_normal(0.0, 1.0), generator, NULL), SOW_OK);
  return generator;
}

static void a_plan_equals_filling_one_tensor_after_another(void **state) {
  (void)state;
  for (int edition = 0; edition < SOW_EDITION_COUNT; edition++)
    for (int dtype = SOW_FLOAT64; dtype < SOW_DTYPE_COUNT; dtype++) {
      if (!sow_dtype_is_float((sow_dtype)dtype))
        continue;
      sow_generator *generator = used_generator((sow_edition)edition), *end = NULL;
      sow_module *own = sow_module_new("Own");
      sample_parameters(own, (sow_edition)edition, (sow_dtype)dtype);
      sow_plan_options options = sow_plan_defaults();
      options.generator = generator;
      options.dtype = options.cast = (sow_dtype)dtype;
      sow_error error = SOW_ERROR_NONE;
      sow_plan *plan = NULL;
      if (sow_plan_new(own, &options, &plan, &error) != SOW_OK)
        fail_msg("edition %d, dtype %d: %s", edition, dtype, error.message);
      sow_plan_options made = {.size = sizeof made};
      assert_int_equal(sow_plan_settings(plan, &made, NULL), SOW_OK);
      assert_int_equal(made.seed, 99);
      assert_null(made.generator);
      assert_int_equal(sow_plan_generator(plan, &end, NULL), SOW_OK);
      fill_in_turn(plan, generator);
      assert_same_state(generator, end);
      sow_generator_free(end);
      sow_generator_free(generator);
      sow_plan_free(plan);
      sow_module_free(own);
    }
}

static void the_plans_generator_is_at_the_streams_end(void **state) {
  (void)state;
  for (size_t s = 0; s < sizeof settings / sizeof *settings; s++) {
    sow_plan *plan = plan_new(&settings[s]);
    sow_generator *end = NULL, *skipped = sow_generator_new(1234, settings[s].edition);
    assert_int_equal(sow_plan_generator(plan, &end, NULL), SOW_OK);
    sow_generator_skip(skipped, sow_plan_draws(plan));
    for (int i = 0; i < 1000; i++)
      assert_int_equal(sow_generator_draw32(end), sow_generator_draw32(skipped));
    sow_generator_free(end);
    sow_generator_free(skipped);
    sow_plan_free(plan);
  }
}

/* ---- plan against file ---- */

static void a_file_holds_the_bytes_of_the_runs(void **state) {
  (void)state;
  char path[] = "test_laws.safetensors";
  for (size_t s = 0; s < sizeof settings / sizeof *settings; s++) {
    sow_plan *plan = plan_new(&settings[s]);
    sow_error error = SOW_ERROR_NONE;
    sow_checkpoint_options options = {.size = sizeof options, .force = true};
    if (sow_checkpoint_write(plan, path, &options, &error) != SOW_OK)
      fail_msg("%s", error.message);
    size_t size, data = (size_t)sow_plan_bytes(plan);
    unsigned char *file = file_bytes(path, &size), *expected = whole(plan);
    assert_true(size > data);
    if (memcmp(file + size - data, expected, data) != 0)
      fail_msg("setting %zu: the file differs", s);
    free(file);
    free(expected);
    sow_plan_free(plan);
  }
  assert_int_equal(remove(path), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(any_cut_in_any_order_gives_the_same_bytes),
      cmocka_unit_test(a_range_writes_nothing_beside_itself),
      cmocka_unit_test(slices_join_and_are_even),
      cmocka_unit_test(a_plan_prints_the_same_each_time_it_is_made),
      cmocka_unit_test(a_plan_equals_filling_one_tensor_after_another),
      cmocka_unit_test(the_plans_generator_is_at_the_streams_end),
      cmocka_unit_test(a_file_holds_the_bytes_of_the_runs),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
