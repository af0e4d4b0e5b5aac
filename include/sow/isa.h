/*
 * Instruction sets: the same numbers, faster. The library takes the best one that the processor and the
 * operating system support, and reads no environment; whoever wants another says so here.
 */
#ifndef SOW_ISA_H
#define SOW_ISA_H

#include <stdbool.h>

#include "sow/export.h"
#include "sow/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* How many there are, on any machine. */
SOW_API int sow_isa_count(void);

/* "portable", "neon", "avx2", "avx512" or "avx512_bf16", from plain to wide; NULL for an index outside the
 * list. */
SOW_API const char *sow_isa_name(int index);

/* Whether this build and this machine can run it; false for an index outside the list. Thread-safe. */
SOW_API bool sow_isa_is_supported(int index);

/* The name of the one in use. Thread-safe. */
SOW_API const char *sow_isa_used(void);

/*
 * Takes this one for the whole process from now on. Every choice gives the same bytes, so calls that run in
 * other threads may go on. SOW_UNKNOWN_NAME, with the nearest name in the message; SOW_UNSUPPORTED where
 * this machine cannot run it. Thread-safe.
 */
SOW_API sow_status sow_isa_use(const char *name, sow_error *error);

#ifdef __cplusplus
}
#endif

#endif
