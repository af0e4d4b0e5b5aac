"""The recorder: what a constructor does to tensors becomes steps (docs/recordings.md).

In reading order: tape.py has the steps and lines.py their text; follow.py asks the C library what they make.
recorder.py writes steps, and keeps a track (track.py) of each tensor's memory. memory.py has torch's types and memory,
layout.py the strides of results, overlap.py which tensors share elements. dispatch.py watches torch's operations:
draws.py, elementwise.py, copies.py and factories.py make steps of them, or torch carries them out. initializers.py has
the steps that are functions of torch.nn.init, generators.py torch's generators meanwhile, hooks.py what else is changed
and put back, source.py the line of code, names.py what the constructor returned. record.py and fast.py are what users
call.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sow._record.recorder import Recorder


def current_recorder() -> Recorder | None:
    """That of this thread; None where nobody records here, or has recorded in this process."""
    hooks = sys.modules.get("sow._record.hooks")
    return None if hooks is None else hooks.current()
