#include "cli/arguments/words.h"

#include <string.h>

#include "sow/sow.h"

/* The first is for people, and the default. */
static const char *format_at(command_id id, size_t index) {
  static const char *const plan[] = {"table", "json", "shapes"}; /* the order of sow_plan_format */
  static const char *const table[] = {"table", "json"}, *const text[] = {"text", "json"};
  if (id == COMMAND_PLAN)
    return index < 3 ? plan[index] : NULL;
  return index < 2 ? (id == COMMAND_INSPECT ? table : text)[index] : NULL;
}

static const char *dtype_at(size_t index) {
  static const sow_dtype drawn[] = {SOW_FLOAT32, SOW_FLOAT64, SOW_FLOAT16, SOW_BFLOAT16};
  return index < sizeof drawn / sizeof *drawn ? sow_dtype_name(drawn[index]) : NULL;
}

static const char *list_at(size_t index) {
  static const char *const lists[] = {"initializers", "layers", "methods",
                                      "nonlinearities"}; /* the order of cmd_list.c */
  return index < sizeof lists / sizeof *lists ? lists[index] : NULL;
}

sow_initializer_kind initializer_at(size_t index) {
  int kind = 0;
  while (kind < SOW_INITIALIZER_COUNT && (!sow_initializer_makes((sow_initializer_kind)kind) || index-- > 0))
    kind++;
  return (sow_initializer_kind)kind;
}

static const char *initializer_name_at(size_t index) {
  sow_initializer_kind kind = initializer_at(index);
  return kind < SOW_INITIALIZER_COUNT ? sow_initializer_name(kind) : NULL;
}

const char *word_at(word_kind kind, command_id id, size_t index) {
  switch (kind) {
  case WORD_COMMAND:
    return index < COMMAND_COUNT ? command_table[index].name : NULL;
  case WORD_DTYPE:
    return dtype_at(index);
  case WORD_EXPRESSION:
    return initializer_name_at(index);
  case WORD_FORMAT:
    return format_at(id, index);
  case WORD_ISA:
    return index < (size_t)sow_isa_count() ? sow_isa_name((int)index) : NULL;
  case WORD_LIST:
    return list_at(index);
  case WORD_NONLINEARITY:
    return index < SOW_NONLINEARITY_COUNT ? sow_nonlinearity_name((sow_nonlinearity)index) : NULL;
  case WORD_TORCH:
    return index < SOW_EDITION_COUNT ? sow_edition_name((sow_edition)index) : NULL;
  default:
    return NULL;
  }
}

int word_find(word_kind kind, command_id id, const char *word, sow__nearest *near) {
  const char *known;
  *near = (sow__nearest){.name = word};
  for (size_t i = 0; (known = word_at(kind, id, i)) != NULL; i++) {
    if (strcmp(known, word) == 0)
      return (int)i;
    sow__nearest_offer(near, known);
  }
  return -1;
}
