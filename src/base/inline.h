/*
 * SOW__INLINE: a function that is part of whoever calls it; GCC, left alone, makes one copy that all callers
 * call. SOW__APART: one that is part of nobody, so that its stack is its caller's only while it runs.
 */
#ifndef SOW_BASE_INLINE_H
#define SOW_BASE_INLINE_H

#if defined(__GNUC__)
#define SOW__INLINE static inline __attribute__((always_inline))
#define SOW__APART static __attribute__((noinline))
#else
#define SOW__INLINE static inline
#define SOW__APART static
#endif

#endif
