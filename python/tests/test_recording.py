"""Recording: text, plans of it, files, and filling models."""

from __future__ import annotations

import ctypes
import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy
import pytest
import torch
from recorded import Program, built, bytes_of, check, check_fast, from_plan
from torch import nn

import sow

RULES = """named_parameters:
  head.weight = zeros_()
apply:
  BatchNorm1d:
    weight = constant_(0.5)
"""


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Linear(40, 50), nn.BatchNorm1d(50))
        self.head = nn.Linear(50, 3, bias=False)
        self.tied = self.head
        nn.init.normal_(self.head.weight, std=0.02)
        self.scale: torch.Tensor
        self.register_buffer("scale", torch.arange(3.0) / 3, persistent=False)


@pytest.fixture
def recording() -> sow.Recording:
    return sow.record(Net, seed=3)


def test_text(recording: sow.Recording) -> None:
    lines = recording.text.splitlines()
    assert lines[0] == "sow recording 1"
    assert lines[1] == "torch " + torch.__version__.partition("+")[0]
    assert lines[2:4] == ["dtype float32", "seed 3"]
    assert lines[4] == 'module "" "Net"'
    assert lines[-1] == "end"
    assert any(line.startswith("step s0[50, 40] kaiming_uniform_(a=2.23606797749979") for line in lines)
    assert any('normal_(mean=0.0, std=0.02) at "test_recording.py:' in line for line in lines)
    assert any('at "torch/nn/modules/linear.py:' in line for line in lines)


def test_about(recording: sow.Recording) -> None:
    assert (recording.seed, recording.dtype, recording.bound) == (3, "float32", [])
    assert recording.edition in ("2.1", "2.12", "2.13")
    assert repr(recording) == f"<sow.Recording of Net by torch {recording.edition}, float32, seed 3>"
    assert str(recording).startswith("Net(\n  (body): Sequential(\n    (0): Linear()")


def test_plan(recording: sow.Recording) -> None:
    wanted, state = built(Net, 3)
    plan = recording.plan()
    assert plan.seed == 3
    assert plan.generator_state() == state
    assert plan.names() == [name for name in wanted if name != "scale"]
    assert plan.tied_to("tied.weight") == "head.weight"
    assert plan.steps("head.weight") == ["normal_(mean=0.0, std=0.02)"]
    assert plan.line("head.weight") == "normal_(mean=0.0, std=0.02)"
    assert "test_recording.py:" in plan.rule("head.weight")
    assert recording.plan(temporaries=True)["scale"].tolist() == wanted["scale"].tolist()
    assert bytes_of(from_plan(recording.plan(9))["head.weight"]) == bytes_of(built(Net, 9)[0]["head.weight"])


def test_rules(recording: sow.Recording) -> None:
    plan = recording.plan(3, rules=RULES)
    assert plan.line("head.weight") == "zeros_()"
    assert set(plan["body.1.weight"].tolist()) == {0.5}
    assert plan["body.0.weight"].tobytes() == recording.plan()["body.0.weight"].tobytes()


@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16, torch.float16])
def test_dtype(recording: sow.Recording, dtype: torch.dtype) -> None:
    """As if the default type had been another."""
    torch.set_default_dtype(dtype)
    try:
        wanted, state = built(Net, 5)
    finally:
        torch.set_default_dtype(torch.float32)
    plan = recording.plan(5, dtype=dtype)
    assert plan.generator_state() == state
    made = from_plan(plan)
    assert [name for name in made if bytes_of(made[name]) != bytes_of(wanted[name])] == []


def test_cast(recording: sow.Recording) -> None:
    torch.manual_seed(5)
    wanted = Net().to(torch.bfloat16).state_dict()
    made = from_plan(recording.plan(5, cast="bfloat16"))
    assert all(bytes_of(made[name]) == bytes_of(wanted[name]) for name in wanted)


def test_edition(recording: sow.Recording) -> None:
    assert recording.plan(edition="2.6").edition == "2.1"
    assert recording.plan().edition == recording.edition
    with pytest.raises(sow.UnknownNameError, match="'' is no torch version"):
        recording.plan(edition="")


def test_keep(recording: sow.Recording, tmp_path: Path) -> None:
    path = tmp_path / "trained.safetensors"
    with pytest.warns(sow.Warning, match="tied"):
        recording.plan(100).write(path)
    plan = recording.plan(3, rules=RULES, keep=path)
    assert plan["body.0.weight"].tobytes() == recording.plan(100)["body.0.weight"].tobytes()
    assert not plan["head.weight"].any()


def test_save_and_load(recording: sow.Recording, tmp_path: Path) -> None:
    path = tmp_path / "net.sow"
    recording.save(path)
    loaded = sow.load(str(path))
    assert (loaded.text, loaded.seed, loaded.dtype) == (recording.text, 3, "float32")
    assert loaded.plan().table() == recording.plan().table()
    with pytest.raises(sow.ExistsError):
        recording.save(path)
    recording.save(path, force=True)
    with pytest.raises(sow.InputOutputError):
        recording.save(tmp_path / "none" / "net.sow")
    with pytest.raises(FileNotFoundError) as caught:
        sow.load(tmp_path / "none.sow")
    assert isinstance(caught.value, sow.InputOutputError)
    assert caught.value.filename == str(tmp_path / "none.sow")
    again = pickle.loads(pickle.dumps(loaded))
    assert (type(again), again.text, repr(again)) == (type(loaded), loaded.text, repr(loaded))


def test_damage(recording: sow.Recording, tmp_path: Path) -> None:
    path = tmp_path / "net.sow"
    path.write_text(recording.text[: len(recording.text) // 2])
    with pytest.raises(sow.TextError, match=r"net\.sow"):
        sow.load(path)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(sow.InvalidArgumentError, match="is no recording"):
        sow.load(path)
    path.write_text(recording.text.replace("sow recording 1", "sow recording 2"))
    with pytest.raises(sow.UnsupportedError):
        sow.load(path)


def test_loading_needs_no_torch(recording: sow.Recording, tmp_path: Path) -> None:
    path = tmp_path / "net.sow"
    recording.save(path)
    code = (
        "import sys, sow\n"
        "sys.modules['torch'] = None\n"
        f"plan = sow.load({str(path)!r}).plan(4)\n"
        "print(len(plan), plan['head.weight'].shape)\n"
        "try: sow.record(list)\n"
        "except ImportError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "9 (3, 50)\nthis takes torch 2.4 or later; it is not installed\n"


def test_the_program_reads_it(recording: sow.Recording, program: Program, tmp_path: Path) -> None:
    path = tmp_path / "net.sow"
    recording.save(path)
    assert program("plan", path, "--seed", 3) == recording.plan().table()


# ---- filling ----


def test_fill(recording: sow.Recording) -> None:
    wanted, _ = built(Net, 11)
    torch.manual_seed(1)
    model = Net()
    model.scale.zero_()
    model.body.requires_grad_(False)
    state, version = torch.get_rng_state(), model.head.weight._version
    assert recording.fill(model, 11) is model
    assert all(torch.equal(tensor, wanted[name]) for name, tensor in model.state_dict().items())
    assert torch.equal(model.scale, wanted["scale"])
    assert torch.equal(torch.get_rng_state(), state)
    assert model.head.weight._version > version


def test_fill_of_strided_tensors() -> None:
    def build() -> nn.Module:
        return nn.Conv2d(3, 4, 2)

    recording = sow.record(build)
    model: Any = build()
    model.to(memory_format=torch.channels_last)
    recording.fill(model, 2)
    assert torch.equal(model.weight, built(build, 2)[0]["weight"])


def test_fill_with_rules_and_types(recording: sow.Recording) -> None:
    model = Net().to(torch.bfloat16)
    recording.fill(model, 2, rules=RULES, cast=torch.bfloat16, threads=1)
    assert not model.head.weight.any()
    wanted = built(Net, 2)[0]["body.0.weight"].bfloat16()
    assert torch.equal(model.state_dict()["body.0.weight"], wanted)


def test_fill_refused(recording: sow.Recording) -> None:
    model = Net()
    model.extra = nn.Linear(2, 2)
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    with pytest.raises(sow.UncoveredError, match=r"makes no extra\.weight"):
        recording.fill(model, 4)
    assert all(torch.equal(tensor, before[name]) for name, tensor in model.state_dict().items())


def test_a_path_that_is_no_utf8(tmp_path: Path) -> None:
    """The line of a step is shown as far as text can."""
    path = os.path.join(os.fsencode(tmp_path), b"dir\xff")
    os.mkdir(path)
    code = compile("made = torch.nn.init.normal_(torch.empty(3))", os.fsdecode(os.path.join(path, b"net.py")), "exec")

    def build() -> Any:
        names: dict[str, Any] = {"torch": torch}
        exec(code, names)
        return names["made"]

    assert r"dir\udcff/net.py:1" in sow.record(build).plan().rule("tensor")


def test_another_bit_generator_of_numpy() -> None:
    functions: Any = numpy.random
    before = functions.get_bit_generator()
    functions.set_bit_generator(numpy.random.PCG64(1))
    try:
        assert sow.record(lambda: torch.rand(3)).bound == []
        with pytest.warns(sow.Warning, match="drew numbers from numpy.random"):
            sow.record(lambda: torch.rand(3) * numpy.random.rand())
    finally:
        functions.set_bit_generator(before)


@pytest.mark.parametrize("seed", [numpy.int64(3), 2**64 - 1, -1])
def test_seeds_are_torchs(seed: Any) -> None:
    recording = sow.record(lambda: torch.rand(3), seed=seed)
    assert recording.seed == int(seed) % 2**64


def test_a_seed_that_is_too_large() -> None:
    with pytest.raises(sow.InvalidArgumentError, match="99999999999999999999"):
        sow.record(lambda: torch.rand(3), seed=99999999999999999999)


def filled() -> nn.Module:
    made = nn.Linear(30, 30)
    sow.record(lambda: nn.Linear(30, 30)).fill(made, seed=5)
    made.weight.data.mul_(2)
    return made


def filled_in_part() -> dict[str, torch.Tensor]:
    whole = torch.randn(60, 30)
    sow.shapes("w float32 [30, 30]\n").plan(3, rules="named_parameters:\n  w = normal_()\n").fill(Holder(whole[:30]))
    return {"whole": whole, "more": torch.rand(3)}


def materialized() -> nn.Module:
    with torch.device("meta"):
        made = nn.Linear(30, 30)
    return sow.materialize(made, sow.record(lambda: nn.Linear(30, 30)), seed=5)


class Holder(nn.Module):
    def __init__(self, tensor: torch.Tensor) -> None:
        super().__init__()
        self.register_buffer("w", tensor)


def test_filled_while_somebody_records(program: Program, tmp_path: Path) -> None:
    for build in (filled, materialized):
        check(build, program, tmp_path)
        check_fast(build)
    check_fast(filled_in_part)
    with pytest.raises(sow.InvalidArgumentError, match=r"1 tensor holds the numbers of seed 0.*whole"):
        sow.record(filled_in_part).plan(1)


def test_a_fill_that_stops_halfway_while_somebody_records(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is there is what counts from then on, and not what the steps before it said."""

    def stop(cell: Any, blocks: list[Any], threads: int) -> None:
        ctypes.memset(blocks[0].address, 0, 8)
        raise KeyboardInterrupt

    recording = sow.record(lambda: nn.Linear(30, 30))
    with sow.fast():
        made = nn.Linear(30, 30)
        with monkeypatch.context() as patch:
            patch.setattr("sow._fill.run", stop)
            with pytest.raises(KeyboardInterrupt):
                recording.fill(made)
        copies = [parameter.detach().clone() for parameter in made.parameters()]
    for parameter, copy in zip(made.parameters(), copies):
        assert torch.equal(parameter, copy)


def test_an_old_torch(monkeypatch: pytest.MonkeyPatch, recording: sow.Recording) -> None:
    monkeypatch.setattr(torch, "__version__", "2.3.1+cpu")
    model = nn.Linear(2, 2)
    calls: list[Any] = [lambda: sow.record(lambda: model), sow.fast, lambda: recording.fill(model)]
    for call in [*calls, lambda: sow.materialize(model, recording)]:
        with pytest.raises(ImportError, match=r"torch 2\.4 or later, and here is 2\.3\.1\+cpu: pip install -U torch"):
            call()


def test_words_are_counted_for_the_recorded_dtype() -> None:
    """bernoulli takes twice as many where it is float64."""

    def build() -> nn.Module:
        torch.bernoulli(torch.full((3,), 0.5))
        return nn.Linear(3, 4)

    recording = sow.record(build)
    recording.plan(dtype="bfloat16")
    with pytest.warns(sow.Warning, match=r"only counts \(line \d+\).*record the constructor under float64"):
        recording.plan(dtype="float64")


def test_a_name_with_dots_beside_the_module_that_it_is_of() -> None:
    def build() -> dict[str, Any]:
        return {"fc.scale": torch.rand(2), "fc": nn.Linear(2, 3)}

    recording = sow.record(build, seed=5)
    assert 'module "fc" "Linear"' in recording.text
    assert recording.plan().names() == ["fc.weight", "fc.bias", "fc.scale"]
