/* Reading, measuring and comparing checkpoints under an allocator that fails: failing_malloc.h. */
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "failing_malloc.h"
#include "sample.h"

#define FOLDER "test_allocation.dir"
#define WHOLE FOLDER "/whole.safetensors"
#define INDEX FOLDER "/model.safetensors.index.json"

static sow_plan *plan;

static void ignore_warning(void *context, const sow_error *warning) {
  (void)context;
  (void)warning;
}

/* The same tensors in one file and in shards. */
static int make_files(void **state) {
  (void)state;
  static const sow_checkpoint_options options = {.size = sizeof options, .force = true};
  const int64_t matrix[] = {30, 20};
  sow_module *net = sow_module_new("Net");
  sow_linear(net, "fc", 12, 9, true);
  sample_add(net, "q", 2, matrix, sow_orthogonal(1));
  sample_add(net, "n", 2, matrix, sow_normal(0, 1));
  sow_status status = sow_plan_new(net, NULL, &plan, NULL);
  sow_module_free(net);
  mkdir(FOLDER, 0777);
  if (status == SOW_OK)
    status = sow_checkpoint_write_sharded(plan, FOLDER "/model.safetensors", 2500, &options, NULL);
  if (status == SOW_OK)
    status = sow_checkpoint_write(plan, WHOLE, &options, NULL);
  return status == SOW_OK ? 0 : -1;
}

static int remove_files(void **state) {
  (void)state;
  sow_plan_free(plan);
  return system("rm -rf " FOLDER) == 0 ? 0 : -1;
}

static sow_status open_one(const char *path, sow_archive **archive) {
  *archive = NULL;
  sow_status status = sow_archive_open(path, archive, NULL);
  NEEDS((status == SOW_OK) == (*archive != NULL));
  return status;
}

static sow_status models(void) {
  static const char list[] = "a.w float32 [2, 3]\nb int64 []\n";
  sow_archive *archive;
  sow_module *listed = NULL, *stored = NULL;
  sow_dtype dtype = SOW_DTYPE_COUNT;
  sow_status status = sow_module_parse_shapes(list, sizeof list - 1, "list", &listed, &dtype, NULL);
  NEEDS((status == SOW_OK) == (listed != NULL) && (status == SOW_OK) == (dtype == SOW_FLOAT32));
  if (status == SOW_OK) {
    status = open_one(WHOLE, &archive);
    if (status == SOW_OK)
      status = sow_archive_module(archive, &stored, &dtype, NULL);
    NEEDS((status == SOW_OK) == (stored != NULL));
    sow_archive_free(archive);
  }
  sow_module_free(listed);
  sow_module_free(stored);
  return status;
}

static void note(void *context, const sow_finding *finding) {
  (void)finding;
  ++*(size_t *)context;
}

static sow_status archives(void) {
  static sow_statistics statistics[8];
  static sow_difference differences[8];
  sow_archive *whole, *shards = NULL;
  sow_measure_options options = {.size = sizeof options, .threads = 1, .digest = true};
  sow_examination done;
  size_t findings = 0;
  sow_status status = open_one(WHOLE, &whole);
  if (status == SOW_OK)
    status = open_one(INDEX, &shards);
  if (status == SOW_OK)
    status = sow_archive_measure(whole, &options, statistics, NULL);
  if (status == SOW_OK)
    status = sow_archive_compare(whole, shards, 1, differences, NULL);
  if (status == SOW_OK)
    status = sow_archive_check(shards, plan, 1, differences, NULL);
  if (status == SOW_OK)
    status = sow_archive_examine(shards, plan, 1, note, &findings, &done, NULL);
  NEEDS(findings == 0);
  sow_archive_free(whole);
  sow_archive_free(shards);
  return status;
}

static sow_status shards(void) {
  const char *path = FOLDER "/other.safetensors", *index = FOLDER "/other.safetensors.index.json";
  sow_checkpoint_options options = {.size = sizeof options, .force = true, .threads = 1};
  sow_error error = SOW_ERROR_NONE;
  error.on_warning = ignore_warning;
  sow_status status = sow_checkpoint_write_sharded(plan, path, 2500, &options, &error);
  NEEDS((access(index, F_OK) == 0) == (status == SOW_OK));
  NEEDS((access(FOLDER "/other-00001-of-00003.safetensors", F_OK) == 0) == (status == SOW_OK));
  unlink(index);
  unlink(FOLDER "/other-00001-of-00003.safetensors");
  unlink(FOLDER "/other-00002-of-00003.safetensors");
  unlink(FOLDER "/other-00003-of-00003.safetensors");
  return status;
}

/* A new bias, the rest kept; the warning about what is left out needs memory too. */
static sow_status keeps(void) {
  sow_checkpoint_options options = {.size = sizeof options, .force = true, .threads = 1};
  sow_plan_options settings = sow_plan_defaults();
  sow_error error = SOW_ERROR_NONE;
  error.on_warning = ignore_warning;
  sow_archive *base;
  sow_plan *kept = NULL;
  sow_status status = open_one(INDEX, &base);
  if (status != SOW_OK)
    return status;
  settings.keep = base;
  sow_module *net = sow_module_new("Net");
  sow_module *layer = sow_linear(net, "fc", 12, 9, true);
  sow_module_set(layer, "bias", sow_ones());
  status = sow_plan_new(net, &settings, &kept, &error);
  NEEDS((status == SOW_OK) == (kept != NULL));
  if (status == SOW_OK)
    status = sow_checkpoint_write(kept, FOLDER "/kept.safetensors", &options, &error);
  if (status == SOW_OK)
    status = sow_checkpoint_write_slice(kept, FOLDER "/part.safetensors", 0, 1, &options, NULL, &error);
  sow_plan_free(kept);
  sow_module_free(net);
  sow_archive_free(base);
  return status;
}

static bool take(void *context, uint64_t offset, const void *bytes, size_t size) {
  (void)context;
  (void)bytes;
  return offset >= 3 && size > 0;
}

static sow_status sends(void) {
  sow_checkpoint_options options = {.size = sizeof options, .threads = 1};
  char *header = NULL;
  size_t size = 0;
  sow_status status = sow_checkpoint_header(plan, &options, &header, &size, NULL);
  NEEDS((status == SOW_OK) == (header != NULL));
  if (status == SOW_OK)
    status = sow_checkpoint_send(plan, 3, size + sow_plan_bytes(plan), &options, take, NULL, NULL);
  free(header);
  return status;
}

EVERY_K(models)
EVERY_K(archives)
EVERY_K(shards)
EVERY_K(keeps)
EVERY_K(sends)

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(models_survive_any_failed_allocation),
      cmocka_unit_test(archives_survive_any_failed_allocation),
      cmocka_unit_test(shards_survive_any_failed_allocation),
      cmocka_unit_test(keeps_survive_any_failed_allocation),
      cmocka_unit_test(sends_survive_any_failed_allocation),
  };
  return cmocka_run_group_tests(tests, make_files, remove_files);
}
