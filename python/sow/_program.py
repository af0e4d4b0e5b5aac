"""The command `sow` of the package: the program that lies beside the extension."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

from sow import _native


def main() -> NoReturn:
    """Becomes the program."""
    program = os.path.join(os.path.dirname(os.path.abspath(_native.__file__)), "bin", "sow")
    os.execv(program, ["sow", *sys.argv[1:]])
