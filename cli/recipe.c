#include "recipe.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "settings.h"

static void add(recipe *out, const char *key, const char *value) {
  out->entries[out->count++] = (sow_metadata){key, value};
}

/* The values of a repeated option with commas between them. */
static bool add_list(recipe *out, const char *key, const arguments *given, option_id id) {
  int count = arguments_count(given, id);
  if (count == 0)
    return true;
  size_t length = 0;
  for (int i = 0; i < count; i++)
    length += strlen(arguments_each(given, id, i)) + 1;
  char *list = calloc(length, 1);
  if (list == NULL)
    return false;
  out->owned[out->owned_count++] = list;
  char *end = list;
  for (int i = 0; i < count; i++) {
    const char *value = arguments_each(given, id, i);
    if (i > 0)
      *end++ = ',';
    memcpy(end, value, strlen(value));
    end += strlen(value);
  }
  add(out, key, list);
  return true;
}

static bool add_seed(recipe *out, uint64_t seed) {
  char *digits = malloc(24);
  if (digits == NULL)
    return false;
  out->owned[out->owned_count++] = digits;
  snprintf(digits, 24, "%" PRIu64, seed);
  add(out, "sow.seed", digits);
  return true;
}

bool recipe_new(const arguments *given, const model *from, recipe *out) {
  *out = (recipe){0};
  sow_plan_options settings = sow_plan_settings(from->plan);
  add(out, "sow.version", sow_version());
  add(out, "sow.edition", sow_edition_name(settings.edition));
  add(out, "sow.dtype", sow_dtype_name(settings.dtype));
  if (settings.cast != settings.dtype)
    add(out, "sow.cast", sow_dtype_name(settings.cast));
  add(out, "sow.model_sha256", from->digest);
  if (from->rules != NULL)
    add(out, "sow.rules", from->rules);
  if (arguments_value(given, OPTION_ALLOW_UNUSED) != NULL)
    add(out, "sow.allow_unused", "true");
  return add_seed(out, settings.seed) && add_list(out, "sow.alias", given, OPTION_ALIAS) &&
         add_list(out, "sow.ignore", given, OPTION_IGNORE);
}

void recipe_free(recipe *one) {
  for (size_t i = 0; i < one->owned_count; i++)
    free(one->owned[i]);
}
