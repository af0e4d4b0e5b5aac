"""plan.fill, rec.fill and sow.materialize in one process; test_sharded.py has several."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

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


# ---- which tensors ----


def test_buffers_that_the_plan_does_not_know_are_left_alone_too() -> None:
    model = on_meta()
    model.register_buffer("mine", torch.ones(2))
    sow.materialize(model, sow.record(Net), seed=3)
    assert torch.equal(model.get_buffer("mine"), torch.ones(2))
    assert torch.equal(model.table.weight, built(3).table.weight)


def test_a_plan_without_temporaries_makes_them_for_the_model() -> None:
    recording = sow.record(Net)
    plan = recording.plan(4)
    assert "ramp" not in plan
    model = on_meta().to_empty(device="cpu")
    assert plan.fill(model) is model
    assert_same(model, built(4))
    assert "ramp" not in plan


def test_a_checkpoint_to_keep_has_no_temporaries(tmp_path: Path) -> None:
    path = tmp_path / "trained.safetensors"
    recording = sow.record(Net)
    with pytest.warns(sow.Warning, match="tied tensors are stored once"):
        recording.plan(8).write(path)
    plan = recording.plan(1, rules="named_parameters:\n  norm.weight = zeros_()\n", keep=path)
    wanted = built(8)
    nn.init.zeros_(wanted.norm.weight)
    assert_same(plan.fill(built(2)), wanted)


def test_a_plan_of_a_generators_state_fills_after_the_generator_has_gone_on() -> None:
    generator = sow.Generator(4)
    plan = sow.record(Net).plan(generator)
    generator.skip(1000)
    assert_same(plan.fill(built(0).bfloat16()), built(4).bfloat16())


def test_a_stage_of_a_pipeline_has_a_part_of_the_tensors() -> None:
    stage = Net()
    del stage.norm, stage.head
    with pytest.raises(
        sow.InvalidArgumentError, match=r"lacks 5 of the plan's 8 tensors, such as norm.weight: with strict"
    ):
        sow.record(Net).fill(stage, 8)
    sow.record(Net).fill(stage, 8, strict=False)
    assert torch.equal(stage.table.weight, built(8).table.weight)
    sow.record(Net).plan(9).fill(stage, strict=False)
    assert torch.equal(stage.table.weight, built(9).table.weight)


def test_a_mapping_of_tensors() -> None:
    state = {name: torch.zeros_like(tensor) for name, tensor in built(0).state_dict().items()}
    assert sow.record(Net).plan(2).fill(state) is state
    assert all(torch.equal(tensor, state[name]) for name, tensor in built(2).state_dict().items())


# ---- types, strides, devices ----


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16, torch.float64])
def test_another_type_gets_what_to_makes(dtype: torch.dtype) -> None:
    assert_same(sow.record(Net).fill(Net().to(dtype), 5), built(5).to(dtype))


@pytest.mark.parametrize("piece", [64, 1000, 8 << 20])
def test_every_tensor_may_have_its_own_type(piece: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sow._pieces._PIECE", piece)
    model, wanted = Net(), built(5)
    for one in (model, wanted):
        one.norm.half()
        one.table.double()
        one.head.weight = one.table.weight
    for cast in (None, "bfloat16"):  # of a plan that casts already, numbers are converted once more
        if cast is not None:
            for tensor in tensors(wanted).values():
                if tensor.is_floating_point():
                    tensor.data.copy_(tensor.data.bfloat16())
        assert_same(sow.record(Net).fill(model, 5, cast=cast), wanted)


def test_integers_are_converted_too() -> None:
    model = Net()
    model.norm.num_batches_tracked = torch.full((), 7, dtype=torch.int32)
    sow.record(Net).fill(model, 5)
    assert model.norm.num_batches_tracked.item() == 0


def test_strides() -> None:
    model = Net()
    model.head.weight = model.table.weight = nn.Parameter(torch.empty(16, 80).T[::2])
    assert_same(sow.record(Net).fill(model, 5), built(5))


class Wide(nn.Module):
    """Several pieces of 4096 bytes, some with parts of two tensors."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.ModuleList([nn.Conv2d(8, 40, 3), nn.Linear(70, 130), nn.Embedding(33, 40)])
        self.register_buffer("scalar", torch.tensor(2.5))


class Orthogonal(nn.Module):
    """What is made whole, and more of it than a piece."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(30, 20))
        self.bias = nn.Parameter(torch.empty(33))
        nn.init.orthogonal_(self.weight)
        nn.init.normal_(self.bias)


@pytest.fixture(scope="module")
def lazy() -> None:
    """torch's device "lazy" is in every build; its tensors are reached by copies alone, as a GPU's are."""
    pytest.importorskip("torch._lazy.ts_backend").init()


@pytest.mark.usefixtures("lazy")
@pytest.mark.parametrize("piece", [1000, 4096, 8 << 20])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_a_device_that_is_not_the_processor(piece: int, dtype: torch.dtype, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sow._pieces._PIECE", piece)
    for constructor in (Net, Wide, Orthogonal):
        recording = sow.record(constructor)
        wanted = recording.fill(constructor(), 6).to(dtype)
        for model in (constructor().to(dtype).to("lazy"), constructor().to(dtype).to("lazy")):
            recording.fill(model, 6)
            assert all(tensor.device.type == "lazy" for tensor in tensors(model).values())
            assert_same(model.cpu(), wanted)
    with torch.device("meta"):
        model = Net().to(dtype)
    sow.materialize(model, sow.record(Net), "lazy", seed=6)
    assert model.table.weight.device.type == "lazy"
    assert_same(model.cpu(), built(6).to(dtype))


class FakeDevice:
    """Counts as a GPU's module of torch does: an event is over when somebody has waited for it."""

    def __init__(self) -> None:
        self.log: list[tuple[str, int]] = []

    def current_stream(self, device: torch.device) -> str:
        return f"stream of {device}"

    def Event(self) -> FakeEvent:
        return FakeEvent(self)


class FakeEvent:
    made = 0

    def __init__(self, device: FakeDevice) -> None:
        self.number, FakeEvent.made = FakeEvent.made, FakeEvent.made + 1
        self.device = device

    def record(self, stream: str) -> None:
        assert stream == "stream of lazy:0"
        self.device.log.append(("sent", self.number))

    def synchronize(self) -> None:
        self.device.log.append(("waited", self.number))


@pytest.mark.usefixtures("lazy")
def test_a_pinned_piece_is_used_again_when_it_has_arrived(monkeypatch: pytest.MonkeyPatch) -> None:
    device = FakeDevice()
    monkeypatch.setattr("sow._pieces._PIECE", 4096)
    monkeypatch.setattr("sow._pieces._pinned", lambda size: torch.empty(size, dtype=torch.uint8))
    monkeypatch.setattr("torch.get_device_module", lambda given: device)
    model = Wide().to("lazy")
    sow.record(Wide).fill(model, 6)
    torch.manual_seed(6)
    assert_same(model.cpu(), Wide())
    sent = [number for what, number in device.log if what == "sent"]
    assert len(sent) > 12
    for at, (what, number) in enumerate(device.log):
        # Two pieces: the one before the last has arrived before the next is sent.
        if what == "sent" and number >= sent[2]:
            assert ("waited", number - 2) in device.log[:at]
    assert {number for what, number in device.log if what == "waited"} == set(sent)


# ---- names ----


def wrapped(model: nn.Module, *names: str) -> nn.Module:
    for name in names:
        outer = nn.Module()
        outer.add_module(name, model)
        model = outer
    return model


@pytest.mark.parametrize("words", [["module"], ["_orig_mod"], ["module", "_checkpoint_wrapped_module", "_orig_mod"]])
def test_names_of_wrapped_models(words: list[str]) -> None:
    inside = Net()
    sow.record(Net).fill(wrapped(inside, *words), 6)
    assert_same(inside, built(6))
    # And the other way round: who was recorded was wrapped.
    plain = Net()
    sow.record(lambda: wrapped(Net(), *words)).fill(plain, 6)
    assert_same(plain, built(6))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of what torch.compile imports
def test_wrappers_of_torch() -> None:
    from torch.distributed.algorithms._checkpoint.checkpoint_wrapper import checkpoint_wrapper

    recording = sow.record(Net)
    wrappers: list[Any] = [torch.compile, torch.nn.DataParallel, checkpoint_wrapper]
    for wrap in wrappers:
        inside = Net()
        recording.fill(wrap(inside), 7)
        assert_same(inside, built(7))


def test_a_model_whose_own_module_is_called_module() -> None:
    def two() -> nn.Module:
        return nn.ModuleDict({"module": nn.Linear(3, 3), "other": nn.Linear(3, 3)})

    torch.manual_seed(1)
    wanted = two()
    assert_same(sow.record(two).fill(two(), 1), wanted)


# ---- errors ----

WRONG: list[tuple[torch.Tensor, type[Exception], str]] = [
    (torch.zeros(8), sow.ShapeError, " has the shape [8] in the model and [7] in the plan"),
    (
        torch.zeros(7, device="meta"),
        sow.DeviceError,
        " is still on the meta device: call model.to_empty(device=...) first",
    ),
    (torch.zeros(7, dtype=torch.int64), sow.DtypeError, " is of int64 in the model and of float32 in the plan"),
    (torch.zeros(7, dtype=torch.complex64), sow.DtypeError, " is of complex64 in the model and of float32 in the plan"),
    (torch.zeros(7).to_sparse(), sow.UnsupportedError, " is a Tensor of torch.sparse_coo"),
]


@pytest.mark.parametrize(("wrong", "error", "message"), WRONG, ids=lambda value: str(value)[:20])
def test_what_is_wrong_is_named_and_nothing_written(wrong: torch.Tensor, error: type[Exception], message: str) -> None:
    plan = sow.record(Net).plan(1)
    model = built(9)
    model.norm.running_mean = wrong
    with pytest.raises(error, match=re.escape("norm.running_mean" + message)):
        plan.fill(model)
    assert torch.equal(model.table.weight, built(9).table.weight)


def test_tensors_that_the_plan_does_not_make() -> None:
    plan = sow.record(Net).plan(1)
    model = built(9)
    model.extra = nn.Parameter(torch.zeros(2))
    with pytest.raises(sow.UncoveredError, match="the plan makes no extra, which the model has"):
        plan.fill(model)
    del model.extra
    model.module = nn.Module()
    model.module.table = nn.Embedding(40, 16)
    with pytest.raises(sow.InvalidArgumentError, match=r"table\.weight and module\.table\.weight are what the plan"):
        plan.fill(model)
    assert torch.equal(model.table.weight, built(9).table.weight)


def test_a_print_knows_no_temporaries() -> None:
    def build() -> nn.Module:
        net = nn.Sequential(nn.Linear(3, 4))
        net[0].register_buffer("ramp", torch.arange(4.0), persistent=False)
        return net

    model = build()
    plan = sow.printed(str(model)).plan(3)
    with pytest.raises(sow.UncoveredError, match=r"no 0\.ramp, which the model has; fill\(model\.state_dict\(\)\)"):
        plan.fill(model)
    plan.fill(model.state_dict())
    torch.manual_seed(3)
    assert_same(model, build())


def test_memory_that_cannot_be_written() -> None:
    plan = sow.record(Net).plan(1)
    model = built(9)
    model.norm.running_mean = torch.zeros(1).expand(7)
    with pytest.raises(sow.UnsupportedError, match="running_mean: several of its elements are one in memory"):
        plan.fill(model)
    model.norm.running_mean = torch.zeros(7)
    model.norm.running_mean.untyped_storage().resize_(0)
    with pytest.raises(sow.UnsupportedError, match="running_mean: its memory was freed"):
        plan.fill(model)
    assert torch.equal(model.table.weight, built(9).table.weight)


def test_nothing_to_fill() -> None:
    for nothing in (None, "weight", iter([]), built(9).named_parameters()):
        with pytest.raises(TypeError, match="a model is a module, or a mapping or sequence"):
            sow.record(Net).plan(1).fill(nothing)  # type: ignore[type-var]


class Narrow(Net):
    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.BatchNorm2d(6)


def test_a_model_on_meta_stays_there_when_something_is_wrong() -> None:
    model = on_meta()
    with pytest.raises(sow.ShapeError):
        sow.materialize(model, sow.record(Narrow))
    assert all(tensor.is_meta for tensor in tensors(model).values())
    several: Any = {"net": model}
    with pytest.raises(TypeError, match=r"takes a module, not dict: torch\.nn\.ModuleDict or"):
        sow.materialize(several, sow.record(Net))
    plan: Any = sow.record(Net).plan(3)
    with pytest.raises(TypeError, match=r"takes a sow.Recording, as sow.load\(path\) gives, not Plan"):
        sow.materialize(model, plan)
    assert_same(sow.materialize(model, sow.record(Net), seed=3), built(3))


def test_negative_bits() -> None:
    model = built(9)
    model.norm.running_var = torch._neg_view(torch.zeros(7))
    assert_same(sow.record(Net).fill(model, 2), built(2))


def test_under_another_default_device() -> None:
    model, recording = Net(), sow.record(Net)
    with torch.device("meta"):
        recording.fill(model, 6, cast="bfloat16")
    assert_same(model, built(6).bfloat16().float())


class Twice(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.rand(3))
        self.module = nn.Linear(2, 2)


def test_a_module_of_the_name_module() -> None:
    for words in (["_orig_mod"], ["_forward_module"], []):
        model = Twice()
        sow.record(Twice).fill(wrapped(model, *words), 4)
        torch.manual_seed(4)
        assert_same(model, Twice())


def views(one: bool, dtype: torch.dtype = torch.float32) -> dict[str, torch.Tensor]:
    """A table, some rows of it, and its transpose; or three tensors."""
    table = torch.randn(6, 4)
    rows, back = (table[2:4], table.t()) if one else (torch.randn(2, 4), torch.randn(4, 6))
    if dtype is not torch.float32:
        table = table.to(dtype)
        rows, back = (table[2:4], table.t()) if one else (rows.to(dtype), back.to(dtype))
    return {"table": table, "rows": rows, "back": back}


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_memory_that_is_shared_here_is_shared_in_the_plan(dtype: torch.dtype) -> None:
    torch.manual_seed(2)
    wanted, model = views(True, dtype), views(True, dtype)
    one, three = sow.record(lambda: views(True)), sow.record(lambda: views(False))
    for made in (one.fill(model, 2), one.fill(views(False, dtype), 2)):
        assert all(torch.equal(made[name], wanted[name]) for name in wanted)
    with pytest.raises(sow.InvalidArgumentError, match="table and back share memory here, and not in the plan"):
        three.fill(model, 3)
    assert all(torch.equal(model[name], wanted[name]) for name in wanted)


def test_a_tie_that_the_plan_does_not_know() -> None:
    def untied() -> nn.Module:
        return nn.ModuleDict({"a": nn.Linear(3, 3, bias=False), "b": nn.Linear(3, 3, bias=False)})

    model: Any = untied()
    model["b"].weight = model["a"].weight
    with pytest.raises(sow.InvalidArgumentError, match=r"a\.weight and b\.weight are one tensor here, and two in the"):
        sow.record(untied).fill(model)
