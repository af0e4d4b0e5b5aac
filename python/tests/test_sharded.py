"""Processes that fill their parts of a network: what they have together is the network of one process, bit for bit."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("torch.distributed.tensor.placement_types")

from sow._record.initializers import VERSION

# Before it trunc_normal_ is by erfinv, within a tolerance; and FSDP2 cut uneven parts of tensor parallel otherwise.
COMPARED: pytest.MarkDecorator = pytest.mark.skipif(VERSION < (2, 12), reason="torch before 2.12")
pytestmark = [COMPARED, pytest.mark.usefixtures("torchrun_works")]

FOLDER = Path(__file__).parent


def torchrun(processes: int, program: str, *arguments: object) -> None:
    """Runs a program of mesh/ by so many processes of this machine."""
    command = [sys.executable, "-m", "mesh.launch", processes, program, *arguments]
    path = os.pathsep.join([str(FOLDER), os.environ.get("PYTHONPATH", "")])
    subprocess.run(
        [str(word) for word in command], env={**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": "1"}, check=True
    )


def reports_of(world: int, folder: Path, *arguments: object) -> list[dict[str, list[str]]]:
    """What each process wrote down: for each case the names that differ."""
    torchrun(world, "worker", folder, *arguments)
    reports: list[dict[str, list[str]]] = [json.loads((folder / f"{rank}.json").read_text()) for rank in range(world)]
    assert [report.keys() for report in reports[1:]] == [reports[0].keys()] * (world - 1)
    return reports


def differing(reports: list[dict[str, list[str]]]) -> dict[str, list[str]]:
    return {f"rank {rank}: {case}": names for rank, one in enumerate(reports) for case, names in one.items() if names}


@pytest.mark.parametrize(("world", "layouts"), [(2, 13), (4, 19), (8, 23)])
def test_all_networks_on_all_layouts(world: int, layouts: int, tmp_path: Path) -> None:
    reports = reports_of(world, tmp_path, 1)
    assert differing(reports) == {}
    # One is drawn for each of the four networks.
    assert len({case.split(", ", 1)[1].rsplit(", torch", 1)[0] for case in reports[0]}) == layouts + 4
    assert len(reports[0]) >= 100


def test_transformers(tmp_path: Path) -> None:
    pytest.importorskip("transformers")
    reports = reports_of(2, tmp_path, 1, "transformers")
    assert differing(reports) == {}
    assert len(reports[0]) == 2 * 4 * 5
