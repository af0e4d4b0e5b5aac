/* What this folder's files share for building a tree. After a failure of the tree all of it does nothing. */
#ifndef SOW_MODULE_BUILD_H
#define SOW_MODULE_BUILD_H

#include "module/tree.h"

/* Whether there is a module and its tree has not failed. */
bool sow__buildable(const sow_module *module);

/* Records a failure as "path (Class): message"; the path is cut at its start where it is long. */
void sow__module_fail(const sow_module *module, sow_status status, const char *format, ...) SOW__PRINTF(3, 4);
/* The same as "path: message", for a member of `module` that may not exist yet. */
void sow__member_fail(const sow_module *module, const char *member, sow_status status, const char *format,
                      ...) SOW__PRINTF(4, 5);

#define SOW__PATH_SIZE 160

/* The dotted path of a member, of the module itself where that is ""; cut at its start where it is long. */
const char *sow__member_path(const sow_module *module, const char *member, char buffer[SOW__PATH_SIZE]);

/* Memory that lives as long as the tree; NULL, with the failure recorded, when memory is short. */
void *sow__tree_alloc(sow__tree *tree, size_t size);
char *sow__tree_copy(sow__tree *tree, const char *text);
/* A copy that repeated texts share, as long as they come close after one another. */
const char *sow__tree_intern(sow__tree *tree, const char *text);

/* Records that memory is short; false. */
bool sow__tree_no_memory(sow__tree *tree);

/* Counts one module or tensor more; false, with the failure recorded, past SOW__TREE_LIMIT. */
bool sow__tree_grow(sow__tree *tree);

/* A module without a place so far; its parent and name are known already. class_name is not copied. */
sow_module *sow__module_make(sow_module *parent, const char *name, const char *class_name, const char *rule);
/* Registers it as the last child. `name` is not copied. */
bool sow__module_attach(sow_module *parent, const char *name, sow_module *child);
/* Sets the depth of a subtree to `depth` at least; false when that is too deep or meets `forbidden`. */
bool sow__module_deepen(sow_module *module, int depth, const sow_module *forbidden);
/* Takes the last child out of its parent's list: it was drawn and is thrown away. */
void sow__module_drop_last(sow_module *parent);

/* Whether `name` may be given to a new member; records why not. */
bool sow__name_usable(sow_module *module, const char *name);

/*
 * A tensor with a storage of its own that belongs to no slot yet; NULL, with the failure recorded. `name` is
 * for its subject.
 */
sow__tensor *sow__tensor_make(sow_module *module, const char *name, sow_dtype dtype, int ndim,
                              const int64_t *shape);
/* Appends a slot; `name` is not copied; a NULL tensor is None. */
bool sow__slot_append(sow_module *module, bool buffer, const char *name, sow__tensor *tensor);
/* A buffer that is not persistent. */
bool sow__slot_append_temporary(sow_module *module, const char *name, sow__tensor *tensor);

/*
 * Records that `tensor` is written now. `rule` is not copied. The item is valid until the next one is
 * recorded; NULL when memory is short.
 */
sow__tape_item *sow__tensor_record(sow__tree *tree, sow__tensor *tensor, sow_initializer initializer,
                                   const char *rule);

/* Appends to the tree's tape; NULL, with the failure recorded, when memory is short. */
sow__tape_item *sow__tree_record(sow__tree *tree, const sow__tape_item *item);

/* sow_module_set_as for a view of the tensor, which lies within it: p.t()[0].normal_(). In elements. */
void sow__module_set_view(sow_module *module, const char *tensor, int ndim, const int64_t *shape,
                          const int64_t *strides, int64_t offset, sow_initializer initializer,
                          const char *rule);

/*
 * p.copy_(call(torch.empty(n // times, …)).repeat_interleave(times, 0)), where `times` divides the first
 * dimension n.
 */
void sow__module_repeat(sow_module *module, const char *tensor, int64_t times, sow_initializer call,
                        const char *rule);

/*
 * What the constructor of `module` drew, again: that of `like`, the root of another tree, which was made with
 * the same arguments. `buffers_only` leaves the parameters as they are.
 */
void sow__module_draw_again(sow_module *module, const sow_module *like, bool buffers_only, const char *rule);

/* The slot of a parameter; NULL when the module has none of the name. */
sow__slot *sow__parameter_find(const sow_module *module, const char *name);

/* sow_module_find by `length` bytes of a path. */
sow_module *sow__module_at(sow_module *module, const char *path, size_t length);

#endif
