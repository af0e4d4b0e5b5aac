"""The command `sow` of the package: the program that lies beside the extension; `sow record` alone is Python."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

from sow import _native


def main() -> NoReturn:
    """Becomes the program."""
    if sys.argv[1:2] == ["record"]:
        from sow import _record_program

        sys.exit(_record_program.main(sys.argv[2:]))
    program = os.path.join(os.path.dirname(os.path.abspath(_native.__file__)), "bin", "sow")
    os.execv(program, ["sow", *sys.argv[1:]])
