/* Runs a target once on each file that is named, or that a named folder holds: the corpus as a plain test. */
#include <dirent.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "target.h"

static int replayed;

static int replay_file(const char *path) {
  FILE *file = fopen(path, "rb");
  if (file == NULL) {
    perror(path);
    return 1;
  }
  fseek(file, 0, SEEK_END);
  long size = ftell(file);
  rewind(file);
  uint8_t *bytes = malloc(size > 0 ? (size_t)size : 1);
  int failed = bytes == NULL || fread(bytes, 1, (size_t)size, file) != (size_t)size;
  fclose(file);
  if (failed)
    fprintf(stderr, "%s: cannot be read\n", path);
  else
    LLVMFuzzerTestOneInput(bytes, (size_t)size);
  free(bytes);
  replayed++;
  return failed;
}

static int replay(const char *path) {
  struct stat info;
  if (stat(path, &info) != 0 || !S_ISDIR(info.st_mode))
    return replay_file(path);
  DIR *folder = opendir(path);
  if (folder == NULL) {
    perror(path);
    return 1;
  }
  int failed = 0;
  for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
    char inside[PATH_MAX];
    if (entry->d_name[0] != '.' &&
        (size_t)snprintf(inside, sizeof inside, "%s/%s", path, entry->d_name) < sizeof inside)
      failed |= replay(inside);
  }
  closedir(folder);
  return failed;
}

int main(int argc, char **argv) {
  int failed = argc < 2;
  for (int i = 1; i < argc; i++)
    failed |= replay(argv[i]);
  printf("%d inputs replayed\n", replayed);
  return failed || replayed == 0;
}
