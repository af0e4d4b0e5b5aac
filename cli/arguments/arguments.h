/*
 * What each command is told, as a struct of its own. Rows of options.c and commands.c say which word of the
 * command line fills which member; it is read once, and a command sees only what means something.
 */
#ifndef SOW_CLI_ARGUMENTS_H
#define SOW_CLI_ARGUMENTS_H

#include "cli/arguments/commands.h"
#include "sow/init.h"
#include "sow/plan.h"

/* What may be left out, where that says something else than any value. */
typedef struct given_seed {
  bool given;
  uint64_t value;
} given_seed;

typedef struct given_edition {
  bool given;
  sow_edition value;
} given_edition;

typedef struct given_dtype {
  bool given;
  sow_dtype value;
} given_dtype;

typedef struct given_number {
  bool given;
  double value;
  const char *text;
} given_number;

/* The values of an option that may be given again, in order. */
typedef struct text_list {
  const char *const *items;
  size_t count;
} text_list;

/* ---- what several commands share ---- */

/* Which numbers are drawn, and by how many threads (0: all processors). */
typedef struct draw_arguments {
  given_seed seed;
  given_edition torch;
  given_dtype dtype, cast;
  int threads;
} draw_arguments;

/* How a model becomes a plan. */
typedef struct model_arguments {
  draw_arguments draw;
  text_list rules, aliases, ignored;
  const char *expect, *keep; /* NULL: not given */
  bool allow_missing, allow_unused;
  bool quiet;
} model_arguments;

typedef struct output_arguments {
  const char *path; /* "-" is standard output; NULL: not given */
  bool force;
} output_arguments;

/* The index of a --format among its words: those of a plan are sow_plan_format's. */
enum { FORMAT_PEOPLE, FORMAT_JSON };

/* ---- the commands ---- */

typedef struct record_arguments {
  const char *expression;
  const char *file, *torch_seed; /* NULL: not given; Python reads them */
  given_dtype dtype;
  output_arguments output;
} record_arguments;

/* Part i of n, from 1 on, or the part that a launcher says. */
typedef struct slice_argument {
  bool given, automatic;
  uint64_t i, n;
} slice_argument;

typedef struct init_arguments {
  const char *path; /* of the model */
  model_arguments model;
  output_arguments output;
  slice_argument slice;
  bool finish, no_recipe;
  uint64_t shard_size; /* bytes; 0: one file */
} init_arguments;

typedef struct plan_arguments {
  const char *path;
  model_arguments model;
  int format;
} plan_arguments;

typedef struct inspect_arguments {
  const char *path;
  int format, threads;
  bool all, digest, quiet;
} inspect_arguments;

typedef struct check_arguments {
  const char *path, *model_path; /* model_path: NULL where there is none */
  model_arguments model;
  int format;
} check_arguments;

typedef struct diff_arguments {
  const char *paths[2];
  int format, threads;
  bool quiet;
} diff_arguments;

typedef struct report_arguments {
  const char *path, *model_path, *before; /* model_path, before: NULL where there is none */
  model_arguments model;
  output_arguments output;
} report_arguments;

typedef struct shape_argument {
  int ndim;
  int64_t size[SOW_MAX_DIMS];
} shape_argument;

typedef struct fill_arguments {
  sow_initializer initializer;
  shape_argument shape;
  draw_arguments draw;
  output_arguments output;
  bool quiet;
} fill_arguments;

typedef struct gain_arguments {
  sow_nonlinearity nonlinearity;
  given_number param;
  int format;
  bool quiet;
} gain_arguments;

typedef struct list_arguments {
  int list; /* the index of its word */
  int format;
} list_arguments;

typedef struct help_arguments {
  command_id about; /* COMMAND_NONE: the program */
} help_arguments;

typedef struct version_arguments {
  bool verbose;
} version_arguments;

struct arguments {
  command_id command;
  const char **texts; /* what the lists hold */
  union {
    record_arguments record;
    init_arguments init;
    plan_arguments plan;
    inspect_arguments inspect;
    check_arguments check;
    diff_arguments diff;
    report_arguments report;
    fill_arguments fill;
    gain_arguments gain;
    list_arguments list;
    help_arguments help;
    version_arguments version;
  };
};

/*
 * Reads argv[1…]; its texts stay argv's. False, after the reason was told, for misuse and when memory is
 * short. --help and --version become the commands of those names. Free it in either case.
 */
bool arguments_parse(int argc, char **argv, arguments *out);
void arguments_free(arguments *all);

#endif
