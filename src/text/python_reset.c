/*
 * m.reset_parameters(): the constructor's draws once more. What they are, a module of the same arguments
 * shows that is made for it: there is no second list of defaults.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "module/build.h"
#include "text/python_run.h"

/* The layer as a print has it, under torch's name. */
static bool print_layer(sow__py *py, const sow_module *module, const char *class_name, sow__buffer *text) {
  char *print = NULL;
  size_t length = 0;
  if (module->child_count == 0) {
    sow__buffer_printf(text, "%s(%s)", class_name, module->arguments);
  } else if (sow_module_print(module, &print, &length, NULL) == SOW_OK) {
    sow__buffer_add(text, print, length);
    free(print);
  }
  return (text->length > 0 && !text->failed) || sow__py_no_memory_left(py);
}

static bool draw_again(sow__py *py, sow_module *module, const char *class_name, bool buffers_only,
                       const char *rule, size_t begin) {
  sow__buffer text = {0};
  sow_module *like = NULL;
  sow_error error = SOW_ERROR_NONE;
  bool done = print_layer(py, module, class_name, &text);
  sow_status status = done ? sow_module_parse(text.data, text.length, NULL, &like, &error) : SOW_NO_MEMORY;
  sow__buffer_free(&text);
  if (!done || status == SOW_NO_MEMORY)
    return sow__py_no_memory_left(py);
  if (status != SOW_OK)
    return sow__py_fail(py, begin, status, "sow cannot draw this %.60s again: %.300s", class_name,
                        error.message);
  sow__module_draw_again(module, like, buffers_only, rule);
  sow_module_free(like);
  return true;
}

static bool redraw_transformer(sow__py *py, sow_module *module, char *rule) {
  return sow_module_named_parameters(module, sow__transformer_redraw, rule, &py->failure) == SOW_OK ||
         sow__py_no_memory_left(py);
}

static bool reset(sow__py *py, sow_module *module, bool buffers_only, char *rule, size_t begin) {
  const char *class_name = sow__py_torch_class(module);
  if (!sow__py_step(py, begin, 64))
    return false;
  if (class_name == NULL)
    return sow__py_fail(
        py, begin, SOW_INVALID_ARGUMENT,
        "what reset_parameters() of a %.60s does, a print does not show; write the calls that it "
        "makes, or put its class into the file",
        module->class_name);
  if (strcmp(class_name, "Transformer") == 0)
    return redraw_transformer(py, module, rule);
  if (strcmp(class_name, "AdaptiveLogSoftmaxWithLoss") != 0 && strcmp(class_name, "ModuleList") != 0 &&
      strcmp(class_name, "Sequential") != 0)
    return draw_again(py, module, class_name, buffers_only, rule, begin);
  /* Its head, and the two layers of each tail, in their order. */
  for (size_t i = 0; i < module->child_count; i++)
    if (!reset(py, module->children[i].module, buffers_only, rule, begin))
      return false;
  return true;
}

bool sow__py_reset(sow__py *py, sow_module *module, const char *method, size_t begin) {
  sow__buffer rule = {0};
  bool done = sow__py_rule_name(py, &rule) &&
              reset(py, module, strcmp(method, "reset_running_stats") == 0, rule.data, begin);
  sow__buffer_free(&rule);
  if (done && !sow__py_check_tree(py))
    done = false;
  py->serious = py->serious || !done;
  py->written += done ? 1 : 0;
  return done;
}
