/* What print(model) shows, as a syntax tree: classes, extra text, children. No meaning yet. */
#ifndef SOW_TEXT_PRINTED_H
#define SOW_TEXT_PRINTED_H

#include <stdint.h>

#include "base/memory.h"
#include "text/diagnostic.h"

typedef enum sow__printed_kind {
  SOW__PRINTED_MODULE,
  SOW__PRINTED_NONE,     /* "None": a child that is not there; no node keeps one */
  SOW__PRINTED_PARAMETER /* "Parameter containing: [torch.float32 of size 2x3]" */
} sow__printed_kind;

typedef struct sow__printed {
  sow__printed_kind kind;
  size_t begin, line;            /* byte and line of the text */
  size_t indent;                 /* of the line in which it begins */
  const char *class_name;        /* without a package's prefix */
  bool prefixed;                 /* there was one, as in "lora.Linear": no class of torch.nn */
  size_t extra_begin, extra_end; /* what extra_repr() wrote, or a parameter's size ("2x3") */
  struct sow__printed_child *children;
  size_t child_count;
} sow__printed;

typedef struct sow__printed_child {
  const char *name; /* of one that is not folded */
  size_t begin;
  bool folded; /* "(0-11): 12 x Block(": children 0 to 11, all like `value` */
  int64_t first, last;
  sow__printed *value;
} sow__printed_child;

#define SOW__PRINTED_DEPTH 1000
#define SOW__PRINTED_BYTES ((size_t)64 << 20)

typedef struct sow__printed_text {
  sow__text text; /* UTF-8, with what is no part of the model blanked out */
  sow__printed *root;
  bool fragment;       /* the line with the model's class is missing */
  size_t initialisers; /* where mmengine's "init_cfg=" stands first; SIZE_MAX: nowhere */
} sow__printed_text;

/*
 * Reads the whole text. The tree lives as long as the arena. SOW_SYNTAX, SOW_LIMIT (depth, length, number of
 * modules), SOW_NO_MEMORY. Takes time in the length of the text.
 */
sow_status sow__printed_parse(const sow__text *text, sow__arena *arena, sow__printed_text *printed,
                              sow_error *error);

#endif
