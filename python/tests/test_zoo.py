"""./dev zoo's script, without what its environment lacks: a model of transformers, and the classes of a package."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ZOO = Path(__file__).with_name("constructor_zoo.py")
LACKING = ("pytest", "keras")  # of python/requirements.txt, and not of python/requirements-zoo.txt


def zoo(*arguments: str) -> subprocess.CompletedProcess[str]:
    lacking = f"sys.modules.update(dict.fromkeys({LACKING}))"
    code = f"import runpy, sys; {lacking}; runpy.run_path({str(ZOO)!r}, run_name='__main__')"
    return subprocess.run(
        [sys.executable, "-B", "-c", code, *arguments], cwd=ZOO.parent, capture_output=True, text=True, check=False
    )


def test_one_type() -> None:
    pytest.importorskip("transformers")
    done = zoo("transformers", "--only", "bert")
    assert done.stdout.startswith("transformers bert: exact ("), done.stderr
    assert "\nexact     transformers 1 of 1  every byte\n" in done.stdout
    assert done.returncode == 0


PACKAGE = """
import random
import torch
from torch import nn

class Layer(nn.Module):
    def __init__(self, in_features: int, n_heads, dropout, *, hidden_dims: list[int], act_layer, use_bias=True):
        super().__init__()
        self.inner = nn.Linear(in_features, sum(hidden_dims) * n_heads, bias=use_bias)
        self.act, self.dropout = act_layer(), nn.Dropout(dropout)

class Forwards(Layer):
    def __init__(self, **given):
        super().__init__(**given)

class Large(nn.Module):
    def __init__(self, hidden_size=1000000):
        super().__init__()
        self.inner = nn.Linear(hidden_size, hidden_size)

class Varies(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.rand(3) * random.random())

class Unwritten(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(3))

class Unbuilt(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.inner = nn.Linear(config.width, 3)
"""


def test_classes_of_a_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "unheard").mkdir()
    (tmp_path / "unheard" / "__init__.py").touch()
    (tmp_path / "unheard" / "layers.py").write_text(PACKAGE)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), os.environ["PYTHONPATH"]]))
    done = zoo("unheard")
    assert done.returncode == 0, done.stderr
    kinds = dict(re.findall(r"^unheard unheard\.layers\.(\w+): (exact|varies|unwritten|not built)", done.stdout, re.M))
    assert kinds == {
        "Forwards": "exact",
        "Large": "exact",
        "Layer": "exact",
        "Unbuilt": "not built",
        "Unwritten": "unwritten",
        "Varies": "varies",
    }


def test_unknown_collection() -> None:
    done = zoo("torchvison")
    assert done.returncode == 2
    assert "there is no collection 'torchvison', and no package of that name" in done.stderr
