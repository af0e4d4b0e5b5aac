#include "report_rules.h"

#include <stdlib.h>
#include <string.h>

/* Rules are few: lines of a text, and one for each class of torch's. */
static report_rule *find(report_rules *all, const char *rule, const char *call) {
  for (size_t i = 0; i < all->count; i++)
    if (strcmp(all->items[i].rule, rule) == 0 && strcmp(all->items[i].call, call) == 0)
      return &all->items[i];
  return NULL;
}

/* Takes `call` over. */
static report_rule *add(report_rules *all, const char *rule, char *call) {
  report_rule *items = realloc(all->items, (all->count + 1) * sizeof *items);
  if (items == NULL) {
    free(call);
    return NULL;
  }
  all->items = items;
  report_rule *one = &items[all->count++];
  *one = (report_rule){.rule = rule, .call = call};
  return one;
}

static report_rule *find_or_add(report_rules *all, const char *rule, char *call) {
  report_rule *one = find(all, rule, call);
  if (one == NULL)
    return add(all, rule, call);
  free(call);
  return one;
}

bool report_rules_new(const sow_plan *plan, report_rules *out) {
  *out = (report_rules){0};
  sow_plan_entry entry;
  for (size_t i = 0; plan != NULL && sow_plan_get(plan, i, &entry); i++) {
    char *call = NULL;
    if (entry.tied_to != NULL)
      continue;
    if (entry.kept)
      call = strdup("");
    else if (sow_plan_line(plan, i, &call, NULL) != SOW_OK)
      return false;
    report_rule *one = call == NULL ? NULL : find_or_add(out, entry.rule, call);
    if (one == NULL)
      return false;
    one->tensors++;
    one->elements += (uint64_t)entry.count;
  }
  return true;
}

void report_rules_free(report_rules *all) {
  for (size_t i = 0; i < all->count; i++)
    free(all->items[i].call);
  free(all->items);
}
