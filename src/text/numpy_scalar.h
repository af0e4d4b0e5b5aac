/* Numbers as NumPy 2 prints them within tuples: np.int64(3). */
#ifndef SOW_TEXT_NUMPY_SCALAR_H
#define SOW_TEXT_NUMPY_SCALAR_H

#include <stddef.h>

/* Blanks out what is around such numbers, byte for byte: "np.int64(3)" is "         3 ", "np.True_" is
 * "True". */
void sow__numpy_blank(char *bytes, size_t length);

#endif
