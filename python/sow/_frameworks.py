"""The initialisers of Caffe, Keras and JAX as modules of functions, made from the C library's table."""

from __future__ import annotations

import ast
import inspect
import numbers
import sys
import types
from typing import Any, Callable

from sow._call import call, text_of
from sow._initializer import fill_array_by, is_array
from sow._native import ffi, lib


def _signature(text: str) -> inspect.Signature:
    """Of "scale, mode='fan_in'", with the tensor before and the generator behind."""
    tree = ast.parse(f"def made(tensor, {text}): pass").body[0]
    assert isinstance(tree, ast.FunctionDef)
    names = [argument.arg for argument in tree.args.args]
    required = len(names) - len(tree.args.defaults)
    defaults = [ast.literal_eval(default) for default in tree.args.defaults]
    either, keyword = inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY
    parameters = [
        inspect.Parameter(name, either, default=inspect.Parameter.empty if i < required else defaults[i - required])
        for i, name in enumerate(names)
    ]
    return inspect.Signature([*parameters, inspect.Parameter("generator", keyword, default=None)])


def _literal(name: str, value: Any) -> str:
    """An argument as the library reads it."""
    if value is None or isinstance(value, (bool, str)):
        return repr(value)
    if isinstance(value, numbers.Integral):
        return repr(int(value))
    if isinstance(value, numbers.Real):
        return repr(float(value))
    if isinstance(value, (list, tuple)):
        return "({})".format("".join(_literal(name, item) + ", " for item in value))
    raise TypeError(f"{name} must be a number, a str, a tuple or None, not {type(value).__name__}")


def _function(kind: int, framework: str, title: str, torch: Any) -> Callable[..., Any]:
    row = text_of(lib.sow_initializer_name(kind))
    name = row.split(".")[1] + "_"
    signature = _signature(text_of(lib.sow_initializer_signature(kind)))

    def function(*arguments: Any, **keywords: Any) -> Any:
        given = signature.bind(*arguments, **keywords).arguments
        tensor, generator = given.pop("tensor"), given.pop("generator", None)
        texts = [f"{key}={_literal(key, value)}" for key, value in given.items()]

        def made() -> Any:
            initializer = ffi.new("sow_initializer *")
            call(lib.sow_initializer_parse, f"{row}({', '.join(texts)})".encode(), ffi.NULL, initializer)
            return initializer[0]

        if is_array(tensor):
            return fill_array_by(name, tensor, generator, made, draws=False)  # else the library says so
        if torch is None or not isinstance(tensor, torch.torch.Tensor):
            what = type(tensor).__name__
            raise TypeError(f"{name} fills tensors of torch 2.4 or later and NumPy's arrays, not {what}")
        initializer = made()
        if torch.record_own(row, tensor, generator, texts):
            return tensor
        return torch.fill_own(name, tensor, generator, initializer)

    function.__name__ = function.__qualname__ = name
    function.__module__ = f"sow.init.{framework}"
    function.__doc__ = (
        f"Fills `tensor` as {title}'s {name[:-1]} does and returns it; docs/from-caffe-keras-jax.md says what it draws."
    )
    function.__signature__ = signature  # type: ignore[attr-defined]
    return function


def make(framework: str, title: str, torch: Any) -> types.ModuleType:
    """The module sow.init.FRAMEWORK; `torch` is sow._torch, or None without torch."""
    module = types.ModuleType(f"sow.init.{framework}", f"{title}'s initialisers, on tensors and arrays in place.")
    for kind in range(lib.SOW_INITIALIZER_COUNT):
        if text_of(lib.sow_initializer_name(kind)).startswith(f"{framework}."):
            function = _function(kind, framework, title, torch)
            setattr(module, function.__name__, function)
    module.__all__ = [name for name in vars(module) if name.endswith("_") and name[0] != "_"]  # type: ignore[attr-defined]
    sys.modules[module.__name__] = module
    return module
