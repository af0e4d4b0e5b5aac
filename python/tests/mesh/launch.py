"""torchrun, whose processes are forked from one that has imported what all of them need: that takes longer than most.

usage: launch.py PROCESSES PROGRAM ARGUMENTS: `prepare` of this folder's module PROGRAM takes the ARGUMENTS before the
fork, and returns what each process calls

Forks leave without Python's finalisation. A group that something still holds at the end, as a DeviceMesh does even
after destroy_process_group(), has threads that may only then let go of their last tensor; taking the interpreter's lock
during finalisation unwinds such a thread and aborts the process ("terminate called without an active exception", seen
with torch 2.13.0 and 2.14.1, without sow; pytorch/pytorch#190489).
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable

from torch.distributed.launcher.api import LaunchConfig, elastic_launch


def run(work: Callable[[], None]) -> None:
    work()


if __name__ == "__main__":
    processes, program, *arguments = sys.argv[1:]
    work = importlib.import_module(f"mesh.{program}").prepare(*arguments)
    config = LaunchConfig(1, 1, int(processes), rdzv_backend="c10d", rdzv_endpoint="localhost:0", start_method="fork")
    config.run_id, config.max_restarts = "here", 0
    elastic_launch(config, run)(work)
