/*
 * sow writes the weights that PyTorch would give you, bit for bit, without PyTorch.
 *
 * A model description becomes a plan; a plan says, for every tensor, which initialiser makes it and from
 * which position of which random stream; any slice of it can be run by anyone, in any order, on any machine,
 * and the bytes are the same.
 *
 *     sow_module *net = sow_module_new("Net");
 *     sow_linear(net, "fc1", 784, 128, true);
 *     sow_linear(net, "fc2", 128, 10, true);
 *     sow_module_apply(net, weights_init, NULL);
 *
 *     sow_error error = SOW_ERROR_NONE;
 *     sow_plan_options options = sow_plan_defaults();
 *     sow_plan *plan = NULL;
 *     if (sow_plan_new(net, &options, &plan, &error) == SOW_OK)
 *       sow_checkpoint_write(plan, "net.safetensors", NULL, &error);
 *
 * No pointer may be NULL but where it is said that it may, and sow_error * and what a ..._free takes
 * everywhere: a NULL path, name or output is the caller's mistake, and not told.
 *
 * For a single tensor there is sow_fill (init.h). Rules and printed models are read by rules.h and module.h.
 */
#ifndef SOW_H
#define SOW_H

#include "sow/archive.h"
#include "sow/checkpoint.h"
#include "sow/distribution.h"
#include "sow/export.h"
#include "sow/generator.h"
#include "sow/init.h"
#include "sow/isa.h"
#include "sow/module.h"
#include "sow/plan.h"
#include "sow/recording.h"
#include "sow/rules.h"
#include "sow/status.h"
#include "sow/tensor.h"

#ifdef __cplusplus
extern "C" {
#endif

/* "0.1.0". Never NULL. */
SOW_API const char *sow_version(void);

#ifdef __cplusplus
}
#endif

#endif
