#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diagnostics.h"
#include "interrupt.h"
#include "model.h"
#include "output.h"
#include "recipe.h"
#include "settings.h"

static void print_summary(const model *one, const char *path) {
  size_t tensors = sow_plan_count(one->plan);
  fprintf(stderr, "%s: %zu tensor%s, %" PRIu64 " parameters, %" PRIu64 " bytes of data\n",
          strcmp(path, "/dev/stdout") == 0 ? "<stdout>" : path, tensors, tensors == 1 ? "" : "s",
          one->parameters, sow_plan_bytes(one->plan));
}

static int write_checkpoint(const arguments *given, const model *one, const recipe *with, const char *path) {
  sow_checkpoint_options options = {
      .force = arguments_value(given, OPTION_FORCE) != NULL,
      .metadata = with->entries,
      .metadata_count = with->count,
      .interrupt = &interrupt_signal,
  };
  sow_error error = error_new(is_quiet(given));
  interrupt_catch();
  sow_status status = sow_checkpoint_write(one->plan, path, &options, &error);
  interrupt_obey();
  if (status != SOW_OK)
    return report(&error);
  if (!is_quiet(given))
    print_summary(one, path);
  return EXIT_SUCCESS;
}

int cmd_init(const arguments *given) {
  if (arguments_value(given, OPTION_OUTPUT) == NULL) {
    complain("where to? Give -o FILE, or -o - for standard output");
    usage_print(COMMAND_INIT, stderr);
    return EXIT_MISUSE;
  }
  const char *path = output_path(given);
  if (path == NULL)
    return EXIT_FAILURE;
  model one;
  int status = model_read(given, &(model_source){given->operands[0], NULL}, &one);
  if (status != EXIT_SUCCESS)
    return status;
  recipe with = {0};
  if (arguments_value(given, OPTION_NO_RECIPE) == NULL && !recipe_new(given, &one, &with)) {
    complain("out of memory");
    status = EXIT_FAILURE;
  } else {
    status = write_checkpoint(given, &one, &with, path);
  }
  recipe_free(&with);
  model_free(&one);
  return status;
}
