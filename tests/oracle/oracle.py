#!/usr/bin/python3
"""
Compares what sow writes for whole models with what torch makes of them.

  live     with the torch that runs this
  record   writes what this torch makes as fixtures: FIXTURES/torch.jsonl; the prints come from tests/data/models/make.py
  replay   with fixtures; needs no torch
"""
import argparse
import datetime
import pathlib
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import matrix  # noqa: E402
import checkpoint_reader  # noqa: E402
import fixtures  # noqa: E402
import prints  # noqa: E402
from tolerance import is_close  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
SKIPPED = 77  # what ctest is told to take as "skipped"


def run_sow(sow, case, text, version, folder):
    """Runs `sow init` on the printed model; returns the tensors of the file that it wrote."""
    model, out = folder / "model.txt", folder / "model.safetensors"
    model.write_text(text)
    command = [sow, "init", str(model), f"--seed={case.seed}", "--torch", version, "--dtype", case.dtype,
               "--no-recipe", "--allow-unused", "--allow-missing", "--force", "-o", str(out)]
    if case.cast:
        command += ["--cast", case.cast]
    if matrix.rules_path(case.rules):
        command += ["--rules", str(ROOT / matrix.rules_path(case.rules))]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        return None, f"{' '.join(command)}\nexit status {done.returncode}\n{done.stderr}"
    return checkpoint_reader.read(out), None


def compare_names(expected, found):
    missing, surplus = sorted(set(expected) - set(found)), sorted(set(found) - set(expected))
    if missing or surplus:
        return f"missing: {missing[:4]}, surplus: {surplus[:4]}"
    return None


def compare_elements(name, near, expected, found):
    """`expected` and `found` are sequences of single elements' bytes of one dtype."""
    kind, mean, scale, dtype = near
    for i, (one, other) in enumerate(zip(expected, found)):
        if one == other:
            continue
        a, b = checkpoint_reader.value(dtype, one), checkpoint_reader.value(dtype, other)
        if not is_close(kind, mean, scale, a, b, checkpoint_reader.BITS[dtype]):
            return f"{name}: sample {i}: torch {a!r}, sow {b!r}"
    return None


def compare_live(tensors, approximate, found):
    problem = compare_names(tensors, found)
    if problem:
        return problem
    for name, (dtype, shape, data) in tensors.items():
        if [dtype, shape] != [found[name][0], found[name][1]]:
            return f"{name}: torch {dtype} {shape}, sow {found[name][0]} {found[name][1]}"
        if bytearray(data) == found[name][2]:  # many times as fast as two memoryviews
            continue
        if name not in approximate:
            size = checkpoint_reader.element_size(dtype)
            mine, theirs = bytes(found[name][2]), bytes(data)
            where = [i for i in range(0, len(mine), size) if mine[i:i + size] != theirs[i:i + size]]
            i = where[0]
            return (f"{name}: {len(where)} of {len(mine) // size} elements differ; first at {i // size}: "
                    f"torch {theirs[i:i + size][::-1].hex()}, sow {mine[i:i + size][::-1].hex()}")
        problem = compare_near(name, approximate[name], tensors[name], found[name])
        if problem:
            return problem
    return None


def compare_near(name, near, expected, found):
    count = fixtures.count_of(expected)
    step = max(1, count // 20000)  # pure functions of equal uniforms: a regular sample shows any slip
    indices = range(0, count, step)
    return compare_elements(name, (*near, expected[0]), fixtures.elements(expected, indices),
                            fixtures.elements(found, indices))


def compare_replay(names, line, found):
    near = line.get("near", {})
    problem = compare_names(names, found)
    if problem:
        return problem
    exact = [name for name in names if name not in near]
    digests = {name: fixtures.digest(found[name]) for name in exact}
    for name, shown in zip(exact, line["tensors"].split()):
        if digests[name][:fixtures.SHOWN] != shown:
            return f"{name}: differs from torch's"
    if fixtures.combined(digests) != line["digest"]:
        return "the digest of all tensors differs"
    for name, (kind, mean, scale, samples) in near.items():
        entry = found[name]
        expected = [bytes.fromhex(text)[::-1] for text in samples.split()]
        ours = fixtures.elements(entry, fixtures.sample_indices(fixtures.count_of(entry)))
        problem = compare_elements(name, (kind, mean, scale, entry[0]), expected, ours)
        if problem:
            return problem
    return None


def tell(label, problem):
    """A line of what was compared, and the problem below it; 1 where there is one."""
    print("ok      " if problem is None else "DIFFERS ", label, flush=True)
    if problem is None:
        return 0
    print("   ", problem.replace("\n", "\n    "), flush=True)
    return 1


def run_cases(todo, compare_one):
    """compare_one(case, folder) returns what differs, or None. Returns the exit status."""
    failures = 0
    with tempfile.TemporaryDirectory(prefix="sow-oracle-") as folder:
        for case in todo:
            failures += tell(matrix.label(case), compare_one(case, pathlib.Path(folder)))
    print(f"{len(todo)} cases, {failures} differ")
    return 1 if failures else 0


def live(sow, level):
    try:
        import torch
        import torch_side
        import zoo
    except ImportError as error:
        print(f"skipped: {error} for {sys.executable}")
        return SKIPPED
    zoo.check_initialize()
    print("torch", torch_side.provenance())
    maker = torch_side.Maker()

    def compare_one(case, folder):
        tensors, approximate = maker.make(case)
        found, problem = run_sow(sow, case, maker.text, torch.__version__, folder)
        return problem or compare_live(tensors, approximate, found)

    todo = [case for case in sorted_by_model(matrix.select(level)) if torch_side.can_make(case)]
    return run_cases(todo, compare_one)


def sorted_by_model(todo):
    return sorted(todo, key=lambda case: case.model)


def record(folder, level):
    import torch_side
    import zoo
    zoo.check_initialize()
    header = {**torch_side.provenance(), "date": datetime.date.today().isoformat(),
              "made_by": "tests/oracle/oracle.py --mode record"}
    maker, names, lines = torch_side.Maker(), {}, []
    folder.mkdir(parents=True, exist_ok=True)
    for case in sorted_by_model(matrix.select(level)):
        if torch_side.can_make(case):
            tensors, approximate = maker.make(case)
            names[case.model] = sorted(tensors)
            lines.append(fixtures.record(case, tensors, approximate))
            if prints.find(case.model, torch_side.torch.__version__).read_text() != maker.text:
                sys.exit(f"{case.model} is printed otherwise than tests/data/models has it: run make.py there first")
            print("recorded", matrix.label(case), flush=True)
    fixtures.write(folder / "torch.jsonl", header, names, lines)
    return 0


def replay(sow, folder, level):
    header, names, lines = fixtures.read(folder / "torch.jsonl")
    print("fixtures of torch", header)
    wanted = set(matrix.select(level))
    by_case = {matrix.Case(*(line[field] for field in matrix.Case._fields)): line for line in lines}
    todo = [case for case in by_case if case in wanted]

    def compare_one(case, work):
        text = prints.find(case.model, header["torch"]).read_text()
        found, problem = run_sow(sow, case, text, header["torch"], work)
        return problem or compare_replay(names[case.model], by_case[case], found)

    return run_cases(todo, compare_one)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mode", choices=("live", "record", "replay"), required=True)
    parser.add_argument("--sow", help="the program (live, replay)")
    parser.add_argument("--fixtures", type=pathlib.Path, help="the folder of fixtures (record, replay)")
    parser.add_argument("--level", choices=("quick", "normal", "full"), default="normal")
    arguments = parser.parse_args()
    if arguments.mode == "live":
        return live(arguments.sow, arguments.level)
    if arguments.mode == "record":
        return record(arguments.fixtures, arguments.level)
    return replay(arguments.sow, arguments.fixtures, arguments.level)


if __name__ == "__main__":
    sys.exit(main())
