#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "cli/arguments/arguments.h"
#include "cli/commands/interrupt.h"
#include "cli/commands/launcher.h"
#include "cli/commands/output.h"
#include "cli/model/model.h"
#include "cli/model/recipe.h"
#include "cli/text/diagnostics.h"
#include "cli/text/progress.h"

static void print_summary(const model *one, const char *path) {
  size_t tensors = sow_plan_count(one->plan);
  fprintf(stderr, "%s: %zu tensor%s, %" PRIu64 " parameter%s, %" PRIu64 " byte%s of data", output_name(path),
          tensors, sow__plural(tensors), one->parameters, sow__plural(one->parameters),
          sow_plan_bytes(one->plan), sow__plural(sow_plan_bytes(one->plan)));
  if (one->kept != NULL)
    fprintf(stderr, "; %zu kept", sow_plan_kept(one->plan));
  fputc('\n', stderr);
}

/* Two ways to cut a checkpoint, or one of them and its end, are one too many; a pipe takes no parts. */
static bool is_possible(const init_arguments *given) {
  const struct {
    const char *option;
    bool given;
  } files[] = {
      {"slice", given->slice.given}, {"finish", given->finish}, {"max-shard-size", given->shard_size > 0}};
  bool stream = strcmp(given->output.path, "-") == 0;
  for (size_t i = 0; i < sizeof files / sizeof *files; i++)
    if (stream && files[i].given) {
      complain("--%s writes files, which standard output cannot hold: give -o FILE", files[i].option);
      return false;
    }
  if (given->shard_size > 0 && (given->slice.given || given->finish)) {
    complain("--max-shard-size cuts into files, --slice and --finish make one; give one of them");
    return false;
  }
  if (given->slice.given && given->finish) {
    complain("--slice writes a part, --finish none; give one of them");
    return false;
  }
  return true;
}

/* *missing: how many parts are still to be written. */
static int write_checkpoint(const init_arguments *given, const model *one, const recipe *with,
                            const char *path, uint64_t *missing) {
  progress_begin(given->model.quiet);
  sow_checkpoint_options options = {
      .size = sizeof options,
      .threads = given->model.draw.threads,
      .force = given->output.force,
      .metadata = with->entries,
      .metadata_count = with->count,
      .interrupt = &interrupt_signal,
      .progress = progress_show,
  };
  const slice_argument *slice = &given->slice;
  sow_error error = error_new(given->model.quiet);
  sow_status status;
  *missing = 0;
  interrupt_catch();
  if (slice->given)
    status = sow_checkpoint_write_slice(one->plan, path, slice->i - 1, slice->n, &options, missing, &error);
  else if (given->finish)
    status = sow_checkpoint_finish(one->plan, path, &options, &error);
  else if (given->shard_size > 0)
    status = sow_checkpoint_write_sharded(one->plan, path, given->shard_size, &options, &error);
  else
    status = sow_checkpoint_write(one->plan, path, &options, &error);
  progress_erase();
  interrupt_obey();
  return status == SOW_OK ? EXIT_SUCCESS : report(&error);
}

/* Makes the checkpoint of a model, and tells what was made: of a whole also where `mute` is set. */
static int make_checkpoint(const init_arguments *given, const model *one, const char *path, bool mute) {
  recipe with = {0};
  uint64_t missing = 0;
  int status = EXIT_TROUBLE;
  char *shards = given->shard_size > 0 ? shard_path(path) : NULL;
  const char *file = shards != NULL ? shards : path;
  if (given->shard_size > 0 && shards == NULL)
    return EXIT_TROUBLE;
  if (!given->no_recipe && !recipe_new(&given->model, one, &with))
    complain_memory();
  else
    status = write_checkpoint(given, one, &with, file, &missing);
  if (status == EXIT_SUCCESS && missing == 0 && (mute || !given->model.quiet))
    print_summary(one, file);
  else if (status == EXIT_SUCCESS && missing > 0 && !given->model.quiet)
    fprintf(stderr, "%s: part %" PRIu64 " of %" PRIu64 " is done, %" PRIu64 " %s missing\n", file,
            given->slice.i, given->slice.n, missing, missing == 1 ? "is" : "are");
  recipe_free(&with);
  free(shards);
  return status;
}

static int init(const init_arguments *given, const char *path, bool mute) {
  model one;
  int status = model_read(&given->model, &(model_source){given->path, NULL}, &one);
  if (status != EXIT_SUCCESS)
    return status;
  status = make_checkpoint(given, &one, path, mute);
  model_free(&one);
  return status;
}

int cmd_init(const arguments *all) {
  init_arguments given = all->init;
  bool mute = false;
  if (!is_possible(&given))
    return EXIT_TROUBLE;
  if (given.slice.automatic) {
    uint64_t rank;
    if (!launcher_read(&rank, &given.slice.n))
      return EXIT_TROUBLE;
    given.slice.i = rank + 1;
    /* The first of the processes that were launched together speaks for the others. */
    mute = rank > 0 && !given.model.quiet;
    given.model.quiet |= mute;
  }
  const char *path = output_path(&given.output);
  return path == NULL ? EXIT_TROUBLE : init(&given, path, mute);
}
