"""Plans into files: sow/checkpoint.h, with Ctrl-C and progress."""

from __future__ import annotations

import operator
import re
import threading
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Callable, Union

from sow._call import Path, call, fail, name_bytes, new_options, path_bytes
from sow._errors import InterruptedWriteError, InvalidArgumentError
from sow._native import ffi, lib

Progress = Callable[[int, int], Any]
Slice = Union["tuple[int, int]", str]


# ---- Ctrl-C and progress ----


class _Watch:
    """What the library calls back some times a second while one thread writes.

    Python acts on a signal when it runs Python code in the main thread: in that call, if the main thread writes.
    """

    def __init__(self, progress: Progress | None) -> None:
        self.progress = progress
        self.stop = ffi.new("sig_atomic_t *", 0)
        self.reason: BaseException | None = None


_watching = threading.local()


def _stopped(kind: Any, reason: BaseException, traceback: Any) -> None:
    watch = _watching.watch
    watch.reason = reason
    watch.stop[0] = 1


@ffi.def_extern(onerror=_stopped)  # type: ignore[untyped-decorator]
def sow_python_progress(context: Any, done: int, total: int) -> None:
    progress = _watching.watch.progress
    if progress is not None:
        progress(done, total)


def _write(progress: Progress | None, options: Any, function: Any, *arguments: Any) -> None:
    """A call that takes `options`, which Ctrl-C and an exception of `progress` stop."""
    before = getattr(_watching, "watch", None)  # a progress function may itself write
    watch = _watching.watch = _Watch(progress)
    options.interrupt = watch.stop
    options.progress = lib.sow_python_progress
    try:
        call(function, *arguments)
    except InterruptedWriteError:
        if watch.reason is None:
            raise
    finally:
        _watching.watch = before
    if watch.reason is not None:
        raise watch.reason


# ---- options ----


def _options(threads: int, force: bool, metadata: Mapping[str, str] | None) -> tuple[Any, Any]:
    """sow_checkpoint_options, and what must live as long as it."""
    options = new_options("sow_checkpoint_options")
    options.threads = operator.index(threads)
    options.force = bool(force)
    texts = []
    entries = ffi.new("sow_metadata[]", len(metadata or {}))
    for entry, (key, value) in zip(entries, (metadata or {}).items()):
        for text in (key, value):
            texts.append(ffi.new("char[]", name_bytes(text)))
        entry.key, entry.value = texts[-2:]
    options.metadata, options.metadata_count = entries, len(entries)
    return options, (entries, texts)


# G and GB are decimal, GiB says that it is not; as the program's --max-shard-size has them (the test compares).
_POWERS = " KMGT"


def _shard_bytes(size: int | str) -> int:
    """A number of bytes, or a text as the program's --max-shard-size takes it."""
    if not isinstance(size, str):
        return operator.index(size)
    found = re.fullmatch(r"(\d+\.?\d*|\.\d+) *(?:([KMGT])(I?))?B?", size, re.IGNORECASE | re.ASCII)
    if found is None:
        raise fail(InvalidArgumentError, f"shard_size {size!r}: must be a size as 5GB, 500M or 4GiB")
    digits, unit, binary = found.groups()
    return int(Decimal(digits) * (1024 if binary else 1000) ** _POWERS.index((unit or " ").upper()))


def _part(slice: Slice) -> tuple[int, int]:
    """Which part of how many, counted from 0."""
    if not isinstance(slice, str):
        part, parts = slice
        return operator.index(part), operator.index(parts)
    found = re.fullmatch(r"(\d+)/(\d+)", slice, re.ASCII)
    if found is None:
        raise fail(InvalidArgumentError, f"slice {slice!r}: must be I/N, from 1/N to N/N, or (i, n)")
    return int(found.group(1)) - 1, int(found.group(2))


def write_plan(
    plan: Any,
    path: Path,
    slice: Slice | None,
    shard_size: int | str | None,
    threads: int,
    progress: Progress | None,
    force: bool,
    metadata: Mapping[str, str] | None,
) -> int:
    """Plan.write."""
    name = path_bytes(path)
    options, _owner = _options(threads, force, metadata)
    if slice is not None and shard_size is not None:
        raise fail(InvalidArgumentError, "shard_size cuts into files, slice makes one; give one of them")
    if shard_size is not None:
        size = _shard_bytes(shard_size)
        if not 1 <= size < 2**63:
            raise fail(InvalidArgumentError, f"shard_size {shard_size!r}: must be from 1 byte to 2^63-1")
        _write(progress, options, lib.sow_checkpoint_write_sharded, plan, name, size, options)
        return 0
    if slice is None:
        _write(progress, options, lib.sow_checkpoint_write, plan, name, options)
        return 0
    part, parts = _part(slice)
    if not 0 <= part < parts:
        raise fail(InvalidArgumentError, f"slice {slice!r}: there is no such part")
    missing = ffi.new("uint64_t *")
    _write(progress, options, lib.sow_checkpoint_write_slice, plan, name, part, parts, options, missing)
    return int(missing[0])


def finish_plan(
    plan: Any, path: Path, threads: int, progress: Progress | None, force: bool, metadata: Mapping[str, str] | None
) -> None:
    """Plan.finish."""
    options, _owner = _options(threads, force, metadata)
    _write(progress, options, lib.sow_checkpoint_finish, plan, path_bytes(path), options)
