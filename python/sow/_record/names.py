"""What a function returned: its tensors by name, and its modules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import torch
from torch.utils._pytree import tree_leaves

from sow._call import fail
from sow._errors import DeviceError, UnsupportedError
from sow._record.memory import MADE, carried


class Named(NamedTuple):
    """A tensor of the model. `kind` is "parameter", "buffer", or "temporary": a buffer that state_dict leaves out."""

    kind: str
    name: str
    tensor: torch.Tensor


class Model(NamedTuple):
    """What a function returned.

    Attributes:
        modules: class names by dotted path; parents first.
        tensors: in the order of state_dict.
        left_out: buffers that no checkpoint holds, of types that sow does not make (complex128 is pairs of float64), or
            sparse.
        packed: what a checkpoint holds of weights that torch packed, as quantised modules have them.
        extra: what state_dict has of modules whose get_extra_state() gives tensors.
    """

    modules: dict[str, str]
    tensors: list[Named]
    left_out: list[Named]
    packed: list[str]
    extra: list[str]


def describe(returned: Any) -> Model:
    """Of a module, a mapping or sequence of modules and tensors, or a tensor.

    Raises:
        TypeError: where there is no tensor and no module in it.
        DeviceError, UnsupportedError: for tensors that a recording cannot hold.
    """
    model = walk(returned)
    if not model.tensors and not isinstance(returned, torch.nn.Module):
        raise TypeError(f"the function returned {type(returned).__name__}, in which there is no module and no tensor")
    for named in model.tensors:
        _check(named)
    if model.packed:
        more = f" and {len(model.packed) - 1} more" if len(model.packed) > 1 else ""
        raise fail(
            UnsupportedError,
            f"{model.packed[0]}{more}: packed weights are not made by sow; record the model before it is quantised",
        )
    return model


def walk(returned: Any) -> Model:
    """The same, of tensors of any kind on any device."""
    model = Model({}, [], [], [], [])
    _add(model, "", returned)
    return model


def _add(model: Model, path: str, given: Any) -> None:
    if isinstance(given, torch.nn.Module):
        _add_module(model, path, given)
    elif isinstance(given, torch.Tensor):
        kind = "parameter" if isinstance(given, torch.nn.Parameter) or given.requires_grad else "buffer"
        _add_parents(model, path)
        model.tensors.append(Named(kind, path or "tensor", given))
    elif isinstance(given, (Mapping, list, tuple)):
        _add_items(model, path, given)


def _add_items(model: Model, path: str, given: Any) -> None:
    """As a module would have them: its own tensors first."""
    model.modules[path] = type(given).__name__
    items = [(str(key), value) for key, value in (given.items() if isinstance(given, Mapping) else enumerate(given))]
    own = {key for key, value in items if isinstance(value, torch.Tensor) and "." not in key}
    for key, value in sorted(items, key=lambda item: item[0] not in own):
        _add(model, _joined(path, key), value)


def _add_parents(model: Model, path: str) -> None:
    """A mapping and a module (tensordict's) may have names with dots, and a tensor may come alone."""
    parts = path.split(".")[:-1]
    for count in range(len(parts) + 1):
        model.modules.setdefault(".".join(parts[:count]), "dict" if path else "Tensor")


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _add_module(model: Model, path: str, module: torch.nn.Module) -> None:
    model.modules[path] = type(module).__name__
    for name, parameter in module._parameters.items():
        if parameter is not None:
            model.tensors.append(Named("parameter", _joined(path, name), parameter))
    for name, buffer in module._buffers.items():
        if buffer is not None:
            kind = "temporary" if name in module._non_persistent_buffers_set else "buffer"
            shown = carried(buffer.detach()) if kind == "temporary" else buffer
            known = kind == "buffer" or (shown.dtype in MADE and shown.layout is torch.strided)
            (model.tensors if known else model.left_out).append(Named(kind, _joined(path, name), shown))
    model.packed.extend(_joined(path, name) for name in _packed(module))
    if _has_extra(module):
        model.extra.append(_joined(path, "_extra_state"))
    for name in (*module._parameters.keys(), *module._buffers.keys()):  # TorchScript's are no mappings
        if "." in name and name.partition(".")[0] not in module._modules:
            _add_parents(model, _joined(path, name))
    for name, child in _children(module):
        _add_module(model, _joined(path, name), child)


def _packed(module: torch.nn.Module) -> list[str]:
    """What a module saves besides its parameters and buffers, if it holds an object of torch's C++."""
    if isinstance(module, torch.jit.ScriptModule):
        return []
    if not any(isinstance(value, torch.ScriptObject) for value in vars(module).values()):
        return []
    saved: dict[str, Any] = {}
    module._save_to_state_dict(saved, "", True)
    known = {*module._parameters, *module._buffers}
    return [name for name, value in saved.items() if name not in known and any(map(_is_weight, tree_leaves(value)))]


def not_made(tensor: torch.Tensor) -> str:
    """What one of `left_out` is that sow does not make, as torch calls it."""
    return str(tensor.dtype if tensor.layout is torch.strided else tensor.layout)[len("torch.") :]


def _has_extra(module: torch.nn.Module) -> bool:
    if type(module).get_extra_state is torch.nn.Module.get_extra_state:
        return False
    try:
        return any(map(_is_weight, tree_leaves(module.get_extra_state())))
    except Exception:  # it may not be ready for it, while memory is not filled
        return True


def _is_weight(value: Any) -> bool:
    return isinstance(value, (torch.Tensor, torch.ScriptObject))


def _children(module: torch.nn.Module) -> Iterator[tuple[str, torch.nn.Module]]:
    # Not named_children(), which leaves out a module's second name; state_dict has it.
    return ((name, child) for name, child in module._modules.items() if child is not None)


def _check(named: Named) -> None:
    tensor = named.tensor
    if torch.nn.parameter.is_lazy(tensor):
        raise fail(
            UnsupportedError,
            f"{named.name} has no shape yet: call the lazy module once inside the function that is recorded",
        )
    if hasattr(tensor, "ds_tensor"):
        raise fail(
            UnsupportedError,
            f"{named.name} was cut into parts by DeepSpeed: record the constructor outside of deepspeed.zero.Init()",
        )
    if tensor.device.type == "meta":
        raise fail(
            DeviceError,
            f"{named.name} is on the meta device and holds nothing: build the model without torch.device('meta'), "
            "init_empty_weights() and their like; recording takes no memory for weights either",
        )
    if tensor.device.type != "cpu":
        raise fail(
            DeviceError,
            f"{named.name} is on {tensor.device}: record the constructor on the CPU, whose generator sow follows, and "
            "move the model afterwards",
        )
    if tensor.is_neg():
        raise fail(UnsupportedError, f"{named.name} is the negative of what its memory holds: call resolve_neg() on it")
    if tensor.is_conj():
        raise fail(
            UnsupportedError, f"{named.name} is the conjugate of what its memory holds: call resolve_conj() on it"
        )
    if tensor.layout is not torch.strided or type(tensor.data) is not torch.Tensor:
        kind = f"a {type(tensor).__name__} of {tensor.layout}"
        raise fail(UnsupportedError, f"{named.name} is {kind}: sow makes dense tensors")
    if tensor.dtype not in MADE:
        raise fail(UnsupportedError, f"{named.name} has elements of {tensor.dtype}, which sow does not make")
