"""Models as people write them, each with the habits of its kind when it initialises; all small."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.init import kaiming_normal_, orthogonal_, trunc_normal_

# ---- GPTs: normal_(0.02), projections into the residual stream scaled by depth, head tied to the table ----


class Attention(nn.Module):
    def __init__(self, width: int, length: int) -> None:
        super().__init__()
        self.c_attn = nn.Linear(width, 3 * width)
        self.c_proj = nn.Linear(width, width)
        self.register_buffer("bias", torch.tril(torch.ones(length, length)).view(1, 1, length, length))


class NanoBlock(nn.Module):
    def __init__(self, width: int, length: int) -> None:
        super().__init__()
        self.ln_1 = nn.LayerNorm(width)
        self.attn = Attention(width, length)
        self.ln_2 = nn.LayerNorm(width)
        self.mlp = nn.ModuleDict({"c_fc": nn.Linear(width, 4 * width), "c_proj": nn.Linear(4 * width, width)})


class NanoGPT(nn.Module):
    def __init__(self, words: int = 97, length: int = 24, width: int = 32, layers: int = 3) -> None:
        super().__init__()
        self.transformer = nn.ModuleDict(
            {
                "wte": nn.Embedding(words, width),
                "wpe": nn.Embedding(length, width),
                "drop": nn.Dropout(0.1),
                "h": nn.ModuleList([NanoBlock(width, length) for _ in range(layers)]),
                "ln_f": nn.LayerNorm(width),
            }
        )
        self.lm_head = nn.Linear(width, words, bias=False)
        table: Any = self.transformer["wte"]
        table.weight = self.lm_head.weight
        self.apply(self._init_weights)
        for name, parameter in self.named_parameters():
            if name.endswith("c_proj.weight"):
                nn.init.normal_(parameter, mean=0.0, std=0.02 / math.sqrt(2 * layers))

    @staticmethod
    def _init_weights(module: nn.Module) -> None:
        if isinstance(module, nn.Linear):
            nn.init.normal_(module.weight, mean=0.0, std=0.02)
            if module.bias is not None:
                nn.init.zeros_(module.bias)
        elif isinstance(module, nn.Embedding):
            nn.init.normal_(module.weight, mean=0.0, std=0.02)


class MinGPT(nn.Module):
    """Parameters of its own, and values written through .data."""

    def __init__(self, words: int = 61, length: int = 16, width: int = 24) -> None:
        super().__init__()
        self.tok_emb = nn.Embedding(words, width)
        self.pos_emb = nn.Parameter(torch.zeros(1, length, width))
        self.blocks = nn.Sequential(*[NanoBlock(width, length) for _ in range(2)])
        self.head = nn.Linear(width, words, bias=False)
        self.apply(self._init_weights)

    def _init_weights(self, module: nn.Module) -> None:
        if isinstance(module, (nn.Linear, nn.Embedding)):
            module.weight.data.normal_(mean=0.0, std=0.02)
            if isinstance(module, nn.Linear) and module.bias is not None:
                module.bias.data.zero_()
        elif isinstance(module, nn.LayerNorm):
            module.bias.data.zero_()
            module.weight.data.fill_(1.0)
        elif isinstance(module, MinGPT):
            nn.init.normal_(module.pos_emb, mean=0.0, std=0.02)


# ---- images ----


class Generator(nn.Module):
    """DCGAN: by class name, N(0, 0.02) into convolutions and N(1, 0.02) into norms."""

    def __init__(self) -> None:
        super().__init__()
        self.main = nn.Sequential(
            nn.ConvTranspose2d(16, 32, 4, 1, 0, bias=False), nn.BatchNorm2d(32), nn.ReLU(True),
            nn.ConvTranspose2d(32, 8, 4, 2, 1, bias=False), nn.BatchNorm2d(8), nn.ReLU(True),
            nn.ConvTranspose2d(8, 3, 4, 2, 1, bias=False), nn.Tanh(),
        )  # fmt: skip


def dcgan() -> nn.Module:
    def weights_init(module: Any) -> None:
        name = module.__class__.__name__
        if "Conv" in name:
            nn.init.normal_(module.weight.data, 0.0, 0.02)
        elif "BatchNorm" in name:
            nn.init.normal_(module.weight.data, 1.0, 0.02)
            nn.init.constant_(module.bias.data, 0)

    made = Generator()
    made.apply(weights_init)
    return made


class UNet(nn.Module):
    """The way up is built before the way down, and registered after it."""

    def __init__(self, width: int = 8) -> None:
        super().__init__()
        up = [nn.ConvTranspose2d(4 * width, 2 * width, 2, stride=2), nn.ConvTranspose2d(2 * width, width, 2, stride=2)]
        self.down = nn.ModuleList([self._double(3, width), self._double(width, 2 * width)])
        self.middle = self._double(2 * width, 4 * width)
        self.up = nn.ModuleList(up)
        self.merge = nn.ModuleList([self._double(4 * width, 2 * width), self._double(2 * width, width)])
        self.out = nn.Conv2d(width, 2, 1)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
        nn.init.zeros_(self.out.weight)

    @staticmethod
    def _double(inputs: int, outputs: int) -> nn.Sequential:
        return nn.Sequential(
            nn.Conv2d(inputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(),
            nn.Conv2d(outputs, outputs, 3, padding=1, bias=False), nn.GroupNorm(2, outputs), nn.ReLU(),
        )  # fmt: skip


class VisionTransformer(nn.Module):
    """A class token, positions by trunc_normal_ imported early, layers that are copies, LayerScale."""

    def __init__(self, width: int = 32, patches: int = 16) -> None:
        super().__init__()
        self.patch = nn.Conv2d(3, width, 4, 4)
        self.cls_token = nn.Parameter(torch.zeros(1, 1, width))
        self.pos_embed = nn.Parameter(torch.randn(1, patches + 1, width) * 0.02)
        layer = nn.TransformerEncoderLayer(width, 4, 4 * width, batch_first=True, norm_first=True)
        self.encoder = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
        self.gamma = nn.ParameterList([nn.Parameter(1e-5 * torch.ones(width)) for _ in range(2)])
        self.head = nn.Linear(width, 10)
        trunc_normal_(self.cls_token, std=0.02)
        trunc_normal_(self.pos_embed, std=0.02)
        fan_in = self.patch.in_channels * self.patch.kernel_size[0] * self.patch.kernel_size[1]
        trunc_normal_(self.patch.weight, std=math.sqrt(1 / fan_in))
        self.head.weight.data.mul_(0.001)
        self.head.bias.data.fill_(-math.log(99))


# ---- sequences ----


class Reader(nn.Module):
    """An LSTM: input weights by xavier, hidden ones orthogonal a gate, the forget gate's bias 1."""

    def __init__(self, width: int = 12, hidden: int = 20) -> None:
        super().__init__()
        self.embed = nn.Embedding(50, width, padding_idx=0)
        self.lstm = nn.LSTM(width, hidden, num_layers=2, bidirectional=True)
        self.fc = nn.Linear(2 * hidden, 5)
        for name, parameter in self.lstm.named_parameters():
            if "weight_ih" in name:
                nn.init.xavier_uniform_(parameter)
            elif "weight_hh" in name:
                for gate in parameter.data.chunk(4, 0):
                    orthogonal_(gate)
            else:
                parameter.data.fill_(0)
                quarter = parameter.size(0) // 4
                parameter.data[quarter : 2 * quarter].fill_(1)


class MambaBlock(nn.Module):
    """Step sizes log-uniform, and the inverse of softplus of them; states as logarithms."""

    def __init__(self, width: int = 16, state: int = 8, rank: int = 4) -> None:
        super().__init__()
        inner = 2 * width
        self.in_proj = nn.Linear(width, 2 * inner, bias=False)
        self.conv1d = nn.Conv1d(inner, inner, 4, groups=inner, padding=3)
        self.x_proj = nn.Linear(inner, rank + 2 * state, bias=False)
        self.dt_proj = nn.Linear(rank, inner)
        nn.init.uniform_(self.dt_proj.weight, -(rank**-0.5), rank**-0.5)
        dt = torch.exp(torch.rand(inner) * (math.log(0.1) - math.log(0.001)) + math.log(0.001)).clamp(min=1e-4)
        inverse = dt + torch.log(-torch.expm1(-dt))
        with torch.no_grad():
            self.dt_proj.bias.copy_(inverse)
        states = torch.arange(1, state + 1, dtype=torch.float32).repeat(inner, 1)
        self.A_log = nn.Parameter(torch.log(states))
        self.D = nn.Parameter(torch.ones(inner))
        self.out_proj = nn.Linear(inner, width, bias=False)
        with torch.no_grad():
            self.out_proj.weight /= math.sqrt(2)


class Positions(nn.Module):
    """Sines and cosines in a buffer that is not persistent; a mask; ALiBi's slopes."""

    def __init__(self, length: int = 20, width: int = 12) -> None:
        super().__init__()
        table = torch.zeros(length, width)
        position = torch.arange(length).unsqueeze(1)
        rates = torch.exp(torch.arange(0, width, 2) * (-math.log(10000.0) / width))
        table[:, 0::2] = torch.sin(position * rates)
        table[:, 1::2] = torch.cos(position * rates)
        self.register_buffer("table", table.unsqueeze(0), persistent=False)
        self.register_buffer("mask", torch.triu(torch.full((length, length), float("-inf")), diagonal=1))
        self.register_buffer("slopes", torch.tensor([2.0 ** (-8 * i / 4) for i in range(1, 5)]))
        self.scale = nn.Parameter(torch.empty(width).uniform_(0.5, 1.5), requires_grad=False)


# ---- other fields ----


def layer_init(layer: nn.Linear, std: float = math.sqrt(2), bias: float = 0.0) -> nn.Module:
    orthogonal_(layer.weight, std)
    nn.init.constant_(layer.bias, bias)
    return layer


class Agent(nn.Module):
    """PPO: each layer is initialised while the model is being built."""

    def __init__(self) -> None:
        super().__init__()
        self.critic = nn.Sequential(
            layer_init(nn.Linear(8, 64)), nn.Tanh(), layer_init(nn.Linear(64, 64)), nn.Tanh(),
            layer_init(nn.Linear(64, 1), std=1.0),
        )  # fmt: skip
        self.actor = nn.Sequential(layer_init(nn.Linear(8, 64)), nn.Tanh(), layer_init(nn.Linear(64, 4), std=0.01))
        self.logstd = nn.Parameter(torch.zeros(1, 4))


class LoRA(nn.Module):
    """A frozen layer beside a low-rank one, of which one half is zero."""

    def __init__(self, base: nn.Linear, rank: int) -> None:
        super().__init__()
        self.base = base
        for parameter in base.parameters():
            parameter.requires_grad_(False)
        self.lora_A = nn.Parameter(base.weight.new_empty(rank, base.in_features))
        self.lora_B = nn.Parameter(base.weight.new_zeros(base.out_features, rank))
        nn.init.kaiming_uniform_(self.lora_A, a=math.sqrt(5))


class Siren(nn.Module):
    """Sine layers: the first one and the others have bounds of their own."""

    def __init__(self, width: int = 32, omega: float = 30.0) -> None:
        super().__init__()
        self.net = nn.Sequential(nn.Linear(2, width), nn.Linear(width, width), nn.Linear(width, 3))
        with torch.no_grad():
            bound = 1 / 2
            for layer in self.net.children():
                assert isinstance(layer, nn.Linear)
                layer.weight.uniform_(-bound, bound)
                bound = math.sqrt(6 / width) / omega


class Critic(nn.Module):
    """SNGAN's discriminator: spectral_norm with its buffers u and v, which are normalised draws."""

    def __init__(self) -> None:
        super().__init__()
        norm = nn.utils.spectral_norm
        self.main = nn.Sequential(norm(nn.Conv2d(3, 8, 3)), nn.LeakyReLU(0.1), norm(nn.Conv2d(8, 16, 4, 2)))
        self.fc = norm(nn.Linear(64, 1))


class Wave(nn.Module):
    """weight_norm in both of its forms, and over another dimension as wav2vec 2.0 has it."""

    def __init__(self) -> None:
        super().__init__()
        self.front = nn.utils.weight_norm(nn.Conv1d(3, 16, 5))
        self.position = nn.utils.parametrizations.weight_norm(nn.Conv1d(16, 16, 8, groups=4), name="weight", dim=2)
        self.up = nn.utils.parametrizations.weight_norm(nn.ConvTranspose1d(16, 4, 4))
        self.all: Any = nn.utils.weight_norm(nn.Linear(16, 4), dim=None)  # type: ignore[arg-type]
        nn.init.normal_(self.front.get_parameter("weight_v"), 0.0, 0.01)


class Student(nn.Module):
    """Deep copies, a momentum encoder, a slot that is drawn and a queue that is normalised."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(16, 32), nn.BatchNorm1d(32), nn.ReLU(), nn.Linear(32, 8))
        self.teacher = copy.deepcopy(self.encoder)
        for parameter in self.teacher.parameters():
            parameter.requires_grad = False
        self.momentum = nn.Linear(16, 8)
        self.momentum.weight.data.copy_(F.normalize(torch.randn(8, 16), dim=1))
        self.register_buffer("queue", F.normalize(torch.randn(8, 64), dim=0))
        self.slots = nn.Parameter(torch.stack([torch.randn(4) * 0.1, torch.rand(4) - 0.5]))
        self.joined = nn.Parameter(torch.cat([torch.eye(4), torch.randn(2, 4)]))
        self.expert = nn.Parameter(torch.rand(1, 4).expand(3, 4).clone().half())


class Lazy(nn.Module):
    """Lazy modules, whose first call makes them."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.LazyConv2d(6, 3)
        self.norm = nn.LazyBatchNorm2d()
        self.fc = nn.LazyLinear(4)
        self.eval()
        with torch.no_grad():
            self.fc(self.norm(self.conv(torch.zeros(2, 3, 8, 8))).flatten(1))
        self.train()


MODELS: dict[str, Callable[[], Any]] = {
    "nanogpt": NanoGPT,
    "mingpt": MinGPT,
    "dcgan": dcgan,
    "unet": UNet,
    "vit": VisionTransformer,
    "lstm": Reader,
    "mamba": MambaBlock,
    "positions": Positions,
    "ppo": Agent,
    "lora": lambda: nn.ModuleDict({"q": LoRA(nn.Linear(16, 24), 4), "v": LoRA(nn.Linear(16, 24, bias=False), 4)}),
    "siren": Siren,
    "spectral_norm": Critic,
    "weight_norm": Wave,
    "student": Student,
    "lazy": Lazy,
    "transformer": lambda: nn.Transformer(16, 2, 2, 2, 32),
    "bfloat16": lambda: NanoGPT().to(torch.bfloat16),
    "half": lambda: VisionTransformer().half(),
    "double": lambda: Agent().double(),
}
