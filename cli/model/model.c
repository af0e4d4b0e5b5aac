#include "cli/model/model.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "base/names.h"
#include "base/size.h"
#include "cli/model/checkpoint_open.h"
#include "cli/model/expected.h"
#include "cli/model/input.h"
#include "cli/text/diagnostics.h"

/* The library's own limits: a longer text need not be read to be refused. */
#define MODEL_LIMIT ((size_t)64 << 20)
#define RECORDING_LIMIT ((size_t)3 << 29) /* literals are long */
#define RULES_LIMIT ((size_t)16 << 20)

/* --alias as the parser takes it. */
typedef struct alias_list {
  sow_alias *aliases;
  char **copies; /* of each NAME of NAME=CLASS */
  size_t count;
} alias_list;

static void alias_list_free(alias_list *names) {
  for (size_t i = 0; names->copies != NULL && i < names->count; i++)
    free(names->copies[i]);
  free(names->copies);
  free(names->aliases);
}

static int alias_list_read(const model_arguments *given, alias_list *out) {
  out->aliases = calloc(given->aliases.count + 1, sizeof *out->aliases);
  out->copies = calloc(given->aliases.count + 1, sizeof *out->copies);
  if (out->aliases == NULL || out->copies == NULL)
    return complain_memory();
  for (; out->count < given->aliases.count; out->count++) {
    const char *value = given->aliases.items[out->count];
    const char *equals = strchr(value, '=');
    if (equals == NULL || equals == value || equals[1] == 0) {
      complain("--alias %s: write --alias NAME=CLASS, as in Conv3DSimple=Conv3d", value);
      return EXIT_TROUBLE;
    }
    char *name = strndup(value, (size_t)(equals - value));
    if (name == NULL)
      return complain_memory();
    out->copies[out->count] = name;
    out->aliases[out->count] = (sow_alias){name, equals + 1};
  }
  return EXIT_SUCCESS;
}

/* Standard input can be read once only. */
static bool stdin_is_free(const model_arguments *given, const char *path) {
  int readers = (strcmp(path, "-") == 0) + (given->expect != NULL && strcmp(given->expect, "-") == 0);
  for (size_t i = 0; i < given->rules.count; i++)
    readers += strcmp(given->rules.items[i], "-") == 0;
  if (readers > 1)
    complain("'-' is given twice, but standard input can be read only once");
  return readers <= 1;
}

/* ---- the model ---- */

static int parse_print(const model_arguments *given, const text *source, bool rules_follow,
                       sow_edition edition, sow_module **module) {
  alias_list names = {0};
  int status = alias_list_read(given, &names);
  if (status == EXIT_SUCCESS) {
    sow_error error = error_new(given->quiet);
    sow_parse_options options = {.size = sizeof options,
                                 .source = source->source,
                                 .aliases = names.aliases,
                                 .alias_count = names.count,
                                 .ignored = given->ignored.items,
                                 .ignored_count = given->ignored.count,
                                 .edition = edition,
                                 .allow_missing = given->allow_missing,
                                 .rules_follow = rules_follow};
    if (sow_module_parse(source->bytes, source->length, &options, module, &error) != SOW_OK)
      status = report(&error);
  }
  alias_list_free(&names);
  return status;
}

/* What is no print holds what it holds: no class of it is read that could be taken for another one. */
static void caution_of_classes(const model_arguments *given) {
  const struct {
    const char *option;
    bool is_given;
  } all[] = {{"alias", given->aliases.count > 0},
             {"ignore", given->ignored.count > 0},
             {"allow-missing", given->allow_missing}};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++)
    if (all[i].is_given)
      caution(given->quiet, "--%s says how a print is read, and this model is none: it changes nothing",
              all[i].option);
}

/* A model that tells its types is no print, and is drawn in them, unless the options say otherwise. */
static void take_dtype(const model_arguments *given, sow_dtype dtype, sow_plan_options *settings) {
  caution_of_classes(given);
  if (!given->draw.dtype.given)
    settings->dtype = dtype;
  if (!given->draw.cast.given)
    settings->cast = settings->dtype;
}

/* A recording tells its dtype and its edition too. */
static int parse_recording(const model_arguments *given, const text *source, sow_plan_options *settings,
                           sow_module **module) {
  sow_error error = error_new(given->quiet);
  sow_recording_about about;
  if (sow_module_parse_recording(source->bytes, source->length, source->source, module, &about, &error) !=
      SOW_OK)
    return report(&error);
  take_dtype(given, about.dtype, settings);
  if (!given->draw.torch.given)
    settings->edition = about.edition;
  return EXIT_SUCCESS;
}

static size_t limit_of_model(const char *bytes, size_t length) {
  return sow_recording_recognize(bytes, length) ? RECORDING_LIMIT : MODEL_LIMIT;
}

static int parse_text(const model_arguments *given, const model_source *from, sow_plan_options *settings,
                      sow_module **module, model *out) {
  text source = {0};
  if (!text_read(from->path, limit_of_model, &source))
    return EXIT_TROUBLE;
  int status = EXIT_SUCCESS;
  if (sow_recording_recognize(source.bytes, source.length)) {
    status = parse_recording(given, &source, settings, module);
  } else if (sow_shapes_recognize(source.bytes, source.length)) {
    sow_error error = error_new(given->quiet);
    sow_dtype dtype;
    if (sow_module_parse_shapes(source.bytes, source.length, source.source, module, &dtype, &error) == SOW_OK)
      take_dtype(given, dtype, settings);
    else
      status = report(&error);
  } else {
    bool rules_follow = from->rules != NULL || given->rules.count > 0 || given->keep != NULL;
    status = parse_print(given, &source, rules_follow, settings->edition, module);
  }
  if (status == EXIT_SUCCESS)
    sow_digest(source.bytes, source.length, out->digest);
  free(source.bytes);
  return status;
}

/* The digest of a checkpoint as a model is that of the list of its tensors; false when memory is short. */
static bool digest_archive(const sow_archive *archive, char digest[SOW_DIGEST_TEXT_SIZE]) {
  sow__buffer list = {0};
  char shape[SOW__SHAPE_SIZE];
  sow_archive_entry entry;
  for (size_t i = 0; sow_archive_get(archive, i, &entry); i++)
    sow__buffer_printf(&list, "%s %s %s\n", entry.name, sow_dtype_name(entry.dtype),
                       sow__shape_print(entry.ndim, entry.shape, shape, sizeof shape));
  bool done = !list.failed;
  if (done)
    sow_digest(list.length > 0 ? list.data : "", list.length, digest);
  sow__buffer_free(&list);
  return done;
}

static int parse_archive(const model_arguments *given, const model_source *from, sow_plan_options *settings,
                         sow_module **module, model *out) {
  sow_error error = error_new(given->quiet);
  sow_archive *archive = NULL;
  sow_dtype dtype;
  int status = EXIT_SUCCESS;
  if (sow_archive_open(from->path, &archive, &error) != SOW_OK ||
      sow_archive_module(archive, module, &dtype, &error) != SOW_OK) {
    status = report(&error);
  } else if (!digest_archive(archive, out->digest)) {
    status = complain_memory();
  } else {
    take_dtype(given, dtype, settings);
  }
  sow_archive_free(archive);
  return status;
}

static bool begins_as_archive(const char *path) {
  char start[512];
  FILE *file = fopen(path, "rb");
  size_t length = file == NULL ? 0 : fread(start, 1, sizeof start, file);
  if (file != NULL)
    fclose(file);
  return sow_archive_recognize(start, length);
}

bool model_is_archive(const char *path) {
  struct stat about;
  if (sow__text_ends(path, ".safetensors") || sow__text_ends(path, ".safetensors.index.json"))
    return true;
  if (stat(path, &about) != 0)
    return false;
  /* A pipe can be read but once. */
  return S_ISDIR(about.st_mode) || (S_ISREG(about.st_mode) && begins_as_archive(path));
}

/* ---- the rules ---- */

static size_t limit_of_rules(const char *bytes, size_t length) {
  (void)bytes, (void)length;
  return RULES_LIMIT;
}

/* Appends a rules file's canonical text, which is what a recipe keeps: passes simply follow one another. */
static sow_status rules_append(const sow_rules *rules, char **all, sow_error *error) {
  sow__buffer whole = {0};
  char *next = NULL;
  sow_status status = sow_rules_print(rules, &next, NULL, error);
  if (status != SOW_OK)
    return status;
  sow__buffer_text(&whole, *all != NULL ? *all : "");
  sow__buffer_text(&whole, next);
  free(next);
  char *longer = NULL;
  status = sow__buffer_take(&whole, &longer, NULL, error);
  if (status == SOW_OK) {
    free(*all);
    *all = longer;
  }
  return status;
}

/* Rules that were read are run, and kept for the recipe. */
static int apply_rules(const model_arguments *given, const sow_rules *rules, sow_module *module, model *out) {
  sow_error error = error_new(given->quiet);
  sow_status status = sow_module_apply_rules(module, rules, given->allow_unused, &error);
  if (status == SOW_OK)
    status = rules_append(rules, &out->rules, &error);
  return status == SOW_OK ? EXIT_SUCCESS : report(&error);
}

/* `function`: what to run of a file of Python; NULL for rules. */
static int apply_text(const model_arguments *given, const text *source, const char *function,
                      sow_module *module, model *out) {
  sow_error error = error_new(given->quiet);
  sow_rules *rules = NULL;
  const sow_python_options options = {.size = sizeof options, source->source, function};
  sow_status status = function != NULL
                          ? sow_rules_parse_python(source->bytes, source->length, &options, &rules, &error)
                          : sow_rules_parse(source->bytes, source->length, source->source, &rules, &error);
  int done = status == SOW_OK ? apply_rules(given, rules, module, out) : report(&error);
  sow_rules_free(rules);
  return done;
}

/* "FILE.py" and "FILE.py:NAME" are functions of Python: where the file's name ends; 0 for rules. */
static size_t python_path(const char *value) {
  static const char end[] = ".py";
  const char *found = value;
  while ((found = strstr(found, end)) != NULL) {
    found += sizeof end - 1;
    if (*found == 0 || *found == ':')
      return (size_t)(found - value);
  }
  return 0;
}

static int apply_file(const model_arguments *given, const char *value, sow_module *module, model *out) {
  text source = {0};
  size_t length = python_path(value);
  const char *function = length == 0 ? NULL : value[length] == ':' ? value + length + 1 : "";
  char *path = length > 0 ? strndup(value, length) : strdup(value);
  if (path == NULL)
    return complain_memory();
  int status = EXIT_TROUBLE;
  if (text_read(path, limit_of_rules, &source)) {
    status = apply_text(given, &source, function, module, out);
    free(source.bytes);
  }
  free(path);
  return status;
}

static int apply_all(const model_arguments *given, const model_source *from, sow_module *module, model *out) {
  int status = EXIT_SUCCESS;
  if (given->rules.count == 0 && from->rules != NULL) {
    text recipe = {(char *)from->rules, strlen(from->rules), "<recipe>"};
    return apply_text(given, &recipe, NULL, module, out);
  }
  for (size_t i = 0; status == EXIT_SUCCESS && i < given->rules.count; i++)
    status = apply_file(given, given->rules.items[i], module, out);
  return status;
}

/* ---- the plan ---- */

static void count_parameter(sow_module *owner, const char *own_name, const sow_parameter *parameter,
                            void *context) {
  (void)owner, (void)own_name;
  uint64_t count = 1;
  for (int i = 0; i < parameter->ndim; i++)
    count *= (uint64_t)parameter->shape[i];
  *(uint64_t *)context += count;
}

static int make_plan(const model_arguments *given, sow_plan_options *settings, sow_module *module,
                     model *out) {
  sow_error error = error_new(given->quiet);
  out->kept = given->keep == NULL ? NULL : checkpoint_open(given->keep, given->quiet);
  if (given->keep != NULL && out->kept == NULL)
    return EXIT_TROUBLE;
  settings->keep = out->kept;
  sow_status status = sow_plan_new(module, settings, &out->plan, &error);
  /* Only a plan that was made says that the products fit. */
  if (status == SOW_OK)
    status = sow_module_named_parameters(module, count_parameter, &out->parameters, &error);
  return status == SOW_OK ? EXIT_SUCCESS : report(&error);
}

sow_plan_options draw_options(const draw_arguments *given) {
  sow_plan_options options = sow_plan_defaults();
  if (given->seed.given)
    options.seed = given->seed.value;
  if (given->torch.given)
    options.edition = given->torch.value;
  if (given->dtype.given)
    options.dtype = given->dtype.value;
  options.cast = given->cast.given ? given->cast.value : options.dtype;
  options.threads = given->threads;
  return options;
}

int model_read(const model_arguments *given, const model_source *from, model *out) {
  *out = (model){0};
  if (!stdin_is_free(given, from->path))
    return EXIT_TROUBLE;
  sow_plan_options settings = draw_options(&given->draw);
  sow_module *module = NULL;
  int status =
      (model_is_archive(from->path) ? parse_archive : parse_text)(given, from, &settings, &module, out);
  if (status == EXIT_SUCCESS)
    status = apply_all(given, from, module, out);
  if (status == EXIT_SUCCESS)
    status = make_plan(given, &settings, module, out);
  if (status == EXIT_SUCCESS)
    status = expect_check(given, out);
  sow_module_free(module);
  if (status != EXIT_SUCCESS)
    model_free(out);
  return status;
}

void model_free(model *one) {
  sow_plan_free(one->plan);
  sow_archive_free(one->kept);
  free(one->rules);
  *one = (model){0};
}
