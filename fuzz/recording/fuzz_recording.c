/*
 * Recordings: whatever the text, a tree or a message; what is printed reads back as itself, a plan is made of
 * it or a message, a part of a tensor equals the same part of the whole, and following the text step by step
 * gives the same bytes. What takes long by its size alone is left out.
 */
#include <ctype.h>
#include <string.h>

#include "sow/sow.h"
#include "target.h"

#define SMALL 4096 /* elements of a storage or a view of which numbers are made */

static bool begins(const char *line, const char *word) {
  return strncmp(line, word, strlen(word)) == 0;
}

/* Whether the sizes between two brackets are those of a small tensor; *end is behind them. */
static bool is_small_list(const char *at, const char **end) {
  double count = 1;
  for (; *at != 0 && *at != ']' && *at != '\n'; at++)
    if (isdigit((unsigned char)*at)) {
      char *behind;
      count *= strtod(at, &behind);
      at = behind - 1;
    }
  *end = at;
  return count <= SMALL;
}

static bool is_small(const char *text) {
  unsigned long long number, count;
  char dtype[32];
  for (const char *line = text; line != NULL; line = strchr(line, '\n')) {
    line += *line == '\n';
    if (sscanf(line, " storage %llu %31s %llu", &number, dtype, &count) == 3 && count > SMALL)
      return false;
  }
  for (const char *at = text; (at = strchr(at, '[')) != NULL;)
    if (!is_small_list(at + 1, &at))
      return false;
  return true;
}

/* ---- text ---- */

static void check_print(const sow_module *module, const sow_recording_about *about) {
  char *text = NULL, *again = NULL;
  size_t length = 0, again_length = 0;
  sow_module *back = NULL;
  sow_recording_about same;
  HOLDS(sow_module_print_recording(module, about, &text, &length, NULL) == SOW_OK);
  HOLDS(sow_recording_recognize(text, length));
  HOLDS(sow_module_parse_recording(text, length, NULL, &back, &same, NULL) == SOW_OK);
  HOLDS(same.edition == about->edition && same.dtype == about->dtype && same.seed == about->seed);
  HOLDS(sow_module_print_recording(back, &same, &again, &again_length, NULL) == SOW_OK);
  HOLDS(length == again_length && memcmp(text, again, length) == 0);
  free(text);
  free(again);
  sow_module_free(back);
}

/* ---- numbers ---- */

/* A block from a third of each dimension on, against the same elements of the whole. */
static void check_block(const sow_plan *plan, size_t index, const sow_plan_entry *entry, const char *whole) {
  int64_t begin[SOW_MAX_DIMS], size[SOW_MAX_DIMS], at[SOW_MAX_DIMS] = {0}, count = 1;
  size_t each = sow_dtype_size(entry->dtype);
  for (int d = 0; d < entry->ndim; d++) {
    begin[d] = entry->shape[d] / 3;
    size[d] = (entry->shape[d] - begin[d] + 1) / 2;
    count *= size[d];
  }
  char *block = malloc((size_t)count * each + 1);
  HOLDS(block != NULL);
  HOLDS(sow_plan_run_block(plan, index, begin, size, NULL, 2, block, NULL) == SOW_OK);
  for (int64_t i = 0; i < count; i++) {
    int64_t number = 0;
    for (int d = 0; d < entry->ndim; d++)
      number = number * entry->shape[d] + begin[d] + at[d];
    HOLDS(memcmp(block + (size_t)i * each, whole + (size_t)number * each, each) == 0);
    for (int d = entry->ndim - 1; d >= 0 && ++at[d] == size[d]; d--)
      at[d] = 0;
  }
  free(block);
}

static void check_plan(const sow_module *module, const sow_recording_about *about, bool small) {
  sow_plan *plan = NULL;
  sow_error error = SOW_ERROR_NONE;
  sow_plan_options options = sow_plan_defaults();
  options.seed = about->seed;
  options.edition = about->edition;
  options.dtype = options.cast = about->dtype;
  options.temporaries = true;
  options.threads = 1;
  if (sow_plan_new(module, &options, &plan, &error) != SOW_OK) {
    HOLDS(plan == NULL && error.status != SOW_OK && error.message[0] != 0);
    return;
  }
  char *text = NULL;
  HOLDS(sow_plan_print(plan, SOW_PLAN_JSON, &text, NULL, NULL) == SOW_OK);
  free(text);
  sow_plan_entry entry;
  for (size_t i = 0; small && sow_plan_get(plan, i, &entry); i++) {
    char *whole = calloc((size_t)entry.bytes + 1, 1);
    HOLDS(whole != NULL);
    HOLDS(sow_plan_run(plan, i, 0, (uint64_t)entry.count, 1, whole, &error) == SOW_OK);
    check_block(plan, i, &entry, whole);
    free(whole);
  }
  sow_plan_free(plan);
}

/* ---- step by step ---- */

/* The lines between the head and the names, one piece for each of the recording's lines. */
static void check_replay(const char *text, const sow_recording_about *about) {
  static const char *const words[] = {"storage ", "step ", "literal ", "seed ", "mark ", "restore ", "skip "};
  sow_generator *generator = sow_generator_new(about->seed, about->edition), *state = NULL;
  sow_replay *replay = generator == NULL ? NULL : sow_replay_new(generator, about->dtype);
  sow_error error = SOW_ERROR_NONE;
  uint64_t storages = 0;
  HOLDS(replay != NULL);
  sow_status status = SOW_OK;
  for (const char *line = text; status == SOW_OK && line != NULL && *line != 0;) {
    const char *next = strchr(line, '\n');
    while (next != NULL && begins(next + 1, "  "))
      next = strchr(next + 1, '\n');
    size_t length = next == NULL ? strlen(line) : (size_t)(next + 1 - line);
    bool wanted = false;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
      wanted = wanted || begins(line, words[i]);
    unsigned long long one, two;
    if (begins(line, "seed ") && sscanf(line, "seed %llu %llu", &one, &two) != 2)
      wanted = false;
    if (wanted)
      status = sow_replay_feed(replay, line, length, 1, &error);
    storages += wanted && begins(line, "storage ");
    line = next == NULL ? NULL : next + 1;
  }
  HOLDS(status == SOW_OK || (error.status == status && error.message[0] != 0));
  for (uint64_t i = 0; status == SOW_OK && i < storages; i++) {
    char *memory = calloc(SMALL, 8);
    HOLDS(memory != NULL);
    HOLDS(sow_replay_run(replay, 1, &(sow_replay_target){i, memory}, 1, NULL, NULL) == SOW_OK);
    free(memory);
  }
  if (status == SOW_OK)
    HOLDS(sow_replay_generator(replay, 0, &state, NULL) == SOW_OK);
  sow_generator_free(state);
  sow_generator_free(generator);
  sow_replay_free(replay);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
  sow_module *module = NULL;
  sow_recording_about about;
  sow_error error = SOW_ERROR_NONE;
  if (sow_module_parse_recording((const char *)bytes, size, NULL, &module, &about, &error) != SOW_OK) {
    HOLDS(module == NULL && error.status != SOW_OK && error.message[0] != 0);
    return 0;
  }
  char *text = malloc(size + 1);
  HOLDS(text != NULL);
  memcpy(text, bytes, size);
  text[size] = 0;
  bool small = is_small(text);
  check_print(module, &about);
  if (small || strstr(text, "trunc_normal") == NULL)
    check_plan(module, &about, small);
  if (small)
    check_replay(text, &about);
  sow_module_free(module);
  free(text);
  return 0;
}
