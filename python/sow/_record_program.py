"""python -m sow record: the recording of an expression's value."""

from __future__ import annotations

import argparse
import ast
import builtins
import importlib
import importlib.util
import os
import signal
import sys
import traceback
import types
import warnings
from collections.abc import Sequence
from typing import Any, NoReturn, TextIO

from sow import __version__
from sow._call import torch_side
from sow._errors import Error, Warning
from sow._native import lib
from sow._recording import Recording, record
from sow._tensor import dtype_code, dtype_name

_EXPRESSION = "<expression>"
_FOLDER = os.path.dirname(os.path.abspath(__file__)) + os.sep

_EPILOG = """\
EXPRESSION is Python whose value is a module, or a mapping or sequence of modules and tensors. Names with dots are
imported: torchvision.models.resnet18(). Names of your own come from --file.

examples:
  python -m sow record 'torchvision.models.resnet18()' -o resnet18.sow
  python -m sow record 'Net(depth=12)' --file net.py --dtype bfloat16 -o net.sow
  sow plan resnet18.sow
  sow init resnet18.sow --seed 42 -o resnet18.safetensors
"""


def _say(kind: str, message: object) -> None:
    print(f"sow record: {kind}: {message}", file=sys.stderr)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        _say("error", message)
        print("Try 'python -m sow record --help'.", file=sys.stderr)
        sys.exit(2)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m sow record",
        description="Calls a constructor and writes down what it did to its tensors; no weight is filled.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"sow {__version__}", help="show the version")
    parser.add_argument("expression", metavar="EXPRESSION")
    parser.add_argument("-o", "--output", metavar="FILE", required=True, help="write to FILE; '-' is standard output")
    parser.add_argument("--file", metavar="FILE", help="run this Python file first, and take names from it")
    parser.add_argument("--dtype", metavar="TYPE", help="torch's default type meanwhile: float32, bfloat16, …")
    parser.add_argument(
        "--torch-seed", metavar="N", type=int, default=0, help="torch.manual_seed before the run; it matters only for "
        "what is bound to it; default 0",
    )  # fmt: skip
    parser.add_argument("--force", action="store_true", help="replace an existing file")
    return parser


class _Mistake(Exception):
    """Of whoever wrote the command."""


# ---- names ----


def _parsed(text: str) -> ast.Expression:
    try:
        return ast.parse(text.strip(), _EXPRESSION, "eval")
    except SyntaxError as error:
        raise _Mistake(f"the expression is no Python: {error.msg}") from None


def _import_names(expression: ast.Expression, names: dict[str, Any]) -> None:
    """Imports what is neither the file's, nor Python's own, nor bound within the expression."""
    nodes = list(ast.walk(expression))
    bound = {node.id for node in nodes if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)}
    bound |= {node.arg for node in nodes if isinstance(node, ast.arg)}
    for node in nodes:
        parts = _dotted(node)
        if not parts or parts[0] in bound or hasattr(builtins, parts[0]):
            continue
        if parts[0] not in names:
            names[parts[0]] = _imported(parts[0])
        _import_within(names[parts[0]], parts)


def _dotted(node: ast.AST) -> list[str]:
    """["torchvision", "models"] of torchvision.models; [] of what is no such name."""
    if isinstance(node, ast.Attribute):
        inner = _dotted(node.value)
        return [*inner, node.attr] if inner else []
    return [node.id] if isinstance(node, ast.Name) else []


def _imported(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        raise _Mistake(f"name {name!r} is not defined, and there is no module of that name") from None


def _import_within(package: Any, parts: list[str]) -> None:
    """The modules that a dotted name goes through, which Python imports only when told."""
    path = parts[0]
    for part in parts[1:]:
        if not isinstance(package, types.ModuleType):
            return
        path += "." + part
        if not hasattr(package, part) and hasattr(package, "__path__") and importlib.util.find_spec(path) is not None:
            importlib.import_module(path)
        package = getattr(package, part, None)


def _run_file(path: str) -> dict[str, Any]:
    """A file as a module, as `import` would have it from its folder."""
    name = os.path.splitext(os.path.basename(path))[0]
    absolute = os.path.abspath(path)  # which importlib makes of it from Python 3.10 on
    sys.path.insert(0, os.path.dirname(absolute))
    spec = importlib.util.spec_from_file_location(name, absolute)
    if spec is None or spec.loader is None:
        raise _Mistake(f"{path} is no Python file: its name ends with .py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return dict(vars(module))


# ---- the run ----


def _record(given: argparse.Namespace) -> Recording:
    torch = torch_side("torch")
    sys.path.insert(0, os.getcwd())
    parsed = _parsed(given.expression)
    code = compile(parsed, _EXPRESSION, "eval")
    if given.dtype is not None:
        torch.set_default_dtype(_dtype(given.dtype))
    if given.file is not None and not os.path.isfile(given.file):
        raise _Mistake(f"--file {given.file}: there is no such file")
    names: dict[str, Any] = {}
    if given.file is None:
        _import_names(parsed, names)

    def build() -> Any:
        if given.file is not None:  # what it makes as it runs is part of the recording
            names.update(_run_file(given.file))
            _import_names(parsed, names)
        return eval(code, names)

    return record(build, seed=given.torch_seed)


def _dtype(name: str) -> Any:
    import torch

    code = dtype_code(name)
    if not lib.sow_dtype_is_float(code):
        raise _Mistake(f"{name} is no floating-point type")
    return getattr(torch, dtype_name(code))


def _show_warning(
    message: Any, category: type, filename: str, lineno: int, file: TextIO | None = None, line: str | None = None
) -> None:
    if issubclass(category, Warning):
        _say("warning", message)
    else:
        _say("warning", f"{filename}:{lineno}: {category.__name__}: {message}")


def _print_own_traceback(error: BaseException) -> None:
    """Of the code that was run, not of what ran it."""
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if not frame.filename.startswith((_FOLDER, "<frozen ")) and os.sep + "importlib" + os.sep not in frame.filename
    ]
    if frames:
        print("Traceback (most recent call last):", file=sys.stderr)
        print("".join(traceback.format_list(frames)), end="", file=sys.stderr)
    print("".join(traceback.format_exception_only(type(error), error)), end="", file=sys.stderr)


def main(arguments: Sequence[str]) -> int:
    """Exit status: 0, 2 where it failed or was called wrongly, 130 after Ctrl-C."""
    given = _parser().parse_args(arguments)
    if given.output != "-" and os.path.exists(given.output) and not given.force:
        _say("error", f"{given.output} exists; --force replaces it")
        return 2
    warnings.showwarning = _show_warning
    try:
        recording = _record(given)
        if given.output == "-":
            signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # as the program: a reader may leave
            sys.stdout.flush()
            sys.stdout.buffer.write(recording.text.encode())  # UTF-8, whatever this terminal's encoding is
            sys.stdout.buffer.flush()
        else:
            recording.save(given.output, force=given.force)
    except (Error, _Mistake) as error:
        _say("error", error)
        return 2
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        if _is_of_code(error):
            _print_own_traceback(error)
        else:
            _say("error", error)
        return 2
    if recording.bound:
        _say("warning", f"bound to seed {recording.seed}: {', '.join(recording.bound[:5])}")
    return 0


def _is_of_code(error: BaseException) -> bool:
    """Whether the code that was run raised it, rather than sow."""
    innermost = traceback.extract_tb(error.__traceback__)[-1].filename
    return not innermost.startswith(_FOLDER)
