/* The tensors of a recording: their types and names, their own steps, and the streams they draw from. */
#include "recorded.h"

static void run_floats(const sow_plan *plan, const char *name, float *out) {
  size_t index = 0;
  sow_plan_entry entry = {0};
  assert_true(sow_plan_find(plan, name, &index) && sow_plan_get(plan, index, &entry));
  assert_int_equal(entry.dtype, SOW_FLOAT32);
  assert_int_equal(sow_plan_run(plan, index, 0, (uint64_t)entry.count, 1, out, NULL), SOW_OK);
}

static void assert_floats(const sow_plan *plan, const char *name, size_t count, const float *expected) {
  float *made = calloc(count, sizeof *made);
  run_floats(plan, name, made);
  for (size_t i = 0; i < count; i++)
    if (memcmp(&made[i], &expected[i], sizeof *made) != 0)
      fail_msg("%s[%zu] is %.9g, not %.9g", name, i, (double)made[i], (double)expected[i]);
  free(made);
}

#define FLOATS(...)                                                                                          \
  sizeof((float[]){__VA_ARGS__}) / sizeof(float), (const float[]) {                                          \
    __VA_ARGS__                                                                                              \
  }

/* Storages of the default dtype take the plan's; the others keep theirs, and all floats are cast. */
static void types_of_storages(void **state) {
  (void)state;
  static const char lines[] =
      "storage 0 float32 2\nstorage 1 float64 2\nstorage 2 int16 2\nstorage 3 float16 2\n"
      "step s0[2] fill_(1.0)\nstep s1[2] fill_(2.0)\nstep s2[2] fill_(3.0)\n"
      "step s3[2] fill_(4.0)\nparameter \"a\" s0[2]\nparameter \"b\" s1[2]\n"
      "buffer \"c\" s2[2]\nbuffer \"d\" s3[2]\n";
  const sow_dtype expected[3][4] = {{SOW_FLOAT32, SOW_FLOAT64, SOW_INT16, SOW_FLOAT16},
                                    {SOW_BFLOAT16, SOW_FLOAT64, SOW_INT16, SOW_FLOAT16},
                                    {SOW_FLOAT16, SOW_FLOAT16, SOW_INT16, SOW_FLOAT16}};
  for (int i = 0; i < 3; i++) {
    sow_plan_options options = sow_plan_defaults();
    options.dtype = i == 1 ? SOW_BFLOAT16 : SOW_FLOAT32;
    options.cast = i == 2 ? SOW_FLOAT16 : options.dtype;
    sow_plan *plan = recorded(lines, &options);
    for (size_t k = 0; k < 4; k++) {
      sow_plan_entry entry = {0};
      assert_true(sow_plan_get(plan, k, &entry));
      assert_int_equal(entry.dtype, expected[i][k]);
    }
    sow_plan_free(plan);
  }
}

/* A complex tensor is made of pairs; of it again there are parts and copies. */
static void complex_numbers_are_pairs(void **state) {
  (void)state;
  static const char lines[] =
      "storage 0 float32 24\nstep s0[3, 4, 2] normal_(std=0.5)\nstep s0[4, 2] mul_(2.0)\n"
      "storage 1 complex64 12\nstep s1[3, 4] view_as_complex_(s0[3, 4, 2])\n"
      "storage 2 complex64 8\nstep s2[4, 2] view_as_complex_(s0[4, 2, 2]*[2, 8, 1]+8)\n"
      "storage 3 complex64 4\nstep s3[4] copy_(s1[4]+4)\nstep s3[1] fill_(7.0)\n"
      "parameter \"a\" s0[3, 4, 2]\nparameter \"w\" s1[3, 4]\nparameter \"row\" s1[4]+4\n"
      "parameter \"strided\" s2[4, 2]\nparameter \"copied\" s3[4]\n";
  sow_plan *plan = recorded(lines, NULL);
  float parts[24], whole[24], part[16];
  assert_int_equal(sow_plan_run(plan, 0, 0, 24, 1, parts, NULL), SOW_OK);
  for (uint64_t begin = 0; begin < 12; begin += 5) {
    uint64_t end = begin + 5 < 12 ? begin + 5 : 12;
    assert_int_equal(sow_plan_run(plan, 1, begin, end, 1, whole + 2 * begin, NULL), SOW_OK);
  }
  assert_memory_equal(whole, parts, sizeof whole);
  assert_int_equal(sow_plan_run(plan, 2, 0, 4, 1, part, NULL), SOW_OK);
  assert_memory_equal(part, parts + 8, 8 * sizeof *part);
  assert_int_equal(sow_plan_run(plan, 3, 0, 8, 2, part, NULL), SOW_OK);
  for (int i = 0; i < 8; i++)
    assert_memory_equal(part + 2 * i, parts + 8 + 2 * (i / 2) + 8 * (i % 2), 2 * sizeof *part);
  assert_int_equal(sow_plan_run(plan, 4, 0, 4, 1, part, NULL), SOW_OK);
  assert_true(part[0] == 7 && part[1] == 0 && memcmp(part + 2, parts + 10, 6 * sizeof *part) == 0);
  sow_plan_entry entry = {0};
  assert_true(sow_plan_get(plan, 1, &entry));
  assert_true(entry.dtype == SOW_COMPLEX64 && entry.count == 12 && entry.bytes == 96);
  assert_true(entry.values.density == SOW_DENSITY_UNKNOWN);
  sow_plan_free(plan);
}

/* ---- names ---- */

static void temporaries_are_entries_where_they_are_wanted(void **state) {
  (void)state;
  static const char lines[] =
      "storage 0 float32 2\nstep s0[2] fill_(1.0)\nstorage 1 int64 3\nstep s1[3] zero_()\n"
      "parameter \"a\" s0[2]\ntemporary \"ids\" s1[3]\nbuffer \"fc.b\" s0[2]\n";
  sow_plan_options options = sow_plan_defaults();
  sow_plan *plan = recorded(lines, &options);
  size_t index = 0;
  sow_plan_entry entry = {0};
  assert_int_equal(sow_plan_count(plan), 2);
  assert_false(sow_plan_find(plan, "ids", &index));
  assert_int_equal(sow_plan_bytes(plan), 8);
  sow_plan_free(plan);
  options.temporaries = true;
  plan = recorded(lines, &options);
  assert_int_equal(sow_plan_count(plan), 3);
  assert_true(sow_plan_find(plan, "ids", &index) && sow_plan_get(plan, index, &entry));
  assert_true(entry.temporary && entry.dtype == SOW_INT64 && entry.count == 3);
  assert_int_equal(sow_plan_bytes(plan), 8); /* no file holds it */
  int64_t ids[3] = {1, 1, 1};
  assert_int_equal(sow_plan_run(plan, index, 0, 3, 1, ids, NULL), SOW_OK);
  assert_true(ids[0] == 0 && ids[2] == 0);
  sow_plan_free(plan);
}

/* Equal views are one tensor; other views of the same memory are tensors of their own. */
static void views_have_names(void **state) {
  (void)state;
  static const char lines[] =
      "storage 0 float32 12\nliteral s0[3, 4] 48\n"
      "  AAAAAAAAgD8AAABAAABAQAAAgEAAAKBAAADAQAAA4EAAAABBAAAQQQAAIEEAADBB\n"
      "step s0[1, 4]+8 mul_(10.0) at \"here\"\n"
      "parameter \"w\" s0[3, 4]\nparameter \"fc.tied\" s0[3, 4]\nparameter \"flat\" s0[12]\n"
      "parameter \"row\" s0[4]+4\nparameter \"t\" s0[4, 3]*[1, 4]\nparameter \"column\" s0[3]*[4]+1\n"
      "parameter \"one\" s0[]+6\nparameter \"wide\" s0[2, 3]*[0, 1]+9\nparameter \"also\" s0[3, 4]*[4, 1]\n"
      "parameter \"none\" s0[0, 7]+12\n";
  sow_plan *plan = recorded(lines, NULL);
  sow_plan_entry entry = {0};
  assert_floats(plan, "w", FLOATS(0, 1, 2, 3, 4, 5, 6, 7, 80, 90, 100, 110));
  assert_floats(plan, "fc.tied", FLOATS(0, 1, 2, 3, 4, 5, 6, 7, 80, 90, 100, 110));
  assert_floats(plan, "row", FLOATS(4, 5, 6, 7));
  assert_floats(plan, "t", FLOATS(0, 4, 80, 1, 5, 90, 2, 6, 100, 3, 7, 110));
  assert_floats(plan, "column", FLOATS(1, 5, 90));
  assert_floats(plan, "one", FLOATS(6));
  assert_floats(plan, "wide", FLOATS(90, 100, 110, 90, 100, 110));
  const struct {
    const char *name, *tied_to, *rule;
  } expected[] = {{"also", "w", "here"},      {"fc.tied", "w", "here"}, {"flat", NULL, "here"},
                  {"row", NULL, "recording"}, {"column", NULL, "here"}, {"one", NULL, "recording"}};
  for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
    size_t index = 0;
    assert_true(sow_plan_find(plan, expected[i].name, &index) && sow_plan_get(plan, index, &entry));
    assert_string_equal(entry.rule, expected[i].rule);
    assert_true((entry.tied_to == NULL) == (expected[i].tied_to == NULL));
    if (entry.tied_to != NULL)
      assert_string_equal(entry.tied_to, expected[i].tied_to);
  }
  sow_plan_free(plan);
}

/* A tensor is made of the steps that write it; those of its neighbours in the storage are not its own. */
static void a_part_has_its_own_steps(void **state) {
  (void)state;
  static const char lines[] =
      "storage 0 float32 40\nstep s0[8, 2] uniform_() at \"a\"\n"
      "step s0[8, 2]+16 normal_() at \"b\"\nstep s0[8]+32 zero_() at \"c\"\n"
      "step s0[2]+34 fill_(1.0) at \"d\"\n"
      "parameter \"a\" s0[8, 2]\nparameter \"b\" s0[8, 2]+16\nparameter \"c\" s0[8]+32\n";
  sow_plan *plan = recorded(lines, NULL);
  static const struct {
    uint64_t position, draws;
    const char *rule, *line;
  } expected[] = {{0, 16, "a", "copy_([8, 2]+0 of [8, 2]+0 uniform_(a=0.0, b=1.0))"},
                  {16, 16, "b", "copy_([8, 2]+16 of [8, 2]+16 normal_(mean=0.0, std=1.0))"},
                  {32, 0, "d", "copy_([8]+32 of [8]+32 zero_(); [2]+34 fill_(value=1.0))"}};
  for (size_t i = 0; i < 3; i++) {
    sow_plan_entry entry = {0};
    char *line = NULL;
    assert_true(sow_plan_get(plan, i, &entry));
    assert_int_equal(entry.draws, expected[i].draws);
    if (entry.draws > 0)
      assert_int_equal(entry.position, expected[i].position);
    assert_string_equal(entry.rule, expected[i].rule);
    assert_int_equal(sow_plan_line(plan, i, &line, NULL), SOW_OK);
    assert_string_equal(line, expected[i].line);
    free(line);
  }
  assert_floats(plan, "c", FLOATS(0, 0, 1, 1, 0, 0, 0, 0));
  sow_plan_free(plan);
}

/* ---- streams ---- */

static void draw(void *values, int64_t count, sow_generator *generator) {
  DLTensor tensor = {
      .data = values, .device = {kDLCPU, 0}, .ndim = 1, .dtype = {kDLFloat, 32, 1}, .shape = &count};
  assert_int_equal(sow_fill(&tensor, sow_normal(0, 1), generator, NULL), SOW_OK);
}

/* Of odd numbers of normals, so that the one that is cached goes with the state. */
static void streams_are_generators(void **state) {
  (void)state;
  static const char lines[] =
      "storage 0 float32 3\nstorage 1 float32 3\nstorage 2 float32 3\nstorage 3 float32 3\nstorage 4 float32 "
      "3\n"
      "storage 5 float32 3\nseed 2 1234\n"
      "step s0[3] normal_()\nmark 0 0\nstep s1[3] normal_()\nstep s2[3] normal_() generator 2\nmark 1 2\n"
      "restore 0 0\nstep s3[3] normal_()\nskip 2 5\nstep s4[3] normal_() generator 2\nrestore 1 0\n"
      "seed 2 9\nskip 0 1\nstep s5[3] normal_()\n"
      "parameter \"a\" s0[3]\nparameter \"b\" s1[3]\nparameter \"c\" s2[3]\nparameter \"d\" s3[3]\n"
      "parameter \"e\" s4[3]\nparameter \"f\" s5[3]\n";
  sow_plan_options options = sow_plan_defaults();
  options.seed = 77;
  sow_plan *plan = recorded(lines, &options);
  sow_generator *zero = sow_generator_new(77, SOW_TORCH_NEWEST),
                *two = sow_generator_new(1234, SOW_TORCH_NEWEST);
  float values[3];
  draw(values, 3, zero);
  assert_floats(plan, "a", 3, values);
  sow_generator *mark = sow_generator_copy(zero);
  draw(values, 3, zero);
  assert_floats(plan, "b", 3, values);
  draw(values, 3, two);
  assert_floats(plan, "c", 3, values);
  sow_generator *other = sow_generator_copy(two);
  draw(values, 3, mark);
  assert_floats(plan, "d", 3, values);
  sow_generator_skip(two, 5);
  draw(values, 3, two);
  assert_floats(plan, "e", 3, values);
  sow_generator_skip(other, 1);
  draw(values, 3, other);
  assert_floats(plan, "f", 3, values);
  sow_generator *end = NULL;
  assert_int_equal(sow_plan_generator(plan, &end, NULL), SOW_OK);
  assert_same_state(end, other);
  sow_plan_entry entry = {0};
  assert_true(sow_plan_get(plan, 1, &entry) && entry.stream == 0);
  assert_true(sow_plan_get(plan, 2, &entry) && entry.stream == 1);
  assert_true(sow_plan_get(plan, 5, &entry) && entry.stream == 1);
  sow_generator_free(zero), sow_generator_free(two), sow_generator_free(mark), sow_generator_free(other);
  sow_generator_free(end);
  sow_plan_free(plan);
}

/* A given state begins the default stream; a seed of the constructor's own does not hear of it. */
static void a_given_state_is_where_it_begins(void **state) {
  (void)state;
  static const char lines[] = "storage 0 float32 3\nstorage 1 float32 3\nstep s0[3] normal_()\nseed 0 5\n"
                              "step s1[3] normal_()\nparameter \"a\" s0[3]\nparameter \"b\" s1[3]\n";
  sow_generator *given = sow_generator_new(3, SOW_TORCH_2_1), *fresh = sow_generator_new(5, SOW_TORCH_2_1);
  float values[5];
  draw(values, 5, given); /* one is cached */
  sow_plan_options options = sow_plan_defaults();
  options.generator = given;
  sow_plan *plan = recorded(lines, &options);
  draw(values, 3, given);
  assert_floats(plan, "a", 3, values);
  draw(values, 3, fresh);
  assert_floats(plan, "b", 3, values);
  sow_generator_free(given);
  sow_generator_free(fresh);
  sow_plan_free(plan);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(types_of_storages),
      cmocka_unit_test(complex_numbers_are_pairs),
      cmocka_unit_test(temporaries_are_entries_where_they_are_wanted),
      cmocka_unit_test(views_have_names),
      cmocka_unit_test(a_part_has_its_own_steps),
      cmocka_unit_test(streams_are_generators),
      cmocka_unit_test(a_given_state_is_where_it_begins),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
