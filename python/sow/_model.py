"""Models without weights: prints, lists of shapes, headers of checkpoints. Each becomes a plan."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path as FilePath
from typing import Any, Callable, Union

from sow._call import Path, bytes_of, call, name_bytes, new_options, owned, path_bytes, taken_text, text_of
from sow._generator import edition_code
from sow._native import ffi, lib
from sow._plan import Plan, Seed, new_plan
from sow._tensor import Dtype

Text = Union[str, "os.PathLike[str]"]
Build = Callable[["str | None", "set[str]", bool], "tuple[Any, int | None]"]


def read_text(text: Text, name: str) -> tuple[bytes, bytes]:
    """A text, or what a file holds; and what diagnostics call it."""
    if isinstance(text, str):
        return bytes_of(text), name.encode()
    if not isinstance(text, os.PathLike):
        raise TypeError(f"give the text, as str(model), or the path of a file with it, not {type(text).__name__}")
    with open(text, "rb") as file:
        return file.read(), path_bytes(text)


def apply_rules(module: Any, rules: Text | Sequence[Text], allow_unused: bool, told: set[str]) -> None:
    """Runs rules over a sow_module; several in their order."""
    for one in [rules] if isinstance(rules, (str, os.PathLike)) else rules:
        # A text of rules has lines; a str without a line end is a path.
        if isinstance(one, str) and one.strip() and "\n" not in one:
            one = FilePath(one)
        text, source = read_text(one, "<rules>")
        parsed = owned("sow_rules", lib.sow_rules_free)
        call(lib.sow_rules_parse, text, len(text), source, parsed, told=told)
        call(lib.sow_module_apply_rules, module, parsed[0], allow_unused, told=told)


class Model:
    """A model as a text or a checkpoint tells it: names, shapes, and what its constructors draw. It has no weights.

    ``str(model)`` is what ``print`` shows of it in torch. It never changes; several threads may make plans of it.
    """

    def __init__(self, build: Build, source: str) -> None:
        self._build = build
        self._source = source
        self._told: set[str] = set()  # warnings, so that each is given once for a model and not for each plan
        self._module, _ = build(None, self._told, True)

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
                pathlib.Path), or a sequence of them.
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
        follow = rules is not None or keep is not None
        module, drawn = self._build(edition, self._told, follow)
        if rules is not None:
            apply_rules(module[0], rules, allow_unused, self._told)
        return new_plan(module, self._told, seed=seed, edition=edition, dtype=dtype, cast=cast, keep=keep, drawn=drawn)


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
    names = ffi.new("char[]", source)
    pairs = [
        (ffi.new("char[]", name_bytes(name)), ffi.new("char[]", name_bytes(kind)))
        for name, kind in (aliases or {}).items()
    ]
    aliased = ffi.new("sow_alias[]", pairs)
    left_out = [ffi.new("char[]", name_bytes(name)) for name in ([ignore] if isinstance(ignore, str) else ignore)]
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

    return Model(build, source.decode("utf-8", "replace"))


def shapes(text: Text) -> Model:
    """Tensors alone, one a line: ``wte.weight float32 [50257, 768]``. A plan of them needs rules that cover all.

    Args:
        text: the list, as ``plan.shape_list()`` writes it; a pathlib.Path is a file that holds it.

    Raises:
        TextError, UnknownNameError, DuplicateNameError, InvalidArgumentError: with line and column.
    """
    given, source = read_text(text, "<shapes>")

    def build(edition: str | None, told: set[str], rules_follow: bool) -> tuple[Any, int]:
        module, dtype = owned("sow_module", lib.sow_module_free), ffi.new("sow_dtype *")
        call(lib.sow_module_parse_shapes, given, len(given), source, module, dtype, told=told)
        return module, int(dtype[0])

    return Model(build, source.decode("utf-8", "replace"))


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

    return Model(build, os.fspath(path))
