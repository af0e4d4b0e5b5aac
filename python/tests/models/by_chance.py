"""Constructors that chance puts together of what people do to tensors: made, seen otherwise, changed, mixed."""

from __future__ import annotations

import copy  # noqa: F401, in an expression
import random
from collections.abc import Callable
from typing import Any

import torch
from torch import nn

T = torch.Tensor
Chance = random.Random

# Expressions: c is chance, t a tensor, o another one. What torch refuses is passed over, as people do with try.
NEW = """
torch.empty(shape(c), dtype=dtype(c)).normal_(number(c), abs(number(c)))
torch.empty(shape(c), dtype=dtype(c)).uniform_(-1, 2)
torch.randn(shape(c))
torch.rand(shape(c), dtype=dtype(c))
torch.zeros(shape(c), dtype=dtype(c))
torch.full(shape(c), number(c), dtype=dtype(c))
torch.ones(shape(c))
torch.eye(c.randint(1, 6))
torch.arange(c.randint(1, 40))
torch.linspace(0, 1, c.randint(1, 20))
torch.randn(shape(c), dtype=torch.complex64)
torch.randn(shape(c), generator=torch.Generator().manual_seed(c.randint(0, 9)))
nn.init.trunc_normal_(torch.empty(shape(c)), std=0.02)
nn.init.trunc_normal_(torch.empty(shape(c)), a=-0.5, b=0.5)
nn.init.xavier_uniform_(torch.empty(4, c.randint(1, 9)))
nn.init.kaiming_normal_(torch.empty(c.randint(1, 9), 3, 2, 2))
nn.init.sparse_(torch.empty(c.randint(2, 9), 4), 0.3)
nn.Linear(c.randint(1, 9), c.randint(1, 5)).weight
nn.Conv2d(4, 6, 3, groups=2).weight
nn.Embedding(7, 3, padding_idx=c.choice((None, 0, 3))).weight
nn.LSTM(3, 4, bidirectional=c.choice((True, False))).weight_hh_l0
nn.MultiheadAttention(8, 2).in_proj_weight
nn.BatchNorm2d(5).weight
"""
VIEWS = """
t[c.randrange(t.shape[0]) :]
t[:, :: c.randint(1, 2)]
t[..., c.randrange(t.shape[-1])]
t.select(0, c.randrange(t.shape[0]))
t.t()
t.transpose(0, 2)
t.flatten()
t.reshape(-1, 1)
t.unsqueeze(0)
t.squeeze()
t.chunk(2)[0]
t.split(1, dim=-1)[0]
t.permute(tuple(reversed(range(t.dim()))))
t.diagonal()
t.detach()
t.data
t.unfold(-1, 1, 2)
t.view(t.shape)
t.narrow(0, 0, 1)
torch.view_as_real(t)
t.real
t[None, ...]
t.movedim(0, -1)
t.as_strided((t.numel() // 2,), (1,))
t.unbind(0)[0]
t.tensor_split(3)[0]
"""
CHANGES = """
t.mul_(number(c))
t.mul_(o)
t.add_(number(c))
t.add_(o, alpha=c.choice((1, 2)))
t.sub_(o)
t.div_(c.choice((2, 3.0, 0.1)))
t.copy_(o)
t.zero_()
t.fill_(number(c))
t.fill_(o.flatten()[0])
t.clamp_(-0.5, 0.5)
t.clamp_(min=0)
t.fmod_(0.5)
t.neg_()
t.abs_()
t.pow_(2)
t.normal_()
t.normal_(0.5, 2)
t.normal_(generator=torch.Generator().manual_seed(3))
t.uniform_()
nn.init.normal_(t, std=0.1)
nn.init.trunc_normal_(t)
nn.init.kaiming_uniform_(t, a=5**0.5)
nn.init.xavier_normal_(t)
nn.init.constant_(t, 3)
t.fill_diagonal_(1)
t.transpose_(0, 1)
t.set_(o)
nn.utils.vector_to_parameters(torch.randn(t.numel()), [t])
t.__setitem__(c.randrange(t.shape[0]), c.choice((0, 1.5, o.flatten()[0])))
"""
MIXED = """
t.clone()
t.to(dtype(c))
t.half().float()
t.contiguous()
copy.deepcopy(t.detach())
nn.Parameter(t).data
-t
t * 0.5
1 - t
2 / (t + 4)
t / 3
t + o
t * o
torch.cat([t, t])
torch.cat([t.flatten(), o.flatten()])
torch.stack([t, t * 2])
t.repeat(2, *[1] * (t.dim() - 1))
t.expand(3, *t.shape).clone()
t.tile(2)
torch.zeros_like(t)
torch.full_like(t, 2)
torch.randn_like(t)
torch.empty_like(t).normal_()
t.new_empty(t.shape).uniform_()
torch.norm_except_dim(t, 2, 0)
torch.view_as_complex(torch.stack([t, t], -1))
"""
STREAMS = """
torch.manual_seed(c.randint(0, 5))
torch.randn(c.randint(1, 40))
torch.rand(())
forked()
turned_back()
"""
# What binds a recording to its seed, where it reads numbers that were drawn.
BINDING = """
torch.randperm(c.randint(1, 20))
torch.randint(0, 9, shape(c))
torch.bernoulli(torch.full(shape(c), 0.5))
torch.empty(shape(c)).exponential_()
torch.empty(shape(c)).cauchy_()
nn.functional.dropout(torch.ones(shape(c)), 0.3)
t.tanh_()
t.bernoulli_(0.5)
t.random_()
t.lerp_(o, 0.5)
t.addcmul_(t, t, value=0.5)
t.index_fill_(0, torch.tensor([0]), 0.5)
t.__setitem__(torch.tensor([0]), 0.25)
t.log_normal_()
t.masked_fill_(torch.ones_like(t, dtype=torch.bool), 2)
torch.tril(t)
t.flip(0)
t.roll(1)
t.sum(0)
t.mean() + t * 0
t.norm(dim=-1, keepdim=True)
t.round()
torch.sigmoid(t)
torch.outer(t.flatten()[:3], o.flatten()[:2])
t.index_select(0, torch.tensor([0, 0]))
t.repeat_interleave(2, 0)
nn.functional.pad(t, (1, 0))
torch.where(torch.ones(t.shape, dtype=torch.bool), t, t)
"""


def shape(chance: Chance) -> tuple[int, ...]:
    return tuple(chance.choice((1, 2, 3, 4, 5, 8, 17)) for _ in range(chance.choice((1, 2, 2, 2, 3, 4))))


def dtype(chance: Chance) -> torch.dtype:
    return chance.choice((torch.float32, torch.float32, torch.float32, torch.float64, torch.bfloat16, torch.float16))


def number(chance: Chance) -> float:
    return chance.choice((0.0, 1.0, -1.0, 0.5, 0.02, 3, -0.1, 1e-5, 7.25, True))


def forked() -> None:
    with torch.random.fork_rng():
        torch.randn(3)


def turned_back() -> None:
    state = torch.get_rng_state()
    torch.rand(5)
    torch.set_rng_state(state)


def compiled(texts: str, names: str, scope: dict[str, Any]) -> list[Callable[..., Any]]:
    return [eval(f"lambda {names}: {text}", scope) for text in texts.strip().splitlines()]


class ByChance(nn.Module):
    """The same steps for the same number, whatever torch draws."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.chance = random.Random(number)
        self.pool: list[T] = []
        tables = [VIEWS, CHANGES, CHANGES, MIXED] + [BINDING] * (number % 5 == 0)
        self.tables = [compiled(table, "c, t, o", globals()) for table in tables]
        self.new, self.streams = (compiled(table, "c", globals()) for table in (NEW, STREAMS))
        with torch.no_grad():
            for _ in range(5 + number % 40):
                self.step()
        for i, tensor in enumerate(self.chance.sample(self.pool, min(len(self.pool), 6))):
            kept = tensor.detach() if self.chance.random() < 0.8 else tensor.detach().clone()
            if kept.is_floating_point() and self.chance.random() < 0.7:
                self.register_parameter(f"p{i}", nn.Parameter(kept))
            else:
                self.register_buffer(f"b{i}", kept)

    def step(self) -> None:
        chance = self.chance
        kind = chance.random()
        if not self.pool or kind < 0.25:
            self.keep(chance.choice(self.new)(chance))
        elif kind > 0.96:
            chance.choice(self.streams)(chance)
        else:
            self.work(chance.choice(self.tables), chance.choice(self.pool), chance.choice(self.pool))

    def work(self, table: list[Callable[..., Any]], tensor: T, other: T) -> None:
        chance = self.chance
        try:
            if chance.random() < 0.3:
                tensor = chance.choice(self.tables[0])(chance, tensor, None)
            made = chance.choice(table)(chance, tensor, other)
        except (RuntimeError, IndexError, ValueError, TypeError, ZeroDivisionError):
            return
        if made is not tensor:
            self.keep(made)

    def keep(self, made: Any) -> None:
        if isinstance(made, T) and made.numel() < 5000:
            self.pool.append(made)
