"""Functions of torch.nn.init as whole steps, or as steps that bear their names.

They are reached in many ways: imported early, kept in tables, wrapped. So it is their code that is replaced while
somebody records (hooks.py), and each is called here with torch's own function and the arguments of the call.
"""

from __future__ import annotations

import math
from typing import Any, Callable

import torch

from sow._call import torch_version
from sow._record.draws import may_draw
from sow._record.lines import number
from sow._record.memory import FLOATS
from sow._record.recorder import Recorder
from sow._record.tape import Step, overwrites

VERSION = torch_version() or (0, 0)

Function = Callable[..., Any]


def _numbers(*values: Any) -> bool:
    return all(isinstance(value, (int, float)) for value in values)


def _may_write(recorder: Recorder, tensor: torch.Tensor) -> bool:
    """Whether a step can, and torch would: it lets nobody change a tensor of inference_mode afterwards."""
    return recorder.may_write(tensor) and (torch.is_inference_mode_enabled() or not tensor.is_inference())


def _may_draw(recorder: Recorder, tensor: torch.Tensor, call: str) -> bool:
    return _may_write(recorder, tensor) and may_draw(recorder, tensor, call)


def _whole(recorder: Recorder, tensor: torch.Tensor, call: str, arguments: list[str], generator: Any) -> torch.Tensor:
    recorder.draw(tensor, call, arguments, generator)
    torch.autograd.graph.increment_version(tensor)
    return tensor


def trunc_normal_(
    recorder: Recorder,
    own: Function,
    tensor: torch.Tensor,
    mean: float = 0.0,
    std: float = 1.0,
    a: float = -2.0,
    b: float = 2.0,
    generator: torch.Generator | None = None,
) -> torch.Tensor:
    given = (mean, std, a, b)
    keywords = {} if generator is None else {"generator": generator}
    if not (isinstance(tensor, torch.Tensor) and _numbers(*given) and std > 0 and a <= b):
        return own(tensor, *given, **keywords)  # type: ignore[no-any-return]
    if not _may_draw(recorder, tensor, "trunc_normal_"):
        return own(tensor, *given, **keywords)  # type: ignore[no-any-return]
    if recorder.exact and not _is_exact(mean, std, a, b):
        return own(tensor, *given, **keywords)  # type: ignore[no-any-return]
    if mean < a - 2 * std or mean > b + 2 * std:
        own(torch.empty(0, dtype=tensor.dtype, device="cpu"), *given)  # torch's warning
    arguments = [f"{name}={number(value)}" for name, value in zip(("mean", "std", "a", "b"), given)]
    recorder.uneven = True
    return _whole(recorder, tensor, "trunc_normal_", arguments, generator)


def _is_exact(mean: float, std: float, a: float, b: float) -> bool:
    """By erfinv, and by rejection where little of the normal lies within the bounds, torch asks another library."""
    inside = math.erf((b - mean) / std / math.sqrt(2)) - math.erf((a - mean) / std / math.sqrt(2))
    return VERSION >= (2, 12) and inside > 2 * 0.35


def orthogonal_(
    recorder: Recorder, own: Function, tensor: torch.Tensor, gain: float = 1, generator: torch.Generator | None = None
) -> torch.Tensor:
    keywords = {} if generator is None else {"generator": generator}
    known = isinstance(tensor, torch.Tensor) and tensor.dtype in (torch.float32, torch.float64) and _numbers(gain)
    if recorder.exact or not known or tensor.dim() < 2 or not _may_draw(recorder, tensor, "orthogonal_"):
        return own(tensor, gain, **keywords)  # type: ignore[no-any-return]
    if tensor.dim() > 2 and not tensor.is_contiguous():
        return own(tensor, gain, **keywords)  # type: ignore[no-any-return]
    return _whole(recorder, tensor, "orthogonal_", [f"gain={number(gain)}"], generator)


def sparse_(
    recorder: Recorder,
    own: Function,
    tensor: torch.Tensor,
    sparsity: float,
    std: float = 0.01,
    generator: torch.Generator | None = None,
) -> torch.Tensor:
    known = isinstance(tensor, torch.Tensor) and tensor.dim() == 2 and _numbers(sparsity, std)
    # torch draws the permutations from the default generator, whatever is given.
    if generator is not None or not known or not std >= 0 or not _may_draw(recorder, tensor, "sparse_"):
        keywords = {} if generator is None else {"generator": generator}
        return own(tensor, sparsity, std, **keywords)  # type: ignore[no-any-return]
    arguments = [f"sparsity={number(sparsity)}", f"std={number(std)}"]
    return _whole(recorder, tensor, "sparse_", arguments, None)


def dirac_(recorder: Recorder, own: Function, tensor: torch.Tensor, groups: int = 1) -> torch.Tensor:
    known = isinstance(tensor, torch.Tensor) and tensor.dim() in (3, 4, 5) and isinstance(groups, int) and groups > 0
    if not known or tensor.shape[0] % groups or tensor.dtype not in FLOATS or not _may_write(recorder, tensor):
        return own(tensor, groups)  # type: ignore[no-any-return]
    recorder.step(tensor, "dirac_", [f"groups={groups}"])
    torch.autograd.graph.increment_version(tensor)
    return tensor


# ---- names for what torch computed ----


def _named(
    recorder: Recorder, tensor: torch.Tensor, call: str, arguments: list[str], was: str, numbers: list[str]
) -> None:
    """Gives the last step the name of the function that asked for it, if its numbers are the function's."""
    step = recorder.tape.items[-1] if recorder.tape.items else None
    if not (isinstance(step, Step) and step.call == was and list(step.arguments) == numbers and overwrites(step)):
        return
    if step.target.shape == tuple(tensor.shape):  # the fans of DTensor's shards and of vmap's batches are others
        step.call, step.arguments = call, tuple(arguments)


def _uniform_numbers(std: float) -> list[str]:
    bound = math.sqrt(3.0) * std
    return [f"a={number(-bound)}", f"b={number(bound)}"]


def _normal_numbers(std: float) -> list[str]:
    return ["mean=0.0", f"std={number(std)}"]


def _kaiming(call: str, was: str, numbers: Callable[[float], list[str]]) -> Function:
    def kaiming(
        recorder: Recorder,
        own: Function,
        tensor: torch.Tensor,
        a: float = 0,
        mode: str = "fan_in",
        nonlinearity: str = "leaky_relu",
        **keywords: Any,
    ) -> torch.Tensor:
        before = len(recorder.tape.items)
        made: torch.Tensor = own(tensor, a, mode, nonlinearity, **keywords)
        if len(recorder.tape.items) > before and _numbers(a) and not isinstance(a, bool):
            fans = torch.nn.init._calculate_fan_in_and_fan_out(tensor)
            gain = torch.nn.init.calculate_gain(nonlinearity, a)  # type: ignore[arg-type]
            std = gain / math.sqrt(fans[0 if mode.lower() == "fan_in" else 1])
            arguments = [f"a={number(a)}", f"mode='{mode.lower()}'", f"nonlinearity='{nonlinearity}'"]
            _named(recorder, tensor, call, arguments, was, numbers(std))
        return made

    return kaiming


def _xavier(call: str, was: str, numbers: Callable[[float], list[str]]) -> Function:
    def xavier(
        recorder: Recorder, own: Function, tensor: torch.Tensor, gain: float = 1.0, **keywords: Any
    ) -> torch.Tensor:
        before = len(recorder.tape.items)
        made: torch.Tensor = own(tensor, gain, **keywords)
        if len(recorder.tape.items) > before and _numbers(gain):
            fan_in, fan_out = torch.nn.init._calculate_fan_in_and_fan_out(tensor)
            std = gain * math.sqrt(2.0 / float(fan_in + fan_out))
            _named(recorder, tensor, call, [f"gain={number(gain)}"], was, numbers(std))
        return made

    return xavier


INITIALIZERS: dict[str, Function] = {
    "trunc_normal_": trunc_normal_,
    "orthogonal_": orthogonal_,
    "sparse_": sparse_,
    "dirac_": dirac_,
    "kaiming_uniform_": _kaiming("kaiming_uniform_", "uniform_", _uniform_numbers),
    "kaiming_normal_": _kaiming("kaiming_normal_", "normal_", _normal_numbers),
    "xavier_uniform_": _xavier("xavier_uniform_", "uniform_", _uniform_numbers),
    "xavier_normal_": _xavier("xavier_normal_", "normal_", _normal_numbers),
}
