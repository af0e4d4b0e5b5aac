#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "cli/model/model.h"
#include "cli/text/diagnostics.h"
#include "cli/text/text_table.h"

/* ---- the table in a terminal ---- */

#define COLUMNS_LIMIT TABLE_COLUMNS
#define TEXTS 5 /* columns of text, at the left; the others are numbers, at the right */

/* Where the titles of the first line begin; returns how many there are. */
static int find_columns(const char *line, size_t begins[COLUMNS_LIMIT]) {
  int count = 0;
  for (size_t at = 0; line[at] != 0 && line[at] != '\n' && count < COLUMNS_LIMIT;
       at += strcspn(line + at, " \n")) {
    at += strspn(line + at, " ");
    if (line[at] != '\n')
      begins[count++] = at;
  }
  return count;
}

/* Without the spaces around it. */
static void add_cell(text_table *table, const char *from, size_t length) {
  for (; length > 0 && from[length - 1] == ' '; length--) {
  }
  for (; length > 0 && *from == ' '; length--)
    from++;
  table_add(table, "%.*s", (int)length, from);
}

/* Texts stand where their titles do; numbers hold no space. */
static void add_line(text_table *table, const char *line, size_t length, const size_t *begins) {
  size_t numbers[COLUMNS_LIMIT], end = length;
  for (int column = table->columns - 1; column >= TEXTS; column--) {
    while (end > 0 && line[end - 1] == ' ')
      end--;
    numbers[column] = end;
    while (end > 0 && line[end - 1] != ' ')
      end--;
  }
  for (int column = 0; column < TEXTS; column++) {
    size_t begin = sow__utf8_place(line, end, begins[column]);
    size_t next = column + 1 < TEXTS ? sow__utf8_place(line, end, begins[column + 1]) : end;
    add_cell(table, line + begin, next - begin);
  }
  for (int column = TEXTS; column < table->columns; column++) {
    size_t begin = numbers[column];
    while (begin > 0 && line[begin - 1] != ' ')
      begin--;
    add_cell(table, line + begin, numbers[column] - begin);
  }
}

/* The library's table as one that fits; its last line, the summary, is none of its rows. */
static bool print_fitted(const char *text, FILE *stream) {
  size_t begins[COLUMNS_LIMIT] = {0};
  text_table table = {.columns = find_columns(text, begins)};
  table.right = (1u << table.columns) - (1u << TEXTS);
  for (const char *next; (next = strchr(text, '\n')) != NULL && next[1] != 0; text = next + 1)
    add_line(&table, text, (size_t)(next - text), begins);
  bool printed = table_print(&table, stream);
  table_free(&table);
  fputs(text, stream);
  return printed;
}

/* ---- the command ---- */

static int print_plan(const sow_plan *plan, sow_plan_format format, bool quiet) {
  sow_error error = error_new(quiet);
  char *text = NULL;
  size_t length = 0;
  bool printed = true;
  if (sow_plan_print(plan, format, &text, &length, &error) != SOW_OK)
    return report(&error);
  if (format == SOW_PLAN_TABLE && table_room(stdout) > 0)
    printed = print_fitted(text, stdout);
  else
    fwrite(text, 1, length, stdout);
  free(text);
  return printed ? EXIT_SUCCESS : complain_memory();
}

int cmd_plan(const arguments *all) {
  const plan_arguments *given = &all->plan;
  model one;
  int status = model_read(&given->model, &(model_source){given->path, NULL}, &one);
  if (status != EXIT_SUCCESS)
    return status;
  status = print_plan(one.plan, (sow_plan_format)given->format, given->model.quiet);
  model_free(&one);
  return status;
}
