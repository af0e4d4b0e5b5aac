"""Models that chance puts together of layers and what people do to them: they cast, tie, wrap, copy and draw again."""

from __future__ import annotations

import copy  # noqa: F401, these are in expressions
import math  # noqa: F401
import random

import torch
from torch import nn
from torch.nn.utils import parametrizations, parametrize, prune  # noqa: F401

from models.by_chance import Chance, compiled

# Expressions: c is chance, m a module, o another one. What torch refuses is passed over, as people do with try.
NEW = """
nn.Linear(4, 6)
nn.Linear(6, 4, bias=False)
nn.Linear(5, 5, dtype=torch.bfloat16)
nn.Conv1d(4, 6, 3, groups=2)
nn.Conv2d(3, 8, 3)
nn.ConvTranspose2d(3, 8, 2)
nn.Conv3d(2, 3, 2, bias=False)
nn.Embedding(9, 4, padding_idx=c.choice((None, 0, -1)))
nn.EmbeddingBag(9, 4)
nn.LayerNorm(6)
nn.BatchNorm1d(4)
nn.GroupNorm(2, 4)
nn.RMSNorm(4)
nn.LSTM(3, 4, 2, bidirectional=True, proj_size=c.choice((0, 2)))
nn.GRU(3, 4)
nn.RNNCell(3, 4)
nn.MultiheadAttention(8, 2, kdim=c.choice((None, 4)), vdim=c.choice((None, 4)))
nn.TransformerEncoderLayer(8, 2, 16)
nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 16), 2)
nn.Transformer(8, 2, 1, 1, 16)
nn.Bilinear(3, 4, 5)
nn.PReLU(4)
nn.AdaptiveLogSoftmaxWithLoss(8, 20, [5, 10])
nn.ParameterList([torch.randn(3), nn.Parameter(torch.zeros(2))])
nn.Sequential(nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 4))
nn.utils.skip_init(nn.Linear, 4, 4).requires_grad_(False).apply(lambda m: m.reset_parameters())
lazy(c)
nn.Linear(4, 6, device='meta').to_empty(device='cpu').apply(uniform)
"""
ACTIONS = """
m.apply(xavier)
m.apply(small)
m.half()
m.double()
m.to(torch.bfloat16)
m.float()
m.requires_grad_(False)
m.train(False)
m.zero_grad()
copy.deepcopy(m)
copy.copy(m)
nn.Sequential(m, o)
nn.ModuleList([m, m, o])
nn.ModuleDict({'a': m, 'b': o})
nn.utils.weight_norm(m)
parametrizations.weight_norm(m)
parametrizations.spectral_norm(m)
parametrizations.orthogonal(m)
nn.utils.spectral_norm(m)
prune.random_unstructured(m, 'weight', amount=0.3)
prune.identity(m, 'weight')
prune.l1_unstructured(m, 'weight', amount=2)
nn.utils.remove_weight_norm(m)
parametrize.remove_parametrizations(m, 'weight')
m.load_state_dict(type(m)(4, 6).state_dict())
m.load_state_dict(o.state_dict(), strict=False)
m.reset_parameters()
setattr(m, 'weight', o.weight)
setattr(m, 'bias', None)
m.weight.data.mul_(0.5)
m.weight.data.copy_(o.weight.data)
setattr(m.weight, 'data', torch.randn_like(m.weight))
setattr(m, 'weight', nn.Parameter(m.weight.data.t().contiguous()))
m.register_buffer('extra', torch.randn(3), persistent=c.choice((True, False)))
m.register_parameter('own', nn.Parameter(torch.empty(2, 3).uniform_(-1, 1)))
nn.init.trunc_normal_(m.weight, std=0.02)
nn.init.kaiming_uniform_(m.weight, a=5**0.5)
nn.init.dirac_(m.weight)
nn.init.eye_(m.weight)
nn.init.zeros_(m.bias)
nn.utils.vector_to_parameters(nn.utils.parameters_to_vector(m.parameters()) * 0.5, m.parameters())
nn.utils.clip_grad_norm_(m.parameters(), 1.0)
torch.optim.swa_utils.AveragedModel(m)
[p.data.normal_(0, 0.02) for n, p in m.named_parameters() if p.dim() > 1]
[p.data.div_(math.sqrt(2 * (i + 1))) for i, p in enumerate(m.parameters())]
torch.manual_seed(c.randint(0, 9))
nn.functional.linear(torch.ones(1, 4), m.weight)
m(torch.zeros(1, 4))
m.share_memory()
m.state_dict()
nn.utils.convert_parameters.parameters_to_vector(m.parameters())
torch.func.functional_call(m, dict(m.named_parameters()), (torch.zeros(1, 4),))
m._apply(lambda t: t * 2)
m.to_empty(device='cpu').apply(uniform)
"""


def xavier(module: nn.Module) -> None:
    if isinstance(module, (nn.Linear, nn.Conv2d)):
        nn.init.xavier_uniform_(module.weight)
    bias = getattr(module, "bias", None)
    if isinstance(bias, torch.Tensor):
        nn.init.zeros_(bias)


def small(module: nn.Module) -> None:
    for name, parameter in module.named_parameters(recurse=False):
        if parameter.dim() > 1:
            nn.init.normal_(parameter, std=0.02)
        elif "bias" in name:
            parameter.data.fill_(0.1)


def uniform(module: nn.Module) -> None:
    for parameter in module.parameters(recurse=False):
        nn.init.uniform_(parameter, -1, 1)
    for buffer in module.buffers(recurse=False):
        buffer.zero_()


def lazy(chance: Chance) -> nn.Module:
    layer = nn.LazyLinear(3)
    layer(torch.zeros(2, chance.randint(1, 5)))
    return layer


def modules_by_chance(number: int) -> nn.ModuleList:
    """The same steps for the same number, whatever torch draws."""
    chance = random.Random(number)
    new, actions = compiled(NEW, "c", globals()), compiled(ACTIONS, "c, m, o", globals())
    pool: list[nn.Module] = []
    for _ in range(3 + number % 15):
        if not pool or chance.random() < 0.35:
            pool.append(chance.choice(new)(chance))
            continue
        module, other = chance.choice(pool), chance.choice(pool)
        try:
            made = chance.choice(actions)(chance, module, other)
        except (RuntimeError, ValueError, TypeError, AttributeError, KeyError, IndexError, AssertionError):
            continue
        if isinstance(made, nn.Module) and made is not module:
            pool.append(made)
    return nn.ModuleList(pool)
