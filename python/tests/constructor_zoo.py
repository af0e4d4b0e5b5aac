"""Every constructor that is at hand against its own recording: `./dev zoo` runs it. It takes torchvision's, timm's and
transformers' models, or the module classes of any package, by guessed arguments.

Each model is recorded once, and made from the recording at that seed and at two others; names, every byte and the
generator's state are compared with torch's, and so is what the constructor makes within sow.fast(). It prints a line a
model, with the reason where it is not equal to the bit, and counts at the end.
"""

from __future__ import annotations

import argparse
import fnmatch
import gc
import importlib.util
import sys
import time
import warnings
from collections import Counter
from typing import Any, NamedTuple

import torch
from closeness import from_library, is_close
from models.guessed import classes_of
from models.libraries import COLLECTIONS, Constructor

import sow
from sow._record.memory import bytes_of
from sow._record.names import describe

SEEDS = (0, 1, 2**40 + 7)
LARGE = 200_000_000  # parameters, from which on one seed beside the recorded one has to do


class Result(NamedTuple):
    kind: str  # of KINDS
    reason: str


KINDS = {
    "exact": "every byte",
    "close": "every byte, but for functions of other libraries (docs/fidelity.md), within their tolerance",
    "bound": "exact for the recorded seed, refused for others",
    "unwritten": "refused: the constructor leaves memory unwritten",
    "refused": "what sow does not make, by its name",
    "varies": "the constructor itself makes others each time, by Python's random or NumPy's",
    "not built": "no arguments or shrunken configuration build it, or it stays large",
    "wrong": "differs",
}


# ---- one model ----


def try_model(constructor: Constructor) -> Result:
    try:
        torch.manual_seed(0)
        first = constructor()
    except Exception as error:
        return Result("not built", f"{type(error).__name__}: {str(error).strip()}".partition("\n")[0])
    large = sum(parameter.numel() for parameter in first.parameters()) > LARGE
    del first
    try:
        recording = sow.record(constructor, seed=SEEDS[0])
    except sow.UnsupportedError as error:
        return Result("refused", str(error))
    close: set[str] = set()
    for seed in SEEDS[: 2 if large else 3]:
        try:
            plan = recording.plan(seed, temporaries=True)
        except sow.UncoveredError as error:
            return Result("unwritten", str(error))
        except sow.InvalidArgumentError:
            return Result("bound", ", ".join(recording.bound))
        torch.manual_seed(seed)
        wrong, other = _compare(plan, constructor(), recording.text)
        gc.collect()
        close |= other
        if plan.generator_state() != bytes_of(torch.get_rng_state()):
            wrong.append("the generator's state")
        if wrong and _varies(constructor):
            return Result("varies", "")
        if wrong:
            return Result("wrong", f"seed {seed}: {len(wrong)} of {len(plan)}, such as {wrong[0]}")
    wrong = _compare_fast(constructor, SEEDS[1])
    if wrong:
        return Result("wrong", f"within sow.fast: {wrong[0]}")
    return Result("close", " ".join(sorted(close))) if close else Result("exact", "")


def _varies(constructor: Constructor) -> bool:
    made = []
    for _ in range(2):
        torch.manual_seed(0)
        made.append([bytes_of(one.tensor) for one in describe(constructor()).tensors])
    return made[0] != made[1]


def _compare(plan: sow.Plan, model: Any, recorded: str) -> tuple[list[str], set[str]]:
    """Names that differ, and the functions of other libraries behind what differs within tolerance."""
    wrong, close = [], set()
    tensors = describe(model).tensors
    if plan.names() != [named.name for named in tensors]:
        wrong.append("the names")
    for name, tensor in ((named.name, named.tensor.detach()) for named in tensors):
        if name not in plan:
            continue
        array = plan[name]
        if array.tobytes() == bytes_of(tensor):
            continue
        line = plan.line(name)
        if "…" in line:  # it leaves steps out: any of the recording's functions may be among them
            line = f"copy_({line}; {'; '.join(f'{call}()' for call in sorted(from_library(recorded)))})"
        if is_close(line, array, tensor):
            close |= from_library(line)
        else:
            wrong.append(f"{name}: {line}")
    return wrong, close


def _compare_fast(constructor: Constructor, seed: int) -> list[str]:
    torch.manual_seed(seed)
    wanted, state = constructor(), torch.get_rng_state()
    torch.manual_seed(seed)
    with sow.fast():
        made = constructor()
    wrong = [] if torch.equal(torch.get_rng_state(), state) else ["the generator's state"]
    pairs = zip(describe(made).tensors, describe(wanted).tensors)
    return wrong + [one.name for one, other in pairs if bytes_of(one.tensor) != bytes_of(other.tensor)]


# ---- all of them ----


def run(collection: str, only: str) -> Counter[str]:
    counts: Counter[str] = Counter()
    constructors = COLLECTIONS[collection]() if collection in COLLECTIONS else classes_of(collection)
    for name, constructor in constructors:
        if not fnmatch.fnmatchcase(name, only):
            continue
        begun = time.monotonic()
        try:
            result = try_model(constructor)
        except Exception as error:
            result = Result("wrong", f"{type(error).__name__}: {error}")
        gc.collect()
        counts[result.kind] += 1
        took = time.monotonic() - begun
        print(f"{collection} {name}: {result.kind} {result.reason}".rstrip(), f"({took:.1f} s)", flush=True)
    return counts


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    helped = f"of {', '.join(COLLECTIONS)} (all three), or a package, whose module classes are meant"
    parser.add_argument("collections", nargs="*", metavar="COLLECTION", help=helped)
    parser.add_argument("--only", default="*", metavar="GLOB", help="models of such names")
    given = parser.parse_args()
    for name in given.collections:
        if name not in COLLECTIONS and importlib.util.find_spec(name) is None:
            parser.error(f"there is no collection {name!r}, and no package of that name")
    warnings.simplefilter("ignore")
    table = {name: run(name, given.only) for name in given.collections or COLLECTIONS}
    print(f"\ntorch {torch.__version__}, recorded at seed {SEEDS[0]}, compared there and at two others")
    for kind, meaning in KINDS.items():
        figures = "  ".join(f"{name} {counts[kind]} of {sum(counts.values())}" for name, counts in table.items())
        print(f"{kind:10}{figures}  {meaning}")
    return 1 if any(counts["wrong"] for counts in table.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
