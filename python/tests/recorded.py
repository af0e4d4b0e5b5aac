"""A recording against the constructor itself: names, every byte, and the generator's state."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
from closeness import is_close
from safetensors.torch import load_file

import sow
from sow._record.memory import bytes_of
from sow._record.names import describe

Program = Callable[..., str]


def built(constructor: Callable[[], Any], seed: int) -> tuple[dict[str, torch.Tensor], bytes]:
    """The tensors by name, as torch makes them, and the generator's state afterwards."""
    torch.manual_seed(seed)
    tensors = {named.name: named.tensor.detach() for named in describe(constructor()).tensors}
    return tensors, bytes(torch.get_rng_state().numpy().tobytes())


def same_as(made: Any, wanted: dict[str, torch.Tensor], state: bytes) -> list[str]:
    """What of a model, and of torch's generator, differs from what torch makes; to the bit."""
    tensors = {named.name: named.tensor for named in describe(made).tensors}
    found = [] if list(tensors) == list(wanted) else ["names"]
    found += [name for name in wanted if bytes_of(tensors[name]) != bytes_of(wanted[name])]
    return found if bytes_of(torch.get_rng_state()) == state else [*found, "generator"]


def check_fast(constructor: Callable[[], Any], seed: int = 5) -> None:
    """Within sow.fast(): the same bits and the same generator state, whatever functions are in it."""
    wanted, state = built(constructor, seed)
    torch.manual_seed(seed)
    with sow.fast():
        made = constructor()
    assert same_as(made, wanted, state) == []


def differences(plan: sow.Plan, made: dict[str, torch.Tensor], wanted: dict[str, torch.Tensor]) -> list[str]:
    """Names whose bytes differ, or whose values differ by more than docs/fidelity.md allows."""
    found = []
    for name, tensor in wanted.items():
        if name not in made or made[name].shape != tensor.shape or made[name].dtype != tensor.dtype:
            found.append(f"{name}: no such tensor")
        elif bytes_of(made[name]) != bytes_of(tensor) and not is_close(plan.line(name), made[name], tensor):
            found.append(f"{name}: {plan.line(name)}")
    return found


def from_plan(plan: sow.Plan) -> dict[str, torch.Tensor]:
    return {name: _tensor(plan[name]) for name in plan}


def _tensor(array: Any) -> torch.Tensor:
    return torch.utils.dlpack.from_dlpack(array) if isinstance(array, sow.Bfloat16Array) else torch.from_numpy(array)


def from_program(program: Program, recording: Path, seed: int) -> dict[str, torch.Tensor]:
    """What the C program alone writes."""
    path = recording.with_suffix(f".{seed}.safetensors")
    program("init", recording, "--seed", seed, "-o", path, "--quiet")
    tensors: dict[str, torch.Tensor] = load_file(path)
    path.unlink()
    return tensors


def check(
    constructor: Callable[[], Any], program: Program, folder: Path, seeds: Sequence[int] = (0, 1, 2**40 + 7)
) -> sow.Recording:
    """Records at the first seed, and compares at all of them; nothing may be bound."""
    recording = sow.record(constructor, seed=seeds[0])
    assert recording.bound == []
    path = folder / "model.sow"
    recording.save(path, force=True)
    for seed in seeds:
        wanted, state = built(constructor, seed)
        plan = sow.load(path).plan(seed, temporaries=True)
        assert plan.names() == list(wanted)
        assert differences(plan, from_plan(plan), wanted) == []
        assert plan.generator_state() == state
        written = from_program(program, path, seed)
        stored = {name: tensor for name, tensor in wanted.items() if name in written}
        assert differences(plan, written, stored) == []
        missing = {name for name in wanted if name not in written and plan.tied_to(name) is None}
        assert missing == {name for name in missing if _is_temporary(recording, name)}
    return recording


def check_bound(constructor: Callable[[], Any], reason: str = "", seed: int = 5) -> sow.Recording:
    """Within sow.fast() as in torch; a recording says why it holds for its own seed, and refuses others."""
    check_fast(constructor)
    recording = sow.record(constructor, seed=seed)
    assert any(one.startswith(reason) for one in recording.bound)
    wanted, state = built(constructor, seed)
    plan = recording.plan(temporaries=True)
    assert differences(plan, from_plan(plan), wanted) == []
    assert plan.generator_state() == state
    with pytest.raises(sow.InvalidArgumentError, match=f"seed {seed}"):
        recording.plan(seed + 1)
    return recording


def check_look(constructor: Callable[[], Any], reason: str, seed: int = 0) -> None:
    """The same where somebody saw random numbers, so that all of it is bound."""
    recording = check_bound(constructor, reason, seed)
    with pytest.raises(sow.InvalidArgumentError, match="looked at random numbers"):
        recording.plan(seed + 1)


def _is_temporary(recording: sow.Recording, name: str) -> bool:
    return f'\ntemporary "{name}" ' in recording.text


def alone(rank: int, world: int, check: Callable[[], None]) -> None:
    """A rank of torch's fake group, in a process of its own: torch keeps meshes, and with them the rank, in caches."""
    from torch.testing._internal.distributed.fake_pg import FakeStore

    def run() -> None:
        torch.set_num_threads(1)  # those of the parent are not here
        torch.distributed.init_process_group("fake", rank=rank, world_size=world, store=FakeStore())
        check()
        torch.distributed.destroy_process_group()

    process = multiprocessing.get_context("fork").Process(target=run)
    process.start()
    process.join()
    assert process.exitcode == 0, f"rank {rank} of {world}"
