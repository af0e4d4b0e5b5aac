"""Runs a program as `python PROGRAM ARGUMENTS` would, and leaves without Python's finalisation.

A group that something still holds at the end, as a DeviceMesh does even after destroy_process_group(), has threads
that may only then let go of their last tensor; taking the interpreter's lock during finalisation unwinds such a thread
and aborts the process ("terminate called without an active exception", seen with torch 2.13.0 and 2.14.1, without sow;
pytorch/pytorch#190489). What the program itself raises ends it as ever.
"""

from __future__ import annotations

import os
import runpy
import sys
from pathlib import Path

if __name__ == "__main__":
    del sys.argv[0]
    sys.path[0] = str(Path(sys.argv[0]).parent)
    runpy.run_path(sys.argv[0], run_name="__main__")
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
