/* Initialisers as text: whatever the text, a value or a message; what is printed reads back as the same bits.
 */
#include <string.h>

#include "sow/init.h"
#include "target.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
  char *text = malloc(size + 1);
  if (text == NULL)
    return 0;
  memcpy(text, bytes, size);
  text[size] = 0;
  sow_initializer value, back;
  sow_error error = SOW_ERROR_NONE;
  if (sow_initializer_parse(text, NULL, &value, &error) == SOW_OK) {
    char print[SOW_INITIALIZER_TEXT_SIZE], again[SOW_INITIALIZER_TEXT_SIZE];
    HOLDS(sow_initializer_print(value, print, sizeof print) < sizeof print);
    HOLDS(sow_initializer_parse(print, NULL, &back, NULL) == SOW_OK);
    sow_initializer_print(back, again, sizeof again);
    HOLDS(strcmp(print, again) == 0);
  } else {
    HOLDS(error.status != SOW_OK && error.message[0] != 0);
  }
  free(text);
  return 0;
}
