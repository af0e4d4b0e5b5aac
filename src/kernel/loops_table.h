/* All the loops over vectors, and the members of a table that they make. */
#ifndef SOW_KERNEL_LOOPS_TABLE_H
#define SOW_KERNEL_LOOPS_TABLE_H

#include "kernel/kernel_loops.h"
#include "kernel/loops_erfinv.h"
#if defined(HAS_TABLES)
#include "kernel/loops_erfinv_f32.h"
#endif
#include "kernel/loops_normal.h"
#include "kernel/loops_normal_f64.h"
#include "kernel/loops_words.h"

#define LOOPS_MEMBER(slot) .slot = (slot),
#define LOOPS_TABLE SOW__KERNEL_SLOTS(LOOPS_MEMBER)

#endif
