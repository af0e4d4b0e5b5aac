/* Keras' stft: a kernel of cosines or sines under a window, for a short-time Fourier transform. */
#ifndef SOW_OP_STFT_H
#define SOW_OP_STFT_H

#include "sow/init.h"

/* By what the window is divided for `length` samples: 1, the root of the sum of its squares, or its sum. */
double sow__stft_divisor(sow_stft_window window, sow_stft_scaling scaling, bool periodic, uint64_t length);

#endif
