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

Facts = dict[str, str]  # of classes that are known by their names: what is known
SUFFIXES = ("RMSNorm", "RMSNormGated", "LayerNorm", "ScaledWordEmbedding", "PositionalEmbedding", "RotaryEmbedding")


def suffix_of(name: str) -> str:
    """Its last word, or more: what its family has in common. It begins with a capital."""
    known = [end for end in SUFFIXES if name.endswith(end)]
    return max(known, key=len, default=re.split(r"(?<=[^A-Z])(?=[A-Z])", name)[-1])


def families(facts: Facts) -> list[tuple[str, str, list[str]]]:
    """(suffix, what is known, prefixes), sorted by suffix; a class that is alone in its family stands with all its name."""
    found: dict[tuple[str, str], list[str]] = {}
    for name, fact in sorted(facts.items()):
        found.setdefault((suffix_of(name), fact), []).append(name)
    rows = []
    for (suffix, fact), names in found.items():
        if len(names) == 1:
            rows.append((names[0], fact, ["-"]))
        else:
            rows += [(suffix, fact, [name[: len(name) - len(suffix)] or "-" for name in some]) for some in cut(names)]
    return sorted(rows)


def cut(names: list[str]) -> list[list[str]]:
    """C compilers need not take longer string literals than 4095 bytes."""
    return [names[begin : begin + 150] for begin in range(0, len(names), 150)]


def literal(text: str) -> str:
    return json.dumps(text) if text else "NULL"


def family_array(name: str, facts: Facts) -> list[str]:
    items = []
    for suffix, fact, prefixes in families(facts):
        strings = quoted(" ".join(prefixes))
        head = f"{{{json.dumps(suffix)}, {literal(fact)},"
        if len(strings) == 1 and len(head) + len(strings[0]) < 100:
            items.append(f"{head} {strings[0]}}},")
        else:
            items.append("\n     ".join([head, *strings]) + "},")
    return [f"const sow__library_family sow__library_{name}[] = {{", *packed(items), "};"]


def class_array(name: str, rows: list[Row]) -> list[str]:
    items = [f"{{{json.dumps(row.name)}, {json.dumps(row.children)}, {literal(row.holds)}}}," for row in sorted(rows)]
    return [f"const sow__library_class sow__library_{name}[] = {{", *packed(items), "};"]


def quoted(text: str) -> list[str]:
    """A long string literal, as several lines."""
    lines, line = [], ""
    for word in text.split(" "):
        if line and len(line) + len(word) > 100:
            lines.append(line + " ")
            line = word
        else:
            line = f"{line} {word}" if line else word
    return [json.dumps(part) for part in [*lines, line]]


def packed(items: list[str]) -> list[str]:
    """As many as there is room for in a line; one that has several lines stands alone."""
    lines, line = [], ""
    for item in items:
        if line and (len(line) + len(item) > 104 or "\n" in item or "\n" in line):
            lines.append(f"    {line}")
            line = item
        else:
            line = f"{line} {item}" if line else item
    return [*lines, f"    {line}"]


def by_name(rows: list[Row]) -> Facts:
    return {row.name: row.holds for row in rows if not row.children}


def write_data(models: list[Model]) -> None:
    classes = by_class(models)
    aliases = {name: alias_of(parts) for name, parts in classes.items() if name not in BUILT and alias_of(parts)}
    aliases = {name: target for name, target in aliases.items() if name != target}
    rest = {name: parts for name, parts in classes.items() if name not in aliases and name not in BUILT}
    holders = [row for name, parts in rest.items() for row in holders_of(name, parts) if not alias_of(parts)]
    again = again_of(models)
    plain = {name: "" for name, parts in rest.items() if is_plain(name, parts)}
    arrays = {
        "aliases": family_array("aliases", aliases),
        "holders": family_array("holders", by_name(holders)),
        "again": family_array("again", by_name(again)),
        "plain": family_array("plain", plain),
        "holders_by_children": class_array("holders_by_children", [row for row in holders if row.children]),
        "again_by_children": class_array("again_by_children", [row for row in again if row.children]),
    }
    made_of = ", ".join(f"{library} {version(library)}" for library in LIBRARIES)
    lines = [
        "/* clang-format off */",
        f"/* Written by tools/library-classes.py, of {made_of}; torch {version('torch')}. */",
        '#include "text/library_table.h"',
        "",
    ]
    for array in arrays.values():
        lines += [*array, ""]
    for array in arrays:
        name = f"sow__library_{array}"
        lines.append(f"const size_t {name}_count = sizeof {name} / sizeof *{name};")
    DATA.write_text("\n".join(lines) + "\n")


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
