"""Code that looks at numbers while somebody records: it sees true ones, and the recording says so."""

from __future__ import annotations

import copy
import io
import os
import pickle
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy
import pytest
import torch
from recorded import built, check_fast, check_look, differences, from_plan, same_as
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode

import sow
from sow._record import hooks
from sow._record.initializers import INITIALIZERS
from sow._record.memory import bytes_of


def refused(probabilities: torch.Tensor) -> str:
    try:
        torch.bernoulli(probabilities)
    except RuntimeError:
        return "refused"
    return "drawn"


LOOKS: dict[str, Callable[[torch.Tensor], Any]] = {
    "item": lambda t: t[0].item(),
    "tolist": lambda t: t.tolist(),
    "numpy": lambda t: t.numpy().copy(),
    "array": lambda t: numpy.asarray(t).copy(),
    "bool": lambda t: bool(t[0] > t[1]),
    "any": lambda t: bool((t > 0.5).any()),
    "equal": lambda t: torch.equal(t, t.flip(0)),
    "allclose": lambda t: torch.allclose(t, t + 1),
    "float": lambda t: float(t[0]),
    "pickle": lambda t: pickle.loads(pickle.dumps(t)).tolist(),
    "storage": lambda t: t.untyped_storage().tolist(),
    "dlpack": lambda t: torch.utils.dlpack.from_dlpack(t.__dlpack__()).clone().tolist(),
    "iteration": lambda t: [float(x) for x in t],
    "nonzero": lambda t: torch.nonzero(t > 0.5).shape,
    "exception": lambda t: refused(t + 1),
    "tensor of elements": lambda t: torch.tensor([t[0], t[1]]),
    "tensor of rows": lambda t: torch.tensor([[t[:1]], [t[1:2]]]),
    "Tensor of elements": lambda t: torch.Tensor([t[0], t[1]]),
    "as_tensor of elements": lambda t: torch.as_tensor([t[0], t[1]]),
    "new_tensor of elements": lambda t: t.new_tensor([t[0], t[1]]),
    "tensor of integers": lambda t: torch.tensor([t.mul(100).long()[0]]),
    "tensor of truths": lambda t: torch.tensor([(t > 0.5)[0]]),
    "tensor of complex numbers": lambda t: torch.tensor([torch.complex(t, t)[0]]),
}


@pytest.mark.parametrize("name", LOOKS)
def test_true_values(name: str) -> None:
    def build() -> torch.Tensor:
        torch.rand(3)
        tensor = torch.rand(5).mul_(0.9)
        seen.append(LOOKS[name](tensor))
        return torch.rand(2)

    seen: list[Any] = []
    torch.manual_seed(3)
    build()
    recording = sow.record(build, seed=3)
    torch.manual_seed(3)
    with sow.fast():
        build()
    for other in seen[1:]:
        assert numpy.array_equal(seen[0], other), name
    assert len(recording.bound) == 1
    recording.plan(3)
    with pytest.raises(sow.InvalidArgumentError, match=r"looked at random numbers \(.*test_record_looks.py"):
        recording.plan(4)


def test_looks_at_what_is_not_random() -> None:
    def build() -> nn.Module:
        rates = torch.linspace(0, 0.1, 4).tolist()
        mask = torch.ones(3).mul_(2)
        assert mask.sum().item() == 6
        assert bool((mask == 2).all())
        return nn.ModuleList([nn.Linear(2, 2), nn.Dropout(rates[1])])

    assert sow.record(build).bound == []


def test_a_print_is_no_look() -> None:
    def build() -> nn.Module:
        layer = nn.Linear(2, 2)
        printed.append(repr(layer.weight))
        return layer

    printed: list[str] = []
    assert sow.record(build, seed=0).bound == []
    torch.manual_seed(0)
    build()
    assert printed[0] == printed[1]


def test_what_numpy_writes_is_kept() -> None:
    def build() -> torch.Tensor:
        tensor = torch.rand(4)
        tensor.numpy()[1] = 7
        tensor.mul_(2)
        return tensor

    wanted, _ = built(build, 5)
    recording = sow.record(build, seed=5)
    assert recording.plan(5)["tensor"].tobytes() == wanted["tensor"].numpy().tobytes()
    check_fast(build)


def test_bound_values() -> None:
    """What torch computes of random numbers is kept for the seed of the run."""

    def build() -> dict[str, torch.Tensor]:
        tensor = torch.rand(20)
        return {"x": tensor, "sorted": tensor.sort().values, "mean": tensor.mean() * torch.ones(3)}

    recording = sow.record(build, seed=1)
    assert {reason.partition(" ")[0] for reason in recording.bound} == {"sort", "mean"}
    wanted, _ = built(build, 1)
    plan = recording.plan()
    assert all(plan[name].tobytes() == wanted[name].numpy().tobytes() for name in wanted)
    with pytest.raises(sow.InvalidArgumentError, match="2 tensors hold the numbers of seed 1"):
        recording.plan(2)


# ---- what comes from elsewhere ----


def test_python_and_numpy_random() -> None:
    with pytest.warns(sow.Warning, match=r"drew numbers from numpy.random"):
        sow.record(lambda: torch.from_numpy(numpy.random.rand(3)))


def test_a_tensor_that_was_there() -> None:
    table = torch.arange(6.0).view(2, 3)
    recording = sow.record(lambda: {"a": table, "b": table * 2, "c": torch.rand(2, 3) * table})
    assert recording.bound == []
    assert recording.plan(1)["b"].tolist() == [[0, 2, 4], [6, 8, 10]]
    assert table.tolist() == [[0, 1, 2], [3, 4, 5]]


def test_a_tensor_that_was_there_is_written() -> None:
    """It holds afterwards what torch would have put there."""
    layer, wanted = nn.Linear(3, 4), nn.Linear(3, 4)
    torch.manual_seed(2)
    nn.init.normal_(wanted.weight)
    recording = sow.record(lambda: nn.init.normal_(layer.weight), seed=2)
    assert torch.equal(layer.weight, wanted.weight)
    assert "normal_" in recording.plan().line("tensor")


# ---- everything is put back ----


def functions() -> list[Any]:
    methods = [vars(torch.Tensor).get(name) for name in (*hooks._SHOWING, "data_ptr")]
    return [*(getattr(nn.init, name).__code__ for name in INITIALIZERS), *methods, torch.default_generator]


class Mistake(Exception):
    pass


def fails() -> None:
    nn.Linear(300, 400)
    raise Mistake


def test_put_back() -> None:
    before = functions()
    sow.record(lambda: nn.Linear(2, 2))
    assert functions() == before
    with pytest.raises(Mistake):
        sow.record(fails)
    assert functions() == before
    with pytest.raises(Mistake), sow.fast():
        fails()
    assert functions() == before
    assert torch._C._len_torch_dispatch_stack() == 0


def test_fast_and_an_exception() -> None:
    """What the block built so far is torch's, and so is the generator."""
    torch.manual_seed(1)
    wanted = nn.Linear(20, 30)
    state = torch.get_rng_state()
    torch.manual_seed(1)
    kept = []

    def build() -> None:
        kept.append(nn.Linear(20, 30))
        raise Mistake

    with pytest.raises(Mistake), sow.fast():
        build()
    assert torch.equal(kept[0].weight, wanted.weight)
    assert torch.equal(torch.get_rng_state(), state)


def test_another_thread_is_not_recorded() -> None:
    def other() -> None:
        results.append(nn.init.trunc_normal_(torch.empty(50), generator=torch.Generator().manual_seed(3)))
        results.append(results[0].numpy().sum())

    def build() -> nn.Module:
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
        return nn.Linear(2, 2)

    results: list[Any] = []
    recording = sow.record(build)
    assert recording.bound == []
    assert recording.text.count("trunc_normal_") == 0
    assert torch.equal(results[0], nn.init.trunc_normal_(torch.empty(50), generator=torch.Generator().manual_seed(3)))


def test_another_thread_that_draws_is_refused() -> None:
    def build() -> nn.Module:
        made: list[nn.Module] = []
        thread = threading.Thread(target=lambda: made.append(nn.Linear(4, 4)))
        thread.start()
        thread.join()
        return made[0]

    with pytest.raises(sow.UnsupportedError, match="drew from torch's default generator unseen"):
        sow.record(build)


def test_two_threads_record() -> None:
    """Each has a tape, a generator and a mode of its own; what is changed for both is put back when both are done."""

    def other() -> None:
        recorded.append(sow.record(lambda: (both.wait(), nn.Linear(3, 4), both.wait())[1]).text)

    both = threading.Barrier(2, timeout=60)
    before = functions()
    wanted = sow.record(lambda: nn.Linear(3, 4)).text
    recorded: list[str] = []
    threads = [threading.Thread(target=other) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert recorded == [wanted, wanted]
    assert functions() == before


def test_a_thread_that_ends_recording_as_another_one_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    """The state to come back to is the one that the first has put back, and not the one that it recorded by."""

    class Lock:
        def __enter__(self) -> None:
            if self.first:
                torch.manual_seed(9)  # as the other thread does, which had the lock
            self.first = False

        def __exit__(self, *given: Any) -> None:
            pass

        first = True

    monkeypatch.setattr("sow._record.record._Keeping.lock", Lock())
    torch.manual_seed(4)
    sow.record(lambda: nn.Linear(2, 2))
    assert torch.initial_seed() == 9


def test_nested() -> None:
    wanted, state = built(lambda: nn.Linear(3, 4), 2)
    torch.manual_seed(2)
    with sow.fast(), sow.fast():
        made = nn.Linear(3, 4)
    assert same_as(made, wanted, state) == []

    def build() -> nn.Module:
        with sow.fast():
            return nn.Linear(3, 4)

    assert sow.record(build).text == sow.record(lambda: nn.Linear(3, 4)).text


def test_recording_within_fast() -> None:
    with sow.fast():
        recording = sow.record(lambda: nn.Linear(3, 4))
        made = nn.Linear(3, 4)
    assert "kaiming_uniform_" in recording.text
    assert made.weight.abs().sum() > 0


def test_recording_what_fast_has_begun() -> None:
    """The recorder finds true numbers, and what it writes stays."""
    torch.manual_seed(3)
    wanted = nn.Linear(3, 4)
    nn.init.normal_(wanted.weight, generator=torch.Generator().manual_seed(7))
    torch.manual_seed(3)
    with sow.fast():
        made = nn.Linear(3, 4)
        recording = sow.record(lambda: (nn.init.normal_(made.weight), made)[1], seed=7)
    for name, tensor in wanted.named_parameters():
        assert torch.equal(made.get_parameter(name), tensor)
        assert recording.plan()[name].tobytes() == bytes_of(tensor)


def test_recording_within_a_recording() -> None:
    """What the inner one reads, or writes, of the outer one's tensors is known to both."""

    def reads() -> dict[str, torch.Tensor]:
        tensor = torch.rand(3)
        inner = sow.record(lambda: tensor * 2).plan()
        return {"x": tensor, "double": torch.tensor(inner["tensor"].tolist())}

    def writes() -> dict[str, torch.Tensor]:
        tensor = torch.rand(3)
        sow.record(lambda: nn.init.ones_(tensor))
        return {"x": tensor}

    check_look(reads, "sow.record at ")
    check_look(writes, "sow.record at ")


# ---- what cannot be recorded ----


def quantised_model(layer: nn.Module) -> nn.Module:
    made: nn.Module = torch.ao.quantization.quantize_dynamic(nn.Sequential(layer), {type(layer)}, dtype=torch.qint8)
    return made


@pytest.mark.parametrize(
    ("build", "kind", "message"),
    [
        (lambda: nn.Linear(2, 2, device="meta"), sow.DeviceError, "weight is on the meta device and holds nothing"),
        (lambda: nn.LazyLinear(3), sow.UnsupportedError, "weight has no shape yet: call the lazy module once"),
        (lambda: None, TypeError, "returned NoneType"),
        (lambda: torch.rand(3).to_sparse(), sow.UnsupportedError, "dense"),
        (lambda: torch.zeros(2, dtype=torch.float8_e5m2), sow.UnsupportedError, "float8_e5m2"),
        (lambda: quantised_model(nn.Linear(3, 3)), sow.UnsupportedError, r"^0._packed_params._packed_params: packed"),
        (lambda: quantised_model(nn.LSTM(3, 3, 2)), sow.UnsupportedError, "param and 1 more: packed"),
    ],
)
def test_refused(build: Callable[[], Any], kind: type[Exception], message: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(kind, match=message):
            sow.record(build)


def with_other_types() -> nn.Module:
    layer = nn.Linear(2, 2)
    turns = torch.polar(torch.ones(3), torch.arange(3.0))
    layer.register_buffer("turns", turns[:2], persistent=False)
    layer.register_buffer("wide", turns[:2].to(torch.complex128), persistent=False)
    layer.register_buffer("short", torch.arange(4).to(torch.uint16), persistent=False)
    layer.register_buffer("tiny", torch.ones(3).to(torch.float8_e5m2), persistent=False)
    return layer


def test_temporaries_of_other_types() -> None:
    """No checkpoint has them, so they may be what their bytes are: complex128 pairs of float64."""
    recording = sow.record(with_other_types)
    assert recording.bound == []
    plan = recording.plan(3, temporaries=True)
    assert plan.names() == ["weight", "bias", "turns", "wide", "short", "tiny"]
    assert (plan.dtype("turns"), plan.shape("turns")) == ("complex64", (2,))
    assert (plan.dtype("wide"), plan.shape("wide")) == ("float64", (2, 2))
    with torch.device("meta"):
        models = [with_other_types().to_empty(device="cpu"), with_other_types()]
    plan.fill(models[0])
    sow.materialize(models[1], recording, seed=3)
    torch.manual_seed(3)
    wanted = with_other_types()
    for model in models:
        for name, tensor in [*wanted.named_parameters(), *wanted.named_buffers()]:
            assert bytes_of(getattr(model, name)) == bytes_of(tensor)


class Scaled(nn.Linear):
    def get_extra_state(self) -> dict[str, torch.Tensor]:
        return {"scale": torch.ones(3)}


def test_extra_state() -> None:
    with pytest.warns(sow.Warning, match="0._extra_state, 1._extra_state is left out: what get_extra_state"):
        recording = sow.record(lambda: nn.Sequential(Scaled(2, 2), Scaled(2, 2), nn.Linear(2, 2)))
    assert recording.plan().names() == [f"{i}.{name}" for i in range(3) for name in ("weight", "bias")]


def test_drawn_temporaries_of_other_types() -> None:
    def build() -> nn.Module:
        layer = nn.Linear(2, 2)
        layer.register_buffer("turns", torch.polar(torch.ones(3), torch.rand(3)), persistent=False)
        return layer

    recording = sow.record(build)
    assert "polar at " in recording.bound[0]
    with pytest.raises(sow.InvalidArgumentError, match="turns"):
        recording.fill(build(), 3)


def bits() -> torch.Tensor:
    return torch.zeros(3, dtype=torch.uint8).view(torch.bits8)


def sparse() -> torch.Tensor:
    """As OpenAI's Whisper has its alignment_heads."""
    return torch.eye(3, dtype=torch.bool).to_sparse()


def with_few(make: Callable[[], torch.Tensor]) -> nn.Module:
    layer = nn.Linear(2, 2)
    layer.register_buffer("few", make(), persistent=False)
    return layer


@pytest.mark.parametrize(("make", "kind"), [(bits, "bits8"), (sparse, "sparse_coo")])
def test_a_temporary_that_no_recording_holds(make: Callable[[], torch.Tensor], kind: str) -> None:
    with pytest.warns(sow.Warning, match=f"few is left out: sow makes no {kind}, and no checkpoint holds"):
        recording = sow.record(lambda: with_few(make))
    assert recording.plan(temporaries=True).names() == ["weight", "bias"]
    recording.fill(with_few(make), 3)


def test_a_temporary_that_no_recording_holds_on_meta() -> None:
    with pytest.warns(sow.Warning, match="few is left out"):
        recording = sow.record(lambda: with_few(bits))
    with torch.device("meta"):
        model = with_few(bits)
    with pytest.raises(sow.UncoveredError, match="few is of bits8, which no recording holds"):
        sow.materialize(model, recording)


def test_unwritten_memory() -> None:
    with pytest.warns(sow.Warning, match=r"the constructor writes nothing into a: a plan needs a rule"):
        recording = sow.record(lambda: {"a": torch.empty(3), "b": torch.rand(2)})
    with pytest.raises(sow.UncoveredError, match=r"nothing initialises 1 tensor: a; .* 'named_buffers:'") as caught:
        recording.plan()
    rules = str(caught.value).split("'")
    assert recording.plan(rules=f"{rules[1]}\n  {rules[3]}\n")["a"].tolist() == [0, 0, 0]


class Nothing(TorchDispatchMode):
    def __torch_dispatch__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return function(*args, **(kwargs or {}))


@pytest.mark.parametrize("name", ["svdvals", "cond", "eigvalsh"])
def test_linear_algebra_is_that_of_torch_under_any_mode(name: str) -> None:
    torch.manual_seed(3)
    with Nothing():
        wanted = getattr(torch.linalg, name)(torch.rand(64, 64))
    torch.manual_seed(3)
    with sow.fast():
        made = getattr(torch.linalg, name)(torch.rand(64, 64))
    assert torch.equal(made, wanted)


def inferred(*shape: int) -> torch.Tensor:
    with torch.inference_mode():
        return torch.empty(shape)


def test_errors_are_torchs() -> None:
    for build in (
        lambda: torch.empty(3).normal_(0, -1),
        lambda: torch.empty(3).uniform_(2, 1),
        lambda: nn.init.constant_(torch.empty(2, dtype=torch.float16), 1e5),
        lambda: torch.rand(3).add_(torch.rand(4)),
        lambda: nn.Linear(2, 2).weight.mul_(2),
        lambda: torch.rand(1).expand(3).normal_(),
        lambda: nn.init.orthogonal_(torch.empty(3)),
        lambda: nn.init.trunc_normal_(torch.empty(3), std="a"),  # type: ignore[arg-type]
        lambda: nn.init.trunc_normal_(inferred(4, 4)),
        lambda: nn.init.orthogonal_(inferred(4, 4)),
        lambda: nn.init.sparse_(inferred(4, 4), 0.5),
        lambda: nn.init.dirac_(inferred(4, 4, 3)),
        lambda: torch.rand(3).sub_(True),
        lambda: True - torch.rand(3),
        lambda: torch.rand(3) - torch.ones(3, dtype=torch.bool),
        lambda: torch.rand(3).add_(1, alpha=True),
        lambda: torch.rand(3).half().clamp_(-1e6, 1e6),
        lambda: (w := torch.rand(2, 3))[:1, :1].add_(w[0, 0].view(1, 1)),
    ):
        with pytest.raises((RuntimeError, ValueError, TypeError)) as plain:
            build()
        with pytest.raises(type(plain.value)) as recorded:
            sow.record(build)
        assert str(recorded.value) == str(plain.value)
        with pytest.raises(type(plain.value)) as hurried, sow.fast():
            build()
        assert str(hurried.value) == str(plain.value)


def test_torchs_warnings() -> None:
    with pytest.warns(UserWarning, match="mean is more than 2 std from"):
        sow.record(lambda: nn.init.trunc_normal_(torch.empty(30), mean=9.0, std=1.0, a=-2.0, b=2.0))


def test_deepcopy_of_a_recorded_model() -> None:
    recording = sow.record(lambda: copy.deepcopy(nn.Linear(3, 4)))
    assert copy.deepcopy(recording.text) == recording.text


FORGETFUL: dict[str, Callable[[torch.Tensor], Any]] = {
    "times itself": lambda w: w.mul_(w),
    "out": lambda w: torch.sub(torch.ones(4, 4), w, out=w),
    "of another type": lambda w: w.mul_(torch.full((4, 4), 0.3, dtype=torch.float64)),
}


@pytest.mark.parametrize("name", FORGETFUL)
def test_what_is_changed_by_itself_stays_random(name: str) -> None:
    def build() -> dict[str, torch.Tensor]:
        w = torch.randn(4, 4)
        FORGETFUL[name](w)
        return {"w": w, "part": w.tril()}

    recording = sow.record(build)
    assert recording.bound[0].startswith("tril at ")
    with pytest.raises(sow.InvalidArgumentError, match=r"1 tensor holds the numbers of seed 0.*part"):
        recording.plan(1)


@pytest.mark.filterwarnings("ignore:`torch.jit.script`")
def test_state_that_is_no_tensor() -> None:
    class Noted(nn.Linear):
        def get_extra_state(self) -> Any:
            return {"version": 3}

    assert sow.record(lambda: Noted(2, 2)).plan().names() == ["weight", "bias"]
    assert sow.record(lambda: nn.ModuleList([torch.jit.script(nn.Linear(2, 2))])).plan().names() == [
        "0.weight",
        "0.bias",
    ]


def test_torchs_compiler_stays_away() -> None:
    """Its import takes seconds."""
    program = (
        "import sys, sow, torch\nwith sow.fast(): torch.nn.Linear(2, 2)\nassert 'torch._dynamo' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_a_compiled_function() -> None:
    """Within a block it runs, or is compiled, as torch pleases; the numbers are the same."""

    def build() -> dict[str, torch.Tensor]:
        double = torch.compile(lambda x: x * 2 + 1, backend="eager")
        return {"w": double(torch.rand(3)), "v": double(torch.ones(4))}

    check_fast(build)
    recording = sow.record(build, seed=5)
    assert differences(recording.plan(5), from_plan(recording.plan(5)), built(build, 5)[0]) == []


@pytest.mark.filterwarnings("ignore:`torch.jit")
@pytest.mark.parametrize("given", [True, False])
def test_files_of_torchscript(given: bool, tmp_path: Path) -> None:
    """C++ writes them, from memory."""

    def build() -> nn.Module:
        file: Any = str(tmp_path / "scripted.pt") if given else io.BytesIO()
        torch.jit.save(torch.jit.script(nn.Linear(30, 40)), file)
        if not given:
            file.seek(0)
        loaded: nn.Module = torch.jit.load(file)
        return loaded

    check_look(build, "save")


def test_without_torchscript() -> None:
    program = "import sow, torch\nsow.record(lambda: torch.nn.Linear(2, 2))"
    subprocess.run([sys.executable, "-c", program], check=True, env={**os.environ, "PYTORCH_JIT": "0"})
