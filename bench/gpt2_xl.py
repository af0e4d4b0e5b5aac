"""A model of GPT-2 XL's shapes (1.56 G parameters) in torch's own layers, and GPT-2's way of initialising it.

gpt2_xl.txt is its print, gpt2_xl.rules its initialisation.
"""
import math

from torch import nn

WIDTH, LAYERS, VOCABULARY, POSITIONS = 1600, 48, 50257, 1024


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.c_attn = nn.Linear(WIDTH, 3 * WIDTH)
        self.c_proj = nn.Linear(WIDTH, WIDTH)


class MLP(nn.Module):
    def __init__(self):
        super().__init__()
        self.c_fc = nn.Linear(WIDTH, 4 * WIDTH)
        self.c_proj = nn.Linear(4 * WIDTH, WIDTH)


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.ln_1 = nn.LayerNorm(WIDTH)
        self.attn = Attention()
        self.ln_2 = nn.LayerNorm(WIDTH)
        self.mlp = MLP()


class GPT2XL(nn.Module):
    def __init__(self, layers=LAYERS):
        super().__init__()
        self.wte = nn.Embedding(VOCABULARY, WIDTH)
        self.wpe = nn.Embedding(POSITIONS, WIDTH)
        self.h = nn.ModuleList(Block() for _ in range(layers))
        self.ln_f = nn.LayerNorm(WIDTH)


def init_weights(m):
    if isinstance(m, nn.Linear):
        nn.init.normal_(m.weight, mean=0.0, std=0.02)
        nn.init.zeros_(m.bias)
    elif isinstance(m, nn.Embedding):
        nn.init.normal_(m.weight, mean=0.0, std=0.02)


def initialise(model):
    model.apply(init_weights)
    for name, parameter in model.named_parameters():
        if name.endswith('c_proj.weight'):
            nn.init.normal_(parameter, mean=0.0, std=0.02 / math.sqrt(2 * LAYERS))
