#include "cli/arguments/readers.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/number.h"
#include "base/team.h"
#include "cli/arguments/arguments.h"
#include "cli/arguments/words.h"
#include "cli/text/diagnostics.h"
#include "sow/sow.h"

/* The library has said what is wrong with the value; true where nothing is. */
static bool is_read(const reading *from, const sow_error *error) {
  if (error->status != SOW_OK)
    complain("%s: %s", from->name, error->message);
  return error->status == SOW_OK;
}

/* ---- words ---- */

bool read_flag(const reading *from, void *member) {
  (void)from;
  *(bool *)member = true;
  return true;
}

bool read_text(const reading *from, void *member) {
  *(const char **)member = from->value;
  return true;
}

/* "table, json or shapes" */
static void join(word_kind kind, command_id id, char *buffer, size_t size) {
  const char *word;
  buffer[0] = 0;
  for (size_t i = 0; (word = word_at(kind, id, i)) != NULL; i++) {
    const char *link = i == 0 ? "" : word_at(kind, id, i + 1) == NULL ? " or " : ", ";
    size_t used = strlen(buffer);
    snprintf(buffer + used, size - used, "%s%s", link, word);
  }
}

bool read_choice(const reading *from, void *member) {
  sow__nearest near;
  int found = word_find(from->kind, from->command, from->value, &near);
  char all[128], hint[64];
  if (found >= 0) {
    *(int *)member = found;
    return true;
  }
  join(from->kind, from->command, all, sizeof all);
  complain("%s %s: must be %s%s", from->name, from->value, all, sow__nearest_hint(&near, hint, sizeof hint));
  return false;
}

bool read_command(const reading *from, void *member) {
  sow__nearest near;
  int found = word_find(WORD_COMMAND, COMMAND_NONE, from->value, &near);
  char hint[64];
  if (found >= 0) {
    *(command_id *)member = (command_id)found;
    return true;
  }
  complain("unknown command '%s'%s", from->value, sow__nearest_hint(&near, hint, sizeof hint));
  return false;
}

/* ---- which numbers are drawn, and how ---- */

bool read_seed(const reading *from, void *member) {
  given_seed *seed = member;
  sow_error error = SOW_ERROR_NONE;
  seed->given = sow_seed_parse(from->value, &seed->value, &error) == SOW_OK;
  return is_read(from, &error);
}

bool read_edition(const reading *from, void *member) {
  given_edition *edition = member;
  sow_error error = SOW_ERROR_NONE;
  edition->given = sow_edition_parse(from->value, &edition->value, &error) == SOW_OK;
  return is_read(from, &error);
}

bool read_dtype(const reading *from, void *member) {
  given_dtype *dtype = member;
  sow_error error = SOW_ERROR_NONE;
  dtype->given = sow_dtype_parse(from->value, &dtype->value, &error) == SOW_OK;
  if (dtype->given)
    return true;
  /* Only what every command takes is offered: 'sow fill' alone makes integers, and of few initialisers. */
  sow__nearest near;
  char hint[64];
  word_find(WORD_DTYPE, from->command, from->value, &near);
  if (near.best != NULL)
    complain("%s: unknown dtype '%.80s'%s", from->name, from->value,
             sow__nearest_hint(&near, hint, sizeof hint));
  else
    complain("%s: unknown dtype '%.80s'; there are float32, float64, float16 and bfloat16%s", from->name,
             from->value, from->command == COMMAND_FILL ? ", and integers and bool" : "");
  return false;
}

bool read_threads(const reading *from, void *member) {
  uint64_t number;
  const char *at = from->value;
  if (sow__digits_read(&at, &number) && *at == 0 && number <= SOW__THREADS_LIMIT) {
    *(int *)member = (int)number;
    return true;
  }
  complain("%s '%s': must be a number from 0 to %d", from->name, from->value, SOW__THREADS_LIMIT);
  return false;
}

bool read_isa(const reading *from, void *member) {
  (void)member;
  sow_error error = SOW_ERROR_NONE;
  sow_isa_use(from->value, &error);
  return is_read(from, &error);
}

/* ---- parts of a file ---- */

bool read_slice(const reading *from, void *member) {
  slice_argument slice = {.given = true, .automatic = strcmp(from->value, "auto") == 0};
  const char *at = from->value;
  bool done = slice.automatic ||
              (sow__digits_read(&at, &slice.i) && *at++ == '/' && sow__digits_read(&at, &slice.n) &&
               *at == 0 && slice.i >= 1 && slice.i <= slice.n && slice.n <= SOW_SLICES_LIMIT);
  if (done)
    *(slice_argument *)member = slice;
  else
    complain("%s '%s': must be I/N, from 1/N to N/N, or auto; N is at most %d", from->name, from->value,
             SOW_SLICES_LIMIT);
  return done;
}

/* G and GB are decimal, as in huggingface_hub and on disks; GiB says that it is not. */
static const struct unit {
  const char *names[2];
  uint64_t bytes;
} units[] = {
    {{"", "B"}, 1},
    {{"K", "KB"}, 1000},
    {{"M", "MB"}, 1000000},
    {{"G", "GB"}, 1000000000},
    {{"T", "TB"}, UINT64_C(1000000000000)},
    {{"Ki", "KiB"}, UINT64_C(1) << 10},
    {{"Mi", "MiB"}, UINT64_C(1) << 20},
    {{"Gi", "GiB"}, UINT64_C(1) << 30},
    {{"Ti", "TiB"}, UINT64_C(1) << 40},
};

static const struct unit *unit_find(const char *name) {
  for (size_t i = 0; i < sizeof units / sizeof *units; i++)
    if (strcasecmp(name, units[i].names[0]) == 0 || strcasecmp(name, units[i].names[1]) == 0)
      return &units[i];
  return NULL;
}

/* Digits with at most one point among them, times the unit; what is left of a byte is dropped. */
static bool size_scan(const char *text, uint64_t *bytes) {
  uint64_t digits = 0, scale = 1;
  const char *at = text;
  bool point = false;
  for (; sow__is_digit(*at) || (*at == '.' && !point); at++) {
    point = point || *at == '.';
    if (*at == '.')
      continue;
    if (__builtin_mul_overflow(digits, UINT64_C(10), &digits) ||
        __builtin_add_overflow(digits, (uint64_t)(*at - '0'), &digits) ||
        (point && __builtin_mul_overflow(scale, UINT64_C(10), &scale)))
      return false;
  }
  if (at == text || (at == text + 1 && point))
    return false;
  const struct unit *unit = unit_find(at + strspn(at, " "));
  uint64_t whole;
  if (unit == NULL || __builtin_mul_overflow(digits, unit->bytes, &whole))
    return false;
  *bytes = whole / scale;
  return *bytes >= 1 && *bytes <= INT64_MAX;
}

bool read_shard_size(const reading *from, void *member) {
  if (size_scan(from->value, member))
    return true;
  complain("%s '%s': must be a size as 5GB, 500M or 4GiB", from->name, from->value);
  return false;
}

/* ---- operands ---- */

bool read_expression(const reading *from, void *member) {
  sow_initializer *initializer = member;
  sow_error error = SOW_ERROR_NONE;
  if (sow_initializer_parse(from->value, from->name, initializer, &error) != SOW_OK) {
    report(&error);
    return false;
  }
  if (!sow_initializer_changes(initializer->kind))
    return true;
  complain("%s changes what a tensor holds, and a new one holds nothing",
           sow_initializer_name(initializer->kind));
  return false;
}

/* Sizes with commas between them, in brackets or not: "3,5", "[3, 5]", "(7,)", "()". */
static bool shape_scan(const char *text, shape_argument *out) {
  size_t length = strlen(text);
  bool bracketed = length >= 2 && ((text[0] == '[' && text[length - 1] == ']') ||
                                   (text[0] == '(' && text[length - 1] == ')'));
  const char *at = text + bracketed, *end = text + length - bracketed;
  at += strspn(at, " ");
  out->ndim = 0;
  if (!bracketed && at == end)
    return false;
  while (at < end) {
    uint64_t size;
    if (out->ndim == SOW_MAX_DIMS || !sow__digits_read(&at, &size) || size > INT64_MAX)
      return false;
    out->size[out->ndim++] = (int64_t)size;
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

bool read_shape(const reading *from, void *member) {
  if (shape_scan(from->value, member))
    return true;
  complain("%s '%s': must be sizes with commas between them, as in 3,5; at most %d, each below 2^63",
           from->name, from->value, SOW_MAX_DIMS);
  return false;
}

bool read_nonlinearity(const reading *from, void *member) {
  sow_error error = SOW_ERROR_NONE;
  if (sow_nonlinearity_parse(from->value, member, &error) == SOW_OK)
    return true;
  report(&error);
  return false;
}

/* Whether it stays within the parentheses that it is put into. */
static bool stays_within(const char *text) {
  int open = 0;
  for (; *text != 0 && open >= 0; text++)
    open += (*text == '(') - (*text == ')');
  return open == 0;
}

/* A number as Python writes it, arithmetic included: read as the argument of constant_. */
bool read_number(const reading *from, void *member) {
  char call[256];
  sow_initializer constant;
  sow_error error = SOW_ERROR_NONE;
  if (!stays_within(from->value) || strpbrk(from->value, "=#\n") != NULL ||
      snprintf(call, sizeof call, "constant_(%s)", from->value) >= (int)sizeof call ||
      sow_initializer_parse(call, NULL, &constant, &error) != SOW_OK) {
    complain("%s '%s' is not a number", from->name, from->value);
    return false;
  }
  *(given_number *)member = (given_number){true, constant.argument[0], from->value};
  return true;
}
