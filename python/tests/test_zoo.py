"""./dev zoo's script: a model of transformers by it, without what the environment of ./dev zoo lacks."""

from __future__ import annotations

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


def test_unknown_collection() -> None:
    done = zoo("torchvison")
    assert done.returncode == 2
    assert "there is no collection 'torchvison'" in done.stderr
