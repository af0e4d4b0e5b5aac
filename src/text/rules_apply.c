/* Running rules over a tree. */
#include <stdlib.h>
#include <string.h>

#include "base/names.h"
#include "module/build.h"
#include "module/wrapper.h"
#include "text/python_rules.h"
#include "text/rule_line.h"
#include "text/rules_run.h"

bool sow__rule_block_takes(const sow__rule_block *block, const char *class_name) {
  for (const sow__rule_glob *glob = block->globs; glob != NULL; glob = glob->next)
    if (sow__glob(glob->glob, class_name))
      return true;
  return false;
}

const sow__rule_block *sow__rules_block(const sow__rules_run *run, const char *class_name) {
  const sow__rule_block *block = run->pass->blocks;
  while (block != NULL && !sow__rule_block_takes(block, class_name))
    block = block->next;
  return block;
}

bool sow__rule_is_plain(const char *glob) {
  return strpbrk(glob, "*?[") == NULL;
}

/* ---- one line at one tensor ---- */

/* The module and the own name of a parameter by its full one; NULL where there is none. */
static sow_module *find_owner(sow_module *root, const char *name, const char **own_name) {
  const char *dot = strrchr(name, '.');
  *own_name = name;
  if (sow__parameter_find(root, name) != NULL || dot == NULL) /* a list of shapes has dots in its names */
    return root;
  *own_name = dot + 1;
  return sow__module_at(root, name, (size_t)(dot - name));
}

static sow_status tie(sow__rules_run *run, const sow__rule_line *line, const sow__rule_place *place) {
  const char *own_name;
  sow_module *other = find_owner(run->base, line->tied, &own_name);
  const sow__slot *slot = other == NULL ? NULL : sow__parameter_find(other, own_name);
  char hint[160], quote[SOW__QUOTE_SIZE];
  sow__text_quote(line->tied, strlen(line->tied), quote);
  if (slot == NULL || slot->tensor == NULL) {
    sow__kept_name near = {.nearest = {.name = line->tied}};
    sow_status status = sow__named_parameters(run->base, sow__kept_name_offer, &near, run->error);
    return status != SOW_OK ? status
                            : sow__text_fail(&run->rules->text, line->begin, run->error, SOW_UNKNOWN_NAME,
                                             "there is no parameter '%s' to tie with%s", quote,
                                             sow__nearest_hint(&near.nearest, hint, sizeof hint));
  }
  if (slot->tensor == place->tensor)
    return sow__text_fail(&run->rules->text, line->begin, run->error, SOW_INVALID_ARGUMENT,
                          "'%.200s' and '%s' are one tensor already", place->name, quote);
  sow_module_tie(place->owner, place->own_name, other, own_name);
  return SOW_OK;
}

/* Does what the line says; *taken is false where its condition does not hold. */
static sow_status run_line(sow__rules_run *run, const sow__rule_line *line, const sow__rule_place *place,
                           bool *taken) {
  sow__rule_step step = {.takes = true, .call = line->initializer};
  sow_status status = SOW_OK;
  if (line->part.end != 0 || line->condition.end != 0 || line->call.end != 0)
    status = sow__rule_line_read(&run->rules->text, line, place, &step, run->error);
  *taken = step.takes;
  if (status != SOW_OK || !step.takes)
    return status;
  run->used[line->index] = true;
  if (line->tied != NULL)
    status = tie(run, line, place);
  else if (step.times != 0)
    sow__module_repeat(place->owner, place->own_name, step.times, step.call, line->rule);
  else
    sow_module_step_as(place->owner, place->own_name, step.part ? step.begin : NULL,
                       step.part ? step.size : NULL, step.call, line->rule);
  if (status == SOW_OK)
    status = sow_module_status(run->root, run->error);
  return status == SOW_OK || status == SOW_NO_MEMORY
             ? status
             : sow__text_place(&run->rules->text, line->begin, run->error, status);
}

/* Of the lines that match, the first one for the whole tensor, and all for its parts, in the order written.
 */
static void run_lines(sow__rules_run *run, const sow__rule_block *block, sow__rule_place *place,
                      bool plain_only) {
  const bool alike = strcmp(place->name, place->other) == 0;
  bool whole = false;
  for (const sow__rule_line *line = block->lines; line != NULL && run->status == SOW_OK; line = line->next) {
    bool taken;
    if ((whole && line->part.end == 0) || (plain_only && !sow__rule_is_plain(line->glob)) ||
        (!sow__glob(line->glob, place->name) && (alike || !sow__glob(line->glob, place->other))))
      continue;
    place->glob = line->glob;
    run->status = run_line(run, line, place, &taken);
    whole = whole || (taken && line->part.end == 0);
  }
}

/* ---- the walks ---- */

static void run_slots(sow__rules_run *run, const sow__rule_block *block, sow_module *module, bool buffers) {
  const sow__slot *slots = buffers ? module->buffers : module->parameters;
  const size_t count = buffers ? module->buffer_count : module->parameter_count;
  for (size_t i = 0; i < count; i++) {
    if (slots[i].tensor == NULL)
      continue;
    const char *name = slots[i].name;
    sow__rule_place place = {module, name, name, NULL, name, slots[i].tensor};
    run_lines(run, block, &place, buffers);
  }
}

/* Whether one of the lines before, of the same path, has taken the whole parameter. */
static bool is_taken(const sow__rules_run *run, const sow__rule_block *block, const sow__rule_line *line) {
  for (const sow__rule_line *one = block->lines; one != line; one = one->next)
    if (run->whole[one->index] && strcmp(one->glob, line->glob) == 0)
      return true;
  return false;
}

/* "c_proj.weight": a parameter of a child, by its path from the module. */
static void run_dotted(sow__rules_run *run, const sow__rule_block *block, sow_module *module) {
  for (const sow__rule_line *line = block->lines; line != NULL && run->status == SOW_OK; line = line->next) {
    const char *own_name;
    run->whole[line->index] = false;
    if (strchr(line->glob, '.') == NULL || !sow__rule_is_plain(line->glob) ||
        (line->part.end == 0 && is_taken(run, block, line)))
      continue;
    sow_module *owner = find_owner(module, line->glob, &own_name);
    const sow__slot *slot = owner == NULL || owner == module ? NULL : sow__parameter_find(owner, own_name);
    bool taken;
    if (slot == NULL || slot->tensor == NULL)
      continue;
    const sow__rule_place place = {owner, slot->name, line->glob, line->glob, line->glob, slot->tensor};
    run->status = run_line(run, line, &place, &taken);
    run->whole[line->index] = taken && line->part.end == 0;
  }
}

/* Buffers are met by their names alone, so that '*' stays what it is in named_parameters(). */
static void run_module(sow_module *module, void *context) {
  sow__rules_run *run = context;
  const sow__rule_block *block = sow__rules_block(run, sow_module_class(module));
  if (block == NULL || run->status != SOW_OK)
    return;
  run->used[block->index] = true;
  run_slots(run, block, module, false);
  run_slots(run, block, module, true);
  run_dotted(run, block, module);
}

static void run_named(sow_module *owner, const sow__slot *slot, const char *name, void *context) {
  sow__rules_run *run = context;
  /* named_parameters() has names that state_dict() leaves out; a rule may be written for either. */
  if (run->status != SOW_OK || !sow__wrapper_state_name(name, &run->state_name))
    return;
  sow__rule_place place = {owner, slot->name, name, NULL, run->state_name.data, slot->tensor};
  run_lines(run, run->pass->blocks, &place, false);
}

/* ---- sections of one module: apply transformer: ---- */

static void note_storage(sow_module *owner, const sow__slot *slot, const char *name, void *context) {
  bool *noted = context;
  (void)owner;
  (void)name;
  noted[slot->tensor->storage] = true;
}

/* What a section of a module did, from item `begin` on, comes right behind what was done to it before. */
static sow_status move_steps(sow__rules_run *run, size_t begin) {
  sow__tape *tape = &run->root->tree->tape;
  bool *of_module = calloc(tape->storage_count + 1, sizeof *of_module);
  if (of_module == NULL)
    return sow__fail(run->error, SOW_NO_MEMORY, NULL);
  sow_status status = sow__named_parameters(run->base, note_storage, of_module, run->error);
  if (status == SOW_OK)
    status = sow__named_buffers(run->base, note_storage, of_module, run->error);
  size_t to = begin;
  while (to > 0 &&
         !(tape->items[to - 1].kind == SOW__TAPE_STEP && of_module[tape->items[to - 1].target.storage]))
    to--;
  free(of_module);
  if (status == SOW_OK && to > 0 && !sow__tape_move(tape, begin, to))
    status = sow__fail(run->error, SOW_NO_MEMORY, NULL);
  return status;
}

static sow_status fail_base(const sow__rules_run *run) {
  const char *path = run->pass->path;
  char quote[SOW__QUOTE_SIZE];
  return sow__text_fail(&run->rules->text, run->pass->begin, run->error, SOW_UNUSED_RULE,
                        "there is no module '%s' in a %.80s", sow__text_quote(path, strlen(path), quote),
                        sow_module_class(run->root));
}

static sow_status walk(sow__rules_run *run) {
  sow_status status = SOW_OK;
  if (run->pass->walk == SOW__WALK_PARAMETERS)
    status = sow__named_parameters(run->base, run_named, run, run->error);
  else if (run->pass->walk == SOW__WALK_BUFFERS)
    status = sow__named_buffers(run->base, run_named, run, run->error);
  else
    sow_module_apply(run->base, run_module, run);
  if (status == SOW_OK && run->state_name.failed)
    status = sow__fail(run->error, SOW_NO_MEMORY, NULL);
  if (status == SOW_OK)
    status = run->status;
  return status == SOW_OK ? sow_module_status(run->root, run->error) : status;
}

static sow_status run_pass(sow__rules_run *run, bool allow_unused) {
  const size_t begin = run->root->tree->tape.count;
  if (run->pass->python != NULL)
    return sow__python_run(run->pass->python, run->root, allow_unused, run->error);
  run->base = run->pass->path == NULL ? run->root : sow_module_find(run->root, run->pass->path);
  if (run->base == NULL)
    return allow_unused ? SOW_OK : fail_base(run);
  sow_status status = walk(run);
  if (status == SOW_OK && run->pass->path != NULL)
    status = move_steps(run, begin);
  return status == SOW_OK && !allow_unused ? sow__rules_check_used(run) : status;
}

sow_status sow_module_apply_rules(sow_module *module, const sow_rules *rules, bool allow_unused,
                                  sow_error *error) {
  sow_status status = sow_module_status(module, error);
  if (status != SOW_OK)
    return status;
  sow__rules_run run = {
      .rules = rules, .root = module, .error = error, .used = calloc(2 * (rules->count + 1), sizeof(bool))};
  if (run.used == NULL)
    return sow__fail(error, SOW_NO_MEMORY, NULL);
  run.whole = run.used + rules->count + 1;
  for (run.pass = rules->passes; run.pass != NULL && status == SOW_OK; run.pass = run.pass->next)
    status = run_pass(&run, allow_unused);
  if (status == SOW_OK)
    status = sow__rules_warn_padding(&run);
  free(run.used);
  sow__buffer_free(&run.state_name);
  return status;
}
