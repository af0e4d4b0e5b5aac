"""Recordings: what a constructor did to its tensors. They are made with torch, and read without it."""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Callable, TypeVar

from sow._call import Path, bytes_of, call, fail, file_bytes, new_options, owned, path_bytes, text_of, torch_side
from sow._errors import InvalidArgumentError
from sow._generator import edition_name
from sow._model import Model, Text
from sow._native import ffi, lib
from sow._plan import Plan, Seed
from sow._tensor import Dtype, dtype_name

if TYPE_CHECKING:
    import torch

    from sow._plan import Filled

    Module = TypeVar("Module", bound=torch.nn.Module)


class Recording(Model):
    """All that a constructor did to the tensors of its model, in its order; it holds no weights and serves every seed.

    Got from ``sow.record(constructor)`` and ``sow.load(path)``. docs/recordings.md has the format.

    Attributes:
        text: the recording as text.
        seed: of the run that was recorded. It matters only where the recording is bound to it.
        edition: the first version of torch with the arithmetic of the one that ran: "2.1", "2.12" or "2.13".
        dtype: the default type of that run, which ``plan(dtype=...)`` replaces.
    """

    def __init__(self, text: str, source: str = "<recording>") -> None:
        encoded = bytes_of(text)
        self.text = text
        about = ffi.new("sow_recording_about *")

        def build(edition: str | None, told: set[str], rules_follow: bool) -> tuple[Any, int]:
            module = owned("sow_module", lib.sow_module_free)
            named = bytes_of(source)
            call(lib.sow_module_parse_recording, encoded, len(encoded), named, module, about, told=told)
            return module, int(about.dtype)

        super().__init__(build, source, (Recording, (text, source)))
        self.seed = int(about.seed)
        self.edition = edition_name(about.edition)
        self.dtype = dtype_name(about.dtype)

    def __repr__(self) -> str:
        name = text_of(lib.sow_module_class(self._module[0]))
        return f"<sow.Recording of {name} by torch {self.edition}, {self.dtype}, seed {self.seed}>"

    def plan(
        self,
        seed: Seed | None = None,
        *,
        rules: Text | Sequence[Text] | None = None,
        dtype: Dtype = None,
        cast: Dtype = None,
        edition: str | None = None,
        keep: Path | None = None,
        allow_unused: bool = False,
        temporaries: bool = False,
    ) -> Plan:
        """What makes each tensor: ``torch.manual_seed(seed)``, the constructor that was recorded, and then the rules.

        Args:
            seed: that of the recording by default; or a sow.Generator, whose state is where the stream begins.
            rules: weights_init as text (docs/rules.md): a str with lines, a path, or a sequence of them; a file of
                Python, "weights_init.py" or "FILE.py:NAME", as ``sow.printed(...).plan`` takes it.
            dtype: what takes the place of the recording's default type, as torch.set_default_dtype before the
                constructor would.
            cast: what is stored, as model.to(cast) after the constructor.
            edition: the version of torch whose arithmetic is followed; that of the recording by default.
            keep: a checkpoint; tensors that no rule makes are copied from it byte for byte.
            allow_unused: takes rules that cover nothing.
            temporaries: buffers that are not persistent are tensors of the plan too; no file holds them.

        Raises:
            InvalidArgumentError: with the tensors that are bound to the recording's seed, for another one.
            UncoveredError: with the tensors whose memory the constructor left unwritten.
            Otherwise as ``sow.printed(...).plan``.
        """
        return self._plan(
            rules,
            allow_unused,
            seed=self.seed if seed is None else seed,
            edition=self.edition if edition is None else edition,
            dtype=dtype,
            cast=cast,
            keep=keep,
            temporaries=temporaries,
        )

    @property
    def bound(self) -> list[str]:
        """Why the recording, or some of its tensors, hold for its own seed only: "randperm at net.py:12"; mostly []."""
        lines = re.finditer(r"^(?:literal \S.* |)bound (\"(?:[^\"\\]|\\.)*\")", self.text, re.MULTILINE)
        return list(dict.fromkeys(json.loads(line[1]) for line in lines))

    def save(self, path: Path, force: bool = False) -> None:
        """Writes the text to a file, which appears when it is complete.

        Raises:
            ExistsError: a FileExistsError, without `force`.
            InputOutputError: an OSError, with the path and the reason.
        """
        options = new_options("sow_checkpoint_options", force=bool(force))
        encoded = bytes_of(self.text)
        call(lib.sow_file_write, path_bytes(path), encoded, len(encoded), options)

    def fill(
        self,
        model: Filled,
        seed: Seed | None = None,
        *,
        rules: Text | Sequence[Text] | None = None,
        dtype: Dtype = None,
        cast: Dtype = None,
        edition: str | None = None,
        threads: int = 0,
        strict: bool = True,
    ) -> Filled:
        """Writes into the tensors of a model that is there what ``plan`` with the same arguments makes; returns it.

        Its buffers that are not persistent are written too. Otherwise as ``sow.Plan.fill``, and as ``plan``; one thread
        at a time may fill a model.
        """
        plan = self.plan(seed, rules=rules, dtype=dtype, cast=cast, edition=edition, temporaries=True)
        plan.fill(model, threads, strict=strict)
        return model


def materialize(
    model: Module,
    recording: Recording,
    device: Any = "cpu",
    *,
    seed: Seed | None = None,
    threads: int = 0,
    strict: bool = True,
) -> Module:
    """What is on torch's meta device gets memory on `device`, and then what the recording makes; returns the model.

        with torch.device("meta"):
            model = Model(config)
        fully_shard(model)
        sow.materialize(model, rec, seed=0)

    Ties stay. Parameters that are elsewhere are filled where they are; buffers that are elsewhere are left alone, so
    ``to_empty`` must not come before. All is checked before anything gets memory. `seed` is the recording's by default,
    `device` what ``torch.device`` takes; `threads` and `strict` are those of ``sow.Plan.fill``.

    Raises:
        As ``sow.Recording.fill``; TypeError for several modules that torch.nn.ModuleDict or ModuleList does not hold.
    """
    if not isinstance(recording, Recording):
        raise TypeError(f"materialize takes a sow.Recording, as sow.load(path) gives, not {type(recording).__name__}")
    plan = recording.plan(seed, temporaries=True)
    torch_side("sow._fill").materialize(model, plan, device, threads, strict)
    return model


def load(path: Path) -> Recording:
    """The recording in a file.

    Raises:
        InputOutputError: an OSError, for a file that cannot be read.
        TextError, UnknownNameError, ShapeError, LimitError: for what breaks a rule of the format, with its line.
        UnsupportedError: for another version of the format.
    """
    text = file_bytes(path)
    try:
        return Recording(text.decode(), os.fsdecode(os.fspath(path)))
    except UnicodeDecodeError:
        raise fail(InvalidArgumentError, f"{os.fspath(path)!r} is no recording: it is not UTF-8") from None


def record(function: Callable[[], Any], *, seed: int = 0) -> Recording:
    """Calls a constructor, and writes down what it did to the tensors of what it returned. No weight is filled.

        rec = sow.record(lambda: torchvision.models.resnet18())

    Whatever the model's size, its weights take no memory. Code that looks at numbers sees those of
    ``torch.manual_seed(seed)``; afterwards torch's default generator is as it was. What no step can say is computed by
    torch, and kept: where random numbers went into that, the recording serves its own seed alone, for these tensors
    or, where Python looked at random numbers, for all. Several threads may record at once, each what it does itself.

    Args:
        function: takes nothing, and returns a module, or a mapping or sequence of modules and tensors. What it leaves
            elsewhere has unwritten memory.
        seed: of this run, as torch.manual_seed takes it.

    Raises:
        UnsupportedError: for what no recording can say, with the line of the code.
        DeviceError: for a tensor on another device than the CPU, torch's "meta" too.
        TypeError: where the function returned no module and no tensor.
        ImportError: where torch is missing, or older than 2.4.

    Warns:
        sow.Warning: where numbers came from Python's or NumPy's random generators.
    """
    return Recording(torch_side("sow._record.record").record_text(function, seed))


def fast(threads: int = 0) -> contextlib.AbstractContextManager[None]:
    """Constructors within are torch's, sooner: the same model, the same bits, the same generator state afterwards.

        with sow.fast():
            model = AutoModelForCausalLM.from_config(config)

    Nothing is filled until the block ends, or until something looks; then all is made at once, by `threads` threads
    (0: all processors). What the block built is filled too where it ends with an exception. Within, tensors' memory is
    to be reached through torch: a pointer to it sees numbers only after the block. Only the thread that entered it is
    followed; another one that draws from torch's default generator meanwhile is an error.

    Raises:
        UnsupportedError: as the block ends, for what it cannot follow, with the line of the code (docs/python.md).
        ImportError: where torch is missing, or older than 2.4.

    Warns:
        sow.Warning: where this build of torch has other numbers than those that sow follows; nothing is changed then.
            Where what was built keeps torch.default_generator, which within the block is another object.
    """
    context: contextlib.AbstractContextManager[None] = torch_side("sow._record.fast").fast(threads)
    return context
