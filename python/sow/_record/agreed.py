"""The draws of this build of torch that sow makes to the bit."""

from __future__ import annotations

import functools

import torch

from sow._record import hooks
from sow._record.initializers import VERSION
from sow._record.memory import FLOATS
from sow._torch import agrees

# Draws that may be a step; trunc_normal_ was by another library's erfinv before 2.12.
_TRIED = ("uniform_", "normal_", "sparse_", *(["trunc_normal_"] if VERSION >= (2, 12) else []))


@functools.cache
def _agrees(name: str, dtype: torch.dtype) -> bool:
    if dtype not in FLOATS or name not in _TRIED:
        return False
    with hooks.unseen():
        return agrees(name, dtype)


class Agreed:
    """The draws that this build of torch makes as sow does; each is tried once in a process, when it is asked for."""

    def __contains__(self, draw: object) -> bool:
        return isinstance(draw, tuple) and _agrees(*draw)
