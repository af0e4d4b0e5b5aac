/* sow_archive_open: a file, an index, or a folder. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "archive/archive_inside.h"
#include "base/names.h"

/* ---- a folder ---- */

#define INDEX ".safetensors.index.json"
#define FILE_END ".safetensors"

typedef struct choice {
  char name[256]; /* as long as a name in a folder can be */
  size_t count;
} choice;

static void offer(choice *one, const char *name) {
  if (one->count++ == 0)
    snprintf(one->name, sizeof one->name, "%s", name);
}

/* The one index of a folder, or else its one file. */
static sow_status look_into(const char *path, choice *found, sow_error *error) {
  DIR *folder = opendir(path);
  if (folder == NULL)
    return sow__fail_path(error, path, errno);
  choice index = {{0}, 0}, file = {{0}, 0};
  for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
    if (sow__text_ends(entry->d_name, INDEX))
      offer(&index, entry->d_name);
    else if (sow__text_ends(entry->d_name, FILE_END))
      offer(&file, entry->d_name);
  }
  closedir(folder);
  *found = index.count > 0 ? index : file;
  if (found->count == 1)
    return SOW_OK;
  if (found->count == 0)
    return sow__fail(error, SOW_IO, "%.300s: the folder holds no .safetensors file", path);
  return sow__fail(error, SOW_IO, "%.300s: the folder holds %zu %s; name one", path, found->count,
                   index.count > 0 ? "indices" : ".safetensors files and no index");
}

static bool is_read(const sow_archive *archive, const char *name) {
  for (size_t i = 0; i < archive->file_count; i++) {
    const char *path = archive->files[i].path, *slash = strrchr(path, '/');
    if (strcmp(slash == NULL ? path : slash + 1, name) == 0)
      return true;
  }
  return false;
}

/* Files beside those of the index: a checkpoint that was written later, perhaps, which somebody means. */
static void warn_of_others(const sow_archive *archive, const char *path, const char *index,
                           sow_error *error) {
  DIR *folder = opendir(path);
  choice others = {{0}, 0};
  if (folder == NULL)
    return;
  for (const struct dirent *entry; (entry = readdir(folder)) != NULL;)
    if (entry->d_name[0] != '.' && sow__text_ends(entry->d_name, FILE_END) &&
        !is_read(archive, entry->d_name))
      offer(&others, entry->d_name);
  closedir(folder);
  if (others.count == 1)
    sow__warn(error, "%.250s: %.200s is read, which does not name %.200s; name the one that is meant", path,
              index, others.name);
  else if (others.count > 1)
    sow__warn(error,
              "%.250s: %.200s is read, which does not name %.200s and %zu more; name the one that is meant",
              path, index, others.name, others.count - 1);
}

static sow_status add_path(sow_archive *archive, const char *path, sow_error *error) {
  if (sow__text_ends(path, ".json"))
    return sow__archive_add_index(archive, path, error);
  sow_status status = sow__archive_add(archive, path, error);
  return status == SOW_OK ? sow__archive_settle(archive, error) : status;
}

static sow_status add_folder(sow_archive *archive, const char *path, sow_error *error) {
  choice found;
  sow_status status = look_into(path, &found, error);
  if (status != SOW_OK)
    return status;
  sow__buffer name = {0};
  sow__buffer_printf(&name, "%s%s%s", path, sow__text_ends(path, "/") ? "" : "/", found.name);
  char *whole;
  status = sow__buffer_take(&name, &whole, NULL, error);
  if (status != SOW_OK)
    return status;
  status = add_path(archive, whole, error);
  free(whole);
  if (status == SOW_OK && sow__text_ends(found.name, INDEX))
    warn_of_others(archive, path, found.name, error);
  return status;
}

sow_status sow_archive_open(const char *path, sow_archive **archive, sow_error *error) {
  sow_archive *made = calloc(1, sizeof *made);
  if (made == NULL)
    return sow__fail(error, SOW_NO_MEMORY, NULL);
  struct stat about;
  sow_status status;
  if (stat(path, &about) == 0 && S_ISDIR(about.st_mode))
    status = add_folder(made, path, error);
  else
    status = add_path(made, path, error);
  if (status == SOW_OK)
    *archive = made;
  else
    sow_archive_free(made);
  return status;
}
