#include "plan/keep.h"

#include "base/listing.h"
#include "base/names.h"
#include "base/number.h"
#include "base/size.h"
#include "plan/copy_value.h"

static bool find_any(const sow_plan *plan, const size_t *names, size_t count, size_t *index) {
  for (size_t i = 0; i < count; i++)
    if (sow_archive_find(plan->settings.keep, plan->entries[names[i]].name, index))
      return true;
  return false;
}

static sow_status fail_missing(const sow_archive *keep, const char *name, sow_error *error) {
  sow__nearest nearest = {.name = name};
  sow_archive_entry entry;
  char hint[256];
  for (size_t i = 0; sow_archive_get(keep, i, &entry); i++)
    sow__nearest_offer(&nearest, entry.name);
  return sow__fail(
      error, SOW_UNKNOWN_NAME,
      "%.200s: no rule makes it, and the checkpoint to keep (%.200s) has no tensor of this name%s", name,
      sow_archive_file(keep, 0), sow__nearest_hint(&nearest, hint, sizeof hint));
}

static sow_status check_alike(const sow_archive *keep, const char *name, const sow__tensor *tensor,
                              const sow_archive_entry *stored, sow_error *error) {
  char sizes[2][200];
  const char *file = sow_archive_file(keep, stored->file);
  if (!sow__shape_equal(stored->ndim, stored->shape, tensor->ndim, tensor->shape))
    return sow__fail(error, SOW_SHAPE,
                     "%.200s: no rule makes it, and it cannot be kept: it is %s in the model, %s in %.200s",
                     name, sow__shape_print(tensor->ndim, tensor->shape, sizes[0], sizeof sizes[0]),
                     sow__shape_print(stored->ndim, stored->shape, sizes[1], sizeof sizes[1]), file);
  if (stored->dtype == SOW_DTYPE_COUNT)
    return sow__fail(error, SOW_DTYPE,
                     "%.200s: it cannot be kept: it is %s in %.200s, which sow does not write", name,
                     stored->type, file);
  bool is_float = tensor->dtype == SOW_DTYPE_COUNT || sow_dtype_is_float(tensor->dtype);
  if (sow_dtype_is_float(stored->dtype) != is_float || (!is_float && stored->dtype != tensor->dtype))
    return sow__fail(error, SOW_DTYPE, "%.200s: it cannot be kept: it is %s in %.200s, but the model's is %s",
                     name, sow_dtype_name(stored->dtype), file,
                     is_float ? "a floating-point type" : sow_dtype_name(tensor->dtype));
  return SOW_OK;
}

static sow_status read_archive(const void *context, size_t index, uint64_t begin, size_t size, void *out,
                               sow_error *error) {
  return sow_archive_read(context, index, begin, size, out, error);
}

sow_status sow__keep_entry(sow_plan *plan, const size_t *names, size_t count, const sow__tensor *tensor,
                           sow_error *error) {
  const sow_archive *keep = plan->settings.keep;
  sow__entry *entry = &plan->entries[names[0]];
  sow_archive_entry stored = {0};
  size_t index;
  if (!find_any(plan, names, count, &index))
    return fail_missing(keep, entry->name, error);
  sow_archive_get(keep, index, &stored);
  sow_status status = check_alike(keep, entry->name, tensor, &stored, error);
  if (status != SOW_OK)
    return status;
  sow__source *source = sow__arena_alloc(&plan->arena, sizeof *source);
  if (source == NULL)
    return sow__fail(error, SOW_NO_MEMORY, NULL);
  *source = (sow__source){.read = read_archive, .context = keep, .index = index, .dtype = stored.dtype};
  entry->value = sow__copy_value(&plan->arena, stored.ndim, stored.shape, stored.dtype, source, "kept");
  if (entry->value == NULL)
    return sow__fail(error, SOW_NO_MEMORY, NULL);
  entry->ndim = stored.ndim;
  entry->shape = entry->value->steps[0]->shape;
  entry->drawn = stored.dtype;
  entry->kept = true;
  return SOW_OK;
}

/* ---- warnings ---- */

static sow_status warn_left_out(const sow_plan *plan, sow_error *error) {
  const sow_archive *keep = plan->settings.keep;
  sow__listing names = {0};
  sow_archive_entry entry;
  size_t found;
  for (size_t i = 0; sow_archive_get(keep, i, &entry); i++)
    if (!sow_plan_find(plan, entry.name, &found))
      sow__listing_add(&names, entry.name, NULL);
  const char *text = sow__listing_end(&names);
  sow_status status = SOW_OK;
  if (text == NULL)
    status = sow__fail(error, SOW_NO_MEMORY, NULL);
  else if (names.count > 0)
    sow__warn(error, "%zu tensor%s of %.200s %s not in the model, and left out: %s", names.count,
              sow__plural(names.count), sow_archive_file(keep, 0), names.count == 1 ? "is" : "are", text);
  sow__listing_free(&names);
  return status;
}

/* The floating-point types of what is kept, or of what is made, as bits. */
static unsigned float_types(const sow_plan *plan, bool kept) {
  unsigned types = 0;
  for (size_t i = 0; i < plan->stored_count; i++) {
    const sow__entry *entry = &plan->entries[plan->in_file[i]];
    sow_dtype dtype = sow__entry_dtype(entry);
    if (entry->kept == kept && sow_dtype_is_float(dtype))
      types |= 1u << dtype;
  }
  return types;
}

static const char *first_type(unsigned types) {
  return sow_dtype_name((sow_dtype)__builtin_ctz(types));
}

sow_status sow__keep_warn(const sow_plan *plan, sow_error *error) {
  unsigned kept = float_types(plan, true), made = float_types(plan, false) & ~kept;
  if (kept != 0 && made != 0)
    sow__warn(error, "what is made is stored as %s, but what is kept is %s; cast to %s for one type in all",
              first_type(made), first_type(kept), first_type(kept));
  return warn_left_out(plan, error);
}
