/*
 * Numbers that pass by the caches: no line is read before it is written, and nothing that is still needed has
 * to leave for it. Worth it where there are so many that they would not stay in a cache anyway (uniform_ of
 * 256 MiB, Zen 4: 0.22 to 0.24 ns instead of 0.23 to 0.26 with one thread, 0.16 to 0.18 instead of 0.18 to
 * 0.2 with two; what takes longer to make gains nothing).
 */
#ifndef SOW_BASE_STREAMING_H
#define SOW_BASE_STREAMING_H

#include <stddef.h>

/* From this size on; the third-level caches of most processors hold less. */
#define SOW__STREAM_FROM ((size_t)32 << 20)

/* Such stores keep no order among others; after this, all that went before are seen by whoever sees later
 * ones. */
static inline void sow__streams_finish(void) {
#if defined(__x86_64__)
  __builtin_ia32_sfence();
#endif
}

#endif
