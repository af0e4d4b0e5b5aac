/* Memory stays within what is promised, however large a tensor and a file are. */
#include <sys/resource.h>

#include "parts_box.h"

#define MIB ((size_t)1 << 20)

/* Not where every byte of the program has shadows: sanitizers, and valgrind, which preloads a library. */
static bool is_measurable(void) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  return false;
#else
  const char *preloaded = getenv("LD_PRELOAD");
  return preloaded == NULL || strstr(preloaded, "vgpreload") == NULL;
#endif
}

/* Of one process from its start to its end. */
static size_t peak_of(const sow_plan *plan, uint64_t slice, uint64_t slices, int threads) {
  pid_t child = start_slice(plan, "many", slice, slices, threads, false);
  struct rusage used;
  int status;
  assert_int_equal(wait4(child, &status, 0, &used), child);
  assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  return (size_t)used.ru_maxrss * 1024;
}

/* Tensors and a file far larger than the bound. */
static void memory_stays_flat(void **state) {
  (void)state;
  sow_module *net = sow_module_new("Net");
  const int64_t large[] = {40 << 20}, small[] = {5 << 20};
  sample_add(net, "normal", 1, large, sow_normal(0.0, 0.02));
  sample_add(net, "uniform", 1, small, sow_uniform(0.0, 1.0));
  sample_add(net, "rejected", 1, small, sow_trunc_normal(0.0, 1.0, -1.0, 1.0));
  sow_plan_options options = sow_plan_defaults();
  options.cast = SOW_BFLOAT16;
  sow_plan *plan = planned(net, &options);
  assert_true(sow_plan_bytes(plan) >= 100 * MIB);
  for (int threads = 1; threads <= 4; threads += 3) {
    for (uint64_t i = 0; i < 2; i++) {
      size_t peak = peak_of(plan, i, 2, threads);
      if (peak > (64 + 8 * (size_t)threads) * MIB)
        fail_msg("%d threads: %zu MiB", threads, peak / MIB);
    }
    assert_int_equal(unlink("many"), 0);
  }
  sow_plan_free(plan);
}

int main(void) {
  if (!is_measurable()) {
    fputs("skipped: this build's memory is not sow's alone\n", stderr);
    return 77;
  }
  const struct CMUnitTest tests[] = {
      IN_FOLDER(memory_stays_flat),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
