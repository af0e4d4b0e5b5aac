#include "cli/model/checked_model.h"

#include <stdlib.h>
#include <string.h>

#include "cli/text/diagnostics.h"

static int read_with_recipe(const model_arguments *given, const sow_archive *archive, const char *path,
                            checked_model *out) {
  recipe_read *from = &out->from;
  if (!recipe_read_new(archive, given, from))
    return EXIT_TROUBLE;
  if (from->kept != NULL && given->keep == NULL) {
    complain("%s tensors of this file were copied from another checkpoint; name it with --keep", from->kept);
    return EXIT_TROUBLE;
  }
  int status = model_read(&from->arguments, &(model_source){path, from->rules}, &out->made);
  if (status != EXIT_SUCCESS)
    return status;
  if (from->model_digest != NULL && strcmp(from->model_digest, out->made.digest) != 0)
    caution(given->quiet, "%s is not the model that the recipe names (its SHA-256 differs)", path);
  out->seeded = from->arguments.draw.seed.given;
  if (!out->seeded)
    caution(given->quiet, "the file has no recipe, and --seed was not given: only statistics are tested");
  return EXIT_SUCCESS;
}

int checked_model_read(const model_arguments *given, const sow_archive *archive, const char *path,
                       checked_model *out) {
  *out = (checked_model){0};
  int status = read_with_recipe(given, archive, path, out);
  if (status != EXIT_SUCCESS)
    recipe_read_free(&out->from);
  return status;
}

void checked_model_free(checked_model *one) {
  model_free(&one->made);
  recipe_read_free(&one->from);
}

bool checked_without_model(const model_arguments *given, const char *file) {
  const draw_arguments *draw = &given->draw;
  const struct {
    const char *option;
    bool given;
  } asked[] = {{"seed", draw->seed.given},           {"rules", given->rules.count > 0},
               {"torch", draw->torch.given},         {"dtype", draw->dtype.given},
               {"cast", draw->cast.given},           {"alias", given->aliases.count > 0},
               {"ignore", given->ignored.count > 0}, {"allow-missing", given->allow_missing},
               {"expect", given->expect != NULL},    {"keep", given->keep != NULL},
               {"allow-unused", given->allow_unused}};
  for (size_t i = 0; i < sizeof asked / sizeof *asked; i++)
    if (asked[i].given) {
      complain("--%s is about a model, and none is given: name it behind %s", asked[i].option, file);
      return false;
    }
  return true;
}
