/*
 * sow's side of the benchmark: obeys one command a line on stdin, and answers each with one line, "ok
 * SECONDS", "ok TEXT" or "no REASON". The driver (bench.py) alternates between this program and torch's side,
 * so that both are measured within the same moments, each by its own clock around its own call.
 */
#include "bench_sow.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ALIGNMENT 64 /* as torch's allocator has it */

static double now(const bench *b) {
  struct timespec at;
  clock_gettime(b->processor ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC, &at);
  return (double)at.tv_sec + 1e-9 * (double)at.tv_nsec;
}

bool bench_time(bench *b, work *once, void *context) {
  double begin = now(b), passed = 0;
  long times = 0;
  do {
    if (!once(b, context))
      return false;
    times++;
    passed = now(b) - begin;
  } while (passed < b->least);
  snprintf(b->reply, REPLY_SIZE, "%.9e", passed / (double)times);
  return true;
}

bool bench_reserve(bench *b, size_t size) {
  if (size <= b->size)
    return true;
  free(b->buffer);
  b->size = 0;
  b->buffer = aligned_alloc(ALIGNMENT, (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
  if (b->buffer == NULL)
    return bench_refuse(b, "out of memory");
  memset(b->buffer, 1, size);
  b->size = size;
  return true;
}

bool bench_refuse(bench *b, const char *reason) {
  snprintf(b->reply, REPLY_SIZE, "%s", reason);
  return false;
}

bool bench_refuse_error(bench *b, const sow_error *error) {
  return bench_refuse(b, error->message[0] != 0 ? error->message : sow_status_text(error->status));
}

/* ---- settings ---- */

static bool about(bench *b, char **words) {
  (void)words;
#if defined(__clang__)
  const char *compiler = "clang";
#else
  const char *compiler = "gcc";
#endif
  snprintf(b->reply, REPLY_SIZE, "sow %s, %s %s", sow_version(), compiler, __VERSION__);
  return true;
}

/* Those that this machine can run, and after them the one that sow takes by itself. */
static bool list_isas(bench *b, char **words) {
  (void)words;
  size_t used = 0;
  for (int i = 0; i < sow_isa_count(); i++)
    if (sow_isa_is_supported(i))
      used += (size_t)snprintf(b->reply + used, REPLY_SIZE - used, "%s ", sow_isa_name(i));
  snprintf(b->reply + used, REPLY_SIZE - used, "%s", sow_isa_used());
  return true;
}

static bool set_isa(bench *b, char **words) {
  sow_error error = SOW_ERROR_NONE;
  return sow_isa_use(words[0], &error) == SOW_OK || bench_refuse_error(b, &error);
}

static bool set_threads(bench *b, char **words) {
  b->threads = (unsigned)strtoul(words[0], NULL, 10);
  return true;
}

static bool set_least(bench *b, char **words) {
  b->least = strtod(words[0], NULL);
  return true;
}

/* clock wall|processor */
static bool set_clock(bench *b, char **words) {
  b->processor = strcmp(words[0], "processor") == 0;
  return true;
}

/* ---- fills ---- */

/* "8192x8192" */
static int read_shape(const char *text, int64_t shape[SOW_MAX_DIMS], size_t *count) {
  int ndim = 0;
  *count = 1;
  for (char *end = NULL; ndim < SOW_MAX_DIMS; text = end + 1) {
    shape[ndim] = strtoll(text, &end, 10);
    *count *= (size_t)shape[ndim++];
    if (*end != 'x')
      break;
  }
  return ndim;
}

/* DLPack's name of a type that sow's own tensors have. */
static bool read_type(bench *b, sow_dtype dtype, DLDataType *type) {
  DLManagedTensor *scalar = NULL;
  sow_error error = SOW_ERROR_NONE;
  if (sow_empty(dtype, 0, NULL, &scalar, &error) != SOW_OK)
    return bench_refuse_error(b, &error);
  *type = scalar->dl_tensor.dtype;
  scalar->deleter(scalar);
  return true;
}

/* A generator of this edition; the one that is there goes on where it stands. */
static bool take_generator(bench *b, sow_edition edition) {
  if (b->generator != NULL && b->edition == edition)
    return true;
  sow_generator_free(b->generator);
  b->generator = sow_generator_new(0, edition);
  b->edition = edition;
  return b->generator != NULL || bench_refuse(b, "out of memory");
}

typedef struct filling {
  DLTensor tensor;
  sow_initializer initializer;
} filling;

static bool fill_once(bench *b, void *context) {
  filling *f = context;
  sow_error error = SOW_ERROR_NONE;
  sow_fill_options options = {.size = sizeof options, .threads = (int)b->threads};
  return sow_fill_with(&f->tensor, f->initializer, b->generator, &options, &error) == SOW_OK ||
         bench_refuse_error(b, &error);
}

/* fill EDITION DTYPE SHAPE CALL */
static bool fill(bench *b, char **words) {
  sow_error error = SOW_ERROR_NONE;
  sow_edition edition;
  sow_dtype dtype;
  int64_t shape[SOW_MAX_DIMS];
  size_t count;
  filling f = {.tensor = {.device = {kDLCPU, 0}, .shape = shape}};
  if (sow_edition_parse(words[0], &edition, &error) != SOW_OK ||
      sow_dtype_parse(words[1], &dtype, &error) != SOW_OK ||
      sow_initializer_parse(words[3], NULL, &f.initializer, &error) != SOW_OK)
    return bench_refuse_error(b, &error);
  f.tensor.ndim = read_shape(words[2], shape, &count);
  if (!read_type(b, dtype, &f.tensor.dtype) || !take_generator(b, edition) ||
      !bench_reserve(b, count * sow_dtype_size(dtype)))
    return false;
  f.tensor.data = b->buffer;
  return bench_time(b, fill_once, &f);
}

/* ---- blocks ---- */

typedef struct blocking {
  sow_plan *plan;
  int64_t begin[SOW_MAX_DIMS], size[SOW_MAX_DIMS];
} blocking;

static bool block_once(bench *b, void *context) {
  const blocking *k = context;
  sow_error error = SOW_ERROR_NONE;
  return sow_plan_run_block(k->plan, 0, k->begin, k->size, NULL, (int)b->threads, b->buffer, &error) ==
             SOW_OK ||
         bench_refuse_error(b, &error);
}

/* "4096,512" */
static int read_sizes(const char *text, int64_t sizes[SOW_MAX_DIMS]) {
  int count = 0;
  for (char *end = NULL; count < SOW_MAX_DIMS; text = end + 1) {
    sizes[count++] = strtoll(text, &end, 10);
    if (*end != ',')
      break;
  }
  return count;
}

/* A plan of one tensor that the call makes; NULL, with the reason in the reply. */
static sow_plan *plan_one(bench *b, int ndim, const int64_t *shape, const char *call) {
  sow_error error = SOW_ERROR_NONE;
  sow_initializer initializer;
  sow_plan *plan = NULL;
  sow_module *net = sow_module_new("Net");
  sow_module_add_parameter(net, "weight", ndim, shape);
  bool read = sow_initializer_parse(call, NULL, &initializer, &error) == SOW_OK;
  if (read)
    sow_module_set(net, "weight", initializer);
  if (!read || sow_plan_new(net, NULL, &plan, &error) != SOW_OK)
    bench_refuse_error(b, &error);
  sow_module_free(net);
  return plan;
}

/* block SHAPE BEGIN SIZE CALL */
static bool block(bench *b, char **words) {
  int64_t shape[SOW_MAX_DIMS];
  blocking k = {0};
  int ndim = read_sizes(words[0], shape);
  read_sizes(words[1], k.begin);
  read_sizes(words[2], k.size);
  k.plan = plan_one(b, ndim, shape, words[3]);
  bool good =
      k.plan != NULL && bench_reserve(b, (size_t)sow_plan_bytes(k.plan)) && bench_time(b, block_once, &k);
  sow_plan_free(k.plan);
  return good;
}

static bool jump_once(bench *b, void *context) {
  sow_generator_skip(b->generator, *(const uint64_t *)context);
  return true;
}

/* jump WORDS */
static bool jump(bench *b, char **words) {
  uint64_t distance = strtoull(words[0], NULL, 10);
  return take_generator(b, SOW_TORCH_NEWEST) && bench_time(b, jump_once, &distance);
}

/* ---- commands ---- */

#define WORDS 4

static const struct command {
  const char *name;
  int words; /* the last one takes the rest of the line */
  bool (*run)(bench *b, char **words);
} command_table[] = {
    {"about", 0, about},         {"isas", 0, list_isas},        {"isa", 1, set_isa},
    {"threads", 1, set_threads}, {"least", 1, set_least},       {"clock", 1, set_clock},
    {"fill", 4, fill},           {"block", 4, block},           {"jump", 1, jump},
    {"model", 4, model_write},   {"read", 4, model_read},       {"inspect", 4, model_inspect},
    {"check", 4, model_check},   {"memset", 1, ceiling_memset}, {"memcpy", 1, ceiling_memcpy},
    {"libm", 1, ceiling_libm},   {"write", 3, ceiling_write},
};

/* Cuts the line into its words; false where there are fewer than the command takes. */
static bool cut(char *line, int count, char **words) {
  for (int i = 0; i < count; i++) {
    if (line == NULL || *line == 0)
      return false;
    words[i] = line;
    line = i + 1 < count ? strchr(line, ' ') : NULL;
    if (line != NULL)
      *line++ = 0;
  }
  return true;
}

static bool obey(bench *b, char *line) {
  char *rest = strchr(line, ' '), *words[WORDS] = {0};
  if (rest != NULL)
    *rest++ = 0;
  b->reply[0] = 0;
  for (size_t i = 0; i < sizeof command_table / sizeof *command_table; i++) {
    const struct command *one = &command_table[i];
    if (strcmp(one->name, line) != 0)
      continue;
    if (!cut(rest, one->words, words))
      return bench_refuse(b, "too few words");
    return one->run(b, words);
  }
  return bench_refuse(b, "no such command");
}

int main(void) {
  bench b = {.threads = 1};
  char line[4096];
  while (fgets(line, sizeof line, stdin) != NULL) {
    line[strcspn(line, "\n")] = 0;
    bool good = obey(&b, line);
    printf("%s %s\n", good ? "ok" : "no", b.reply);
    fflush(stdout);
  }
  sow_generator_free(b.generator);
  free(b.buffer);
  return 0;
}
