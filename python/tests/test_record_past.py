"""What goes past torch's operations: memory that others have, addresses, tensors that cannot be followed."""

from __future__ import annotations

import ctypes
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy
import pytest
import safetensors.torch
import torch
from recorded import built, check_fast, check_look, differences, from_plan
from torch import nn
from torch.nn import functional as F

import sow


def in_numpys_memory() -> dict[str, torch.Tensor]:
    array = numpy.zeros((4, 5), "float32")
    nn.init.xavier_uniform_(torch.from_numpy(array))
    array[0] = 0
    return {"w": torch.as_tensor(array)}


def in_a_buffer() -> dict[str, torch.Tensor]:
    buffer = bytearray(80)
    torch.frombuffer(buffer, dtype=torch.float32).normal_()
    return {"w": torch.tensor(numpy.frombuffer(buffer, "float32").copy())}


def by_dlpack() -> dict[str, torch.Tensor]:
    w = torch.randn(4, 4)
    dlpack: Any = torch.utils.dlpack
    dlpack.from_dlpack(dlpack.to_dlpack(w)).mul_(2)
    return {"w": w}


def element_by_element() -> dict[str, torch.Tensor]:
    w = torch.randn(4, 4)
    w.apply_(lambda x: 2 * x + 1)
    w.map_(torch.rand(4, 4), lambda x, y: x * y)
    return {"w": w}


def double(address: int) -> None:
    elements = (ctypes.c_float * 16).from_address(address)
    elements[:] = [2 * element for element in elements]


def by_address(address: Callable[[torch.Tensor], int]) -> Callable[[], dict[str, torch.Tensor]]:
    def build() -> dict[str, torch.Tensor]:
        w = torch.randn(4, 4)
        double(address(w))
        return {"w": w.mul_(3)}

    return build


def statistics() -> nn.Module:
    net = nn.Sequential(nn.Conv1d(2, 4, 1), nn.InstanceNorm1d(4, track_running_stats=True), nn.BatchNorm1d(4))
    net(torch.randn(2, 2, 5))
    return net


PAST: list[Callable[[], Any]] = [
    *(in_numpys_memory, in_a_buffer, by_dlpack, element_by_element, statistics),
    by_address(lambda w: w.data_ptr()),
    by_address(lambda w: w.untyped_storage().data_ptr()),
    by_address(
        lambda w: torch.TypedStorage(wrap_storage=w.untyped_storage(), dtype=w.dtype, _internal=True).data_ptr()
    ),
]


@pytest.mark.parametrize("build", PAST)
@pytest.mark.filterwarnings("ignore:TypedStorage is deprecated")
def test_what_goes_past_the_operations(build: Callable[[], Any]) -> None:
    check_fast(build)
    recording = sow.record(build, seed=5)
    plan = recording.plan(temporaries=True)
    assert differences(plan, from_plan(plan), built(build, 5)[0]) == []
    with pytest.raises(sow.InvalidArgumentError, match=r"looked at random numbers|numbers of seed 5"):
        recording.plan(6)


def test_statistics_of_what_is_not_random() -> None:
    def build() -> nn.Module:
        net = nn.BatchNorm1d(4)
        net(torch.arange(20.0).view(5, 4))
        return net

    recording = sow.record(build)
    assert recording.bound == []
    assert differences(recording.plan(1), from_plan(recording.plan(1)), built(build, 1)[0]) == []


def halves(kind: torch.layout | None) -> torch.Tensor:
    w = torch.randn(2, 3)
    hidden = w.to_mkldnn() if kind is None else w.to_sparse(layout=kind)
    return hidden.to_dense()


def needs_fbgemm() -> None:
    """Skips where torch is built without it, as Debian's is."""
    if "fbgemm" not in torch.backends.quantized.supported_engines:
        pytest.skip("this torch is built without FBGEMM")


def packed() -> torch.Tensor:
    needs_fbgemm()
    weight: torch.Tensor = torch.ops.quantized.linear_prepack_fp16(torch.randn(1, 3), None)
    return torch.ops.quantized.linear_unpack_fp16(weight)[0]


UNTRACKED: dict[str, Callable[[], torch.Tensor]] = {
    "sparse": lambda: halves(torch.sparse_coo),
    "sparse rows": lambda: halves(torch.sparse_csr),
    "mkldnn": lambda: halves(None),
    "sparse, written": lambda: torch.zeros(3).to_sparse().copy_(torch.rand(3).to_sparse()).to_dense(),
    "sparse, a number": lambda: torch.full((3,), torch.randn(3).to_sparse().sum().item()),
    "packed": packed,
    "scale": lambda: torch.full(
        (3,), torch.quantize_per_tensor_dynamic(torch.randn(9), torch.qint8, False).q_scale(), dtype=torch.float64
    ),
    "divided by": lambda: torch.div(1, torch.rand(3)),
    "scaled first": lambda: torch.mul(0.3, torch.rand(30).bfloat16()),
    "cat of sparse": lambda: torch.cat([torch.rand(2, 2).to_sparse(), torch.eye(2).to_sparse()]).to_dense(),
}


@pytest.mark.parametrize("name", UNTRACKED)
def test_what_cannot_be_tracked_binds(name: str) -> None:
    build = UNTRACKED[name]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        check_fast(build)
        recording = sow.record(build, seed=5)
        wanted, _ = built(build, 5)
    assert differences(recording.plan(5), from_plan(recording.plan(5)), wanted) == []
    with pytest.raises(sow.InvalidArgumentError, match=r"looked at random numbers|numbers of seed 5"):
        recording.plan(6)


def test_sparse_that_is_not_random() -> None:
    assert sow.record(lambda: torch.eye(3).to_sparse().to_dense()).bound == []


def packed_lstm() -> dict[str, torch.Tensor]:
    net: Any = nn.LSTM(2, 3)
    packed = nn.utils.rnn.PackedSequence(torch.ones(4, 2), torch.full((2,), 2))
    return {"h": net(packed)[0].data.detach(), "w": net.weight_hh_l0.detach()}


def lengths() -> dict[str, torch.Tensor]:
    sequence = nn.utils.rnn.PackedSequence(torch.ones(4, 1), torch.full((2,), 2))
    padded, counts = nn.utils.rnn.pad_packed_sequence(sequence)
    return {"padded": padded, "counts": counts}


def quantised() -> dict[str, torch.Tensor]:
    needs_fbgemm()
    made = torch.fbgemm_linear_quantize_weight(torch.ones(2, 2).mul_(3))
    return {"w": made[0], "sums": made[1], "scale": torch.full((2,), made[2])}


def split_at() -> dict[str, torch.Tensor]:
    at, w = torch.full((1,), 3), torch.rand(8)
    parts = [*torch.tensor_split(w, at), *torch.Tensor.tensor_split(w, at)]
    return {f"x{i}": part.clone() for i, part in enumerate(parts)}


def sobol() -> dict[str, torch.Tensor]:
    return {"x": torch.quasirandom.SobolEngine(3).draw(5)}


def ctc() -> dict[str, torch.Tensor]:
    rows = torch.zeros(6, 1, 3).log_softmax(2)
    loss = F.ctc_loss(rows, torch.full((1, 2), 1), torch.full((1,), 6), torch.full((1,), 2))
    return {"loss": loss * torch.ones(2)}


BY_ADDRESS: list[Callable[[], Any]] = [lengths, quantised, split_at, sobol, ctc]


@pytest.mark.parametrize("build", [*BY_ADDRESS, packed_lstm])
@pytest.mark.filterwarnings("ignore:fbgemm")
def test_functions_that_go_by_addresses(build: Callable[[], Any]) -> None:
    check_fast(build)
    recording = sow.record(build, seed=5)
    assert differences(recording.plan(5), from_plan(recording.plan(5)), built(build, 5)[0]) == []
    assert (recording.bound == []) == (build in BY_ADDRESS)


def test_scrambled_sobol_binds() -> None:
    def build() -> dict[str, torch.Tensor]:
        return {"x": torch.quasirandom.SobolEngine(3, scramble=True).draw(5)}

    check_fast(build)
    assert sow.record(build).bound != []


@torch.library.custom_op("sow_tests::made", mutates_args=(), schema="(Tensor x) -> Tensor")
def made_by_python(x: torch.Tensor) -> torch.Tensor:
    return nn.init.trunc_normal_(torch.empty(4, 5)) + torch.randn(5) * x


@torch.library.custom_op("sow_tests::written", mutates_args={"x"}, schema="(Tensor(a!) x) -> ()")
def written_by_python(x: torch.Tensor) -> None:
    nn.init.orthogonal_(x)
    nn.init.trunc_normal_(x[0])


@torch.library.custom_op("sow_tests::forked", mutates_args=(), schema="(Tensor x) -> Tensor")
def forked_by_python(x: torch.Tensor) -> torch.Tensor:
    with torch.random.fork_rng():
        return torch.randn(5) * x


def written() -> torch.Tensor:
    w = torch.zeros(4, 5)
    written_by_python(w)
    return w


CUSTOM: dict[str, tuple[Callable[[], Any], str]] = {
    "made": (lambda: (made_by_python(torch.ones(5)), torch.randn(3)), "made at"),
    "written": (lambda: (written(), torch.randn(3)), "written at"),
    "forked": (lambda: (forked_by_python(torch.ones(5)), torch.randn(3)), "default_generator at"),
}


@pytest.mark.parametrize("name", CUSTOM)
def test_operations_that_are_python_bind(name: str) -> None:
    """No mode sees what torch.library.custom_op calls; initialisers there, and draws, are torch's own."""
    check_look(*CUSTOM[name])


def test_addresses_that_are_compared() -> None:
    """torch's own code asks for them, and transformers' too: nothing is looked at."""

    def build() -> nn.Module:
        net = nn.LSTM(3, 4, 2)
        net.flatten_parameters()
        assert len(safetensors.torch._find_shared_tensors(net.state_dict())) == 8
        return net

    check_fast(build)
    assert sow.record(build).bound == []


def test_a_file_that_safetensors_writes(tmp_path: Path) -> None:
    with sow.fast():
        net = nn.Linear(30, 40)
        safetensors.torch.save_file(net.state_dict(), tmp_path / "w")
        nn.init.ones_(net.bias)
    assert torch.equal(safetensors.torch.load_file(tmp_path / "w")["weight"], net.weight)
    assert torch.equal(net.bias, torch.ones(40))
