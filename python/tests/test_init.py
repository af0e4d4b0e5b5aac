"""sow.init is torch.nn.init beside its numbers: errors, modes, autograd, signatures, threads."""

from __future__ import annotations

import inspect
import os
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch

import sow
from sow import _initializer, _torch

pytestmark = pytest.mark.usefixtures("everything_is_sows")


def test_the_library_is_what_fills(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each function that is said to be sow's is, at an ordinary tensor: torch's own is not called."""
    for name, (shape, arguments) in _torch._TRIALS.items():
        if name == "trunc_normal_" and _torch.VERSION < (2, 12):
            continue
        function = getattr(sow.init, name)
        assert _torch.agrees(name, torch.float32)
        monkeypatch.setitem(_torch.OWN, name, None)
        function(torch.empty(shape), *arguments)


# ---- refusals, and what is torch's own ----

REFUSED: list[tuple[str, Callable[[], Any], dict[str, Any]]] = [
    ("uniform_", lambda: torch.empty(9), {"a": 1.0, "b": 0.0}),
    ("uniform_", lambda: torch.empty(9), {"a": float("nan")}),
    ("normal_", lambda: torch.empty(9), {"std": -1.0}),
    ("normal_", lambda: torch.empty(3, 1).expand(3, 4), {}),
    ("normal_", lambda: torch.empty(9, dtype=torch.int64), {}),
    ("normal_", lambda: torch.empty(9), {"std": "much"}),
    ("normal_", lambda: "no tensor", {}),
    ("trunc_normal_", lambda: torch.empty(9), {"a": 3.0, "b": 1.0}),
    ("xavier_uniform_", lambda: torch.empty(9), {}),
    ("xavier_normal_", lambda: torch.empty(0, 0), {}),
    ("kaiming_normal_", lambda: torch.empty(0, 3), {}),
    ("kaiming_normal_", lambda: torch.empty(2, 3), {"mode": "fan"}),
    ("kaiming_uniform_", lambda: torch.empty(2, 3), {"nonlinearity": "gelu"}),
    ("kaiming_uniform_", lambda: torch.empty(2, 3), {"a": True}),
    ("constant_", lambda: torch.empty(9, dtype=torch.float16), {"val": 1e9}),
    ("eye_", lambda: torch.empty(2, 3, 4), {}),
    ("dirac_", lambda: torch.empty(4, 3, 4), {"groups": 3}),
    ("orthogonal_", lambda: torch.empty(4, 4, dtype=torch.float16), {}),
    ("sparse_", lambda: torch.empty(4), {"sparsity": 0.1}),
]


@pytest.mark.parametrize(("name", "make", "arguments"), REFUSED)
def test_what_torch_refuses(name: str, make: Callable[[], Any], arguments: dict[str, Any]) -> None:
    def outcome(function: Callable[..., Any]) -> tuple[Any, list[str]]:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                function(make(), **arguments)
                said: Any = None
            except Exception as error:
                said = type(error), str(error)
        return said, [str(one.message) for one in caught]

    assert outcome(getattr(sow.init, name)) == outcome(getattr(torch.nn.init, name))


def test_meta_tensors_and_subclasses() -> None:
    class Own(torch.Tensor):
        pass

    for make in (lambda: torch.empty(4, 4, device="meta"), lambda: torch.zeros(4, 4).as_subclass(Own)):
        torch.manual_seed(0)
        ours = sow.init.normal_(make())
        state = torch.get_rng_state()
        torch.manual_seed(0)
        theirs = torch.nn.init.normal_(make())
        assert type(ours) is type(theirs)
        assert ours.device == theirs.device
        assert torch.equal(state, torch.get_rng_state())


def test_modes_see_the_call() -> None:
    from torch.utils._python_dispatch import TorchDispatchMode

    class Seen(TorchDispatchMode):
        def __init__(self) -> None:
            super().__init__()
            self.calls: list[str] = []

        def __torch_dispatch__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            self.calls.append(str(function))
            return function(*args, **(kwargs or {}))

    tensor = torch.empty(3, 3)
    with Seen() as seen:
        sow.init.uniform_(tensor)
    assert seen.calls == ["aten.uniform_.default"]


# torch's module for forward-mode differentiation calls a function of its own that is deprecated.
@pytest.mark.filterwarnings("ignore:`torch.jit.script`")
def test_vmap_and_dual_tensors_are_torchs_own() -> None:
    import torch.autograd.forward_ad as forward

    def fills(init: Any) -> torch.Tensor:
        torch.manual_seed(0)
        return torch.vmap(lambda row: init.uniform_(row.clone()), randomness="different")(torch.zeros(3, 4))

    assert torch.equal(fills(sow.init), fills(torch.nn.init))
    with forward.dual_level():
        ours = forward.make_dual(torch.zeros(3), torch.ones(3))
        theirs = forward.make_dual(torch.zeros(3), torch.ones(3))
        sow.init.uniform_(ours)
        torch.nn.init.uniform_(theirs)
        assert (forward.unpack_dual(ours).tangent is None) == (forward.unpack_dual(theirs).tangent is None)


def test_generators_that_are_no_torchs() -> None:
    with pytest.raises(TypeError, match=r"normal_ fills torch's tensors by a torch\.Generator, and NumPy's"):
        sow.init.normal_(torch.empty(3), generator=sow.Generator(0))
    with pytest.raises(TypeError):
        torch.nn.init.normal_(torch.empty(3), generator=0)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        sow.init.normal_(torch.empty(3), generator=0)  # type: ignore[arg-type]


# ---- autograd ----


def test_parameters_are_filled_in_place_and_seen_as_changed() -> None:
    weight = torch.nn.Parameter(torch.ones(5, 5))
    version = weight._version
    assert sow.init.normal_(weight) is weight
    assert weight.is_leaf
    assert weight.requires_grad
    assert weight._version > version
    product = (weight * weight).sum()
    sow.init.uniform_(weight)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        product.backward()


def test_a_slice_of_a_parameter() -> None:
    """As the forget gate of an LSTM is set: a view that requires grad and is no leaf."""
    for init in (sow.init, torch.nn.init):
        lstm: Any = torch.nn.LSTM(3, 4)
        init.constant_(lstm.bias_ih_l0[4:8], 1.0)
        init.uniform_(lstm.weight_ih_l0[4:8])
        assert lstm.weight_ih_l0.is_leaf
        assert torch.equal(lstm.bias_ih_l0[4:8], torch.ones(4))


def test_inference_mode() -> None:
    with torch.inference_mode():
        tensor = torch.zeros(7, 7)
        torch.manual_seed(0)
        sow.init.normal_(tensor)
        torch.manual_seed(0)
        assert torch.equal(tensor, torch.nn.init.normal_(torch.zeros(7, 7)))
    with pytest.raises(RuntimeError):
        sow.init.normal_(tensor)


# ---- the rest ----


def test_signatures_are_torchs() -> None:
    for name in set(sow.init.__all__) - {"caffe", "keras", "jax"}:
        assert inspect.signature(getattr(sow.init, name)) == inspect.signature(getattr(torch.nn.init, name))


def test_every_function_of_torch_is_there() -> None:
    theirs = {name for name, value in vars(torch.nn.init).items() if inspect.isfunction(value)}
    assert {name for name in theirs if name.endswith("_") and name[0] != "_"} <= set(sow.init.__all__)
    for name in theirs:
        assert callable(getattr(sow.init, name))
    with pytest.raises(AttributeError, match="no_such"):
        sow.init.no_such  # noqa: B018


def test_older_names() -> None:
    with pytest.warns(FutureWarning):
        sow.init.normal(torch.empty(3))


@pytest.mark.parametrize("param", [None, 0, 0.2, 1])
def test_calculate_gain(param: float | None) -> None:
    for name in ("linear", "conv2d", "sigmoid", "tanh", "relu", "leaky_relu", "selu"):
        ours: Any = sow.init.calculate_gain(name, param)
        theirs: Any = torch.nn.init.calculate_gain(name, param)
        assert (type(ours), ours) == (type(theirs), theirs)
    with pytest.raises(ValueError, match="Unsupported nonlinearity gelu"):
        sow.init.calculate_gain("gelu")


def test_a_slope_whose_square_overflows() -> None:
    for gain in (sow.init.calculate_gain, _initializer.gain):  # the second is for who has no torch
        with pytest.raises(OverflowError):
            gain("leaky_relu", 1e300)
        assert gain("leaky_relu", float("inf")) == 0


def test_a_torch_without_avx2() -> None:
    """Its normals are others, of bfloat16 only here and there; a warning says so, and torch's own are given."""
    code = """
import torch, sow
for dtype in (torch.bfloat16, torch.float32):
    torch.manual_seed(0)
    ours = sow.init.normal_(torch.empty(100, 1000, dtype=dtype))
    torch.manual_seed(0)
    print(torch.equal(ours, torch.nn.init.normal_(torch.empty(100, 1000, dtype=dtype))))
"""
    environment = {**os.environ, "ATEN_CPU_CAPABILITY": "default"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=True, text=True)
    assert done.stdout.split() == ["True", "True"]
    assert done.stderr.count(" has other numbers in uniform_ of torch.float32") == 1
    assert " for DEFAULT," in done.stderr or " for NO AVX," in done.stderr  # as torch before 2.7 has it


@pytest.fixture
def forgotten() -> Iterator[None]:
    _torch._same.cache_clear()
    yield
    _torch._same.cache_clear()


def test_a_torch_of_other_numbers(monkeypatch: pytest.MonkeyPatch, forgotten: None) -> None:
    """Where torch's function does something else, it is called, and a warning says so once."""

    def other(tensor: torch.Tensor, a: float = 0.0, b: float = 1.0, generator: Any = None) -> torch.Tensor:
        with torch.no_grad():
            return tensor.uniform_(a, b, generator=generator).mul_(1 + 2**-20)

    monkeypatch.setitem(_torch.OWN, "uniform_", other)
    torch.manual_seed(0)
    with pytest.warns(sow.Warning, match="other numbers in uniform_") as told:
        ours = sow.init.uniform_(torch.empty(9))
    assert told[0].filename == __file__
    torch.manual_seed(0)
    assert torch.equal(ours, other(torch.empty(9)))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        sow.init.uniform_(torch.empty(9))


@pytest.mark.usefixtures("sincos_is_followed")
def test_trying_leaves_the_default_generator(forgotten: None) -> None:
    state = torch.get_rng_state()
    for name in _torch._TRIALS:
        if name != "trunc_normal_" or _torch.VERSION >= (2, 12):
            assert _torch.agrees(name, torch.float64)
    assert torch.equal(state, torch.get_rng_state())


def test_threads_share_a_generator() -> None:
    """No word is given twice, whoever comes first."""
    generator = torch.Generator().manual_seed(5)
    parts: list[torch.Tensor] = []

    def work() -> None:
        for _ in range(20):
            parts.append(sow.init.uniform_(torch.empty(50_000, dtype=torch.float64), generator=generator))

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    again = torch.Generator().manual_seed(5)
    expected = torch.empty(60, 50_000, dtype=torch.float64).uniform_(generator=again)
    assert sorted(part[0].item() for part in parts) == sorted(expected[:, 0].tolist())
    assert torch.equal(generator.get_state(), again.get_state())


def test_words_that_torch_drew_meanwhile_are_not_given_again(monkeypatch: pytest.MonkeyPatch) -> None:
    generator = torch.Generator().manual_seed(5)
    equal = torch.equal
    drawn: list[torch.Tensor] = []

    def draw_first(a: torch.Tensor, b: torch.Tensor) -> bool:
        if not drawn:
            drawn.append(torch.empty(7).uniform_(generator=generator))
            return equal(generator.get_state(), b)
        return equal(a, b)

    monkeypatch.setattr(torch, "equal", draw_first)
    filled = sow.init.uniform_(torch.empty(9), generator=generator)
    expected = torch.empty(16).uniform_(generator=torch.Generator().manual_seed(5))
    assert torch.cat([drawn[0], filled]).tolist() == expected.tolist()


def test_a_fork_while_another_thread_fills() -> None:
    """The child has no lock to wait for."""
    assert _torch._lock.acquire(timeout=60)
    try:
        child = os.fork()
        if child == 0:
            sow.init.uniform_(torch.empty(9))
            os._exit(0)
    finally:
        _torch._lock.release()
    assert os.waitpid(child, 0)[1] == 0
