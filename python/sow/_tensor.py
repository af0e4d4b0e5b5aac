"""Element types, and memory that the library writes: NumPy's arrays, and bfloat16, which NumPy lacks."""

from __future__ import annotations

import ctypes
import math
import sys
from typing import TYPE_CHECKING, Any, Union

from sow._call import call, fail, name_bytes, text_of
from sow._errors import DeviceError, DtypeError, LayoutError, ShapeError
from sow._native import ffi, lib

if TYPE_CHECKING:
    import numpy
    import torch

    NumpyArray = numpy.ndarray[Any, numpy.dtype[Any]]
    # NumPy's array or a Bfloat16Array; Any, so that nobody has to ask which of them it is.
    Array = Union[NumpyArray, Any]

Dtype = Any  # "float32", torch.float32, numpy.float32, numpy.dtype("float32")


# ---- types ----


def dtype_code(dtype: Dtype) -> int:
    """The library's number of a type. UnknownNameError for one that sow does not make."""
    if isinstance(dtype, type) and dtype.__module__ == "builtins":
        raise TypeError(f"{dtype.__name__} means different types to torch and NumPy; write 'float32' or 'float64'")
    name = dtype.__name__ if isinstance(dtype, type) else getattr(dtype, "name", str(dtype))
    code = ffi.new("sow_dtype *")
    call(lib.sow_dtype_parse, name_bytes(name), code)
    return int(code[0])


def dtype_name(code: int) -> str:
    """torch's name of a type without its prefix: "float32"."""
    return text_of(lib.sow_dtype_name(code))


def _numpy_dtype(code: int) -> numpy.dtype[Any]:
    """NumPy's type of a number; uint16 holds the bits of bfloat16."""
    import numpy

    return numpy.dtype("uint16" if code == lib.SOW_BFLOAT16 else dtype_name(code))


_DLPACK_TYPES = {
    "int64": (lib.kDLInt, 64),
    "float64": (lib.kDLFloat, 64),
    "float32": (lib.kDLFloat, 32),
    "float16": (lib.kDLFloat, 16),
    "bfloat16": (lib.kDLBfloat, 16),
}


# ---- memory ----


# A function of its own: that of ctypes.pythonapi is one for the whole process, and others declare it otherwise.
_pointer_of = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.py_object, ctypes.c_char_p)(
    ("PyCapsule_GetPointer", ctypes.pythonapi)
)


class Bfloat16Array:
    """An array of bfloat16, for which NumPy has no type.

    ``torch.from_dlpack(a)``, ``jax.numpy.from_dlpack(a)`` and whatever else reads DLPack take it without a copy.
    ``numpy.asarray(a)`` has ml_dtypes' bfloat16 where that package is installed and is a TypeError elsewhere, and
    ``numpy.asarray(a, dtype="float32")`` has the same values everywhere.

    Attributes:
        bits: the array's memory as NumPy's uint16, of the same shape.
        shape: the sizes.
        dtype: ``"bfloat16"``.
    """

    dtype = "bfloat16"

    def __init__(self, bits: NumpyArray) -> None:
        self.bits = bits

    @property
    def shape(self) -> tuple[int, ...]:
        shape: tuple[int, ...] = self.bits.shape
        return shape

    @property
    def ndim(self) -> int:
        return self.bits.ndim

    @property
    def size(self) -> int:
        """Elements."""
        return self.bits.size

    @property
    def nbytes(self) -> int:
        return self.bits.nbytes

    def __len__(self) -> int:
        return len(self.bits)

    def __repr__(self) -> str:
        return f"<sow.Bfloat16Array of shape {self.shape}: torch.from_dlpack() and numpy.asarray() read it>"

    def tobytes(self) -> bytes:
        """The elements as they lie in a file, row-major and little endian."""
        return self.bits.tobytes()

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NumpyArray:
        import numpy

        if dtype is None:
            dtype = _ml_dtypes_bfloat16()
        if numpy.dtype(dtype).name == "bfloat16":
            seen: NumpyArray = self.bits.view(dtype)
            return seen.copy() if copy else seen
        if copy is False:
            raise ValueError(f"bfloat16 becomes {numpy.dtype(dtype).name} only by a copy")
        # A bfloat16 is the upper half of the float32 of the same value.
        words = numpy.asarray(self.bits.astype(numpy.uint32) << numpy.uint32(16))
        return words.view(numpy.float32).astype(dtype, copy=False)

    def __dlpack__(self, **options: Any) -> Any:
        # NumPy's own capsule, which keeps the memory alive, with another name for its type.
        options.pop("max_version", None)  # the capsule without a version is the one that everybody reads
        capsule = self.bits.__dlpack__(**options)
        managed = ffi.cast("DLManagedTensor *", _pointer_of(capsule, b"dltensor"))
        managed.dl_tensor.dtype.code = lib.kDLBfloat
        return capsule

    def __dlpack_device__(self) -> tuple[int, int]:
        return (int(lib.kDLCPU), 0)


def _ml_dtypes_bfloat16() -> Any:
    try:
        import ml_dtypes
    except ImportError:
        raise TypeError(
            "NumPy has no bfloat16: ask for dtype='float32', whose values are the same, install "
            "ml_dtypes, or use torch.from_dlpack()"
        ) from None
    return ml_dtypes.bfloat16


def empty(code: int, shape: tuple[int, ...]) -> NumpyArray:
    """Memory for a tensor; MemoryError where there is none."""
    import numpy

    return numpy.empty(shape, _numpy_dtype(code))


def as_array(code: int, memory: NumpyArray) -> Array:
    """What the caller of the package gets."""
    return Bfloat16Array(memory) if code == lib.SOW_BFLOAT16 else memory


def extent(tensor: torch.Tensor) -> int:
    """Bytes from the first element of torch's tensor, which has some, to behind its last."""
    last = sum((size - 1) * stride for size, stride in zip(tensor.shape, tensor.stride()))
    return (last + 1) * tensor.element_size()


def lacks_memory(tensor: torch.Tensor) -> bool:
    """Whether the storage of torch's tensor was made too short for it, as by resize_(0)."""
    begin = tensor.storage_offset() * tensor.element_size()
    return tensor.numel() > 0 and tensor.untyped_storage().nbytes() < begin + extent(tensor)


def place(out: Any, code: int, shape: tuple[int, ...]) -> tuple[int, tuple[int, ...]]:
    """Address and strides, in elements, of what the library is to write into: an array, or torch's tensor on the CPU.

    Raises:
        ShapeError, DtypeError, LayoutError, DeviceError, TypeError: for one that cannot take such a tensor.
    """
    import numpy

    torch: Any = sys.modules.get("torch")
    tensor = torch is not None and type(out) in (torch.Tensor, torch.nn.Parameter)
    if not tensor and not isinstance(out, (numpy.ndarray, Bfloat16Array)):
        raise TypeError(f"out is NumPy's array, a sow.Bfloat16Array or torch's tensor, not {type(out).__name__}")
    if tensor and (out.device.type != "cpu" or out.layout is not torch.strided):
        raise fail(DeviceError, f"out is on {out.device}, {out.layout}: it must be a dense tensor on the CPU")
    if tensor and (out.is_neg() or out.is_conj()):
        raise fail(LayoutError, "out is the negative, or the conjugate, of what its memory holds; fill a copy")
    if tensor and lacks_memory(out):
        raise fail(LayoutError, "out's memory was freed (resize_), and has to be there again first")
    dtype = str(getattr(out.dtype, "name", out.dtype)).replace("torch.", "")
    if dtype != dtype_name(code):
        raise fail(DtypeError, f"out is of {dtype}, and the tensor of {dtype_name(code)}")
    if tuple(out.shape) != shape:
        raise fail(ShapeError, f"out has the shape {tuple(out.shape)}, and the block {shape}")
    if tensor:
        torch.autograd.graph.increment_version(out)
        return int(out.data_ptr()), tuple(out.stride())
    array = out.bits if isinstance(out, Bfloat16Array) else out
    _check_writable(array)
    return int(array.ctypes.data), tuple(step // array.itemsize for step in array.strides)


def describe(data: int, name: str, shape: tuple[int, ...], strides: tuple[int, ...]) -> tuple[Any, Any]:
    """A DLTensor of memory at address `data`, strides in elements; and what must live as long as it."""
    if name not in _DLPACK_TYPES:
        raise fail(DtypeError, f"sow fills float64, float32, float16, bfloat16 and int64, not {name}")
    sizes = ffi.new("int64_t[]", [*shape, *strides])
    tensor = ffi.new("DLTensor *")
    tensor.data = ffi.cast("void *", data)
    tensor.device.device_type = lib.kDLCPU
    tensor.ndim = len(shape)
    tensor.dtype.code, tensor.dtype.bits = _DLPACK_TYPES[name]
    tensor.dtype.lanes = 1
    tensor.shape, tensor.strides = sizes, sizes + len(shape)
    return tensor, sizes


def describe_array(array: NumpyArray) -> tuple[Any, Any]:
    """A DLTensor of NumPy's array. LayoutError, DtypeError, ValueError for one that is not to be written."""
    _check_writable(array)
    size = array.itemsize
    return describe(array.ctypes.data, array.dtype.name, array.shape, tuple(step // size for step in array.strides))


def _check_writable(array: NumpyArray) -> None:
    if not array.flags.writeable:
        raise ValueError("the array is read-only")
    if not array.dtype.isnative:
        raise fail(DtypeError, "the array's bytes are in another order than this machine's")
    size = array.itemsize
    if any(step % size != 0 for step in array.strides) and math.prod(array.shape) > 0:
        raise fail(LayoutError, f"the array's strides {array.strides} are no multiples of its elements' {size} bytes")
