/* Names of initialisers: torch's, and other frameworks' with the framework before them. */
#include <stdio.h>
#include <string.h>

#include "base/names.h"
#include "init/initializer.h"
#include "text/functions.h"
#include "text/initializer_text.h"

#define NAME_SIZE 64 /* of the longest name that can be known */

/* How other frameworks' Python writes a name, and how it is written here. */
static const struct {
  const char *python, *here;
} prefixes[] = {
    {"keras.initializers.", "keras."},
    {"tf.keras.initializers.", "keras."},
    {"tensorflow.keras.initializers.", "keras."},
    {"jax.nn.initializers.", "jax."},
    {"nn.initializers.", "jax."},
};

/* What has another name here. */
static const struct {
  const char *written, *here;
} others[] = {
    {"keras.zeros", "zeros_"},
    {"keras.ones", "ones_"},
    {"keras.constant", "constant_"},
    {"keras.normal", "keras.random_normal"},
    {"keras.uniform", "keras.random_uniform"},
    {"jax.zeros", "zeros_"},
    {"jax.ones", "ones_"},
    {"jax.constant", "constant_"},
    {"jax.xavier_uniform", "jax.glorot_uniform"},
    {"jax.xavier_normal", "jax.glorot_normal"},
    {"jax.kaiming_uniform", "jax.he_uniform"},
    {"jax.kaiming_normal", "jax.he_normal"},
};

static bool find_row(const char *name, sow_initializer_kind *kind) {
  for (int i = 0; i < SOW_INITIALIZER_COUNT; i++)
    if (strcmp(sow__initializer_rows[i].name, name) == 0) {
      *kind = (sow_initializer_kind)i;
      return true;
    }
  return false;
}

/* The name without torch's prefixes, with the framework before it. */
static const char *name_here(const char *written, char name[NAME_SIZE]) {
  for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
    const char *own = sow__text_behind(written, prefixes[i].python);
    if (own != NULL) {
      snprintf(name, NAME_SIZE, "%s%s", prefixes[i].here, own);
      return name;
    }
  }
  return sow__without_prefix(written, sow__init_prefixes);
}

/* ---- what it may have been meant for ---- */

/* torch's old names without the underscore, which it still forwards, with a warning. */
static bool is_deprecated_alias(const char *name) {
  static const char *const aliases[] = {
      "uniform",        "normal",         "constant",        "eye",        "dirac",  "xavier_normal",
      "xavier_uniform", "kaiming_normal", "kaiming_uniform", "orthogonal", "sparse", NULL};
  return sow__text_is_one_of(name, aliases);
}

bool sow__torchs_initializer_find(const char *name, sow_initializer_kind *kind, bool *deprecated) {
  char renamed[32];
  *deprecated = is_deprecated_alias(name);
  if (*deprecated) {
    snprintf(renamed, sizeof renamed, "%s_", name);
    name = renamed;
  }
  return find_row(name, kind) && sow__initializer_is_torchs(*kind);
}

/* Whether a row's name is this one but for its framework, an underscore, or what follows one: xavier. */
static bool is_meant(const char *row, const char *name) {
  const char *dot = strrchr(row, '.');
  const char *last = dot == NULL ? row : dot + 1;
  size_t length = strlen(name);
  length -= length > 0 && name[length - 1] == '_';
  return strncmp(last, name, length) == 0 && (last[length] == 0 || last[length] == '_');
}

typedef struct candidates {
  int count, others; /* all of them, and those that are not torch's */
  int kinds[SOW_INITIALIZER_COUNT];
} candidates;

static candidates find_candidates(const char *name) {
  candidates found = {0};
  for (int i = 0; i < SOW_INITIALIZER_COUNT && strchr(name, '.') == NULL; i++)
    if (sow_initializer_makes((sow_initializer_kind)i) && is_meant(sow__initializer_rows[i].name, name)) {
      found.kinds[found.count++] = i;
      found.others += !sow__initializer_is_torchs((sow_initializer_kind)i);
    }
  return found;
}

/* "a(), b() or c()"; cut where the text ends. */
static const char *print_candidates(const candidates *found, char *text, size_t size) {
  size_t length = 0;
  for (int i = 0; i < found->count && length < size; i++)
    length += (size_t)snprintf(text + length, size - length, "%s%s()",
                               i == 0                  ? ""
                               : i == found->count - 1 ? " or "
                                                       : ", ",
                               sow__initializer_rows[found->kinds[i]].name);
  return text;
}

static const char *find_other(const char *name) {
  for (size_t i = 0; i < sizeof others / sizeof *others; i++)
    if (strcmp(others[i].written, name) == 0)
      return others[i].here;
  return NULL;
}

static bool has_framework(const char *name) {
  static const char *const frameworks[] = {"caffe.", "keras.", "jax.", NULL};
  return sow__without_prefix(name, frameworks) != name;
}

static sow_status fail_nearest(sow__reader *reader, const char *quote, const char *name, size_t begin) {
  const char *last = has_framework(name) ? NULL : strrchr(name, '.');
  sow__nearest nearest = {.name = last != NULL ? last + 1 : name};
  char hint[96];
  for (int i = 0; i < SOW_INITIALIZER_COUNT; i++)
    sow__nearest_offer(&nearest, sow__initializer_rows[i].name);
  return sow__text_fail(reader->scanner.text, begin, reader->error, SOW_UNKNOWN_NAME,
                        "unknown initialiser '%s'%s", quote, sow__nearest_hint(&nearest, hint, sizeof hint));
}

/* Keras' and JAX's modules alike. */
static const char *const unsaid_prefixes[] = {"initializers.", NULL};

static sow_status fail_name(sow__reader *reader, const char *written, const char *name, size_t begin) {
  const sow__text *text = reader->scanner.text;
  char quote[SOW__QUOTE_SIZE], list[256];
  sow_initializer_kind kind;
  const char *last = strrchr(name, '.'), *other = find_other(name);
  candidates found = {0};
  if (name == written) /* torch's prefix says which */
    found = find_candidates(sow__without_prefix(name, unsaid_prefixes));
  sow__text_quote(written, strlen(written), quote);
  if (other != NULL)
    return sow__text_fail(text, begin, reader->error, SOW_UNKNOWN_NAME, "'%s' is '%s' here", quote, other);
  if (found.others > 0 || found.count > 1)
    return sow__text_fail(text, begin, reader->error, SOW_UNKNOWN_NAME,
                          found.count > 1 ? "'%s' may be %s: write which" : "'%s' is %s here", quote,
                          print_candidates(&found, list, sizeof list));
  if (is_deprecated_alias(name))
    return sow__text_fail(text, begin, reader->error, SOW_UNKNOWN_NAME,
                          "'%s' is a deprecated name; write '%s_'", quote, name);
  if (last != NULL && find_row(last + 1, &kind))
    return sow__text_fail(text, begin, reader->error, SOW_UNKNOWN_NAME,
                          "unknown function '%s': the left side names the tensor; write '%s(...)'", quote,
                          last + 1);
  return fail_nearest(reader, quote, name, begin);
}

sow_status sow__initializer_find(sow__reader *reader, const char *written, size_t begin,
                                 sow_initializer_kind *kind) {
  char buffer[NAME_SIZE];
  const char *name = name_here(written, buffer);
  return find_row(name, kind) ? SOW_OK : fail_name(reader, written, name, begin);
}
