"""Which class of torch.nn a class is under another name: the same tensors, and the same values from the same seed."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import torch


def zero_rms_norm(normalized_shape: Any) -> torch.nn.Module:
    norm = torch.nn.RMSNorm(normalized_shape)
    torch.nn.init.zeros_(norm.weight)
    return norm


def transposed_linear(nf: int, nx: int) -> torch.nn.Module:
    layer = torch.nn.Module()
    layer.weight = torch.nn.Parameter(torch.empty(nx, nf).normal_(std=0.02))
    layer.bias = torch.nn.Parameter(torch.zeros(nf))
    return layer


def frozen_batch_norm(num_features: int) -> torch.nn.Module:
    layer = torch.nn.Module()
    for name, value in (("weight", 1.0), ("bias", 0.0), ("running_mean", 0.0), ("running_var", 1.0)):
        layer.register_buffer(name, torch.full((num_features,), value))
    return layer


_NAMES = (
    "Linear Bilinear Embedding EmbeddingBag Conv1d Conv2d Conv3d ConvTranspose1d ConvTranspose2d ConvTranspose3d"
    " BatchNorm1d BatchNorm2d BatchNorm3d GroupNorm LayerNorm RMSNorm PReLU GRU LSTM RNN"
).split()
CLASSES: dict[str, Callable[..., torch.nn.Module]] = {name: getattr(torch.nn, name) for name in _NAMES}
CLASSES |= {"GemmaRMSNorm": zero_rms_norm, "Conv1D": transposed_linear, "FrozenBatchNorm2d": frozen_batch_norm}


def _made_from(name: str, extra: str) -> torch.nn.Module | None:
    """The class by what another one prints; arguments that it does not have are passed over, as sow's --alias does."""
    kind = CLASSES[name]
    known = inspect.signature(kind).parameters

    def make(*arguments: Any, **named: Any) -> torch.nn.Module:
        return kind(*arguments, **{key: value for key, value in named.items() if key in known})

    try:
        return eval(f"make({extra})", {"make": make, "inf": float("inf")})
    except Exception:
        return None


def _shapes(tensors: dict[str, torch.Tensor]) -> dict[str, tuple[int, ...]]:
    return {name: tuple(tensor.shape) for name, tensor in tensors.items()}


def own_tensors(module: torch.nn.Module) -> dict[str, torch.Tensor]:
    """Parameters and buffers that persist, but for those of its children."""
    own: dict[str, torch.Tensor] = {name: tensor for name, tensor in module._parameters.items() if tensor is not None}
    for name, tensor in module._buffers.items():
        if tensor is not None and name not in module._non_persistent_buffers_set:
            own[name] = tensor
    return own


def extra_of(module: torch.nn.Module) -> str:
    """What is between its parentheses, but for children; some classes have a __repr__ of their own."""
    if module._modules:
        return module.extra_repr()
    return repr(module).partition("(")[2].rpartition(")")[0].strip()


def _fits(name: str, extra: str, own: dict[str, torch.Tensor]) -> bool:
    with torch.device("meta"):
        twin = _made_from(name, extra)
    return twin is not None and _shapes(own_tensors(twin)) == _shapes(own)


class Twins:
    """Within it, the arguments of constructors are noted, so that a class can be made once more, alone."""

    def __init__(self) -> None:
        self.arguments: dict[type, tuple[tuple[Any, ...], dict[str, Any]]] = {}
        self.noting = False
        self.verdicts: dict[tuple[type, str], bool] = {}
        self.found: dict[Any, str] = {}

        def new(kind: type, *positional: Any, **named: Any) -> Any:
            if self.noting:
                self.arguments.setdefault(kind, (positional, named))
            return object.__new__(kind)

        torch.nn.Module.__new__ = staticmethod(new)  # for good: Python forgets what object.__new__ took before

    def __enter__(self) -> Twins:
        self.arguments.clear()
        self.noting = True
        return self

    def __exit__(self, *_: Any) -> None:
        self.noting = False

    def find(self, module: torch.nn.Module, own: dict[str, torch.Tensor], extra: str) -> str:
        """The class, by its name; of a class with no arguments in its print none can be said."""
        key = (type(module), extra, tuple(_shapes(own).items()))
        if key not in self.found:
            bases = [base.__name__ for base in type(module).__mro__ if base.__name__ in CLASSES]
            fits = (
                name
                for name in [*bases, *CLASSES]
                if extra and _fits(name, extra, own) and self.agree(type(module), name)
            )
            self.found[key] = next(fits, "")
        return self.found[key]

    def agree(self, kind: type, name: str) -> bool:
        if (kind, name) not in self.verdicts:
            self.verdicts[kind, name] = self._try(kind, name)
        return self.verdicts[kind, name]

    def _try(self, kind: type, name: str) -> bool:
        positional, named = self.arguments.get(kind, ((), {}))
        try:
            torch.manual_seed(0)
            alone = kind(*positional, **named)
        except Exception:
            return False
        state = torch.get_rng_state()
        torch.manual_seed(0)
        twin = _made_from(name, extra_of(alone))
        if twin is None or not torch.equal(torch.get_rng_state(), state):
            return False
        mine, other = own_tensors(alone), own_tensors(twin)
        return list(mine) == list(other) and all(torch.equal(mine[key], other[key]) for key in mine)
