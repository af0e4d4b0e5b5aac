"""plan.fill, rec.fill and sow.materialize in one process; test_sharded.py has several."""

from __future__ import annotations

import pytest
import torch
from torch import nn

import sow


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.table = nn.Embedding(40, 16)
        self.head = nn.Linear(16, 40, bias=False)
        self.head.weight = self.table.weight
        self.norm = nn.BatchNorm2d(7)
        self.register_buffer("ramp", torch.arange(5.0) / 3, persistent=False)


def built(seed: int) -> Net:
    torch.manual_seed(seed)
    return Net()


def tensors(model: nn.Module) -> dict[str, torch.Tensor]:
    return {**dict(model.named_parameters(remove_duplicate=False)), **dict(model.named_buffers())}


def assert_same(made: nn.Module, wanted: nn.Module) -> None:
    ours, theirs = tensors(made), tensors(wanted)
    assert list(ours) == list(theirs)
    assert [name for name in theirs if not torch.equal(ours[name], theirs[name])] == []


def on_meta() -> Net:
    with torch.device("meta"):
        return Net()


def test_a_model_from_meta() -> None:
    model = on_meta()
    assert sow.materialize(model, sow.record(Net), seed=3) is model
    assert_same(model, built(3))
    assert model.head.weight is model.table.weight


def test_to_empty_unties_and_both_are_filled() -> None:
    model = on_meta().to_empty(device="cpu")
    assert model.head.weight is not model.table.weight
    sow.record(Net).plan(4, temporaries=True).fill(model)
    assert_same(model, built(4))


def test_buffers_that_were_never_on_meta_are_left_alone() -> None:
    model = on_meta()
    model.ramp = torch.full((5,), 7.0)
    sow.materialize(model, sow.record(Net), seed=3)
    assert torch.equal(model.ramp, torch.full((5,), 7.0))


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16, torch.float64])
def test_another_type_gets_what_to_makes(dtype: torch.dtype) -> None:
    assert_same(sow.record(Net).fill(Net().to(dtype), 5), built(5).to(dtype))


def test_strides() -> None:
    model = Net()
    model.head.weight = model.table.weight = nn.Parameter(torch.empty(16, 80).T[::2])
    assert_same(sow.record(Net).fill(model, 5), built(5))


def test_names_of_wrapped_models() -> None:
    recording = sow.record(Net)
    model = nn.Module()
    model._orig_mod = nn.Module()
    model._orig_mod.module = Net()
    recording.fill(model, 6)
    assert_same(model._orig_mod.module, built(6))


def test_what_is_wrong_is_named_and_nothing_written() -> None:
    plan = sow.record(Net).plan(1, temporaries=True)
    model = on_meta().to_empty(device="cpu")
    before = built(9)
    model.load_state_dict(before.state_dict())
    model.norm.running_mean = torch.zeros(8)
    with pytest.raises(sow.ShapeError, match=r"norm.running_mean has the shape \[8\] in the model and \[7\]"):
        plan.fill(model)
    model.norm.running_mean = torch.zeros(7, device="meta")
    with pytest.raises(sow.DeviceError, match=r"norm.running_mean is still on the meta device: call model.to_empty"):
        plan.fill(model)
    model.norm.running_mean = torch.zeros(7, dtype=torch.int64)
    with pytest.raises(sow.DtypeError, match=r"norm\.running_mean is of int64 in the model and of float32"):
        plan.fill(model)
    model.norm.running_mean = None
    with pytest.raises(sow.InvalidArgumentError, match=r"it has no norm\.running_mean"):
        plan.fill(model)
    model.extra = nn.Parameter(torch.zeros(2))
    with pytest.raises(sow.UnknownNameError, match="the plan makes no extra"):
        plan.fill(model)
    assert torch.equal(model.table.weight, before.table.weight)
