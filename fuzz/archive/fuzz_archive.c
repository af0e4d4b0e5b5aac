/*
 * Headers of checkpoints: whatever the JSON, tensors that lie in the file one behind the other, or a message.
 * The input's first byte says how many bytes of data follow the header, which is the rest.
 */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "sow/sow.h"
#include "target.h"

static void write_all(int file, const void *bytes, size_t size) {
  HOLDS(write(file, bytes, size) == (ssize_t)size);
}

static void check_entries(const sow_archive *archive, uint64_t header, uint64_t data) {
  uint64_t at = header;
  sow_archive_entry entry;
  for (size_t i = 0; sow_archive_get(archive, i, &entry); i++) {
    size_t found = SIZE_MAX;
    HOLDS(sow_archive_find(archive, entry.name, &found) && found == i);
    HOLDS(entry.offset == at && entry.count * (uint64_t)entry.bits == 8 * entry.bytes);
    at += entry.bytes;
  }
  HOLDS(at == header + data && sow_archive_bytes(archive) == data);
}

static void check_uses(const sow_archive *archive) {
  size_t count = sow_archive_count(archive);
  sow_statistics *statistics = calloc(count + 1, sizeof *statistics);
  sow_difference *differences = calloc(count + 1, sizeof *differences);
  sow_measure_options options = {.size = sizeof options, .threads = 1, .digest = true};
  HOLDS(statistics != NULL && differences != NULL);
  HOLDS(sow_archive_measure(archive, &options, statistics, NULL) == SOW_OK);
  HOLDS(sow_archive_compare(archive, archive, 1, differences, NULL) == SOW_OK);
  for (size_t i = 0; i < count; i++)
    HOLDS(differences[i].kind == SOW_EQUAL && strlen(statistics[i].digest) == 64);
  free(statistics);
  free(differences);
  sow_module *module = NULL;
  sow_dtype dtype;
  if (sow_archive_module(archive, &module, &dtype, NULL) == SOW_OK)
    sow_module_free(module);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
  if (size == 0)
    return 0;
  uint64_t length = size - 1, data = bytes[0];
  char path[40];
  int file = memfd_create("fuzz", MFD_CLOEXEC);
  HOLDS(file >= 0);
  write_all(file, &length, sizeof length);
  write_all(file, bytes + 1, (size_t)length);
  static const uint8_t values[UINT8_MAX];
  write_all(file, values, (size_t)data);
  snprintf(path, sizeof path, "/proc/self/fd/%d", file);
  sow_archive *archive = NULL;
  sow_error error = SOW_ERROR_NONE;
  if (sow_archive_open(path, &archive, &error) == SOW_OK) {
    check_entries(archive, sizeof length + length, data);
    check_uses(archive);
  } else {
    HOLDS(archive == NULL && error.status != SOW_OK && error.message[0] != 0);
  }
  sow_archive_free(archive);
  close(file);
  return 0;
}
