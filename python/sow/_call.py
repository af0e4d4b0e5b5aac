"""Calls of the C library: a status becomes an exception, warnings become Python's."""

from __future__ import annotations

import contextlib
import errno
import importlib
import os
import re
import sys
import types
import warnings
from typing import Any, Callable, Union

from sow._errors import (
    Error,
    InputOutputError,
    InvalidArgumentError,
    NoFileError,
    NoMemoryError,
    Warning,
    error_classes,
)
from sow._native import ffi, lib

Path = Union[str, "os.PathLike[str]"]

_WARNED = ffi.addressof(lib, "sow_python_warned")
_FOLDER = os.path.dirname(os.path.abspath(__file__)) + os.sep


def text_of(chars: Any) -> str:
    """A C string as str; a name that was cut inside a character keeps what is whole."""
    return str(ffi.string(chars).decode("utf-8", "replace"))


def bytes_of(text: str) -> bytes:
    """A str as the library takes it; what came from the file system goes back unchanged."""
    return text.encode("utf-8", "surrogateescape")


def new_options(kind: str, **values: Any) -> Any:
    """A struct of options of the library, which begins with its size; what is not given is its default."""
    return ffi.new(f"{kind} *", {"size": ffi.sizeof(kind), **values})


def name_bytes(name: str) -> bytes:
    """A name as the library takes it, which ends it at a NUL. TypeError for what is no str."""
    if not isinstance(name, str):
        raise TypeError(f"a name is a str, not {type(name).__name__}: {name!r}")
    if "\0" in name:
        raise fail(InvalidArgumentError, f"{name!r} holds a NUL character")
    return bytes_of(name)


def path_bytes(path: Path) -> bytes:
    """A path as the library takes it. ValueError for one that holds a NUL, TypeError for what is no path."""
    encoded = os.fsencode(os.fspath(path))
    if b"\0" in encoded:
        raise ValueError("a path cannot hold a NUL character")
    return encoded


def _diagnostic(error: Any) -> str:
    """Place and message, and below them the line with its caret, as sow_error_print writes them without its word."""
    place = [text_of(error.source)] if error.source[0] != b"\0" else []
    if error.line > 0:
        place += [str(error.line), str(error.column)]
    message = text_of(error.message) or text_of(lib.sow_status_text(error.status))
    text = ":".join(place) + (": " if place else "") + message
    excerpt = ffi.string(error.excerpt)
    if excerpt:
        text += "\n" + text_of(error.excerpt) + "\n" + " " * len(excerpt[: error.caret].decode("utf-8", "ignore")) + "^"
    return text


def _exception(error: Any) -> Error:
    kind = error_classes().get(text_of(lib.sow_status_name(error.status)), Error)
    if kind is InputOutputError and error.system_error == errno.ENOENT:
        kind = NoFileError
    made = kind(_diagnostic(error))
    if error.system_error != 0 and isinstance(made, OSError):
        made.errno, made.strerror = error.system_error, os.strerror(error.system_error)
    made.message = text_of(error.message)
    made.source = text_of(error.source)
    made.line = error.line
    made.column = error.column
    made.excerpt = text_of(error.excerpt)
    return made


def fail(kind: type[Error], message: str) -> Error:
    """An error that Python found, in the words of a status."""
    made = kind(message)
    made.message = message
    return made


def _is_between(frame: types.FrameType) -> bool:
    """Whether it may stand between who called the package and a warning: contextlib in `with`, torch in a recording."""
    torch = getattr(sys.modules.get("torch"), "__file__", None)
    folders = (_FOLDER, contextlib.__file__, *([os.path.dirname(torch) + os.sep] if torch else []))
    return frame.f_code.co_filename.startswith(folders)


def warn(message: str) -> None:
    """A sow.Warning at the line that called the package."""
    level, frame = 1, sys._getframe()
    while frame.f_back is not None and _is_between(frame):
        level, frame = level + 1, frame.f_back
    warnings.warn(message, Warning, stacklevel=level)


def call(function: Callable[..., int], *arguments: Any, told: set[str] | None = None) -> None:
    """Calls a function of the library whose last parameter is a sow_error, without the GIL.

    Its warnings follow when it has returned, those in ``told`` left out; ``told`` grows by them. What the call made
    has to have an owner already (see owned), for a filter may turn a warning into an exception.
    """
    warnings_ = ffi.gc(ffi.new("sow_python_warnings *"), lambda all: lib.free(all.items))
    error = ffi.new("sow_error *", {"on_warning": _WARNED, "warning_context": warnings_})
    status = function(*arguments, error)
    for message in [_diagnostic(warnings_.items[index]) for index in range(warnings_.count)]:
        if told is not None and message in told:
            continue
        if told is not None:
            told.add(message)
        warn(message)
    if warnings_.lost:
        raise fail(NoMemoryError, "memory is short, and warnings were lost")
    if status != lib.SOW_OK:
        raise _exception(error)


def owned(kind: str, free: Callable[[Any], None]) -> Any:
    """A cell for a call to write a pointer of C type ``kind`` into; what is there is freed when the cell is."""
    return ffi.gc(ffi.new(kind + " **"), lambda cell: free(cell[0]))


def taken_string(function: Callable[..., int], *arguments: Any) -> str:
    """What a function with the output `char **text` writes."""
    text = owned("char", lib.free)
    call(function, *arguments, text)
    return text_of(text[0])


def taken_text(function: Callable[..., int], *arguments: Any) -> str:
    """What a function with the outputs `char **text, size_t *length` writes."""
    text, length = owned("char", lib.free), ffi.new("size_t *")
    call(function, *arguments, text, length)
    return str(ffi.buffer(text[0], length[0])[:].decode("utf-8"))


def file_bytes(path: Path) -> bytes:
    """What a file holds. InputOutputError, NoFileError among them, with errno and filename, where it cannot be read."""
    name = os.fsdecode(path_bytes(path))
    try:
        with open(name, "rb") as file:
            return file.read()
    except OSError as error:
        kind = NoFileError if isinstance(error, FileNotFoundError) else InputOutputError
        made = fail(kind, f"cannot read {name}: {error.strerror}")
        made.errno, made.filename, made.strerror = error.errno, name, error.strerror  # type: ignore[attr-defined]
        raise made from None


OLDEST_TORCH = (2, 4)


def torch_version() -> tuple[int, int] | None:
    """The release of the torch that is installed; None where there is none."""
    try:
        text = importlib.import_module("torch").__version__
    except ModuleNotFoundError as error:
        if error.name != "torch":
            raise
        return None
    release = re.match(r"(\d+)\.(\d+)", text)
    return (int(release[1]), int(release[2])) if release else (0, 0)


def torch_side(name: str) -> Any:
    """A module of the package that needs torch, or torch itself."""
    version = torch_version()
    if version is None:
        raise ImportError("this takes torch 2.4 or later; it is not installed")
    if version < OLDEST_TORCH:
        found = importlib.import_module("torch").__version__
        raise ImportError(f"this takes torch 2.4 or later, and here is {found}: pip install -U torch")
    return importlib.import_module(name)
