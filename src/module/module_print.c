/* print(model), in the form of torch 2.0 and later: equal neighbours in a ModuleList are folded. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "module/build.h"

static void print_module(sow__buffer *out, const sow_module *module, size_t indent);

static void new_line(sow__buffer *out, size_t indent) {
  sow__buffer_text(out, "\n");
  sow__buffer_fill(out, ' ', indent);
}

/* torch numbers the children of a ModuleList and folds by number; other names are printed one by one. */
static bool folds(const sow_module *module) {
  if (strcmp(module->class_name, "ModuleList") != 0)
    return false;
  for (size_t i = 0; i < module->child_count; i++) {
    char number[24];
    snprintf(number, sizeof(number), "%zu", i);
    if (strcmp(module->children[i].name, number) != 0)
      return false;
  }
  return true;
}

static void print_run(sow__buffer *out, size_t first, size_t end, const sow__buffer *text, size_t indent) {
  if (first == end)
    return;
  new_line(out, indent);
  if (end - first == 1)
    sow__buffer_printf(out, "(%zu): ", first);
  else
    sow__buffer_printf(out, "(%zu-%zu): %zu x ", first, end - 1, end - first);
  sow__buffer_add(out, text->data, text->length);
}

static void print_folded(sow__buffer *out, const sow_module *module, size_t indent) {
  sow__buffer run = {0}, text = {0};
  size_t first = 0;
  for (size_t i = 0; i < module->child_count; i++) {
    text.length = 0;
    print_module(&text, module->children[i].module, indent);
    if (text.failed)
      break;
    if (i > 0 && text.length == run.length && memcmp(text.data, run.data, run.length) == 0)
      continue;
    print_run(out, first, i, &run, indent);
    first = i;
    const sow__buffer swapped = run;
    run = text;
    text = swapped;
  }
  out->failed = out->failed || text.failed || run.failed;
  if (!out->failed)
    print_run(out, first, module->child_count, &run, indent);
  sow__buffer_free(&run);
  sow__buffer_free(&text);
}

/* Without the name that its parent gives it; lines after the first are indented by `indent`. */
static void print_module(sow__buffer *out, const sow_module *module, size_t indent) {
  sow__buffer_printf(out, "%s(", module->class_name);
  if (module->child_count == 0) {
    sow__buffer_printf(out, "%s)", module->arguments);
    return;
  }
  if (module->arguments[0] != '\0') {
    new_line(out, indent + 2);
    sow__buffer_text(out, module->arguments);
  }
  if (folds(module))
    print_folded(out, module, indent + 2);
  else
    for (size_t i = 0; i < module->child_count && !out->failed; i++) {
      new_line(out, indent + 2);
      sow__buffer_printf(out, "(%s): ", module->children[i].name);
      print_module(out, module->children[i].module, indent + 2);
    }
  new_line(out, indent);
  sow__buffer_text(out, ")");
}

sow_status sow_module_print(const sow_module *module, char **text, size_t *length, sow_error *error) {
  if (!module)
    return sow__fail(error, SOW_NO_MEMORY, "there is no module: it could not be made");
  sow__buffer out = {0};
  print_module(&out, module, 0);
  return sow__buffer_take(&out, text, length, error);
}
