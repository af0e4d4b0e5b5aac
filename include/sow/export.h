/* Marks what the shared library exports; everything else is hidden. */
#ifndef SOW_EXPORT_H
#define SOW_EXPORT_H

#define SOW_VERSION_MAJOR 0
#define SOW_VERSION_MINOR 1
#define SOW_VERSION_PATCH 0
#define SOW_VERSION "0.1.0"

#if defined(__GNUC__)
#define SOW_API __attribute__((visibility("default")))
#else
#define SOW_API
#endif

#endif
