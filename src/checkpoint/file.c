#include "base/sized_options.h"
#include "checkpoint/sink.h"
#include "sow/checkpoint.h"

sow_status sow_file_write(const char *path, const void *bytes, size_t size,
                          const sow_checkpoint_options *options, sow_error *error) {
  sow__sink sink;
  sow_checkpoint_options settings = {0};
  sow_status status = SOW__OPTIONS_TAKE(sow_checkpoint_options, &settings, options, error);
  if (status == SOW_OK)
    status = sow__sink_open(&sink, path, settings.force, settings.interrupt, error);
  if (status != SOW_OK)
    return status;
  status = sow__sink_room(&sink, size, error);
  if (status == SOW_OK)
    status = sow__sink_write(&sink, 0, bytes, size, error);
  if (status == SOW_OK)
    return sow__sink_commit(&sink, error);
  sow__sink_discard(&sink);
  return status;
}
