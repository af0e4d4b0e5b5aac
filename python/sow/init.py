"""torch.nn.init, faster: the same functions, arguments, bits, and state of the generator afterwards.

    sow.init.xavier_uniform_(linear.weight)                            # by torch's own generator
    sow.init.normal_(array, std=0.02, generator=sow.Generator(0))      # NumPy's array, without torch

Each function fills its tensor in place and returns it, and raises and warns as torch's does. Tensors of torch 2.4 and
later are filled under no_grad and count as changed for autograd. sow itself fills those in this process's memory, of
float64, float32, float16 and bfloat16, contiguous or not, from 8,192 elements on, with torch.get_num_threads() threads
at most. Torch's own function does what is left: other devices, meta tensors, subclasses, few elements, dispatch modes,
torch.compile, constants, orthogonal_ (whose bits are LAPACK's), and builds of torch whose numbers are others.

NumPy's arrays take ``generator=sow.Generator(seed)``; there the functions are the C library's: docs/fidelity.md says
what equals torch, and errors are sow.Error.

sow.init.caffe, sow.init.keras and sow.init.jax have the initialisers of these frameworks, by their names with an
underscore behind (docs/from-caffe-keras-jax.md):

    sow.init.keras.he_normal_(linear.weight, layout="torch")

One thread at a time may fill a tensor. Threads may share a generator of torch as long as all of them draw by sow.init:
what torch itself draws from it in another thread, at that very moment, may be drawn twice.
"""

from __future__ import annotations

import importlib
import inspect
from typing import TYPE_CHECKING, Any, TypeVar, cast

from sow import _frameworks, _initializer
from sow._call import OLDEST_TORCH, torch_version

__all__ = [
    "caffe",
    "calculate_gain",
    "constant_",
    "dirac_",
    "eye_",
    "jax",
    "kaiming_normal_",
    "kaiming_uniform_",
    "keras",
    "normal_",
    "ones_",
    "orthogonal_",
    "sparse_",
    "trunc_normal_",
    "uniform_",
    "xavier_normal_",
    "xavier_uniform_",
    "zeros_",
]

if TYPE_CHECKING:
    import numpy
    import torch

    import sow

    T = TypeVar("T", torch.Tensor, "numpy.ndarray[Any, numpy.dtype[Any]]")
    AnyGenerator = torch.Generator | sow.Generator | None

# None where torch is missing, or too old to be filled.
_torch: Any = importlib.import_module("sow._torch") if (torch_version() or (0, 0)) >= OLDEST_TORCH else None


def _fill(name: str, tensor: T, generator: Any, *arguments: Any) -> T:
    given: Any = tensor
    if _initializer.is_array(given):
        return cast("T", _initializer.fill_array(name, given, generator, arguments))
    if _torch is None:
        raise TypeError(f"{name} fills tensors of torch 2.4 or later and NumPy's arrays, not {type(given).__name__}")
    return cast("T", _torch.fill(name, given, generator, arguments))


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """The gain that torch recommends for a nonlinearity: sqrt(2) for "relu", 5/3 for "tanh".

    Args:
        nonlinearity: torch.nn.functional's name.
        param: the negative slope of "leaky_relu"; None is 0.01.
    """
    if _torch is None:
        return _initializer.gain(nonlinearity, param)
    return cast(float, _torch.OWN["calculate_gain"](nonlinearity, param))


def uniform_(tensor: T, a: float = 0.0, b: float = 1.0, generator: AnyGenerator = None) -> T:
    """U(a, b), for any shape."""
    return _fill("uniform_", tensor, generator, a, b)


def normal_(tensor: T, mean: float = 0.0, std: float = 1.0, generator: AnyGenerator = None) -> T:
    """N(mean, std^2), for any shape."""
    return _fill("normal_", tensor, generator, mean, std)


def trunc_normal_(
    tensor: T, mean: float = 0.0, std: float = 1.0, a: float = -2.0, b: float = 2.0, generator: AnyGenerator = None
) -> T:
    """N(mean, std^2) within [a, b], which are values, not deviations; for any shape.

    Before torch 2.12 it is torch's own function, for its erfinv depends on the build.
    """
    return _fill("trunc_normal_", tensor, generator, mean, std, a, b)


def constant_(tensor: T, val: float) -> T:
    """Every element `val`."""
    return _fill("constant_", tensor, None, val)


def ones_(tensor: T) -> T:
    """Every element 1."""
    return _fill("ones_", tensor, None)


def zeros_(tensor: T) -> T:
    """Every element 0."""
    return _fill("zeros_", tensor, None)


def eye_(tensor: T) -> T:
    """The identity, for two dimensions."""
    return _fill("eye_", tensor, None)


def dirac_(tensor: T, groups: int = 1) -> T:
    """The Dirac delta of a convolution's weight, for three, four or five dimensions; `groups` divides the first."""
    return _fill("dirac_", tensor, None, groups)


def xavier_uniform_(tensor: T, gain: float = 1.0, generator: AnyGenerator = None) -> T:
    """Glorot and Bengio 2010: U(-b, b), b = gain*sqrt(6/(fan_in+fan_out)), from two dimensions on."""
    return _fill("xavier_uniform_", tensor, generator, gain)


def xavier_normal_(tensor: T, gain: float = 1.0, generator: AnyGenerator = None) -> T:
    """Glorot and Bengio 2010: N(0, s^2), s = gain*sqrt(2/(fan_in+fan_out)), from two dimensions on."""
    return _fill("xavier_normal_", tensor, generator, gain)


def kaiming_uniform_(
    tensor: T, a: float = 0, mode: str = "fan_in", nonlinearity: str = "leaky_relu", generator: AnyGenerator = None
) -> T:
    """He et al. 2015: U(-b, b), b = gain*sqrt(3/fan), from two dimensions on.

    Args:
        tensor: what is filled.
        a: the negative slope, for "leaky_relu".
        mode: "fan_in" or "fan_out": which of them `fan` is.
        nonlinearity: whose gain, as calculate_gain has it.
        generator: None is the default generator of torch.
    """
    return _fill("kaiming_uniform_", tensor, generator, a, mode, nonlinearity)


def kaiming_normal_(
    tensor: T, a: float = 0, mode: str = "fan_in", nonlinearity: str = "leaky_relu", generator: AnyGenerator = None
) -> T:
    """He et al. 2015: N(0, s^2), s = gain/sqrt(fan), from two dimensions on; arguments as for kaiming_uniform_."""
    return _fill("kaiming_normal_", tensor, generator, a, mode, nonlinearity)


def orthogonal_(tensor: T, gain: float = 1, generator: AnyGenerator = None) -> T:
    """Saxe et al. 2013: a matrix with orthonormal rows or columns times gain, from two dimensions on.

    Of float32 and float64. For torch's tensors it is torch's own function; for NumPy's arrays sow's QR.
    """
    return _fill("orthogonal_", tensor, generator, gain)


def sparse_(tensor: T, sparsity: float, std: float = 0.01, generator: AnyGenerator = None) -> T:
    """Martens 2010: N(0, std^2), and the fraction `sparsity` of each column zero; for two dimensions.

    With ``generator=`` torch draws the permutations from its default generator all the same; so does this, by torch's
    own function. For NumPy's arrays one generator does both.
    """
    return _fill("sparse_", tensor, generator, sparsity, std)


# Modules of functions, one for each row of the C library's table.
caffe: Any = _frameworks.make("caffe", "Caffe", _torch)
keras: Any = _frameworks.make("keras", "Keras", _torch)
jax: Any = _frameworks.make("jax", "JAX", _torch)


def __getattr__(name: str) -> Any:
    # The older names without underscore, and what libraries import from torch.nn.init besides.
    if _torch is not None and not name.startswith("__"):
        return getattr(_torch.torch.nn.init, name)
    raise AttributeError(f"module 'sow.init' has no attribute {name!r}")


def _sign_as_torch() -> None:
    """inspect.signature() and editors show torch's own signatures."""
    for name in _torch.OWN:
        function, theirs = globals()[name], inspect.signature(_torch.OWN[name])
        if list(inspect.signature(function).parameters) == list(theirs.parameters):
            function.__signature__ = theirs


if _torch is not None:
    _sign_as_torch()
