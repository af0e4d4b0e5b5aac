/* Parsed rules: passes in the order written, each with its blocks and lines. */
#ifndef SOW_TEXT_RULESET_H
#define SOW_TEXT_RULESET_H

#include "base/memory.h"
#include "sow/rules.h"
#include "text/diagnostic.h"

/* Bytes of the text; end 0 for none. */
typedef struct sow__span {
  size_t begin, end;
} sow__span;

/* "weight = xavier_normal_()"; "weight[:n/3] = xavier_normal_(gain=1/fan_in) if dim > 1" */
typedef struct sow__rule_line {
  const char *glob;
  size_t begin; /* byte of the text */
  size_t index; /* among all blocks and lines */
  sow_initializer initializer;
  const char *rule;          /* "weights_init.rules:4" */
  bool repeats;              /* repeat_interleave(CALL, TIMES), whose span `call` is */
  const char *tied;          /* the name in "= tie(NAME)"; NULL for others */
  sow__span part, condition; /* what stands in the brackets, and behind `if` */
  sow__span call;            /* where the call depends on the tensor; else `initializer` is it */
  struct sow__rule_line *next;
} sow__rule_line;

typedef struct sow__rule_glob {
  const char *glob;
  struct sow__rule_glob *next;
} sow__rule_glob;

/* "*Conv3d*, *Linear*:" with its lines. A named_parameters pass is one block without globs. */
typedef struct sow__rule_block {
  sow__rule_glob *globs;
  size_t begin, index;
  sow__rule_line *lines;
  struct sow__rule_block *next;
} sow__rule_block;

typedef enum sow__rule_walk {
  SOW__WALK_APPLY,
  SOW__WALK_PARAMETERS, /* named_parameters */
  SOW__WALK_BUFFERS     /* named_buffers */
} sow__rule_walk;

typedef struct sow__rule_pass {
  sow__rule_walk walk;
  const char *path; /* of the module at the end of whose constructor it runs; NULL: after all of them */
  size_t begin;     /* byte of the text */
  sow__rule_block *blocks;
  struct sow__python *python; /* a function of Python; NULL for the others */
  struct sow__rule_pass *next;
} sow__rule_pass;

struct sow_rules {
  sow__arena arena;
  sow__text text; /* a copy, for diagnostics when the rules are applied */
  sow__rule_pass *passes;
  size_t count; /* blocks and lines */
};

#define SOW__RULES_BYTES ((size_t)16 << 20)

/* Rules that hold a copy of the text and nothing else; SOW_LIMIT, SOW_NO_MEMORY. */
sow_status sow__rules_new(const char *text, size_t length, const char *source, sow_rules **rules,
                          sow_error *error);

#endif
