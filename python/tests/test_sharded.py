"""Processes that fill their parts of a model: what they have together is the model of one process, bit for bit."""

from __future__ import annotations

from pathlib import Path

import pytest
from torch.multiprocessing.spawn import spawn

pytest.importorskip("torch.distributed.tensor")

from models import sharded


@pytest.mark.parametrize("world", [2])
def test_every_model_on_every_placement(world: int, tmp_path: Path) -> None:
    spawn(sharded.run, (world, str(tmp_path / "store")), nprocs=world)
