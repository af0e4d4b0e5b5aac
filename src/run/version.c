#include "sow/sow.h"

const char *sow_version(void) {
  return SOW_VERSION;
}
