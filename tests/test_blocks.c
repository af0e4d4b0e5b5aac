/* sow_plan_run_block and sow_plan_run_blocks: the bytes of the whole, and no more words than a block's rows
 * span. */
#include <stdlib.h>
#include <string.h>

#include "counted_words.h"
#include "picks.h"
#include "sample.h"

static int count_words(void **state) {
  (void)state;
  words_count();
  return 0;
}

/* ---- blocks ---- */

static uint64_t blocks_seed = 1;

/* One block, and what it is to be: `expected` in the order of the block, contiguous. */
typedef struct trial {
  sow_plan_entry entry;
  int64_t begin[SOW_MAX_DIMS], size[SOW_MAX_DIMS], strides[SOW_MAX_DIMS];
  int64_t count, room; /* elements of the block; of memory that its strides span */
  unsigned char *out;
  sow_block block;
} trial;

/* Contiguous, or with gaps and with the dimensions the other way round. */
static void choose_strides(trial *one) {
  int64_t step = 1 + (int64_t)pick(&blocks_seed, 3);
  bool reversed = pick(&blocks_seed, 2) == 0;
  for (int k = 0; k < one->entry.ndim; k++) {
    int d = reversed ? k : one->entry.ndim - 1 - k;
    one->strides[d] = step;
    step *= one->size[d];
  }
  one->room = step;
}

static trial *trial_new(const sow_plan *plan, size_t index) {
  trial *one = calloc(1, sizeof *one);
  assert_true(sow_plan_get(plan, index, &one->entry));
  one->count = 1;
  for (int d = 0; d < one->entry.ndim; d++) {
    int64_t all = one->entry.shape[d];
    one->begin[d] = pick(&blocks_seed, 3) == 0 ? 0 : (int64_t)pick(&blocks_seed, (uint64_t)all + 1);
    one->size[d] = pick(&blocks_seed, 3) == 0
                       ? all - one->begin[d]
                       : (int64_t)pick(&blocks_seed, (uint64_t)(all - one->begin[d]) + 1);
    one->count *= one->size[d];
  }
  bool strided = pick(&blocks_seed, 2) == 0;
  one->room = one->count;
  if (strided)
    choose_strides(one);
  size_t size = sow_dtype_size(one->entry.dtype);
  one->out = malloc((size_t)one->room * size + 1);
  memset(one->out, 0xA5, (size_t)one->room * size + 1);
  one->block = (sow_block){index, one->begin, one->size, strided ? one->strides : NULL, one->out};
  return one;
}

static void trial_free(trial *one) {
  free(one->out);
  free(one);
}

/* Each element of the block is the whole's, and what lies between them is as it was. */
static void trial_check(const trial *one, const unsigned char *whole) {
  size_t size = sow_dtype_size(one->entry.dtype);
  unsigned char *expected = malloc((size_t)one->room * size + 1);
  memset(expected, 0xA5, (size_t)one->room * size + 1);
  for (int64_t i = 0; i < one->count; i++) {
    int64_t rest = i, from = 0, to = 0, step = 1;
    for (int d = one->entry.ndim - 1; d >= 0; d--) {
      int64_t at = rest % one->size[d];
      rest /= one->size[d];
      from += (one->begin[d] + at) * step;
      step *= one->entry.shape[d];
      to += at * (one->block.strides != NULL ? one->strides[d] : 0);
    }
    to = one->block.strides != NULL ? to : i;
    memcpy(expected + (size_t)to * size, whole + (size_t)from * size, size);
  }
  if (memcmp(expected, one->out, (size_t)one->room * size + 1) != 0)
    fail_msg("%s: a block of %lld elements differs", one->entry.name, (long long)one->count);
  free(expected);
}

static unsigned char *whole_of(const sow_plan *plan, size_t index) {
  sow_plan_entry entry;
  assert_true(sow_plan_get(plan, index, &entry));
  unsigned char *bytes = malloc((size_t)entry.bytes + 1);
  assert_int_equal(sow_plan_run(plan, index, 0, (uint64_t)entry.count, 1, bytes, NULL), SOW_OK);
  return bytes;
}

static sow_plan *sample_plan(sow_edition edition, sow_dtype dtype, sow_dtype cast) {
  sow_plan_options options = sow_plan_defaults();
  options.seed = 77;
  options.edition = edition;
  options.dtype = dtype;
  options.cast = cast;
  return planned(sample_model(edition, dtype), &options);
}

#define ROUNDS 6

static void any_blocks_of_all_entries_at_once_are_the_wholes(void **state) {
  (void)state;
  static const sow_dtype types[][2] = {{SOW_FLOAT32, SOW_FLOAT32},
                                       {SOW_FLOAT32, SOW_BFLOAT16},
                                       {SOW_FLOAT64, SOW_FLOAT64},
                                       {SOW_BFLOAT16, SOW_BFLOAT16}};
  for (size_t t = 0; t < sizeof types / sizeof *types; t++) {
    sow_plan *plan = sample_plan(SOW_TORCH_NEWEST, types[t][0], types[t][1]);
    size_t count = sow_plan_count(plan);
    trial **trials = calloc(count * ROUNDS, sizeof *trials);
    sow_block *blocks = calloc(count * ROUNDS, sizeof *blocks);
    for (size_t i = 0; i < count * ROUNDS; i++) {
      trials[i] = trial_new(plan, i % count);
      blocks[i] = trials[i]->block;
    }
    for (size_t i = count * ROUNDS; i > 1; i--) {
      size_t j = (size_t)pick(&blocks_seed, i);
      sow_block other = blocks[i - 1];
      blocks[i - 1] = blocks[j];
      blocks[j] = other;
    }
    assert_int_equal(sow_plan_run_blocks(plan, blocks, count * ROUNDS, 1 + (int)t % 3, NULL), SOW_OK);
    for (size_t i = 0; i < count; i++) {
      unsigned char *whole = whole_of(plan, i);
      for (size_t k = i; k < count * ROUNDS; k += count) {
        trial_check(trials[k], whole);
        trial_free(trials[k]);
      }
      free(whole);
    }
    free(blocks);
    free(trials);
    sow_plan_free(plan);
  }
}

static void one_block_is_what_many_are(void **state) {
  (void)state;
  sow_plan *plan = sample_plan(SOW_TORCH_2_1, SOW_FLOAT32, SOW_FLOAT32);
  for (size_t i = 0; i < sow_plan_count(plan); i++) {
    unsigned char *whole = whole_of(plan, i);
    for (int round = 0; round < ROUNDS; round++) {
      trial *one = trial_new(plan, i);
      assert_int_equal(
          sow_plan_run_block(plan, i, one->begin, one->size, one->block.strides, round % 3, one->out, NULL),
          SOW_OK);
      trial_check(one, whole);
      trial_free(one);
    }
    free(whole);
  }
  sow_plan_free(plan);
}

static void a_block_that_is_refused_lets_none_be_written(void **state) {
  (void)state;
  sow_plan *plan = sample_plan(SOW_TORCH_NEWEST, SOW_FLOAT32, SOW_FLOAT32);
  size_t index;
  assert_true(sow_plan_find(plan, "own.eye", &index)); /* 12 x 9 */
  const int64_t zero[2] = {0, 0}, size[2] = {12, 9}, beyond[2] = {12, 10}, negative[2] = {-1, 0},
                same[2] = {9, 0};
  float out[12 * 9], before[12 * 9];
  memset(before, 0xA5, sizeof before);
  memcpy(out, before, sizeof out);
  const struct {
    sow_block block;
    int threads;
    sow_status status;
  } bad[] = {
      {{index, zero, beyond, NULL, out}, 1, SOW_INVALID_ARGUMENT},
      {{index, negative, size, NULL, out}, 1, SOW_INVALID_ARGUMENT},
      {{index, zero, negative, NULL, out}, 1, SOW_INVALID_ARGUMENT},
      {{index, zero, size, same, out}, 1, SOW_LAYOUT},
      {{sow_plan_count(plan), zero, size, NULL, out}, 1, SOW_INVALID_ARGUMENT},
      {{index, zero, size, NULL, out}, -1, SOW_INVALID_ARGUMENT},
  };
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    const sow_block blocks[2] = {{index, zero, size, NULL, out}, bad[i].block};
    sow_error error = SOW_ERROR_NONE;
    assert_int_equal(sow_plan_run_blocks(plan, blocks, 2, bad[i].threads, &error), bad[i].status);
    assert_int_not_equal(error.message[0], 0);
    assert_memory_equal(out, before, sizeof out);
  }
  assert_int_equal(sow_plan_run_blocks(plan, NULL, 0, 0, NULL), SOW_OK);
  sow_plan_free(plan);
}

/* ---- what it costs ---- */

#define ROWS 8192
#define COLUMNS 8192

/* Rank (i, j) of 8 x 8: rows by FSDP, columns by tensor parallel, as a row-wise weight is cut. */
static void a_block_takes_the_words_that_its_rows_span(void **state) {
  (void)state;
  const int64_t shape[2] = {ROWS, COLUMNS};
  sow_module *net = sow_module_new("Net");
  sample_add(net, "first", 2, shape, sow_normal(0.0, 0.02));
  sample_add(net, "second", 2, shape, sow_uniform(-0.1, 0.1));
  sow_plan *plan = planned(net, NULL);
  const int64_t size[2] = {ROWS / 8, COLUMNS / 8};
  const uint64_t span = (uint64_t)(ROWS / 8) * COLUMNS;
  float *out = malloc((size_t)(size[0] * size[1]) * 2 * sizeof *out);
  static const int64_t ranks[][2] = {{0, 0}, {3, 3}, {7, 7}};
  for (size_t r = 0; r < sizeof ranks / sizeof *ranks; r++) {
    const int64_t begin[2] = {ranks[r][0] * size[0], ranks[r][1] * size[1]};
    const sow_block blocks[2] = {{1, begin, size, NULL, out + size[0] * size[1]},
                                 {0, begin, size, NULL, out}};
    atomic_store(&refreshed, 0);
    assert_int_equal(sow_plan_run_blocks(plan, blocks, 2, 1, NULL), SOW_OK);
    uint64_t words = (uint64_t)atomic_load(&refreshed) * SOW__MT_WORDS;
    assert_true(words > 0);
    if (words * 10 > 2 * span * 11)
      fail_msg("rank %zu: %llu words for a span of %llu", r, (unsigned long long)words,
               (unsigned long long)(2 * span));
  }
  free(out);
  sow_plan_free(plan);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(any_blocks_of_all_entries_at_once_are_the_wholes),
      cmocka_unit_test(one_block_is_what_many_are),
      cmocka_unit_test(a_block_that_is_refused_lets_none_be_written),
      cmocka_unit_test(a_block_takes_the_words_that_its_rows_span),
  };
  return cmocka_run_group_tests(tests, count_words, NULL);
}
