#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "cli/arguments/settings.h"
#include "cli/commands/interrupt.h"
#include "cli/commands/launcher.h"
#include "cli/commands/output.h"
#include "cli/commands/shard_size.h"
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

/* Which part of the file is to be written; n is 0 for all of it. */
typedef struct part {
  uint64_t i, n;
  uint64_t shard; /* bytes of a shard at most; 0: all in one file */
  bool mute;      /* the first of the processes that were launched together speaks for this one */
} part;

static bool part_read(const arguments *given, part *out) {
  const char *value = arguments_value(given, OPTION_SLICE), *at = value;
  *out = (part){0};
  if (!shard_size_read(given, &out->shard))
    return false;
  if (value == NULL)
    return true;
  if (arguments_value(given, OPTION_FINISH) != NULL) {
    complain("--slice writes a part, --finish none; give one of them");
    return false;
  }
  if (strcmp(value, "auto") == 0) {
    bool known = launcher_read(&out->i, &out->n);
    out->mute = known && out->i++ > 0;
    return known;
  }
  if (number_read(&at, &out->i) && *at++ == '/' && number_read(&at, &out->n) && *at == 0 && out->i >= 1 &&
      out->i <= out->n)
    return true;
  complain("--slice '%s': must be I/N, from 1/N to N/N, or auto; N is at most %d", value, SOW_SLICES_LIMIT);
  return false;
}

static int write_checkpoint(const arguments *given, const model *one, const recipe *with, part which,
                            const char *path) {
  bool quiet = is_quiet(given);
  progress_begin(quiet);
  int threads;
  if (!threads_read(given, &threads))
    return EXIT_TROUBLE;
  sow_checkpoint_options options = {
      .size = sizeof options,
      .threads = threads,
      .force = arguments_value(given, OPTION_FORCE) != NULL,
      .metadata = with->entries,
      .metadata_count = with->count,
      .interrupt = &interrupt_signal,
      .progress = progress_show,
  };
  sow_error error = error_new(quiet);
  uint64_t missing = 0;
  sow_status status;
  interrupt_catch();
  if (which.n > 0)
    status = sow_checkpoint_write_slice(one->plan, path, which.i - 1, which.n, &options, &missing, &error);
  else if (arguments_value(given, OPTION_FINISH) != NULL)
    status = sow_checkpoint_finish(one->plan, path, &options, &error);
  else if (which.shard > 0)
    status = sow_checkpoint_write_sharded(one->plan, path, which.shard, &options, &error);
  else
    status = sow_checkpoint_write(one->plan, path, &options, &error);
  progress_erase();
  interrupt_obey();
  if (status != SOW_OK)
    return report(&error);
  if (!quiet && missing > 0)
    fprintf(stderr, "%s: part %" PRIu64 " of %" PRIu64 " is done, %" PRIu64 " %s missing\n", path, which.i,
            which.n, missing, missing == 1 ? "is" : "are");
  else if (missing == 0 && arguments_value(given, OPTION_QUIET) == NULL)
    print_summary(one, path); /* also where a mute process was the last */
  return EXIT_SUCCESS;
}

static int init_part(const arguments *given, part which, const char *path) {
  model one;
  int status = model_read(given, &(model_source){given->operands[0], NULL}, &one);
  if (status != EXIT_SUCCESS)
    return status;
  recipe with = {0};
  if (arguments_value(given, OPTION_NO_RECIPE) == NULL && !recipe_new(given, &one, &with)) {
    complain("out of memory");
    status = EXIT_TROUBLE;
  } else {
    char *shards = which.shard > 0 ? shard_path(path) : NULL;
    status = which.shard > 0 && shards == NULL
                 ? EXIT_TROUBLE
                 : write_checkpoint(given, &one, &with, which, shards != NULL ? shards : path);
    free(shards);
  }
  recipe_free(&with);
  model_free(&one);
  return status;
}

/* Parts and shards are files; one checkpoint may go to a pipe. */
static bool can_stream(const arguments *given) {
  static const option_id files[] = {OPTION_SLICE, OPTION_FINISH, OPTION_MAX_SHARD_SIZE};
  if (strcmp(arguments_value(given, OPTION_OUTPUT), "-") != 0)
    return true;
  for (size_t i = 0; i < sizeof files / sizeof *files; i++)
    if (arguments_value(given, files[i]) != NULL) {
      complain("--%s writes files, which standard output cannot hold: give -o FILE",
               option_table[files[i]].name);
      return false;
    }
  return true;
}

int cmd_init(const arguments *given) {
  if (arguments_value(given, OPTION_OUTPUT) == NULL) {
    complain("where to? Give -o FILE, or -o - for standard output");
    usage_print(COMMAND_INIT, stderr);
    return EXIT_TROUBLE;
  }
  part which;
  if (!can_stream(given) || !part_read(given, &which))
    return EXIT_TROUBLE;
  const char *path = output_path(given);
  if (path == NULL)
    return EXIT_TROUBLE;
  arguments own = *given;
  own.mute = which.mute;
  return init_part(&own, which, path);
}
