#include "cli/text/difference_print.h"

#include <inttypes.h>
#include <math.h>

#include "base/error.h"
#include "base/number.h"
#include "base/size.h"
#include "cli/text/archive_entry.h"

void name_print(const char *name, FILE *stream) {
  while (*name != 0) {
    const size_t harm = sow__harm_size(name);
    fputc(harm > 0 ? '?' : *name, stream);
    name += harm > 0 ? harm : 1;
  }
}

void shape_print(int ndim, const int64_t *shape, FILE *stream) {
  char text[SOW__SHAPE_SIZE];
  fputs(sow__shape_print(ndim, shape, text, sizeof text), stream);
}

void type_print(const char *type, sow_dtype dtype, int ndim, const int64_t *shape, FILE *stream) {
  fprintf(stream, "%s ", dtype == SOW_DTYPE_COUNT ? type : sow_dtype_name(dtype));
  shape_print(ndim, shape, stream);
}

void place_of(int ndim, const int64_t *shape, uint64_t index, int64_t place[SOW_MAX_DIMS]) {
  for (int i = ndim - 1; i >= 0; i--) {
    place[i] = (int64_t)(index % (uint64_t)shape[i]);
    index /= (uint64_t)shape[i];
  }
}

static void number_print(double value, sow_dtype dtype, FILE *stream) {
  char text[SOW__NUMBER_SIZE];
  const bool known = dtype != SOW_DTYPE_COUNT && dtype != SOW_COMPLEX64; /* of others it is NaN */
  if (known && !sow_dtype_is_float(dtype))
    fprintf(stream, "%.0f", value);
  else
    fputs(sow__number_print_as(value, known ? dtype : SOW_FLOAT64, text), stream);
}

void difference_print(sow_dtype dtype, int ndim, const int64_t *shape, const sow_difference *difference,
                      const char *const sides[2], FILE *stream) {
  uint64_t count = 1;
  for (int i = 0; i < ndim; i++)
    count *= (uint64_t)shape[i];
  fprintf(stream, "%" PRIu64 " of %" PRIu64 " element%s differ%s, first at ", difference->differing, count,
          sow__plural(count), difference->differing == 1 ? "s" : "");
  int64_t place[SOW_MAX_DIMS];
  place_of(ndim, shape, difference->first, place);
  shape_print(ndim, place, stream);
  fputs(": ", stream);
  number_print(difference->first_values[0], dtype, stream);
  fprintf(stream, " %s, ", sides[0]);
  number_print(difference->first_values[1], dtype, stream);
  fprintf(stream, " %s", sides[1]);
  if (difference->largest > 0)
    fprintf(stream, "; by at most %.4g", difference->largest);
  if (difference->ulps > 0)
    fprintf(stream, "%s%" PRIu64 " ulp%s", difference->largest > 0 ? ", " : "; by at most ", difference->ulps,
            sow__plural(difference->ulps));
}

void planned_difference_print(const sow_archive *archive, const sow_plan_entry *entry,
                              const sow_difference *difference, FILE *stream) {
  static const char *const sides[2] = {"by the recipe", "in the file"};
  size_t partner;
  if (difference->kind == SOW_DIFFERENT) {
    difference_print(entry->dtype, entry->ndim, entry->shape, difference, sides, stream);
    return;
  }
  type_print("", entry->dtype, entry->ndim, entry->shape, stream);
  if (difference->kind == SOW_ABSENT || !sow_archive_find(archive, entry->name, &partner)) {
    fputs(" by the recipe, and not in the file", stream);
    return;
  }
  sow_archive_entry stored = entry_of(archive, partner);
  fputs(" by the recipe, ", stream);
  type_print(stored.type, stored.dtype, stored.ndim, stored.shape, stream);
  fputs(" in the file", stream);
}
