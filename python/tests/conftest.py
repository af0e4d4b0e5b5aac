"""What the tests share: the program, the examples, small models."""

from __future__ import annotations

import os
import subprocess
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

import sow
from sow._record.initializers import VERSION
from sow._record.trial import norm_agrees

NET = """Net(
  (conv): Conv2d(3, 16, kernel_size=(3, 3), stride=(1, 1))
  (norm): BatchNorm2d(16, eps=1e-05, momentum=0.1, affine=True, track_running_stats=True)
  (emb): Embedding(40, 17, padding_idx=3)
  (fc): Linear(in_features=100, out_features=33, bias=True)
)"""

RULES = """apply:
  Linear:
    weight = xavier_normal_()
    bias = constant_(0.5)
named_parameters:
  conv.weight = uniform_(-0.1, 0.1)
"""


@pytest.fixture(scope="session")
def program() -> Callable[..., str]:
    """The program `sow` of the same build: called with its arguments, it returns its standard output."""

    def run(*arguments: object) -> str:
        command = [os.environ["SOW_PROGRAM"], *map(str, arguments)]
        return subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout.decode()

    return run


@pytest.fixture
def net(tmp_path: Path) -> Path:
    """A file with the print of a small model."""
    path = tmp_path / "net.txt"
    path.write_text(NET)
    return path


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    path = tmp_path / "net.rules"
    path.write_text(RULES)
    return path


@pytest.fixture
def norms_are_followed() -> None:
    """Skips where this build of torch sums norms in another order (PyPI's before 2.8)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sow.Warning)
        if not (norm_agrees(torch.float32) and norm_agrees(torch.float64)):
            pytest.skip(f"torch {torch.__version__} sums norms otherwise")


@pytest.fixture(scope="session")
def torchrun_works() -> None:
    """Skips where torch is built without libuv, which its launcher's store takes all the same; Debian's is."""
    try:
        torch.distributed.TCPStore("localhost", 0, None, True, wait_for_workers=False, use_libuv=True)  # type: ignore[attr-defined]
    except RuntimeError as error:
        if "libuv" not in str(error):
            raise
        pytest.skip(f"torch {torch.__version__} is built without libuv")


@pytest.fixture
def sincos_is_followed() -> None:
    """Skips where normals of float64 are by another sincos than the one that sow has written out (docs/fidelity.md)."""
    name, _, version = (os.confstr("CS_GNU_LIBC_VERSION") or "").partition(" ")
    if name == "glibc" and tuple(map(int, version.split("."))) < (2, 36):
        pytest.skip(f"the sincos of glibc {version} is without FMA")


@pytest.fixture
def erfinv_is_near() -> None:
    """Skips where trunc_normal_ goes by an erfinv that loses digits far from the mean (docs/fidelity.md)."""
    if VERSION < (2, 12) and not torch.backends.mkl.is_available():
        pytest.skip(f"torch {torch.__version__} is built without MKL")


@pytest.fixture
def everything_is_sows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small tensors of torch too go through the library, so that calls try it and not torch."""
    monkeypatch.setattr("sow._torch._LEAST", 1)
