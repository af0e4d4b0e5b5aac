/* What inspect found, as a table for people and as JSON for programs. */
#ifndef SOW_CLI_INSPECT_PRINT_H
#define SOW_CLI_INSPECT_PRINT_H

#include "cli/text/fold.h"

/* Both say whether memory sufficed. `statistics` holds one for each entry of the archive. */
bool inspect_table(const sow_archive *archive, const folds *rows, const sow_statistics *statistics,
                   bool digest);
bool inspect_json(const sow_archive *archive, const sow_statistics *statistics);

#endif
