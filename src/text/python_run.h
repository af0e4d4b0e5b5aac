/* A function that initialises, run over a tree of modules: what its files share. */
#ifndef SOW_TEXT_PYTHON_RUN_H
#define SOW_TEXT_PYTHON_RUN_H

#include "base/memory.h"
#include "text/python_value.h"

/* A class that the file defines. */
typedef struct sow__py_class {
  const char *name;
  sow__py_value base;              /* its first base; None where that is nothing that sow knows */
  const sow__py_list *methods;     /* closures */
  const sow__py_node *definitions; /* of its methods */
  const struct sow__py_class *next;
} sow__py_class;

/* What a file has come to once its top has run; immutable from then on. */
typedef struct sow__py_program {
  sow__py_frame *top; /* the names of the file */
  const sow__py_class *classes;
  bool has_subclass_hook; /* one of them has an __init_subclass__ */
  size_t function_count;
  const char *stars[8]; /* packages of which everything was imported */
  size_t star_count;
  const sow__py_node *call,
      *call_model;        /* net.apply(f) at the top, and where its model stands; NULL for none */
  bool calls_differ;      /* there are several that say different things */
  const char *self_class; /* the class of the root, where a method of the file was chosen; NULL: as printed */
} sow__py_program;

/* What the innermost 'except' that runs is about. */
typedef struct sow__py_handled {
  const char *raised;
  const char *name; /* except … as NAME; NULL */
  const sow_error *failure;
} sow__py_handled;

typedef struct sow__py {
  sow__py_program *program;
  const sow__text *text;       /* that the running function stands in */
  sow__arena *arena;           /* of values */
  sow__arena frames;           /* of names whose functions leave nothing behind */
  sow__py_frame **free_frames; /* by function */
  sow_error failure;           /* what went wrong; status SOW_OK while nothing has */
  const char *raised;          /* "AttributeError": Python raises this here for certain; NULL: sow gives up */
  const sow__py_handled *handled; /* NULL outside of any 'except' */
  bool serious;     /* what failed may have changed a tensor, or the stream: it cannot be passed over */
  sow_module *root; /* NULL while the top of the file runs */
  const sow_module *visited; /* the module that model.apply is at; NULL outside of it */
  uint32_t line;             /* of the latest call: the rule of what it writes */
  size_t steps, step_limit;  /* a bound on time */
  size_t bytes;              /* and one on memory */
  size_t depth;              /* and one on the stack */
  size_t tries;              /* how many 'try' what runs is in */
  bool froze;                /* requires_grad was set */
  bool trained;              /* train() or eval() was called */
  bool no_grad;              /* a leaf may be changed in place */
  size_t written;            /* tensors that were initialised, again counted again */
  const char *given[16];     /* names that the function gave to modules: m.eps = 1e-3 */
  size_t given_count;
  size_t warned[16]; /* places that were warned of, each once */
  size_t warned_count;
} sow__py;

#define SOW__PY_DEPTH 600                /* evaluations within one another */
#define SOW__PY_STEPS ((size_t)1 << 20)  /* for any tree, and */
#define SOW__PY_STEPS_EACH 10000         /* for each of its modules and tensors */
#define SOW__PY_MEMORY ((size_t)1 << 30) /* bytes of values */

/* ---- exceptions ---- */

/* Whether an `except` takes what was raised; of a class of which only the name is known nobody may know. */
sow__py_answer sow__py_catches(const sow__py_node *except, const char *raised);

bool sow__py_execute_raise(sow__py *py, sow__py_frame *frame, const sow__py_node *statement);
/* What an exception says; an empty text where that is not simply known. */
bool sow__py_saying(sow__py *py, sow__py_frame *frame, const sow__py_node *node, const char **said);

/* ---- life ---- */

/* False when memory is short. `error` gives the receiver of warnings. */
bool sow__py_open(sow__py *py, sow__py_program *program, sow__arena *arena, const sow_error *error);
/* Hands the failure over, if there is one. */
sow_status sow__py_close(sow__py *py, sow_error *error);

/* ---- failing: all of them return false ---- */

bool sow__py_fail(sow__py *py, size_t begin, sow_status status, const char *format, ...) SOW__PRINTF(4, 5);
/* What Python itself would raise here. */
bool sow__py_raise(sow__py *py, size_t begin, const char *exception, const char *format, ...)
    SOW__PRINTF(4, 5);
bool sow__py_no_memory_left(sow__py *py);
/* Whether this place of the text has not been warned of yet; from now on it has. */
bool sow__py_warns_here(sow__py *py, size_t begin);
/* Takes the failure back; false for one that stays: memory, a limit, what is serious. */
bool sow__py_forget(sow__py *py);
/* A number as a double, for what is written into tensors; refuses an int that no double is. */
bool sow__py_to_double(sow__py *py, const sow__py_value *value, size_t begin, double *number);
/* A copy of the failure, among the values; NULL when memory is short. */
sow_error *sow__py_keep(sow__py *py);
/* A failure that was kept until now. */
bool sow__py_fail_kept(sow__py *py, const sow_error *kept);
/* The same, which Python raises for certain. */
bool sow__py_raise_again(sow__py *py, const char *raised, const sow_error *kept);
/* Counts one step; false past the limit. */
bool sow__py_step(sow__py *py, size_t begin, size_t count);

/* ---- memory ---- */

void *sow__py_alloc(sow__py *py, size_t size); /* NULL, with the failure set */
bool sow__py_text(sow__py *py, const char *text, size_t length, sow__py_value *out);
/* A tuple, list or dict with room for `count` values, which may be NULL where there are none. */
bool sow__py_list_new(sow__py *py, sow__py_type type, size_t count, sow__py_value *out,
                      sow__py_value **items);
/* An empty one, with room for so many. */
bool sow__py_list_empty(sow__py *py, sow__py_type type, size_t room, sow__py_value *out);

/* ---- names, functions, statements ---- */

sow__py_frame *sow__py_frame_new(sow__py *py, const sow__py_function *function, sow__py_frame *outer);
void sow__py_frame_free(sow__py *py, sow__py_frame *frame);
/* A name as Python finds it: the scopes outwards, then what needs no import. */
bool sow__py_lookup(sow__py *py, sow__py_frame *frame, const sow__py_node *node, sow__py_value *out);
/* The place of a name among the function's; their count where it has none such. */
size_t sow__py_local(const sow__py_function *function, const char *name);
/* Gives a name its value: of the frame's function, or of one around it (nonlocal, global, :=). */
bool sow__py_set_name(sow__py *py, sow__py_frame *frame, size_t begin, const char *name,
                      const sow__py_value *value);
/* Gives a local of the frame's function its value. */
void sow__py_set_local(sow__py_frame *frame, const char *name, const sow__py_value *value);

typedef enum sow__py_flow {
  SOW__PY_ON,
  SOW__PY_BROKE,
  SOW__PY_CONTINUED,
  SOW__PY_RETURNED,
  SOW__PY_FAILED
} sow__py_flow;

/* A list of statements; `returned` is set by SOW__PY_RETURNED. */
sow__py_flow sow__py_execute(sow__py *py, sow__py_frame *frame, const sow__py_node *statement,
                             sow__py_value *returned);
bool sow__py_assign(sow__py *py, sow__py_frame *frame, const sow__py_node *target,
                    const sow__py_value *value);
/* Statements that assign. */
bool sow__py_execute_assign(sow__py *py, sow__py_frame *frame, const sow__py_node *statement);
bool sow__py_execute_delete(sow__py *py, sow__py_frame *frame, const sow__py_node *statement);
bool sow__py_execute_augmented(sow__py *py, sow__py_frame *frame, const sow__py_node *statement);
/* A function that sees the names of the frame. */
bool sow__py_closure_new(sow__py *py, sow__py_frame *frame, const sow__py_function *function,
                         sow__py_value *out);
/* def and class. */
bool sow__py_define(sow__py *py, sow__py_frame *frame, const sow__py_node *node);

/* Calls whatever can be called. `begin` is the call's place. */
bool sow__py_call(sow__py *py, const sow__py_value *callee, const sow__py_arguments *arguments, size_t begin,
                  sow__py_value *out);
bool sow__py_call_one(sow__py *py, const sow__py_value *callee, const sow__py_value *argument, size_t begin,
                      sow__py_value *out);

/* ---- expressions ---- */

bool sow__py_evaluate(sow__py *py, sow__py_frame *frame, const sow__py_node *node, sow__py_value *out);
bool sow__py_arithmetic(sow__py *py, size_t begin, int op, sow__py_value *left, const sow__py_value *right);
bool sow__py_comprehend(sow__py *py, sow__py_frame *frame, const sow__py_node *node, sow__py_value *out);
bool sow__py_compare(sow__py *py, size_t begin, int op, const sow__py_value *a, const sow__py_value *b,
                     bool *out);
/* The truth of a value, or a failure where it has none. */
bool sow__py_test(sow__py *py, size_t begin, const sow__py_value *value, bool *out);
/* `a in b`. */
bool sow__py_contains(sow__py *py, size_t begin, const sow__py_value *item, const sow__py_value *container,
                      bool *out);
/* Gives a dict the pairs of another one. */
bool sow__py_merge(sow__py *py, size_t begin, const sow__py_value *dict, const sow__py_value *other);
/* All that a loop goes over; of an iterator what is left, which is gone then. */
bool sow__py_iterate(sow__py *py, size_t begin, const sow__py_value *value, const sow__py_list **out);

/* Gives values one after another, each made when it is asked for: what makes it may do something. */
typedef struct sow__py_iterator sow__py_iterator;
/* *there is false where there are no more. */
typedef bool sow__py_next_function(sow__py *py, sow__py_iterator *iterator, size_t begin, sow__py_value *out,
                                   bool *there);
struct sow__py_iterator {
  sow__py_next_function *next;
  const sow__py_list *list;   /* which may grow meanwhile */
  size_t taken;               /* items of it */
  sow__py_iterator **sources; /* of map, filter, zip and enumerate */
  size_t width;
  sow__py_value function; /* of map and filter */
  int64_t number;         /* of enumerate */
  struct sow__py_generator *generator;
  bool at_top; /* the top of the file made it, which every module sees */
  bool over;
};

bool sow__py_next(sow__py *py, sow__py_iterator *iterator, size_t begin, sow__py_value *out, bool *there);
/* iter(value): an iterator is its own. */
bool sow__py_iter(sow__py *py, size_t begin, const sow__py_value *value, sow__py_iterator **out);
/* Makes of a list an iterator over it. */
bool sow__py_make_iterator(sow__py *py, sow__py_value *value);
/* Adds an item to a list, which nothing else has seen yet, or may be changed. */
bool sow__py_add(sow__py *py, size_t begin, sow__py_list *list, const sow__py_value *value);
bool sow__py_index(sow__py *py, size_t begin, const sow__py_value *value, const sow__py_value *index,
                   sow__py_value *out);
/* A place counted from the end where it is negative; false, with the failure set, outside of the list. */
bool sow__py_item_place(sow__py *py, size_t begin, const sow__py_value *index, size_t count, size_t *out);
/* Python's slice.indices of `count` items: where it starts, and how many it takes. */
bool sow__py_slice_bounds(sow__py *py, size_t begin, const sow__py_value *slice, size_t count, int64_t *start,
                          int64_t *step, size_t *taken);
/* str(value), and what stands in '%s'. */
bool sow__py_show(sow__py *py, size_t begin, const sow__py_value *value, sow__py_value *out);
bool sow__py_format(sow__py *py, size_t begin, const sow__py_value *format, const sow__py_value *values,
                    sow__py_value *out);

/* Whether what stands there may change a tensor or the stream, as far as its words tell. */
bool sow__py_may_initialise(const sow__py_frame *frame, const sow__py_node *node);

/* ---- attributes ---- */

typedef enum sow__py_found {
  SOW__PY_IS_THERE,
  SOW__PY_ABSENT, /* for certain: Python raises AttributeError */
  SOW__PY_UNKNOWN /* sow cannot tell what it is, or whether it is; `why` is set */
} sow__py_found;

/* `out` is set for what is there; it may be something whose value is unknown, and then `why` is set. */
sow__py_found sow__py_find_attribute(sow__py *py, const sow__py_value *object, const char *name,
                                     sow__py_value *out, const char **why);
/* The same, where anything but a value is a failure. */
bool sow__py_attribute(sow__py *py, size_t begin, const sow__py_value *object, const char *name,
                       sow__py_value *out);
/* self._init_weights: a method of the class that the file defines for the module. */
bool sow__py_find_method(sow__py *py, sow_module *module, const char *name, sow__py_value *out);
/* A method that stands in a class of the file: a closure, or what is wrong with it; NULL for none. */
const sow__py_value *sow__py_own_method(const sow__py_class *class, const char *name);
/* N.init_weights of a class of the file, without a self; false, also with the failure set, for none. */
bool sow__py_class_method(sow__py *py, const char *class_name, const char *name, sow__py_value *out);
/* A method of the module by its name: what to call. */
bool sow__py_bind_method(sow__py *py, const sow_module *module, const char *name, sow__py_value *out);

/* What is known of a layer by its class: in_features, kernel_size. */
sow__py_found sow__py_layer_attribute(sow__py *py, const sow_module *module, const char *layer,
                                      const char *name, sow__py_value *out, const char **why);

/* ---- classes ---- */

/* The class of torch.nn that this module is an instance of; NULL where it is of another library. */
const char *sow__py_torch_class(const sow_module *module);
bool sow__py_is_module_dict(const sow_module *module);
/* What it has under this name; NULL for nothing. */
sow_module *sow__py_dict_child(sow_module *module, const char *name);
/* Whether torch.nn, or torch.nn.modules, has a class of this name. */
bool sow__py_is_torch_class(const char *name);
/* Whether 'from PACKAGE import *' would bring this name. */
bool sow__py_package_has(const char *package, const char *name);
/* A dotted name as what it stands for: a class of torch.nn becomes a TYPE, math.pi a float. False for a class
 * that torch.nn has not. */
bool sow__py_resolve_path(sow__py *py, size_t begin, sow__py_value *value);
sow__py_answer sow__py_is_instance(const sow__py *py, const sow_module *module, const sow__py_value *type);
const sow__py_class *sow__py_class_find(const sow__py_program *program, const char *name);
/* The class of the file that it derives from; NULL where that is none. */
const sow__py_class *sow__py_class_above(const sow__py_program *program, const sow__py_class *class);
#define SOW__PY_BASES 32 /* so far up: names may lead in a circle */

/* ---- calls of what has a name ---- */

/* A method of any value. */
bool sow__py_call_method(sow__py *py, const sow__py_value *object, const char *name,
                         const sow__py_arguments *arguments, size_t begin, sow__py_value *out);
bool sow__py_tensor_method(sow__py *py, const sow__py_value *tensor, const char *name,
                           const sow__py_arguments *arguments, size_t begin, sow__py_value *out);
/* Refuses to change something: whoever passed over that would go on with what it was. */
bool sow__py_fail_change(sow__py *py, size_t begin, const char *message);
/* Whether a list, dict or set may be changed: not what outlives the run, and not what is torch's. */
bool sow__py_check_change(sow__py *py, size_t begin, const sow__py_value *object);
/* list += more */
bool sow__py_extend(sow__py *py, size_t begin, const sow__py_value *object, const sow__py_value *more);
/* list[index] = value, dict[index] = value */
bool sow__py_put_item(sow__py *py, size_t begin, const sow__py_value *object, const sow__py_value *index,
                      const sow__py_value *value);
/* Of lists, tuples, dicts and sets. Whether sow knows the method, so that it may be handed on: add =
 * names.append */
bool sow__py_has_list_method(const sow__py_value *object, const char *name);
bool sow__py_list_method(sow__py *py, const sow__py_value *list, const char *name,
                         const sow__py_arguments *arguments, size_t begin, sow__py_value *out);
bool sow__py_text_method(sow__py *py, const sow__py_value *text, const char *name,
                         const sow__py_arguments *arguments, size_t begin, sow__py_value *out);
/* A function by its dotted name: len, math.sqrt, torch.nn.init.normal_. */
bool sow__py_call_path(sow__py *py, const char *path, const sow__py_arguments *arguments, size_t begin,
                       sow__py_value *out);
/* Contexts that change no number, as calls give them: with torch.no_grad(): NULL ends them. */
extern const char *const sow__py_contexts[];
/* All arguments come by position, from `least` to `most`. */
bool sow__py_check_count(sow__py *py, const char *name, const sow__py_arguments *arguments, size_t least,
                         size_t most, size_t begin);
/* What needs no import, one by one. */
typedef bool sow__py_builtin(sow__py *py, const sow__py_arguments *arguments, size_t begin,
                             sow__py_value *out);
sow__py_builtin sow__py_call_isinstance, sow__py_call_type, sow__py_call_hasattr, sow__py_call_getattr,
    sow__py_call_callable, sow__py_call_iter, sow__py_call_next, sow__py_call_map, sow__py_call_filter,
    sow__py_call_chain, sow__py_call_zip, sow__py_call_enumerate, sow__py_call_sorted, sow__py_call_dict,
    sow__py_call_set;
bool sow__py_call_builtin(sow__py *py, const char *name, const sow__py_arguments *arguments, size_t begin,
                          sow__py_value *out, bool *found);
bool sow__py_call_init(sow__py *py, const char *name, const sow__py_arguments *arguments, size_t begin,
                       sow__py_value *out);
bool sow__py_is_initializer(const char *name); /* also calculate_gain */
/* sqrt, float, calculate_gain: functions that rules have too. */
bool sow__py_call_rules_function(sow__py *py, const char *name, const sow__py_arguments *arguments,
                                 size_t begin, sow__py_value *out);
bool sow__py_call_timm(sow__py *py, const char *path, const sow__py_arguments *arguments, size_t begin,
                       sow__py_value *out, bool *found);
bool sow__py_call_math(sow__py *py, const char *path, const sow__py_arguments *arguments, size_t begin,
                       sow__py_value *out, bool *found);

/* Gives each parameter its argument or NULL; Python's TypeErrors for the rest. `names` ends with NULL. */
bool sow__py_bind_arguments(sow__py *py, const char *callee, const char *const *names, size_t required,
                            const sow__py_arguments *arguments, size_t begin, const sow__py_value **bound);

/* ---- writing: python_write.c, the one place where a tensor changes ---- */

/* A tensor or a part of one, by an initialiser. `begin` is the call's place, whose line names the rule. */
bool sow__py_write(sow__py *py, const sow__py_value *tensor, sow_initializer initializer, size_t begin);
/* What torch forbids outside of torch.no_grad(): a parameter itself, or a part of it, is changed in place. */
bool sow__py_check_leaf(sow__py *py, const sow__py_value *tensor, size_t begin);
/* A method that changes a tensor in another way (mul_, copy_), or an assignment to it. */
bool sow__py_write_otherwise(sow__py *py, const char *what, size_t begin);
/* "weights_init.py:7": the rule of what is written now. */
bool sow__py_rule_name(sow__py *py, sow__buffer *name);
/* The tree's own failures come to light here. */
bool sow__py_check_tree(sow__py *py);
/* reset_parameters(), _reset_parameters() or reset_running_stats() of a layer of torch's. */
bool sow__py_reset(sow__py *py, sow_module *module, const char *method, size_t begin);
/* Whether Tensor has a method of this name that changes it. */
bool sow__py_is_writing_method(const char *name);

#endif
