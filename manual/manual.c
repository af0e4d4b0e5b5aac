/*
 * usage: sow_manual FOLDER HEADER…: writes the manual page and the completions of bash and zsh into it, and
 * the pages of the headers into FOLDER/man3, which is there.
 */
#include "manual.h"

#include <stdlib.h>

static bool write_file(const char *folder, const char *name, void (*print)(FILE *)) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *stream = fopen(path, "w");
  if (stream != NULL) {
    print(stream);
    bool failed = ferror(stream) != 0;
    if (fclose(stream) == 0 && !failed)
      return true;
  }
  perror(path);
  return false;
}

int main(int argc, char **argv) {
  if (argc < 3) {
    fputs("usage: sow_manual FOLDER HEADER...\n", stderr);
    return EXIT_FAILURE;
  }
  char pages[4096];
  snprintf(pages, sizeof pages, "%s/man3", argv[1]);
  bool written = write_file(argv[1], "sow.1", man_page) && write_file(argv[1], "sow.bash", bash_completion) &&
                 write_file(argv[1], "_sow", zsh_completion) &&
                 header_pages(pages, (const char *const *)argv + 2);
  return written ? EXIT_SUCCESS : EXIT_FAILURE;
}
