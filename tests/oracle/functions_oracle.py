#!/usr/bin/python3
"""
Functions that initialise, each run by torch and read by sow from the same file of Python; the weights are compared
bit for bit, but for what torch computes with LAPACK or erfinv. The recipe in sow's file must make it again.
"""
import argparse
import importlib.util
import pathlib
import subprocess
import sys
import tempfile
import warnings

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import checkpoint_reader  # noqa: E402
from oracle import SKIPPED, compare_live, tell  # noqa: E402

SEEDS = (0, 42, -3)


def load(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def make(case, path, seed, torch_side):
    """What torch makes: the printed model, and its tensors."""
    import torch
    torch.manual_seed(seed)
    model = case.model()
    text = str(model) + "\n"
    case.call(model, load(path))
    return text, {name: torch_side.entry(tensor) for name, tensor in model.state_dict().items()}


def approximate(case, tensors, erfinv):
    near = {}
    for part, (kind, mean, scale) in case.near.items():
        if kind != "erfinv" or erfinv:
            near.update({name: (kind, mean, scale) for name in tensors if part in name})
    return near


def run_sow(sow, arguments):
    done = subprocess.run([sow, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    return None if done.returncode == 0 else f"sow {' '.join(arguments)}\nexit {done.returncode}\n{done.stderr}{done.stdout}"


def compare(case, sow, seed, version, torch_side):
    path = HERE / "functions" / f"{case.file}.py"
    text, tensors = make(case, path, seed, torch_side)
    with tempfile.TemporaryDirectory(prefix="sow-functions-") as name:
        model, out = pathlib.Path(name) / "model.txt", pathlib.Path(name) / "out.safetensors"
        model.write_text(text)
        rules = f"{path}:{case.selection}" if case.selection else str(path)
        problem = run_sow(sow, ["init", str(model), f"--seed={seed}", "--torch", version, "--rules", rules, "-q",
                                "-o", str(out)])
        if problem is None:
            near = approximate(case, tensors, torch_side.version() < (2, 12))
            problem = compare_live(tensors, near, checkpoint_reader.read(out))
        return problem or run_sow(sow, ["check", str(out), str(model)])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sow", required=True, help="the program")
    arguments = parser.parse_args()
    try:
        import torch
        import numpy  # noqa: F401, some of the functions import it
        import torch_side
        import function_cases
    except ImportError as error:
        print(f"skipped: {error} for {sys.executable}")
        return SKIPPED
    warnings.simplefilter("ignore")
    failures = 0
    for case in function_cases.CASES:
        for seed in SEEDS:
            problem = compare(case, arguments.sow, seed, torch.__version__, torch_side)
            failures += tell(f"{case.file}:{case.selection} seed {seed}", problem)
    files = {path.stem for path in (HERE / "functions").glob("*.py")}
    unused = sorted(files - {case.file for case in function_cases.CASES})
    print(f"{len(files)} files, {len(function_cases.CASES)} cases, {failures} differ; without a case: {unused}")
    return 1 if failures or unused else 0


if __name__ == "__main__":
    sys.exit(main())
