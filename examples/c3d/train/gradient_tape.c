#include "gradient_tape.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ARGUMENT_LIMIT = 6 };

typedef struct step {
  dnnl_primitive_t primitive;
  int argument_count;
  dnnl_exec_arg_t arguments[ARGUMENT_LIMIT];
} step;

/* A list of things that the tape owns or plays. */
typedef struct list {
  void *items;
  size_t count, capacity;
} list;

struct tape {
  dnnl_engine_t engine;
  dnnl_stream_t stream;
  dnnl_status_t failure;
  const char *failed; /* what could not be done */
  list sides[TAPE_SIDE_COUNT];
  list memories, choices;
};

bool tape_note(tape *t, const char *what, dnnl_status_t status) {
  if (t->failure != dnnl_success)
    return false;
  t->failure = status;
  t->failed = what;
  return status == dnnl_success;
}

/* Room for one item more, zeroed, or NULL. */
static void *list_push(tape *t, list *all, size_t item_size) {
  if (all->count == all->capacity) {
    size_t capacity = all->capacity == 0 ? 16 : 2 * all->capacity;
    void *items = realloc(all->items, capacity * item_size);
    if (items == NULL) {
      tape_note(t, "a list", dnnl_out_of_memory);
      return NULL;
    }
    all->items = items;
    all->capacity = capacity;
  }
  void *item = (char *)all->items + all->count * item_size;
  memset(item, 0, item_size);
  all->count++;
  return item;
}

tape *tape_new(void) {
  tape *t = calloc(1, sizeof *t);
  if (t != NULL && tape_note(t, "a CPU engine", dnnl_engine_create(&t->engine, dnnl_cpu, 0)))
    tape_note(t, "a stream", dnnl_stream_create(&t->stream, t->engine, dnnl_stream_default_flags));
  return t;
}

void tape_free(tape *t) {
  if (t == NULL)
    return;
  for (int side = 0; side < TAPE_SIDE_COUNT; side++) {
    step *steps = t->sides[side].items;
    for (size_t i = 0; i < t->sides[side].count; i++)
      dnnl_primitive_destroy(steps[i].primitive);
    free(steps);
  }
  dnnl_primitive_desc_t *choices = t->choices.items;
  for (size_t i = 0; i < t->choices.count; i++)
    dnnl_primitive_desc_destroy(choices[i]);
  free(choices);
  dnnl_memory_t *memories = t->memories.items;
  for (size_t i = 0; i < t->memories.count; i++)
    dnnl_memory_destroy(memories[i]);
  free(memories);
  dnnl_stream_destroy(t->stream);
  dnnl_engine_destroy(t->engine);
  free(t);
}

static sow_status report(dnnl_status_t failure, const char *what, sow_error *error) {
  if (failure == dnnl_success)
    return SOW_OK;
  sow_status status = failure == dnnl_out_of_memory ? SOW_NO_MEMORY : SOW_UNSUPPORTED;
  if (error != NULL) {
    error->status = status;
    snprintf(error->message, sizeof error->message, "oneDNN does not make or run %s (its status is %d)", what,
             (int)failure);
  }
  return status;
}

sow_status tape_check(const tape *t, sow_error *error) {
  return t == NULL ? report(dnnl_out_of_memory, "a tape", error) : report(t->failure, t->failed, error);
}

/* ---- memory ---- */

dnnl_memory_desc_t tape_layout(tape *t, int ndims, const dnnl_dims_t dims, dnnl_format_tag_t tag) {
  dnnl_memory_desc_t layout = {0};
  tape_note(t, "a layout", dnnl_memory_desc_init_by_tag(&layout, ndims, dims, dnnl_f32, tag));
  return layout;
}

dnnl_memory_desc_t tape_plain_layout(tape *t, int ndims, const dnnl_dims_t dims) {
  static const dnnl_format_tag_t plain[] = {dnnl_a, dnnl_ab, dnnl_abc, dnnl_abcd, dnnl_abcde};
  return tape_layout(t, ndims, dims, plain[ndims - 1]);
}

dnnl_memory_t tape_memory(tape *t, const dnnl_memory_desc_t *layout) {
  dnnl_memory_t *place = list_push(t, &t->memories, sizeof *place);
  if (place == NULL ||
      !tape_note(t, "memory", dnnl_memory_create(place, layout, t->engine, DNNL_MEMORY_ALLOCATE)))
    return NULL;
  void *bytes = NULL;
  if (tape_note(t, "memory", dnnl_memory_get_data_handle(*place, &bytes)) && bytes != NULL)
    memset(bytes, 0, dnnl_memory_desc_get_size(layout));
  return *place;
}

dnnl_memory_desc_t tape_layout_of(tape *t, dnnl_memory_t memory) {
  const dnnl_memory_desc_t *layout = NULL;
  if (t->failure == dnnl_success && tape_note(t, "a layout", dnnl_memory_get_memory_desc(memory, &layout)))
    return *layout;
  return (dnnl_memory_desc_t){0};
}

float *tape_elements(dnnl_memory_t memory, size_t *count) {
  void *elements = NULL;
  const dnnl_memory_desc_t *layout = NULL;
  *count = 0;
  if (dnnl_memory_get_data_handle(memory, &elements) == dnnl_success &&
      dnnl_memory_get_memory_desc(memory, &layout) == dnnl_success)
    *count = dnnl_memory_desc_get_size(layout) / sizeof(float);
  return elements;
}

size_t tape_count(dnnl_memory_t memory) {
  const dnnl_memory_desc_t *layout = NULL;
  if (dnnl_memory_get_memory_desc(memory, &layout) != dnnl_success)
    return 0;
  size_t count = 1;
  for (int axis = 0; axis < layout->ndims; axis++)
    count *= (size_t)layout->dims[axis];
  return count;
}

/* ---- primitives ---- */

/*
 * A copy of the attributes by which a primitive works in memory of its own. oneDNN's default is memory of the
 * thread that made it, and a tape may be played by another.
 */
static dnnl_primitive_attr_t own_scratchpad(tape *t, const_dnnl_primitive_attr_t attributes) {
  dnnl_primitive_attr_t own = NULL;
  dnnl_status_t status =
      attributes != NULL ? dnnl_primitive_attr_clone(&own, attributes) : dnnl_primitive_attr_create(&own);
  if (status == dnnl_success)
    status = dnnl_primitive_attr_set_scratchpad_mode(own, dnnl_scratchpad_mode_user);
  tape_note(t, "attributes", status);
  return own;
}

dnnl_primitive_desc_t tape_choose(tape *t, const char *what, dnnl_status_t described,
                                  const_dnnl_op_desc_t operation, const_dnnl_primitive_attr_t attributes,
                                  dnnl_primitive_desc_t forward) {
  dnnl_primitive_desc_t *choice = list_push(t, &t->choices, sizeof(dnnl_primitive_desc_t));
  if (choice == NULL || !tape_note(t, what, described))
    return NULL;
  dnnl_primitive_attr_t own = own_scratchpad(t, attributes);
  tape_note(t, what, dnnl_primitive_desc_create(choice, operation, own, t->engine, forward));
  dnnl_primitive_attr_destroy(own);
  return *choice;
}

dnnl_memory_desc_t tape_chosen_layout(tape *t, dnnl_primitive_desc_t chosen, dnnl_query_t argument) {
  if (t->failure == dnnl_success) {
    const dnnl_memory_desc_t *layout = dnnl_primitive_desc_query_md(chosen, argument, 0);
    if (layout != NULL)
      return *layout;
    tape_note(t, "a layout", dnnl_invalid_arguments);
  }
  return (dnnl_memory_desc_t){0};
}

void tape_append(tape *t, tape_side side, dnnl_primitive_desc_t chosen, int argument_count,
                 const dnnl_exec_arg_t *arguments) {
  if (t->failure != dnnl_success)
    return;
  step *new = list_push(t, &t->sides[side], sizeof *new);
  if (new == NULL || !tape_note(t, "a primitive", dnnl_primitive_create(&new->primitive, chosen)))
    return;
  memcpy(new->arguments, arguments, (size_t)argument_count * sizeof *arguments);
  dnnl_memory_desc_t layout = tape_chosen_layout(t, chosen, dnnl_query_scratchpad_md);
  new->arguments[argument_count] = (dnnl_exec_arg_t){DNNL_ARG_SCRATCHPAD, tape_memory(t, &layout)};
  new->argument_count = argument_count + 1;
}

dnnl_memory_t tape_converted(tape *t, tape_side side, dnnl_memory_t memory,
                             const dnnl_memory_desc_t *layout) {
  dnnl_memory_desc_t given = tape_layout_of(t, memory);
  if (t->failure != dnnl_success || dnnl_memory_desc_equal(&given, layout))
    return memory;
  dnnl_memory_t converted = tape_memory(t, layout);
  dnnl_primitive_attr_t attributes = own_scratchpad(t, NULL);
  dnnl_primitive_desc_t *choice = list_push(t, &t->choices, sizeof(dnnl_primitive_desc_t));
  if (choice != NULL &&
      tape_note(t, "a reorder",
                dnnl_reorder_primitive_desc_create(choice, &given, t->engine, layout, t->engine, attributes)))
    tape_append(t, side, *choice, 2,
                (const dnnl_exec_arg_t[]){{DNNL_ARG_FROM, memory}, {DNNL_ARG_TO, converted}});
  dnnl_primitive_attr_destroy(attributes);
  return converted;
}

sow_status tape_play(tape *t, tape_side side, sow_error *error) {
  const step *steps = t->sides[side].items;
  dnnl_status_t status = t->failure;
  for (size_t i = 0; i < t->sides[side].count && status == dnnl_success; i++)
    status =
        dnnl_primitive_execute(steps[i].primitive, t->stream, steps[i].argument_count, steps[i].arguments);
  if (status == dnnl_success)
    status = dnnl_stream_wait(t->stream);
  return report(status, "a primitive", error);
}

/* ---- in and out ---- */

static dnnl_status_t copy(tape *t, dnnl_memory_t from, dnnl_memory_t to) {
  dnnl_primitive_desc_t choice = NULL;
  dnnl_primitive_t primitive = NULL;
  const dnnl_memory_desc_t *layouts[2] = {NULL, NULL};
  dnnl_status_t status = dnnl_memory_get_memory_desc(from, &layouts[0]);
  if (status == dnnl_success)
    status = dnnl_memory_get_memory_desc(to, &layouts[1]);
  if (status == dnnl_success)
    status = dnnl_reorder_primitive_desc_create(&choice, layouts[0], t->engine, layouts[1], t->engine, NULL);
  if (status == dnnl_success)
    status = dnnl_primitive_create(&primitive, choice);
  if (status == dnnl_success)
    status = dnnl_primitive_execute(primitive, t->stream, 2,
                                    (const dnnl_exec_arg_t[]){{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}});
  if (status == dnnl_success)
    status = dnnl_stream_wait(t->stream);
  dnnl_primitive_destroy(primitive);
  dnnl_primitive_desc_destroy(choice);
  return status;
}

/* Row-major memory over the caller's floats, of the shape that `memory` has. */
static dnnl_status_t wrap(tape *t, dnnl_memory_t memory, float *plain, dnnl_memory_t *wrapped) {
  const dnnl_memory_desc_t *layout = NULL;
  dnnl_status_t status = t->failure;
  if (status == dnnl_success)
    status = dnnl_memory_get_memory_desc(memory, &layout);
  if (status != dnnl_success)
    return status;
  dnnl_memory_desc_t row_major = tape_plain_layout(t, layout->ndims, layout->dims);
  return dnnl_memory_create(wrapped, &row_major, t->engine, plain);
}

sow_status tape_read(tape *t, dnnl_memory_t memory, float *plain, sow_error *error) {
  dnnl_memory_t wrapped = NULL;
  dnnl_status_t status = wrap(t, memory, plain, &wrapped);
  if (status == dnnl_success)
    status = copy(t, memory, wrapped);
  dnnl_memory_destroy(wrapped);
  return report(status, "a copy", error);
}

sow_status tape_write(tape *t, dnnl_memory_t memory, const float *plain, sow_error *error) {
  dnnl_memory_t wrapped = NULL;
  dnnl_status_t status = wrap(t, memory, (float *)plain, &wrapped); /* only read from */
  if (status == dnnl_success)
    status = copy(t, wrapped, memory);
  dnnl_memory_destroy(wrapped);
  return report(status, "a copy", error);
}
