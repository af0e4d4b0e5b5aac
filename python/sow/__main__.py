"""python -m sow: the program, and `record`, which takes Python."""

from __future__ import annotations

from sow._program import main

main()
