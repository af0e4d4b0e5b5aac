"""Models and plans: what the program says of them, and torch's numbers."""

from __future__ import annotations

import ctypes
import errno
import json
import pickle
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy
import pytest
import safetensors.torch
import torch
from torch.utils.dlpack import from_dlpack

import sow

Program = Callable[..., str]


class Net(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv = torch.nn.Conv2d(3, 16, 3)
        self.norm = torch.nn.BatchNorm2d(16)
        self.emb = torch.nn.Embedding(40, 17, padding_idx=3)
        self.fc = torch.nn.Linear(100, 33)


def torch_net(seed: int) -> dict[str, torch.Tensor]:
    torch.manual_seed(seed)
    return dict(Net().state_dict())


# ---- what a plan says ----


def test_a_print_becomes_torchs_weights() -> None:
    plan = sow.printed(str(Net())).plan(seed=5)
    expected = torch_net(5)
    assert plan.names() == list(expected)
    assert isinstance(plan, Mapping)
    for name, tensor in expected.items():
        array = plan[name]
        assert isinstance(array, numpy.ndarray)
        assert array.tobytes() == tensor.numpy().tobytes()
        assert plan.shape(name) == array.shape == tuple(tensor.shape)
        assert "torch." + plan.dtype(name) == str(tensor.dtype)
    assert plan.generator_state() == torch.get_rng_state().numpy().tobytes()
    assert plan.generator().random(1) % 2**24 / 2**24 == torch.empty(1).uniform_().numpy()
    assert (plan.seed, plan.edition) == (5, "2.13")


def test_a_plan_loads_into_the_model() -> None:
    net = Net()
    plan = sow.printed(str(net)).plan(7)
    net.load_state_dict({name: from_dlpack(array) for name, array in plan.items()})
    assert all(torch.equal(net.state_dict()[name], tensor) for name, tensor in torch_net(7).items())


def test_a_plan_says_what_the_program_says(program: Program, net: Path, rules: Path) -> None:
    plan = sow.printed(net).plan(3, rules=rules)
    options = (net, "--rules", rules, "--seed", 3)
    assert plan.table() == program("plan", *options)
    assert plan.json() == program("plan", *options, "--format", "json")
    assert plan.shape_list() == program("plan", *options, "--format", "shapes")
    rows = program("plan", *options).splitlines()
    begin, end = rows[0].index("initialiser"), rows[0].index("rule")
    for name, row, entry in zip(plan, rows[1:], json.loads(plan.json())["tensors"]):
        assert plan.line(name) == row[begin:end].strip()
        assert plan.rule(name) == entry["rule"]
        assert (list(plan.shape(name)), plan.dtype(name)) == (entry["shape"], entry["dtype"])
    assert plan.nbytes == json.loads(plan.json())["bytes"]
    assert plan.words == json.loads(plan.json())["words"]
    assert plan.rule("fc.weight") == f"{rules}:3"


def test_steps() -> None:
    plan = sow.printed(str(Net())).plan()
    assert plan.steps("norm.weight") == ["ones_()"]
    assert plan.tied_to("norm.weight") is None
    steps = plan.steps("emb.weight")
    assert steps[0] == "normal_(mean=0.0, std=1.0)"
    assert "; ".join(steps) == plan.line("emb.weight")
    assert not numpy.any(plan["emb.weight"][3])


def test_a_plan_is_a_mapping(net: Path) -> None:
    plan = sow.printed(net).plan()
    assert len(plan) == len(plan.names()) == len(list(plan))
    assert "fc.bias" in plan
    assert "fc" not in plan
    assert None not in plan
    assert plan.get("fc") is None
    assert list(plan.keys()) == plan.names()
    assert plan == plan
    assert plan != sow.printed(net).plan()
    assert len({plan, plan}) == 1
    for call in (plan.__getitem__, plan.shape, plan.dtype, plan.rule, plan.steps, plan.line, plan.tied_to):
        with pytest.raises(KeyError, match="no tensor 'fc'"):
            call("fc")
    with pytest.raises(sow.UnknownNameError):
        plan.range("fc", 0, 1)


def test_reprs(net: Path) -> None:
    model = sow.printed(net)
    plan = model.plan(9, cast="bfloat16")
    assert repr(model) == f"<sow.Model Net from {net}>"
    assert str(model).startswith("Net(\n  (conv): Conv2d(3, 16, kernel_size=(3, 3)")
    assert sow.printed(str(model)).plan().table() == model.plan().table()
    assert repr(plan) == f"<sow.Plan: {plan.table().splitlines()[-1]}>"
    assert "seed 9" in repr(plan)
    assert "float32 cast to bfloat16" in repr(plan)
    assert "Bfloat16Array of shape (33,)" in repr(plan["fc.bias"])


def test_notebooks() -> None:
    layers = "".join(f"  ({i}): Linear(in_features=2, out_features=2, bias=True)\n" for i in range(40))
    shown = sow.printed(f"Sequential(\n{layers})").plan()._repr_html_()
    assert shown.count("<tr><td>") == 60
    assert "and 20 more" in shown
    assert (
        "&lt;" in sow.printed("Net(\n  (a<b): Linear(in_features=2, out_features=2, bias=True)\n)").plan()._repr_html_()
    )


# ---- options ----


def test_rules_are_text_or_paths(net: Path, rules: Path) -> None:
    model = sow.printed(net)
    texts = [model.plan(1, rules=one)["fc.weight"].tobytes() for one in (rules, str(rules), rules.read_text(), [rules])]
    assert len(set(texts)) == 1
    torch.manual_seed(1)
    made = Net()
    for module in made.modules():
        if isinstance(module, torch.nn.Linear):
            torch.nn.init.xavier_normal_(module.weight)
    assert texts[0] == made.fc.weight.detach().numpy().tobytes()


def test_several_rules_run_in_their_order(net: Path) -> None:
    first, second = ("named_parameters:\n  fc.bias = constant_(1)\n", "named_parameters:\n  fc.bias = constant_(2)\n")
    model = sow.printed(net)
    assert model.plan(rules=[first, second])["fc.bias"][0] == 2
    assert model.plan(rules=[second, first])["fc.bias"][0] == 1
    with pytest.raises(sow.TextError, match="holds no rules"):
        model.plan(rules="")
    with pytest.raises(FileNotFoundError, match=r"cannot read no\.rules: ") as caught:
        model.plan(rules="no.rules")
    assert isinstance(caught.value, sow.InputOutputError)
    assert (caught.value.errno, caught.value.filename) == (errno.ENOENT, "no.rules")


FUNCTION = """def twos(m):
    if isinstance(m, nn.Linear):
        nn.init.constant_(m.bias, 2.0)
"""


def test_a_function_of_python_is_rules(tmp_path: Path) -> None:
    model = sow.printed("Net(\n  (fc): Linear(in_features=2, out_features=2, bias=True)\n)")
    path = tmp_path / "init.py"
    path.write_text(FUNCTION)
    for rules in (path, str(path), f"{path}:twos", [path]):
        assert model.plan(rules=rules)["fc.bias"].tolist() == [2, 2]
    with pytest.raises(sow.Error, match=r"init\.py"):
        model.plan(rules=f"{path}:threes")
    with pytest.raises(FileNotFoundError):
        model.plan(rules="none.py:twos")
    with pytest.raises(TypeError, match=r"a function is read from its file: rules='FILE\.py:test_models_are_pickled'"):
        model.plan(rules=test_models_are_pickled)  # type: ignore[arg-type]


def test_models_are_pickled(net: Path, tmp_path: Path) -> None:
    model = sow.printed(net)
    model.plan(seed=1).write(tmp_path / "net.safetensors")
    shapes = sow.shapes("w float32 [3]\n")
    for one in (model, shapes, sow.checkpoint(tmp_path / "net.safetensors")):
        again = pickle.loads(pickle.dumps(one))
        assert (type(again), str(again), repr(again)) == (type(one), str(one), repr(one))
    assert pickle.loads(pickle.dumps(model)).plan(seed=1).table() == model.plan(seed=1).table()


def test_rules_that_cover_nothing(net: Path) -> None:
    unused = "apply:\n  Conv3d:\n    weight = ones_()\n"
    with pytest.raises(sow.UnusedRuleError) as caught:
        sow.printed(net).plan(rules=unused)
    assert (caught.value.source, caught.value.line) == ("<rules>", 2)
    assert len(sow.printed(net).plan(rules=unused, allow_unused=True)) == 10


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16", "bfloat16"])
def test_dtypes(dtype: str) -> None:
    plan = sow.printed(str(Net())).plan(2, dtype=getattr(torch, dtype), edition=torch.__version__)
    torch.manual_seed(2)
    before = torch.get_default_dtype()
    torch.set_default_dtype(getattr(torch, dtype))
    try:
        expected = Net().state_dict()
    finally:
        torch.set_default_dtype(before)
    for name, tensor in expected.items():
        assert torch.equal(from_dlpack(plan[name]), tensor)


def test_dtypes_have_many_names(net: Path) -> None:
    model = sow.printed(net)
    for dtype in ("float16", "torch.float16", "half", torch.float16, numpy.float16, numpy.dtype("float16")):
        assert model.plan(dtype=dtype).dtype("fc.bias") == "float16"
    assert model.plan(dtype=ml_dtypes.bfloat16).dtype("fc.bias") == "bfloat16"
    for bad, kind in (
        ("complex128", sow.UnknownNameError),
        ("complex64", sow.DtypeError),
        (float, TypeError),
        ("int64", sow.DtypeError),
    ):
        with pytest.raises(kind):
            model.plan(dtype=bad)


def test_cast_is_after_the_draws(net: Path) -> None:
    plan = sow.printed(net).plan(2, cast=torch.bfloat16)
    for name, tensor in torch_net(2).items():
        whole = tensor.is_floating_point()
        assert torch.equal(from_dlpack(plan[name]), tensor.bfloat16() if whole else tensor)


def test_editions(net: Path) -> None:
    older, newer = (sow.printed(net).plan(dtype="float16", edition=edition) for edition in ("2.6.0", None))
    assert (older.edition, newer.edition) == ("2.1", "2.13")
    assert older["fc.weight"].tobytes() != newer["fc.weight"].tobytes()
    with pytest.raises(sow.UnknownNameError):
        sow.printed(net).plan(edition="1.12")


def test_from_a_generator(net: Path) -> None:
    generator = sow.Generator(4)
    generator.random(3)
    plan = sow.printed(net).plan(generator)
    torch.manual_seed(4)
    torch.empty(3).uniform_()
    assert plan["conv.weight"].tobytes() == Net().conv.weight.detach().numpy().tobytes()


def test_seeds_that_are_none(net: Path) -> None:
    model = sow.printed(net)
    assert model.plan(-1).seed == 2**64 - 1
    with pytest.raises(sow.InvalidArgumentError):
        model.plan(2**64)
    with pytest.raises(TypeError):
        model.plan(0.5)  # type: ignore[arg-type]


def test_keep(tmp_path: Path, net: Path) -> None:
    path = tmp_path / "trained.safetensors"
    trained = {name: torch.full_like(tensor, 3) for name, tensor in torch_net(0).items()}
    safetensors.torch.save_file(trained, path)
    rules = "named_parameters:\n  fc.* = normal_()\n"
    plan = sow.printed(net).plan(1, rules=rules, keep=path)
    assert plan["conv.weight"].tobytes() == trained["conv.weight"].numpy().tobytes()
    assert plan["fc.weight"].tobytes() == sow.printed(net).plan(1, rules=rules)["fc.weight"].tobytes()
    assert (plan.rule("conv.weight"), plan.steps("conv.weight"), plan.line("conv.weight")) == ("kept", [], "-")


def test_aliases_and_ignored_classes() -> None:
    text = "Net(\n  (a): MyLinear(in_features=2, out_features=3, bias=True)\n  (b): Pool(3)\n)"
    plan = sow.printed(text, aliases={"MyLinear": "Linear"}, ignore=["Pool"]).plan()
    assert plan.names() == ["a.weight", "a.bias"]
    assert sow.printed(text, {"MyLinear": "Linear"}, "Pool").plan().names() == plan.names()
    with pytest.raises(sow.UnknownNameError):
        sow.printed(text, aliases={"MyLinear": "Lineal"}, ignore=["Pool"])


# ---- the other front ends ----


def test_lists_of_tensors(tmp_path: Path) -> None:
    text = "wte.weight bfloat16 [50, 8]\nsteps int64 []\nln.bias bfloat16 [8]\n"
    rules = "named_parameters:\n  wte.weight = normal_(std=0.02)\n  * = zeros_()\n"
    plan = sow.shapes(text).plan(0, rules=rules, edition=torch.__version__)
    assert plan.names() == ["wte.weight", "steps", "ln.bias"]
    assert [plan.dtype(name) for name in plan] == ["bfloat16", "int64", "bfloat16"]
    torch.manual_seed(0)
    expected = torch.empty(50, 8, dtype=torch.bfloat16).normal_(std=0.02)
    assert torch.equal(from_dlpack(plan["wte.weight"]), expected)
    assert plan["steps"].shape == ()
    assert sow.shapes(text).plan(0, rules=rules, dtype="float32").dtype("ln.bias") == "float32"
    path = tmp_path / "list.txt"
    path.write_text(plan.shape_list())
    assert sow.shapes(path).plan(0, rules=rules, edition=torch.__version__).table() == plan.table()
    with pytest.raises(sow.UncoveredError, match=r"ln\.bias"):
        sow.shapes(text).plan()
    with pytest.raises(sow.TextError) as caught:
        sow.shapes("wte.weight float32 [50,\n")
    assert caught.value.source == "<shapes>"
    assert repr(sow.shapes(text)) == "<sow.Model Tensors from <shapes>>"


def test_checkpoints(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    safetensors.torch.save_file(torch_net(0), path)
    rules = "named_parameters:\n  * = ones_()\n"
    model = sow.checkpoint(path)
    plan = model.plan(0, rules=rules)
    assert {name: plan.shape(name) for name in plan} == {name: tuple(t.shape) for name, t in torch_net(0).items()}
    assert sow.checkpoint(tmp_path).plan(0, rules=rules).table() == plan.table()
    with pytest.raises(OSError, match=r"none\.safetensors"):
        sow.checkpoint(tmp_path / "none.safetensors")
    path.write_bytes(b"\7" + bytes(30))
    with pytest.raises(sow.TextError):
        sow.checkpoint(path)


# ---- arrays ----


def test_ranges(net: Path) -> None:
    plan = sow.printed(net).plan(1)
    whole = plan["fc.weight"].ravel()
    for begin, end in ((0, 3300), (0, 0), (3300, 3300), (7, 8), (99, 2500), (3299, 3300)):
        assert numpy.array_equal(plan.range("fc.weight", begin, end), whole[begin:end])
    for begin, end in ((-1, 3), (3, 2), (0, 3301)):
        with pytest.raises(sow.InvalidArgumentError):
            plan.range("fc.weight", begin, end)


@pytest.mark.parametrize("call", ["normal_()", "uniform_()", "trunc_normal_()", "orthogonal_()", "sparse_(0.1)"])
def test_pieces_are_the_whole(call: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a tensor is made in pieces, between which Ctrl-C is obeyed, no byte shows it."""
    rules = f"apply:\n  Linear:\n    weight = {call}\n"
    plan = sow.printed("Linear(in_features=67, out_features=59, bias=False)").plan(rules=rules)
    whole = plan["weight"].tobytes()
    for piece in (1, 100, 4096):
        monkeypatch.setattr("sow._plan._PIECE", piece)
        assert plan["weight"].tobytes() == whole
        assert plan.range("weight", 33, 3333).tobytes() == whole[4 * 33 : 4 * 3333]


def test_dlpack_leaves_a_function_of_the_process_as_others_declared_it(net: Path) -> None:
    shared = ctypes.pythonapi.PyCapsule_GetPointer
    before = shared.restype, shared.argtypes
    sow.printed(net).plan(cast="bfloat16")["fc.weight"].__dlpack__()
    assert (shared.restype, shared.argtypes) == before


def test_bfloat16(net: Path) -> None:
    plan = sow.printed(net).plan(1, cast="bfloat16")
    array: Any = plan["fc.weight"]
    expected = torch_net(1)["fc.weight"].bfloat16()
    assert (array.shape, array.ndim, array.size, array.nbytes, len(array)) == ((33, 100), 2, 3300, 6600, 33)
    assert array.dtype == "bfloat16"
    assert array.tobytes() == expected.view(torch.uint8).numpy().tobytes()
    shared = from_dlpack(array)
    assert shared.dtype == torch.bfloat16
    shared.zero_()
    assert not array.bits.any()
    array = plan["fc.weight"]
    values = expected.float().numpy()
    assert numpy.asarray(array).dtype == ml_dtypes.bfloat16
    assert numpy.array_equal(numpy.asarray(array).astype("float32"), values)
    assert numpy.array_equal(numpy.asarray(array, dtype="float32"), values)
    assert numpy.array_equal(numpy.asarray(array, dtype="float64"), values)
    assert not numpy.shares_memory(numpy.array(array, copy=True), array.bits)
    assert numpy.shares_memory(numpy.asarray(array), array.bits)
    assert plan.range("fc.weight", 5, 9).tobytes() == array.tobytes()[10:18]


def test_bfloat16_without_ml_dtypes(net: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    array = sow.printed(net).plan(cast="bfloat16")["fc.bias"]
    monkeypatch.setitem(__import__("sys").modules, "ml_dtypes", None)
    with pytest.raises(TypeError, match="ask for dtype='float32'"):
        numpy.asarray(array)
    assert numpy.asarray(array, dtype="float32").shape == (33,)


def test_a_bfloat16_scalar() -> None:
    array = sow.shapes("scale bfloat16 []\n").plan(rules="named_parameters:\n  scale = constant_(0.3)\n")["scale"]
    assert numpy.asarray(array, dtype="float32") == torch.tensor(0.3).bfloat16().float().numpy()


def test_memory_outlives_the_plan(net: Path) -> None:
    tensor = from_dlpack(sow.printed(net).plan(cast="bfloat16")["fc.weight"])
    again = from_dlpack(sow.printed(net).plan(cast="bfloat16")["fc.weight"])
    assert torch.equal(tensor, again)


def test_plans_are_not_copied(net: Path) -> None:
    with pytest.raises(TypeError):
        pickle.dumps(sow.printed(net).plan())
