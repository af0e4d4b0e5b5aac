/* An open checkpoint's inside. */
#ifndef SOW_ARCHIVE_ARCHIVE_INSIDE_H
#define SOW_ARCHIVE_ARCHIVE_INSIDE_H

#include "base/memory.h"
#include "base/reading.h"
#include "sow/archive.h"

typedef struct sow__archive_file {
  const char *path;
  int descriptor;
  uint64_t size;
  size_t first, count; /* its entries */
} sow__archive_file;

struct sow_archive {
  sow__arena arena; /* strings, shapes */
  sow__archive_file *files;
  size_t file_count, file_capacity;
  sow_archive_entry *entries;
  size_t count, capacity;
  size_t *by_name;
  sow_metadata *metadata; /* of the first file */
  size_t metadata_count, metadata_capacity;
  uint64_t bytes;
  void (*progress)(void *context, uint64_t done, uint64_t total); /* NULL: none */
  void *progress_context;
};

/* Opens one .safetensors file and appends its entries. `path` is copied. */
sow_status sow__archive_add(sow_archive *archive, const char *path, sow_error *error);

/* Opens the files that an index names, settles the archive, and holds it against the index. */
sow_status sow__archive_add_index(sow_archive *archive, const char *path, sow_error *error);

/* Sorts the names; SOW_DUPLICATE_NAME. To be called once, after the last file. */
sow_status sow__archive_settle(sow_archive *archive, sow_error *error);

#endif
