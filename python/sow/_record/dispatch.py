"""Watches torch's operations: those that a step can say are not carried out, all others see true values."""

from __future__ import annotations

import sys
from typing import Any, Callable

import torch
from torch._compile import _disable_dynamo
from torch._subclasses.fake_tensor import FakeTensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from sow._record import source
from sow._record.memory import has_memory, is_wrapper, storage_of
from sow._record.recorder import Recorder

# ---- which function makes steps of which operation ----

Handler = Callable[[Recorder, Any, tuple[Any, ...], dict[str, Any]], Any]
HANDLERS: dict[Any, Handler] = {}
OF_COMPLEX: dict[Any, Handler] = {}  # asked where the others have no answer


def handles(*names: str, table: dict[Any, Handler] = HANDLERS) -> Callable[[Handler], Handler]:
    """Registers a function for operations such as "add_.Tensor", as far as this torch has them.

    It returns what the operation returns, or NotImplemented where no step says it.
    """

    def register(handler: Handler) -> Handler:
        for name in names:
            operation = overload(name)
            if operation is not None:
                table[operation] = handler
        return handler

    return register


def overload(name: str) -> Any:
    packet, _, kind = name.partition(".")
    return getattr(getattr(torch.ops.aten, packet, None), kind or "default", None)


def name_of(function: Any) -> str:
    """ "randperm" of aten::randperm."""
    return str(function._schema.name).partition("::")[2]


def argument_at(args: tuple[Any, ...], kwargs: dict[str, Any], position: int, name: str, default: Any = None) -> Any:
    """An argument of an operation, by its position or its name."""
    return args[position] if position < len(args) else kwargs.get(name, default)


# Operations that look at sizes and types only, though they are no views.
_METADATA = {
    "aten::_unsafe_view",
    "aten::is_pinned",
    "aten::is_same_size",
    "aten::_has_compatible_shallow_copy_type",
    "aten::_has_same_storage_numel",
    "aten::_nested_tensor_size",
}


def _look_away(recorder: Recorder, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return function(*args, **kwargs)


def _nothing_says_it(recorder: Recorder, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return NotImplemented


@handles("lift_fresh")
def _lift_fresh(recorder: Recorder, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """torch.tensor() has made something of numbers."""
    made = function(*args, **kwargs)
    if has_memory(made):
        recorder.take_new(made, None)
    return made


@handles("resize_", "resize_as_")
def _resize(recorder: Recorder, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Its memory may become another: from here on it is real."""
    track = recorder.find(args[0]) if has_memory(args[0]) else None
    if track is None:
        return function(*args, **kwargs)
    recorder.settle([track])
    done = function(*args, **kwargs)
    recorder.take(args[0], track.bound or recorder.reason(name_of(function), [track]))
    return done


def _find_handler(function: Any) -> Handler:
    if function.is_view or torch.Tag.inplace_view in function.tags or function._schema.name in _METADATA:
        return _look_away
    return _nothing_says_it


# ---- the mode ----

# Operations whose number of words depends on sizes alone; with others what comes after depends on the numbers.
_COUNTED = {
    *(
        "uniform_",
        "normal_",
        "rand",
        "randn",
        "rand_like",
        "randn_like",
        "normal",
        "random_",
        "randint",
        "randint_like",
    ),
    *("randperm", "bernoulli", "bernoulli_", "exponential_", "geometric_", "cauchy_", "log_normal_", "multinomial"),
    "native_dropout",
}


# Those that draw normals in pairs, of which the second may wait for the next draw.
_PAIRED = {"normal_", "randn", "randn_like", "normal", "log_normal_"}


def _makes_fakes() -> bool:
    """Whether a FakeTensorMode is on, which torch asks after all others."""
    return torch._C._get_dispatch_mode(torch._C._TorchDispatchModeKey.FAKE) is not None


class Watcher(TorchDispatchMode):
    """Hands what it sees to a recorder."""

    def __init__(self, recorder: Recorder) -> None:
        super().__init__()
        self._recorder = recorder

    def __torch_dispatch__(
        self, function: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        see = _see_uncompiled if hasattr(sys.modules.get("torch._dynamo"), "disable") else _see
        return see(self._recorder, function, types, args, kwargs or {})

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        """torch would import its compiler, which takes seconds, only to keep it away from here."""
        return False


def _see(recorder: Recorder, function: Any, types: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if _makes_fakes() or any(issubclass(kind, FakeTensor) for kind in types):
        return function(*args, **kwargs)  # there are no numbers
    if any(map(is_wrapper, types)):
        return NotImplemented  # such a subclass says first what it is made of
    handler = HANDLERS.get(function)
    if handler is None:
        handler = HANDLERS[function] = _find_handler(function)
    done = handler(recorder, function, args, kwargs)
    if done is NotImplemented and function in OF_COMPLEX:
        done = OF_COMPLEX[function](recorder, function, args, kwargs)
    return _carry_out(recorder, function, args, kwargs) if done is NotImplemented else done


_see_uncompiled = _disable_dynamo(_see)


def _carry_out(recorder: Recorder, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """torch computes it, on true values; what it writes is real."""
    if str(kwargs.get("device")) == "meta":
        return function(*args, **kwargs)
    read = tensors_in((args, kwargs))
    tracks = [recorder.find(tensor) for tensor in read]
    recorder.settle(tracks)
    reason = recorder.reason(name_of(function), tracks)
    if function.namespace in _COLLECTIVES:
        reason = reason or _at(function)
    try:
        if _may_draw(function):
            done, drew = _draw_by_torch(recorder, function, args, kwargs)
            if drew:
                reason = reason or _at(function)
                if not _is_counted(recorder, function):
                    recorder.looks.append(_at(function))
        else:
            done = function(*args, **kwargs)
    except Exception:
        if reason is not None:  # whoever catches it knows of an index or a probability out of its range
            recorder.looks.append(reason)
        raise
    if (
        reason is not None
        and function.namespace not in _COLLECTIVES
        and (_shows_numbers(function, args) or _hides_numbers(function, args, kwargs, done))
    ):
        recorder.looks.append(reason)
    for tensor in tensors_in(_arguments_written(function, args, kwargs)):
        recorder.take(tensor, reason)
    known = {storage_of(tensor)._cdata for tensor in read}
    for tensor in tensors_in(done):
        if storage_of(tensor)._cdata not in known:
            recorder.take_new(tensor, reason)
    return done


def _is_counted(recorder: Recorder, function: Any) -> bool:
    """Whether it takes as many words for every seed: a normal that waits saves some."""
    name = name_of(function)
    return name in _COUNTED and not (recorder.uneven and name in _PAIRED)


# What other processes send is the same for no seed that is known here.
_COLLECTIVES = frozenset(("c10d", "_c10d_functional"))


def _at(function: Any) -> str:
    return f"{name_of(function)} at {source.line()}"


def tensors_in(given: Any) -> list[torch.Tensor]:
    return [leaf for leaf in tree_leaves(given) if isinstance(leaf, torch.Tensor) and has_memory(leaf)]


def _by_name(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    return {argument.name: value for argument, value in zip(function._schema.arguments, args)} | kwargs


# Arguments that operations write though their schema does not say so: the statistics of normalisation in training.
_STATISTICS = frozenset(("running_mean", "running_var"))
_SILENT = frozenset(("native_batch_norm", "cudnn_batch_norm", "miopen_batch_norm", "batch_norm_update_stats"))


def _arguments_written(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[Any]:
    """The arguments that the operation writes."""
    if function.namespace == "c10d":
        return [*args, *kwargs.values()]  # whatever its schema says
    arguments = function._schema.arguments
    names = {argument.name for argument in arguments if argument.alias_info and argument.alias_info.is_write}
    given = _by_name(function, args, kwargs)
    if name_of(function) in _SILENT and given.get("training", True):
        names |= _STATISTICS
    return [value for name, value in given.items() if name in names]


# What draws of these has a tag; of what others define, torch.library.custom_op too, nothing is known.
_TAGGED = _COLLECTIVES | {"aten", "prim", "prims"}


def _may_draw(function: Any) -> bool:
    return torch.Tag.nondeterministic_seeded in function.tags or function.namespace not in _TAGGED


def _draw_by_torch(
    recorder: Recorder, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[Any, bool]:
    """What the operation returns, and whether it drew."""
    before = len(recorder.tape.items)
    given = _by_name(function, args, kwargs)  # poisson has its generator by position
    with recorder.generators.true(given.get("generator")) as generator, recorder.at_rest():
        if given.get("generator") is not None:
            given["generator"] = generator
        done = function(**given)
    return done, len(recorder.tape.items) > before


# Operations that tell what was computed of elements, though no tag says so.
_TELLING = frozenset(("q_scale", "q_zero_point"))


def _shows_numbers(function: Any, args: tuple[Any, ...]) -> bool:
    """Whether Python learns of elements: by a number, or by a shape that depends on them."""
    if torch.Tag.data_dependent_output in function.tags or name_of(function) in _TELLING:
        return True
    if torch.Tag.dynamic_output_shape not in function.tags:
        return False
    if name_of(function) != "index":
        return True
    return any(index is not None and index.dtype in (torch.bool, torch.uint8) for index in args[1])


def _hides_numbers(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any], done: Any) -> bool:
    """Whether they go where nobody can follow them: a sparse tensor, another device, packed weights."""
    return any(map(_is_untracked, tree_leaves((done, _arguments_written(function, args, kwargs)))))


def _is_untracked(given: Any) -> bool:
    if isinstance(given, torch.Tensor):
        return not has_memory(given) and not given.is_meta
    return isinstance(given, torch.ScriptObject)
