"""Functions of Python put together by chance: what sow takes them for is what Python makes of them, or it refuses them.

usage: chance_functions.py SOW COUNT [FIRST]

Each function ends by raising what its variables hold, as text, and sow must say the same. At least half of them must be
read: a test in which everything is refused shows nothing.
"""

from __future__ import annotations

import random
import re
import resource
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

NAMES = {"int": "abc", "float": "xy", "str": "st", "list": "lm", "dict": "d"}
LEAVES = {
    "int": ("-2", "0", "3", "11", "True"),
    "float": ("0.5", "-1.5", "3.0", "0.1", "1e6"),
    "str": ("''", "'a'", "'b'", "'conv1'", "'x.y'"),
    "list": ("[]", "[3, 1, 2]", "[7]"),
    "dict": ("{}", "{'a': 1, 'b': 5}"),
    "bool": ("True", "False", "None"),
}
# Of each type: what it is made of. {type} is an expression of that type.
EXPRESSIONS = {
    "int": """
{int} + {int}
{int} - {int}
{int} * {int}
{int} // {int}
{int} % {int}
-{int}
abs({int})
round({float})
int({float})
int({bool})
len({str})
len({list})
len({dict})
sum({list})
max({int}, {int})
min({list})
{int} if {bool} else {int}
{int} or {int}
{int} and {int}
{list}[{int}]
{list}[-1]
{list}.index({int})
{list}.count({int})
{dict}[{str}]
{dict}.get({str}, {int})
{str}.find({str})
(lambda q, w={int}: q - w)({int})
next(iter({list}), {int})
sum(q * {int} for q in {list} if q < {int})
len(set({list}))
""",
    "float": """
{float} + {float}
{float} - {int}
{float} * {float}
{int} / {int}
{float} // {float}
{float} % {int}
-{float}
abs({float})
round({float}, 2)
round({float} / 8, 2)
round({float}, abs({int}) % 9)
float({int})
float({bool} is None)
max({float}, {int})
{int} ** -1
math.sqrt({float})
math.pow({float}, {int})
""",
    "str": """
{str} + {str}
{str} * {int}
str({int})
str({float})
str({bool})
{str}[{int}]
{str}[{int}:]
{str}[::-1]
{str}.upper()
{str}.replace('a', {str})
{str}.strip()
{str}.strip({str} or None)
{str}.lstrip('abc.')
{str}.rstrip({str})
'.'.join([{str}, {str}])
'%s_%d' % ({str}, {int})
'{{}}.{{}}'.format({str}, {int})
f'{{a}}-{{s}}-{{x}}'
{str} if {bool} else {str}
{str}.split('.')[{int}]
""",
    "list": """
[{int}, {int}]
{list} + {list}
[{int}] * 2
{list}[1:]
{list}[::-1]
{list}[{int}:{int}]
sorted({list})
sorted({list}, key=lambda q: -q)
list(range({int}))
list(map(abs, {list}))
list(filter(None, {list}))
list({dict}.values())
[q + {int} for q in {list}]
[q * p for p, q in enumerate({list})]
[p - q for p, q in zip({list}, {list})]
[*{list}, {int}]
list(reversed({list}))
list(itertools.chain({list}, {list}))
{list}.copy()
""",
    "dict": """
dict({dict})
dict(a={int})
{{**{dict}, {str}: {int}}}
{{k: v + 1 for k, v in {dict}.items()}}
dict(zip([{str}, {str}], {list}))
""",
    "bool": """
{int} < {int}
{int} <= {float} < {int}
{int} == {int}
{str} == {str}
{str} in {str}
{int} not in {list}
{str} in {dict}
not {bool}
{bool} and {bool}
{bool} or {bool}
{str}.startswith({str})
{list} == {list}
any({list})
all(q > {int} for q in {list})
isinstance({int}, bool)
isinstance({float}, (int, str))
{str}.isdigit()
bool({list})
""",
}
# {type=} is a variable of that type; what follows a line that ends in ':' is a block of others.
STATEMENTS = """
{int=} = {int}
{int=}, {int=} = {int}, {int}
{int=} += {int}
{int=} -= {int}
{float=} = {float}
{float=} *= {float}
{str=} = {str}
{str=} += {str}
{list=} = {list}
{list=} = {list=}
{list=} += {list}
{int=}, *{list=} = {list}
{list=}.append({int})
{list=}.extend({list})
{list=}.insert({int}, {int})
{list=}.remove({int})
{list=}.sort(reverse={bool})
{list=}.reverse()
{list=}[{int}] = {int}
del {list=}[{int}]
{int=} = {list=}.pop()
{dict=} = {dict}
{dict=}[{str}] = {int}
{dict=}.update({dict})
{int=} = {dict=}.pop({str}, {int})
{int=} = {dict=}.setdefault({str}, {int})
if {bool}:
if {bool}:|elif {bool}:|else:
for {int=} in list({list}):
for {int=}, {int=} in enumerate(list({list})):
for {str=}, {int=} in list({dict}.items()):
try:|except (IndexError, KeyError):
try:|except ValueError as error:|else:
try:|except Exception:|finally:
"""
BLOCKS = 4  # within one another
MEMORY = 4 << 30  # bytes: what Python cannot hold either is a MemoryError of the function, and sow refuses it
LENGTH = 200  # of a text that is compared: sow cuts messages off


class Function:
    def __init__(self, number: int) -> None:
        self.chance = random.Random(number)
        self.lines = ["import itertools, math", "def f(model):", *self.assigned()]
        for _ in range(self.chance.randint(1, 9)):
            self.lines.append("  try:")
            self.statement(2)
            self.lines.append("  except Exception: t += '!'")
        shown = "'|'.join([*map(str, [a, b, c, x, y, s, t]), *map(str, l), 'm', *map(str, m)]"
        self.lines.append(f"  assert False, {shown} + [k + str(v) for k, v in d.items()])")

    def assigned(self) -> list[str]:
        return [f"  {name} = {self.chance.choice(LEAVES[kind])}" for kind, names in NAMES.items() for name in names]

    def expression(self, kind: str, depth: int) -> str:
        if depth > 2 or self.chance.random() < 0.3:
            return self.chance.choice([*NAMES.get(kind, ()), *LEAVES[kind]])
        return f"({self.filled(self.chance.choice(EXPRESSIONS[kind].strip().splitlines()), depth + 1)})"

    def filled(self, template: str, depth: int = 0) -> str:
        def one(found: re.Match[str]) -> str:
            if found[0] in ("{{", "}}"):
                return found[0][0]
            return self.chance.choice(NAMES[found[1]]) if found[2] else self.expression(found[1], depth)

        return re.sub(r"\{\{|\}\}|\{(\w+)(=?)\}", one, template)

    def statement(self, depth: int) -> None:
        texts = STATEMENTS.strip().splitlines()
        template = self.chance.choice([text for text in texts if depth <= BLOCKS or not text.endswith(":")])
        for line in template.split("|"):
            self.lines.append("  " * depth + self.filled(line))
            if line.endswith(":"):
                for _ in range(self.chance.randint(1, 3)):
                    self.statement(depth + 1)

    def text(self) -> str:
        return "\n".join(self.lines) + "\n"


def by_python(text: str) -> tuple[str, str]:
    """The exception that ends it, and what it says."""
    names: dict[str, Any] = {}
    exec(text, names)
    try:
        names["f"](None)
    except Exception as error:
        return type(error).__name__, str(error)
    raise AssertionError("the last line raises")


def judge(sow: str, folder: Path, number: int) -> tuple[str, str]:
    """A verdict, and what tells it."""
    text = Function(number).text()
    kind, said = by_python(text)
    path = folder / f"f{number}.py"
    path.write_text(text, encoding="utf-8")
    # A sow with sanitizers reserves more than Python may have.
    unlimited = ["sh", "-c", 'ulimit -S -v unlimited && exec "$@"', "sh"]
    command = [*unlimited, sow, "plan", str(folder / "model.txt"), "--rules", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    told = done.stderr.partition("\n")[0]
    raised = re.search(r"Python raises (\w+) here(?:: (.*?))?(?: \(for .*)?$", told)
    if done.returncode not in (1, 2):
        verdict = "wrong: exit status"
    elif raised is None:
        verdict = "refused"
    elif raised[1] != kind or (kind == "AssertionError" and (raised[2] or "")[:LENGTH] != said[:LENGTH]):
        verdict = "wrong"
    else:
        verdict = "ends alike" if kind == "AssertionError" else "raises alike"
    return verdict, f"{number}: Python: {kind}: {said}\nsow: {told}\n{text}"


def main() -> int:
    sow, count, first = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 0
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor() as pool:
        (Path(folder) / "model.txt").write_text("Linear(in_features=4, out_features=4, bias=True)\n")
        judged = list(pool.map(lambda number: judge(sow, Path(folder), number), range(first, first + count)))
    verdicts = Counter(verdict for verdict, _ in judged)
    for text in [text for verdict, text in judged if verdict.startswith("wrong")][:3]:
        print(text)
    print(", ".join(f"{number} {verdict}" for verdict, number in sorted(verdicts.items())))
    return int(any(verdict.startswith("wrong") for verdict in verdicts) or verdicts["refused"] > count / 2)


if __name__ == "__main__":
    sys.exit(main())
