#include "cli/text/text_table.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/utf8.h"

void table_add(text_table *table, const char *format, ...) {
  void *cells = table->cells;
  bool room = sow__reserve(&cells, &table->capacity, table->count + 1, sizeof *table->cells);
  table->cells = cells;
  if (!room) {
    table->failed = true;
    return;
  }
  va_list arguments;
  va_start(arguments, format);
  char *cell = NULL;
  if (vasprintf(&cell, format, arguments) < 0) {
    table->failed = true;
  } else {
    sow__harmless(cell);
    table->cells[table->count++] = cell;
  }
  va_end(arguments);
}

/* Characters of UTF-8, so that a name in any script keeps its column. */
static size_t width_of(const char *text) {
  return sow__utf8_count(text, strlen(text));
}

/* ---- where the columns stand ---- */

typedef struct layout {
  size_t widths[TABLE_COLUMNS];
  bool breaks[TABLE_COLUMNS]; /* the column begins another line of its row */
  size_t longest;             /* characters of a cell at most */
} layout;

#define LEAST_ROOM 20 /* in a narrower window lines break as they come */
#define INDENT 4      /* of the further lines of a row */

/* A longer cell moves the rest of its row, and no other row. */
#define WIDTH_LIMIT 80

/* `room`: characters of a line; 0: as many as there are. */
static layout lay_out(const text_table *table, size_t room) {
  layout made = {.longest = room > 0 ? room - INDENT : SIZE_MAX};
  size_t limit = made.longest < WIDTH_LIMIT ? made.longest : WIDTH_LIMIT;
  for (size_t i = 0; i < table->count; i++) {
    size_t width = width_of(table->cells[i]), column = i % (size_t)table->columns;
    width = room > 0 && width > limit ? limit : width;
    made.widths[column] = width > made.widths[column] && width <= limit ? width : made.widths[column];
  }
  size_t used = 0;
  for (int column = 0; column < table->columns; column++) {
    made.breaks[column] = column > 0 && room > 0 && used + 2 + made.widths[column] > room;
    used = made.breaks[column] ? INDENT + made.widths[column]
                               : used + (column > 0 ? 2 : 0) + made.widths[column];
  }
  return made;
}

/* ---- printing ---- */

/* The middle of what is too long is left out: names differ at both ends. */
static void print_shortened(const char *cell, size_t longest, FILE *stream) {
  size_t width = width_of(cell), length = strlen(cell);
  if (width <= longest) {
    fputs(cell, stream);
    return;
  }
  size_t head = (longest - 1) / 2, tail = longest - 1 - head;
  fprintf(stream, "%.*s…%s", (int)sow__utf8_place(cell, length, head), cell,
          cell + sow__utf8_place(cell, length, width - tail));
}

/* Spaces are owed until something follows them. */
static void print_cell(const text_table *table, size_t index, const layout *where, int *owed, FILE *stream) {
  int column = (int)(index % (size_t)table->columns);
  const char *cell = table->cells[index];
  size_t width = width_of(cell);
  width = width < where->longest ? width : where->longest;
  int pad = width < where->widths[column] ? (int)(where->widths[column] - width) : 0;
  bool right = (table->right >> column & 1u) != 0;
  if (where->breaks[column]) {
    fputc('\n', stream);
    *owed = INDENT;
  }
  if (right)
    *owed += pad;
  if (cell[0] != 0) {
    fprintf(stream, "%*s", *owed, "");
    print_shortened(cell, where->longest, stream);
    *owed = 0;
  }
  if (!right)
    *owed += pad;
  *owed += 2;
  if (column == table->columns - 1) {
    fputc('\n', stream);
    *owed = 0;
  }
}

size_t table_room(FILE *stream) {
  struct winsize size;
  int file = fileno(stream);
  if (isatty(file) == 0)
    return 0;
  if (ioctl(file, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
    return 80;
  return size.ws_col < LEAST_ROOM ? LEAST_ROOM : size.ws_col;
}

bool table_print(const text_table *table, FILE *stream) {
  if (table->failed)
    return false;
  layout where = lay_out(table, table_room(stream));
  int owed = 0;
  for (size_t i = 0; i < table->count; i++)
    print_cell(table, i, &where, &owed, stream);
  return true;
}

void table_free(text_table *table) {
  for (size_t i = 0; i < table->count; i++)
    free(table->cells[i]);
  free(table->cells);
}
