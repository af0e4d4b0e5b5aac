"""C3D, ResNet-18 and nanoGPT by the torch at hand: recorded once, made at three seeds, compared with that torch.

    PYTHONPATH=build/python:examples/c3d python python/tests/versions.py

prints a line a model, for docs/fidelity.md. It is for versions of torch that no other test runs with; 2.4 and later.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import torch
from c3d import C3D
from models.everyday import NanoGPT
from models.resnet import ResNet18
from recorded import bytes_of, same_as
from weights_init import weights_init

import sow
from sow._record.names import describe

SEEDS = (0, 1, 2**40 + 7)


def c3d() -> torch.nn.Module:
    return C3D().apply(weights_init)


def differences(constructor: Callable[[], torch.nn.Module], seed: int, recording: sow.Recording) -> list[str]:
    """Between torch, the recording, and the constructor within sow.fast()."""
    torch.manual_seed(seed)
    wanted = {named.name: named.tensor.detach() for named in describe(constructor()).tensors}
    state = bytes_of(torch.get_rng_state())
    plan = recording.plan(seed, temporaries=True)
    found = [name for name in wanted if plan[name].tobytes() != bytes_of(wanted[name])]
    found += ["state"] if plan.generator_state() != state else []
    torch.manual_seed(seed)
    with sow.fast():
        made = constructor()
    return found + same_as(made, wanted, state)


def main() -> int:
    failed = False
    for constructor in (c3d, ResNet18, NanoGPT):
        recording = sow.record(constructor)
        found = [name for seed in SEEDS for name in differences(constructor, seed, recording)]
        plan = recording.plan(0)
        figures = f"{len(plan)} tensors, {plan.nbytes // 4:,} elements, {len(recording.text.splitlines())} lines"
        print(f"torch {torch.__version__} {constructor.__name__}: {figures}: {', '.join(found[:5]) or 'equal'}")
        failed |= bool(found)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
