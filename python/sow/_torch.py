"""torch's tensors filled by torch's generators as torch.nn.init does, sooner.

sow fills what it is certain of: an ordinary tensor in this process's memory, of a size that pays, with arguments that
it takes, where this build of torch makes the same numbers. Everything else, and every error, is torch's own function.
"""

from __future__ import annotations

import functools
import math
import os
import threading
from typing import Any, Callable

import torch

from sow._call import call, fail, new_options, torch_version, warn
from sow._errors import Error, UnsupportedError
from sow._generator import Generator, edition_code
from sow._initializer import INITIALIZERS
from sow._native import ffi, lib
from sow._record import current_recorder
from sow._record.memory import FLOATS
from sow._shard import is_sharded
from sow._tensor import describe

VERSION = torch_version() or (0, 0)
_EDITION = edition_code("{}.{}".format(*VERSION))

# torch's own, as they are before anybody wraps them.
_NAMES = [*INITIALIZERS, "calculate_gain"]
OWN: dict[str, Callable[..., Any]] = {name: getattr(torch.nn.init, name) for name in _NAMES}

# Fewer elements take torch less time than the way to the library and back.
_LEAST = 8192


# ---- what sow takes ----


def _is_plain(tensor: torch.Tensor) -> bool:
    """Whether writing its memory is all that an operation on it does."""
    return (
        type(tensor) in (torch.Tensor, torch.nn.Parameter)
        and tensor.device.type == "cpu"
        and tensor.layout is torch.strided
        and tensor.dtype in FLOATS
        and tensor.numel() >= _LEAST
        and (tensor.is_leaf or not tensor.requires_grad)
        and not tensor.is_inference()
        and not tensor.is_neg()
    )


def _is_watched() -> bool:
    """Whether somebody wants to see each operation: a mode, a compiler, forward-mode differentiation."""
    return bool(
        torch._C._len_torch_dispatch_stack() > 0
        or torch._C._len_torch_function_stack() > 0
        or torch.compiler.is_compiling()
        or torch.autograd.forward_ad._current_level >= 0
    )


def _takes_arguments(name: str, arguments: tuple[Any, ...]) -> bool:
    for value in arguments:
        if isinstance(value, bool) or not isinstance(value, (int, float, str)):
            return False
    if name != "trunc_normal_":
        return True
    # By erfinv torch is another library's (docs/fidelity.md). By rejection, where at least half of the draws are
    # within the bounds, it is normal_ alone; else a logarithm of another library decides.
    mean, std, a, b = arguments
    if _EDITION < lib.SOW_TORCH_2_12 or not std > 0:
        return False
    return math.erf((b - mean) / std / math.sqrt(2)) - math.erf((a - mean) / std / math.sqrt(2)) > 1


# ---- filling ----


# torch locks a generator for the length of one call, and lets nobody else have its lock: threads that fill by sow wait
# for each other here. A thread that draws by torch can still come between two looks at a state.
_lock = threading.Lock()


def _renew_lock() -> None:
    """In the child of a fork nobody is left who could give the lock back."""
    global _lock
    _lock = threading.Lock()


os.register_at_fork(after_in_child=_renew_lock)


def _threads(count: int) -> int:
    """torch's own setting, where it is less than what sow would take: a thread for each million elements at most."""
    wanted = torch.get_num_threads()
    return 0 if wanted >= len(os.sched_getaffinity(0)) else min(wanted, 1 + count // 2**20)


def _bytes(tensor: torch.Tensor) -> Any:
    return ffi.cast("uint8_t *", tensor.data_ptr())


def _tries(tensor: Any, initializer: Any, stream: Any, options: Any) -> bool:
    return bool(lib.sow_fill_with(tensor, initializer, stream, options, ffi.NULL) == lib.SOW_OK)


def _must(tensor: Any, initializer: Any, stream: Any, options: Any) -> bool:
    call(lib.sow_fill_with, tensor, initializer, stream, options)
    return True


def _fill(
    tensor: torch.Tensor, initializer: Any, generator: torch.Generator, fill: Callable[..., bool] = _tries
) -> bool:
    """False where the library refuses; tensor and generator are then as before."""
    try:
        address = tensor.data_ptr()
    except RuntimeError:  # wrapped, as by vmap
        return False
    if address == 0 and tensor.numel() > 0:
        return False
    described, _owner = describe(address, FLOATS[tensor.dtype], tuple(tensor.shape), tensor.stride())
    options = new_options("sow_fill_options", threads=_threads(tensor.numel()))
    stream = ffi.gc(lib.sow_generator_new(0, _EDITION), lib.sow_generator_free)
    if stream == ffi.NULL:
        return False
    with _lock:
        while True:
            before = generator.get_state()
            after = torch.empty_like(before)
            if lib.sow_generator_set_state(stream, _bytes(before), before.numel(), ffi.NULL) != lib.SOW_OK:
                return False
            if not fill(described, initializer, stream, options):
                return False
            lib.sow_generator_get_state(stream, _bytes(after))
            # Somebody who drew by torch itself meanwhile got words that are not to be given again.
            if torch.equal(generator.get_state(), before):
                generator.set_state(after)
                break
    torch.autograd.graph.increment_version(tensor)
    return True


def _fill_by(name: str, tensor: torch.Tensor, generator: torch.Generator, arguments: tuple[Any, ...]) -> bool:
    try:
        initializer = INITIALIZERS[name](*arguments)
    except (Error, TypeError, ValueError, OverflowError):
        return False
    return _fill(tensor, initializer, generator)


# ---- whether this torch makes sow's numbers ----

# A call of each function that sow takes; constants and orthogonal_, whose time is LAPACK's, are torch's own.
_TRIALS: dict[str, tuple[tuple[int, ...], tuple[Any, ...]]] = {
    "uniform_": ((61, 71), (-0.1, 0.7)),
    "normal_": ((61, 71), (0.1, 0.7)),
    "trunc_normal_": ((61, 71), (0.1, 0.7, -1.3, 1.5)),
    "xavier_uniform_": ((61, 71), (1.3,)),
    "xavier_normal_": ((61, 71), (1.3,)),
    "kaiming_uniform_": ((61, 71), (0.3, "fan_in", "leaky_relu")),
    "kaiming_normal_": ((61, 71), (0.3, "fan_out", "leaky_relu")),
    "sparse_": ((61, 71), (0.3, 0.7)),
    "dirac_": ((64, 64, 3), (2,)),
}


def _try(name: str, tensor: torch.Tensor, arguments: tuple[Any, ...], generator: torch.Generator) -> None:
    """torch's own function by a generator of one's own: a trial leaves the default one alone."""
    if name == "dirac_":
        OWN[name](tensor, *arguments)
    elif name == "sparse_":  # whose permutations are the default generator's
        sparsity, std = arguments
        tensor.normal_(0, std, generator=generator)
        for column in tensor.T:
            column[
                torch.randperm(len(column), generator=generator, device="cpu")[: math.ceil(sparsity * len(column))]
            ] = 0
    else:
        OWN[name](tensor, *arguments, generator=generator)


@functools.cache
def _same(name: str, dtype: torch.dtype) -> bool:
    """Whether torch's function and sow's do the same to a small tensor; tried once in a process."""
    shape, arguments = _TRIALS[name]
    ours, theirs = (torch.zeros(shape, dtype=dtype, device="cpu") for _ in range(2))
    generators = [torch.Generator().manual_seed(2024) for _ in range(2)]
    _try(name, theirs, arguments, generators[0])
    filled = _fill_by(name, ours, generators[1], arguments)
    same = (
        filled
        and torch.equal(ours.view(torch.uint8), theirs.view(torch.uint8))
        and torch.equal(*(generator.get_state() for generator in generators))
    )
    if not same:
        warn(
            f"this build of torch, {torch.__version__} for {torch.backends.cpu.get_cpu_capability()}, has other "
            f"numbers in {name} of {dtype} than the one that sow follows (docs/fidelity.md); torch's own function "
            "is called in its place"
        )
    return same


def agrees(name: str, dtype: torch.dtype) -> bool:
    """Whether a function has sow's numbers in this build of torch.

    Another rounding shows in a few thousand numbers of float32, while 16 bits could hide it from a trial.
    """
    return _same("uniform_", torch.float32) and _same("normal_", torch.float32) and _same(name, dtype)


def fill(name: str, tensor: Any, generator: Any, arguments: tuple[Any, ...]) -> Any:
    """What torch.nn.init's function of that name does and returns; `generator` is None for torch's default."""
    if isinstance(generator, Generator):
        raise TypeError(f"{name} fills torch's tensors by a torch.Generator, and NumPy's arrays by a sow.Generator")
    known = generator is None or (type(generator) is torch.Generator and generator.device.type == "cpu")
    # The permutations of sparse_ are the default generator's, whatever its argument.
    alone = name != "sparse_" or generator is None
    if (
        name in _TRIALS
        and isinstance(tensor, torch.Tensor)
        and known
        and alone
        and not _is_watched()
        and _is_plain(tensor)
        and _takes_arguments(name, arguments)
        and agrees(name, tensor.dtype)
        and _fill_by(name, tensor, torch.default_generator if generator is None else generator, arguments)
    ):
        return tensor
    if generator is None:
        return OWN[name](tensor, *arguments)
    return OWN[name](tensor, *arguments, generator=generator)


# ---- what torch has no function for ----


def _is_reachable(tensor: torch.Tensor) -> bool:
    """Whether its memory can be written here; gradients are not taken, as in torch.nn.init."""
    return type(tensor) in (torch.Tensor, torch.nn.Parameter) and tensor.device.type == "cpu" and not _is_watched()


def record_own(step: str, tensor: Any, generator: Any, arguments: list[str]) -> bool:
    """Within a recording, or sow.fast(), a step that calls another framework's initialiser; False outside of them."""
    recorder = current_recorder()
    if recorder is None:
        return False
    with torch.utils._python_dispatch._disable_current_modes():
        if tensor.dtype not in FLOATS or not recorder.may_write(tensor):
            raise fail(
                UnsupportedError,
                f"{step} cannot be recorded into this tensor of {tensor.dtype}, which was not made by operations that "
                "sow follows: call it after the recording, or the block of sow.fast()",
            )
        recorder.draw(tensor, step, arguments, generator)
    torch.autograd.graph.increment_version(tensor)
    return True


def fill_own(name: str, tensor: Any, generator: Any, initializer: Any) -> Any:
    """Another framework's initialiser: drawn by torch's generator, and copied to where the library cannot write."""
    source = torch.default_generator if generator is None else generator
    if type(source) is not torch.Generator or source.device.type != "cpu":
        raise TypeError(f"{name} draws from a torch.Generator of the CPU, not {source!r}")
    if tensor.dtype not in FLOATS:
        raise TypeError(f"{name} fills floating-point tensors, not {tensor.dtype}")
    if is_sharded(tensor):
        raise fail(
            UnsupportedError,
            f"{name} fills whole tensors, not a DTensor: call it in a constructor, and sow.record and fill that one",
        )
    with torch.no_grad():
        if tensor.is_meta:  # for which torch draws nothing either
            return tensor
        plain = tensor.layout is torch.strided and not tensor.is_neg() and not tensor.is_inference()
        if _is_reachable(tensor) and plain:
            _fill(tensor, initializer, source, _must)
        else:
            made = torch.empty(tensor.shape, dtype=tensor.dtype, device="cpu")
            _fill(made, initializer, source, _must)
            tensor.copy_(made)
    return tensor
