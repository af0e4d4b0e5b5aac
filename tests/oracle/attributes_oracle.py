#!/usr/bin/python3
"""
What a function finds by hasattr on a module of each class of torch.nn, for every name that any of them has: sow's answers
against the installed torch's. They are those of the torch that src/text/torch_attributes.c names.
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
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE))

from oracle import SKIPPED  # noqa: E402

# Names that no class has, and what other libraries give their modules.
OTHERS = ("weight_g", "weight_v", "weight_orig", "init_weights", "config", "data", "shape", "dim", "T")

FUNCTION = """
def f(net):
    for name in {there}:
        assert hasattr(net[0], name), 'absent ' + name
    for name in {absent}:
        assert not hasattr(net[0], name), 'there ' + name
    nn.init.ones_(net[1].weight)
"""


def load_tool():
    spec = importlib.util.spec_from_file_location("torch_attributes", ROOT / "tools" / "torch-attributes.py")
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def recorded_version():
    return (ROOT / "src/text/torch_attributes.c").read_text().split("of torch ")[1].split(" ")[0]


def differs(module, names, sow, folder):
    """What sow says that differs, one line; None where nothing does."""
    from torch import nn
    model, rules = folder / "model.txt", folder / "f.py"
    there = [name for name in names if hasattr(module, name)]
    model.write_text(f"{nn.Sequential(module, nn.Linear(2, 2))}\n")
    rules.write_text(FUNCTION.format(there=there, absent=[name for name in names if not hasattr(module, name)]))
    done = subprocess.run([sow, "plan", str(model), "--rules", str(rules)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True)
    errors = [line for line in done.stderr.splitlines() if "error:" in line]
    return None if done.returncode == 0 else f"{type(module).__name__}: {errors[:1]}"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sow", required=True)
    sow = parser.parse_args().sow
    try:
        import torch
    except ImportError:
        print("skipped: torch is not installed")
        return SKIPPED
    version = torch.__version__.split("+")[0]
    if version.split(".")[:2] != recorded_version().split(".")[:2]:
        print(f"skipped: the table is of torch {recorded_version()}, and torch {version} is installed")
        return SKIPPED
    warnings.simplefilter("ignore")
    tool = load_tool()
    table = tool.attributes()
    names = sorted({name for one in table.values() for _, name in one} | set(OTHERS))
    found, count = [], 0
    with tempfile.TemporaryDirectory(prefix="sow-attributes-") as folder:
        for module in tool.everything():
            difference = differs(module, names, sow, pathlib.Path(folder))
            found += [difference] if difference else []
            count += 1
    print("\n".join(found))
    print(f"{count} modules, {len(names)} names: {len(found)} differ")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
