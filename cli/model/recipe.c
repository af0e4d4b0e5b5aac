#include "cli/model/recipe.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/arguments/settings.h"

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

static bool add_number(recipe *out, const char *key, uint64_t number) {
  char *digits = malloc(24);
  if (digits == NULL)
    return false;
  out->owned[out->owned_count++] = digits;
  snprintf(digits, 24, "%" PRIu64, number);
  add(out, key, digits);
  return true;
}

bool recipe_new(const arguments *given, const model *from, recipe *out) {
  *out = (recipe){0};
  sow_plan_options settings = {.size = sizeof settings};
  sow_plan_settings(from->plan, &settings, NULL);
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
  if (arguments_value(given, OPTION_ALLOW_MISSING) != NULL)
    add(out, "sow.allow_missing", "true");
  if (from->kept != NULL && !add_number(out, "sow.kept", sow_plan_kept(from->plan)))
    return false;
  return add_number(out, "sow.seed", settings.seed) && add_list(out, "sow.alias", given, OPTION_ALIAS) &&
         add_list(out, "sow.ignore", given, OPTION_IGNORE);
}

void recipe_free(recipe *one) {
  for (size_t i = 0; i < one->owned_count; i++)
    free(one->owned[i]);
}

/* ---- reading ---- */

static void add_given(arguments *out, option_id id, const char *value) {
  if (value != NULL)
    out->given[out->given_count++] = (struct given){id, value};
}

static size_t list_length(const char *list) {
  size_t length = 1;
  for (; list != NULL && *list != 0; list++)
    length += *list == ',';
  return length;
}

/* Each value of a list with commas; the list is copied and cut. */
static bool add_values(arguments *out, option_id id, const char *list, char **copy) {
  if (list == NULL)
    return true;
  *copy = strdup(list);
  if (*copy == NULL)
    return false;
  char *rest = *copy;
  for (char *value; (value = strsep(&rest, ",")) != NULL;)
    add_given(out, id, value);
  return true;
}

bool recipe_read(const sow_archive *archive, const arguments *given, arguments *out, recipe_options *from) {
  const char *alias = sow_archive_metadata_find(archive, "sow.alias");
  const char *ignore = sow_archive_metadata_find(archive, "sow.ignore");
  const char *seed = sow_archive_metadata_find(archive, "sow.seed");
  *from = (recipe_options){
      .has_seed = seed != NULL,
      .rules = sow_archive_metadata_find(archive, "sow.rules"),
      .model_digest = sow_archive_metadata_find(archive, "sow.model_sha256"),
      .kept = sow_archive_metadata_find(archive, "sow.kept"),
  };
  size_t room = (size_t)given->given_count + list_length(alias) + list_length(ignore) + 8;
  from->given = calloc(room, sizeof *from->given);
  *out = *given;
  out->given = from->given;
  out->given_count = 0;
  if (from->given == NULL)
    return false;
  add_given(out, OPTION_SEED, seed);
  add_given(out, OPTION_TORCH, sow_archive_metadata_find(archive, "sow.edition"));
  add_given(out, OPTION_DTYPE, sow_archive_metadata_find(archive, "sow.dtype"));
  add_given(out, OPTION_CAST, sow_archive_metadata_find(archive, "sow.cast"));
  if (sow_archive_metadata_find(archive, "sow.allow_unused") != NULL)
    add_given(out, OPTION_ALLOW_UNUSED, "");
  if (sow_archive_metadata_find(archive, "sow.allow_missing") != NULL)
    add_given(out, OPTION_ALLOW_MISSING, "");
  if (!add_values(out, OPTION_ALIAS, alias, &from->lists[0]) ||
      !add_values(out, OPTION_IGNORE, ignore, &from->lists[1]))
    return false;
  for (int i = 0; i < given->given_count; i++)
    add_given(out, given->given[i].option, given->given[i].value);
  return true;
}

void recipe_options_free(recipe_options *from) {
  free(from->given);
  free(from->lists[0]);
  free(from->lists[1]);
}
