"""python -m sow record: the recording of an expression's value."""

from __future__ import annotations

import argparse
import ast
import builtins
import importlib
import importlib.util
import os
import sys
import traceback
import warnings
from collections.abc import Sequence
from typing import Any, NoReturn, TextIO

from sow._errors import Error, Warning
from sow._recording import Recording, record

_EXPRESSION = "<expression>"

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


# ---- names ----


class _Names(dict[str, Any]):
    """The names of an expression: the file's, Python's own, and modules, which are imported."""

    def __missing__(self, name: str) -> Any:
        if hasattr(builtins, name):
            raise KeyError(name)
        self[name] = _imported(name)
        return self[name]


def _imported(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        raise NameError(f"name {name!r} is not defined, and there is no module of that name", name=name) from None


def _import_dotted(expression: ast.Expression, names: _Names) -> None:
    """Imports the modules within packages that dotted names go through: `torchvision.models` of torchvision."""
    chains = [node for node in ast.walk(expression) if isinstance(node, ast.Attribute)]
    for node in chains:
        parts: list[str] = []
        inner: ast.expr = node
        while isinstance(inner, ast.Attribute):
            parts.insert(0, inner.attr)
            inner = inner.value
        if not isinstance(inner, ast.Name) or inner.id in names or hasattr(builtins, inner.id):
            continue
        path, found = inner.id, _imported(inner.id)
        for part in parts:
            path += "." + part
            if not hasattr(found, part) and importlib.util.find_spec(path) is not None:
                importlib.import_module(path)
            found = getattr(found, part, None)
            if found is None or not hasattr(found, "__path__"):
                break


def _run_file(path: str) -> dict[str, Any]:
    """A file as a module, as `import` would have it from its folder."""
    name = os.path.splitext(os.path.basename(path))[0]
    sys.path.insert(0, os.path.dirname(os.path.abspath(path)))
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(f"{path} is no Python file: its name ends with .py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return dict(vars(module))


# ---- the run ----


def _record(given: argparse.Namespace) -> Recording:
    import torch

    sys.path.insert(0, os.getcwd())
    names = _Names(_run_file(given.file) if given.file is not None else {})
    parsed = ast.parse(given.expression.strip(), _EXPRESSION, "eval")
    _import_dotted(parsed, names)
    code = compile(parsed, _EXPRESSION, "eval")
    before = torch.get_default_dtype()
    if given.dtype is not None:
        torch.set_default_dtype(_dtype(given.dtype))
    try:
        return record(lambda: eval(code, {"__builtins__": builtins}, names), seed=given.torch_seed)
    finally:
        torch.set_default_dtype(before)


def _dtype(name: str) -> Any:
    import torch

    from sow._tensor import dtype_code, dtype_name

    return getattr(torch, dtype_name(dtype_code(name)))


def _show_warning(
    message: Any, category: type, filename: str, lineno: int, file: TextIO | None = None, line: str | None = None
) -> None:
    if issubclass(category, Warning):
        _say("warning", message)
    else:
        _say("warning", f"{filename}:{lineno}: {category.__name__}: {message}")


def _print_own_traceback(error: BaseException) -> None:
    """Of the code that was run, not of what ran it."""
    folder = os.path.dirname(os.path.abspath(__file__)) + os.sep
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if not frame.filename.startswith((folder, "<frozen ")) and os.sep + "importlib" + os.sep not in frame.filename
    ]
    if frames:
        print("Traceback (most recent call last):", file=sys.stderr)
        print("".join(traceback.format_list(frames)), end="", file=sys.stderr)
    print("".join(traceback.format_exception_only(type(error), error)), end="", file=sys.stderr)


def main(arguments: Sequence[str]) -> int:
    """Exit status: 0, 1 where it failed, 2 where it was called wrongly, 130 after Ctrl-C."""
    given = _parser().parse_args(arguments)
    if given.output != "-" and os.path.exists(given.output) and not given.force:
        _say("error", f"{given.output} exists; --force replaces it")
        return 1
    warnings.showwarning = _show_warning
    try:
        recording = _record(given)
        if given.output == "-":
            sys.stdout.write(recording.text)
        else:
            recording.save(given.output, force=given.force)
    except (Error, ImportError, TypeError) as error:
        if error.__traceback__ is not None and not isinstance(error, Error) and _is_of_code(error):
            _print_own_traceback(error)
        else:
            _say("error", error)
        return 1
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        _print_own_traceback(error)
        return 1
    if recording.bound:
        _say("warning", f"bound to seed {recording.seed}: {', '.join(recording.bound[:5])}")
    return 0


def _is_of_code(error: BaseException) -> bool:
    """Whether the code that was run raised it, rather than sow."""
    frames = traceback.extract_tb(error.__traceback__)
    return not frames[-1].filename.startswith(os.path.dirname(os.path.abspath(__file__)) + os.sep)
