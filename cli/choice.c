#include "choice.h"

#include <stdio.h>
#include <string.h>

#include "diagnostics.h"
#include "nearest.h"

int choice_read(const arguments *given, option_id id, const char *const *words) {
  const char *value = arguments_value(given, id);
  if (value == NULL)
    return 0;
  char all[128] = "", hint[64];
  nearest near = {.name = value};
  for (int i = 0; words[i] != NULL; i++) {
    if (strcmp(value, words[i]) == 0)
      return i;
    nearest_offer(&near, words[i]);
    size_t used = strlen(all);
    snprintf(all + used, sizeof all - used, "%s%s",
             i == 0                 ? ""
             : words[i + 1] == NULL ? " or "
                                    : ", ",
             words[i]);
  }
  complain("--%s %s: must be %s%s", option_table[id].name, value, all,
           nearest_hint(&near, "", hint, sizeof hint));
  return -1;
}
