"""python -m sow record."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

import sow

MODEL = """from torch import nn

import helper


class Net(nn.Module):
    def __init__(self, width=4):
        super().__init__()
        self.fc = nn.Linear(width, 2)
        helper.init(self.fc)


class Broken(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(2, "two")
"""

HELPER = """import torch
from torch import nn

def init(layer):
    nn.init.normal_(layer.weight, std=0.5)

def order():
    return {"order": torch.randperm(5)}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "net.py").write_text(MODEL)
    (tmp_path / "helper.py").write_text(HELPER)
    return tmp_path


def run(folder: Path, *arguments: str) -> tuple[int, str, str]:
    """Status, standard output and standard error."""
    command = [sys.executable, "-m", "sow", "record", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, env={**os.environ, "COLUMNS": "80"})
    return done.returncode, done.stdout, done.stderr


def test_dotted_names_are_imported(folder: Path) -> None:
    assert run(folder, "torch.nn.modules.linear.Linear(3, 4)", "-o", "fc.sow") == (0, "", "")
    assert sow.load(folder / "fc.sow").plan(5).names() == ["weight", "bias"]


def test_standard_output(folder: Path) -> None:
    status, text, errors = run(folder, "helper.torch.nn.Linear(3, 4)", "-o", "-")
    assert (status, errors) == (0, "")
    assert text.startswith("sow recording 1\n")


def test_file(folder: Path) -> None:
    given = ["Net(width=6)", "--file", "net.py", "-o", "net.sow", "--dtype", "bf16", "--torch-seed", "9"]
    assert run(folder, *given) == (0, "", "")
    recording = sow.load(folder / "net.sow")
    assert (recording.dtype, recording.seed) == ("bfloat16", 9)
    assert recording.plan().rule("fc.weight") == "helper.py:5"


def test_what_the_file_makes_as_it_runs_is_recorded(folder: Path) -> None:
    (folder / "made.py").write_text("import torch\nmodel = torch.nn.Linear(2, 2)\n")
    assert run(folder, "model", "--file", "made.py", "-o", "made.sow") == (0, "", "")
    torch.manual_seed(7)
    assert sow.load(folder / "made.sow").plan(7)["weight"].tolist() == torch.nn.Linear(2, 2).weight.tolist()


def test_standard_output_is_utf8(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "latin-1")
    command = [sys.executable, "-m", "sow", "record", "torch.nn.ModuleDict({'ü': torch.nn.Linear(3, 3)})", "-o", "-"]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=True)
    assert 'module "ü" "Linear"' in done.stdout.decode()


def test_file_elsewhere(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    assert run(elsewhere, "Net()", "--file", str(folder / "net.py"), "-o", "net.sow") == (0, "", "")


def test_lines_of_a_file_below(folder: Path) -> None:
    (folder / "below").mkdir()
    (folder / "below" / "made.py").write_text("import torch\nmodel = {'w': torch.rand(2)}\n")
    assert run(folder, "model", "--file", "below/made.py", "-o", "made.sow") == (0, "", "")
    assert sow.load(folder / "made.sow").plan().rule("w") == "made.py:2"


def test_bound(folder: Path) -> None:
    status, _, errors = run(folder, "helper.order()", "-o", "order.sow", "--torch-seed", "3")
    assert (status, errors) == (0, "sow record: warning: bound to seed 3: randperm at helper.py:8\n")


def test_existing_file(folder: Path) -> None:
    (folder / "fc.sow").write_text("mine")
    status, _, errors = run(folder, "torch.nn.Linear(3, 4)", "-o", "fc.sow")
    assert (status, errors) == (2, "sow record: error: fc.sow exists; --force replaces it\n")
    assert (folder / "fc.sow").read_text() == "mine"
    assert run(folder, "torch.nn.Linear(3, 4)", "-o", "fc.sow", "--force")[0] == 0


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("3", "sow record: error: the function returned int, in which there is no module and no tensor\n"),
        ("nosuch.Net()", "sow record: error: name 'nosuch' is not defined, and there is no module of that name\n"),
        ("torch.nn.Linear(3))", "sow record: error: the expression is no Python: unmatched ')'\n"),
        (
            "torch.nn.Linear(3, 4, device='meta')",
            "sow record: error: weight is on the meta device and holds nothing: build the model without "
            "torch.device('meta'), init_empty_weights() and their like; recording takes no memory for weights either\n",
        ),
    ],
)
def test_errors(folder: Path, expression: str, message: str) -> None:
    assert run(folder, expression, "-o", "x.sow") == (2, "", message)
    assert not (folder / "x.sow").exists()


def test_errors_of_the_users_code(folder: Path) -> None:
    status, _, errors = run(folder, "Broken()", "--file", "net.py", "-o", "x.sow")
    assert status == 2
    assert errors.startswith('Traceback (most recent call last):\n  File "<expression>", line 1')
    assert '/net.py", line 16, in __init__' in errors
    assert "sow/_record" not in errors
    assert "\nTypeError: " in errors  # which some versions of torch go on over more lines


def test_names_in_comprehensions(folder: Path) -> None:
    assert run(folder, "{str(i): torch.rand(i + n) for i in range(2) for n in [1]}", "-o", "x.sow") == (0, "", "")


def test_misuse(folder: Path) -> None:
    status, _, errors = run(folder, "torch.nn.Linear(3, 4)")
    assert (status, errors.splitlines()) == (
        2,
        [
            "sow record: error: the following arguments are required: -o/--output",
            "Try 'python -m sow record --help'.",
        ],
    )
    status, _, errors = run(folder, "torch.rand(3)", "-o", "x.sow", "--dtype", "int64")
    assert (status, errors) == (2, "sow record: error: int64 is no floating-point type\n")


def test_other_commands_are_the_programs(folder: Path) -> None:
    done = subprocess.run([sys.executable, "-m", "sow", "gain", "relu"], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "1.4142135623730951\n")
