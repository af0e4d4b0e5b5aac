"""The module classes of any package, constructed by guessed arguments."""

from __future__ import annotations

import contextlib
import functools
import gc
import importlib
import inspect
import itertools
import pkgutil
import re
import resource
import signal
import sys
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import nn

LARGE = 40_000_000  # parameters, which no class is given more of
SECONDS = 20  # in which a constructor is done
LATE = f"longer than {SECONDS} s"
MEMORY = 16 << 30  # bytes, which a constructor with large numbers of its own would pass
Constructor = Callable[[], nn.Module]
WIDTHS = (16, 8, 64)
FORMS = ("one", "made", "several", "small")  # of a value: itself, an object, a list; and of those with a default too

# What a name says: the first row that is found in it.
_NUMBERS = {
    r"head_dim|dim_head": 8,
    r"spatial_dims|n_?dim$|heads?$|layers?$|depth|blocks?$|stages?$|levels|experts|degree|order|rank|factor|ratio": 2,
    r"kernel": 3,
    r"relations|input_nc|image_channels": 3,
    r"im(age|g)|resolution|vocab|num_tokens|seq_len|seqlen|max_len": 32,
    r"patch": 8,
    r"class|edge_dim|num_types": 4,
    r"stride|dilation|groups|padding|top_?k": 1,
    r"seed": 0,
}
_FRACTION = re.compile(r"drop|prob|rate|eps|momentum|alpha|beta|slope|scale|temperature|lr$")
_SWITCH = re.compile(r"bias|^use_|^is_|^has_|^with_|affine|causal|norm_first")
_MODULE = re.compile(r"module|layer|net$|model|encoder|decoder|block|backbone|^fn$")
_COUNT = re.compile(r"^(n|num)_")
_SEVERAL = re.compile(r"sizes|dims|channels|shape|widths|depths|units")
_WORDS = {"norm": "batch", "act": "relu", "mode": "max", "aggr": "mean", "reduc": "mean", "": "relu"}
_TYPES = {"act": nn.GELU, "norm": nn.BatchNorm2d}
_ASIDE = re.compile(r"\b(tests?|__main__|benchmarks?|scripts?|cli)\b")
_MISSING = re.compile(r"missing \d+ required (?:positional |keyword-only )?arguments?: (.*)$")


def _number(name: str, width: int) -> int:
    return next((number for pattern, number in _NUMBERS.items() if re.search(pattern, name)), width)


def _by_name(name: str, width: int, form: str) -> Any:
    """For a parameter that has no annotation."""
    if _FRACTION.search(name):
        return 0.5
    if _SWITCH.search(name):
        return True
    for word, type_ in _TYPES.items():
        if word in name:
            return type_() if form == "made" else type_
    if _MODULE.search(name) and not _COUNT.search(name):
        return nn.Linear(width, width)
    if _SEVERAL.search(name) and form == "several":
        return [width] * 2
    return _number(name, width)


def _by_annotation(said: str, name: str, width: int, form: str) -> Any:
    of_many = re.search(r"list|sequence|tuple", said, re.IGNORECASE)
    if "str" in said and (not of_many or form == "made"):
        return next(value for word, value in _WORDS.items() if word in name)
    if "bool" in said:
        return True
    if of_many and (form != "one" or "int" not in re.sub(r"\[.*\]", "", said)):
        return [_of_one(said, name, width) for _ in range(2)]
    return _of_one(said, name, width)


def _of_one(said: str, name: str, width: int) -> Any:
    if "int" in said:
        return _number(name, width)
    if "float" in said:
        return 0.5
    if "Tensor" in said:
        return torch.ones(width)
    if "Module" in said:
        return nn.Linear(width, width)
    return nn.GELU if "allable" in said or "type" in said else _number(name, width)


def _arguments(cls: type, forwarded: tuple[str, ...], width: int, form: str) -> dict[str, Any]:
    """Those without a default, what is handed on under **, and where it is to be small, numbers with a default too."""
    given = {name: _by_name(name.lower(), width, form) for name in forwarded}
    for parameter in inspect.signature(cls).parameters.values():
        name, said = parameter.name.lower(), parameter.annotation
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        if parameter.default is not parameter.empty:
            if form == "small" and type(parameter.default) is int:
                given[parameter.name] = min(parameter.default, _number(name, 64))
        elif said is parameter.empty or said is Any:
            given[parameter.name] = _by_name(name, width, form)
        else:
            text = said.__name__ if said in (bool, int, float, str) else str(said)
            given[parameter.name] = _by_annotation(text, name, width, form)
    return given


# ---- which guess builds ----


class _Late(BaseException):
    """Not an Exception: constructors catch those."""


@contextlib.contextmanager
def _within(seconds: int) -> Iterator[None]:
    def late(*_: object) -> None:
        raise _Late

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def _why_not(constructor: Constructor) -> str:
    """Why it does not build, or is too large; else nothing."""
    try:
        with _within(SECONDS):
            parameters = _parameters(constructor)
            if parameters > LARGE:
                return f"{parameters:,} parameters"
            list(constructor().parameters())  # some are modules by name only
    except _Late:
        return LATE
    except (Exception, SystemExit) as error:
        return f"{type(error).__name__}: {error}"
    return ""


def _parameters(constructor: Constructor) -> int:
    try:
        with torch.device("meta"):
            return sum(parameter.numel() for parameter in constructor().parameters())
    except Exception:  # it may compute, which can be done on the processor alone
        return 0


@functools.cache
def _guess(cls: type[nn.Module]) -> Constructor:
    why = ""
    for width, form in itertools.product(WIDTHS, FORMS):
        constructor, why = _completed(cls, width, form)
        if not why:
            return constructor
        if why == LATE:
            break
    raise TypeError(why)


def _completed(cls: type[nn.Module], width: int, form: str) -> tuple[Constructor, str]:
    """With the arguments that it says are missing where it hands others on; and why it does not build."""
    forwarded: tuple[str, ...] = ()
    while True:
        constructor = functools.partial(_construct, cls, forwarded, width, form)
        why = _why_not(constructor)
        missing = _MISSING.search(why)
        new = set(re.findall(r"'(\w+)'", missing[1]) if missing else ()) - set(forwarded)
        if not new:
            return constructor, why
        forwarded += tuple(sorted(new))


def _construct(cls: type[nn.Module], forwarded: tuple[str, ...], width: int, form: str) -> nn.Module:
    return cls(**_arguments(cls, forwarded, width, form))


# ---- a package's classes ----


def classes_of(package: str) -> Iterator[tuple[str, Constructor]]:
    """By their names. The constructors of those that no guess builds raise."""
    found = _find(package)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    gc.freeze()  # collecting what was imported, again and again, took most of the time
    for name, cls in sorted(found.items()):
        yield name, functools.partial(_guessed, cls)


def _guessed(cls: type[nn.Module]) -> nn.Module:
    kind: Any = cls  # mypy: hashable
    return _guess(kind)()


def _find(package: str) -> dict[str, type[nn.Module]]:
    path = importlib.import_module(package).__path__
    for module in pkgutil.walk_packages(path, package + ".", onerror=lambda name: None):
        if not _ASIDE.search(module.name):
            with contextlib.suppress(Exception, SystemExit):  # it asks for what is not there
                importlib.import_module(module.name)
    inside = [module for name, module in list(sys.modules.items()) if name.partition(".")[0] == package]
    values = [value for module in inside for value in list(vars(module).values()) if inspect.isclass(value)]
    return {
        f"{value.__module__}.{value.__qualname__}": value
        for value in values
        if issubclass(value, nn.Module) and value.__module__.partition(".")[0] == package
    }
