/*
 * How a layer's constructor is written: open, check, parameters in torch's order of registration and drawing,
 * arguments, close. After a failure each step does nothing and close returns NULL.
 */
#ifndef SOW_MODULE_LAYER_H
#define SOW_MODULE_LAYER_H

#include "module/build.h"

/* A class of torch.nn, with the rule that its draws are recorded under. */
typedef struct sow__class {
  const char *name, *rule;
} sow__class;
#define SOW__CLASS(name) ((sow__class){name, "default " name})

/* Registers the module. NULL for a NULL parent and after a failure. */
sow_module *sow__layer_open(sow_module *parent, const char *name, sow__class class);
/* The module, or NULL if its tree has failed. */
sow_module *sow__layer_close(sow_module *module);

/* sow__options_take, whose failure becomes the tree's. */
void sow__layer_options(sow_module *module, void *ours, size_t size, const void *given, const char *name);

/* An argument that must be at least `least`. */
void sow__layer_least(sow_module *module, const char *argument, int64_t value, int64_t least);
/* An argument that `divisor`, which must be positive, has to divide. */
void sow__layer_divides(sow_module *module, const char *divisor_name, int64_t divisor, const char *argument,
                        int64_t value);
/* a*b, with SOW_OVERFLOW as the tree's failure (and 0) where it does not fit. */
int64_t sow__layer_product(sow_module *module, int64_t a, int64_t b);

/* Registers a parameter without contents. */
void sow__layer_declare(sow_module *module, const char *name, int ndim, const int64_t *shape);
/* Registers None. */
void sow__layer_none(sow_module *module, const char *name);
/* Records the draw of a registered parameter; NULL after a failure. */
sow__tape_item *sow__layer_draw(sow_module *module, const char *name, sow_initializer initializer);
/* Draws one row of a registered parameter. */
void sow__layer_row(sow_module *module, const char *name, int64_t row, sow_initializer initializer);
/* How many inputs are summed for one output, where that is not fan_in as torch counts it from the shape. */
void sow__layer_inputs(sow_module *module, const char *name, double inputs);
/* Both: registers and draws, or registers None where it is not `present`. */
sow__tape_item *sow__layer_parameter(sow_module *module, bool present, const char *name,
                                     sow_initializer initializer, int ndim, const int64_t *shape);

/* 1/sqrt(fan) as torch computes it, 0 for no fan. */
double sow__layer_bound(int64_t fan);
/* U(-bound, bound); Python's -0 is 0 for the integer that torch takes where there is no fan. */
sow_initializer sow__layer_symmetric(double bound);
/* What Linear and the convolutions start their weight with: kaiming_uniform_(a=sqrt(5)). */
sow_initializer sow__layer_kaiming(void);

/* What print shows between the parentheses. */
void sow__layer_arguments(sow_module *module, const char *format, ...) SOW__PRINTF(2, 3);

/* "True" or "False". */
const char *sow__truth(bool value);

#define SOW__TUPLE_SIZE (SOW_MAX_DIMS * 22 + 4)
/* "(3,)" or "(3, 4)" as Python writes it, into `buffer`; returns it. */
char *sow__tuple_print(int ndim, const int64_t *sizes, char buffer[SOW__TUPLE_SIZE]);

/* ---- constructors that the public ones share ---- */

sow_module *sow__linear(sow_module *parent, const char *name, sow__class class, int64_t in_features,
                        int64_t out_features, bool bias);
/* `dims` 1 to 3, or 0 for SyncBatchNorm. */
sow_module *sow__batch_norm(sow_module *parent, const char *name, int dims, int64_t features, bool affine,
                            bool bias, bool stats);
/* `dims` 1 to 3. */
sow_module *sow__instance_norm(sow_module *parent, const char *name, int dims, int64_t features, bool affine,
                               bool bias, bool stats);
sow_module *sow__conv(sow_module *parent, const char *name, int dims, int64_t in_channels,
                      int64_t out_channels, const int64_t *kernel_size, int64_t groups, bool bias);
sow_module *sow__conv_transpose(sow_module *parent, const char *name, int dims, int64_t in_channels,
                                int64_t out_channels, const int64_t *kernel_size, int64_t groups, bool bias);

#endif
