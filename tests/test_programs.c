/* Random programs of steps: what plans and replays make of them is what they give by hand. */
#include "programs.h"

static const sow_dtype defaults[] = {SOW_FLOAT32, SOW_FLOAT64, SOW_FLOAT16, SOW_BFLOAT16};

static void assert_state(const sow_generator *state, const sow_generator *expected) {
  uint8_t one[SOW_GENERATOR_STATE_SIZE], two[SOW_GENERATOR_STATE_SIZE];
  sow_generator_get_state(state, one);
  sow_generator_get_state(expected, two);
  assert_memory_equal(one, two, sizeof one);
}

/* Every entry, by some threads. */
static char *made_by(program *p, const sow_plan *plan, size_t index, const sow_plan_entry *entry) {
  char *made = malloc((size_t)entry->bytes + 1);
  int threads = 1 + (int)choose(p, 4);
  assert_int_equal(sow_plan_run(plan, index, 0, (uint64_t)entry->count, threads, made, NULL), SOW_OK);
  return made;
}

#define VIEWS 3

static void check_plan(program *p) {
  view views[VIEWS];
  for (int i = 0; i < VIEWS; i++)
    views[i] = view_any(p, (int)choose(p, (uint64_t)p->storage_count));
  sow__buffer text = program_text(p, views, VIEWS);
  sow_plan *plan = recorded_plan(text.data, SOW_DTYPE_COUNT);
  sow_generator *end = NULL;
  assert_int_equal(sow_plan_count(plan), p->storage_count + VIEWS);
  sow_plan_entry entry;
  for (int i = 0; sow_plan_get(plan, (size_t)i, &entry); i++) {
    char *made = made_by(p, plan, (size_t)i, &entry);
    bool is_view = i >= p->storage_count;
    const view *v = is_view ? &views[i - p->storage_count] : NULL;
    char *expected = is_view ? gathered(p, v) : p->storages[i].memory;
    assert_int_equal(entry.dtype, p->storages[is_view ? v->storage : i].dtype);
    assert_int_equal(entry.count, is_view ? v->count : p->storages[i].count);
    if (memcmp(made, expected, (size_t)entry.bytes) != 0)
      fail_msg("%s differs:\n%s", entry.name, text.data);
    free(made);
    if (is_view)
      free(expected);
  }
  assert_int_equal(sow_plan_generator(plan, &end, NULL), SOW_OK);
  assert_state(end, p->generators[0]);
  sow_generator_free(end);
  sow_plan_free(plan);
  sow__buffer_free(&text);
}

static void a_plan_gives_what_is_done_by_hand(void **state) {
  (void)state;
  for (uint64_t i = 0; i < 240; i++) {
    program p;
    program_open(&p, i, (sow_edition)(i % SOW_EDITION_COUNT), defaults[i / 3 % 4]);
    for (uint64_t steps = 2 + choose(&p, 30); steps > 0; steps--)
      program_go_on(&p, 600);
    check_plan(&p);
    program_close(&p);
  }
}

/* Storages that are made in several pieces, by several threads. */
static void so_it_does_of_large_tensors(void **state) {
  (void)state;
  for (uint64_t i = 0; i < 6; i++) {
    program p;
    program_open(&p, 1000 + i, (sow_edition)(i % SOW_EDITION_COUNT), defaults[i / 3 % 4]);
    program_storage(&p, between(&p, 500000, 600000));
    for (uint64_t steps = 3 + choose(&p, 6); steps > 0; steps--)
      program_go_on(&p, 300000);
    check_plan(&p);
    program_close(&p);
  }
}

/* ---- replays ---- */

static void check_storages(program *p, sow_replay *replay) {
  sow_replay_target targets[PROGRAM_STORAGES];
  size_t count = 0;
  for (int i = 0; i < p->storage_count; i++)
    if (choose(p, 3) > 0)
      targets[count++] = (sow_replay_target){(uint64_t)i, calloc((size_t)p->storages[i].count + 1, 8)};
  assert_int_equal(sow_replay_run(replay, count, targets, 1 + (int)choose(p, 3), NULL, NULL), SOW_OK);
  for (size_t i = 0; i < count; i++) {
    uint64_t storage = targets[i].storage;
    size_t size = (size_t)p->storages[storage].count * sow_dtype_size(p->storages[storage].dtype);
    if (memcmp(targets[i].out, p->storages[storage].memory, size) != 0)
      fail_msg("storage %d differs after:\n%s", (int)storage, p->steps.data);
    free(targets[i].out);
  }
}

static void check_generators(const program *p, sow_replay *replay) {
  for (int g = 0; g < PROGRAM_GENERATORS; g++) {
    sow_generator *now = NULL;
    sow_status status = sow_replay_generator(replay, (uint64_t)g, &now, NULL);
    assert_int_equal(status, p->generators[g] == NULL ? SOW_UNKNOWN_NAME : SOW_OK);
    if (status == SOW_OK)
      assert_state(now, p->generators[g]);
    sow_generator_free(now);
  }
}

static void a_replay_gives_it_at_every_moment(void **state) {
  (void)state;
  for (uint64_t i = 0; i < 120; i++) {
    program p;
    program_open(&p, 5000 + i, (sow_edition)(i % SOW_EDITION_COUNT), defaults[i / 3 % 4]);
    sow_replay *replay = sow_replay_new(p.generators[0], p.dtype);
    assert_non_null(replay);
    for (uint64_t steps = 2 + choose(&p, 30); steps > 0; steps--) {
      program_go_on(&p, 400);
      if (choose(&p, 4) == 0)
        continue;
      size_t length;
      const char *news = program_news(&p, &length);
      sow_error error = SOW_ERROR_NONE;
      if (sow_replay_feed(replay, news, length, 1, &error) != SOW_OK)
        fail_msg("%s:\n%s", error.message, p.steps.data);
      check_storages(&p, replay);
      check_generators(&p, replay);
    }
    sow_replay_free(replay);
    program_close(&p);
  }
}

/* ---- text ---- */

static void a_print_of_the_tree_is_the_same_recording(void **state) {
  (void)state;
  for (uint64_t i = 0; i < 60; i++) {
    program p;
    program_open(&p, 9000 + i, (sow_edition)(i % SOW_EDITION_COUNT), defaults[i / 3 % 4]);
    for (uint64_t steps = 2 + choose(&p, 30); steps > 0; steps--)
      program_go_on(&p, 600);
    sow__buffer text = program_text(&p, NULL, 0);
    sow_recording_about about, same;
    sow_module *module = parsed_recording(text.data, &about), *back;
    char *printed = NULL, *again = NULL;
    size_t length = 0, again_length = 0;
    assert_int_equal(sow_module_print_recording(module, &about, &printed, &length, NULL), SOW_OK);
    back = parsed_recording(printed, &same);
    assert_int_equal(sow_module_print_recording(back, &same, &again, &again_length, NULL), SOW_OK);
    assert_string_equal(printed, again);
    assert_int_equal(about.seed, same.seed);
    sow_plan *plan = recorded_plan(text.data, SOW_DTYPE_COUNT),
             *other = recorded_plan(printed, SOW_DTYPE_COUNT);
    char *one = NULL, *two = NULL;
    assert_int_equal(sow_plan_print(plan, SOW_PLAN_JSON, &one, NULL, NULL), SOW_OK);
    assert_int_equal(sow_plan_print(other, SOW_PLAN_JSON, &two, NULL, NULL), SOW_OK);
    assert_string_equal(one, two);
    free(one), free(two), free(printed), free(again);
    sow_plan_free(plan);
    sow_plan_free(other);
    sow_module_free(module);
    sow_module_free(back);
    sow__buffer_free(&text);
    program_close(&p);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_plan_gives_what_is_done_by_hand),
      cmocka_unit_test(so_it_does_of_large_tensors),
      cmocka_unit_test(a_replay_gives_it_at_every_moment),
      cmocka_unit_test(a_print_of_the_tree_is_the_same_recording),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
