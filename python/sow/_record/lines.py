"""The text of a recording, as docs/recordings.md has it."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Iterable, Iterator

from sow._record.tape import Item, Literal, Mark, Restore, Seed, Skip, Step, Storage, View

_LITERAL_LINE = 54  # bytes; 72 characters in base64


def number(value: float) -> str:
    """A number as Python writes it, which reads back as the same one."""
    if isinstance(value, int):
        return repr(int(value))  # a bool too
    value = float(value)
    return repr(value) if math.isfinite(value) else f"float('{value}')"


def quote(text: str) -> str:
    """A string of JSON."""
    # A path that is no UTF-8 has lone surrogates in Python, which no text can hold.
    return json.dumps(text.encode("utf-8", "backslashreplace").decode(), ensure_ascii=False)


class Writer:
    """Numbers storages in the order in which they come, and writes each item as lines."""

    def __init__(self) -> None:
        self.numbers: dict[Storage, int] = {}

    def view(self, view: View) -> str:
        text = f"s{self.numbers[view.storage]}[{', '.join(map(str, view.shape))}]"
        if not view.is_contiguous():
            text += f"*[{', '.join(map(str, view.strides))}]"
        return f"{text}+{view.offset}" if view.offset else text

    def text(self, items: Iterable[Item]) -> str:
        return "".join(line + "\n" for item in items for line in self._lines(item))

    def declare(self, storage: Storage) -> Iterator[str]:
        """The line that begins a storage, if none did so far."""
        if storage not in self.numbers:
            self.numbers[storage] = len(self.numbers)
            yield f"storage {self.numbers[storage]} {storage.dtype} {storage.count}"

    def _lines(self, item: Item) -> Iterator[str]:
        if isinstance(item, Step):
            yield from self._step(item)
        elif isinstance(item, Literal):
            yield from self._literal(item)
        elif isinstance(item, Seed):
            yield f"seed {item.generator} {item.seed}"
        elif isinstance(item, Mark):
            yield f"mark {item.number} {item.generator}"
        elif isinstance(item, Restore):
            yield f"restore {item.number} {item.generator}"
        else:
            yield _skip(item)

    def _step(self, step: Step) -> Iterator[str]:
        for view in [*step.reads(), step.target]:
            yield from self.declare(view.storage)
        arguments = [self.view(given) if isinstance(given, View) else given for given in step.arguments]
        generator = f" generator {step.generator}" if step.generator else ""
        yield f"step {self.view(step.target)} {step.call}({', '.join(arguments)}){generator}{_at(step.line)}"

    def _literal(self, literal: Literal) -> Iterator[str]:
        yield from self.declare(literal.target.storage)
        bound = "" if literal.bound is None else f" bound {quote(literal.bound)}"
        yield f"literal {self.view(literal.target)} {len(literal.data)}{bound}{_at(literal.line)}"
        for at in range(0, len(literal.data), _LITERAL_LINE):
            yield "  " + base64.b64encode(literal.data[at : at + _LITERAL_LINE]).decode()


def _at(line: str) -> str:
    return f" at {quote(line)}" if line else ""


def _skip(item: Skip) -> str:
    return f"skip {item.generator} {item.words}"
