/* What inspect found, as a table for people and as JSON for programs. */
#ifndef SOW_CLI_INSPECT_PRINT_H
#define SOW_CLI_INSPECT_PRINT_H

#include "cli/text/fold.h"

/*
 * Both return EXIT_SUCCESS or, with a complaint, EXIT_TROUBLE where memory was short. `statistics` holds one
 * for each entry of the archive.
 */
int inspect_table(const sow_archive *archive, const folds *rows, const sow_statistics *statistics,
                  bool digest);
int inspect_json(const sow_archive *archive, const sow_statistics *statistics);

#endif
