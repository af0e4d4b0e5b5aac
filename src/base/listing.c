#include "base/listing.h"

#define SHOWN 5

void sow__listing_add(sow__listing *listing, const char *name, const char *remark) {
  if (listing->count++ >= SHOWN)
    return;
  sow__buffer_printf(&listing->text, "%s%s", listing->count > 1 ? ", " : "", name);
  if (remark != NULL)
    sow__buffer_printf(&listing->text, " (%s)", remark);
}

const char *sow__listing_end(sow__listing *listing) {
  if (listing->count > SHOWN)
    sow__buffer_printf(&listing->text, " and %zu more", listing->count - SHOWN);
  return listing->text.failed ? NULL : listing->count > 0 ? listing->text.data : "";
}

void sow__listing_free(sow__listing *listing) {
  sow__buffer_free(&listing->text);
}
