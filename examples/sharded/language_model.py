"""The model of the examples, with an initialisation of its own, as people write it; and what shows that it is right."""

import hashlib

import torch
from torch import nn
from torch.distributed.tensor import DTensor
from torch.nn import functional


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.wq = nn.Linear(width, width, bias=False)
        self.wk = nn.Linear(width, width, bias=False)
        self.wv = nn.Linear(width, width, bias=False)
        self.wo = nn.Linear(width, width, bias=False)

    def forward(self, x):
        q, k, v = (w(x).unflatten(-1, (-1, x.shape[-1] // self.heads)).transpose(1, 2) for w in (self.wq, self.wk, self.wv))
        return self.wo(functional.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).flatten(2))


class FeedForward(nn.Module):
    def __init__(self, width, hidden):
        super().__init__()
        self.w1 = nn.Linear(width, hidden, bias=False)
        self.w2 = nn.Linear(hidden, width, bias=False)
        self.w3 = nn.Linear(width, hidden, bias=False)

    def forward(self, x):
        return self.w2(functional.silu(self.w1(x)) * self.w3(x))


class Layer(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.attention_norm = nn.RMSNorm(width)
        self.attention = Attention(width, heads)
        self.ffn_norm = nn.RMSNorm(width)
        self.feed_forward = FeedForward(width, 3 * width)

    def forward(self, x):
        x = x + self.attention(self.attention_norm(x))
        return x + self.feed_forward(self.ffn_norm(x))


class LanguageModel(nn.Module):
    def __init__(self, words=1000, width=96, depth=4, heads=8):
        super().__init__()
        self.embeddings = nn.Embedding(words, width)
        self.layers = nn.ModuleList(Layer(width, heads) for _ in range(depth))
        self.norm = nn.RMSNorm(width)
        self.output = nn.Linear(width, words, bias=False)
        for module in self.modules():
            if isinstance(module, (nn.Linear, nn.Embedding)):
                nn.init.trunc_normal_(module.weight, std=0.02)
        for layer in self.layers:
            for module in (layer.attention.wo, layer.feed_forward.w2):
                nn.init.trunc_normal_(module.weight, std=0.02 / (2 * depth) ** 0.5)

    def forward(self, tokens):
        x = self.embeddings(tokens)
        for layer in self.layers:
            x = layer(x)
        return self.output(self.norm(x))


def digest(tensors):
    """SHA-256 of whole tensors by name. Of DTensors the parts are gathered: every process has to call it."""
    sha = hashlib.sha256()
    for name, tensor in sorted(tensors.items()):
        whole = tensor.full_tensor() if isinstance(tensor, DTensor) else tensor
        sha.update(name.encode() + whole.detach().cpu().contiguous().view(torch.uint8).numpy().tobytes())
    return sha.hexdigest()[:16]


def of_one_process(seed):
    """The same of the model that one process makes."""
    torch.manual_seed(seed)
    return digest(LanguageModel().state_dict())


def compare(model, seed, how):
    """Says whether the parts are the model of one process."""
    made, wanted = digest(model.state_dict()), of_one_process(seed)
    if torch.distributed.get_rank() == 0:
        print(f"{how}: {made}, one process: {wanted}")
    assert made == wanted
