/* Which rules cover nothing, and what they may have been meant for. */
#include <string.h>

#include "module/tree.h"
#include "text/rules_run.h"

/* A walk that looks for names near to the one that matched nothing. */
typedef struct name_search {
  const sow__rules_run *run;
  const sow__rule_block *block;    /* whose modules' parameters are offered; NULL: class names are */
  const sow__rule_block *shadowed; /* the block of which to see whether it matches at all */
  bool matches;
  sow__nearest nearest;
} name_search;

static void offer_module(sow_module *module, void *context) {
  name_search *search = context;
  const char *class_name = sow_module_class(module);
  if (search->block == NULL) {
    search->matches = search->matches || sow__rule_block_takes(search->shadowed, class_name);
    if (search->nearest.name != NULL)
      sow__nearest_offer(&search->nearest, class_name);
    return;
  }
  sow_parameter parameter;
  if (sow__rules_block(search->run, class_name) == search->block)
    for (size_t i = 0; sow_module_parameter(module, i, &parameter); i++)
      sow__nearest_offer(&search->nearest, parameter.name);
}

void sow__kept_name_offer(sow_module *owner, const sow__slot *slot, const char *name, void *context) {
  (void)owner, (void)slot;
  sow__kept_name *kept = context;
  const char *before = kept->nearest.best;
  sow__nearest_offer(&kept->nearest, name);
  if (kept->nearest.best != before && kept->nearest.best == name) {
    size_t length = strlen(name);
    if (length >= sizeof kept->best)
      length = sizeof kept->best - 1;
    memcpy(kept->best, name, length);
    kept->best[length] = 0;
    kept->nearest.best = kept->best;
  }
}

static sow_status fail_block(const sow__rules_run *run, const sow__rule_block *block) {
  name_search search = {.run = run, .shadowed = block};
  char hint[160], quote[SOW__QUOTE_SIZE];
  const char *glob = block->globs->glob;
  if (block->globs->next == NULL && sow__rule_is_plain(glob))
    search.nearest.name = glob;
  sow_module_apply(run->base, offer_module, &search);
  if (search.matches)
    return sow__text_fail(&run->rules->text, block->begin, run->error, SOW_UNUSED_RULE,
                          "this block takes no module: earlier ones take all that it matches");
  return sow__text_fail(&run->rules->text, block->begin, run->error, SOW_UNUSED_RULE,
                        "no module's class matches '%s'%s%s", sow__text_quote(glob, strlen(glob), quote),
                        block->globs->next ? " or the other globs" : "",
                        sow__nearest_hint(&search.nearest, hint, sizeof hint));
}

/* weight[0] is a set of characters. */
static const char *part_hint(const char *glob) {
  const size_t length = strlen(glob);
  bool set = length > 0 && glob[length - 1] == ']' && strchr(glob, '[') != NULL;
  return set ? "; a part of a tensor has a ':', as in weight[0:1]" : "";
}

static sow_status fail_line(const sow__rules_run *run, const sow__rule_block *block,
                            const sow__rule_line *line) {
  const sow__rule_walk walk = run->pass->walk;
  const sow__text *text = &run->rules->text;
  name_search search = {.run = run, .block = block, .nearest = {.name = line->glob}};
  sow__kept_name named = {.nearest = {.name = line->glob}};
  char hint[160], quote[SOW__QUOTE_SIZE];
  const char *what = walk == SOW__WALK_BUFFERS ? "buffer" : "parameter";
  const bool plain = sow__rule_is_plain(line->glob); /* other globs are near to no name */
  sow_status status = SOW_OK;
  if (plain && walk == SOW__WALK_APPLY)
    sow_module_apply(run->base, offer_module, &search);
  else if (plain && walk == SOW__WALK_PARAMETERS)
    status = sow__named_parameters(run->base, sow__kept_name_offer, &named, run->error);
  else if (plain)
    status = sow__named_buffers(run->base, sow__kept_name_offer, &named, run->error);
  if (status != SOW_OK)
    return status;
  const sow__nearest *nearest = walk == SOW__WALK_APPLY ? &search.nearest : &named.nearest;
  bool matches = nearest->best != NULL && strcmp(nearest->best, line->glob) == 0;
  sow__text_quote(line->glob, strlen(line->glob), quote);
  if (line->condition.end != 0 || line->part.end != 0)
    return sow__text_fail(text, line->begin, run->error, SOW_UNUSED_RULE, "no %s matches '%s'%s%s%s", what,
                          quote,
                          line->condition.end != 0 ? " and fulfils the condition" : " and has this part",
                          matches ? "" : sow__nearest_hint(nearest, hint, sizeof hint),
                          matches && line->part.end == 0 ? ", or earlier lines take all of them" : "");
  if (matches)
    return sow__text_fail(text, line->begin, run->error, SOW_UNUSED_RULE,
                          "earlier lines take every '%s'; move this line before them", quote);
  return sow__text_fail(text, line->begin, run->error, SOW_UNUSED_RULE,
                        "no %s%s that an earlier line has not taken matches '%s'%s%s", what,
                        walk == SOW__WALK_APPLY ? " of this block's modules" : "", quote,
                        sow__nearest_hint(nearest, hint, sizeof hint), part_hint(line->glob));
}

sow_status sow__rules_check_used(const sow__rules_run *run) {
  for (const sow__rule_block *block = run->pass->blocks; block != NULL; block = block->next) {
    if (!run->used[block->index] && run->pass->walk == SOW__WALK_APPLY)
      return fail_block(run, block);
    for (const sow__rule_line *line = block->lines; line != NULL; line = line->next)
      if (!run->used[line->index])
        return fail_line(run, block, line);
  }
  return SOW_OK;
}
