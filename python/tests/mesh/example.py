"""A program of launch.py: a file as `python FILE ARGUMENTS` runs it.

arguments: FILE ARGUMENTS
"""

from __future__ import annotations

import functools
import importlib
import runpy
import sys
from collections.abc import Callable
from pathlib import Path


def run(file: str, arguments: tuple[str, ...]) -> None:
    sys.argv[:] = [file, *arguments]
    sys.path.insert(0, str(Path(file).parent))
    runpy.run_path(file, run_name="__main__")


def prepare(file: str, *arguments: str) -> Callable[[], None]:
    for name in ("sow._fill", "sow._record.record", "torch.distributed.checkpoint", "torch.distributed.fsdp"):
        importlib.import_module(name)
    return functools.partial(run, file, arguments)
