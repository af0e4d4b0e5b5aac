"""PyTorch's CPU generator without PyTorch."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

from sow._call import call, fail, name_bytes, text_of
from sow._errors import NoMemoryError
from sow._native import ffi, lib

if TYPE_CHECKING:
    import numpy

    Words = numpy.ndarray[Any, numpy.dtype[numpy.uint32]]


# Words between two looks for Ctrl-C; they take some 20 milliseconds. Whole arrays of the generator's state go fastest.
_BLOCK = 624 << 14


def edition_code(edition: str | None) -> int:
    """The library's number of the edition that a version of torch belongs to; None is the newest."""
    code = ffi.new("sow_edition *")
    call(lib.sow_edition_parse, name_bytes("newest" if edition is None else edition), code)
    return int(code[0])


def edition_name(code: int) -> str:
    """The first version of an edition: "1.13", "2.0", "2.1", "2.12", "2.13"."""
    return text_of(lib.sow_edition_name(code))


def seed_number(seed: int) -> int:
    """A seed as torch.manual_seed takes it, as 64 bits. InvalidArgumentError below -2^63 and from 2^64 on."""
    number = ffi.new("uint64_t *")
    call(lib.sow_seed_parse, str(operator.index(seed)).encode(), number)
    return int(number[0])


def state_of(pointer: Any) -> bytes:
    """The 5,056 bytes of a sow_generator, as torch's ``generator.get_state()`` has them."""
    state = ffi.new("uint8_t[]", lib.SOW_GENERATOR_STATE_SIZE)
    lib.sow_generator_get_state(pointer, state)
    return bytes(ffi.buffer(state))


class Generator:
    """The stream of words of ``torch.manual_seed(seed)``: MT19937, with its cache of one normal.

    Args:
        seed: from -2^63 to 2^64-1, as torch takes it.
        edition: the version of torch whose arithmetic fills by this generator follow, such as ``"2.6"``; the newest
            by default. The words do not depend on it.

    Not thread-safe: one thread at a time may use it. It may be pickled and copied, and holds nothing that a fork
    would share.

    Raises:
        InvalidArgumentError: for a seed outside its range.
        UnknownNameError: for an edition before 1.13, or what is no version.
    """

    def __init__(self, seed: int = 0, edition: str | None = None) -> None:
        made = lib.sow_generator_new(seed_number(seed), edition_code(edition))
        if made == ffi.NULL:
            raise fail(NoMemoryError, "out of memory")
        self._pointer = ffi.gc(made, lib.sow_generator_free)

    def __repr__(self) -> str:
        return f"<sow.Generator of torch {self.edition}, seed {self.initial_seed()}>"

    @property
    def edition(self) -> str:
        """The first version of torch whose arithmetic it follows: "1.13", "2.0", "2.1", "2.12" or "2.13"."""
        return edition_name(lib.sow_generator_edition(self._pointer))

    def manual_seed(self, seed: int) -> Generator:
        """Restarts the stream, empties the cache, and returns the generator."""
        lib.sow_generator_seed(self._pointer, seed_number(seed))
        return self

    def initial_seed(self) -> int:
        """The seed that started the stream, from 0 to 2^64-1."""
        return int.from_bytes(self.get_state()[:8], "little")

    def random(self, count: int) -> Words:
        """The next `count` words of 32 bits, as an array of NumPy's uint32. ValueError for a negative count.

        Ctrl-C stops it after a whole number of blocks of words, which have passed.
        """
        import numpy

        words = numpy.empty(count, numpy.uint32)
        for begin in range(0, words.size, _BLOCK):
            block = words[begin : begin + _BLOCK]
            lib.sow_generator_words(self._pointer, ffi.cast("uint32_t *", block.ctypes.data), block.size)
        return words

    def skip(self, words: int) -> None:
        """Passes over `words` words, be they 2^60; a cached normal stays. OverflowError for a negative number."""
        lib.sow_generator_skip(self._pointer, operator.index(words))

    def get_state(self) -> bytes:
        """The 5,056 bytes of torch's ``generator.get_state()``."""
        return state_of(self._pointer)

    def set_state(self, state: Any) -> None:
        """Takes such bytes, also as torch's ByteTensor or NumPy's array.

        Raises:
            StateError: for what torch would refuse; the generator is as before.
        """
        given = bytes(memoryview(state.numpy() if hasattr(state, "numpy") else state))
        call(lib.sow_generator_set_state, self._pointer, given, len(given))

    def __copy__(self) -> Generator:
        made = Generator(0, self.edition)
        made.set_state(self.get_state())
        return made

    def __deepcopy__(self, memo: dict[int, Any]) -> Generator:
        return self.__copy__()

    def __getstate__(self) -> tuple[str, bytes]:
        return self.edition, self.get_state()

    def __setstate__(self, state: tuple[str, bytes]) -> None:
        Generator.__init__(self, 0, state[0])
        self.set_state(state[1])
