/* The classes that a printed model may hold with arguments: what each argument is, and how it is built. */
#ifndef SOW_TEXT_CLASS_TABLE_H
#define SOW_TEXT_CLASS_TABLE_H

#include "sow/module.h"
#include "text/expression.h"

typedef enum sow__takes {
  SOW__TAKES_SIZE,  /* an int */
  SOW__TAKES_SIZES, /* a tuple of ints, or one int for all */
  SOW__TAKES_INDEX, /* an int or None */
  SOW__TAKES_NUMBER,
  SOW__TAKES_FLAG,
  SOW__TAKES_ANY /* decides neither shape nor draw */
} sow__takes;

typedef struct sow__class_argument {
  const char *name; /* NULL ends the list */
  sow__takes takes;
  bool required;
} sow__class_argument;

#define SOW__CLASS_ARGUMENTS 12

typedef struct sow__class_row sow__class_row;

struct sow__class_row {
  const char *name;
  int dims;                             /* the 3 of Conv3d */
  const sow__class_argument *arguments; /* in Python's order */
  /* `values` has one entry for each argument: NULL for the default, else of the kind that it takes. */
  sow_module *(*build)(sow_module *parent, const char *name, const sow__class_row *row,
                       const sow__text_value *const *values);
};

/* NULL for a class that is built without arguments, or not at all. */
const sow__class_row *sow__class_find(const char *class_name);

/* Of other editions than library_data.c is of; sow__library_alias knows all. NULL for any other class. */
const char *sow__shipped_alias(const char *class_name);

#endif
