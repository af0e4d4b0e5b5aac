"""What the build of the torch at hand does otherwise than those that sow follows; docs/fidelity.md has them."""
import math

import torch

from editions import numbers_of

VERSION = numbers_of(torch.__version__)
HAS_MKL = torch.backends.mkl.is_available()
# PyPI's builds, the ones with MKL, sum norms in another order before 2.8, by what their compiler made of the loops.
SUMS_OTHERWISE = HAS_MKL and VERSION < (2, 8)
# Before 2.4 the norm of one value goes by its square, which may be infinite or 0.
SQUARES_ONE = VERSION < (2, 4)
FAR = {torch.float64: 1e-12, torch.float32: 1e-4, torch.float16: 2.0**-10, torch.bfloat16: 2.0**-7}


def is_same_norm(by_torch, by_sow, dtype):
    if by_sow == by_torch or (math.isnan(by_sow) and math.isnan(by_torch)):
        return True
    wide = torch.finfo(dtype if dtype == torch.float64 else torch.float32)
    if SQUARES_ONE and by_torch == math.inf and by_sow >= math.sqrt(wide.max):
        return True
    # What underflows on the way is lost by one order and kept by another.
    return SUMS_OTHERWISE and math.isclose(by_sow, by_torch, rel_tol=FAR[dtype], abs_tol=math.sqrt(wide.tiny))
