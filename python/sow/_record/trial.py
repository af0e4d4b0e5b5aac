"""Whether this build of torch computes as a step does: tried once in a process."""

from __future__ import annotations

import functools

import torch

from sow._call import warn
from sow._generator import Generator
from sow._record.follow import EDITION, Follower, Replay
from sow._record.memory import FLOATS, bytes_of
from sow._record.tape import Storage, Tape, whole

_SHAPE = (61, 71)


@functools.cache
def norm_agrees(dtype: torch.dtype) -> bool:
    """Of the norm over rows, columns and all: PyPI's torch before 2.8 fuses products and sums, later ones do not."""
    given = torch.empty(_SHAPE, dtype=dtype, device="cpu")
    given.uniform_(-1, 1, generator=torch.Generator().manual_seed(2024))
    same = all(
        torch.equal(_by_step(given, axis), torch.linalg.vector_norm(given, 2, dims, keepdim=True))
        for axis, dims in ((0, [1]), (1, [0]), (-1, None))
    )
    if not same:
        warn(
            f"this build of torch, {torch.__version__}, has other numbers in the norm of {dtype} than the one that sow "
            "follows (docs/fidelity.md): a recording keeps what torch makes, for its own seed"
        )
    return same


def _by_step(given: torch.Tensor, axis: int) -> torch.Tensor:
    """The norm that leaves dimension `axis`; -1: none."""
    made = torch.empty([size if dim == axis else 1 for dim, size in enumerate(_SHAPE)], dtype=given.dtype, device="cpu")
    name = FLOATS[given.dtype]
    source, target = Storage(name, given.numel()), Storage(name, made.numel())
    tape = Tape()
    tape.literal(whole(source), bytes_of(given), None, "")
    tape.step(whole(target, tuple(made.shape)), "norm_", (whole(source, _SHAPE), f"dim={axis}"))
    replay = Replay(Generator().get_state(), EDITION, name)
    Follower(tape, replay, 1).run([(target, made.data_ptr())])
    return made
