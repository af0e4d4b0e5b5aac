#!/usr/bin/env python3
"""Writes what sow knows of the module classes of torchvision, timm and transformers.

usage: library-classes.py     (./dev library-classes runs it, with the versions of python/requirements-zoo.txt)

Every model that python/tests/models/libraries.py can build is built, printed, and taken apart. Two files come of it:
src/text/library_data.c, the classes; and tests/library/models.json.xz, the prints with the tensors that state_dict()
has, by which the tests judge what sow makes of each print.
"""

from __future__ import annotations

import fnmatch
import json
import lzma
import re
import sys
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tools"))

import torch
from library_models import COLLECTIONS, Model, Part, all_models

LIBRARIES = tuple(COLLECTIONS)
DATA = ROOT / "src/text/library_data.c"
MODELS = ROOT / "tests/library/models.json.xz"
BUILT = {"Conv1D", "FrozenBatchNorm2d", "GemmaRMSNorm"}  # rows of src/text/class_table.c that are not torch.nn's


class Row(NamedTuple):
    name: str
    children: str  # as src/text/library_table.h has them
    holds: str


# ---- classes ----


def by_class(models: Iterable[Model]) -> dict[str, list[Part]]:
    classes: dict[str, list[Part]] = {}
    for model in models:
        for part in model.parts:
            if part.library != "torch":
                classes.setdefault(part.kind, []).append(part)
    return classes


def alias_of(parts: list[Part]) -> str:
    """The class that all of them are under another name; a print without arguments tells no class apart."""
    names = {part.alias for part in parts}
    return names.pop() if len(names) == 1 else ""


def common(parts: list[Part]) -> list[str]:
    """Children that all have, in their order."""
    shared = set.intersection(*(set(part.children) for part in parts))
    return [child for child in parts[0].children if child in shared]


# Words that many projects make their classes' names of.
_WORDS = (
    "Attention Attn Block Bottleneck Conv Cross Decoder Embed Embedding Embeddings Encoder Encoding Global Head Layer"
    " Mixer Mlp Model Norm Patch Pool Pooling Pos Position Positional Rel Relative Res Response Scale Self Stage Stem"
    " Transformer Vision Window 1d 2d 3d"
)
GENERIC = re.compile(f"({_WORDS.replace(' ', '|')})+")


def is_distinct(parts: list[Part]) -> bool:
    """transformers' classes begin with their model's name; of the others, some are called Block and Attention."""
    return all(part.library == "transformers" for part in parts) or not GENERIC.fullmatch(parts[0].kind)


def held(parts: list[Part]) -> str:
    names = dict.fromkeys(name for part in parts for name in part.own)
    always = [name for name in names if all(name in part.own for part in parts)]
    return " ".join(always + [f"{name}?" for name in names if name not in always])


def holders_of(name: str, parts: list[Part]) -> list[Row]:
    """Rows that tell those that hold something from those that do not, by their children."""
    holding = [part for part in parts if part.own]
    others = {part.children for part in parts if not part.own}
    if not holding:
        return []
    if not others and is_distinct(parts):
        return [Row(name, "", held(holding))]
    shared = common(holding)[:6]  # enough to know the class by
    if shared and not any(set(shared) <= set(children) for children in others):
        return [Row(name, " ".join(shared), held(holding))]
    if not others and all(not part.children for part in holding):
        return [Row(name, "-", held(holding))]
    rows = []
    for children in dict.fromkeys(part.children for part in holding):
        same = [part for part in parts if part.children == children]
        rows.append(Row(name, "=" + " ".join(children) if children else "-", held(same)))
    return rows


# Leaves of such names are known to hold nothing, by sow__name_says_nothing_held.
SILENT = ("*Rotary*", "*DropPath", "*Activation", "*Unweighted*", "*Weightless*", "*Pad*", "*Dropout*")


def is_plain(name: str, parts: list[Part]) -> bool:
    """Those that hold nothing, of which sow could think that they hold something."""
    if any(part.own for part in parts) or hasattr(torch.nn, name):
        return False
    shown = any(character.isdigit() for part in parts for character in part.extra)
    leaf = any(not part.children for part in parts)
    return shown or (leaf and not any(fnmatch.fnmatchcase(name, glob) for glob in SILENT))


# ---- models ----


def again_of(models: list[Model]) -> list[Row]:
    rows = []
    for kind in sorted({model.kind for model in models if model.library != "torch"}):
        same = [model for model in models if model.kind == kind]
        if not any(model.again for model in same):
            continue
        roots = [model.parts[0] for model in same]
        distinct = all(root.library == "transformers" for root in roots)  # every project has a ResNet of its own
        rows.append(Row(kind, "" if distinct else " ".join(common(roots)) or "-", ""))
    return rows


# ---- as C ----


def families(aliases: dict[str, str]) -> list[tuple[str, str, list[str]]]:
    """(suffix, target, prefixes): the target's own name as the suffix, else the last two words, else all of the name."""
    found: dict[tuple[str, str], list[str]] = {}
    for name, target in sorted(aliases.items()):
        suffix = next((end for end in (target, *SUFFIXES) if name.endswith(end)), name)
        found.setdefault((target, suffix), []).append(name[: len(name) - len(suffix)] or "-")
    return [(suffix, target, prefixes) for (target, suffix), prefixes in sorted(found.items())]


SUFFIXES = ("RMSNorm", "LayerNorm", "ScaledWordEmbedding", "PositionalEmbedding", "PositionEmbedding", "Conv2d", "Conv1d")


def quoted(text: str) -> list[str]:
    """A long string literal, as several lines."""
    lines, line = [], ""
    for word in text.split(" "):
        if line and len(line) + len(word) > 96:
            lines.append(line + " ")
            line = word
        else:
            line = f"{line} {word}" if line else word
    return [json.dumps(part) for part in [*lines, line]]


def class_array(name: str, rows: list[Row]) -> list[str]:
    items = []
    for row in sorted(rows):
        holds = json.dumps(row.holds) if row.holds else "NULL"
        items.append(f"{{{json.dumps(row.name)}, {json.dumps(row.children)}, {holds}}},")
    return [f"const sow__library_class sow__library_{name}[] = {{", *packed(items), "};"]


def write_data(models: list[Model]) -> None:
    classes = by_class(models)
    aliases = {name: alias_of(parts) for name, parts in classes.items() if name not in BUILT and alias_of(parts)}
    aliases = {name: target for name, target in aliases.items() if name != target}
    rest = {name: parts for name, parts in classes.items() if name not in aliases and name not in BUILT}
    rows = [row for name, parts in rest.items() for row in holders_of(name, parts) if not alias_of(parts)]
    plain = [f'"{name}",' for name, parts in sorted(rest.items()) if is_plain(name, parts)]
    counts = ", ".join(f"{library} {version(library)}" for library in LIBRARIES)
    lines = [
        f"/* Written by tools/library-classes.py, of {counts}; torch {version('torch')}. */",
        '#include "text/library_table.h"',
        "",
        "/* clang-format off */",
        "const sow__library_family sow__library_families[] = {",
    ]
    for suffix, target, prefixes in families(aliases):
        lines.append(f"    {{{json.dumps(suffix)}, {json.dumps(target)},")
        text = quoted(" ".join(prefixes))
        lines += [f"     {line}" for line in text[:-1]] + [f"     {text[-1]}}},"]
    lines += ["};", "", *class_array("holders", rows), "", *class_array("again", again_of(models)), ""]
    lines.append("const char *const sow__library_plain[] = {")
    lines += [*packed(plain), "};", "/* clang-format on */", ""]
    for array, count in (("families", "family"), ("holders", "holder"), ("again", "again"), ("plain", "plain")):
        name = f"sow__library_{array}"
        lines.append(f"const size_t sow__library_{count}_count = sizeof {name} / sizeof *{name};")
    DATA.write_text("\n".join(lines) + "\n")


def packed(items: list[str]) -> list[str]:
    lines, line = [], ""
    for item in items:
        if line and len(line) + len(item) > 104:
            lines.append(f"    {line}")
            line = item
        else:
            line = f"{line} {item}" if line else item
    return [*lines, f"    {line}"]


# ---- the models, for the tests ----


def write_models(collections: dict[str, list[Model]]) -> None:
    table = {
        "versions": {name: version(name) for name in ("torch", *LIBRARIES)},
        "models": {
            library: {
                model.name: {
                    "print": model.text,
                    "tensors": "".join(f"{name} {list(shape)}\n" for name, shape in model.tensors),
                }
                for model in models
            }
            for library, models in collections.items()
        },
    }
    MODELS.parent.mkdir(exist_ok=True)
    MODELS.write_bytes(lzma.compress(json.dumps(table).encode(), preset=9 | lzma.PRESET_EXTREME))


def main() -> int:
    if len(sys.argv) > 1:
        print(__doc__)
        return 2
    collections = {library: list(all_models(library)) for library in LIBRARIES}
    for library, models in collections.items():
        print(f"{library}: {len(models)} models")
    write_data([model for models in collections.values() for model in models])
    write_models(collections)
    return 0


if __name__ == "__main__":
    sys.exit(main())
