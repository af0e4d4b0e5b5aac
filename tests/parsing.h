/* What the tests of printed models share: parsing that must succeed, or fail where it should. */
#ifndef PARSING_H
#define PARSING_H

#include "document.h"
#include "tree_text.h"

#include "sow/sow.h"

typedef struct warnings {
  int count;
  sow_error last;
  char text[2000];
} warnings;

static inline void keep_warning(void *context, const sow_error *warning) {
  warnings *kept = context;
  kept->count++;
  kept->last = *warning;
  strncat(kept->text, warning->message, sizeof kept->text - strlen(kept->text) - 2);
  strcat(kept->text, "\n");
}

/* The tree of a text that must parse. `kept` may be NULL. */
static inline sow_module *parse_with(const char *text, const sow_parse_options *options, warnings *kept) {
  warnings unused;
  sow_error error = SOW_ERROR_NONE;
  warnings *into = kept ? kept : &unused;
  memset(into, 0, sizeof *into);
  error.on_warning = keep_warning;
  error.warning_context = into;
  sow_module *module = NULL;
  if (sow_module_parse(text, strlen(text), options, &module, &error) != SOW_OK) {
    char message[1200];
    sow_error_print(&error, message, sizeof message);
    fail_msg("%s", message);
  }
  assert_non_null(module);
  return module;
}

static inline sow_module *parse(const char *text) {
  return parse_with(text, NULL, NULL);
}

/* Parses, compares the state_dict, and frees. */
static inline void assert_parsed_keys(const char *text, const char *keys) {
  sow_module *module = parse(text);
  assert_keys(module, keys);
  sow_module_free(module);
}

static inline void assert_refused(const char *text, size_t length, const sow_parse_options *options,
                                  sow_status status, int line, int column, const char *part) {
  sow_error error = SOW_ERROR_NONE;
  sow_module *module = (sow_module *)&error;
  sow_status got = sow_module_parse(text, length, options, &module, &error);
  if (got != status || error.line != line || error.column != column || !strstr(error.message, part))
    fail_msg("%.200s: %s at %d:%d: %s", text, sow_status_name(got), error.line, error.column, error.message);
  assert_ptr_equal(module, &error);
}

/* A file of tests/data/models. */
static inline char *read_model(const char *name) {
  char path[200];
  snprintf(path, sizeof path, "models/%s", name);
  return read_data(path);
}

static const char *const versions[] = {"1.13", "2.6", "2.14"};

/* What the file holds that is there for versions[version]: NAME-VERSION.ENDING of the newest version up to
   it, else NAME.ENDING; NULL if there is none. */
static inline char *read_version(const char *name, size_t version, const char *ending) {
  char file[100];
  for (size_t v = version + 1; v-- > 0;) {
    snprintf(file, sizeof file, "%s-%s.%s", name, versions[v], ending);
    char *text = read_model(file);
    if (text != NULL)
      return text;
  }
  snprintf(file, sizeof file, "%s.%s", name, ending);
  return read_model(file);
}

static inline sow_parse_options options_of(const char *version) {
  sow_parse_options options = {.size = sizeof options, .source = "model.txt"};
  assert_int_equal(sow_edition_parse(version, &options.edition, NULL), SOW_OK);
  return options;
}

static inline char *print_of(const sow_module *module) {
  char *text = NULL;
  size_t length;
  assert_int_equal(sow_module_print(module, &text, &length, NULL), SOW_OK);
  return text;
}

#endif
