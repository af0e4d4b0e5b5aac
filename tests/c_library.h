/* What numbers by the C library depend on. */
#ifndef TESTS_C_LIBRARY_H
#define TESTS_C_LIBRARY_H

#include <stdbool.h>
#include <string.h>
#ifdef __GLIBC__
#include <gnu/libc-version.h>
#endif

/* Before 2.36 glibc's sincos, which compilers make of sin and cos, was without FMA on every processor. */
static inline bool sincos_is_fused(void) {
#ifdef __GLIBC__
  return strverscmp(gnu_get_libc_version(), "2.36") >= 0;
#else
  return false;
#endif
}

#endif
