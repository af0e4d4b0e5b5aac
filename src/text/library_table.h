/* What is known of the module classes of torchvision, timm and transformers. */
#ifndef SOW_TEXT_LIBRARY_TABLE_H
#define SOW_TEXT_LIBRARY_TABLE_H

#include "text/printed.h"

/*
 * By which children a class is known beside its name, for others use the name as well: "" by the name alone,
 * "-" where it has none, "a b" where it has these at least, "=a b" where it has these only.
 */
typedef struct sow__library_class {
  const char *name;
  const char *children;
  const char
      *holds; /* "cls_token mask_token?": tensors of its own; those with '?' not always. NULL: not told */
} sow__library_class;

/* Classes that are another one: all whose names are one of `prefixes` and `suffix`. */
typedef struct sow__library_family {
  const char *suffix, *target;
  const char *prefixes; /* words between blanks; "-" is the suffix alone */
} sow__library_family;

/* library_data.c, written by tools/library-classes.py; classes are sorted by strcmp of their names. */
extern const sow__library_family sow__library_families[];
extern const size_t sow__library_family_count;
extern const sow__library_class sow__library_holders[], sow__library_again[];
extern const size_t sow__library_holder_count, sow__library_again_count;
extern const char *const sow__library_plain[];
extern const size_t sow__library_plain_count;

/*
 * The class of torch.nn, or another one that sow knows, that it is under a name of its own; NULL for any
 * other. Classes without parameters are Identity.
 */
const char *sow__library_alias(const char *class_name);

/* The class if it holds tensors that the print of `node` does not show, nor someone has written in; else
 * NULL. */
const sow__library_class *sow__library_holder(const char *class_name, const sow__printed *node);
bool sow__library_has_holder(const char *class_name);

/* Whether the class holds nothing itself, whatever arguments it shows. */
bool sow__library_is_plain(const char *class_name);

/* Whether the constructor initialises again what torch.nn's layers have made. */
bool sow__library_initialises_again(const char *class_name, const sow__printed *node);

#endif
