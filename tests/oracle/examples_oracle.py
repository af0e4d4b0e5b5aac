#!/usr/bin/python3
"""
The rules of examples/rules, each compared bit for bit with what torch and the model's library make. A model whose
library is missing is skipped by its name. --prints writes the printed models beside the rules.
"""
import argparse
import collections
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

EXAMPLES = HERE.parent.parent / "examples" / "rules"
SEEDS = (0, 42, -3)

# name: of the files. model: in example_models. edits: what has to be written into the print, for torch shows it not.
# unprinted: ends of names that no print shows, and that are compared with nothing.
Case = collections.namedtuple("Case", "name model edits unprinted", defaults=({}, ()))

CASES = (
    Case("nanogpt", "NanoGPT", {"LayerNorm()": "LayerNorm((16,))"}),
    Case("mingpt", "MinGPT", {}, (".attn.bias",)),
    Case("lstm_forget", "Tagger"),
    Case("dcgan", "Generator"),
    Case("in_proj_thirds", "Attention"),
    Case("icnr", "Upscaler"),
    Case("resnet", "resnet"),
    Case("bert", "bert"),
    Case("gpt2", "gpt2"),
    Case("t5", "t5", {"T5LayerNorm()": "T5LayerNorm((16,), eps=1e-06)"}),
    Case("llama", "llama"),
)


def make(case, seed):
    """The model's text and tensors; None with the reason where its library is missing."""
    import example_models
    import torch
    import torch_side
    torch.manual_seed(seed)
    try:
        model = getattr(example_models, case.model)()
    except ImportError as error:
        return None, str(error)
    text = str(model) + "\n"
    for shown, written in case.edits.items():
        text = text.replace(shown, written)
    tensors, seen = {}, set()
    for name, tensor in model.state_dict().items():
        # a file holds a tensor once, under its first name
        if tensor.data_ptr() not in seen and not (case.unprinted and name.endswith(case.unprinted)):
            tensors[name] = torch_side.entry(tensor)
        seen.add(tensor.data_ptr())
    return text, tensors


def compare(case, sow, seed, text, tensors, version):
    with tempfile.TemporaryDirectory(prefix="sow-examples-") as name:
        model, out = pathlib.Path(name) / "model.txt", pathlib.Path(name) / "out.safetensors"
        model.write_text(text)
        done = subprocess.run([sow, "init", str(model), f"--seed={seed}", "--torch", version, "-q", "-o", str(out),
                               "--rules", str(EXAMPLES / f"{case.name}.rules")],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if done.returncode != 0:
            return f"sow init: exit {done.returncode}\n{done.stderr}"
        return compare_live(tensors, {}, checkpoint_reader.read(out))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sow", help="the program")
    parser.add_argument("--prints", action="store_true")
    arguments = parser.parse_args()
    try:
        import torch
        import torch_side  # noqa: F401
    except ImportError as error:
        print(f"skipped: {error} for {sys.executable}")
        return SKIPPED
    warnings.simplefilter("ignore")
    compared = failures = 0
    for case in CASES:
        for seed in SEEDS:
            text, tensors = make(case, seed)
            if text is None:
                print(f"skipped  {case.name}: {tensors}")
                break
            if arguments.prints:
                (EXAMPLES / f"{case.name}.txt").write_text(text)
                break
            problem = compare(case, arguments.sow, seed, text, tensors, torch.__version__)
            compared += 1
            failures += tell(f"{case.name} seed {seed}", problem)
    print(f"{compared} compared, {failures} differ")
    return 1 if failures else 0 if compared or arguments.prints else SKIPPED


if __name__ == "__main__":
    sys.exit(main())
