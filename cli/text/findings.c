#include "cli/text/findings.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/memory.h"
#include "cli/text/diagnostics.h"
#include "cli/text/difference_print.h"

static bool grow(findings *all) {
  void *items = all->items;
  bool room = sow__reserve(&items, &all->capacity, all->count + 1, sizeof *all->items);
  all->items = items;
  return room;
}

void findings_add(findings *all, const char *name, char *text) {
  char *copy = text != NULL && grow(all) ? strdup(name) : NULL;
  if (copy != NULL) {
    all->items[all->count++] = (finding){copy, text};
    return;
  }
  free(text);
  all->failed = true;
}

/* ---- bit for bit ---- */

static char *difference_text(const sow_archive *archive, const sow_plan_entry *entry,
                             const sow_difference *difference) {
  char *text = NULL;
  size_t length = 0;
  FILE *stream = open_memstream(&text, &length);
  if (stream == NULL)
    return NULL;
  planned_difference_print(archive, entry, difference, stream);
  if (fclose(stream) == 0)
    return text;
  free(text);
  return NULL;
}

static void add_differences(findings *all, const sow_archive *archive, const sow_plan *plan,
                            const sow_difference *differences) {
  sow_plan_entry entry;
  sow_archive_entry stored;
  size_t found;
  for (size_t i = 0; sow_plan_get(plan, i, &entry); i++)
    if (differences[i].kind != SOW_EQUAL && differences[i].kind != SOW_STORED_AS_FIRST)
      findings_add(all, entry.name, difference_text(archive, &entry, &differences[i]));
  for (size_t i = 0; sow_archive_get(archive, i, &stored); i++)
    if (!sow_plan_find(plan, stored.name, &found))
      findings_add(all, stored.name, strdup("in the file, and not made by the recipe"));
}

static int done(const findings *all) {
  return all->failed ? complain_memory() : EXIT_SUCCESS;
}

static int compare(bool quiet, const sow_archive *archive, const sow_plan *plan, int threads, findings *all) {
  sow_error error = error_new(quiet);
  sow_difference *differences = calloc(sow_plan_count(plan) + 1, sizeof *differences);
  if (differences == NULL)
    return complain_memory();
  int status;
  if (sow_archive_check(archive, plan, threads, differences, &error) != SOW_OK) {
    status = report(&error);
  } else {
    add_differences(all, archive, plan, differences);
    status = done(all);
  }
  free(differences);
  return status;
}

/* ---- by statistics ---- */

static void add_finding(void *context, const sow_finding *one) {
  findings_add(context, one->name, strdup(one->text));
}

static int examine(bool quiet, const sow_archive *archive, const sow_plan *plan, int threads, verdict *out) {
  sow_error error = error_new(quiet);
  if (sow_archive_examine(archive, plan, threads, add_finding, &out->found, &out->examination, &error) !=
      SOW_OK)
    return report(&error);
  return done(&out->found);
}

int verdict_reach(bool quiet, const sow_archive *archive, const sow_plan *plan, bool seeded, int threads,
                  verdict *out) {
  int status = EXIT_SUCCESS;
  out->compared = seeded;
  if (seeded)
    status = compare(quiet, archive, plan, threads, &out->differences);
  out->examined = !seeded || out->differences.count > 0;
  return status == EXIT_SUCCESS && out->examined ? examine(quiet, archive, plan, threads, out) : status;
}

void verdict_free(verdict *one) {
  findings_free(&one->differences);
  findings_free(&one->found);
}

/* ---- the list ---- */

void findings_print(const findings *all, FILE *stream) {
  for (size_t i = 0; i < all->count; i++) {
    name_print(all->items[i].name, stream);
    fprintf(stream, ": %s\n", all->items[i].text);
  }
}

void findings_json(sow__buffer *out, const findings *all) {
  for (size_t i = 0; i < all->count; i++) {
    sow__json_item(out, i);
    sow__buffer_text(out, "{\"name\": ");
    sow__json_string(out, all->items[i].name);
    sow__json_put_text(out, "text", all->items[i].text);
    sow__buffer_text(out, "}");
  }
  sow__json_close_list(out, all->count);
}

void findings_free(findings *all) {
  for (size_t i = 0; i < all->count; i++) {
    free(all->items[i].name);
    free(all->items[i].text);
  }
  free(all->items);
}
