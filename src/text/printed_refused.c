/* All classes that are refused in one message, with the ways out. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/names.h"
#include "text/printed_build.h"

void sow__unknown_add(sow__builder *builder, const sow__printed *node) {
  sow__unknown *unknown = &builder->unknown;
  for (size_t i = 0; i < unknown->count; i++)
    if (strcmp(unknown->nodes[i]->class_name, node->class_name) == 0)
      return;
  if (unknown->count < SOW__UNKNOWN_CLASSES)
    unknown->nodes[unknown->count++] = node;
  else
    unknown->more = true;
}

/* ---- known, and not to be built ---- */

const char *sow__build_refusal(const sow__builder *builder, const sow__printed *node,
                               const sow__layer_row *layer) {
  static const char traced[] = "original_name=";
  size_t at = sow__skip_space(&builder->printed->text, node->extra_begin, node->extra_end);
  if (sow__text_begins(node->class_name, "Parametrized"))
    return "is parametrized, and a print does not show with which tensors; print the model before "
           "torch.nn.utils.parametrize is applied";
  if (node->extra_end - at >= sizeof traced &&
      memcmp(builder->printed->text.bytes + at, traced, sizeof traced - 1) == 0)
    return "is scripted or traced, and its print shows no sizes; print the model before torch.jit.script or "
           "torch.jit.trace";
  if (layer != NULL && layer->kind == SOW__LAYER_UNSIZED)
    return "has no sizes before its first forward pass; print the model after it";
  return NULL;
}

/* ---- one ---- */

#define HELD_SIZE 200

/* "holds cls_token, mask_token" of "cls_token mask_token?"; "may hold …" where there is none that all have.
 */
static const char *say_held(const char *held, char text[HELD_SIZE]) {
  bool sure = false;
  for (const char *at = held; *at != 0 && !sure; at += strspn(at, " ")) {
    at += strcspn(at, " ");
    sure = at[-1] != '?';
  }
  size_t used = (size_t)snprintf(text, HELD_SIZE, sure ? "holds " : "may hold ");
  for (; *held != 0 && used + 3 < HELD_SIZE; held++) {
    if (*held == ' ')
      text[used++] = ',';
    if (*held != '?')
      text[used++] = *held;
  }
  text[used] = 0;
  return text;
}

static sow_status fail_holder(const sow__builder *builder, const sow__printed *node, const char *held) {
  char text[HELD_SIZE];
  if (node->child_count == 0 && sow__glob("*Norm", node->class_name))
    return sow__text_fail(&builder->printed->text, node->begin, builder->error, SOW_UNKNOWN_NAME,
                          "'%.60s' shows no sizes, and %s: write its arguments into the text and --alias "
                          "%.60s=CLASS, or leave out what is missing with --allow-missing",
                          node->class_name, say_held(held, text), node->class_name);
  return sow__text_fail(&builder->printed->text, node->begin, builder->error, SOW_UNKNOWN_NAME,
                        "'%.60s' %s, which a print does not show: record the model (sow help record), "
                        "write each in, as '(%.*s): Parameter containing: [torch.float32 of size 2x3]', or "
                        "leave out what is missing with --allow-missing",
                        node->class_name, say_held(held, text), (int)strcspn(held, " ?"), held);
}

static sow_status fail_one(const sow__builder *builder, const sow__printed *node) {
  const char *name = node->class_name, *proposal = sow__unknown_propose(builder, node);
  const char *held = sow__unknown_held(builder, node);
  char hint[160] = "";
  if (held != NULL)
    return fail_holder(builder, node, held);
  if (sow__name_says_observer(name))
    return sow__text_fail(&builder->printed->text, node->begin, builder->error, SOW_UNKNOWN_NAME,
                          "'%.60s' holds buffers for a quantisation, which a print does not show; print the "
                          "model before it is prepared for that, or --ignore %.60s",
                          name, name);
  if (!sow__extra_has_sizes(builder->printed, node))
    return sow__text_fail(
        &builder->printed->text, node->begin, builder->error, SOW_UNKNOWN_NAME,
        "'%.60s' shows no sizes, and its name says that it has weights: write its arguments into the "
        "text and --alias %.60s=CLASS, or --ignore %.60s where it has none",
        name, name, name);
  if (sow__name_says_quantised(name))
    return sow__text_fail(
        &builder->printed->text, node->begin, builder->error, SOW_UNKNOWN_NAME,
        "'%.60s' is quantised, and a print does not show what its tensors are; print the model "
        "before it is quantised",
        name);
  if (node->prefixed && sow__build_known(name))
    return sow__text_fail(
        &builder->printed->text, node->begin, builder->error, SOW_UNKNOWN_NAME,
        "a package's name before '%.60s' says that it is not torch.nn's: leave that name out "
        "where it is, or --alias %.60s=CLASS takes it as another class",
        name, name);
  if (proposal != NULL)
    snprintf(hint, sizeof hint, ", did you mean '%s'?", proposal);
  return sow__text_fail(&builder->printed->text, node->begin, builder->error, SOW_UNKNOWN_NAME,
                        "unknown module '%.60s'%s (--alias %.60s=%s takes it as another class, --ignore "
                        "%.60s as one without parameters)",
                        name, hint, name, proposal ? proposal : "CLASS", name);
}

/* ---- several ---- */

/* A message while it is put together; what does not fit is left out. */
typedef struct message {
  char text[SOW_MESSAGE_SIZE];
  size_t used;
  bool full;
} message;

static void add(message *m, const char *format, ...) SOW__PRINTF(2, 3);

static void add(message *m, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int length = m->full ? 0 : vsnprintf(m->text + m->used, sizeof m->text - m->used, format, arguments);
  va_end(arguments);
  if (length < 0 || (size_t)length >= sizeof m->text - m->used) {
    m->text[m->used] = 0;
    m->full = true;
  } else {
    m->used += (size_t)length;
  }
}

static void add_note(message *m, const sow__builder *builder, const sow__printed *node) {
  const char *held = sow__unknown_held(builder, node);
  char text[HELD_SIZE];
  if (held != NULL)
    add(m, " (%s)", say_held(held, text));
  else if (sow__name_says_observer(node->class_name))
    add(m, " (of a quantisation: print the model before)");
  else if (!sow__extra_has_sizes(builder->printed, node))
    add(m, " (shows no sizes: write them into the text)");
  else if (sow__name_says_quantised(node->class_name))
    add(m, " (quantised: print the model before)");
}

/* How many of the classes are proposed to be `target` and end with its name. */
static size_t family(const sow__unknown *unknown, const char *const *proposals, const char *target) {
  size_t count = 0;
  for (size_t i = 0; i < unknown->count; i++)
    count += proposals[i] == target && sow__text_ends(unknown->nodes[i]->class_name, target);
  return count;
}

/* The options that take the classes, a family by its glob. */
static void add_options(message *m, const sow__builder *builder, const char *const *proposals) {
  const sow__unknown *unknown = &builder->unknown;
  bool missing = false;
  for (size_t i = 0; i < unknown->count; i++) {
    const char *name = unknown->nodes[i]->class_name, *target = proposals[i];
    size_t before = 0;
    for (size_t j = 0; target != NULL && j < i; j++)
      before += proposals[j] == target;
    if (sow__unknown_held(builder, unknown->nodes[i]) != NULL)
      missing = true;
    else if (target == NULL && (sow__name_says_nothing_held(name) || sow__name_says_observer(name)))
      add(m, " --ignore %.60s", name);
    else if (target == NULL)
      add(m, " --alias %.60s=CLASS", name);
    else if (family(unknown, proposals, target) < 2)
      add(m, " --alias %.60s=%s", name, target);
    else if (before == 0)
      add(m, " --alias '*%s=%s'", target, target);
  }
  if (missing)
    add(m, " --allow-missing");
}

static bool is_holder(const sow__builder *builder, size_t index) {
  return sow__unknown_held(builder, builder->unknown.nodes[index]) != NULL;
}

/* What is refused, and what takes it. Without notes where they would leave no room for that. */
static void compose(message *m, const sow__builder *builder, const char *const *proposals, bool notes) {
  const sow__unknown *unknown = &builder->unknown;
  size_t holders = 0;
  *m = (message){.used = 0};
  for (size_t i = 0; i < unknown->count; i++)
    holders += is_holder(builder, i);
  bool all = holders == unknown->count;
  add(m, "%s%zu %s:", unknown->more ? "more than " : "", unknown->count,
      all ? "modules hold tensors that a print does not show" : "unknown modules");
  for (size_t i = 0; i < unknown->count; i++) {
    add(m, "%s %.60s", i > 0 ? "," : "", unknown->nodes[i]->class_name);
    if (notes)
      add_note(m, builder, unknown->nodes[i]);
  }
  if (holders > 0)
    add(m, "; record the model (sow help record), or write in what %s", all ? "they hold" : "some hold");
  add(m, all ? "; without it:" : "; take each as another class, or with --ignore as one without parameters:");
  add_options(m, builder, proposals);
}

sow_status sow__unknown_report(sow__builder *builder) {
  const sow__unknown *unknown = &builder->unknown;
  const char *proposals[SOW__UNKNOWN_CLASSES];
  message m;
  if (unknown->count == 0)
    return SOW_OK;
  if (unknown->count == 1)
    return fail_one(builder, unknown->nodes[0]);
  for (size_t i = 0; i < unknown->count; i++)
    proposals[i] = is_holder(builder, i) ? NULL : sow__unknown_propose(builder, unknown->nodes[i]);
  compose(&m, builder, proposals, true);
  if (m.full)
    compose(&m, builder, proposals, false);
  if (m.full || unknown->more)
    snprintf(m.text + m.used - (m.used > sizeof m.text - 5 ? 5 : 0), 5, " ...");
  return sow__text_fail(&builder->printed->text, unknown->nodes[0]->begin, builder->error, SOW_UNKNOWN_NAME,
                        "%s", m.text);
}

/* ---- none ---- */

sow_status sow__empty_report(sow__builder *builder) {
  const sow__printed *root = builder->printed->root;
  const sow__note *unknown = &builder->notes[SOW__NOTE_UNKNOWN_CLASS];
  const sow__text *text = &builder->printed->text;
  if (unknown->count > 0 && root->child_count == 0)
    return sow__text_fail(
        text, root->begin, builder->error, SOW_SYNTAX,
        "the text holds no printed model with parameters: print(model) shows a line such as 'Net(', with "
        "lines such as '(fc): Linear(...)' below it (--ignore %.60s takes it as a model without any)",
        root->class_name);
  if (unknown->count > 0)
    return sow__text_fail(
        text, unknown->begin, builder->error, SOW_UNKNOWN_NAME,
        "nothing in the model has parameters, unless '%.60s' has: --alias %.60s=CLASS takes "
        "it as another class, --ignore %.60s as one without",
        unknown->names[0], unknown->names[0], unknown->names[0]);
  sow__text_warn(text, root->begin, builder->error,
                 "no class of the model has parameters: there is no tensor to make");
  return SOW_OK;
}
