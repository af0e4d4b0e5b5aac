/* Files that are given for a checkpoint or a model by mistake, told by how they begin. */
#ifndef SOW_BASE_FOREIGN_H
#define SOW_BASE_FOREIGN_H

#include <stddef.h>

#define SOW__FOREIGN_BYTES 512 /* so many bytes of the beginning are enough */

/*
 * What the file is and what to do, as a clause ("this is a Git LFS pointer; …"); NULL where it is none that
 * is known. A safetensors file and a text in any encoding are none. Thread-safe.
 */
const char *sow__foreign(const char *bytes, size_t length);

#endif
