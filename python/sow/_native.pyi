"""The extension: cffi makes it from the C headers, whose comments say what each call does. See make_native.py."""

from typing import Any

ffi: Any
lib: Any
