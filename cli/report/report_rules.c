#include "cli/report/report_rules.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* One call of a rule: lines with the same words stand together, and then those with the same numbers. */
typedef struct called {
  size_t entry;     /* of the plan */
  const char *rule; /* the plan's */
  char *line;       /* as sow_plan_line has it */
  char *words;      /* the same with a HOLE for each number */
  size_t place;     /* of the first entry with the same rule and words: the order of rows */
  uint64_t elements;
} called;

#define HOLE '\1'

/* ---- words and numbers ---- */

/* How long the number is that begins here, 0 where none does: not in a name ("conv2d"), not a dotted word. */
static size_t number_length(const char *line, const char *at) {
  bool inside = at > line && (isalnum((unsigned char)at[-1]) || at[-1] == '_' || at[-1] == '.');
  const char *digits = *at == '-' ? at + 1 : at;
  if (inside || !isdigit((unsigned char)*digits))
    return 0;
  char *end;
  strtod(at, &end);
  return (size_t)(end - at);
}

static char *words_of(const char *line) {
  char *words = calloc(1, strlen(line) + 1), *to = words;
  for (const char *at = line; words != NULL && *at != 0;) {
    size_t length = number_length(line, at);
    *to++ = length > 0 ? HOLE : *at;
    at += length > 0 ? length : 1;
  }
  return words;
}

/* The number at a HOLE of the words, counted from 0: where it begins, and how long it is. */
static const char *number_at(const char *line, size_t hole, size_t *length) {
  for (const char *at = line; *at != 0; at += *length > 0 ? *length : 1) {
    *length = number_length(line, at);
    if (*length > 0 && hole-- == 0)
      return at;
  }
  *length = 0;
  return "";
}

/* "0.02" in all its digits, or "0.01 … 0.04" where the calls differ. */
static void add_number(sow__buffer *out, const called *calls, size_t count, size_t hole) {
  size_t length, low_length;
  const char *low = number_at(calls[0].line, hole, &low_length), *high = low;
  for (size_t i = 1; i < count; i++) {
    const char *text = number_at(calls[i].line, hole, &length);
    if (strtod(text, NULL) < strtod(low, NULL))
      low = text, low_length = length;
    if (strtod(text, NULL) > strtod(high, NULL))
      high = text;
  }
  if (strtod(low, NULL) == strtod(high, NULL))
    sow__buffer_add(out, low, low_length);
  else
    sow__buffer_printf(out, "%.4g … %.4g", strtod(low, NULL), strtod(high, NULL));
}

/* NULL when memory is short. */
static char *call_of(const called *calls, size_t count) {
  sow__buffer out = {0};
  char *call = NULL;
  size_t hole = 0;
  for (const char *at = calls[0].words; *at != 0; at++)
    if (*at == HOLE)
      add_number(&out, calls, count, hole++);
    else
      sow__buffer_fill(&out, *at, 1);
  return sow__buffer_take(&out, &call, NULL, NULL) == SOW_OK ? call : NULL;
}

/* ---- order ---- */

static int by_words(const void *a, const void *b) {
  const called *x = a, *y = b;
  int order = strcmp(x->rule, y->rule);
  order = order != 0 ? order : strcmp(x->words, y->words);
  return order != 0 ? order : (x->entry > y->entry) - (x->entry < y->entry);
}

static int by_line(const void *a, const void *b) {
  return strcmp(((const called *)a)->line, ((const called *)b)->line);
}

typedef struct group {
  size_t begin, end;
} group;

static int by_place(const void *a, const void *b, void *context) {
  const called *calls = context;
  size_t x = calls[((const group *)a)->begin].place, y = calls[((const group *)b)->begin].place;
  return (x > y) - (x < y);
}

/* ---- the whole ---- */

static bool read_calls(const sow_plan *plan, called *calls, size_t *count) {
  sow_plan_entry entry;
  for (size_t i = 0; sow_plan_get(plan, i, &entry); i++) {
    if (entry.tied_to != NULL)
      continue;
    called *one = &calls[*count];
    *one = (called){.entry = i, .rule = entry.rule, .elements = (uint64_t)entry.count};
    ++*count;
    if (entry.kept)
      one->line = strdup("");
    else if (sow_plan_line(plan, i, &one->line, NULL) != SOW_OK)
      return false;
    one->words = one->line != NULL ? words_of(one->line) : NULL;
    if (one->words == NULL)
      return false;
  }
  return true;
}

static bool add_group(called *calls, size_t count, report_rule *out) {
  *out = (report_rule){.rule = calls[0].rule, .tensors = count, .calls = 1};
  for (size_t i = 0; i < count; i++)
    out->elements += calls[i].elements;
  qsort(calls, count, sizeof *calls, by_line);
  for (size_t i = 1; i < count; i++)
    out->calls += strcmp(calls[i].line, calls[i - 1].line) != 0;
  out->call = call_of(calls, count);
  return out->call != NULL;
}

static bool add_groups(called *calls, size_t count, report_rules *out) {
  group *groups = calloc(count + 1, sizeof *groups);
  out->items = calloc(count + 1, sizeof *out->items);
  bool done = groups != NULL && out->items != NULL;
  size_t group_count = 0;
  if (done)
    qsort(calls, count, sizeof *calls, by_words);
  for (size_t i = 0; done && i < count; i++) {
    bool same = i > 0 && strcmp(calls[i].rule, calls[i - 1].rule) == 0 &&
                strcmp(calls[i].words, calls[i - 1].words) == 0;
    if (!same)
      groups[group_count++].begin = i;
    calls[i].place = same ? calls[i - 1].place : calls[i].entry;
    groups[group_count - 1].end = i + 1;
  }
  if (done)
    qsort_r(groups, group_count, sizeof *groups, by_place, calls);
  for (size_t i = 0; done && i < group_count; i++) {
    done = add_group(calls + groups[i].begin, groups[i].end - groups[i].begin, &out->items[i]);
    out->count++;
  }
  free(groups);
  return done;
}

bool report_rules_new(const sow_plan *plan, report_rules *out) {
  *out = (report_rules){0};
  if (plan == NULL)
    return true;
  size_t count = 0;
  called *calls = calloc(sow_plan_count(plan) + 1, sizeof *calls);
  bool done = calls != NULL && read_calls(plan, calls, &count) && add_groups(calls, count, out);
  for (size_t i = 0; i < count; i++) {
    free(calls[i].line);
    free(calls[i].words);
  }
  free(calls);
  return done;
}

void report_rules_free(report_rules *all) {
  for (size_t i = 0; i < all->count; i++)
    free(all->items[i].call);
  free(all->items);
}
