/* Recordings, replays and blocks under an allocator that fails: failing_malloc.h. */
#include "failing_malloc.h"

static const char text[] =
    "sow recording 1\ntorch 2.14\ndtype float32\nseed 7\nmodule \"\" \"Net\"\nmodule \"fc\" \"Linear\"\n"
    "storage 0 float32 24\nstorage 1 float64 24\nstorage 2 float32 4\nstorage 3 float32 0\nstorage 4 float32 "
    "24\n"
    "step s0[4, 6] orthogonal_() at \"a.py:1\"\nstep s0[2]*[12]+3 mul_(2.0)\nstep s1[6, 4] copy_(s0[6, "
    "4]*[1, 6])\n"
    "seed 1 5\nstep s1[2, 4] normal_() generator 1\nmark 0 1\nstep s1[24] mul_(s1[24])\nrestore 0 0\nskip 0 "
    "3\n"
    "step s2[4] norm_(s0[4, 6], dim=0) at \"a.py:9\"\nliteral s2[2]+1 8 bound \"reason\"\n  AACAPwAAAEA=\n"
    "step s4[12]*[2] zero_()\nstep s4[12]*[2]+1 copy_(s1[12]*[2])\nstep s4[4, 6] trunc_normal_(std=0.1)\n"
    "step s4[2, 3]*[3, 2] uniform_()\n"
    "parameter \"fc.weight\" s0[4, 6]\nparameter \"fc.tied\" s0[4, 6]\nparameter \"fc.turned\" s0[6, 4]*[1, "
    "6]\n"
    "buffer \"w\" s1[24]\nbuffer \"g\" s2[4]\nbuffer \"none\" s3[0, 3]\ntemporary \"t\" s4[24]\nend\n";

static sow_status parse(sow_module **module) {
  *module = NULL;
  sow_status status = sow_module_parse_recording(text, sizeof text - 1, "model.sow", module, NULL, NULL);
  NEEDS((status == SOW_OK) == (*module != NULL));
  return status;
}

static sow_status plan_of(sow_plan **plan) {
  sow_module *module;
  sow_plan_options options = sow_plan_defaults();
  options.seed = 7;
  options.temporaries = true;
  options.threads = 1;
  *plan = NULL;
  sow_status status = parse(&module);
  if (status == SOW_OK)
    status = sow_plan_new(module, &options, plan, NULL);
  NEEDS((status == SOW_OK) == (*plan != NULL));
  sow_module_free(module);
  return status;
}

static sow_status recordings(void) {
  sow_module *module;
  char *printed = NULL;
  size_t length = 0;
  sow_status status = parse(&module);
  if (status == SOW_OK)
    status = sow_module_print_recording(module, NULL, &printed, &length, NULL);
  NEEDS((status == SOW_OK) == (printed != NULL) && (status == SOW_OK) == (length > 0));
  free(printed);
  sow_module_free(module);
  return status;
}

static sow_status broken_recordings(void) {
  sow_module *module = NULL;
  sow_error error = SOW_ERROR_NONE;
  size_t cut = (size_t)(strstr(text, "trunc_normal_") - text);
  sow_status status = sow_module_parse_recording(text, cut, NULL, &module, NULL, &error);
  NEEDS(module == NULL && status != SOW_OK && error.message[0] != 0);
  return status == SOW_NO_MEMORY ? status : SOW_OK;
}

/* Another seed: the names of what is bound take memory. */
static sow_status bound_recordings(void) {
  sow_module *module;
  sow_plan *plan = NULL;
  sow_status status = parse(&module);
  if (status == SOW_OK)
    status = sow_plan_new(module, NULL, &plan, NULL);
  NEEDS(plan == NULL && status != SOW_OK);
  sow_module_free(module);
  return status == SOW_INVALID_ARGUMENT ? SOW_OK : status;
}

static sow_status lines(void) {
  sow_plan *plan;
  sow_status status = plan_of(&plan);
  for (size_t i = 0; status == SOW_OK && i < sow_plan_count(plan); i++) {
    char *line = NULL;
    status = sow_plan_line(plan, i, &line, NULL);
    NEEDS((status == SOW_OK) == (line != NULL));
    free(line);
  }
  for (int format = SOW_PLAN_TABLE; status == SOW_OK && format <= SOW_PLAN_JSON; format++) {
    char *whole = NULL;
    status = sow_plan_print(plan, (sow_plan_format)format, &whole, NULL, NULL);
    free(whole);
  }
  sow_plan_free(plan);
  return status;
}

static sow_status blocks(void) {
  sow_plan *plan;
  sow_status status = plan_of(&plan);
  for (size_t i = 0; status == SOW_OK && i < sow_plan_count(plan); i++) {
    static double out[64];
    sow_plan_entry entry;
    NEEDS(sow_plan_get(plan, i, &entry) && entry.count <= 24 && entry.ndim <= 2);
    int64_t begin[2] = {0, 0}, size[2] = {0, 0};
    const int64_t strides[2] = {1, 7};
    for (int d = 0; d < entry.ndim; d++)
      size[d] = entry.shape[d] - (begin[d] = entry.shape[d] / 4);
    status = sow_plan_run_block(plan, i, begin, size, NULL, 2, out, NULL);
    if (status == SOW_OK)
      status = sow_plan_run_block(plan, i, begin, size, strides, 1, out, NULL);
    const sow_block both[] = {{i, begin, size, NULL, out}, {i, begin, size, strides, out + 32}};
    if (status == SOW_OK)
      status = sow_plan_run_blocks(plan, both, 2, 2, NULL);
    if (status == SOW_OK)
      status = sow_plan_run(plan, i, 0, (uint64_t)entry.count, 1, out, NULL);
  }
  sow_plan_free(plan);
  return status;
}

static sow_status replays(void) {
  const char *begin = strstr(text, "storage 0"), *end = strstr(text, "parameter");
  sow_generator *generator = sow_generator_new(7, SOW_TORCH_NEWEST), *state = NULL;
  sow_replay *replay = generator == NULL ? NULL : sow_replay_new(generator, SOW_FLOAT32);
  sow_status status = replay == NULL ? SOW_NO_MEMORY : SOW_OK;
  double out[5][24];
  const sow_replay_target targets[] = {{4, out[4]}, {0, out[0]}, {1, out[1]}, {2, out[2]}, {3, out[3]}};
  for (const char *line = begin, *next; status == SOW_OK && line < end; line = next) {
    next = strchr(line, '\n') + 1;
    while (next[0] == ' ')
      next = strchr(next, '\n') + 1;
    status = sow_replay_feed(replay, line, (size_t)(next - line), 1, NULL);
  }
  if (status == SOW_OK)
    status = sow_replay_run(replay, 5, targets, 2, NULL, NULL);
  if (status == SOW_OK)
    status = sow_replay_generator(replay, 1, &state, NULL);
  NEEDS(status == SOW_OK || state == NULL);
  sow_generator_free(state);
  sow_generator_free(generator);
  sow_replay_free(replay);
  return status;
}

static sow_status steps(void) {
  const int64_t shape[] = {4, 6};
  sow_module *net = sow_module_new("Net"), *own = sow_child(net, "own", "Own");
  sow_module_add_parameter(own, "a", 2, shape);
  sow_module_add_parameter(own, "b", 2, shape);
  sow_module_add_buffer(own, "g", SOW_FLOAT64, 1, shape, sow_zeros());
  sow_module_set(own, "a", sow_normal(0, 1));
  sow_module_step(own, "b", NULL, ((int64_t[]){2, 6}), sow_ones());
  sow_module_step_from(own, "b", ((int64_t[]){2, 0}), ((int64_t[]){2, 6}), sow_copy(), own, "a", NULL);
  sow_module_step_from(own, "g", NULL, NULL, sow_norm(0), own, "b", NULL);
  sow_module_copy(net, "copy", own);
  sow_plan *plan = NULL;
  sow_status status = sow_plan_new(net, NULL, &plan, NULL);
  NEEDS((status == SOW_OK) == (plan != NULL));
  sow_plan_free(plan);
  sow_module_free(net);
  return status;
}

EVERY_K(recordings)
EVERY_K(broken_recordings)
EVERY_K(bound_recordings)
EVERY_K(lines)
EVERY_K(blocks)
EVERY_K(replays)
EVERY_K(steps)

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(recordings_survive_any_failed_allocation),
      cmocka_unit_test(broken_recordings_survive_any_failed_allocation),
      cmocka_unit_test(bound_recordings_survive_any_failed_allocation),
      cmocka_unit_test(lines_survive_any_failed_allocation),
      cmocka_unit_test(blocks_survive_any_failed_allocation),
      cmocka_unit_test(replays_survive_any_failed_allocation),
      cmocka_unit_test(steps_survive_any_failed_allocation),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
