"""The program, started several times by a launcher: sow init --slice auto."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("torch.distributed.run")


@pytest.mark.usefixtures("torchrun_works")
def test_torchrun_starts_processes_that_write_the_file_of_one(net: Path, tmp_path: Path) -> None:
    program = os.environ["SOW_PROGRAM"]
    one, many = tmp_path / "one.safetensors", tmp_path / "many.safetensors"
    subprocess.run([program, "init", net, "--seed", "5", "-q", "-o", one], check=True)
    launcher = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "4", "--no-python"]
    command = [*launcher, program, "init", str(net), "--seed", "5", "--slice", "auto", "-o", str(many)]
    done = subprocess.run(command, stderr=subprocess.PIPE, check=True, text=True)
    assert many.read_bytes() == one.read_bytes()
    told = [line for line in done.stderr.splitlines() if line.startswith(str(many))]
    assert any("tensors" in line for line in told)
    assert [line for line in told if "tensors" not in line and ": part 1 of 4 is done" not in line] == []
