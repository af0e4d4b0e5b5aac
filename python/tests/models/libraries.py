"""The constructors of torchvision, timm and transformers that are at hand, by name."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterator
from typing import Any

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TRANSFORMERS_VERBOSITY"] = "critical"

import torch

Constructor = Callable[[], Any]


def torchvision_models() -> Iterator[tuple[str, Constructor]]:
    import torchvision

    for name in torchvision.models.list_models():
        yield name, functools.partial(_torchvision, name)


def _torchvision(name: str) -> Any:
    import torchvision

    try:
        return torchvision.models.get_model(name, weights=None, weights_backbone=None)
    except (TypeError, ValueError):
        return torchvision.models.get_model(name, weights=None)


def timm_models() -> Iterator[tuple[str, Constructor]]:
    """The smallest of some of every family."""
    import timm

    for family in timm.list_modules():
        names = timm.list_models(module=family)
        if names:
            name = min(_few(names), key=_size)
            yield f"{family}: {name}", functools.partial(timm.create_model, name)


def _few(names: list[str]) -> list[str]:
    hints = ("atto", "femto", "pico", "nano", "tiny", "xxs", "xs", "small", "test", "18", "b0", "s0")
    return sorted(names, key=lambda name: (not any(hint in name for hint in hints), len(name)))[:6]


def _size(name: str) -> float:
    import timm

    try:
        with torch.device("meta"):
            return sum(parameter.numel() for parameter in timm.create_model(name).parameters())
    except Exception:
        return float("inf")


def transformers_models() -> Iterator[tuple[str, Constructor]]:
    """All types, shrunken; the constructors of those that cannot be raise."""
    from . import shrunken

    for name in shrunken.model_types():
        yield name, functools.partial(_shrunken, name)


_configurations: dict[str, Constructor] = {}


def _shrunken(name: str) -> Any:
    from . import shrunken

    if name not in _configurations:
        _configurations[name] = shrunken.configuration(name)
    return _configurations[name]()


COLLECTIONS: dict[str, Callable[[], Iterator[tuple[str, Constructor]]]] = {
    "torchvision": torchvision_models,
    "timm": timm_models,
    "transformers": transformers_models,
}
