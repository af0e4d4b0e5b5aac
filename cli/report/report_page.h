/* The page that `sow report` fills in: report/ bundled into one file of HTML, which ends where the data goes.
 */
#ifndef SOW_CLI_REPORT_PAGE_H
#define SOW_CLI_REPORT_PAGE_H

#include <stddef.h>

/* NULL where sow was built without it. */
const char *report_page(size_t *size);

#endif
