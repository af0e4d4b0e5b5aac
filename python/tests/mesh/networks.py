"""Four small networks as people write them, in sizes that few numbers of processes divide."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import nn
from torch.nn import functional


class RMSNorm(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6) * self.weight


# ---- a Llama ----


class LlamaAttention(nn.Module):
    def __init__(self, width: int, heads: int, pairs: int) -> None:
        super().__init__()
        self.size = width // heads
        self.q_proj = nn.Linear(width, heads * self.size, bias=False)
        self.k_proj = nn.Linear(width, pairs * self.size, bias=False)
        self.v_proj = nn.Linear(width, pairs * self.size, bias=False)
        self.o_proj = nn.Linear(heads * self.size, width, bias=False)

    def forward(self, x: torch.Tensor, turn: torch.Tensor) -> torch.Tensor:
        batch, length, _ = x.shape
        q, k, v = (
            proj(x).view(batch, length, -1, self.size).transpose(1, 2)
            for proj in (self.q_proj, self.k_proj, self.v_proj)
        )
        q, k = q * turn, k * turn
        groups = q.shape[1] // k.shape[1]
        mixed = functional.scaled_dot_product_attention(
            q, k.repeat_interleave(groups, 1), v.repeat_interleave(groups, 1), is_causal=True
        )
        done: torch.Tensor = self.o_proj(mixed.transpose(1, 2).reshape(batch, length, -1))
        return done


class LlamaMLP(nn.Module):
    def __init__(self, width: int, hidden: int) -> None:
        super().__init__()
        self.gate_proj = nn.Linear(width, hidden, bias=False)
        self.up_proj = nn.Linear(width, hidden, bias=False)
        self.down_proj = nn.Linear(hidden, width, bias=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        done: torch.Tensor = self.down_proj(functional.silu(self.gate_proj(x)) * self.up_proj(x))
        return done


class LlamaLayer(nn.Module):
    def __init__(self, width: int, hidden: int, heads: int, pairs: int) -> None:
        super().__init__()
        self.input_layernorm = RMSNorm(width)
        self.self_attn = LlamaAttention(width, heads, pairs)
        self.post_attention_layernorm = RMSNorm(width)
        self.mlp = LlamaMLP(width, hidden)

    def forward(self, x: torch.Tensor, turn: torch.Tensor) -> torch.Tensor:
        x = x + self.self_attn(self.input_layernorm(x), turn)
        done: torch.Tensor = x + self.mlp(self.post_attention_layernorm(x))
        return done


class Llama(nn.Module):
    """A buffer that is not persistent; all matrices drawn again after construction.

    57 words: of 4 x 2 processes the last have another share than where strided shards are cut from left to right.
    """

    def __init__(self, width: int = 24, hidden: int = 44, words: int = 57, depth: int = 2) -> None:
        super().__init__()
        self.embed_tokens = nn.Embedding(words, width)
        self.layers = nn.ModuleList(LlamaLayer(width, hidden, 4, 2) for _ in range(depth))
        self.norm = RMSNorm(width)
        self.lm_head = nn.Linear(width, words, bias=False)
        self.register_buffer("inv_freq", 10000.0 ** -(torch.arange(width // 4) / (width // 4)), persistent=False)
        self.apply(self._init_weights)

    @staticmethod
    def _init_weights(module: nn.Module) -> None:
        if isinstance(module, (nn.Linear, nn.Embedding)):
            nn.init.normal_(module.weight, std=0.02)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        x = self.embed_tokens(tokens)
        turn = torch.cos(torch.outer(torch.arange(tokens.shape[1]).float(), self.get_buffer("inv_freq")))
        for layer in self.layers:
            x = layer(x, turn)
        logits: torch.Tensor = self.lm_head(self.norm(x))
        return logits


# ---- GPT-2 ----


class Conv1D(nn.Module):
    """A linear layer whose weight stands the other way round, as OpenAI's."""

    def __init__(self, outputs: int, inputs: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(inputs, outputs))
        self.bias = nn.Parameter(torch.zeros(outputs))
        nn.init.normal_(self.weight, std=0.02)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x @ self.weight + self.bias


class GPT2Block(nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.ln_1 = nn.LayerNorm(width)
        self.c_attn = Conv1D(3 * width, width)
        self.attn_proj = Conv1D(width, width)
        self.ln_2 = nn.LayerNorm(width)
        self.c_fc = Conv1D(4 * width, width)
        self.mlp_proj = Conv1D(width, 4 * width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        batch, length, width = x.shape
        q, k, v = (
            part.view(batch, length, self.heads, -1).transpose(1, 2)
            for part in self.c_attn(self.ln_1(x)).split(width, -1)
        )
        mixed = functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.attn_proj(mixed.transpose(1, 2).reshape(batch, length, width))
        done: torch.Tensor = x + self.mlp_proj(functional.gelu(self.c_fc(self.ln_2(x))))
        return done


class GPT2(nn.Module):
    """The head is tied to the table; projections are drawn again, scaled by depth; the mask is a buffer."""

    def __init__(self, width: int = 20, words: int = 49, depth: int = 2) -> None:
        super().__init__()
        self.wte = nn.Embedding(words, width)
        self.wpe = nn.Embedding(16, width)
        self.h = nn.ModuleList(GPT2Block(width, 4) for _ in range(depth))
        self.ln_f = nn.LayerNorm(width)
        self.lm_head = nn.Linear(width, words, bias=False)
        self.lm_head.weight = self.wte.weight
        self.register_buffer("mask", torch.tril(torch.ones(16, 16)))
        nn.init.normal_(self.wte.weight, std=0.02)
        for name, parameter in self.named_parameters():
            if name.endswith("proj.weight"):
                nn.init.normal_(parameter, std=0.02 / math.sqrt(2 * depth))

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        x = self.wte(tokens) + self.wpe(torch.arange(tokens.shape[1]))
        for block in self.h:
            x = block(x)
        logits: torch.Tensor = self.lm_head(self.ln_f(x))
        return logits


# ---- a mixture of experts ----


class Experts(nn.Module):
    """Of all experts one parameter of three dimensions."""

    def __init__(self, count: int, width: int, hidden: int) -> None:
        super().__init__()
        self.gate_up_proj = nn.Parameter(torch.empty(count, 2 * hidden, width))
        self.down_proj = nn.Parameter(torch.empty(count, width, hidden))
        nn.init.kaiming_uniform_(self.gate_up_proj, a=math.sqrt(5))
        nn.init.trunc_normal_(self.down_proj, std=0.02, a=-0.04, b=0.04)

    def forward(self, x: torch.Tensor, shares: torch.Tensor) -> torch.Tensor:
        gate, up = torch.einsum("bw,ehw->beh", x, self.gate_up_proj).chunk(2, -1)
        out = torch.einsum("beh,ewh->bew", functional.silu(gate) * up, self.down_proj)
        return (out * shares.unsqueeze(-1)).sum(1)


class MoELayer(nn.Module):
    def __init__(self, width: int, experts: int, hidden: int) -> None:
        super().__init__()
        self.norm = RMSNorm(width)
        self.router = nn.Linear(width, experts, bias=False)
        self.register_buffer("expert_bias", torch.zeros(experts))
        self.register_buffer("tokens_per_expert", torch.zeros(experts, dtype=torch.int64), persistent=False)
        self.experts = Experts(experts, width, hidden)
        self.shared = LlamaMLP(width, hidden)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        flat = self.norm(x).flatten(0, 1)
        shares = (self.router(flat) + self.get_buffer("expert_bias")).softmax(-1)
        done: torch.Tensor = x + (self.experts(flat, shares) + self.shared(flat)).view_as(x)
        return done


class MoE(nn.Module):
    def __init__(self, width: int = 16, words: int = 31, depth: int = 2) -> None:
        super().__init__()
        self.embed_tokens = nn.Embedding(words, width)
        self.layers = nn.ModuleList(MoELayer(width, 6, 10) for _ in range(depth))
        self.lm_head = nn.Linear(width, words)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        x = self.embed_tokens(tokens)
        for layer in self.layers:
            x = layer(x)
        logits: torch.Tensor = self.lm_head(x)
        return logits


# ---- a ResNet ----


class BasicBlock(nn.Module):
    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.down = nn.Conv2d(inputs, outputs, 1, bias=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        inside = self.bn2(self.conv2(functional.relu(self.bn1(self.conv1(x)))))
        return functional.relu(inside + self.down(x))


class ResNet(nn.Module):
    """torchvision's initialisation; buffers of BatchNorm, a count of no dimensions among them; a class head of 7."""

    def __init__(self, widths: tuple[int, ...] = (6, 10)) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, widths[0], 7, bias=False)
        self.bn1 = nn.BatchNorm2d(widths[0])
        self.layers = nn.ModuleList(BasicBlock(a, b) for a, b in zip((widths[0], *widths), widths))
        self.fc = nn.Linear(widths[-1], 7)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
            elif isinstance(module, BasicBlock):
                nn.init.zeros_(module.bn2.weight)

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        x = functional.relu(self.bn1(self.conv1(pictures)))
        for layer in self.layers:
            x = layer(x)
        logits: torch.Tensor = self.fc(x.mean((2, 3)))
        return logits


NETWORKS: dict[str, Callable[[], nn.Module]] = {"llama": Llama, "gpt2": GPT2, "moe": MoE, "resnet": ResNet}


def from_transformers() -> dict[str, Callable[[], nn.Module]]:
    """The same kinds, as transformers has them; importing it takes longer than all else."""
    import transformers

    small: dict[str, Any] = {"vocab_size": 49, "num_hidden_layers": 2, "num_attention_heads": 4}
    heads: dict[str, Any] = {"hidden_size": 24, "intermediate_size": 44, "num_key_value_heads": 2}
    llama = transformers.LlamaConfig(**small, **heads)
    gpt2 = transformers.GPT2Config(vocab_size=49, n_positions=16, n_embd=20, n_layer=2, n_head=4)
    moe = transformers.MixtralConfig(**small, **heads, num_local_experts=3)
    resnet = transformers.ResNetConfig(embedding_size=6, hidden_sizes=[6, 10], depths=[1, 1], layer_type="basic")
    return {
        "transformers' llama": lambda: transformers.LlamaForCausalLM(llama),
        "transformers' gpt2": lambda: transformers.GPT2LMHeadModel(gpt2),
        "transformers' mixtral": lambda: transformers.MixtralForCausalLM(moe),
        "transformers' resnet": lambda: transformers.ResNetModel(resnet),
    }


def example(network: str) -> torch.Tensor:
    """What its forward takes."""
    generator = torch.Generator().manual_seed(1)
    if network == "resnet":
        return torch.rand(2, 3, 16, 16, generator=generator)
    return torch.randint(0, 31, (2, 7), generator=generator)
