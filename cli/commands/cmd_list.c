#include <stdio.h>
#include <stdlib.h>

#include "base/number.h"
#include "cli/arguments/arguments.h"
#include "cli/arguments/words.h"
#include "cli/text/diagnostics.h"
#include "cli/text/json_text.h"
#include "sow/sow.h"

/* One thing that sow knows, and what else is to be said of it; the other fields are empty. */
typedef struct item {
  const char *name;
  const char *signature;
  bool is_layer, has_parameters;
  double gain; /* NaN: none */
} item;

typedef bool item_at(size_t index, item *out);

/* The call of that index among those that `takes` takes. */
static bool call_at(bool (*takes)(sow_initializer_kind kind), size_t index, item *out) {
  for (int i = 0; i < SOW_INITIALIZER_COUNT; i++) {
    sow_initializer_kind kind = (sow_initializer_kind)i;
    if (!takes(kind) || index-- > 0)
      continue;
    out->name = sow_initializer_name(kind);
    out->signature = sow_initializer_signature(kind);
    return true;
  }
  return false;
}

static bool initializer_item(size_t index, item *out) {
  return call_at(sow_initializer_makes, index, out);
}

/* Those that change one, and are a second line of rules; copy_ and norm_ are for recordings only. */
static bool method_item(size_t index, item *out) {
  return call_at(sow_initializer_changes, index, out);
}

static bool layer_item(size_t index, item *out) {
  out->is_layer = true;
  out->name = sow_layer_name(index, &out->has_parameters);
  return out->name != NULL;
}

static bool nonlinearity_item(size_t index, item *out) {
  if (index >= SOW_NONLINEARITY_COUNT)
    return false;
  out->name = sow_nonlinearity_name((sow_nonlinearity)index);
  out->gain = sow_calculate_gain((sow_nonlinearity)index, NULL);
  return true;
}

static void print_text(const item *one) {
  char gain[SOW__NUMBER_SIZE];
  if (one->signature != NULL)
    printf("%s(%s)\n", one->name, one->signature);
  else if (one->is_layer)
    printf("%s%s\n", one->name, one->has_parameters ? " (parameters)" : "");
  else
    printf("%-16s %s\n", one->name, sow__number_print(one->gain, gain));
}

static bool print_json(const item *one) {
  fputs("{\"name\": ", stdout);
  bool done = json_text(one->name, stdout);
  if (one->signature != NULL)
    done = json_put_text("signature", one->signature, stdout) && done;
  else if (one->is_layer)
    json_put_bool("parameters", one->has_parameters, stdout);
  else
    json_put_number("gain", one->gain, stdout);
  putchar('}');
  return done;
}

static int print_list(const char *name, item_at *at, bool json) {
  bool done = true;
  if (json) {
    json_open("list", stdout);
    done = json_put_text("list", name, stdout);
    fputs(",\n  \"items\": [", stdout);
  }
  item one = {0};
  for (size_t i = 0; at(i, &one); i++, one = (item){0}) {
    if (json)
      fputs(i == 0 ? "\n    " : ",\n    ", stdout);
    if (json)
      done = print_json(&one) && done;
    else
      print_text(&one);
  }
  fputs(json ? "\n  ]\n}\n" : "", stdout);
  if (!done)
    complain("out of memory");
  return done ? EXIT_SUCCESS : EXIT_TROUBLE;
}

int cmd_list(const arguments *all) {
  static item_at *const lists[] = {initializer_item, layer_item, method_item, nonlinearity_item};
  const list_arguments *given = &all->list;
  const char *name = word_at(WORD_LIST, COMMAND_LIST, (size_t)given->list);
  return print_list(name, lists[given->list], given->format == FORMAT_JSON);
}
