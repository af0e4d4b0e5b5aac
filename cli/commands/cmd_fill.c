#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/names.h"
#include "cli/commands/interrupt.h"
#include "cli/commands/output.h"
#include "cli/model/model.h"
#include "cli/text/diagnostics.h"
#include "cli/text/progress.h"
#include "cli/text/values.h"
#include "sow/sow.h"

/* A model of one tensor, so that it is made and written piece by piece. */
static int plan_tensor(const fill_arguments *given, sow_plan_options options, sow_plan **plan) {
  sow_error error = error_new(given->quiet);
  sow_dtype dtype = options.dtype;
  if (!sow_dtype_is_float(dtype))
    options.dtype = options.cast = SOW_FLOAT32; /* the buffer has its own */
  sow_module *module = sow_module_new("Tensor");
  sow_module_add_buffer(module, "tensor", dtype, given->shape.ndim, given->shape.size, given->initializer);
  sow_status status = sow_plan_new(module, &options, plan, &error);
  sow_module_free(module);
  return status == SOW_OK ? EXIT_SUCCESS : report(&error);
}

static int fill_file(const fill_arguments *given, const sow_plan_options *settings, const char *path) {
  sow_plan *plan = NULL;
  int made = plan_tensor(given, *settings, &plan);
  if (made != EXIT_SUCCESS)
    return made;
  progress_begin(given->quiet);
  sow_checkpoint_options options = {
      .size = sizeof options,
      .threads = settings->threads,
      .force = given->output.force,
      .interrupt = &interrupt_signal,
      .progress = progress_show,
  };
  sow_error error = error_new(given->quiet);
  interrupt_catch();
  /* What the file is to be is in its name; a tensor to a pipe is .npy. */
  bool npy = !sow__text_ends(path, ".safetensors");
  sow_status status = (npy ? sow_npy_write_plan : sow_checkpoint_write)(plan, path, &options, &error);
  progress_erase();
  interrupt_obey();
  sow_plan_free(plan);
  return status == SOW_OK ? EXIT_SUCCESS : report(&error);
}

static int fill_print(const fill_arguments *given, const sow_plan_options *settings) {
  sow_error error = error_new(given->quiet);
  DLManagedTensor *tensor = NULL;
  if (sow_empty(settings->dtype, given->shape.ndim, given->shape.size, &tensor, &error) != SOW_OK)
    return report(&error);
  int status = EXIT_SUCCESS;
  sow_generator *generator = sow_generator_new(settings->seed, settings->edition);
  if (generator == NULL) {
    status = complain_memory();
  } else if (sow_fill_with(&tensor->dl_tensor, given->initializer, generator,
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

int cmd_fill(const arguments *all) {
  const fill_arguments *given = &all->fill;
  const sow_plan_options settings = draw_options(&given->draw);
  if (given->output.path == NULL)
    return fill_print(given, &settings);
  const char *path = output_path(&given->output);
  return path == NULL ? EXIT_TROUBLE : fill_file(given, &settings, path);
}
