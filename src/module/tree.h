/* The tree's inside: modules, tensors, and the tape of what was done to them, in torch's order. */
#ifndef SOW_MODULE_TREE_H
#define SOW_MODULE_TREE_H

#include "base/memory.h"
#include "sow/module.h"
#include "tape/tape.h"

/* Parameters and buffers. Two names of one tensor (a tie) point to one of these. */
typedef struct sow__tensor {
  sow_dtype dtype; /* SOW_DTYPE_COUNT: the model's */
  int ndim;
  const int64_t *shape;
  /* Where its elements are: all of a storage of its own, but for what a recording says otherwise. */
  size_t storage;
  const int64_t *strides; /* in elements; NULL where it is contiguous */
  int64_t offset;
  double inputs;       /* of its layer, that are summed for one output; 0 where it weighs none */
  const char *subject; /* its first dotted path; every step of it points here */
  const char *place;   /* "net.txt:9", where a text shows it without what initialises it; NULL elsewhere */
  struct sow__tensor *copied; /* while a copy is made: its copy */
  uint64_t stamp;             /* the last walk that met it */
} sow__tensor;

typedef struct sow__slot {
  const char *name;
  sow__tensor *tensor; /* NULL: registered as None */
  bool temporary;      /* a buffer that is not persistent: no part of the state_dict */
} sow__slot;

typedef struct sow__child {
  const char *name;
  sow_module *module;
  bool repeated; /* the same module stands earlier in this list; Module.apply passes over it */
} sow__child;

/* Limits that bound recursion and memory; far beyond what a checkpoint's header can name. */
#define SOW__DEPTH_LIMIT 2000
#define SOW__TREE_LIMIT ((size_t)1 << 20) /* modules and tensors together */

typedef struct sow__tree sow__tree;

struct sow_module {
  sow__tree *tree;
  const char *class_name;
  const char *arguments;           /* what print shows between the parentheses; "" for none */
  sow__slot *parameters, *buffers; /* malloc'd; the tree frees them */
  size_t parameter_count, parameter_capacity, buffer_count, buffer_capacity;
  sow__child *children;
  size_t child_count, child_capacity;
  struct sow_module *next_made; /* all modules of the tree, for freeing */
  /* The rest is the business of this folder only. */
  const char *rule; /* "default Conv3d": what its constructor's steps are called; NULL for sow_child */
  const char *name; /* under its first parent, as is `parent` */
  sow_module *parent, *latest_parent;
  size_t registrations;
  int depth;                /* the longest way from `top` */
  size_t none_count;        /* parameters registered as None */
  struct sow__index *index; /* names, once there are many */
  sow_module *copied;       /* while a copy is made: its copy */
  uint64_t stamp;           /* the last walk that met it */
};

struct sow__tree {
  sow__arena arena;
  sow_module *top;  /* a nameless module above the root; the root is its only child, under the name "" */
  sow_module *made; /* list through next_made */
  sow__tape tape;
  /* A recording's: bound literals hold for this seed, edition and dtype only. */
  uint64_t recorded_seed;
  sow_edition recorded_edition;
  sow_dtype recorded_dtype;
  const char *recorded_bound; /* why all of it holds for these only; NULL where it holds for all */
  int recorded_skip;          /* its first line that passes over words; 0 where there is none */
  bool unordered;             /* its tensors stand as in a checkpoint, not as in a model */
  sow_error failure;          /* the first; status SOW_OK while there is none */
  size_t size;                /* modules and tensors */
  uint64_t stamp;             /* of the latest walk that marks what it met */
  sow__interner interner;     /* class names and rules */
};

/* The tensor as a part of its storage. */
sow__tape_view sow__tensor_view(const sow__tensor *tensor);

/* Whether anything initialises the tensor so far. */
bool sow__tensor_is_written(const sow__tree *tree, const sow__tensor *tensor);

/* NULL when memory is short. A parser builds its root with the layer constructors, under `top` and "". */
sow__tree *sow__tree_new(void);
void sow__tree_free(sow__tree *tree);              /* NULL is fine */
sow_module *sow__tree_root(const sow__tree *tree); /* NULL before it is made */

/* Records the first failure; from then on no function changes the tree, and constructors return NULL. */
void sow__tree_fail(sow__tree *tree, sow_status status, const char *format, ...) SOW__PRINTF(3, 4);

/*
 * Transformer._reset_parameters, for sow_module_named_parameters: what has more than one dimension is drawn
 * again, and biases stay what they are. `context` is the rule of a caller's, NULL for the constructor's.
 */
void sow__transformer_redraw(sow_module *owner, const char *own_name, const sow_parameter *parameter,
                             void *context);

/*
 * named_parameters() and named_buffers(), buffers that are not persistent too: each tensor once, under its
 * first name, which is valid during the call. SOW_NO_MEMORY.
 */
typedef void (*sow__named_visitor)(sow_module *owner, const sow__slot *slot, const char *name, void *context);
sow_status sow__named_parameters(sow_module *module, sow__named_visitor visit, void *context,
                                 sow_error *error);
sow_status sow__named_buffers(sow_module *module, sow__named_visitor visit, void *context, sow_error *error);

/*
 * Calls `visit` for each entry of state_dict() in torch's order, and for temporary buffers where they stand
 * among them: a module's parameters, then its buffers, then its children; a tied tensor under each of its
 * names, a shared module under each of its paths. `name` is valid during the call. Stops at the first status
 * other than SOW_OK and returns it; SOW_NO_MEMORY.
 */
typedef enum sow__state_kind {
  SOW__STATE_PARAMETER,
  SOW__STATE_BUFFER,
  SOW__STATE_TEMPORARY
} sow__state_kind;
typedef sow_status (*sow__state_visitor)(const char *name, const sow__tensor *tensor, sow__state_kind kind,
                                         void *context);
sow_status sow__tree_state_dict(const sow_module *root, sow__state_visitor visit, void *context,
                                sow_error *error);

/* The same by the paths of modules, which hold the names that wrappers hide in state_dict(). */
sow_status sow__tree_members(const sow_module *root, sow__state_visitor visit, void *context,
                             sow_error *error);

#endif
