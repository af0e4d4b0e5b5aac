"""A tape followed while it is made: the C library tells generators' states and storages' contents at any moment."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Sequence
from typing import Any

import torch

from sow._call import call, owned
from sow._generator import edition_code, state_of
from sow._native import ffi, lib
from sow._record.lines import Writer
from sow._record.tape import Storage, Tape
from sow._tensor import dtype_code

# The version whose arithmetic a replay follows: that of the torch at hand.
EDITION = torch.__version__.split("+")[0]

# Elements whose making takes longer than a person waits for Ctrl-C.
_LONG = 1 << 22


class Replay:
    """The library's replay: text goes in, bytes come out."""

    def __init__(self, state: bytes, edition: str, dtype: str) -> None:
        generator = ffi.gc(lib.sow_generator_new(0, edition_code(edition)), lib.sow_generator_free)
        if generator == ffi.NULL:
            raise MemoryError
        call(lib.sow_generator_set_state, generator, state, len(state))
        self._pointer = ffi.gc(lib.sow_replay_new(generator, dtype_code(dtype)), lib.sow_replay_free)
        if self._pointer == ffi.NULL:
            raise MemoryError

    def feed(self, text: str, threads: int) -> None:
        encoded = text.encode()
        call(lib.sow_replay_feed, self._pointer, encoded, len(encoded), threads)

    def run(self, targets: Sequence[tuple[int, int]], threads: int, long: bool) -> None:
        """Makes storages at addresses. Ctrl-C stops what may take `long`."""
        made = ffi.new("sow_replay_target[]", [(number, ffi.cast("void *", address)) for number, address in targets])
        cancel = ffi.new("int *", 0)
        arguments = (lib.sow_replay_run, self._pointer, len(made), made, threads, cancel)
        if long and threading.current_thread() is threading.main_thread():
            _interruptibly(cancel, *arguments)
        else:
            call(*arguments)

    def state(self, generator: int) -> bytes:
        """The 5,056 bytes of a generator."""
        found = owned("sow_generator", lib.sow_generator_free)
        call(lib.sow_replay_generator, self._pointer, generator, found)
        return state_of(found[0])


def _interruptibly(cancel: Any, function: Any, *arguments: Any) -> None:
    """A call in a thread of its own: Python raises KeyboardInterrupt in the main thread only between instructions."""
    failed: list[BaseException] = []
    finished = threading.Event()  # before Python 3.13 a join() that was interrupted takes the thread for dead

    def work() -> None:
        try:
            call(function, *arguments)
        except BaseException as error:
            failed.append(error)
        finally:
            finished.set()

    worker = threading.Thread(target=work)
    try:
        worker.start()
        finished.wait()
    except BaseException:
        cancel[0] = 1
        while worker.is_alive() and not finished.is_set():  # it writes memory that the caller may free
            with contextlib.suppress(BaseException):
                finished.wait()
        raise
    if failed:
        raise failed[0]


class Follower:
    """Feeds a replay what a tape has gained, when somebody asks."""

    def __init__(self, tape: Tape, replay: Any, threads: int) -> None:
        self._tape = tape
        self._replay = replay
        self._threads = threads
        self._writer = Writer()
        self._fed = 0

    def _catch_up(self) -> None:
        if self._fed < len(self._tape.items):
            text = self._writer.text(self._tape.items[self._fed :])
            self._fed = len(self._tape.items)
            self._replay.feed(text, self._threads)

    def state(self, generator: int) -> bytes:
        self._catch_up()
        state: bytes = self._replay.state(generator)
        return state

    def run(self, targets: Sequence[tuple[Storage, int]]) -> None:
        """Makes what storages hold now, at addresses."""
        self._catch_up()
        long = sum(storage.count for storage, _ in targets) >= _LONG
        numbered = [(self._writer.numbers[storage], address) for storage, address in targets]
        self._replay.run(numbered, self._threads, long)
