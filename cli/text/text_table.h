/* Text in columns. */
#ifndef SOW_CLI_TEXT_TABLE_H
#define SOW_CLI_TEXT_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define TABLE_COLUMNS 16

typedef struct text_table {
  int columns;
  unsigned right; /* bit i: column i stands at the right */
  char **cells;   /* row by row; owned */
  size_t count, capacity;
  bool failed; /* memory was short */
} text_table;

/* Adds the next cell. */
void table_add(text_table *table, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* How many characters a line of the stream has; 0 where it is no terminal, whose lines have no end. */
size_t table_room(FILE *stream);

/*
 * Prints with two spaces between columns and none at the ends of lines; in a terminal, rows that are too long
 * go on in further lines, and what is longer than one is shortened. False when memory was short.
 */
bool table_print(const text_table *table, FILE *stream);
void table_free(text_table *table);

#endif
