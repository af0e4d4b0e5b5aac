#include "cli/model/recipe.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "cli/text/diagnostics.h"

static void add(recipe *out, const char *key, const char *value) {
  out->entries[out->count++] = (sow_metadata){key, value};
}

/* Between the values of a repeated option: no name holds one, and globs hold commas. */
#define BETWEEN "\n"

static bool add_list(recipe *out, const char *key, const text_list *values) {
  if (values->count == 0)
    return true;
  sow__buffer list = {0};
  for (size_t i = 0; i < values->count; i++) {
    sow__buffer_text(&list, i > 0 ? BETWEEN : "");
    sow__buffer_text(&list, values->items[i]);
  }
  char *text = NULL;
  if (sow__buffer_take(&list, &text, NULL, NULL) != SOW_OK)
    return false;
  out->owned[out->owned_count++] = text;
  add(out, key, text);
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

bool recipe_new(const model_arguments *given, const model *from, recipe *out) {
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
  if (given->allow_unused)
    add(out, "sow.allow_unused", "true");
  if (given->allow_missing)
    add(out, "sow.allow_missing", "true");
  if (from->kept != NULL && !add_number(out, "sow.kept", sow_plan_kept(from->plan)))
    return false;
  return add_number(out, "sow.seed", settings.seed) && add_list(out, "sow.alias", &given->aliases) &&
         add_list(out, "sow.ignore", &given->ignored);
}

void recipe_free(recipe *one) {
  for (size_t i = 0; i < one->owned_count; i++)
    free(one->owned[i]);
}

/* ---- reading ---- */

/* What the options leave open. */
static sow_status draw_fill(const sow_archive *archive, draw_arguments *out, sow_error *error) {
  const char *seed = sow_archive_metadata_find(archive, "sow.seed");
  const char *torch = sow_archive_metadata_find(archive, "sow.edition");
  const char *dtype = sow_archive_metadata_find(archive, "sow.dtype");
  const char *cast = sow_archive_metadata_find(archive, "sow.cast");
  sow_status status = SOW_OK;
  if (!out->seed.given && seed != NULL) {
    status = sow_seed_parse(seed, &out->seed.value, error);
    out->seed.given = true;
  }
  if (status == SOW_OK && !out->torch.given && torch != NULL) {
    status = sow_edition_parse(torch, &out->torch.value, error);
    out->torch.given = true;
  }
  if (status == SOW_OK && !out->dtype.given && dtype != NULL) {
    status = sow_dtype_parse(dtype, &out->dtype.value, error);
    out->dtype.given = true;
  }
  if (status == SOW_OK && !out->cast.given && cast != NULL) {
    status = sow_dtype_parse(cast, &out->cast.value, error);
    out->cast.given = true;
  }
  return status;
}

static size_t count_values(const char *list) {
  size_t count = 1;
  for (; *list != 0; list++)
    count += *list == BETWEEN[0];
  return count;
}

/* Puts the values of such a list before those of an option; false when memory is short. */
static bool list_fill(const char *list, text_list *values, char **text, const char ***items) {
  if (list == NULL)
    return true;
  size_t count = 0;
  *text = strdup(list);
  *items = calloc(count_values(list) + values->count, sizeof **items);
  if (*text == NULL || *items == NULL)
    return false;
  char *rest = *text;
  for (char *value; (value = strsep(&rest, BETWEEN)) != NULL;)
    (*items)[count++] = value;
  for (size_t i = 0; i < values->count; i++)
    (*items)[count++] = values->items[i];
  *values = (text_list){*items, count};
  return true;
}

bool recipe_read_new(const sow_archive *archive, const model_arguments *given, recipe_read *out) {
  *out = (recipe_read){
      .arguments = *given,
      .rules = sow_archive_metadata_find(archive, "sow.rules"),
      .model_digest = sow_archive_metadata_find(archive, "sow.model_sha256"),
      .kept = sow_archive_metadata_find(archive, "sow.kept"),
  };
  model_arguments *all = &out->arguments;
  const char *alias = sow_archive_metadata_find(archive, "sow.alias");
  const char *ignore = sow_archive_metadata_find(archive, "sow.ignore");
  sow_error error = SOW_ERROR_NONE;
  all->allow_unused |= sow_archive_metadata_find(archive, "sow.allow_unused") != NULL;
  all->allow_missing |= sow_archive_metadata_find(archive, "sow.allow_missing") != NULL;
  if (draw_fill(archive, &all->draw, &error) != SOW_OK)
    complain("the recipe in the file: %s", error.message);
  else if (list_fill(alias, &all->aliases, &out->texts[0], &out->lists[0]) &&
           list_fill(ignore, &all->ignored, &out->texts[1], &out->lists[1]))
    return true;
  else
    complain_memory();
  return false;
}

void recipe_read_free(recipe_read *one) {
  for (int i = 0; i < 2; i++) {
    free(one->texts[i]);
    free(one->lists[i]);
  }
}
