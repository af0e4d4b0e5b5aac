#include "cli/model/checked_model.h"

#include <stdlib.h>
#include <string.h>

#include "cli/arguments/settings.h"
#include "cli/text/diagnostics.h"

static int read_with_recipe(const arguments *given, const sow_archive *archive, const char *path,
                            checked_model *out) {
  arguments all;
  if (!recipe_read(archive, given, &all, &out->from)) {
    complain("out of memory");
    return EXIT_TROUBLE;
  }
  if (out->from.kept != NULL && arguments_value(given, OPTION_KEEP) == NULL) {
    complain("%s tensors of this file were copied from another checkpoint; name it with --keep",
             out->from.kept);
    return EXIT_TROUBLE;
  }
  int status = model_read(&all, &(model_source){path, out->from.rules}, &out->made);
  if (status != EXIT_SUCCESS)
    return status;
  out->other = out->from.model_digest != NULL && strcmp(out->from.model_digest, out->made.digest) != 0;
  if (out->other)
    caution(is_quiet(given), "%s is not the model that the recipe names (its SHA-256 differs)", path);
  out->seeded = out->from.has_seed || arguments_value(given, OPTION_SEED) != NULL;
  if (!out->seeded)
    caution(is_quiet(given), "the file has no recipe, and --seed was not given: only statistics are tested");
  return EXIT_SUCCESS;
}

int checked_model_read(const arguments *given, const sow_archive *archive, const char *path,
                       checked_model *out) {
  *out = (checked_model){0};
  int status = read_with_recipe(given, archive, path, out);
  if (status != EXIT_SUCCESS)
    recipe_options_free(&out->from);
  return status;
}

void checked_model_free(checked_model *one) {
  model_free(&one->made);
  recipe_options_free(&one->from);
}
