"""Processes that fill their parts of a network: what they have together is the network of one process, bit for bit."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("torch.distributed.tensor")

FOLDER = Path(__file__).parent


def torchrun(processes: int, *arguments: object) -> None:
    """Runs a program by so many processes of this machine."""
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", processes, *arguments]
    path = os.pathsep.join([str(FOLDER), os.environ.get("PYTHONPATH", "")])
    subprocess.run(
        [str(word) for word in command], env={**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": "1"}, check=True
    )


@pytest.mark.parametrize("world", [2, 4, 8])
def test_all_networks_on_all_layouts(world: int, tmp_path: Path) -> None:
    torchrun(world, FOLDER / "mesh" / "worker.py", tmp_path, 3)
    reports = [json.loads((tmp_path / f"{rank}.json").read_text()) for rank in range(world)]
    assert [report.keys() for report in reports[1:]] == [reports[0].keys()] * (world - 1)
    for rank, report in enumerate(reports):
        assert {case: found for case, found in report.items() if found} == {}, f"rank {rank} of {world}"
    layouts = {case.split(", ", 1)[1].rsplit(", torch", 1)[0] for case in reports[0]}
    assert len(layouts) >= {2: 12, 4: 18, 8: 22}[world] + 12
    assert len(reports[0]) >= 2 * 4 * 15
