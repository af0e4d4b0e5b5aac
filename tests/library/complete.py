"""What sow makes of every printed model of torchvision, timm and transformers: all of state_dict(), or nothing.

usage: complete.py SOW DOCUMENT [--list]

models.json.xz has the prints and what state_dict() has, by names and shapes (tools/library-classes.py wrote it). A print
that is accepted must have all of it and nothing else; one that is refused must name its reason, and with --allow-missing
something must be missing, or it would have been refused for nothing. DOCUMENT must have the counts, in the line that
is printed here for each library. --list shows the verdict on each model.
"""

from __future__ import annotations

import json
import lzma
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

# What a refusal says, and whether it is of tensors that a print does not show.
REASONS = {
    "which a print does not show": "holds",
    "modules hold tensors that a print does not show": "holds",
    "unknown modules": "holds",
    "shows no sizes": "sizes",
    "is parametrized": "parametrized",
    "nothing initialises": "parameters",  # a ParameterList, which shows its tensors and not what makes them
    "expected a module such as": "syntax",  # ibert's "(QuantLinear() weight_bit=8)"
}


def read(sow: str, text: str, *options: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [sow, "plan", "-", "--format", "shapes", *options], input=text, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout, done.stderr


def tensors_of(listing: str) -> set[str]:
    """ "name [sizes]" of the lines that the program and models.json.xz have, which may have a dtype in the middle."""
    lines = (line.replace("[", " [", 1).split(" ", 1) for line in listing.splitlines())
    return {f"{name} {rest[rest.index('[') :]}" for name, rest in lines}


def judge(sow: str, model: dict[str, str]) -> tuple[str, str]:
    """(complete, refused or wrong; why)"""
    wanted = tensors_of(model["tensors"])
    code, listing, told = read(sow, model["print"])
    if code == 0:
        got = tensors_of(listing)
        if got == wanted:
            return "complete", told
        return "wrong", f"missing {sorted(wanted - got)[:3]}, surplus {sorted(got - wanted)[:3]}"
    first = next((line for line in told.splitlines() if ": error: " in line), "")
    reason = next((kind for part, kind in REASONS.items() if part in first), "")
    if not reason:
        return "wrong", f"refused without a reason that is known: {first}"
    if reason == "holds" and "may hold" not in first:
        code, listing, _ = read(sow, model["print"], "--allow-missing")
        if code == 0 and not wanted - tensors_of(listing):
            return "wrong", f"refused for nothing: {first}"
    return "refused", first


def main() -> int:
    sow, document = sys.argv[1], Path(sys.argv[2]).read_text()
    table = json.loads(lzma.decompress((Path(__file__).parent / "models.json.xz").read_bytes()))
    result = 0
    for library, models in table["models"].items():
        with ThreadPoolExecutor() as pool:
            verdicts = list(pool.map(lambda model: judge(sow, model), models.values()))
        counts = Counter(verdict for verdict, _ in verdicts)
        row = f"| {library} {table['versions'][library]} | {len(models)} | {counts['complete']} | {counts['refused']} |"
        print(row)
        for name, (verdict, why) in zip(models, verdicts):
            if verdict == "wrong" or "--list" in sys.argv:
                print(f"{library} {name}: {verdict}: {why.rstrip()}")
        if counts["wrong"] or row not in document:
            print(f"{library}: {counts['wrong']} wrong; the document {'has' if row in document else 'lacks'} this row")
            result = 1
    return result


if __name__ == "__main__":
    sys.exit(main())
