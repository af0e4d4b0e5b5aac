/* Running rules over a tree, and saying which of them cover nothing. */
#include <stdlib.h>
#include <string.h>

#include "base/names.h"
#include "module/wrapper.h"
#include "text/python_rules.h"
#include "text/ruleset.h"

typedef struct rule_run {
  const sow_rules *rules;
  const sow__rule_pass *pass;
  bool *used; /* by index of block or line */
  sow__buffer state_name;
} rule_run;

static bool takes(const sow__rule_block *block, const char *class_name) {
  for (const sow__rule_glob *glob = block->globs; glob != NULL; glob = glob->next)
    if (sow__glob(glob->glob, class_name))
      return true;
  return false;
}

static const sow__rule_block *first_block(const rule_run *run, const char *class_name) {
  const sow__rule_block *block = run->pass->blocks;
  while (block != NULL && !takes(block, class_name))
    block = block->next;
  return block;
}

/* The first line that matches `name`, or its `other` one, initialises `own_name`. */
static void run_lines(rule_run *run, const sow__rule_block *block, sow_module *owner, const char *own_name,
                      const char *name, const char *other) {
  for (const sow__rule_line *line = block->lines; line != NULL; line = line->next)
    if (sow__glob(line->glob, name) || sow__glob(line->glob, other)) {
      run->used[line->index] = true;
      sow_module_set_as(owner, own_name, line->initializer, line->rule);
      return;
    }
}

static void run_module(sow_module *module, void *context) {
  rule_run *run = context;
  const sow__rule_block *block = first_block(run, sow_module_class(module));
  if (block == NULL)
    return;
  run->used[block->index] = true;
  sow_parameter parameter;
  for (size_t i = 0; sow_module_parameter(module, i, &parameter); i++)
    run_lines(run, block, module, parameter.name, parameter.name, parameter.name);
}

static void run_parameter(sow_module *owner, const char *own_name, const sow_parameter *parameter,
                          void *context) {
  rule_run *run = context;
  /* named_parameters() has names that state_dict() leaves out; a rule may be written for either. */
  if (sow__wrapper_state_name(parameter->name, &run->state_name))
    run_lines(run, run->pass->blocks, owner, own_name, parameter->name, run->state_name.data);
}

/* ---- what covers nothing ---- */

static bool is_plain(const char *glob) {
  return strpbrk(glob, "*?[") == NULL;
}

/* A walk that looks for names near to the one that matched nothing. */
typedef struct name_search {
  const rule_run *run;
  const sow__rule_block *block;    /* whose modules' parameters are offered; NULL: class names are */
  const sow__rule_block *shadowed; /* the block of which to see whether it matches at all */
  bool matches;
  sow__nearest nearest;
} name_search;

static void offer_module(sow_module *module, void *context) {
  name_search *search = context;
  const char *class_name = sow_module_class(module);
  if (search->block == NULL) {
    search->matches = search->matches || takes(search->shadowed, class_name);
    if (search->nearest.name != NULL)
      sow__nearest_offer(&search->nearest, class_name);
    return;
  }
  sow_parameter parameter;
  if (first_block(search->run, class_name) == search->block)
    for (size_t i = 0; sow_module_parameter(module, i, &parameter); i++)
      sow__nearest_offer(&search->nearest, parameter.name);
}

/* The names are copied, since they live during the call only. */
typedef struct named_search {
  sow__nearest nearest;
  char best[128];
} named_search;

static void offer_parameter(sow_module *owner, const char *own_name, const sow_parameter *parameter,
                            void *context) {
  named_search *search = context;
  const char *before = search->nearest.best;
  (void)owner;
  (void)own_name;
  sow__nearest_offer(&search->nearest, parameter->name);
  if (search->nearest.best != before && search->nearest.best == parameter->name) {
    size_t length = strlen(parameter->name);
    if (length >= sizeof search->best)
      length = sizeof search->best - 1;
    memcpy(search->best, parameter->name, length);
    search->best[length] = 0;
    search->nearest.best = search->best;
  }
}

static sow_status fail_block(const rule_run *run, sow_module *module, const sow__rule_block *block,
                             sow_error *error) {
  name_search search = {.run = run, .shadowed = block};
  char hint[160], quote[SOW__QUOTE_SIZE];
  const char *glob = block->globs->glob;
  if (block->globs->next == NULL && is_plain(glob))
    search.nearest.name = glob;
  sow_module_apply(module, offer_module, &search);
  if (search.matches)
    return sow__text_fail(&run->rules->text, block->begin, error, SOW_UNUSED_RULE,
                          "this block takes no module: earlier ones take all that it matches");
  return sow__text_fail(&run->rules->text, block->begin, error, SOW_UNUSED_RULE,
                        "no module's class matches '%s'%s%s", sow__text_quote(glob, strlen(glob), quote),
                        block->globs->next ? " or the other globs" : "",
                        sow__nearest_hint(&search.nearest, hint, sizeof hint));
}

static sow_status fail_line(const rule_run *run, sow_module *module, const sow__rule_block *block,
                            const sow__rule_line *line, sow_error *error) {
  name_search search = {.run = run, .block = block, .nearest = {.name = line->glob}};
  named_search named = {.nearest = {.name = line->glob}};
  char hint[160], quote[SOW__QUOTE_SIZE];
  if (is_plain(line->glob) && run->pass->named) {
    sow_status status = sow_module_named_parameters(module, offer_parameter, &named, error);
    if (status != SOW_OK)
      return status;
  } else if (is_plain(line->glob)) {
    sow_module_apply(module, offer_module, &search);
  }
  const sow__nearest *nearest = run->pass->named ? &named.nearest : &search.nearest;
  if (nearest->best != NULL && strcmp(nearest->best, line->glob) == 0)
    return sow__text_fail(&run->rules->text, line->begin, error, SOW_UNUSED_RULE,
                          "earlier lines take every '%s'; move this line before them",
                          sow__text_quote(line->glob, strlen(line->glob), quote));
  return sow__text_fail(&run->rules->text, line->begin, error, SOW_UNUSED_RULE,
                        "no parameter%s that an earlier line has not taken matches '%s'%s",
                        run->pass->named ? "" : " of this block's modules",
                        sow__text_quote(line->glob, strlen(line->glob), quote),
                        sow__nearest_hint(nearest, hint, sizeof hint));
}

static sow_status check_used(const rule_run *run, sow_module *module, sow_error *error) {
  for (const sow__rule_block *block = run->pass->blocks; block != NULL; block = block->next) {
    if (!run->used[block->index] && !run->pass->named)
      return fail_block(run, module, block, error);
    for (const sow__rule_line *line = block->lines; line != NULL; line = line->next)
      if (!run->used[line->index])
        return fail_line(run, module, block, line, error);
  }
  return SOW_OK;
}

sow_status sow_module_apply_rules(sow_module *module, const sow_rules *rules, bool allow_unused,
                                  sow_error *error) {
  sow_status status = sow_module_status(module, error);
  if (status != SOW_OK)
    return status;
  rule_run run = {.rules = rules, .used = calloc(rules->count + 1, sizeof(bool))};
  if (run.used == NULL)
    return sow__fail(error, SOW_NO_MEMORY, NULL);
  for (run.pass = rules->passes; run.pass != NULL && status == SOW_OK; run.pass = run.pass->next) {
    if (run.pass->python != NULL) {
      status = sow__python_run(run.pass->python, module, allow_unused, error);
      continue;
    }
    if (run.pass->named) {
      status = sow_module_named_parameters(module, run_parameter, &run, error);
      if (status == SOW_OK && run.state_name.failed)
        status = sow__fail(error, SOW_NO_MEMORY, NULL);
    } else {
      sow_module_apply(module, run_module, &run);
    }
    if (status == SOW_OK)
      status = sow_module_status(module, error);
    if (status == SOW_OK && !allow_unused)
      status = check_used(&run, module, error);
  }
  free(run.used);
  sow__buffer_free(&run.state_name);
  return status;
}
