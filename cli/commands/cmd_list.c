#include <stdio.h>
#include <stdlib.h>

#include "base/number.h"
#include "cli/arguments/arguments.h"
#include "cli/arguments/words.h"
#include "cli/text/tensor_json.h"
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

static void add_json(sow__buffer *out, const item *one) {
  sow__buffer_text(out, "{\"name\": ");
  sow__json_string(out, one->name);
  if (one->signature != NULL)
    sow__json_put_text(out, "signature", one->signature);
  else if (one->is_layer)
    sow__json_put_bool(out, "parameters", one->has_parameters);
  else
    sow__json_put_number(out, "gain", one->gain);
  sow__buffer_text(out, "}");
}

static int print_json(const char *name, item_at *at) {
  sow__buffer out = {0};
  item one = {0};
  size_t count = 0;
  sow__json_open(&out, "list");
  sow__json_put_text(&out, "list", name);
  sow__json_line(&out, "items");
  for (; at(count, &one); count++, one = (item){0}) {
    sow__json_item(&out, count);
    add_json(&out, &one);
  }
  sow__json_close_list(&out, count);
  sow__buffer_text(&out, "\n}\n");
  return json_print(&out, stdout);
}

int cmd_list(const arguments *all) {
  static item_at *const lists[] = {initializer_item, layer_item, method_item, nonlinearity_item};
  const list_arguments *given = &all->list;
  item_at *at = lists[given->list];
  if (given->format == FORMAT_JSON)
    return print_json(word_at(WORD_LIST, COMMAND_LIST, (size_t)given->list), at);
  item one = {0};
  for (size_t i = 0; at(i, &one); i++, one = (item){0})
    print_text(&one);
  return EXIT_SUCCESS;
}
