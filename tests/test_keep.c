/* Part of a checkpoint anew: what is kept is copied, what is made has the bits that it has without. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sample.h"
#include "unit.h"

#define FOLDER "test_keep.dir"
#define BASE FOLDER "/base.safetensors"
#define NEW FOLDER "/new.safetensors"

static char warnings[2 * SOW_MESSAGE_SIZE]; /* of the plans that were made last */

static void note_warning(void *context, const sow_error *warning) {
  (void)context;
  size_t length = strlen(warnings);
  snprintf(warnings + length, sizeof warnings - length, "%s\n", warning->message);
}

static sow_error error_new(void) {
  sow_error error = SOW_ERROR_NONE;
  error.on_warning = note_warning;
  return error;
}

static sow_plan *plan_of(sow_module *module, uint64_t seed, sow_dtype cast, const sow_archive *keep) {
  sow_plan_options options = sow_plan_defaults();
  options.seed = seed;
  options.cast = cast;
  options.keep = keep;
  sow_error error = error_new();
  sow_plan *plan = NULL;
  warnings[0] = 0;
  if (sow_plan_new(module, &options, &plan, &error) != SOW_OK)
    fail_msg("%s", error.message);
  sow_module_free(module);
  return plan;
}

static sow_module *sample(void) {
  return sample_model(SOW_TORCH_NEWEST, SOW_FLOAT32);
}

/* Writes a checkpoint of `module` and opens it. */
static sow_archive *base_of(sow_module *module, uint64_t seed, sow_dtype cast) {
  sow_plan *plan = plan_of(module, seed, cast, NULL);
  sow_checkpoint_options options = {.size = sizeof options, .force = true};
  sow_archive *archive = NULL;
  assert_int_equal(sow_checkpoint_write(plan, BASE, &options, NULL), SOW_OK);
  assert_int_equal(sow_archive_open(BASE, &archive, NULL), SOW_OK);
  sow_plan_free(plan);
  return archive;
}

static unsigned char *made(const sow_plan *plan, size_t index) {
  sow_plan_entry entry;
  assert_true(sow_plan_get(plan, index, &entry));
  unsigned char *bytes = malloc(entry.bytes + 1);
  assert_int_equal(sow_plan_run(plan, index, 0, (uint64_t)entry.count, 0, bytes, NULL), SOW_OK);
  return bytes;
}

static unsigned char *stored(const sow_archive *archive, const char *name) {
  sow_archive_entry entry;
  size_t index;
  assert_true(sow_archive_find(archive, name, &index));
  assert_true(sow_archive_get(archive, index, &entry));
  unsigned char *bytes = malloc(entry.bytes + 1);
  assert_int_equal(sow_archive_read(archive, index, 0, entry.bytes, bytes, NULL), SOW_OK);
  return bytes;
}

static void rules_make_and_constructors_are_kept(void **state) {
  (void)state;
  sow_archive *base = base_of(sample(), 1, SOW_FLOAT32);
  sow_plan *without = plan_of(sample(), 2, SOW_FLOAT32, NULL),
           *with = plan_of(sample(), 2, SOW_FLOAT32, base);
  assert_string_equal(warnings, "");
  size_t kept = 0;
  for (size_t i = 0; i < sow_plan_count(with); i++) {
    sow_plan_entry entry, other;
    sow_plan_get(with, i, &entry);
    sow_plan_get(without, i, &other);
    assert_int_equal(entry.kept, strcmp(other.rule, "sample") != 0);
    unsigned char *here = made(with, i);
    unsigned char *there =
        entry.kept ? stored(base, entry.tied_to != NULL ? entry.tied_to : entry.name) : made(without, i);
    assert_memory_equal(here, there, entry.bytes);
    if (entry.kept)
      assert_true(isnan(entry.values.mean) && isnan(entry.values.std) && isinf(entry.values.low) &&
                  isinf(entry.values.high));
    kept += entry.kept && entry.tied_to == NULL;
    free(here);
    free(there);
  }
  assert_int_equal(sow_plan_kept(with), kept);
  assert_true(kept > 10 && kept < sow_plan_count(with));
  assert_int_equal(sow_plan_draws(with), sow_plan_draws(without));
  sow_plan_free(without);
  sow_plan_free(with);
  sow_archive_free(base);
}

/* Every way of writing gives the plan's bytes. */
static void assert_holds(const char *path, const sow_plan *plan) {
  sow_archive *archive = NULL;
  sow_error error = SOW_ERROR_NONE;
  if (sow_archive_open(path, &archive, &error) != SOW_OK)
    fail_msg("%s", error.message);
  sow_difference *differences = calloc(sow_plan_count(plan), sizeof *differences);
  assert_int_equal(sow_archive_check(archive, plan, 1, differences, NULL), SOW_OK);
  for (size_t i = 0; i < sow_plan_count(plan); i++)
    assert_true(differences[i].kind == SOW_EQUAL || differences[i].kind == SOW_STORED_AS_FIRST);
  free(differences);
  sow_archive_free(archive);
}

static void every_writer_copies(void **state) {
  (void)state;
  sow_archive *base = base_of(sample(), 1, SOW_FLOAT32);
  sow_plan *plan = plan_of(sample(), 2, SOW_FLOAT32, base);
  for (int threads = 1; threads <= 4; threads++) {
    sow_checkpoint_options options = {.size = sizeof options, .force = true, .threads = threads};
    uint64_t missing = 9;
    assert_int_equal(sow_checkpoint_write(plan, NEW, &options, NULL), SOW_OK);
    assert_holds(NEW, plan);
    assert_int_equal(sow_checkpoint_write_sharded(plan, NEW, 3000, &options, NULL), SOW_OK);
    assert_holds(NEW ".index.json", plan);
    assert_int_equal(system("rm " FOLDER "/new*"), 0);
    for (uint64_t slice = 0; slice < 5; slice++)
      assert_int_equal(sow_checkpoint_write_slice(plan, NEW, slice, 5, &options, &missing, NULL), SOW_OK);
    assert_int_equal(missing, 0);
    assert_holds(NEW, plan);
  }
  sow_plan_free(plan);
  sow_archive_free(base);
}

static void parts_of_another_base_are_refused(void **state) {
  (void)state;
  sow_archive *base = base_of(sample(), 1, SOW_FLOAT32);
  sow_plan *plan = plan_of(sample(), 2, SOW_FLOAT32, base);
  assert_int_equal(sow_checkpoint_write_slice(plan, FOLDER "/parts.safetensors", 0, 2, NULL, NULL, NULL),
                   SOW_OK);
  sow_archive *other = base_of(sample(), 3, SOW_FLOAT32);
  sow_plan *second = plan_of(sample(), 2, SOW_FLOAT32, other);
  assert_int_equal(sow_checkpoint_write_slice(second, FOLDER "/parts.safetensors", 1, 2, NULL, NULL, NULL),
                   SOW_EXISTS);
  sow_plan_free(plan);
  sow_plan_free(second);
  sow_archive_free(base);
  sow_archive_free(other);
}

/* ---- what fits, and what does not ---- */

/* A head on a body; the head's sizes and what is set are the test's. */
static sow_module *headed(int64_t classes, bool set_weight, bool set_bias) {
  sow_module *net = sow_module_new("Net");
  sow_linear(net, "body", 6, 5, true);
  sow_batch_norm1d(net, "norm", 5, true, true, true);
  sow_module *head = sow_linear(net, "head", 5, classes, true);
  if (set_weight)
    sow_module_set_as(head, "weight", sow_normal(0, 0.02), "head");
  if (set_bias)
    sow_module_set_as(head, "bias", sow_zeros(), "head");
  return net;
}

static void assert_refused(sow_module *module, const sow_archive *keep, sow_status status,
                           const char *message) {
  sow_plan_options options = sow_plan_defaults();
  options.keep = keep;
  sow_error error = error_new();
  sow_plan *plan = NULL;
  assert_int_equal(sow_plan_new(module, &options, &plan, &error), status);
  assert_null(plan);
  assert_string_equal(error.message, message);
  sow_module_free(module);
}

static void a_new_head_replaces_the_old(void **state) {
  (void)state;
  sow_archive *base = base_of(headed(1000, false, false), 1, SOW_FLOAT32);
  sow_plan *plan = plan_of(headed(10, true, true), 2, SOW_FLOAT32, base);
  assert_string_equal(warnings, "");
  assert_int_equal(sow_plan_kept(plan), 7);
  sow_plan_free(plan);
  assert_refused(
      headed(10, true, false), base, SOW_SHAPE,
      "head.bias: no rule makes it, and it cannot be kept: it is [10] in the model, [1000] in " BASE);
  sow_archive_free(base);
}

static void what_is_missing_is_named(void **state) {
  (void)state;
  sow_module *small = sow_module_new("Net");
  sow_linear(small, "bodi", 6, 5, true);
  sow_archive *base = base_of(small, 1, SOW_FLOAT32);
  assert_refused(headed(10, true, true), base, SOW_UNKNOWN_NAME,
                 "body.weight: no rule makes it, and the checkpoint to keep (" BASE
                 ") has no tensor of this name, did you mean 'bodi.weight'?");
  sow_archive_free(base);
}

static void integers_stay_integers(void **state) {
  (void)state;
  sow_module *wrong = headed(10, false, false), *other = sow_module_new("Net");
  const int64_t none[1] = {0};
  sow_module_add_parameter(other, "steps", 0, none);
  sow_module_set_as(other, "steps", sow_ones(), "test");
  sow_archive *base = base_of(other, 1, SOW_FLOAT32);
  sow_module_free(wrong);
  wrong = sow_module_new("Net");
  sow_module_add_buffer(wrong, "steps", SOW_INT64, 0, none, sow_zeros());
  assert_refused(wrong, base, SOW_DTYPE,
                 "steps: it cannot be kept: it is float32 in " BASE ", but the model's is int64");
  sow_archive_free(base);
}

static void what_is_left_out_is_told(void **state) {
  (void)state;
  sow_archive *base = base_of(headed(10, false, false), 1, SOW_FLOAT32);
  sow_module *body = sow_module_new("Net");
  sow_linear(body, "body", 6, 5, true);
  sow_plan *plan = plan_of(body, 2, SOW_FLOAT32, base);
  assert_string_equal(warnings,
                      "7 tensors of " BASE " are not in the model, and left out: norm.num_batches_tracked, "
                      "head.bias, head.weight, norm.bias, norm.running_mean and 2 more\n");
  sow_plan_free(plan);
  sow_archive_free(base);
}

static void a_kept_tensor_keeps_its_type(void **state) {
  (void)state;
  sow_archive *base = base_of(headed(10, false, false), 1, SOW_BFLOAT16);
  sow_plan *plan = plan_of(headed(10, true, true), 2, SOW_FLOAT32, base);
  assert_string_equal(warnings,
                      "what is made is stored as float32, but what is kept is bfloat16; cast to bfloat16 "
                      "for one type in all\n");
  sow_plan_entry entry = {0};
  size_t index;
  assert_true(sow_plan_find(plan, "body.weight", &index) && sow_plan_get(plan, index, &entry));
  assert_true(entry.kept && entry.dtype == SOW_BFLOAT16 && entry.drawn == SOW_BFLOAT16 && entry.bytes == 60);
  sow_plan_free(plan);
  plan = plan_of(headed(10, true, true), 2, SOW_BFLOAT16, base);
  assert_string_equal(warnings, "");
  sow_plan_free(plan);
  sow_archive_free(base);
}

static sow_module *tied(bool new_bias) {
  sow_module *net = sow_module_new("Net");
  sow_module *embed = sow_embedding(net, "embed", 9, 5, -1);
  sow_module *head = sow_linear(net, "head", 5, 9, true);
  sow_module_tie(head, "weight", embed, "weight");
  if (new_bias)
    sow_module_set_as(head, "bias", sow_zeros(), "head");
  return net;
}

static void a_tie_is_found_under_any_of_its_names(void **state) {
  (void)state;
  const int64_t shape[] = {9, 5};
  sow_module *other = sow_module_new("Net"), *head = sow_child(other, "head", "Head");
  sow_module_add_parameter(head, "weight", 2, shape);
  sow_module_set_as(head, "weight", sow_normal(0, 1), "test");
  sow_archive *base = base_of(other, 1, SOW_FLOAT32);
  sow_plan *plan = plan_of(tied(true), 2, SOW_FLOAT32, base);
  assert_string_equal(warnings, "");
  size_t index;
  assert_true(sow_plan_find(plan, "embed.weight", &index));
  unsigned char *here = made(plan, index), *there = stored(base, "head.weight");
  assert_memory_equal(here, there, sizeof(float) * 45);
  free(here);
  free(there);
  sow_plan_free(plan);
  assert_refused(tied(false), base, SOW_UNKNOWN_NAME,
                 "head.bias: no rule makes it, and the checkpoint to keep (" BASE
                 ") has no tensor of this name");
  sow_archive_free(base);
}

static void a_list_of_shapes_needs_no_rule_for_what_is_kept(void **state) {
  (void)state;
  static const char list[] = "body.weight float32 [5, 6]\nbody.bias float32 [5]\n";
  sow_archive *base = base_of(headed(10, false, false), 1, SOW_FLOAT32);
  sow_module *module = NULL;
  sow_dtype dtype;
  assert_int_equal(sow_module_parse_shapes(list, sizeof list - 1, NULL, &module, &dtype, NULL), SOW_OK);
  sow_plan *plan = plan_of(module, 2, SOW_FLOAT32, base);
  assert_int_equal(sow_plan_kept(plan), 2);
  assert_int_equal(sow_plan_draws(plan), 0);
  sow_plan_free(plan);
  sow_archive_free(base);
}

static void count_finding(void *context, const sow_finding *finding) {
  (void)finding;
  ++*(int *)context;
}

/* A trained tensor has no rule to be held to. */
static void what_is_kept_is_not_judged(void **state) {
  (void)state;
  sow_module *trained = headed(1000, false, false);
  sow_rules *rules = NULL;
  static const char text[] = "named_parameters:\n  body.weight = normal_(5.0, 3.0)\n";
  assert_int_equal(sow_rules_parse(text, sizeof text - 1, NULL, &rules, NULL), SOW_OK);
  assert_int_equal(sow_module_apply_rules(trained, rules, false, NULL), SOW_OK);
  sow_rules_free(rules);
  sow_archive *base = base_of(trained, 1, SOW_FLOAT32);
  sow_plan *kept = plan_of(headed(1000, true, true), 2, SOW_FLOAT32, base);
  sow_plan *fresh = plan_of(headed(1000, true, true), 2, SOW_FLOAT32, NULL);
  sow_checkpoint_options options = {.size = sizeof options, .force = true};
  assert_int_equal(sow_checkpoint_write(kept, NEW, &options, NULL), SOW_OK);
  sow_archive *archive = NULL;
  assert_int_equal(sow_archive_open(NEW, &archive, NULL), SOW_OK);
  sow_examination done;
  int found = 0, found_fresh = 0;
  assert_int_equal(sow_archive_examine(archive, kept, 1, count_finding, &found, &done, NULL), SOW_OK);
  assert_int_equal(sow_archive_examine(archive, fresh, 1, count_finding, &found_fresh, &done, NULL), SOW_OK);
  assert_int_equal(found, 0);
  assert_true(found_fresh > 0);
  sow_archive_free(archive);
  sow_plan_free(kept);
  sow_plan_free(fresh);
  sow_archive_free(base);
}

static int make_folder(void **state) {
  (void)state;
  return system("rm -rf " FOLDER) != 0 || mkdir(FOLDER, 0777) != 0;
}

static int remove_folder(void **state) {
  (void)state;
  return system("rm -rf " FOLDER) != 0;
}

#define IN_A_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void) {
  const struct CMUnitTest tests[] = {
      IN_A_FOLDER(rules_make_and_constructors_are_kept),
      IN_A_FOLDER(every_writer_copies),
      IN_A_FOLDER(parts_of_another_base_are_refused),
      IN_A_FOLDER(a_new_head_replaces_the_old),
      IN_A_FOLDER(what_is_missing_is_named),
      IN_A_FOLDER(integers_stay_integers),
      IN_A_FOLDER(what_is_left_out_is_told),
      IN_A_FOLDER(a_kept_tensor_keeps_its_type),
      IN_A_FOLDER(a_tie_is_found_under_any_of_its_names),
      IN_A_FOLDER(a_list_of_shapes_needs_no_rule_for_what_is_kept),
      IN_A_FOLDER(what_is_kept_is_not_judged),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
