/* What is known of the module classes of torchvision, timm and transformers. */
#ifndef SOW_TEXT_LIBRARY_TABLE_H
#define SOW_TEXT_LIBRARY_TABLE_H

#include "text/printed.h"

/* Classes that are known by their names, which are one of `prefixes` and `suffix`. */
typedef struct sow__library_family {
  const char *suffix;
  const char *fact;     /* what is known of them, as the array says; NULL: that they are here */
  const char *prefixes; /* words between blanks; "-" is the suffix alone */
} sow__library_family;

/* A class whose name others use as well, so that it is known by its children too. */
typedef struct sow__library_class {
  const char *name;
  const char
      *children; /* "-" where it has none, "a b" where it has these at least, "=a b" where only these */
  const char *fact;
} sow__library_class;

/*
 * library_data.c, written by tools/library-classes.py; sorted by strcmp of the suffixes, and of the names.
 * Holders' fact is what they hold: "cls_token mask_token?", with '?' behind what not all of them have. An
 * alias's is the class that it is under another name.
 */
extern const sow__library_family sow__library_aliases[], sow__library_holders[], sow__library_again[],
    sow__library_plain[];
extern const size_t sow__library_aliases_count, sow__library_holders_count, sow__library_again_count,
    sow__library_plain_count;
extern const sow__library_class sow__library_holders_by_children[], sow__library_again_by_children[];
extern const size_t sow__library_holders_by_children_count, sow__library_again_by_children_count;

/*
 * The class of torch.nn, or another one that sow knows, that it is under a name of its own; NULL for any
 * other. Classes without parameters are Identity.
 */
const char *sow__library_alias(const char *class_name);

/* What the class holds that the print of `node` does not show, nor someone has written in; else NULL. */
const char *sow__library_held(const char *class_name, const sow__printed *node);
bool sow__library_is_holder(const char *class_name); /* whether some class of that name holds something */

/* Whether the class holds nothing itself, whatever arguments it shows. */
bool sow__library_is_plain(const char *class_name);

/* Whether the constructor initialises again what torch.nn's layers have made. */
bool sow__library_initialises_again(const char *class_name, const sow__printed *node);

#endif
