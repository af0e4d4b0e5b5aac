/* How much of anything a recording may have, and that more is refused before it takes memory or time. */
#include <inttypes.h>

#include "parsing.h"
#include "sample.h"

#define ROOT "sow recording 1\ntorch 2.14\ndtype float32\nseed 7\nmodule \"\" \"Net\"\n"

static sow_status parse_text(sow__buffer *text, sow_module **module, sow_error *error) {
  assert_false(text->failed);
  sow_status status = sow_module_parse_recording(text->data, text->length, NULL, module, NULL, error);
  sow__buffer_free(text);
  return status;
}

static void assert_limit(sow__buffer *text, const char *part) {
  sow_error error = SOW_ERROR_NONE;
  sow_module *module = NULL;
  sow_status status = parse_text(text, &module, &error);
  if (status != SOW_LIMIT || strstr(error.message, part) == NULL)
    fail_msg("%s: %s", sow_status_name(status), error.message);
}

/* The plan of a recording that is read; `part` of the message, or NULL where there is a plan. */
static void assert_plan(sow__buffer *text, const char *part) {
  sow_error error = SOW_ERROR_NONE;
  sow_module *module = NULL;
  sow_plan *plan = NULL;
  sow_status status = parse_text(text, &module, &error);
  if (status == SOW_OK)
    status = sow_plan_new(module, NULL, &plan, &error);
  if (status != (part == NULL ? SOW_OK : SOW_LIMIT) || (part != NULL && strstr(error.message, part) == NULL))
    fail_msg("%s: %s", sow_status_name(status), error.message);
  sow_plan_free(plan);
  sow_module_free(module);
}

static void the_text(void **state) {
  (void)state;
  sow_module *module = NULL;
  sow_error error = SOW_ERROR_NONE;
  assert_int_equal(sow_module_parse_recording("", (size_t)3 << 30, NULL, &module, NULL, &error), SOW_LIMIT);
  assert_non_null(strstr(error.message, "larger than 1536 MiB"));
}

#define MILLION (1 << 20)

static void storages(void **state) {
  (void)state;
  for (int more = 0; more < 2; more++) {
    sow__buffer text = {0};
    sow__buffer_text(&text, ROOT);
    for (int i = 0; i < MILLION + more; i++)
      sow__buffer_printf(&text, "storage %d float32 1\n", i);
    sow__buffer_text(&text, "end\n");
    if (more == 1)
      assert_limit(&text, "1048576 storages at most");
    else
      assert_plan(&text, NULL);
  }
}

static void modules_and_names(void **state) {
  (void)state;
  sow__buffer text = {0};
  sow__buffer_text(&text, ROOT);
  for (int i = 0; i < MILLION / 2; i++)
    sow__buffer_printf(&text, "module \"%d\" \"A\"\n", i);
  sow__buffer_printf(&text, "storage 0 float32 %d\nstep s0[%d] zero_()\n", MILLION, MILLION);
  for (int i = 0; i < MILLION / 2 + 1; i++)
    sow__buffer_printf(&text, "parameter \"%d.w\" s0[1]+%d\n", i % (MILLION / 2), i);
  sow__buffer_text(&text, "end\n");
  assert_limit(&text, "");
}

static void generators(void **state) {
  (void)state;
  for (int more = 0; more < 2; more++) {
    sow__buffer text = {0};
    sow__buffer_text(&text, ROOT);
    for (int i = 0; i < 65535 + more; i++) /* the plan's own stream is one */
      sow__buffer_printf(&text, "seed %d %d\n", i % 3, i);
    sow__buffer_text(&text, "end\n");
    assert_plan(&text, more == 1 ? "65536 times" : NULL);
  }
}

static void steps_of_a_tensor(void **state) {
  (void)state;
  for (int more = 0; more < 2; more++) {
    sow__buffer text = {0};
    sow__buffer_text(&text, ROOT "storage 0 float32 5000\n");
    for (int i = 0; i < 4096 + more; i++)
      sow__buffer_printf(&text, "step s0[%d]+%d zero_() at \"a.py:%d\"\n", i == 0 ? 5000 : 1,
                         i % 4999 + (i > 0), i);
    sow__buffer_text(&text, "parameter \"w\" s0[5000]\nend\n");
    /* The first one writes all, and begins at 0. */
    assert_plan(&text, more == 1 ? "w (a.py:4096): more than 4096 steps make one tensor" : NULL);
  }
}

static void copies_of_copies(void **state) {
  (void)state;
  for (int more = 0; more < 2; more++) {
    sow__buffer text = {0};
    sow__buffer_text(&text, ROOT "storage 0 float32 200\nstep s0[200] normal_()\n");
    for (int i = 0; i < 64 + more; i++)
      sow__buffer_printf(&text, "step s0[1]+%d copy_(s0[1]+%d)\n", i + 1, i);
    sow__buffer_text(&text, "parameter \"w\" s0[200]\nend\n");
    assert_plan(&text, more == 1 ? "w (recording): it is made of copies of copies, more than 64 deep" : NULL);
  }
}

/* Each stream within its 63 bits, and all of them together beyond. */
static void the_words_of_all_streams(void **state) {
  (void)state;
  for (int more = 0; more < 2; more++) {
    sow__buffer text = {0};
    sow_error error = SOW_ERROR_NONE;
    sow_module *module = NULL;
    sow_plan *plan = NULL;
    sow__buffer_text(&text, ROOT "storage 0 float32 4\nstorage 1 float64 1000000000000000000\n");
    for (int i = 0; i < 4 + more; i++)
      sow__buffer_printf(&text, "seed 0 %d\nstep s1[1000000000000000000] normal_()\n", i);
    sow__buffer_text(&text, "step s0[4] normal_()\nparameter \"w\" s0[4]\nend\n");
    assert_int_equal(parse_text(&text, &module, &error), SOW_OK);
    assert_int_equal(sow_plan_new(module, NULL, &plan, &error), more == 0 ? SOW_OK : SOW_OVERFLOW);
    if (more == 1)
      assert_non_null(strstr(error.message, "the random words of all streams do not fit in 63 bits"));
    sow_plan_free(plan);
    sow_module_free(module);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_text),
      cmocka_unit_test(storages),
      cmocka_unit_test(modules_and_names),
      cmocka_unit_test(generators),
      cmocka_unit_test(steps_of_a_tensor),
      cmocka_unit_test(copies_of_copies),
      cmocka_unit_test(the_words_of_all_streams),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
