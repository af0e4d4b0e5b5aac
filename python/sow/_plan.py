"""Plans: what makes each tensor, and the tensors. Every call of sow/plan.h is here; files are _write.py's."""

from __future__ import annotations

import copy
import html
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, Union

from sow import _block
from sow._call import Path, call, fail, new_options, owned, path_bytes, taken_string, taken_text, text_of, torch_side
from sow._errors import InvalidArgumentError, UnknownNameError
from sow._generator import Generator, edition_code, edition_name, seed_number, state_of
from sow._native import ffi, lib
from sow._tensor import Bfloat16Array, Dtype, as_array, dtype_code, dtype_name, empty, place
from sow._write import Progress, Slice, finish_plan, write_plan

if TYPE_CHECKING:
    import torch

    from sow._tensor import Array

    # Of modules and tensors.
    Filled = TypeVar("Filled", bound=Union[torch.nn.Module, Mapping[str, Any], Sequence[Any]])

Seed = Union[int, Generator]

# Bytes of a tensor that are made between two looks for Ctrl-C. A jump in the stream, which a piece begins with, takes
# some 0.5 ms; a piece takes 10 to 100.
_PIECE = 64 << 20

_HTML_ROWS = 60


class _Origin(NamedTuple):
    """What a plan was made of, so that it can be made again a little otherwise."""

    module: Any  # the cell of a sow_module
    options: Any  # sow_plan_options
    owners: tuple[Any, ...]  # of what the options point to; what is kept is read from one of them
    told: set[str] | None


def new_plan(
    module: Any,
    told: set[str] | None = None,
    *,
    seed: Seed = 0,
    edition: str | None = None,
    dtype: Dtype = None,
    cast: Dtype = None,
    keep: Path | None = None,
    drawn: int | None = None,
    temporaries: bool = False,
) -> Plan:
    """The plan of a sow_module's cell. `drawn` is the type where `dtype` is None; warnings as call() has it."""
    options = ffi.new("sow_plan_options *", lib.sow_plan_defaults())
    owners: list[Any] = []
    if isinstance(seed, Generator):
        owners.append(copy.copy(seed))  # the caller's goes on
        options.generator = owners[-1]._pointer
    else:
        options.seed = seed_number(seed)
    options.edition = edition_code(edition)
    if dtype is not None:
        options.dtype = dtype_code(dtype)
    elif drawn is not None:
        options.dtype = drawn
    options.cast = options.dtype if cast is None else dtype_code(cast)
    options.temporaries = temporaries
    if keep is not None:
        owners.append(owned("sow_archive", lib.sow_archive_free))
        call(lib.sow_archive_open, path_bytes(keep), owners[-1], told=told)
        options.keep = owners[-1][0]
    return _plan_of(_Origin(module, options, tuple(owners), told))


def _plan_of(origin: _Origin) -> Plan:
    plan = owned("sow_plan", lib.sow_plan_free)
    call(lib.sow_plan_new, origin.module[0], origin.options, plan, told=origin.told)
    return Plan(plan, origin)


class Plan(Mapping[str, "Array"]):
    """For every tensor of a model what makes it, from where in the random stream; and the tensors, made when asked for.

    A plan is a mapping from the names of state_dict, in its order, to arrays. It never changes, and holds no weights:
    ``plan[name]`` makes the tensor anew each time. All of it may be used by several threads at once, and after a fork.

    Got from ``sow.printed(text).plan(seed)``, ``sow.shapes(text).plan(rules=...)`` and their like.
    """

    __hash__ = object.__hash__

    def __init__(self, cell: Any, origin: _Origin) -> None:
        self._cell = cell
        self._origin = origin
        self._names = [text_of(self._entry(index).name) for index in range(lib.sow_plan_count(cell[0]))]
        self._index = {name: index for index, name in enumerate(self._names)}

    def __reduce__(self) -> Any:
        raise TypeError("a plan is not pickled: pickle the model or recording that it was made of, and its seed")

    def _again(self, *, cast: int | None = None, temporaries: bool | None = None) -> Plan:
        """The same plan with another cast, or with buffers that are not persistent."""
        options = ffi.new("sow_plan_options *", self._origin.options[0])
        options.cast = options.cast if cast is None else cast
        options.temporaries = options.temporaries if temporaries is None else temporaries
        return _plan_of(self._origin._replace(options=options))

    # ---- what it is ----

    def _entry(self, index: int) -> Any:
        entry = ffi.new("sow_plan_entry *")
        lib.sow_plan_get(self._cell[0], index, entry)
        return entry

    def _find(self, name: str) -> int:
        index = self._index.get(name)
        if index is None:
            raise fail(UnknownNameError, f"the plan has no tensor {name!r}")
        return index

    def names(self) -> list[str]:
        """The names, in the order of state_dict."""
        return list(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __contains__(self, name: object) -> bool:
        return name in self._index

    def __eq__(self, other: object) -> bool:
        # Mapping's would make every tensor of both.
        return self is other

    def shape(self, name: str) -> tuple[int, ...]:
        """The sizes of a tensor. KeyError (UnknownNameError) for no tensor of the plan, as everywhere below."""
        entry = self._entry(self._find(name))
        return tuple(entry.shape[0 : entry.ndim])

    def dtype(self, name: str) -> str:
        """The type that the tensor has, by torch's name without its prefix: "float32", "bfloat16", "int64"."""
        return dtype_name(self._entry(self._find(name)).dtype)

    def rule(self, name: str) -> str:
        """What asked for it: "default Conv3d", "weights_init.rules:4", "kept"."""
        return text_of(self._entry(self._find(name)).rule)

    def tied_to(self, name: str) -> str | None:
        """The first name of the same tensor, of those in a file if any is; None for that one itself."""
        first = self._entry(self._find(name)).tied_to
        return None if first == ffi.NULL else text_of(first)

    def steps(self, name: str) -> list[str]:
        """What makes it, step by step: ["normal_(mean=0.0, std=1.0)", "[3] zero_()"]; [] for a tensor that is kept."""
        index = self._find(name)
        entry = self._entry(index)
        count = 0 if entry.kept else entry.step_count
        return [taken_string(lib.sow_plan_step_print, self._cell[0], index, step) for step in range(count)]

    def line(self, name: str) -> str:
        """The steps as one line, which is the column "initialiser" of `sow plan`; "-" for a tensor that is kept."""
        return taken_string(lib.sow_plan_line, self._cell[0], self._find(name))

    def _settings(self) -> Any:
        settings = new_options("sow_plan_options")
        call(lib.sow_plan_settings, self._cell[0], settings)
        return settings

    @property
    def seed(self) -> int:
        """The seed, from 0 to 2^64-1."""
        return int(self._settings().seed)

    @property
    def edition(self) -> str:
        """The first version of torch with this arithmetic: "1.13", "2.0", "2.1", "2.12" or "2.13"."""
        return edition_name(self._settings().edition)

    @property
    def nbytes(self) -> int:
        """Bytes of all tensors, ties counted once."""
        return int(lib.sow_plan_bytes(self._cell[0]))

    @property
    def words(self) -> int:
        """Words of the random stream that building and initialising the model takes."""
        return int(lib.sow_plan_draws(self._cell[0]))

    def generator(self) -> Generator:
        """The generator as torch's is after building and initialising the model."""
        made = Generator(0, self.edition)
        made.set_state(self.generator_state())
        return made

    def generator_state(self) -> bytes:
        """Its 5,056 bytes, as ``torch.get_rng_state()`` then has them."""
        after = owned("sow_generator", lib.sow_generator_free)
        call(lib.sow_plan_generator, self._cell[0], after)
        return state_of(after[0])

    def table(self) -> str:
        """The plan as `sow plan` prints it, the same on every machine."""
        return taken_text(lib.sow_plan_print, self._cell[0], lib.SOW_PLAN_TABLE)

    def json(self) -> str:
        """The plan as `sow plan --format json` prints it."""
        return taken_text(lib.sow_plan_print, self._cell[0], lib.SOW_PLAN_JSON)

    def shape_list(self) -> str:
        """The tensors as `sow plan --format shapes` prints them, which ``sow.shapes`` reads."""
        return taken_text(lib.sow_plan_print, self._cell[0], lib.SOW_PLAN_SHAPES)

    def _summary(self) -> str:
        # The last line of the table, which has all settings.
        return self.table().rstrip("\n").rpartition("\n")[2]

    def __repr__(self) -> str:
        return f"<sow.Plan: {self._summary()}>"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{html.escape(name)}</td><td>{self.dtype(name)}</td><td>{list(self.shape(name))}</td>"
            f"<td>{html.escape(self.line(name))}</td><td>{html.escape(self.rule(name))}</td></tr>"
            for name in self._names[:_HTML_ROWS]
        )
        more = len(self) - _HTML_ROWS
        left_out = f"<tr><td colspan=5>and {more} more</td></tr>" if more > 0 else ""
        return (
            "<table><tr><th>name</th><th>dtype</th><th>shape</th><th>initialiser</th><th>rule</th></tr>"
            f"{rows}{left_out}</table>{html.escape(self._summary())}"
        )

    # ---- its tensors ----

    def __getitem__(self, name: str) -> Array:
        """The tensor, made now: NumPy's array, or a Bfloat16Array, of ``plan.shape(name)``.

        Raises:
            UnknownNameError: a KeyError, for no tensor of the plan.
            MemoryError: where memory is short.
            InputOutputError: where the checkpoint that it is kept from cannot be read.
        """
        index = self._find(name)
        return self._make(index, 0, self._entry(index).count, self.shape(name), 0)

    def range(self, name: str, begin: int, end: int, threads: int = 0) -> Array:
        """Elements `begin` to `end` of the tensor, row-major, without making the others: an array of one dimension.

        Rows r0 to r1 of a matrix of c columns are the range from r0*c to r1*c. Of `threads` 0 is all processors.

        Raises:
            InvalidArgumentError: for a range outside the tensor; otherwise as ``plan[name]``.
        """
        index = self._find(name)
        count = self._entry(index).count
        if not 0 <= begin <= end <= count:
            raise fail(InvalidArgumentError, f"{name} has {count} elements: it has no range from {begin} to {end}")
        return self._make(index, begin, end, (end - begin,), threads)

    def block(self, name: str, index: Any, out: Any = None, threads: int = 0) -> Any:
        """``plan[name][index]``, without making the rest: a part of a tensor, whatever dimensions are cut.

            jax.make_array_from_callback(shape, sharding, lambda index: plan.block(name, index))

        What lies between the rows of a block is passed over in the stream, at a fraction of what making it takes.

        Args:
            index: as NumPy and JAX write it: integers, slices of step 1, ``...`` and None, one or a tuple of them.
            out: what to write into: NumPy's array, a Bfloat16Array, or torch's tensor on the CPU, of the block's shape
                and the tensor's type, with any strides.
            threads: 0 for all processors.

        Returns:
            `out`, or a new array.

        Raises:
            IndexError: for an index outside the tensor.
            InvalidArgumentError: for an index that selects no block: other steps, arrays.
            ShapeError, DtypeError, LayoutError, DeviceError: for an `out` that cannot take it.
            Otherwise as ``plan[name]``.
        """
        number = self._find(name)
        code = self._entry(number).dtype
        selection = _block.select(index, self.shape(name), name)
        made = as_array(code, empty(code, selection.shape)) if out is None else out
        address, given = place(made, code, selection.shape)
        if min(given, default=0) < 0:  # the library goes forward only
            array = made.bits if isinstance(made, Bfloat16Array) else made
            fresh = self.block(name, index, threads=threads)
            array[...] = fresh.bits.view(array.dtype) if isinstance(fresh, Bfloat16Array) else fresh
            return made
        # An integer leaves one element of its dimension, and so no stride.
        strides = tuple(1 if at is None else given[at] for at in selection.kept)
        _block.run(self._cell, [_block.Placed(number, selection.block, address, strides)], threads)
        return made

    def fill(self, model: Filled, threads: int = 0, *, strict: bool = True) -> Filled:
        """Writes the tensors into those of a model that is there, and returns it.

        The model is a module, or a mapping or sequence of modules and tensors, such as a state_dict.
        Of a DTensor each process writes the part that it has, and nothing is sent: fully_shard, tensor parallel and
        any mesh give the bits of the whole (docs/sharded.md). So do FSDP1 and DeepSpeed's ZeRO-3, before
        ``deepspeed.initialize``. Tensors of another floating type get what ``.to`` makes.
        Every tensor of the model is written, buffers that are not persistent too; with ``strict=False`` it may have
        fewer than the plan, as a stage of a pipeline has. What FSDP has gathered is resharded first. Names are the
        plan's, or those of torch.compile's, checkpoint_wrapper's and DistributedDataParallel's wrappers. torch's
        generators stay as they are. All is checked before anything is written.

        Raises:
            UncoveredError: for a tensor that the plan does not make.
            ShapeError, DtypeError: for a tensor of another shape, or of integers for floats.
            DeviceError: for one that is still on meta.
            UnsupportedError: for a placement such as Partial, and for memory that sow does not know.
            InvalidArgumentError: for one tensor that is two in the plan, and for what the model lacks where ``strict``.
            Otherwise as ``plan[name]``; ImportError without torch.
        """
        torch_side("sow._fill").fill(self, model, threads, strict)
        return model

    def _make(self, index: int, begin: int, end: int, shape: tuple[int, ...], threads: int) -> Array:
        entry = self._entry(index)
        memory = empty(entry.dtype, shape)
        address, size = memory.ctypes.data, memory.itemsize
        piece = max(_PIECE // size // entry.grain, 1) * entry.grain
        at = begin
        while at < end:
            # Pieces end where elements can be made alone; Ctrl-C is obeyed between them.
            after = min(at + piece - at % entry.grain, end)
            out = ffi.cast("void *", address + (at - begin) * size)
            call(lib.sow_plan_run, self._cell[0], index, at, after, threads, out)
            at = after
        return as_array(entry.dtype, memory)

    # ---- files ----

    def write(
        self,
        path: Path,
        slice: Slice | None = None,
        shard_size: int | str | None = None,
        threads: int = 0,
        progress: Progress | None = None,
        force: bool = False,
        metadata: Mapping[str, str] | None = None,
    ) -> int:
        """Writes the tensors as .safetensors, byte for byte as safetensors.torch.save_file does.

        The file appears when it is complete, and its bytes depend on neither threads nor slices; memory stays flat. A
        tied tensor is stored once, under its first name, with a warning. Ctrl-C, and an exception of `progress`, stop
        at once and leave nothing; the last call of `progress` comes when the file is there, and what it raises leaves
        the file.

        Args:
            path: the file.
            slice: part ``(i, n)`` of the file, i from 0 to n-1, or ``"I/N"`` with I from 1 to N as the program takes
                it. Parts may be written by any processes; the one that finds all of them done completes the file. A
                part that was stopped is written again by calling again.
            shard_size: cuts into files of at most this many bytes with an index, as huggingface_hub does;
                ``"5GB"`` and ``"500MB"`` are decimal.
            threads: 0 for all processors.
            progress: called as ``progress(done, total)``, in bytes, some times a second on the calling thread; once
                more, when the file is there, unless it was a part.
            force: replaces what exists.
            metadata: entries of the file's metadata, beside ``"format": "pt"``.

        Returns:
            How many parts are still missing; 0 when the file is complete.

        Raises:
            ExistsError: a FileExistsError, without `force`.
            InputOutputError: an OSError, with the path and the reason.
            InvalidArgumentError: for a part that there is not, or a size that is none.
        """
        options = (threads, progress, force, metadata)
        missing = write_plan(self._cell[0], path, slice, shard_size, *options)
        if progress is not None and slice is None:
            progress(self.nbytes, self.nbytes)
        return missing

    def finish(
        self,
        path: Path,
        threads: int = 0,
        progress: Progress | None = None,
        force: bool = False,
        metadata: Mapping[str, str] | None = None,
    ) -> None:
        """Completes a file whose parts are all done, where the last call of ``write`` was killed before it could.

        Raises:
            IncompleteError: with the parts that are missing; otherwise as ``write``.
        """
        finish_plan(self._cell[0], path, threads, progress, force, metadata)
