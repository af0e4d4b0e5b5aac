#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/arguments/settings.h"
#include "cli/commands/interrupt.h"
#include "cli/commands/output.h"
#include "cli/text/diagnostics.h"
#include "cli/text/progress.h"
#include "cli/text/values.h"
#include "sow/sow.h"

typedef struct shape {
  int ndim;
  int64_t size[SOW_MAX_DIMS];
} shape;

/* One size at *text, which moves on; false where there is none or it does not fit in 63 bits. */
static bool read_size(const char **text, int64_t *size) {
  const char *start = *text;
  int64_t value = 0;
  for (; **text >= '0' && **text <= '9'; ++*text)
    if (__builtin_mul_overflow(value, 10, &value) || __builtin_add_overflow(value, **text - '0', &value))
      return false;
  *size = value;
  return *text > start;
}

/* Sizes with commas between them, in brackets or not: "3,5", "[3, 5]", "(7,)", "()". */
static bool shape_read(const char *text, shape *out) {
  size_t length = strlen(text);
  bool bracketed = length >= 2 && ((text[0] == '[' && text[length - 1] == ']') ||
                                   (text[0] == '(' && text[length - 1] == ')'));
  const char *at = text + bracketed, *end = text + length - bracketed;
  at += strspn(at, " ");
  out->ndim = 0;
  if (!bracketed && at == end)
    return false;
  while (at < end) {
    if (out->ndim == SOW_MAX_DIMS || !read_size(&at, &out->size[out->ndim]))
      return false;
    out->ndim++;
    at += strspn(at, " ");
    if (at < end && *at != ',')
      return false;
    if (at < end)
      at++;
    at += strspn(at, " ");
    if (at == end && !bracketed && end[-1] == ',')
      return false;
  }
  return true;
}

/* What the file is to be is in its name; a tensor to a pipe is .npy. */
static bool is_safetensors(const char *path) {
  static const char end[] = ".safetensors";
  size_t length = strlen(path), tail = sizeof end - 1;
  return length >= tail && strcmp(path + length - tail, end) == 0;
}

/* A model of one tensor, so that it is made and written piece by piece. */
static int plan_tensor(const arguments *given, sow_initializer initializer, const shape *sizes,
                       const sow_plan_options *settings, sow_plan **plan) {
  sow_error error = error_new(is_quiet(given));
  sow_plan_options options = *settings;
  if (!sow_dtype_is_float(settings->dtype))
    options.dtype = options.cast = SOW_FLOAT32; /* the buffer has its own */
  sow_module *module = sow_module_new("Tensor");
  sow_module_add_buffer(module, "tensor", settings->dtype, sizes->ndim, sizes->size, initializer);
  sow_status status = sow_plan_new(module, &options, plan, &error);
  sow_module_free(module);
  return status == SOW_OK ? EXIT_SUCCESS : report(&error);
}

static int fill_file(const arguments *given, sow_initializer initializer, const shape *sizes,
                     const sow_plan_options *settings, const char *path) {
  sow_plan *plan = NULL;
  int made = plan_tensor(given, initializer, sizes, settings, &plan);
  if (made != EXIT_SUCCESS)
    return made;
  bool quiet = is_quiet(given);
  progress_begin(quiet);
  sow_checkpoint_options options = {
      .size = sizeof options,
      .threads = settings->threads,
      .force = arguments_value(given, OPTION_FORCE) != NULL,
      .interrupt = &interrupt_signal,
      .progress = progress_show,
  };
  sow_error error = error_new(quiet);
  interrupt_catch();
  sow_status status =
      (is_safetensors(path) ? sow_checkpoint_write : sow_npy_write_plan)(plan, path, &options, &error);
  progress_erase();
  interrupt_obey();
  sow_plan_free(plan);
  return status == SOW_OK ? EXIT_SUCCESS : report(&error);
}

static int fill_print(const arguments *given, sow_initializer initializer, const shape *sizes,
                      const sow_plan_options *settings) {
  sow_error error = error_new(is_quiet(given));
  DLManagedTensor *tensor = NULL;
  if (sow_empty(settings->dtype, sizes->ndim, sizes->size, &tensor, &error) != SOW_OK)
    return report(&error);
  int status = EXIT_SUCCESS;
  sow_generator *generator = sow_generator_new(settings->seed, settings->edition);
  if (generator == NULL) {
    complain("out of memory");
    status = EXIT_TROUBLE;
  } else if (sow_fill_with(&tensor->dl_tensor, initializer, generator,
                           &(sow_fill_options){.size = sizeof(sow_fill_options), settings->threads},
                           &error) != SOW_OK) {
    status = report(&error);
  } else {
    tensor_print(&tensor->dl_tensor, settings->dtype, stdout);
  }
  sow_generator_free(generator);
  tensor->deleter(tensor);
  return status;
}

int cmd_fill(const arguments *given) {
  sow_plan_options settings;
  if (!settings_read(given, &settings))
    return EXIT_TROUBLE;
  sow_error error = error_new(is_quiet(given));
  sow_initializer initializer;
  if (sow_initializer_parse(given->operands[0], "EXPRESSION", &initializer, &error) != SOW_OK) {
    report(&error);
    return EXIT_TROUBLE;
  }
  if (sow_initializer_changes(initializer.kind)) {
    complain("%s changes what a tensor holds, and a new one holds nothing",
             sow_initializer_name(initializer.kind));
    return EXIT_TROUBLE;
  }
  shape sizes;
  if (!shape_read(given->operands[1], &sizes)) {
    complain("SHAPE '%s': must be sizes with commas between them, as in 3,5; at most %d, each below 2^63",
             given->operands[1], SOW_MAX_DIMS);
    return EXIT_TROUBLE;
  }
  if (arguments_value(given, OPTION_OUTPUT) == NULL)
    return fill_print(given, initializer, &sizes, &settings);
  const char *path = output_path(given);
  return path == NULL ? EXIT_TROUBLE : fill_file(given, initializer, &sizes, &settings, path);
}
