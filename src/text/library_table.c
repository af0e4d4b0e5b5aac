#include "text/library_table.h"

#include <stdlib.h>
#include <string.h>

#include "text/class_table.h"

/* The word that begins at *at, which moves behind it; 0 behind the last one. */
static size_t next_word(const char **at, const char **word) {
  *word = *at + strspn(*at, " ");
  size_t length = strcspn(*word, " ");
  *at = *word + length;
  return length;
}

static bool has_word(const char *words, const char *word, size_t length) {
  const char *each;
  for (size_t n; (n = next_word(&words, &each)) > 0;)
    if (n == length && memcmp(each, word, length) == 0)
      return true;
  return false;
}

/* ---- by the name ---- */

static int compare_suffix(const void *suffix, const void *row) {
  return strcmp(suffix, ((const sow__library_family *)row)->suffix);
}

static const sow__library_family *with_suffix(const sow__library_family *rows, size_t count,
                                              const char *class_name, size_t prefix) {
  const sow__library_family *row = bsearch(class_name + prefix, rows, count, sizeof *rows, compare_suffix);
  if (row == NULL)
    return NULL;
  while (row > rows && strcmp(row[-1].suffix, row->suffix) == 0)
    row--;
  const char *word = prefix == 0 ? "-" : class_name;
  size_t length = prefix == 0 ? 1 : prefix;
  for (; row < rows + count && strcmp(row->suffix, class_name + prefix) == 0; row++)
    if (has_word(row->prefixes, word, length))
      return row;
  return NULL;
}

/* A suffix begins with a capital. */
static const sow__library_family *find_family(const sow__library_family *rows, size_t count,
                                              const char *class_name) {
  const sow__library_family *row = with_suffix(rows, count, class_name, 0);
  for (size_t i = 1; row == NULL && class_name[0] != 0 && class_name[i] != 0; i++)
    if (class_name[i] >= 'A' && class_name[i] <= 'Z')
      row = with_suffix(rows, count, class_name, i);
  return row;
}
#define FIND_FAMILY(rows, class_name) find_family(rows, rows##_count, class_name)

const char *sow__library_alias(const char *class_name) {
  const sow__library_family *row = FIND_FAMILY(sow__library_aliases, class_name);
  return row != NULL ? row->fact : sow__shipped_alias(class_name);
}

bool sow__library_is_plain(const char *class_name) {
  return FIND_FAMILY(sow__library_plain, class_name) != NULL;
}

/* ---- children ---- */

static const sow__printed_child *find_child(const sow__printed *node, const char *name, size_t length) {
  for (size_t i = 0; i < node->child_count; i++) {
    const sow__printed_child *child = &node->children[i];
    if (!child->folded && strlen(child->name) == length && memcmp(child->name, name, length) == 0)
      return child;
  }
  return NULL;
}

static size_t count_modules(const sow__printed *node) {
  size_t count = 0;
  for (size_t i = 0; i < node->child_count; i++)
    count += node->children[i].value->kind == SOW__PRINTED_MODULE;
  return count;
}

static bool has_children(const sow__printed *node, const char *children) {
  if (strcmp(children, "-") == 0)
    return count_modules(node) == 0;
  bool only = children[0] == '=';
  const char *at = children + only, *name;
  size_t names = 0;
  for (size_t length; (length = next_word(&at, &name)) > 0; names++)
    if (find_child(node, name, length) == NULL)
      return false;
  return !only || names == count_modules(node);
}

static int compare_name(const void *name, const void *row) {
  return strcmp(name, ((const sow__library_class *)row)->name);
}

/* Some row of that name; others of it stand around it. */
static const sow__library_class *find_name(const sow__library_class *rows, size_t count, const char *name) {
  return bsearch(name, rows, count, sizeof *rows, compare_name);
}

static const sow__library_class *find_class(const sow__library_class *rows, size_t count, const char *name,
                                            const sow__printed *node) {
  const sow__library_class *row = find_name(rows, count, name);
  if (row == NULL)
    return NULL;
  while (row > rows && strcmp(row[-1].name, name) == 0)
    row--;
  for (; row < rows + count && strcmp(row->name, name) == 0; row++)
    if (has_children(node, row->children))
      return row;
  return NULL;
}
#define FIND_CLASS(rows, class_name, node) find_class(rows, rows##_count, class_name, node)

/* ---- what is held ---- */

/* What one always holds; where there is no such tensor, any of them. */
static bool is_written_in(const char *held, const sow__printed *node) {
  const char *name;
  size_t always = 0, any = 0;
  for (size_t length; (length = next_word(&held, &name)) > 0;) {
    bool sometimes = name[length - 1] == '?';
    const sow__printed_child *child = find_child(node, name, length - sometimes);
    bool there = child != NULL && child->value->kind == SOW__PRINTED_PARAMETER;
    if (!sometimes && !there)
      return false;
    always += !sometimes;
    any += there;
  }
  return always + any > 0;
}

const char *sow__library_held(const char *class_name, const sow__printed *node) {
  const sow__library_family *family = FIND_FAMILY(sow__library_holders, class_name);
  const sow__library_class *row = FIND_CLASS(sow__library_holders_by_children, class_name, node);
  const char *held = family != NULL ? family->fact : row != NULL ? row->fact : NULL;
  return held != NULL && is_written_in(held, node) ? NULL : held;
}

bool sow__library_is_holder(const char *class_name) {
  return FIND_FAMILY(sow__library_holders, class_name) != NULL ||
         find_name(sow__library_holders_by_children, sow__library_holders_by_children_count, class_name) !=
             NULL;
}

bool sow__library_initialises_again(const char *class_name, const sow__printed *node) {
  return FIND_FAMILY(sow__library_again, class_name) != NULL ||
         FIND_CLASS(sow__library_again_by_children, class_name, node) != NULL;
}
