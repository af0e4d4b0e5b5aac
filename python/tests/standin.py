"""A reader of recordings in torch alone: until the C replay is here, and an independent look at the format."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

import torch

from sow._record import hooks

_VIEW = re.compile(r"s(\d+)\[([\d, ]*)\](?:\*\[([\d, ]*)\])?(?:\+(\d+))?")


def _ints(text: str) -> list[int]:
    return [int(part) for part in text.split(",") if part.strip()]


class TorchReplay:
    def __init__(self, state: bytes, edition: str, dtype: str) -> None:
        self.generators: dict[int, torch.Generator] = {0: torch.Generator()}
        self.generators[0].set_state(torch.frombuffer(bytearray(state), dtype=torch.uint8))
        self.storages: dict[int, torch.Tensor] = {}
        self.written: set[int] = set()
        self.marks: dict[int, torch.Tensor] = {}
        self.literal: tuple[torch.Tensor, int, list[str]] | None = None
        self.names: dict[str, tuple[str, torch.Tensor]] = {}
        self.bound: list[str] = []

    def feed(self, text: str, threads: int = 0) -> None:
        recorder, hooks._recording.recorder = hooks.current(), None
        try:
            with torch.utils._python_dispatch._disable_current_modes(), torch.no_grad():
                for line in text.splitlines():
                    self._line(line)
                self._end_literal()
        finally:
            hooks._recording.recorder = recorder

    def _view(self, text: str) -> torch.Tensor:
        found = _VIEW.fullmatch(text)
        assert found, text
        shape = _ints(found[2])
        flat = self.storages[int(found[1])]
        offset = int(found[4] or 0)
        if found[3] is not None:
            return flat.as_strided(shape, _ints(found[3]), offset)
        count = 1
        for size in shape:
            count *= size
        return flat[offset : offset + count].view(shape)

    def _end_literal(self) -> None:
        if self.literal is None:
            return
        target, size, lines = self.literal
        data = base64.b64decode("".join(lines))
        assert len(data) == size == target.numel() * target.element_size()
        if data:
            target.copy_(torch.frombuffer(bytearray(data), dtype=target.dtype).view(target.shape))
        self.literal = None

    def _line(self, line: str) -> None:
        if line.startswith("  "):
            assert self.literal is not None
            self.literal[2].append(line.strip())
            return
        self._end_literal()
        kind, _, rest = line.partition(" ")
        if kind == "storage":
            number, dtype, count = rest.split()
            assert int(number) == len(self.storages)
            self.storages[int(number)] = torch.empty(int(count), dtype=getattr(torch, dtype))
        elif kind == "step":
            self._step(rest)
        elif kind == "literal":
            found = re.match(r"(s.*\](?:\+\d+)?) (\d+)( bound .*)?$", rest)
            assert found, rest
            if found[3]:
                self.bound.append(json.loads(found[3][7:]))
            self.literal = (self._view(found[1]), int(found[2]), [])
        elif kind == "seed":
            number, seed = map(int, rest.split())
            self.generators.setdefault(number, torch.Generator()).manual_seed(seed)
        elif kind == "mark":
            mark, number = map(int, rest.split())
            self.marks[mark] = self.generators[number].get_state()
        elif kind == "restore":
            mark, number = map(int, rest.split())
            self.generators.setdefault(number, torch.Generator()).set_state(self.marks[mark])
        elif kind == "skip":
            number, words = map(int, rest.split())
            g = self.generators[number]
            state = g.get_state()
            torch.empty(words, dtype=torch.int32).random_(generator=g)
            after = g.get_state()
            after[5016:] = state[5016:]
            g.set_state(after)
        elif kind in ("parameter", "buffer", "temporary"):
            found = re.match(r'(".*") (s\d.*)$', rest)
            assert found
            self.names[json.loads(found[1])] = (kind, self._view(found[2]))
        elif kind in ("module", "torch", "dtype", "end") or not line:
            pass
        else:
            assert line == "sow recording 1", line

    def _step(self, rest: str) -> None:
        found = re.match(r'(s\S*\[[^\]]*\](?:\*\[[^\]]*\])?(?:\+\d+)?) (\w+)\((.*)\)(?: generator (\d+))?(?: at ".*")?$', rest)
        assert found, rest
        target, call, inner = self._view(found[1]), found[2], found[3]
        generator = self.generators[int(found[4] or 0)]
        args: list[Any] = []
        kwargs: dict[str, Any] = {}
        for part in re.split(r", (?![^\[]*\])", inner) if inner else []:
            key, equals, value = part.partition("=")
            if _VIEW.fullmatch(part):
                args.append(self._view(part))
            elif equals:
                kwargs[key] = eval(value)
            else:
                args.append(eval(part))
        self._call(target, call, args, kwargs, generator)

    def _call(self, target: torch.Tensor, call: str, args: list[Any], kwargs: dict[str, Any], generator: Any) -> None:
        init = torch.nn.init
        if call == "uniform_":
            target.uniform_(kwargs["a"], kwargs["b"], generator=generator)
        elif call in ("normal_", "trunc_normal_", "orthogonal_", "xavier_uniform_", "xavier_normal_", "kaiming_uniform_",
                      "kaiming_normal_"):
            getattr(init, call)(target, *args, **kwargs, generator=generator)
        elif call == "sparse_":
            state = torch.get_rng_state()
            torch.set_rng_state(generator.get_state())
            init.sparse_(target, *args, **kwargs)
            generator.set_state(torch.get_rng_state())
            torch.set_rng_state(state)
        elif call in ("eye_", "dirac_"):
            getattr(init, call)(target, *args, **kwargs)
        elif call == "norm_":
            target.copy_(torch.norm_except_dim(args[0], 2, kwargs["dim"]).view(target.shape))
        else:
            source = args[:1]
            if source and isinstance(source[0], torch.Tensor):
                assert source[0].shape == target.shape, (call, source[0].shape, target.shape)
            getattr(target, call)(*args, **kwargs)

    def run(self, targets: list[tuple[int, int]], threads: int = 0, long: bool = False) -> None:
        import ctypes

        for number, address in targets:
            flat = self.storages[number]
            size = flat.numel() * flat.element_size()
            ctypes.memmove(address, flat.untyped_storage().data_ptr(), size)

    def state(self, generator: int) -> bytes:
        return bytes(self.generators[generator].get_state().numpy().data)


def build(text: str, seed: int) -> TorchReplay:
    generator = torch.Generator().manual_seed(seed)
    replay = TorchReplay(bytes(generator.get_state().numpy().data), "", "")
    replay.feed("\n".join(line for line in text.splitlines() if not re.match(r"seed \d+$", line)))
    return replay
