/* model.safetensors.index.json: which file holds which tensor. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "archive/archive_inside.h"
#include "archive/json_load.h"
#include "base/foreign.h"
#include "base/names.h"
#include "text/diagnostic.h"

/* transformers puts a dictionary of the model's settings into "metadata" at times; nothing nests deep. */
#define DEPTH 32
#define DENSITY 4
#define FILES_LIMIT 4096 /* open at once; the largest published models have some 200 */

typedef struct index_reader {
  sow_archive *archive;
  const char *path;
  size_t folder; /* length of the path before the name */
  json_t *map;
  sow_error *error;
} index_reader;

static sow_status refuse(const index_reader *r, const char *what, const char *name) {
  char quoted[SOW__QUOTE_SIZE];
  sow__text_quote(name, strlen(name), quoted);
  return sow__fail(r->error, SOW_SYNTAX, "%.250s: %s '%s'", r->path, what, quoted);
}

/* ---- the map ---- */

/* The names of files in the map, each once, sorted; they must lie beside the index. */
static sow_status list_files(index_reader *r, const char ***files, size_t *count) {
  size_t size = json_object_size(r->map);
  const char **names = calloc(size + 1, sizeof *names);
  if (names == NULL)
    return sow__fail(r->error, SOW_NO_MEMORY, NULL);
  const char *tensor;
  json_t *value;
  size_t used = 0;
  sow_status status = SOW_OK;
  json_object_foreach(r->map, tensor, value) {
    const char *file = json_string_value(value);
    if (file == NULL)
      status = refuse(r, "its weight_map names no file for tensor", tensor);
    else if (file[0] == 0 || file[0] == '.' || strchr(file, '/') != NULL || strlen(file) > 255)
      status = refuse(r, "its weight_map does not name a file in the same folder for tensor", tensor);
    if (status != SOW_OK) {
      free(names);
      return status;
    }
    names[used++] = file;
  }
  qsort(names, used, sizeof *names, sow__name_order);
  *count = 0;
  for (size_t i = 0; i < used; i++)
    if (i == 0 || strcmp(names[i], names[i - 1]) != 0)
      names[(*count)++] = names[i];
  *files = names;
  return SOW_OK;
}

static sow_status add_files(index_reader *r) {
  const char **files = NULL;
  size_t count = 0;
  sow_status status = list_files(r, &files, &count);
  if (status != SOW_OK)
    return status;
  if (count > FILES_LIMIT)
    status = sow__fail(r->error, SOW_LIMIT, "%.300s: names %zu files; the limit is %d", r->path, count,
                       FILES_LIMIT);
  for (size_t i = 0; status == SOW_OK && i < count; i++) {
    sow__buffer name = {0};
    sow__buffer_add(&name, r->path, r->folder);
    sow__buffer_text(&name, files[i]);
    char *whole;
    status = sow__buffer_take(&name, &whole, NULL, r->error);
    if (status != SOW_OK)
      break;
    status = sow__archive_add(r->archive, whole, r->error);
    free(whole);
  }
  free(files);
  return status;
}

/* Each tensor of each file is in the map under that file, and there are no more in the map. */
static sow_status check_map(index_reader *r) {
  const sow_archive *archive = r->archive;
  for (size_t i = 0; i < archive->count; i++) {
    const sow_archive_entry *entry = &archive->entries[i];
    const char *mapped = json_string_value(json_object_get(r->map, entry->name));
    if (mapped == NULL || strcmp(mapped, archive->files[entry->file].path + r->folder) != 0)
      return refuse(r, "a file holds what the weight_map does not give to it: tensor", entry->name);
  }
  if (archive->count == json_object_size(r->map))
    return SOW_OK;
  const char *tensor;
  json_t *value;
  size_t found;
  json_object_foreach(r->map, tensor, value) {
    if (!sow_archive_find(archive, tensor, &found))
      return refuse(r, "its weight_map names what is in no file: tensor", tensor);
  }
  return SOW_OK;
}

/* ---- the whole ---- */

static void check_total(const index_reader *r, const json_t *root) {
  const json_t *total = json_object_get(json_object_get(root, "metadata"), "total_size");
  uint64_t bytes = r->archive->bytes;
  if (json_is_integer(total) && (uint64_t)json_integer_value(total) != bytes)
    sow__warn(r->error,
              "%.300s: its total_size is %" JSON_INTEGER_FORMAT ", but the tensors have %" PRIu64 " bytes",
              r->path, json_integer_value(total), bytes);
}

static sow_status read_text(const char *path, char **text, size_t *length, sow_error *error) {
  int descriptor;
  uint64_t size;
  sow_status status = sow__read_open(path, &descriptor, &size, error);
  if (status != SOW_OK)
    return status;
  char *bytes = NULL;
  if (size > SOW_HEADER_LIMIT)
    status = sow__fail(error, SOW_LIMIT, "%.300s: the index has %" PRIu64 " bytes; the limit is %d", path,
                       size, SOW_HEADER_LIMIT);
  else if ((bytes = malloc((size_t)size + 1)) == NULL)
    status = sow__fail(error, SOW_NO_MEMORY, NULL);
  else
    status = sow__read_at(descriptor, path, 0, bytes, (size_t)size, error);
  close(descriptor);
  if (status != SOW_OK) {
    free(bytes);
    return status;
  }
  *text = bytes;
  *length = (size_t)size;
  return SOW_OK;
}

sow_status sow__archive_add_index(sow_archive *archive, const char *path, sow_error *error) {
  char *text;
  size_t length;
  sow_status status = read_text(path, &text, &length, error);
  if (status != SOW_OK)
    return status;
  const char *foreign = sow__foreign(text, length);
  if (foreign != NULL) {
    free(text);
    return sow__fail(error, SOW_SYNTAX, "%.300s: no index: %s", path, foreign);
  }
  sow_error within = SOW_ERROR_NONE;
  json_t *root = sow__json_load(text, length, DEPTH, DENSITY, &within);
  free(text);
  if (root == NULL)
    return sow__fail(error, within.status, "%.300s: %s", path, within.message);
  const char *slash = strrchr(path, '/');
  index_reader r = {archive, path, slash == NULL ? 0 : (size_t)(slash - path) + 1,
                    json_object_get(root, "weight_map"), error};
  if (!json_is_object(r.map) || json_object_size(r.map) == 0)
    status = sow__fail(error, SOW_SYNTAX, "%.300s: no index: its weight_map names no tensors", path);
  else
    status = add_files(&r);
  if (status == SOW_OK)
    status = sow__archive_settle(archive, error);
  if (status == SOW_OK)
    status = check_map(&r);
  if (status == SOW_OK)
    check_total(&r, root);
  json_decref(root);
  return status;
}
