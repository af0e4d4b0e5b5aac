/* The calls as values: names, parameters, constructors, and printing. */
#include "init/initializer.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/number.h"

static bool known(sow_initializer_kind kind) {
  return (unsigned)kind < SOW_INITIALIZER_COUNT;
}

const char *sow_initializer_name(sow_initializer_kind kind) {
  return known(kind) ? sow__initializer_rows[kind].name : "unknown";
}

const char *sow_initializer_signature(sow_initializer_kind kind) {
  return known(kind) ? sow__initializer_rows[kind].signature : "";
}

bool sow__initializer_is_torchs(sow_initializer_kind kind) {
  return strchr(sow_initializer_name(kind), '.') == NULL;
}

/* ---- values ---- */

sow_initializer sow__initializer_defaults(sow_initializer_kind kind) {
  sow_initializer made = {.kind = kind, .mode = SOW_FAN_IN, .nonlinearity = SOW_LEAKY_RELU};
  for (const sow__argument *argument = known(kind) ? sow__initializer_rows[kind].arguments : NULL;
       argument != NULL && argument->name != NULL; argument++) {
    if (argument->kind == SOW__ARGUMENT_INTEGER)
      made.integer = (int64_t)argument->fallback;
    else if (argument->kind == SOW__ARGUMENT_AXES)
      made.axes[argument->slot] = argument->axes;
    else if (argument->kind == SOW__ARGUMENT_NUMBER || argument->kind == SOW__ARGUMENT_BOUND ||
             argument->kind == SOW__ARGUMENT_WORD)
      made.argument[argument->slot] = argument->fallback;
  }
  return made;
}

bool sow_initializer_makes(sow_initializer_kind kind) {
  return known(kind) && sow__initializer_rows[kind].use == SOW__USE_MAKES;
}

bool sow_initializer_changes(sow_initializer_kind kind) {
  return known(kind) && sow__initializer_rows[kind].use == SOW__USE_CHANGES;
}

/* ---- words ---- */

static unsigned count_words(const char *const *words) {
  unsigned count = 0;
  while (words[count] != NULL)
    count++;
  return count;
}

/* The index of the word that the call has for an argument; -1 for an argument without words. */
static double word_of(const sow__argument *argument, const sow_initializer *call) {
  switch (argument->kind) {
  case SOW__ARGUMENT_MODE:
    return (double)call->mode;
  case SOW__ARGUMENT_LAYOUT:
    return (double)call->layout;
  case SOW__ARGUMENT_WORD:
    return call->argument[argument->slot];
  default:
    return -1;
  }
}

static bool is_word(const sow__argument *argument, double index) {
  return index >= 0 && index < count_words(argument->words) && index == floor(index);
}

sow_status sow__initializer_check_words(const sow_initializer *call, sow_error *error) {
  for (const sow__argument *argument = sow__initializer_rows[call->kind].arguments; argument->name != NULL;
       argument++) {
    double index = word_of(argument, call);
    char text[SOW__NUMBER_SIZE];
    if (argument->words != NULL && !is_word(argument, index))
      return sow__fail(error, SOW_INVALID_ARGUMENT, "%s has no %s of the number %s",
                       sow_initializer_name(call->kind), argument->name, sow__number_print(index, text));
  }
  return SOW_OK;
}

/* ---- axes ---- */

static bool same_axes(const sow_axes *a, const sow_axes *b) {
  for (int i = 0; i < a->count; i++)
    if (a->axis[i] != b->axis[i])
      return false;
  return a->count == b->count;
}

static const sow__argument *find_kind(const sow__argument *argument, sow__argument_kind kind) {
  while (argument->name != NULL && argument->kind != kind)
    argument++;
  return argument->name == NULL ? NULL : argument;
}

/* JAX's column_axis is the one integer beside a layout. */
static bool is_own_axis(const sow__argument *argument, const sow_initializer *call) {
  if (argument->kind == SOW__ARGUMENT_AXES)
    return same_axes(&call->axes[argument->slot], &argument->axes);
  return argument->kind != SOW__ARGUMENT_INTEGER || call->integer == (int64_t)argument->fallback;
}

bool sow__initializer_has_own_axes(const sow_initializer *call) {
  const sow__argument *argument = sow__initializer_rows[call->kind].arguments;
  while (argument->name != NULL && is_own_axis(argument, call))
    argument++;
  return argument->name == NULL;
}

bool sow__initializer_takes_layout(sow_initializer_kind kind) {
  return known(kind) && find_kind(sow__initializer_rows[kind].arguments, SOW__ARGUMENT_LAYOUT) != NULL;
}

bool sow__initializer_assumes_layout(const sow_initializer *call) {
  return sow__initializer_takes_layout(call->kind) && call->layout == SOW_KERNEL_UNSAID &&
         sow__initializer_has_own_axes(call);
}

/* ---- printing ---- */

/* In quotes, but for Python's constants; the first where there are not as many. */
static void print_word(const sow__argument *argument, const sow_initializer *call, char *text, size_t size) {
  double index = word_of(argument, call);
  const char *word = argument->words[is_word(argument, index) ? (unsigned)index : 0];
  snprintf(text, size, sow__initializer_is_constant(word) ? "%s" : "'%s'", word);
}

bool sow__initializer_is_constant(const char *word) {
  return strcmp(word, "None") == 0 || strcmp(word, "True") == 0 || strcmp(word, "False") == 0;
}

static void print_axes(const sow_axes *axes, char *text, size_t size) {
  size_t length = 0;
  text[0] = 0;
  if (axes->count < 0)
    snprintf(text, size, "None");
  else if (axes->count == 1)
    snprintf(text, size, "%d", axes->axis[0]);
  else
    length = (size_t)snprintf(text, size, "(");
  for (int i = 0; axes->count != 1 && i < axes->count && i < SOW_AXES_LIMIT && length < size; i++)
    length += (size_t)snprintf(text + length, size - length, "%s%d", i > 0 ? ", " : "", axes->axis[i]);
  if (length > 0 && length < size)
    snprintf(text + length, size - length, ")");
}

static void print_value(const sow__argument *argument, const sow_initializer *initializer, char *text,
                        size_t size) {
  char number[SOW__NUMBER_SIZE];
  switch (argument->kind) {
  case SOW__ARGUMENT_BOUND:
    if (isinf(initializer->argument[argument->slot])) {
      snprintf(text, size, "None");
      break;
    }
    /* fall through */
  case SOW__ARGUMENT_NUMBER:
  case SOW__ARGUMENT_OTHER:
    sow__number_print(initializer->argument[argument->slot], number);
    /* Python has no literals for infinity and NaN. */
    snprintf(text, size, isfinite(initializer->argument[argument->slot]) ? "%s" : "float('%s')", number);
    break;
  case SOW__ARGUMENT_TENSOR:
    snprintf(text, size, "…");
    break;
  case SOW__ARGUMENT_INTEGER:
    snprintf(text, size, "%lld", (long long)initializer->integer);
    break;
  case SOW__ARGUMENT_MODE:
  case SOW__ARGUMENT_LAYOUT:
  case SOW__ARGUMENT_WORD:
    print_word(argument, initializer, text, size);
    break;
  case SOW__ARGUMENT_AXES:
    print_axes(&initializer->axes[argument->slot], text, size);
    break;
  case SOW__ARGUMENT_NONLINEARITY:
    snprintf(text, size, "'%s'", sow_nonlinearity_name(initializer->nonlinearity));
    break;
  }
}

/* Axes and layout that nobody has given; the others are always shown. */
static bool is_left_out(const sow__argument *argument, const sow_initializer *initializer) {
  return (argument->kind == SOW__ARGUMENT_LAYOUT && initializer->layout == SOW_KERNEL_UNSAID) ||
         (argument->kind == SOW__ARGUMENT_AXES &&
          same_axes(&initializer->axes[argument->slot], &argument->axes));
}

/* Python's keyword and the value; what is given by position in torch stands alone. */
static size_t print_argument(const sow__argument *argument, const sow_initializer *initializer,
                             const char *other, char *text, size_t size) {
  char value[SOW__NUMBER_SIZE + 16];
  bool positional = argument->kind == SOW__ARGUMENT_OTHER || argument->kind == SOW__ARGUMENT_TENSOR;
  if (positional && other != NULL)
    return (size_t)snprintf(text, size, "%s", other);
  print_value(argument, initializer, value, sizeof value);
  if (positional)
    return (size_t)snprintf(text, size, "%s", value);
  return (size_t)snprintf(text, size, "%s=%s", argument->name, value);
}

size_t sow__initializer_print(sow_initializer initializer, const char *other, char *buffer, size_t size) {
  char text[SOW_INITIALIZER_TEXT_SIZE];
  size_t length = (size_t)snprintf(text, sizeof text, "%s(", sow_initializer_name(initializer.kind));
  const char *separator = "";
  const sow__argument *argument =
      known(initializer.kind) ? sow__initializer_rows[initializer.kind].arguments : NULL;
  for (; argument != NULL && argument->name != NULL && length < sizeof text; argument++) {
    if (is_left_out(argument, &initializer))
      continue;
    length += (size_t)snprintf(text + length, sizeof text - length, "%s", separator);
    separator = ", ";
    if (length < sizeof text)
      length += print_argument(argument, &initializer, other, text + length, sizeof text - length);
  }
  return (size_t)snprintf(buffer, size, "%.*s)", (int)(sizeof text - 2), text);
}

size_t sow_initializer_print(sow_initializer initializer, char *buffer, size_t size) {
  return sow__initializer_print(initializer, NULL, buffer, size);
}
