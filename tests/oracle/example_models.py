"""The models of examples/rules, small ones, as torch builds and initialises them; each module needs only its library."""
import math

import torch
from torch import nn


# ---- nanoGPT: its LayerNorm shows no sizes, its tokens and its head are one tensor ----

class LayerNorm(nn.Module):
    def __init__(self, size, bias):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))
        self.bias = nn.Parameter(torch.zeros(size)) if bias else None


class CausalSelfAttention(nn.Module):
    def __init__(self, width, bias):
        super().__init__()
        self.c_attn = nn.Linear(width, 3 * width, bias=bias)
        self.c_proj = nn.Linear(width, width, bias=bias)
        self.attn_dropout = nn.Dropout(0.0)
        self.resid_dropout = nn.Dropout(0.0)


class MLP(nn.Module):
    def __init__(self, width, bias):
        super().__init__()
        self.c_fc = nn.Linear(width, 4 * width, bias=bias)
        self.gelu = nn.GELU()
        self.c_proj = nn.Linear(4 * width, width, bias=bias)
        self.dropout = nn.Dropout(0.0)


class NanoBlock(nn.Module):
    def __init__(self, width, bias):
        super().__init__()
        self.ln_1 = LayerNorm(width, bias)
        self.attn = CausalSelfAttention(width, bias)
        self.ln_2 = LayerNorm(width, bias)
        self.mlp = MLP(width, bias)


class NanoGPT(nn.Module):
    def __init__(self, vocabulary=40, context=12, layers=3, width=16, bias=True):
        super().__init__()
        self.transformer = nn.ModuleDict({
            "wte": nn.Embedding(vocabulary, width),
            "wpe": nn.Embedding(context, width),
            "drop": nn.Dropout(0.0),
            "h": nn.ModuleList([NanoBlock(width, bias) for _ in range(layers)]),
            "ln_f": LayerNorm(width, bias),
        })
        self.lm_head = nn.Linear(width, vocabulary, bias=False)
        self.transformer.wte.weight = self.lm_head.weight
        self.apply(self._init_weights)
        for name, p in self.named_parameters():
            if name.endswith("c_proj.weight"):
                torch.nn.init.normal_(p, mean=0.0, std=0.02 / math.sqrt(2 * layers))

    @staticmethod
    def _init_weights(module):
        if isinstance(module, nn.Linear):
            torch.nn.init.normal_(module.weight, mean=0.0, std=0.02)
            if module.bias is not None:
                torch.nn.init.zeros_(module.bias)
        elif isinstance(module, nn.Embedding):
            torch.nn.init.normal_(module.weight, mean=0.0, std=0.02)


# ---- minGPT: torch's LayerNorm, nothing tied; its mask is a buffer that no print shows ----

class MinAttention(nn.Module):
    def __init__(self, width, context):
        super().__init__()
        self.c_attn = nn.Linear(width, 3 * width)
        self.c_proj = nn.Linear(width, width)
        self.attn_dropout = nn.Dropout(0.1)
        self.resid_dropout = nn.Dropout(0.1)
        self.register_buffer("bias", torch.tril(torch.ones(context, context)).view(1, 1, context, context))


class MinBlock(nn.Module):
    def __init__(self, width, context):
        super().__init__()
        self.ln_1 = nn.LayerNorm(width)
        self.attn = MinAttention(width, context)
        self.ln_2 = nn.LayerNorm(width)
        self.mlp = nn.ModuleDict({
            "c_fc": nn.Linear(width, 4 * width),
            "c_proj": nn.Linear(4 * width, width),
            "act": nn.GELU(),
            "dropout": nn.Dropout(0.1),
        })


class MinGPT(nn.Module):
    def __init__(self, vocabulary=40, context=12, layers=3, width=16):
        super().__init__()
        self.transformer = nn.ModuleDict({
            "wte": nn.Embedding(vocabulary, width),
            "wpe": nn.Embedding(context, width),
            "drop": nn.Dropout(0.1),
            "h": nn.ModuleList([MinBlock(width, context) for _ in range(layers)]),
            "ln_f": nn.LayerNorm(width),
        })
        self.lm_head = nn.Linear(width, vocabulary, bias=False)
        self.apply(self._init_weights)
        for name, p in self.named_parameters():
            if name.endswith("c_proj.weight"):
                torch.nn.init.normal_(p, mean=0.0, std=0.02 / math.sqrt(2 * layers))

    @staticmethod
    def _init_weights(module):
        if isinstance(module, (nn.Linear, nn.Embedding)):
            torch.nn.init.normal_(module.weight, mean=0.0, std=0.02)
            if getattr(module, "bias", None) is not None:
                torch.nn.init.zeros_(module.bias)
        elif isinstance(module, nn.LayerNorm):
            torch.nn.init.zeros_(module.bias)
            torch.nn.init.ones_(module.weight)


# ---- an LSTM whose forget gate begins open ----

class Tagger(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens = nn.Embedding(30, 10, padding_idx=0)
        self.lstm = nn.LSTM(10, 12, num_layers=2, bidirectional=True)
        self.tags = nn.Linear(24, 5)
        nn.init.uniform_(self.tokens.weight, -0.1, 0.1)
        with torch.no_grad():
            self.tokens.weight[self.tokens.padding_idx].fill_(0)
        for name, p in self.lstm.named_parameters():
            if "weight" in name:
                nn.init.xavier_uniform_(p)
            else:
                n = p.size(0)
                nn.init.zeros_(p)
                if "bias_hh" in name:
                    p.data[n // 4 : n // 2].fill_(1.0)


# ---- DCGAN ----

class Generator(nn.Module):
    def __init__(self, noise=10, width=8, colours=3):
        super().__init__()
        layers, sizes = [], (noise, 8 * width, 4 * width, 2 * width, width)
        for i, (before, after) in enumerate(zip(sizes, sizes[1:], strict=False)):
            layers += [nn.ConvTranspose2d(before, after, 4, 2 if i else 1, 1 if i else 0, bias=False),
                       nn.BatchNorm2d(after), nn.ReLU(True)]
        self.main = nn.Sequential(*layers, nn.ConvTranspose2d(width, colours, 4, 2, 1, bias=False), nn.Tanh())
        self.apply(weights_init)


def weights_init(m):
    classname = m.__class__.__name__
    if classname.find("Conv") != -1:
        nn.init.normal_(m.weight.data, 0.0, 0.02)
    elif classname.find("BatchNorm") != -1:
        nn.init.normal_(m.weight.data, 1.0, 0.02)
        nn.init.constant_(m.bias.data, 0)


# ---- MultiheadAttention, whose three projections are drawn one by one ----

class Attention(nn.Module):
    def __init__(self, width=12):
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.attention = nn.MultiheadAttention(width, 3)
        weight = self.attention.in_proj_weight
        for third in range(3):
            nn.init.xavier_uniform_(weight[third * width : (third + 1) * width])
        with torch.no_grad():
            weight[2 * width :].mul_(0.5)


# ---- ICNR: sub-pixel convolutions whose channels begin equal ----

class Upscaler(nn.Module):
    def __init__(self, scale=2):
        super().__init__()
        self.features = nn.Conv2d(3, 8, 3, padding=1)
        self.up = nn.Conv2d(8, 12, 3, padding=1)
        self.shuffle = nn.PixelShuffle(scale)
        self.head = nn.Conv2d(3, 3, 1)
        for conv in (self.features, self.up):
            small = torch.empty(conv.out_channels // scale**2, *conv.weight.shape[1:])
            nn.init.kaiming_normal_(small, nonlinearity="relu")
            with torch.no_grad():
                conv.weight.copy_(small.repeat_interleave(scale**2, dim=0))
            nn.init.zeros_(conv.bias)
        nn.init.zeros_(self.head.bias)


# ---- libraries ----

def resnet():
    from torchvision.models.resnet import Bottleneck, ResNet
    return ResNet(Bottleneck, [2, 1, 1, 1], num_classes=10, zero_init_residual=True)


def bert():
    import transformers
    return transformers.BertForSequenceClassification(transformers.BertConfig(
        vocab_size=40, hidden_size=16, num_hidden_layers=2, num_attention_heads=4, intermediate_size=24,
        max_position_embeddings=12))


def gpt2():
    import transformers
    return transformers.GPT2LMHeadModel(transformers.GPT2Config(
        vocab_size=40, n_positions=12, n_embd=16, n_layer=2, n_head=4, bos_token_id=0, eos_token_id=0))


def t5():
    import transformers
    return transformers.T5ForConditionalGeneration(transformers.T5Config(
        vocab_size=40, d_model=16, d_kv=4, d_ff=24, num_layers=2, num_decoder_layers=1, num_heads=4,
        relative_attention_num_buckets=8))


def llama():
    import transformers
    return transformers.LlamaForCausalLM(transformers.LlamaConfig(
        vocab_size=40, hidden_size=16, intermediate_size=24, num_hidden_layers=2, num_attention_heads=4))
