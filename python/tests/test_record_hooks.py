"""torch's functions while somebody records: whoever changed them before, and whatever stops the change."""

from __future__ import annotations

import functools
import inspect
import signal
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
import torch
from recorded import built, check_fast, differences, from_plan
from torch import nn

import sow
from sow._record import follow, hooks
from sow._record.follow import Replay
from sow._record.initializers import INITIALIZERS

T = torch.Tensor


def torchs() -> list[Any]:
    """All that hooks change of torch."""
    functions = [getattr(nn.init, name) for name in INITIALIZERS]
    changed: list[Any] = [(function.__code__, dict(vars(function))) for function in functions]
    return [*changed, *(dict(vars(kind)) for kind in (torch.Tensor, torch.UntypedStorage)), torch.default_generator]


@pytest.mark.parametrize("done", [0, 5, 12, 30])
def test_hooks_that_were_interrupted(done: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of them stays, and the next recording has all of them."""

    def replace(*given: Any) -> None:
        calls.append(given)
        if len(calls) > done:
            raise KeyboardInterrupt
        own(*given)

    calls: list[Any] = []
    own, before = hooks._replace, torchs()
    with monkeypatch.context() as patch:
        patch.setattr(hooks, "_replace", replace)
        with pytest.raises(KeyboardInterrupt):
            sow.record(lambda: nn.Linear(2, 2))
    assert torchs() == before
    assert "kaiming_uniform_" in sow.record(lambda: nn.Linear(2, 2)).text
    assert torchs() == before


def test_a_look_that_was_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it did not fill is filled later."""

    def stop(*given: Any) -> None:
        raise KeyboardInterrupt

    def build() -> T:
        tensor = torch.rand(9)
        if hooks.current() is not None:
            with monkeypatch.context() as patch:
                patch.setattr(Replay, "run", stop)
                with pytest.raises(KeyboardInterrupt):
                    tensor.tolist()
        return tensor

    check_fast(build)


def test_an_end_that_was_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The generator stands where the block left it, whatever was filled."""

    def stop(*given: Any) -> None:
        raise KeyboardInterrupt

    torch.manual_seed(3)
    nn.Linear(5, 5)
    wanted = torch.get_rng_state()
    torch.manual_seed(3)
    monkeypatch.setattr(Replay, "run", stop)
    kept = []
    with pytest.raises(KeyboardInterrupt), sow.fast():
        kept.append(nn.Linear(5, 5))
    assert torch.equal(torch.get_rng_state(), wanted)


def test_a_second_ctrl_c_waits_for_what_writes_memory() -> None:
    def write(error: Any) -> int:
        for _ in range(2):
            time.sleep(0.1)
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
            while not cancel[0]:
                time.sleep(0.001)
        time.sleep(0.1)
        written.append(True)
        return 0

    cancel = [0]
    written: list[bool] = []
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            follow._interruptibly(cancel, write)
    finally:
        signal.signal(signal.SIGINT, before)
    assert written == [True]


def wrapped(own: Callable[..., T]) -> Callable[..., T]:
    @functools.wraps(own)
    def function(*args: Any, **kwargs: Any) -> T:
        return own(*args, **kwargs)

    return function


def sevens(tensor: T, *args: Any, **kwargs: Any) -> T:
    return tensor.data.fill_(7)


CHANGED: dict[str, Callable[..., Any]] = {
    "wrapped": wrapped,
    "narrowed": lambda own: functools.partial(own, gain=2.0),
    "another": lambda own: sevens,
    "of another kind": lambda own: lambda tensor, **kwargs: own(tensor.mul_(2)),
}


@pytest.mark.parametrize("name", CHANGED)
def test_initialisers_that_somebody_changed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def build() -> dict[str, T]:
        return {"w": nn.init.xavier_normal_(torch.empty(3, 4)), "v": nn.init.trunc_normal_(torch.empty(9))}

    before = torchs()
    with monkeypatch.context() as patch:
        patch.setattr(nn.init, "xavier_normal_", CHANGED[name](nn.init.xavier_normal_))
        check_fast(build)
        plan = sow.record(build).plan(6)
        assert differences(plan, from_plan(plan), built(build, 6)[0]) == []
    assert torchs() == before


def test_signatures() -> None:
    """Whoever passes on what a function takes finds it."""

    def build() -> T:
        seen.append([inspect.signature(getattr(nn.init, name)) for name in INITIALIZERS])
        return torch.rand(2)

    seen: list[Any] = []
    sow.record(build)
    build()
    assert seen[0] == seen[1]
