"""What the package raises: one class for each status of the C library that a call can end with."""

from __future__ import annotations

from typing import Any, ClassVar


class Error(Exception):
    """Base of everything that sow raises by itself.

    ``str(error)`` is the whole diagnostic: place, message, and where there is one the line with a caret below it.
    Every subclass stands for one status of the C library, and derives from the builtin exception that says the same.

    Attributes:
        status: the status by its C name without prefix, such as ``"UNKNOWN_NAME"``.
        message: one sentence: what was wrong, and what to do.
        source: the name of the text that was read (a path, ``"<string>"``); ``""`` where there is none.
        line: 1-based line in that text; 0 where there is none.
        column: 1-based byte in that line; 0 where there is none.
        excerpt: the line, or the part of it around the column; ``""`` where there is none.
    """

    status: ClassVar[str] = "UNKNOWN"
    message: str = ""
    source: str = ""
    line: int = 0
    column: int = 0
    excerpt: str = ""

    def __str__(self) -> str:
        # Not KeyError's, which shows a repr, nor OSError's.
        return Exception.__str__(self)


class NoMemoryError(Error, MemoryError):
    """Memory is short."""

    status = "NO_MEMORY"


class InvalidArgumentError(Error, ValueError):
    """An argument is outside its range."""

    status = "INVALID_ARGUMENT"


class SizeOverflowError(Error, OverflowError):
    """A size does not fit in 63 bits."""

    status = "OVERFLOW"


class ShapeError(Error, ValueError):
    """An initialiser does not fit a tensor's shape."""

    status = "SHAPE"


class DtypeError(Error, ValueError):
    """A data type is not supported there."""

    status = "DTYPE"


class DeviceError(Error, ValueError):
    """A tensor is not in this process's memory."""

    status = "DEVICE"


class LayoutError(Error, ValueError):
    """A tensor's strides let elements overlap, or no count of elements says them."""

    status = "LAYOUT"


class TextError(Error, ValueError):
    """A text (a print, rules, a header) does not follow its grammar."""

    status = "SYNTAX"


class UnknownNameError(Error, KeyError):
    """There is no such name: a tensor, a class, a function, a type."""

    status = "UNKNOWN_NAME"


class DuplicateNameError(Error, ValueError):
    """A name is taken."""

    status = "DUPLICATE_NAME"


class UnusedRuleError(Error, ValueError):
    """A rule covers nothing."""

    status = "UNUSED_RULE"


class UncoveredError(Error, ValueError):
    """Nothing initialises a tensor."""

    status = "UNCOVERED"


class StateError(Error, ValueError):
    """Bytes are no state of a generator."""

    status = "STATE"


class InputOutputError(Error, OSError):
    """Reading or writing failed.

    `errno` and `strerror` are OSError's where the system said no, None where a file is not what it should be;
    `filename` is None where the C library opened the file, of which the message tells.
    """

    status = "IO"

    def __reduce__(self) -> tuple[Any, ...]:
        # OSError keeps these beside vars(self), and a pickled one would lose them.
        kept = {"errno": self.errno, "strerror": self.strerror, "filename": self.filename}
        return type(self), self.args, {**vars(self), **kept}


class NoFileError(InputOutputError, FileNotFoundError):
    """There is no such file: an InputOutputError that is a FileNotFoundError too."""


class ExistsError(Error, FileExistsError):
    """The file exists, and ``force`` was not given."""

    status = "EXISTS"


class InterruptedWriteError(Error, RuntimeError):
    """Work was stopped. Python itself raises KeyboardInterrupt, or what stopped it, in its place."""

    status = "INTERRUPTED"


class LimitError(Error, ValueError):
    """A limit of sow or of a file format is exceeded."""

    status = "LIMIT"


class UnsupportedError(Error, NotImplementedError):
    """This machine, or this version, cannot do it."""

    status = "UNSUPPORTED"


class IncompleteError(Error, RuntimeError):
    """Parts of a file are missing."""

    status = "INCOMPLETE"


class Warning(UserWarning):
    """What sow warns of; filter it as any other: ``warnings.filterwarnings("ignore", category=sow.Warning)``."""


def error_classes() -> dict[str, type[Error]]:
    """The subclass of each status, by the status's name."""
    return {kind.status: kind for kind in Error.__subclasses__()}


# In tracebacks they bear the name that people write.
for _kind in (Error, Warning, NoFileError, *Error.__subclasses__()):
    _kind.__module__ = "sow"
