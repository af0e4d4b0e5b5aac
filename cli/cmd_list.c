#include <stdio.h>
#include <stdlib.h>

#include "diagnostics.h"
#include "options.h"
#include "sow/sow.h"
#include "values.h"
#include "words.h"

static void list_calls(bool (*takes)(sow_initializer_kind kind)) {
  for (int i = 0; i < SOW_INITIALIZER_COUNT; i++)
    if (takes((sow_initializer_kind)i))
      printf("%s(%s)\n", sow_initializer_name((sow_initializer_kind)i),
             sow_initializer_signature((sow_initializer_kind)i));
}

static void list_initializers(void) {
  list_calls(sow_initializer_makes);
}

/* Those that change one, and are a second line of rules; copy_ and norm_ are for recordings only. */
static void list_methods(void) {
  list_calls(sow_initializer_changes);
}

static void list_layers(void) {
  bool has_parameters;
  const char *name;
  for (size_t i = 0; (name = sow_layer_name(i, &has_parameters)) != NULL; i++)
    printf("%s%s\n", name, has_parameters ? " (parameters)" : "");
}

static void list_nonlinearities(void) {
  char gain[VALUE_SIZE];
  for (int i = 0; i < SOW_NONLINEARITY_COUNT; i++)
    printf("%-16s %s\n", sow_nonlinearity_name((sow_nonlinearity)i),
           value_print(sow_calculate_gain((sow_nonlinearity)i, NULL), SOW_FLOAT64, gain));
}

int cmd_list(const arguments *given) {
  static void (*const prints[])(void) = {list_initializers, list_layers, list_methods, list_nonlinearities};
  const char *name = given->operands[0];
  nearest near;
  int found = word_find(WORD_LIST, COMMAND_LIST, name, &near);
  if (found >= 0) {
    prints[found]();
    return EXIT_SUCCESS;
  }
  char hint[64];
  complain("no list '%s'%s", name, nearest_hint(&near, "", hint, sizeof hint));
  usage_print(COMMAND_LIST, stderr);
  return EXIT_MISUSE;
}
