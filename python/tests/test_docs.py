"""What the documents show of Python runs, block after block."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import torch
import torch.distributed
import torch.distributed.checkpoint as dcp
from torch import nn

import sow

ROOT = Path(__file__).resolve().parents[2]


def blocks(path: Path) -> list[str]:
    """The blocks of Python that use sow, or follow one that does."""
    found = re.findall(r"^```python\n(.*?)^```$", path.read_text(), re.MULTILINE | re.DOTALL)
    first = next(i for i, block in enumerate(found) if "import sow" in block)
    return found[first:]


@pytest.mark.filterwarnings("ignore:tied tensors are stored once:sow.Warning")
@pytest.mark.parametrize("name", ["README.md", "docs/python.md"])
def test_blocks_run(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for block in blocks(ROOT / name):
        exec(compile(block, name, "exec"), names)
        for call, shown in re.findall(r"^(plan\.\w+\(.*?\)) +# (['\[].*)$", block, re.MULTILINE):
            assert shown.startswith(repr(eval(call, names)))
    assert "sow" in names


class Model(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(10, width)
        self.layers = nn.ModuleList(nn.Linear(width, width) for _ in range(2))
        self.head = nn.Linear(width, 10, bias=False)
        self.head.weight = self.embedding.weight


@pytest.mark.filterwarnings("ignore:tied tensors are stored once:sow.Warning", "ignore::UserWarning:torch")
def test_the_flow_of_a_sharded_model_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The flow, and the seed checkpoint for torch.distributed.checkpoint, in a group of one process."""
    monkeypatch.chdir(tmp_path)
    flow, seed = blocks(ROOT / "docs/sharded.md")[:2]
    torch.distributed.init_process_group("gloo", init_method=f"file://{tmp_path}/group", rank=0, world_size=1)
    try:
        names: dict[str, object] = {"Model": Model, "config": 8}
        exec(compile(flow, "sharded.md", "exec"), names)
        torch.manual_seed(42)
        wanted = Model(8).state_dict()
        recording, filled = names["recording"], names["model"]
        assert isinstance(recording, sow.Recording)
        assert isinstance(filled, Model)
        for name, tensor in filled.state_dict().items():
            assert torch.equal(tensor.full_tensor(), wanted[name])
        names["plan"] = recording.plan(seed=42)
        exec(compile(seed, "sharded.md", "exec"), names)
        loaded = {name: torch.zeros_like(tensor) for name, tensor in wanted.items()}
        dcp.load(loaded, checkpoint_id="seed", no_dist=True)  # type: ignore[attr-defined]
        assert all(torch.equal(loaded[name], wanted[name]) for name in wanted)
    finally:
        torch.distributed.destroy_process_group()
