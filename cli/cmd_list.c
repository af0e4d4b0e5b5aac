#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diagnostics.h"
#include "nearest.h"
#include "options.h"
#include "sow/sow.h"
#include "values.h"

static void list_initializers(void) {
  for (int i = 0; i < SOW_INITIALIZER_COUNT; i++)
    printf("%s(%s)\n", sow_initializer_name((sow_initializer_kind)i),
           sow_initializer_signature((sow_initializer_kind)i));
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

static const struct list {
  const char *name;
  void (*print)(void);
} lists[] = {
    {"initializers", list_initializers},
    {"layers", list_layers},
    {"nonlinearities", list_nonlinearities},
};

int cmd_list(const arguments *given) {
  const char *name = given->operands[0];
  nearest near = {.name = name};
  for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
    if (strcmp(lists[i].name, name) == 0) {
      lists[i].print();
      return EXIT_SUCCESS;
    }
    nearest_offer(&near, lists[i].name);
  }
  char hint[64];
  complain("no list '%s'%s", name, nearest_hint(&near, "", hint, sizeof hint));
  usage_print(COMMAND_LIST, stderr);
  return EXIT_MISUSE;
}
