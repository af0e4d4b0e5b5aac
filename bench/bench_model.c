/* Whole models, as the program sow goes about them: written, and looked at once they are there. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "bench_sow.h"

typedef struct modelling {
  sow_edition edition;
  const char *model, *rules, *output;
  sow_archive *archive; /* the output, open */
} modelling;

/* The whole file, 0 at its end; free() it. */
static char *read_file(const char *path, size_t *length) {
  FILE *file = fopen(path, "rb");
  char *text = NULL;
  if (file != NULL && fseek(file, 0, SEEK_END) == 0) {
    long size = ftell(file);
    rewind(file);
    text = size < 0 ? NULL : calloc(1, (size_t)size + 1);
    *length = text == NULL ? 0 : fread(text, 1, (size_t)size, file);
  }
  if (file != NULL)
    fclose(file);
  return text;
}

static sow_status plan_texts(const bench *b, const modelling *m, const char *text, size_t length,
                             const char *rules_text, size_t rules_length, sow_plan **plan, sow_error *error) {
  sow_module *module = NULL;
  sow_rules *rules = NULL;
  sow_plan_options options = sow_plan_defaults();
  options.edition = m->edition;
  options.threads = (int)b->threads;
  sow_parse_options parse = {.size = sizeof parse, .edition = m->edition};
  sow_status status = sow_module_parse(text, length, &parse, &module, error);
  if (status == SOW_OK)
    status = sow_rules_parse(rules_text, rules_length, m->rules, &rules, error);
  if (status == SOW_OK)
    status = sow_module_apply_rules(module, rules, false, error);
  if (status == SOW_OK)
    status = sow_plan_new(module, &options, plan, error);
  sow_rules_free(rules);
  sow_module_free(module);
  return status;
}

/* Reads both texts and makes the plan; NULL, with the reason in the reply. */
static sow_plan *plan_files(bench *b, const modelling *m) {
  sow_error error = SOW_ERROR_NONE;
  sow_plan *plan = NULL;
  size_t length = 0, rules_length = 0;
  char *text = read_file(m->model, &length), *rules = read_file(m->rules, &rules_length);
  if (text == NULL || rules == NULL)
    bench_refuse(b, "the model or its rules cannot be read");
  else if (plan_texts(b, m, text, length, rules, rules_length, &plan, &error) != SOW_OK)
    bench_refuse_error(b, &error);
  free(text);
  free(rules);
  return plan;
}

static bool write_once(bench *b, void *context) {
  const modelling *m = context;
  sow_error error = SOW_ERROR_NONE;
  sow_checkpoint_options options = {.size = sizeof options, .force = true, .threads = (int)b->threads};
  sow_plan *plan = plan_files(b, m);
  bool good = plan != NULL && (sow_checkpoint_write(plan, m->output, &options, &error) == SOW_OK ||
                               bench_refuse_error(b, &error));
  sow_plan_free(plan);
  return good;
}

static bool modelling_read(bench *b, char **words, modelling *m) {
  sow_error error = SOW_ERROR_NONE;
  *m = (modelling){.model = words[1], .rules = words[2], .output = words[3]};
  return sow_edition_parse(words[0], &m->edition, &error) == SOW_OK || bench_refuse_error(b, &error);
}

/* model EDITION MODEL RULES OUTPUT */
bool model_write(bench *b, char **words) {
  modelling m;
  return modelling_read(b, words, &m) && bench_time(b, write_once, &m);
}

/* ---- a file that is there ---- */

#define READ_SIZE ((size_t)128 << 10) /* as cat reads */

static bool read_once(bench *b, void *context) {
  const modelling *m = context;
  int file = open(m->output, O_RDONLY);
  ssize_t got = file < 0 ? -1 : 1;
  while (got > 0)
    got = read(file, b->buffer, READ_SIZE);
  if (file >= 0)
    close(file);
  return got == 0 || bench_refuse(b, "the file cannot be read");
}

static bool inspect_once(bench *b, void *context) {
  const modelling *m = context;
  sow_error error = SOW_ERROR_NONE;
  sow_measure_options options = {.size = sizeof options, .threads = (int)b->threads};
  sow_statistics *statistics = calloc(sow_archive_count(m->archive) + 1, sizeof *statistics);
  bool good = statistics != NULL ? sow_archive_measure(m->archive, &options, statistics, &error) == SOW_OK ||
                                       bench_refuse_error(b, &error)
                                 : bench_refuse(b, "out of memory");
  free(statistics);
  return good;
}

static bool check_plan(bench *b, const modelling *m, const sow_plan *plan) {
  sow_error error = SOW_ERROR_NONE;
  sow_difference *differences = calloc(sow_plan_count(plan) + 1, sizeof *differences);
  if (differences == NULL)
    return bench_refuse(b, "out of memory");
  bool good = sow_archive_check(m->archive, plan, (int)b->threads, differences, &error) == SOW_OK ||
              bench_refuse_error(b, &error);
  for (size_t i = 0; good && i < sow_plan_count(plan); i++)
    good = differences[i].kind == SOW_EQUAL || bench_refuse(b, "the file is another model's");
  free(differences);
  return good;
}

static bool check_once(bench *b, void *context) {
  const modelling *m = context;
  sow_plan *plan = plan_files(b, m);
  bool good = plan != NULL && check_plan(b, m, plan);
  sow_plan_free(plan);
  return good;
}

/* Times `once` on the model's file, which is written first where it is not there. */
static bool look(bench *b, char **words, work *once) {
  modelling m;
  sow_error error = SOW_ERROR_NONE;
  if (!modelling_read(b, words, &m) || !bench_reserve(b, READ_SIZE) ||
      (access(m.output, R_OK) != 0 && !write_once(b, &m)))
    return false;
  bool good = sow_archive_open(m.output, &m.archive, &error) == SOW_OK ? bench_time(b, once, &m)
                                                                       : bench_refuse_error(b, &error);
  sow_archive_free(m.archive);
  return good;
}

/* read EDITION MODEL RULES FILE: the ceiling, one thread and nothing done with the bytes */
bool model_read(bench *b, char **words) {
  return look(b, words, read_once);
}

/* inspect EDITION MODEL RULES FILE */
bool model_inspect(bench *b, char **words) {
  return look(b, words, inspect_once);
}

/* check EDITION MODEL RULES FILE */
bool model_check(bench *b, char **words) {
  return look(b, words, check_once);
}
