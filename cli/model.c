#include "model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diagnostics.h"
#include "input.h"
#include "settings.h"

/* The library's own limits: a longer text need not be read to be refused. */
#define MODEL_LIMIT ((size_t)64 << 20)
#define RULES_LIMIT ((size_t)16 << 20)

/* --alias and --ignore as the parser takes them. */
typedef struct class_names {
  sow_alias *aliases;
  char **copies; /* of each NAME of NAME=CLASS */
  size_t alias_count;
  const char **ignored;
  size_t ignored_count;
} class_names;

static void class_names_free(class_names *names) {
  for (size_t i = 0; names->copies != NULL && i < names->alias_count; i++)
    free(names->copies[i]);
  free(names->copies);
  free(names->aliases);
  free(names->ignored);
}

static int class_names_read(const arguments *given, class_names *out) {
  size_t aliases = (size_t)arguments_count(given, OPTION_ALIAS);
  size_t ignored = (size_t)arguments_count(given, OPTION_IGNORE);
  out->aliases = calloc(aliases + 1, sizeof *out->aliases);
  out->copies = calloc(aliases + 1, sizeof *out->copies);
  out->ignored = calloc(ignored + 1, sizeof *out->ignored);
  if (out->aliases == NULL || out->copies == NULL || out->ignored == NULL) {
    complain("out of memory");
    return EXIT_FAILURE;
  }
  for (; out->alias_count < aliases; out->alias_count++) {
    const char *value = arguments_each(given, OPTION_ALIAS, (int)out->alias_count);
    const char *equals = strchr(value, '=');
    if (equals == NULL || equals == value || equals[1] == 0) {
      complain("--alias %s: write --alias NAME=CLASS, as in Conv3DSimple=Conv3d", value);
      return EXIT_MISUSE;
    }
    char *name = strndup(value, (size_t)(equals - value));
    if (name == NULL) {
      complain("out of memory");
      return EXIT_FAILURE;
    }
    out->copies[out->alias_count] = name;
    out->aliases[out->alias_count] = (sow_alias){name, equals + 1};
  }
  for (; out->ignored_count < ignored; out->ignored_count++)
    out->ignored[out->ignored_count] = arguments_each(given, OPTION_IGNORE, (int)out->ignored_count);
  return EXIT_SUCCESS;
}

/* Standard input can be read once only. */
static bool stdin_is_free(const arguments *given) {
  int readers = strcmp(given->operands[0], "-") == 0;
  for (int i = 0; i < arguments_count(given, OPTION_RULES); i++)
    readers += strcmp(arguments_each(given, OPTION_RULES, i), "-") == 0;
  if (readers > 1)
    complain("'-' is given twice, but standard input can be read only once");
  return readers <= 1;
}

static int parse_model(const arguments *given, const char *path, sow_edition edition, sow_module **module,
                       model *out) {
  text source = {0};
  if (!text_read(path, MODEL_LIMIT, &source))
    return EXIT_FAILURE;
  class_names names = {0};
  int status = class_names_read(given, &names);
  if (status == EXIT_SUCCESS) {
    sow_error error = error_new(is_quiet(given));
    sow_parse_options options = {source.source, names.aliases,       names.alias_count,
                                 names.ignored, names.ignored_count, edition};
    if (sow_module_parse(source.bytes, source.length, &options, module, &error) != SOW_OK)
      status = report(&error);
    else
      sow_digest(source.bytes, source.length, out->digest);
  }
  class_names_free(&names);
  free(source.bytes);
  return status;
}

/* Appends a rules file's canonical text, which is what a recipe keeps: passes simply follow one another. */
static sow_status rules_append(const sow_rules *rules, char **all, sow_error *error) {
  char *next = NULL;
  size_t length = 0;
  sow_status status = sow_rules_print(rules, &next, &length, error);
  if (status != SOW_OK || *all == NULL) {
    *all = status == SOW_OK ? next : *all;
    return status;
  }
  size_t before = strlen(*all);
  char *longer = realloc(*all, before + length + 1);
  if (longer == NULL) {
    free(next);
    snprintf(error->message, sizeof error->message, "%s", sow_status_text(SOW_NO_MEMORY));
    return error->status = SOW_NO_MEMORY;
  }
  memcpy(longer + before, next, length + 1);
  free(next);
  *all = longer;
  return SOW_OK;
}

static int apply_rules(const arguments *given, const char *path, sow_module *module, model *out) {
  text source = {0};
  if (!text_read(path, RULES_LIMIT, &source))
    return EXIT_FAILURE;
  bool allow_unused = arguments_value(given, OPTION_ALLOW_UNUSED) != NULL;
  sow_error error = error_new(is_quiet(given));
  sow_rules *rules = NULL;
  sow_status status = sow_rules_parse(source.bytes, source.length, source.source, &rules, &error);
  if (status == SOW_OK)
    status = sow_module_apply_rules(module, rules, allow_unused, &error);
  if (status == SOW_OK)
    status = rules_append(rules, &out->rules, &error);
  sow_rules_free(rules);
  free(source.bytes);
  return status == SOW_OK ? EXIT_SUCCESS : report(&error);
}

static void count_parameter(sow_module *owner, const char *own_name, const sow_parameter *parameter,
                            void *context) {
  (void)owner, (void)own_name;
  uint64_t count = 1;
  for (int i = 0; i < parameter->ndim; i++)
    count *= (uint64_t)parameter->shape[i];
  *(uint64_t *)context += count;
}

static int make_plan(const arguments *given, const sow_plan_options *settings, sow_module *module,
                     model *out) {
  sow_error error = error_new(is_quiet(given));
  sow_status status = sow_plan_new(module, settings, &out->plan, &error);
  /* Only a plan that was made says that the products fit. */
  if (status == SOW_OK)
    status = sow_module_named_parameters(module, count_parameter, &out->parameters, &error);
  return status == SOW_OK ? EXIT_SUCCESS : report(&error);
}

int model_read(const arguments *given, model *out) {
  *out = (model){0};
  sow_plan_options settings;
  if (!settings_read(given, &settings) || !stdin_is_free(given))
    return EXIT_MISUSE;
  sow_module *module = NULL;
  int status = parse_model(given, given->operands[0], settings.edition, &module, out);
  for (int i = 0; status == EXIT_SUCCESS && i < arguments_count(given, OPTION_RULES); i++)
    status = apply_rules(given, arguments_each(given, OPTION_RULES, i), module, out);
  if (status == EXIT_SUCCESS)
    status = make_plan(given, &settings, module, out);
  sow_module_free(module);
  if (status != EXIT_SUCCESS)
    model_free(out);
  return status;
}

void model_free(model *one) {
  sow_plan_free(one->plan);
  free(one->rules);
  *one = (model){0};
}
