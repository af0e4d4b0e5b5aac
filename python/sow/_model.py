"""Models without weights: prints, lists of shapes, headers of checkpoints. Each becomes a plan."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path as FilePath
from typing import Any, Callable, Union

from sow._call import (
    Path,
    bytes_of,
    call,
    fail,
    file_bytes,
    name_bytes,
    new_options,
    owned,
    path_bytes,
    taken_text,
    text_of,
)
from sow._errors import InvalidArgumentError
from sow._generator import edition_code
from sow._native import ffi, lib
from sow._plan import Plan, Seed, new_plan
from sow._tensor import Dtype

# As the program has it: the file's name ends at the first ".py", and what follows a colon says which function.
_PYTHON = re.compile(r"(.*?\.py)(?::(.*))?", re.DOTALL)

Text = Union[str, "os.PathLike[str]"]
Build = Callable[["str | None", "set[str]", bool], "tuple[Any, int | None]"]


def read_text(text: Text, name: str) -> tuple[bytes, bytes]:
    """A text, or what a file holds; and what diagnostics call it."""
    if isinstance(text, str):
        if "\n" not in text and "(" not in text and os.path.isfile(text):
            raise fail(InvalidArgumentError, f"this text names a file; give pathlib.Path({text!r}) for what it holds")
        return bytes_of(text), name.encode()
    if not isinstance(text, os.PathLike):
        raise TypeError(f"give the text, as str(model), or the path of a file with it, not {type(text).__name__}")
    return file_bytes(text), path_bytes(text)


def _apply_rules(module: Any, rules: Text | Sequence[Text], allow_unused: bool, told: set[str]) -> None:
    """Runs rules over a sow_module; several in their order."""
    if callable(rules):
        raise TypeError(f"a function is read from its file: rules='FILE.py:{getattr(rules, '__name__', 'NAME')}'")
    for one in [rules] if isinstance(rules, (str, os.PathLike)) else rules:
        # A text of rules has lines; a str without a line end is a path.
        if isinstance(one, str) and one.strip() and "\n" not in one:
            one = FilePath(one)
        python = None if isinstance(one, str) else _PYTHON.fullmatch(os.fsdecode(path_bytes(one)))
        parsed = _parsed_text(one, told) if python is None else _parsed_function(python[1], python[2], told)
        call(lib.sow_module_apply_rules, module, parsed[0], allow_unused, told=told)


def _parsed_text(rules: Text, told: set[str]) -> Any:
    text, source = read_text(rules, "<rules>")
    parsed = owned("sow_rules", lib.sow_rules_free)
    call(lib.sow_rules_parse, text, len(text), source, parsed, told=told)
    return parsed


def _parsed_function(path: str, function: str | None, told: set[str]) -> Any:
    """Of a file of Python, which is read and not run; `function` is what of it runs, None for its one function."""
    text = file_bytes(path)
    source = ffi.new("char[]", path_bytes(path))
    name = ffi.NULL if function is None else ffi.new("char[]", name_bytes(function))
    options = new_options("sow_python_options", source=source, function=name)
    parsed = owned("sow_rules", lib.sow_rules_free)
    call(lib.sow_rules_parse_python, text, len(text), options, parsed, told=told)
    return parsed


class Model:
    """A model as a text or a checkpoint tells it: names, shapes, and what its constructors draw. It has no weights.

    ``str(model)`` is what ``print`` shows of it in torch. It never changes; several threads may make plans of it.
    """

    def __init__(self, build: Build, source: str, again: tuple[Any, ...]) -> None:
        self._build = build
        self._again = again
        self._source = source
        self._told: set[str] = set()  # warnings, so that each is given once for a model and not for each plan
        self._module, _ = build(None, self._told, True)

    def __reduce__(self) -> tuple[Any, ...]:
        """By what it was made of, which is read again; the file of a checkpoint has to be there."""
        return self._again

    def __str__(self) -> str:
        return taken_text(lib.sow_module_print, self._module[0]).rstrip("\n")

    def __repr__(self) -> str:
        return f"<sow.Model {text_of(lib.sow_module_class(self._module[0]))} from {self._source}>"

    def plan(
        self,
        seed: Seed = 0,
        *,
        rules: Text | Sequence[Text] | None = None,
        dtype: Dtype = None,
        cast: Dtype = None,
        edition: str | None = None,
        keep: Path | None = None,
        allow_unused: bool = False,
    ) -> Plan:
        """What makes each tensor: that of ``torch.manual_seed(seed)``, the model's constructor, and then the rules.

        Args:
            seed: as torch.manual_seed takes it; or a sow.Generator, whose state is where the stream begins and whose
                edition is used.
            rules: weights_init as text (docs/rules.md): a str with lines, a path (a str without a line end, or a
                pathlib.Path), or a sequence of them. "weights_init.py" is a file with the function itself, which is
                read and not run; "FILE.py:NAME" says which, "FILE.py:CLASS.METHOD" and a call as the program has them.
            dtype: what is drawn, as torch's dtype=: "float32" (the default), "float64", "float16", "bfloat16", or
                such a type of torch or NumPy. For a list of tensors and a checkpoint the default is its own.
            cast: what is stored, as model.to(cast) after the draws; the same by default.
            edition: the version of torch whose arithmetic is followed; the newest by default.
            keep: a checkpoint; tensors that no rule makes are copied from it byte for byte.
            allow_unused: takes rules that cover nothing.

        Raises:
            TextError, UnknownNameError, UnusedRuleError: for the rules, with line and column.
            UncoveredError: with the names of tensors that nothing initialises.
            ShapeError, DtypeError, InvalidArgumentError: for an initialiser that does not fit its tensor.
            InputOutputError: for a file that cannot be read.

        Warns:
            sow.Warning: for what a print cannot tell, tensors without elements, bounds that are far off.
        """
        return self._plan(rules, allow_unused, seed=seed, edition=edition, dtype=dtype, cast=cast, keep=keep)

    def _plan(self, rules: Text | Sequence[Text] | None, allow_unused: bool, **settings: Any) -> Plan:
        """A plan with rules and what new_plan takes."""
        rules_follow = rules is not None or settings["keep"] is not None
        module, drawn = self._build(settings["edition"], self._told, rules_follow)
        if rules is not None:
            _apply_rules(module[0], rules, allow_unused, self._told)
        return new_plan(module, self._told, drawn=drawn, **settings)


def printed(
    text: Text,
    aliases: Mapping[str, str] | None = None,
    ignore: Iterable[str] = (),
    *,
    allow_missing: bool = False,
) -> Model:
    """The model whose ``print(model)`` is `text`, in torch 1.13 to 2.14 (docs/models.md).

    Args:
        text: the print; a pathlib.Path is a file that holds it.
        aliases: classes of your own and the torch.nn class that each stands for: ``{"MyConv": "Conv2d"}``.
        ignore: names of classes to take as having no parameters.
        allow_missing: takes classes that hold tensors which no print shows, without those tensors.

    Raises:
        TextError, UnknownNameError, DuplicateNameError, InvalidArgumentError: with line and column.

    Warns:
        sow.Warning: where the text cannot tell everything.
    """
    given, source = read_text(text, "<print>")
    return _printed(
        given, source, dict(aliases or {}), [ignore] if isinstance(ignore, str) else list(ignore), allow_missing
    )


def _printed(given: bytes, source: bytes, aliases: dict[str, str], ignore: list[str], allow_missing: bool) -> Model:
    names = ffi.new("char[]", source)
    pairs = [
        (ffi.new("char[]", name_bytes(name)), ffi.new("char[]", name_bytes(kind))) for name, kind in aliases.items()
    ]
    aliased = ffi.new("sow_alias[]", pairs)
    left_out = [ffi.new("char[]", name_bytes(name)) for name in ignore]
    ignored = ffi.new("char *[]", left_out)

    # What the options point to lives as long as this function, which names all of it.
    def build(edition: str | None, told: set[str], rules_follow: bool) -> tuple[Any, None]:
        options = new_options(
            "sow_parse_options",
            source=names,
            aliases=aliased,
            alias_count=len(pairs),
            ignored=ignored,
            ignored_count=len(left_out),
            edition=edition_code(edition),
            allow_missing=allow_missing,
            rules_follow=rules_follow,
        )
        module = owned("sow_module", lib.sow_module_free)
        call(lib.sow_module_parse, given, len(given), options, module, told=told)
        return module, None

    again = (_printed, (given, source, aliases, ignore, allow_missing))
    return Model(build, source.decode("utf-8", "replace"), again)


def shapes(text: Text) -> Model:
    """Tensors alone, one a line: ``wte.weight float32 [50257, 768]``. A plan of them needs rules that cover all.

    Args:
        text: the list, as ``plan.shape_list()`` writes it; a pathlib.Path is a file that holds it.

    Raises:
        TextError, UnknownNameError, DuplicateNameError, InvalidArgumentError: with line and column.
    """
    return _shapes(*read_text(text, "<shapes>"))


def _shapes(given: bytes, source: bytes) -> Model:

    def build(edition: str | None, told: set[str], rules_follow: bool) -> tuple[Any, int]:
        module, dtype = owned("sow_module", lib.sow_module_free), ffi.new("sow_dtype *")
        call(lib.sow_module_parse_shapes, given, len(given), source, module, dtype, told=told)
        return module, int(dtype[0])

    return Model(build, source.decode("utf-8", "replace"), (_shapes, (given, source)))


def checkpoint(path: Path) -> Model:
    """The tensors of a checkpoint, from its headers alone; as with ``shapes``, a plan of them needs rules.

    Args:
        path: a .safetensors file, an index (....json) with its files beside it, or a folder that holds one of them.

    Raises:
        InputOutputError: for a file that cannot be read.
        TextError, LimitError, DuplicateNameError: for one that breaks a rule of the format (docs/checkpoints.md).
        DtypeError: for a tensor of a type that sow does not make.
    """
    archive = owned("sow_archive", lib.sow_archive_free)
    told: set[str] = set()
    call(lib.sow_archive_open, path_bytes(path), archive, told=told)

    def build(edition: str | None, told: set[str], rules_follow: bool) -> tuple[Any, int]:
        module, dtype = owned("sow_module", lib.sow_module_free), ffi.new("sow_dtype *")
        call(lib.sow_archive_module, archive[0], module, dtype, told=told)
        return module, int(dtype[0])

    return Model(build, os.fspath(path), (checkpoint, (path,)))
