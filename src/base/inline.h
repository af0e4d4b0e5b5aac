/* A function that is part of whoever calls it: GCC, left alone, makes one copy that all callers call. */
#ifndef SOW_BASE_INLINE_H
#define SOW_BASE_INLINE_H

#if defined(__GNUC__)
#define SOW__INLINE static inline __attribute__((always_inline))
#else
#define SOW__INLINE static inline
#endif

#endif
