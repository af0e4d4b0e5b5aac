#include "stream/pair.h"

#include <math.h>

#include "kernel/core/uniform.h"

/* Here the first uniform is the angle and the second the radius; in blocks of 16 they change places. */
void sow__normal_pair(sow_edition edition, const uint32_t words[SOW__PAIR_WORDS], double *first,
                      double *second) {
  double angle = 2.0 * 3.14159265358979323846 * sow__unit_f64(words[0], words[1]);
  double u = sow__unit_f64(words[2], words[3]);
  double logarithm = edition == SOW_TORCH_1_13 ? log(1.0 - u) : log1p(-u);
  double radius = sqrt(-2.0 * logarithm);
  *first = radius * cos(angle);
  *second = radius * sin(angle);
}
