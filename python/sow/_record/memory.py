"""torch's memory: types that sow makes, elements as bytes, and memory that is asked for and not touched."""

from __future__ import annotations

import ctypes
import functools
import mmap
from collections.abc import Iterable
from typing import Any

import torch

from sow._native import ffi

FLOATS = {
    torch.float64: "float64",
    torch.float32: "float32",
    torch.float16: "float16",
    torch.bfloat16: "bfloat16",
}
DTYPES = {
    **FLOATS,
    torch.int64: "int64",
    torch.int32: "int32",
    torch.int16: "int16",
    torch.int8: "int8",
    torch.uint8: "uint8",
    torch.bool: "bool",
}

# Of complex numbers steps write the real and imaginary parts; a model may have the first of these types.
COMPLEX = (torch.complex64, torch.complex128)
MADE = {**DTYPES, torch.complex64: "complex64"}

# Types whose bytes a recording holds as those of another type.
_CARRIERS = {
    torch.uint16: torch.int16,
    torch.uint32: torch.int32,
    torch.uint64: torch.int64,
    torch.float8_e4m3fn: torch.uint8,
    torch.float8_e4m3fnuz: torch.uint8,
    torch.float8_e5m2: torch.uint8,
    torch.float8_e5m2fnuz: torch.uint8,
}

# torch's own methods, before hooks.py takes their place.
_data_ptr: Any = torch._C.TensorBase.data_ptr
_NO_DISPATCH = torch.Tensor.__torch_dispatch__
storage_of = torch._C.TensorBase.untyped_storage
address_of: Any = torch.UntypedStorage.data_ptr


def has_memory(tensor: torch.Tensor) -> bool:
    """Whether its elements lie in this process's memory, as strides say."""
    return (
        tensor.device.type == "cpu"
        and tensor.layout is torch.strided
        and not is_wrapper(type(tensor))
        and not torch._C._functorch.is_functorch_wrapped_tensor(tensor)
    )


def unwrapped(tensor: torch.Tensor) -> torch.Tensor:
    """The tensor that functorch's wrap in vmap or grad."""
    while torch._C._functorch.is_functorch_wrapped_tensor(tensor):
        tensor = torch._C._functorch.get_unwrapped(tensor)
    return tensor


def is_wrapper(kind: type) -> bool:
    """Whether tensors of a type are made of others, or of nothing: DTensor, FakeTensor."""
    return kind.__torch_dispatch__ is not _NO_DISPATCH  # type: ignore[attr-defined]


def is_plain(tensor: torch.Tensor) -> bool:
    """Whether they are also of a type that sow makes."""
    return has_memory(tensor) and tensor.dtype in DTYPES and not tensor.is_neg()


def has_parts(tensor: torch.Tensor) -> bool:
    """Whether its elements are complex numbers, whose parts lie beside each other in memory."""
    return tensor.dtype in COMPLEX and has_memory(tensor) and not tensor.is_conj()


def parts_of(tensor: torch.Tensor) -> torch.Tensor:
    """Complex numbers as their real and imaginary parts, a last dimension over the same memory; others as they are."""
    return torch.view_as_real(tensor) if has_parts(tensor) else tensor


def carried(tensor: torch.Tensor) -> torch.Tensor:
    """A tensor whose type sow does not make, as one that it does over the same memory, if there is such a one."""
    if type(tensor) is not torch.Tensor or tensor.layout is not torch.strided or tensor.dtype in MADE:
        return tensor
    if tensor.is_complex():
        return tensor if tensor.is_conj() else torch.view_as_real(tensor)
    return tensor.view(_CARRIERS[tensor.dtype]) if tensor.dtype in _CARRIERS else tensor


def is_lent(tensor: torch.Tensor) -> bool:
    """Whether it lies in a buffer of somebody else's, who may see and write it (NumPy's arrays: hooks.py)."""
    return not storage_of(tensor).resizable()


def storage_count(tensor: torch.Tensor) -> int:
    """How many fit into its storage."""
    return storage_of(tensor).nbytes() // tensor.element_size()


def broadcast(*tensors: torch.Tensor) -> tuple[int, ...] | None:
    """The shape that they have together; None where torch refuses."""
    try:
        return tuple(torch.broadcast_shapes(*(tensor.shape for tensor in tensors)))
    except RuntimeError:
        return None


def bytes_of(tensor: torch.Tensor) -> bytes:
    """Its elements in their order, contiguous."""
    dense = tensor.detach().contiguous().resolve_conj().resolve_neg()
    # Not by numpy(), after which torch lets nobody resize the memory.
    return bytes(ffi.buffer(ffi.cast("char *", _data_ptr(dense)), dense.numel() * dense.element_size()))


# ---- untouched memory ----

_HUGE = 2 << 20
_MADV_HUGEPAGE = 14
_MAP_NORESERVE = 0x4000


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
