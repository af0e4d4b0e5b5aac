"""The C library's initialisers by torch's names and arguments, and NumPy's arrays filled by them."""

from __future__ import annotations

import math
import numbers
import sys
from typing import TYPE_CHECKING, Any, Callable

from sow._call import call, fail, name_bytes
from sow._errors import InvalidArgumentError, UnsupportedError
from sow._generator import Generator
from sow._native import ffi, lib
from sow._tensor import describe_array

if TYPE_CHECKING:
    from sow._tensor import NumpyArray


def nonlinearity_code(name: str) -> int:
    """UnknownNameError, with the nearest name, for what torch does not know."""
    code = ffi.new("sow_nonlinearity *")
    call(lib.sow_nonlinearity_parse, name_bytes(name), code)
    return int(code[0])


def gain(nonlinearity: str, param: float | None) -> float:
    """torch.nn.init.calculate_gain without torch."""
    slope = ffi.NULL if param is None else ffi.new("double *", param)
    made = float(lib.sow_calculate_gain(nonlinearity_code(nonlinearity), slope))
    if made == 0 and param is not None and math.isfinite(param):
        raise OverflowError("the square of the negative slope overflows")
    return made


def _kaiming(make: Callable[..., Any]) -> Callable[..., Any]:
    def made(a: float | None, mode: str, nonlinearity: str) -> Any:
        modes = {"fan_in": lib.SOW_FAN_IN, "fan_out": lib.SOW_FAN_OUT}
        if mode.lower() not in modes:
            raise fail(InvalidArgumentError, f"mode {mode!r}: must be 'fan_in' or 'fan_out'")
        return make(0.01 if a is None else a, modes[mode.lower()], nonlinearity_code(nonlinearity))

    return made


def _constant(val: Any) -> Any:
    if isinstance(val, numbers.Integral) and int(float(val)) != val:
        raise fail(UnsupportedError, f"'val' is the int {val}, which is no float64")
    return lib.sow_constant(val)


# By torch's names; each takes torch's arguments in their order, without tensor and generator.
INITIALIZERS: dict[str, Callable[..., Any]] = {
    "uniform_": lib.sow_uniform,
    "normal_": lib.sow_normal,
    "trunc_normal_": lib.sow_trunc_normal,
    "constant_": _constant,
    "ones_": lib.sow_ones,
    "zeros_": lib.sow_zeros,
    "eye_": lib.sow_eye,
    "dirac_": lib.sow_dirac,
    "xavier_uniform_": lib.sow_xavier_uniform,
    "xavier_normal_": lib.sow_xavier_normal,
    "kaiming_uniform_": _kaiming(lib.sow_kaiming_uniform),
    "kaiming_normal_": _kaiming(lib.sow_kaiming_normal),
    "orthogonal_": lib.sow_orthogonal,
    "sparse_": lib.sow_sparse,
}

DRAWS_NOTHING = frozenset(["constant_", "ones_", "zeros_", "eye_", "dirac_"])


def is_array(tensor: Any) -> bool:
    """Whether it is NumPy's, which need not be imported."""
    return "numpy" in sys.modules and isinstance(tensor, sys.modules["numpy"].ndarray)


def fill_array(name: str, array: NumpyArray, generator: Any, arguments: tuple[Any, ...]) -> Any:
    """Fills NumPy's array in place, whatever its strides, and returns it."""
    return fill_array_by(name, array, generator, lambda: INITIALIZERS[name](*arguments), name not in DRAWS_NOTHING)


def fill_array_by(name: str, array: NumpyArray, generator: Any, made: Callable[[], Any], draws: bool) -> Any:
    """The same with the library's value of the call, which is made when the generator has been looked at."""
    drawn_from = ffi.NULL
    if isinstance(generator, Generator):
        drawn_from = generator._pointer
    elif generator is not None or draws:
        raise TypeError(f"{name} fills NumPy's arrays by a generator of sow: give generator=sow.Generator(seed)")
    tensor, _owner = describe_array(array)
    call(lib.sow_fill, tensor, made(), drawn_from)
    return array
