#!/usr/bin/python3
"""
Parts of tensors: random chains of indices, chunks, transpositions and shapes, of which torch says what they are, or which
exception they raise; each is filled or changed by a function that torch runs and sow reads. Bit for bit, but for orthogonal_.
"""
import argparse
import pathlib
import random
import subprocess
import sys
import tempfile
import warnings

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import checkpoint_reader  # noqa: E402
from oracle import SKIPPED, compare_live, tell  # noqa: E402

FUNCTIONS = 150
NAMES = ("conv.weight", "conv.bias", "linear.weight", "linear.bias", "volume.weight", "lstm.weight_ih_l0",
         "lstm.weight_hh_l0", "lstm.bias_ih_l0")
WRITES = ("nn.init.normal_(w)", "nn.init.uniform_(w, -2, 3)", "nn.init.zeros_(w)", "nn.init.xavier_uniform_(w)",
          "nn.init.kaiming_normal_(w)", "nn.init.orthogonal_(w)", "nn.init.eye_(w)", "nn.init.dirac_(w)",
          "nn.init.sparse_(w, 0.4)", "w.fill_(2)", "w.normal_(1, 2)", "w.clamp_(-0.1, 0.1)", "w *= 3", "w[...] = 5",
          "w.mul_(1 / w.numel())", "for row in w: row.fill_(len(row))")
RAISED = (RuntimeError, IndexError, ValueError, TypeError, ZeroDivisionError)
# What sow says of the few parts that it does not follow.
REFUSALS = ("an empty diagonal", "chunk of an empty tensor", "sow does not know '.mT'", "this initialises nothing")


def build(nn):
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(4, 6, 3)
            self.linear = nn.Linear(6, 8)
            self.volume = nn.Conv3d(2, 4, (1, 3, 2))
            self.lstm = nn.LSTM(5, 6)
    return Net()


def one_index(chance, size):
    kind = chance.random()
    if kind < 0.3 and size > 0:
        return str(chance.randrange(-size, size))
    if kind < 0.8:
        bounds = [chance.choice(["", "", str(chance.randrange(-size - 1, size + 2)), str(chance.randrange(-size - 1, size + 2)),
                                 "True"]) for _ in range(2)]
        return ":".join(bounds) + chance.choice(["", "", ":2", ":3"])
    return ":"


def index(chance, part):
    count = chance.randint(min(part.dim(), 1), part.dim())
    from_the_end = chance.random() < 0.2 or count == 0
    sizes = part.shape[part.dim() - count:] if from_the_end else part.shape[:count]
    items = ["..."] * from_the_end + [one_index(chance, size) for size in sizes]
    if chance.random() < 0.1:
        items.insert(chance.randrange(len(items) + 1), "None")
    return f"[{', '.join(items)}]"


def shape(chance, part):
    left, sizes = part.numel(), [-1]
    for factor in (2, 3):
        if left > 0 and left % factor == 0 and chance.random() < 0.5:
            sizes.insert(chance.randrange(len(sizes) + 1), factor)
            left //= factor
    return ", ".join(map(str, sizes))


def method(chance, part):
    """Any of them, which torch may refuse; now and then with numbers that it must."""
    dims, wrong = part.dim(), 2 if chance.random() < 0.1 else 0
    a, b = (chance.randrange(-dims - wrong, dims + wrong) if dims + wrong else 0 for _ in range(2))
    size = part.shape[a] if -dims <= a < dims else 1
    cut = chance.randint(-wrong, size + wrong)
    order = chance.sample(range(dims), dims)
    return chance.choice([
        f".chunk({chance.randint(1, 5)}, {a})[{chance.choice([0, -1])}]", f".split({chance.randint(1, 4)}, dim={a})[-1]",
        f".split([{cut}, {size - cut + wrong}], {a})[{chance.choice([0, 1])}]", f".narrow({a}, {cut}, {(size - cut) // 2})",
        f".select({a}, {chance.randint(-3, 2)})", f".unbind({a})[0]", ".t()", f".transpose({a}, {b})", f".swapaxes({a}, {b})",
        f".permute({order})", f".permute({', '.join(map(str, order))})", ".squeeze()", f".squeeze({a})",
        f".unsqueeze({chance.randint(-dims - 1, dims)})", ".flatten()", f".flatten({a}, {b})", f".view({shape(chance, part)})",
        f".reshape({shape(chance, part)})", f".diagonal({chance.randint(-2, 2)}, {a}, {b})", ".T" if dims == 2 else ".data",
        ".mT", ".data"])


def written(chance, torch, text, step):
    """The step from what is written so: as a method, or as torch's function of that name."""
    name, bracket, rest = step[1:].partition("(")
    function = bracket and step[0] == "." and hasattr(torch, name) and chance.random() < 0.2
    return f"torch.{name}({text}, {rest}" if function else text + step


def part_of(chance, torch, tensor, text):
    """A part of a tensor, how it is written, and lines that raise what torch has raised on the way."""
    part, raising = tensor, ""
    for _ in range(chance.randint(1, 3)):
        step = index(chance, part) if chance.random() < 0.3 else method(chance, part)
        step = written(chance, torch, "{}", step)
        try:
            next_part = eval(step.format("part"), {"part": part, "torch": torch})
        except RAISED as error:
            raising += (f"    try:\n        {step.format(text)}\n        assert False\n"
                        f"    except {type(error).__name__}: pass\n")
            continue
        # Of what torch copies here it fills the copy, which is nothing to follow.
        if next_part.numel() == 0 or next_part.storage().data_ptr() == tensor.storage().data_ptr():
            part, text = next_part, step.format(text)
    return part, text, raising


def function(chance, torch, model):
    """Statements that torch has just run on the model, and whether one is orthogonal_."""
    lines, rounded = [], set()
    for _ in range(chance.randint(1, 3)):
        name, write = chance.choice(NAMES), chance.choice(WRITES)
        part, text, raising = part_of(chance, torch, model.get_parameter(name).data, f"model.{name}.data")
        before, state = model.get_parameter(name).detach().clone(), torch.get_rng_state()
        try:
            exec(write, {"nn": torch.nn, "w": part})
        except RAISED:
            model.get_parameter(name).data.copy_(before)
            torch.set_rng_state(state)
            continue
        lines += [f"{raising}    w = {text}\n    {write}\n"]
        rounded |= {name} if "orthogonal_" in write else set()
    return lines, rounded


def compare(seed, sow, torch, torch_side, folder):
    """The problem, and whether sow refused; None and None where there is nothing to run."""
    chance = random.Random(seed)
    torch.manual_seed(seed)
    model = build(torch.nn)
    (folder / "model.txt").write_text(f"{model}\n")
    lines, rounded = function(chance, torch, model)
    if not lines:
        return None, None
    (folder / "parts.py").write_text("def init(model):\n" + "".join(lines))
    done = subprocess.run([sow, "init", folder / "model.txt", f"--seed={seed}", "--torch", torch.__version__, "--rules",
                           f"{folder / 'parts.py'}:init", "-q", "--force", "-o", folder / "out.safetensors"],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        known = any(words in done.stderr for words in REFUSALS)
        return None if known else done.stderr + "".join(lines), known
    tensors = {name: torch_side.entry(tensor) for name, tensor in model.state_dict().items()}
    near = {name: ("qr", 0.0, 1.0) for name in rounded}
    problem = compare_live(tensors, near, checkpoint_reader.read(folder / "out.safetensors"))
    return problem and problem + "\n" + "".join(lines), False


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sow", required=True, help="the program")
    parser.add_argument("--seed", type=int, default=0, help="of the first function")
    parser.add_argument("--functions", type=int, default=FUNCTIONS)
    arguments = parser.parse_args()
    try:
        import torch
        import torch_side
    except ImportError as error:
        print(f"skipped: {error} for {sys.executable}")
        return SKIPPED
    warnings.simplefilter("ignore")
    failures = refused = compared = 0
    with tempfile.TemporaryDirectory(prefix="sow-parts-") as name:
        for seed in range(arguments.seed, arguments.seed + arguments.functions):
            problem, refusal = compare(seed, arguments.sow, torch, torch_side, pathlib.Path(name))
            failures += tell(f"seed {seed}", problem)
            refused += refusal is True
            compared += refusal is False
    print(f"{compared} functions compared, {refused} refused, {failures} differ")
    return 1 if failures or refused > compared // 10 else 0


if __name__ == "__main__":
    sys.exit(main())
