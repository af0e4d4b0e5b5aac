"""What the documents show of Python runs, block after block."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

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
