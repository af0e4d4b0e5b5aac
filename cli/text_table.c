#include "text_table.h"

#include <stdarg.h>
#include <stdlib.h>

#include "base/memory.h"

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
  if (vasprintf(&cell, format, arguments) < 0)
    table->failed = true;
  else
    table->cells[table->count++] = cell;
  va_end(arguments);
}

/* Characters of UTF-8, so that a name in any script keeps its column. */
static size_t width_of(const char *text) {
  size_t width = 0;
  for (; *text != 0; text++)
    width += ((unsigned char)*text & 0xC0) != 0x80;
  return width;
}

/* Spaces are owed until something follows them. */
static void print_cell(const text_table *table, size_t index, const size_t *widths, int *owed, FILE *stream) {
  int column = (int)(index % (size_t)table->columns);
  const char *cell = table->cells[index];
  size_t width = width_of(cell);
  int pad = width < widths[column] ? (int)(widths[column] - width) : 0;
  bool right = (table->right >> column & 1u) != 0;
  if (right)
    *owed += pad;
  if (cell[0] != 0) {
    fprintf(stream, "%*s%s", *owed, "", cell);
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

/* A longer cell moves the rest of its row, and no other row. */
#define WIDTH_LIMIT 80

bool table_print(const text_table *table, FILE *stream) {
  if (table->failed)
    return false;
  size_t widths[TABLE_COLUMNS] = {0};
  for (size_t i = 0; i < table->count; i++) {
    size_t width = width_of(table->cells[i]), column = i % (size_t)table->columns;
    widths[column] = width > widths[column] && width <= WIDTH_LIMIT ? width : widths[column];
  }
  int owed = 0;
  for (size_t i = 0; i < table->count; i++)
    print_cell(table, i, widths, &owed, stream);
  return true;
}

void table_free(text_table *table) {
  for (size_t i = 0; i < table->count; i++)
    free(table->cells[i]);
  free(table->cells);
}
