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
    else if (argument->kind == SOW__ARGUMENT_NUMBER || argument->kind == SOW__ARGUMENT_BOUND)
      made.argument[argument->slot] = argument->fallback;
  }
  return made;
}

static sow_initializer with_numbers(sow_initializer_kind kind, double first, double second) {
  sow_initializer made = sow__initializer_defaults(kind);
  made.argument[0] = first;
  made.argument[1] = second;
  return made;
}

sow_initializer sow_uniform(double a, double b) {
  return with_numbers(SOW_INIT_UNIFORM, a, b);
}

sow_initializer sow_normal(double mean, double std) {
  return with_numbers(SOW_INIT_NORMAL, mean, std);
}

sow_initializer sow_trunc_normal(double mean, double std, double a, double b) {
  sow_initializer made = with_numbers(SOW_INIT_TRUNC_NORMAL, mean, std);
  made.argument[2] = a;
  made.argument[3] = b;
  return made;
}

sow_initializer sow_constant(double value) {
  return with_numbers(SOW_INIT_CONSTANT, value, 0);
}

sow_initializer sow_ones(void) {
  return sow__initializer_defaults(SOW_INIT_ONES);
}

sow_initializer sow_zeros(void) {
  return sow__initializer_defaults(SOW_INIT_ZEROS);
}

sow_initializer sow_eye(void) {
  return sow__initializer_defaults(SOW_INIT_EYE);
}

sow_initializer sow_dirac(int64_t groups) {
  sow_initializer made = sow__initializer_defaults(SOW_INIT_DIRAC);
  made.integer = groups;
  return made;
}

sow_initializer sow_xavier_uniform(double gain) {
  return with_numbers(SOW_INIT_XAVIER_UNIFORM, gain, 0);
}

sow_initializer sow_xavier_normal(double gain) {
  return with_numbers(SOW_INIT_XAVIER_NORMAL, gain, 0);
}

static sow_initializer kaiming(sow_initializer_kind kind, double a, sow_fan_mode mode,
                               sow_nonlinearity nonlinearity) {
  sow_initializer made = with_numbers(kind, a, 0);
  made.mode = mode;
  made.nonlinearity = nonlinearity;
  return made;
}

sow_initializer sow_kaiming_uniform(double a, sow_fan_mode mode, sow_nonlinearity nonlinearity) {
  return kaiming(SOW_INIT_KAIMING_UNIFORM, a, mode, nonlinearity);
}

sow_initializer sow_kaiming_normal(double a, sow_fan_mode mode, sow_nonlinearity nonlinearity) {
  return kaiming(SOW_INIT_KAIMING_NORMAL, a, mode, nonlinearity);
}

sow_initializer sow_orthogonal(double gain) {
  return with_numbers(SOW_INIT_ORTHOGONAL, gain, 0);
}

sow_initializer sow_sparse(double sparsity, double std) {
  return with_numbers(SOW_INIT_SPARSE, sparsity, std);
}

/* ---- methods ---- */

sow_initializer sow_copy(void) {
  return sow__initializer_defaults(SOW_INIT_COPY);
}

sow_initializer sow_mul(double other) {
  return with_numbers(SOW_INIT_MUL, other, 0);
}

sow_initializer sow_add(double other, double alpha) {
  return with_numbers(SOW_INIT_ADD, other, alpha);
}

sow_initializer sow_sub(double other, double alpha) {
  return with_numbers(SOW_INIT_SUB, other, alpha);
}

sow_initializer sow_div(double other) {
  return with_numbers(SOW_INIT_DIV, other, 0);
}

sow_initializer sow_pow(double exponent) {
  return with_numbers(SOW_INIT_POW, exponent, 0);
}

sow_initializer sow_clamp(double min, double max) {
  return with_numbers(SOW_INIT_CLAMP, min, max);
}

sow_initializer sow_method(sow_initializer_kind kind) {
  return sow__initializer_defaults(kind);
}

sow_initializer sow_norm(int dim) {
  sow_initializer made = sow__initializer_defaults(SOW_INIT_NORM);
  made.integer = dim;
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

sow_status sow__initializer_check_words(const sow_initializer *call, sow_error *error) {
  for (const sow__argument *argument = sow__initializer_rows[call->kind].arguments; argument->name != NULL;
       argument++)
    if (argument->kind == SOW__ARGUMENT_MODE && (unsigned)call->mode >= count_words(argument->words))
      return sow__fail(error, SOW_INVALID_ARGUMENT, "%s has no %s %d", sow_initializer_name(call->kind),
                       argument->name, (int)call->mode);
  return SOW_OK;
}

/* ---- printing ---- */

/* The first where there are not as many. */
static const char *word_at(const char *const *words, unsigned index) {
  return words[index < count_words(words) ? index : 0];
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
    snprintf(text, size, "'%s'", word_at(argument->words, (unsigned)initializer->mode));
    break;
  case SOW__ARGUMENT_NONLINEARITY:
    snprintf(text, size, "'%s'", sow_nonlinearity_name(initializer->nonlinearity));
    break;
  }
}

/* Python's keyword and the value; what is given by position in torch stands alone. */
static size_t print_argument(const sow__argument *argument, const sow_initializer *initializer,
                             const char *other, char *text, size_t size) {
  char value[SOW__NUMBER_SIZE + 9];
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
  if (known(initializer.kind)) {
    const sow__argument *first = sow__initializer_rows[initializer.kind].arguments;
    for (const sow__argument *argument = first; argument->name != NULL && length < sizeof text; argument++) {
      length += (size_t)snprintf(text + length, sizeof text - length, "%s", argument > first ? ", " : "");
      if (length < sizeof text)
        length += print_argument(argument, &initializer, other, text + length, sizeof text - length);
    }
  }
  return (size_t)snprintf(buffer, size, "%.*s)", (int)(sizeof text - 2), text);
}

size_t sow_initializer_print(sow_initializer initializer, char *buffer, size_t size) {
  return sow__initializer_print(initializer, NULL, buffer, size);
}
