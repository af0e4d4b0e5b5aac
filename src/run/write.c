/* sow_checkpoint_write and sow_npy_write_plan: a plan into a file or a pipe. */
#include "checkpoint/npy.h"
#include "run/notices.h"
#include "run/writer.h"

sow_status sow_checkpoint_write(const sow_plan *plan, const char *path, const sow_checkpoint_options *options,
                                sow_error *error) {
  sow__writer writer;
  sow_status status = sow__writer_make(&writer, plan, options, error);
  if (status == SOW_OK)
    status = sow__writer_file(&writer, path, error);
  sow__writer_free(&writer);
  if (status == SOW_OK)
    sow__warn_ties(plan, error);
  return status;
}

sow_status sow_npy_write_plan(const sow_plan *plan, const char *path, const sow_checkpoint_options *options,
                              sow_error *error) {
  if (plan->stored_count != 1)
    return sow__fail(error, SOW_INVALID_ARGUMENT, "a .npy file holds one tensor, and the plan has %zu",
                     plan->stored_count);
  const sow__entry *entry = &plan->entries[plan->in_file[0]];
  sow__writer writer;
  sow_status status = sow__writer_begin(&writer, plan, options, error);
  if (status == SOW_OK)
    status = sow__npy_header(sow__entry_dtype(entry), entry->ndim, entry->shape, &writer.header,
                             &writer.header_size, error);
  if (status == SOW_OK)
    status = sow__writer_file(&writer, path, error);
  sow__writer_free(&writer);
  return status;
}
