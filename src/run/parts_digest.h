/* What parts of one file are known by: a digest of all that decides the file's bytes. */
#ifndef SOW_RUN_PARTS_DIGEST_H
#define SOW_RUN_PARTS_DIGEST_H

#include "run/writer.h"
#include "sow/checkpoint.h"

/* Equal for two processes whose files would be equal; of kept tensors samples are read. SOW_IO,
 * SOW_NO_MEMORY. */
sow_status sow__parts_digest(const sow__writer *writer, char digest[SOW_DIGEST_TEXT_SIZE], sow_error *error);

#endif
