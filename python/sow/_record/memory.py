"""Memory that is asked for and not touched."""

from __future__ import annotations

import ctypes
import functools
import mmap
from collections.abc import Iterable
from typing import Any

import torch

_HUGE = 2 << 20
_MADV_HUGEPAGE = 14
_MAP_NORESERVE = 0x4000


# torch's own method, which hooks.py replaces.
_numpy = torch._C.TensorBase.numpy


def bytes_of(tensor: torch.Tensor) -> bytes:
    """A tensor's elements in their order, contiguous."""
    flat = tensor.detach().contiguous().reshape(-1)
    if flat.numel() == 0:
        return b""
    made: bytes = _numpy(flat.view(torch.uint8)).tobytes()
    return made


def reserve(meta: torch.Tensor) -> torch.Tensor:
    """A tensor like one on the meta device, in an anonymous mapping that reserves nothing: any size is granted."""
    size = max(meta.untyped_storage().nbytes(), mmap.PAGESIZE)
    mapping = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | _MAP_NORESERVE)
    flat = torch.frombuffer(mapping, dtype=meta.dtype, count=size // meta.element_size())
    return flat.as_strided(meta.shape, meta.stride())


@functools.cache
def _madvise() -> Any:
    function = ctypes.CDLL(None).madvise
    function.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    return function


def ask_for_huge_pages(stretches: Iterable[tuple[int, int]]) -> None:
    """Of (address, bytes) that are about to be written for the first time; a wish, which the system may not heed."""
    for address, size in stretches:
        begin = -(-address // _HUGE) * _HUGE
        end = (address + size) // _HUGE * _HUGE
        if end > begin:
            _madvise()(begin, end - begin, _MADV_HUGEPAGE)
