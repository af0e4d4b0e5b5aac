/* Thread counts never show: not in a tensor, a range or a file, and not in where the stream goes on. */
#include <signal.h>
#include <stdatomic.h>

#include "base/shares.h"
#include "base/team.h"
#include "folder_box.h"
#include "picks.h"

static const int counts[] = {2, 3, 7};

/* ---- teams and shares ---- */

static void meet(void *context, int index, int count) {
  atomic_int *met = context;
  atomic_fetch_add(&met[count < 40 && index < count ? index : 0], 1);
}

static void every_member_of_a_team_runs_once(void **state) {
  (void)state;
  for (int threads = 1; threads < 40; threads++) {
    atomic_int met[40] = {0};
    sow__team_run(threads, meet, met);
    for (int i = 0; i < threads; i++)
      assert_int_equal(atomic_load(&met[i]), 1);
  }
}

static void note_signals(void *context, int index, int count) {
  (void)count;
  sigset_t blocked;
  pthread_sigmask(SIG_SETMASK, NULL, &blocked);
  int *seen = context;
  seen[index] = sigismember(&blocked, SIGTERM) + 2 * sigismember(&blocked, SIGSEGV);
}

static void signals_reach_the_caller_and_faults_whoever_makes_them(void **state) {
  (void)state;
  int seen[3] = {-1, -1, -1};
  sow__team_run(3, note_signals, seen);
  assert_int_equal(seen[0], 0);
  assert_int_equal(seen[1], 1);
  assert_int_equal(seen[2], 1);
  sigset_t after;
  pthread_sigmask(SIG_SETMASK, NULL, &after);
  assert_false(sigismember(&after, SIGTERM));
}

static void a_setting_above_0_is_obeyed_as_far_as_there_are_pieces(void **state) {
  (void)state;
  assert_int_equal(sow__threads(7, 0, 100), 7);
  assert_int_equal(sow__threads(7, UINT64_MAX, 3), 3);
  assert_int_equal(sow__threads(7, 0, 0), 1);
  assert_int_equal(sow__threads(1 << 30, 0, UINT64_MAX), SOW__THREADS_LIMIT);
  assert_int_equal(sow__threads(0, 1000, UINT64_MAX), 1);
  assert_true(sow__threads(0, UINT64_MAX, UINT64_MAX) >= 1);
}

static uint64_t cut_at_10(const void *context, uint64_t at) {
  (void)context;
  return at - at % 10;
}

static uint64_t next_10(const void *context, uint64_t at) {
  const sow__line *line = context;
  return line->length - at < 20 ? line->length : at + 10;
}

static uint64_t picks_seed = 1;

/* Some members never come: those that the system did not give. */
static void shares_cover_the_line_once_whoever_comes(void **state) {
  (void)state;
  for (int round = 0; round < 3000; round++) {
    sow__line line = {.length = pick(&picks_seed, 1000),
                      .least = pick(&picks_seed, 300),
                      .jump = pick(&picks_seed, 200),
                      .cut = cut_at_10,
                      .next = next_10};
    line.context = &line;
    int count = 1 + (int)pick(&picks_seed, 9), present = 1 + (int)pick(&picks_seed, (uint64_t)count);
    char seen[1000] = {0};
    sow__shares shares;
    assert_true(sow__shares_open(&shares, &line, count));
    bool done[9] = {false};
    for (int left = present; left > 0;) {
      int index = (int)pick(&picks_seed, (uint64_t)present);
      uint64_t begin, end;
      if (done[index])
        continue;
      if (!sow__shares_take(&shares, index, &begin, &end)) {
        done[index] = true;
        left--;
        continue;
      }
      assert_true(begin < end && end <= line.length);
      for (uint64_t i = begin; i < end; i++)
        assert_int_equal(seen[i]++, 0);
    }
    for (uint64_t i = 0; i < line.length; i++)
      assert_int_equal(seen[i], 1);
    sow__shares_close(&shares);
  }
}

/* ---- one tensor ---- */

/* More pieces than threads, and a rest that is no multiple of 16. */
#define ELEMENTS (7 * 65536 + 37)

typedef struct filled {
  unsigned char *bytes;
  size_t size;
  sow_generator *after;
} filled;

static filled fill_new(sow_initializer initializer, sow_dtype dtype, sow_edition edition, int ndim,
                       const int64_t *shape, const int64_t *strides, int threads) {
  filled made = {.size = sow_dtype_size(dtype), .after = sow_generator_new(5, edition)};
  for (int i = 0; i < ndim; i++)
    made.size *= (size_t)shape[i];
  made.bytes = calloc(1, made.size);
  DLTensor tensor = {.data = made.bytes, .device = {kDLCPU, 0}, .ndim = ndim};
  tensor.shape = (int64_t *)(uintptr_t)shape;
  tensor.strides = (int64_t *)(uintptr_t)strides;
  tensor.dtype =
      (DLDataType){dtype == SOW_BFLOAT16 ? kDLBfloat : kDLFloat, (uint8_t)(8 * sow_dtype_size(dtype)), 1};
  sow_fill_options options = {.size = sizeof options, .threads = threads};
  sow_error error = SOW_ERROR_NONE;
  if (sow_fill_with(&tensor, initializer, made.after, &options, &error) != SOW_OK)
    fail_msg("%s, %s: %s", sow_initializer_name(initializer.kind), sow_dtype_name(dtype), error.message);
  return made;
}

static void filled_free(filled *made) {
  free(made->bytes);
  sow_generator_free(made->after);
}

static void check_fill(sow_initializer initializer, sow_dtype dtype, sow_edition edition, int ndim,
                       const int64_t *shape, const int64_t *strides) {
  filled one = fill_new(initializer, dtype, edition, ndim, shape, strides, 1);
  for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
    filled many = fill_new(initializer, dtype, edition, ndim, shape, strides, counts[i]);
    if (memcmp(one.bytes, many.bytes, one.size) != 0)
      fail_msg("%s, %s, torch %s: %d threads differ", sow_initializer_name(initializer.kind),
               sow_dtype_name(dtype), sow_edition_name(edition), counts[i]);
    assert_same_state(one.after, many.after);
    filled_free(&many);
  }
  filled_free(&one);
}

static void a_tensor_is_the_same_by_any_number_of_threads(void **state) {
  (void)state;
  int64_t shape[] = {ELEMENTS}, matrix[] = {300, 200};
  for (int edition = 0; edition < SOW_EDITION_COUNT; edition++)
    for (int dtype = SOW_FLOAT64; dtype < SOW_DTYPE_COUNT; dtype++) {
      if (!sow_dtype_is_float((sow_dtype)dtype))
        continue;
      check_fill(sow_uniform(-1, 2), (sow_dtype)dtype, (sow_edition)edition, 1, shape, NULL);
      check_fill(sow_normal(1, 2), (sow_dtype)dtype, (sow_edition)edition, 1, shape, NULL);
      check_fill(sow_constant(0.5), (sow_dtype)dtype, (sow_edition)edition, 1, shape, NULL);
      check_fill(sow_sparse(0.3, 1), (sow_dtype)dtype, (sow_edition)edition, 2, matrix, NULL);
      if (dtype == SOW_FLOAT32 || dtype == SOW_FLOAT64) {
        check_fill(sow_trunc_normal(0, 1, -1.5, 2), (sow_dtype)dtype, (sow_edition)edition, 1, shape, NULL);
        check_fill(sow_orthogonal(2), (sow_dtype)dtype, (sow_edition)edition, 2, matrix, NULL);
      }
    }
}

static void others_operations_are_the_same_by_any_number_of_threads(void **state) {
  (void)state;
  int64_t wide[] = {8, ELEMENTS / 8}, rows[] = {ELEMENTS / 1000, 1000}, kernel[] = {3, 3, 60, 90},
          pictures[] = {ELEMENTS / 64, 1, 8, 8};
  const sow_dtype dtypes[] = {SOW_FLOAT32, SOW_FLOAT64, SOW_BFLOAT16};
  for (int d = 0; d < 3; d++) {
    check_fill(sow_caffe_gaussian(1, 2, 3), dtypes[d], SOW_TORCH_NEWEST, 2, wide, NULL);
    check_fill(sow_caffe_positive_unitball(), dtypes[d], SOW_TORCH_NEWEST, 2, rows, NULL);
    check_fill(sow_caffe_positive_unitball(), dtypes[d], SOW_TORCH_NEWEST, 2, wide, NULL);
    check_fill(sow_caffe_bilinear(), dtypes[d], SOW_TORCH_NEWEST, 4, pictures, NULL);
    check_fill(sow_jax_he_normal(), dtypes[d], SOW_TORCH_NEWEST, 2, rows, NULL);
  }
  check_fill(sow_jax_delta_orthogonal(1, -1), SOW_FLOAT32, SOW_TORCH_NEWEST, 4, kernel, NULL);
}

/* Bounds far out, where torch draws uniforms and tests them. */
static void rounds_of_rejection_are_counted_alike(void **state) {
  (void)state;
  int64_t shape[] = {2 * 65536 + 37};
  check_fill(sow_trunc_normal(0, 1, 2, 3), SOW_FLOAT32, SOW_TORCH_NEWEST, 1, shape, NULL);
  check_fill(sow_trunc_normal(0, 1, 2, 3), SOW_BFLOAT16, SOW_TORCH_NEWEST, 1, shape, NULL);
  check_fill(sow_trunc_normal(0, 1, -1, 1), SOW_FLOAT16, SOW_TORCH_NEWEST, 1, shape, NULL);
}

static void a_view_is_the_same_by_any_number_of_threads(void **state) {
  (void)state;
  int64_t shape[] = {600, 400}, strides[] = {1, 600};
  check_fill(sow_normal(0, 1), SOW_FLOAT32, SOW_TORCH_2_1, 2, shape, strides);
  check_fill(sow_uniform(0, 1), SOW_FLOAT32, SOW_TORCH_NEWEST, 2, shape, strides);
  check_fill(sow_trunc_normal(0, 1, -1, 1), SOW_FLOAT32, SOW_TORCH_NEWEST, 2, shape, strides);
}

/* ---- plans ---- */

static sow_plan *plan_new(sow_edition edition, sow_dtype dtype, sow_dtype cast, int threads) {
  sow_module *net = sample_model(edition, dtype);
  const int64_t vector[] = {300001}, square[] = {150, 150}, sparse[] = {700, 500};
  sow_module *large = sow_child(net, "large", "Own");
  sample_add(large, "rejected", 1, vector, sow_trunc_normal(0.0, 1.0, -1.0, 1.5));
  sample_add(large, "sparse", 2, sparse, sow_sparse(0.5, 1.0));
  sample_add(large, "orthogonal", 2, square, sow_orthogonal(1.0));
  sample_add(large, "uniform", 1, vector, sow_uniform(0.0, 1.0));
  sow_plan_options options = sow_plan_defaults();
  options.seed = 77;
  options.edition = edition;
  options.dtype = dtype;
  options.cast = cast;
  options.threads = threads;
  return planned(net, &options);
}

static unsigned char *whole(const sow_plan *plan) {
  unsigned char *bytes = malloc((size_t)sow_plan_bytes(plan));
  sow_plan_entry entry;
  for (size_t i = 0; sow_plan_get(plan, i, &entry); i++)
    assert_int_equal(sow_plan_run(plan, i, 0, (uint64_t)entry.count, 0, bytes + entry.offset, NULL), SOW_OK);
  return bytes;
}

static void plans_of_any_number_of_threads_are_equal(void **state) {
  (void)state;
  sow_plan *one = plan_new(SOW_TORCH_NEWEST, SOW_FLOAT32, SOW_FLOAT32, 1);
  char *text, *other;
  assert_int_equal(sow_plan_print(one, SOW_PLAN_JSON, &text, NULL, NULL), SOW_OK);
  for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
    sow_plan *many = plan_new(SOW_TORCH_NEWEST, SOW_FLOAT32, SOW_FLOAT32, counts[i]);
    assert_int_equal(sow_plan_print(many, SOW_PLAN_JSON, &other, NULL, NULL), SOW_OK);
    assert_string_equal(text, other);
    free(other);
    sow_plan_free(many);
  }
  free(text);
  sow_plan_free(one);
}

static void any_range_is_the_same_by_any_number_of_threads(void **state) {
  (void)state;
  static const sow_dtype stored[] = {SOW_FLOAT32, SOW_BFLOAT16, SOW_FLOAT64};
  for (size_t s = 0; s < 3; s++) {
    sow_plan *one = plan_new(SOW_TORCH_NEWEST, SOW_FLOAT32, stored[s], 1);
    unsigned char *expected = whole(one);
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
      sow_plan *many = plan_new(SOW_TORCH_NEWEST, SOW_FLOAT32, stored[s], counts[c]);
      sow_plan_entry entry;
      for (size_t i = 0; sow_plan_get(many, i, &entry); i++) {
        uint64_t begin = pick(&picks_seed, (uint64_t)entry.count + 1),
                 end = begin + pick(&picks_seed, (uint64_t)entry.count - begin + 1);
        size_t size = sow_dtype_size(entry.dtype), bytes = (size_t)(end - begin) * size;
        unsigned char *out = malloc(bytes + 16);
        memset(out, 0xA5, bytes + 16);
        assert_int_equal(sow_plan_run(many, i, begin, end, 0, out + 8, NULL), SOW_OK);
        if (memcmp(out + 8, expected + entry.offset + begin * size, bytes) != 0)
          fail_msg("%s: %d threads differ", entry.name, counts[c]);
        assert_true(out[7] == 0xA5 && out[bytes + 8] == 0xA5);
        free(out);
      }
      sow_plan_free(many);
    }
    free(expected);
    sow_plan_free(one);
  }
}

/* ---- files ---- */

static unsigned char *write_with(const sow_plan *plan, int threads, size_t *size) {
  char path[] = "test_threads.safetensors";
  sow_checkpoint_options options = {.size = sizeof options, .force = true, .threads = threads};
  sow_error error = SOW_ERROR_NONE;
  if (sow_checkpoint_write(plan, path, &options, &error) != SOW_OK)
    fail_msg("%s", error.message);
  unsigned char *bytes = file_bytes(path, size);
  assert_int_equal(remove(path), 0);
  return bytes;
}

static void a_file_is_the_same_by_any_number_of_threads(void **state) {
  (void)state;
  static const sow_dtype dtypes[SOW_EDITION_COUNT] = {SOW_FLOAT32, SOW_FLOAT16, SOW_BFLOAT16, SOW_FLOAT16,
                                                      SOW_FLOAT64};
  for (int edition = 0; edition < SOW_EDITION_COUNT; edition++) {
    sow_plan *plan = plan_new((sow_edition)edition, SOW_FLOAT32, dtypes[edition], 0);
    size_t size, data = (size_t)sow_plan_bytes(plan);
    unsigned char *one = write_with(plan, 1, &size), *expected = whole(plan);
    assert_memory_equal(one + size - data, expected, data);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
      size_t many_size;
      unsigned char *many = write_with(plan, counts[i], &many_size);
      assert_int_equal(many_size, size);
      assert_memory_equal(many, one, size);
      free(many);
    }
    free(expected);
    free(one);
    sow_plan_free(plan);
  }
}

/* A process that used threads may fork, and its child may use threads: OpenMP's of gcc would hang there. */
static void a_child_can_write_after_its_parent_has(void **state) {
  (void)state;
  sow_plan *plan = plan_new(SOW_TORCH_NEWEST, SOW_FLOAT32, SOW_FLOAT32, 0);
  size_t size;
  free(write_with(plan, 3, &size));
  pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    alarm(60);
    sow_checkpoint_options options = {.size = sizeof options, .force = true, .threads = 3};
    _exit(sow_checkpoint_write(plan, "test_threads.child", &options, NULL) == SOW_OK ? 0 : 1);
  }
  int status;
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  assert_int_equal(remove("test_threads.child"), 0);
  sow_plan_free(plan);
}

static void an_interrupt_stops_all_threads(void **state) {
  (void)state;
  sow_plan *plan = plan_new(SOW_TORCH_NEWEST, SOW_FLOAT32, SOW_FLOAT32, 0);
  static volatile sig_atomic_t interrupt = 1;
  sow_checkpoint_options options = {.size = sizeof options, .threads = 3, .interrupt = &interrupt};
  sow_error error = SOW_ERROR_NONE;
  assert_int_equal(sow_checkpoint_write(plan, "test_threads.stopped", &options, &error), SOW_INTERRUPTED);
  assert_string_equal(error.message, "test_threads.stopped: stopped on request");
  assert_int_equal(access("test_threads.stopped", F_OK), -1);
  sow_plan_free(plan);
}

static void fewer_than_0_threads_are_refused(void **state) {
  (void)state;
  sow_plan *plan = plan_new(SOW_TORCH_NEWEST, SOW_FLOAT32, SOW_FLOAT32, 0);
  sow_checkpoint_options options = {.size = sizeof options, .threads = -1};
  assert_int_equal(sow_checkpoint_write(plan, "test_threads.none", &options, NULL), SOW_INVALID_ARGUMENT);
  assert_int_equal(access("test_threads.none", F_OK), -1);
  sow_plan_free(plan);

  sow_module *net = sow_module_new("Net");
  sow_plan_options settings = sow_plan_defaults();
  settings.threads = -1;
  assert_int_equal(sow_plan_new(net, &settings, &plan, NULL), SOW_INVALID_ARGUMENT);
  sow_module_free(net);

  float value = 7;
  DLTensor tensor = {.data = &value, .device = {kDLCPU, 0}, .dtype = {kDLFloat, 32, 1}};
  sow_fill_options fill = {.size = sizeof fill, .threads = -1};
  assert_int_equal(sow_fill_with(&tensor, sow_ones(), NULL, &fill, NULL), SOW_INVALID_ARGUMENT);
  assert_true(value == 7);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_member_of_a_team_runs_once),
      cmocka_unit_test(signals_reach_the_caller_and_faults_whoever_makes_them),
      cmocka_unit_test(a_setting_above_0_is_obeyed_as_far_as_there_are_pieces),
      cmocka_unit_test(shares_cover_the_line_once_whoever_comes),
      cmocka_unit_test(a_tensor_is_the_same_by_any_number_of_threads),
      cmocka_unit_test(others_operations_are_the_same_by_any_number_of_threads),
      cmocka_unit_test(rounds_of_rejection_are_counted_alike),
      cmocka_unit_test(a_view_is_the_same_by_any_number_of_threads),
      cmocka_unit_test(plans_of_any_number_of_threads_are_equal),
      cmocka_unit_test(any_range_is_the_same_by_any_number_of_threads),
      cmocka_unit_test(a_file_is_the_same_by_any_number_of_threads),
      cmocka_unit_test(a_child_can_write_after_its_parent_has),
      cmocka_unit_test(an_interrupt_stops_all_threads),
      cmocka_unit_test(fewer_than_0_threads_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
