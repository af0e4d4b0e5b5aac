/* sow_replay: what was fed so far, at any moment. test_programs.c feeds random programs; here is what they
 * leave out. */
#include <pthread.h>
#include <unistd.h>

#include "parsing.h"
#include "sample.h"

static sow_replay *replay_new(uint64_t seed, sow_edition edition, sow_dtype dtype) {
  sow_generator *generator = sow_generator_new(seed, edition);
  sow_replay *replay = sow_replay_new(generator, dtype);
  assert_non_null(replay);
  sow_generator_free(generator);
  return replay;
}

static void feed(sow_replay *replay, const char *text) {
  sow_error error = SOW_ERROR_NONE;
  if (sow_replay_feed(replay, text, strlen(text), 1, &error) != SOW_OK)
    fail_msg("%d:%d: %s", error.line, error.column, error.message);
}

static void run(sow_replay *replay, uint64_t storage, void *out) {
  assert_int_equal(sow_replay_run(replay, 1, &(sow_replay_target){storage, out}, 1, NULL, NULL), SOW_OK);
}

static sow_generator *state_of(sow_replay *replay, uint64_t generator) {
  sow_generator *state = NULL;
  assert_int_equal(sow_replay_generator(replay, generator, &state, NULL), SOW_OK);
  return state;
}

static void unwritten_elements_are_left_alone(void **state) {
  (void)state;
  sow_replay *replay = replay_new(0, SOW_TORCH_NEWEST, SOW_FLOAT32);
  float out[6] = {9, 9, 9, 9, 9, 9};
  feed(replay, "storage 0 float32 6\n");
  run(replay, 0, out);
  assert_true(out[0] == 9 && out[5] == 9);
  feed(replay, "step s0[2]+1 fill_(2.0)\n");
  run(replay, 0, out);
  assert_true(out[0] == 9 && out[1] == 2 && out[2] == 2 && out[3] == 9);
  feed(replay, "step s0[6] mul_(3.0)\n"); /* of what was at `out` too, as torch does to empty memory */
  float again[6] = {1, 1, 1, 1, 1, 1};
  run(replay, 0, again);
  assert_true(again[0] == 3 && again[1] == 6 && again[5] == 3);
  feed(replay, "storage 1 float32 6\nstorage 2 float32 6\nstep s2[6] fill_(4.0)\nstep s2[6] copy_(s1[6])\n");
  float copy[6] = {7, 7, 7, 7, 7, 7};
  run(replay, 2, copy); /* a copy of what was never written says nothing */
  assert_true(copy[0] == 4 || copy[0] == 7);
  sow_replay_free(replay);
}

static void the_default_dtype_is_the_replays(void **state) {
  (void)state;
  sow_replay *replay = replay_new(0, SOW_TORCH_NEWEST, SOW_FLOAT64);
  feed(replay, "storage 0 float64 2\nstorage 1 float32 2\nstep s0[2] fill_(0.1)\nstep s1[2] fill_(0.1)\n");
  double wide[2];
  float narrow[2];
  run(replay, 0, wide);
  run(replay, 1, narrow);
  assert_true(wide[0] == 0.1 && narrow[1] == 0.1f);
  sow_replay_free(replay);
}

/* Nothing moves but by what is fed, and what the state is says what comes next. */
static void the_state_is_between_two_lines(void **state) {
  (void)state;
  sow_generator *hand = sow_generator_new(11, SOW_TORCH_2_1);
  sow_replay *replay = sow_replay_new(hand, SOW_FLOAT32);
  sow_generator *before = state_of(replay, 0);
  assert_same_state(before, hand);
  feed(replay, "storage 0 float32 5\nstep s0[5] normal_()\n");
  sow_generator *first = state_of(replay, 0), *second = state_of(replay, 0);
  assert_same_state(first, second);
  float values[5], own[5];
  int64_t five = 5;
  DLTensor tensor = {
      .data = own, .device = {kDLCPU, 0}, .ndim = 1, .dtype = {kDLFloat, 32, 1}, .shape = &five};
  assert_int_equal(sow_fill(&tensor, sow_normal(0, 1), hand, NULL), SOW_OK);
  assert_same_state(first, hand);
  run(replay, 0, values);
  assert_memory_equal(values, own, sizeof own);
  sow_generator *third = state_of(replay, 0);
  assert_same_state(first, third);
  sow_generator *none = NULL;
  sow_error error = SOW_ERROR_NONE;
  assert_int_equal(sow_replay_generator(replay, 1, &none, &error), SOW_UNKNOWN_NAME);
  assert_non_null(strstr(error.message, "generator 1 is not seeded"));
  assert_int_equal(sow_replay_generator(replay, UINT64_MAX, &none, NULL), SOW_UNKNOWN_NAME);
  assert_null(none);
  sow_generator_free(before), sow_generator_free(first), sow_generator_free(second),
      sow_generator_free(third);
  sow_generator_free(hand);
  sow_replay_free(replay);
}

static void storages_are_asked_for_by_number(void **state) {
  (void)state;
  sow_replay *replay = replay_new(0, SOW_TORCH_NEWEST, SOW_FLOAT32);
  float one[2] = {5, 5}, two[2] = {5, 5};
  sow_error error = SOW_ERROR_NONE;
  feed(replay, "storage 0 float32 2\nstorage 1 float32 2\nstep s0[2] fill_(1.0)\nstep s1[2] fill_(2.0)\n");
  const sow_replay_target beyond[] = {{0, one}, {2, two}}, twice[] = {{1, one}, {1, two}};
  assert_int_equal(sow_replay_run(replay, 2, beyond, 1, NULL, &error), SOW_UNKNOWN_NAME);
  assert_non_null(strstr(error.message, "there is no storage 2"));
  assert_true(one[0] == 5 && two[0] == 5);
  assert_int_equal(sow_replay_run(replay, 2, twice, 1, NULL, NULL), SOW_OK);
  assert_true(one[0] == 2 && two[1] == 2);
  assert_int_equal(sow_replay_run(replay, 0, NULL, 1, NULL, NULL), SOW_OK);
  assert_int_equal(sow_replay_run(replay, 1, twice, -1, NULL, NULL), SOW_INVALID_ARGUMENT);
  assert_int_equal(sow_replay_feed(replay, "", 0, -1, NULL), SOW_INVALID_ARGUMENT);
  sow_replay_free(replay);
}

static void what_is_no_step_is_refused(void **state) {
  (void)state;
  static const struct {
    const char *text;
    sow_status status;
    int line;
    const char *part;
  } cases[] = {
      {"parameter \"w\" s0[2]\n", SOW_SYNTAX, 1, "none of a recording's steps"},
      {"sow recording 1\n", SOW_SYNTAX, 1, "none of a recording's steps"},
      {"module \"\" \"Net\"\n", SOW_SYNTAX, 1, "none of a recording's steps"},
      {"end\n", SOW_SYNTAX, 1, "none of a recording's steps"},
      {"dtype float64\n", SOW_SYNTAX, 1, "none of a recording's steps"},
      {"\n# nothing\nnothing\n", SOW_SYNTAX, 3, "none of a recording's steps"},
      {"seed 5\n", SOW_SYNTAX, 1, "expected a number"},
      {"storage 1 float32 2\n", SOW_SYNTAX, 1, "the next is 0"},
      {"storage 0 float32 2\nstep s0[3] zero_()\n", SOW_SHAPE, 2, "reaches beyond"},
      {"storage 0 float32 2\nliteral s0[2] 8\n", SOW_SYNTAX, 2, "ends before the literal's bytes do"},
      {"storage 0 float32 2\nstep s0[2] normal_() generator 4\n", SOW_INVALID_ARGUMENT, 0,
       "generator 4 has no seed"},
      {"storage 0 float32 2\nstep s0[2] normal_(std=-1.0) at \"a.py:1\"\n", SOW_INVALID_ARGUMENT, 0,
       "(a.py:1)"},
      {"storage 0 int64 2\nstep s0[2] uniform_()\n", SOW_DTYPE, 0, "uniform_"},
      {"mark 3 0\n", SOW_INVALID_ARGUMENT, 0, "the next is 0"},
      {"restore 0 0\n", SOW_INVALID_ARGUMENT, 0, "no mark 0"},
      {"skip 0 18446744073709551615\n", SOW_OVERFLOW, 0, "63 bits"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    sow_replay *replay = replay_new(0, SOW_TORCH_NEWEST, SOW_FLOAT32);
    sow_error error = SOW_ERROR_NONE;
    sow_status status = sow_replay_feed(replay, cases[i].text, strlen(cases[i].text), 1, &error);
    if (status != cases[i].status || error.line != cases[i].line ||
        strstr(error.message, cases[i].part) == NULL)
      fail_msg("%s%s at %d: %s", cases[i].text, sow_status_name(status), error.line, error.message);
    sow_replay_free(replay);
    replay = replay_new(0, SOW_TORCH_NEWEST, SOW_FLOAT32);
    assert_int_equal(sow_replay_feed(replay, cases[i].text, strlen(cases[i].text), 1, NULL), cases[i].status);
    sow_replay_free(replay);
  }
  sow_replay_free(NULL);
}

static void warnings_name_the_line(void **state) {
  (void)state;
  sow_replay *replay = replay_new(0, SOW_TORCH_NEWEST, SOW_FLOAT32);
  warnings kept = {0};
  sow_error error = SOW_ERROR_NONE;
  error.on_warning = keep_warning;
  error.warning_context = &kept;
  static const char text[] =
      "storage 0 float32 4\nstep s0[4] trunc_normal_(mean=9.0, std=1.0, a=0.0, b=1.0) at \"m.py:7\"\n";
  assert_int_equal(sow_replay_feed(replay, text, sizeof text - 1, 1, &error), SOW_OK);
  assert_int_equal(kept.count, 1);
  assert_non_null(strstr(kept.text, "(m.py:7)"));
  assert_non_null(strstr(kept.text, "mean is more than 2 std from [a, b]"));
  sow_replay_free(replay);
}

/* ---- stopping ---- */

static volatile int stop;

static void *stop_soon(void *unused) {
  (void)unused;
  usleep(20000);
  __atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
  return NULL;
}

static void a_run_can_be_stopped(void **state) {
  (void)state;
  sow_replay *replay = replay_new(0, SOW_TORCH_NEWEST, SOW_FLOAT32);
  enum { LONG = 1 << 24 };
  feed(replay,
       "storage 0 float32 16777216\nstep s0[16777216] normal_()\nstep s0[16777216] erfinv_()\n"
       "step s0[16777216] exp_()\nstep s0[16777216] log1p_()\nstorage 1 float32 2\nstep s1[2] fill_(3.0)\n");
  float *out = malloc((size_t)LONG * sizeof *out);
  for (int threads = 1; threads <= 2; threads++) {
    pthread_t other;
    sow_error error = SOW_ERROR_NONE;
    stop = 1; /* before it has begun */
    assert_int_equal(sow_replay_run(replay, 1, &(sow_replay_target){0, out}, threads, &stop, &error),
                     SOW_INTERRUPTED);
    assert_true(error.message[0] != 0);
    stop = 0;
    assert_int_equal(pthread_create(&other, NULL, stop_soon, NULL), 0);
    sow_status status = SOW_OK;
    while (status == SOW_OK) /* until it is stopped: how fast the machine is does not matter */
      status = sow_replay_run(replay, 1, &(sow_replay_target){0, out}, threads, &stop, NULL);
    assert_int_equal(status, SOW_INTERRUPTED);
    pthread_join(other, NULL);
  }
  float small[2];
  stop = 0;
  assert_int_equal(sow_replay_run(replay, 1, &(sow_replay_target){1, small}, 1, &stop, NULL), SOW_OK);
  assert_true(small[1] == 3); /* nothing of the replay was lost */
  free(out);
  sow_replay_free(replay);
}

/* A replay of a recording's lines is its plan, whatever the threads. */
static void a_replay_is_the_plan(void **state) {
  (void)state;
  static const char steps[] = "storage 0 float32 600000\nstorage 1 float32 300\nstorage 2 bfloat16 600000\n"
                              "step s0[600, 1000] trunc_normal_(mean=0.0, std=1.0, a=-1.0, b=2.0)\n"
                              "step s1[300] normal_()\nstep s0[600, 300] mul_(s1[600, 300]*[0, 1])\n"
                              "step s2[1000, 600] copy_(s0[1000, 600]*[1, 1000])\nstep s0[2, 100] zero_()\n";
  static const char head[] = "sow recording 1\ntorch 2.14\ndtype float32\nseed 5\nmodule \"\" \"Net\"\n",
                    tail[] =
                        "parameter \"a\" s0[600000]\nparameter \"b\" s1[300]\nbuffer \"c\" s2[600000]\nend\n";
  char *text = malloc(sizeof head + sizeof steps + sizeof tail);
  strcpy(text, head);
  strcat(text, steps);
  strcat(text, tail);
  sow_module *module = NULL;
  sow_plan_options options = sow_plan_defaults();
  options.seed = 5;
  assert_int_equal(sow_module_parse_recording(text, strlen(text), NULL, &module, NULL, NULL), SOW_OK);
  sow_plan *plan = planned(module, &options);
  for (int threads = 0; threads < 5; threads++) {
    sow_replay *replay = replay_new(5, SOW_TORCH_NEWEST, SOW_FLOAT32);
    sow_error error = SOW_ERROR_NONE;
    assert_int_equal(sow_replay_feed(replay, steps, sizeof steps - 1, threads, &error), SOW_OK);
    sow_replay_target targets[3];
    sow_plan_entry entry;
    for (size_t i = 0; i < 3; i++) {
      assert_true(sow_plan_get(plan, i, &entry));
      targets[i] = (sow_replay_target){i, calloc(1, (size_t)entry.bytes)};
    }
    assert_int_equal(sow_replay_run(replay, 3, targets, threads, NULL, NULL), SOW_OK);
    for (size_t i = 0; i < 3; i++) {
      assert_true(sow_plan_get(plan, i, &entry));
      void *made = malloc((size_t)entry.bytes);
      assert_int_equal(sow_plan_run(plan, i, 0, (uint64_t)entry.count, 1, made, NULL), SOW_OK);
      assert_memory_equal(made, targets[i].out, (size_t)entry.bytes);
      free(made);
      free(targets[i].out);
    }
    sow_generator *end = NULL, *state_now = state_of(replay, 0);
    assert_int_equal(sow_plan_generator(plan, &end, NULL), SOW_OK);
    assert_same_state(end, state_now);
    sow_generator_free(end);
    sow_generator_free(state_now);
    sow_replay_free(replay);
  }
  sow_plan_free(plan);
  free(text);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(unwritten_elements_are_left_alone),
      cmocka_unit_test(the_default_dtype_is_the_replays),
      cmocka_unit_test(the_state_is_between_two_lines),
      cmocka_unit_test(storages_are_asked_for_by_number),
      cmocka_unit_test(what_is_no_step_is_refused),
      cmocka_unit_test(warnings_name_the_line),
      cmocka_unit_test(a_run_can_be_stopped),
      cmocka_unit_test(a_replay_is_the_plan),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
