"""Prints and state_dict keys of models, as the torch that runs this shows them.

    python3 make.py

writes what differs from what is here for an older version: prints.py of tests/oracle says how the files are named. The
models are those of tests/oracle/zoo.py, which the oracle fills, and those below. The files here were made by torch
1.13.1 with torchvision 0.14.1 (Debian 12), 2.6.0 with 0.21.0 (Debian 13) and 2.14.1 with 0.27.0 (Debian sid).
NAME.keys, without a version, was the same by all of them; c3d-1.13.txt is a link to the example's print. gpt2 is a small
model with the class names and the structure of transformers' GPT-2.
"""

import pathlib
import sys

import torch
import torch.nn as nn

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "oracle"))

import prints  # noqa: E402
import zoo  # noqa: E402

VERSION = prints.short(torch.__version__)


class Rnns(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.RNN(
            3, 4, num_layers=2, bias=False, nonlinearity="relu", bidirectional=True, batch_first=True, dropout=0.1
        )
        self.lstm = nn.LSTM(4, 6, num_layers=2, bidirectional=True, proj_size=3)
        self.gru = nn.GRU(5, 7, num_layers=3)
        self.one = nn.LSTM(20, 20)
        self.rnn_cell = nn.RNNCell(3, 4, nonlinearity="relu")
        self.lstm_cell = nn.LSTMCell(3, 4, bias=False)
        self.gru_cell = nn.GRUCell(3, 4)


class Layers(nn.Module):
    """One of each, with arguments that change what is printed."""

    def __init__(self):
        super().__init__()
        self.bilinear = nn.Bilinear(3, 4, 5)
        self.bilinear_nobias = nn.Bilinear(5, 3, 2, bias=False)
        self.conv1 = nn.Conv1d(4, 6, 3, padding="same", padding_mode="reflect")
        self.conv2 = nn.Conv2d(4, 6, (3, 2), stride=2, padding=(1, 0), dilation=2, groups=2, bias=False)
        self.conv3 = nn.Conv3d(4, 6, (3, 2, 1), padding=(1, 0, 0))
        self.t1 = nn.ConvTranspose1d(4, 6, 3, stride=2, output_padding=1)
        self.t2 = nn.ConvTranspose2d(4, 6, 3, stride=2, padding=1, output_padding=1, groups=2, bias=False)
        self.t3 = nn.ConvTranspose3d(4, 6, (1, 2, 3))
        self.emb = nn.Embedding(7, 3, padding_idx=-1)
        self.emb2 = nn.Embedding(7, 3, max_norm=1.0, norm_type=1.0, scale_grad_by_freq=True, sparse=True)
        self.bag = nn.EmbeddingBag(7, 3, max_norm=2.0, mode="sum", padding_idx=1)
        self.bag2 = nn.EmbeddingBag(70, 3)
        self.bn1 = nn.BatchNorm1d(4)
        self.bn2 = nn.BatchNorm2d(4, eps=1e-3, momentum=None, affine=False, track_running_stats=False)
        self.bn3 = nn.BatchNorm3d(4, affine=False)
        self.sync = nn.SyncBatchNorm(5, track_running_stats=False)
        self.in1 = nn.InstanceNorm1d(4)
        self.in2 = nn.InstanceNorm2d(4, affine=True)
        self.in3 = nn.InstanceNorm3d(4, affine=True, track_running_stats=True)
        self.ln = nn.LayerNorm((3, 4), eps=1e-12)
        self.ln2 = nn.LayerNorm(5, elementwise_affine=False)
        self.gn = nn.GroupNorm(2, 4)
        self.gn2 = nn.GroupNorm(2, 4, affine=False)
        if hasattr(nn, "RMSNorm"):
            self.rms = nn.RMSNorm(4)
            self.rms2 = nn.RMSNorm((2, 3), eps=1e-6, elementwise_affine=False)
        if VERSION == "2.14":
            self.bn_nb = nn.BatchNorm1d(4, bias=False)
            self.gn_nb = nn.GroupNorm(2, 4, bias=False)
            self.ln_nb = nn.LayerNorm(4, bias=False)
            self.in_nb = nn.InstanceNorm2d(4, affine=True, bias=False)
        self.prelu = nn.PReLU()
        self.prelu4 = nn.PReLU(4)
        self.mha = nn.MultiheadAttention(4, 2)
        self.mha_nb = nn.MultiheadAttention(20, 2, bias=False)
        self.softmax = nn.AdaptiveLogSoftmaxWithLoss(16, 40, [5, 20], div_value=2.0, head_bias=True)
        self.plist = nn.ParameterList([nn.Parameter(torch.zeros(2, 3)), nn.Parameter(torch.zeros(()))])
        self.pdict = nn.ParameterDict(
            {"a": nn.Parameter(torch.zeros(4)), "b": nn.Parameter(torch.zeros(1, 2, 3))}
        )
        self.register_module("nothing", None)
        self.empty = nn.Sequential()
        self.emptylist = nn.ModuleList()
        self.dict = nn.ModuleDict({"x y": nn.Linear(1, 2), "relu": nn.ReLU(inplace=True)})
        self.loss = nn.CrossEntropyLoss()
        self.up = nn.Upsample(scale_factor=2, mode="bilinear")
        self.flat = nn.Flatten()
        self.unflat = nn.Unflatten(1, (2, 3))


class Conv1D(nn.Module):
    def __init__(self, nf, nx):
        super().__init__()
        self.nf, self.nx = nf, nx
        self.weight = nn.Parameter(torch.empty(nx, nf))
        self.bias = nn.Parameter(torch.zeros(nf))
        nn.init.normal_(self.weight, std=0.02)

    def __repr__(self):
        return f"Conv1D(nf={self.nf}, nx={self.nx})"


class NewGELUActivation(nn.Module):
    pass


class GPT2Attention(nn.Module):
    def __init__(self, e):
        super().__init__()
        self.c_attn = Conv1D(3 * e, e)
        self.c_proj = Conv1D(e, e)
        self.attn_dropout = nn.Dropout(0.1)
        self.resid_dropout = nn.Dropout(0.1)


class GPT2MLP(nn.Module):
    def __init__(self, e):
        super().__init__()
        self.c_fc = Conv1D(4 * e, e)
        self.c_proj = Conv1D(e, 4 * e)
        self.act = NewGELUActivation()
        self.dropout = nn.Dropout(0.1)


class GPT2Block(nn.Module):
    def __init__(self, e):
        super().__init__()
        self.ln_1 = nn.LayerNorm(e)
        self.attn = GPT2Attention(e)
        self.ln_2 = nn.LayerNorm(e)
        self.mlp = GPT2MLP(e)


class GPT2Model(nn.Module):
    def __init__(self, e, n):
        super().__init__()
        self.wte = nn.Embedding(50257, e)
        self.wpe = nn.Embedding(1024, e)
        self.drop = nn.Dropout(0.1)
        self.h = nn.ModuleList([GPT2Block(e) for _ in range(n)])
        self.ln_f = nn.LayerNorm(e)


class GPT2LMHeadModel(nn.Module):
    def __init__(self, e, n):
        super().__init__()
        self.transformer = GPT2Model(e, n)
        self.lm_head = nn.Linear(e, 50257, bias=False)


def encoder():
    return nn.Sequential(
        nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 16), 3, nn.LayerNorm(8)),
        nn.TransformerDecoder(nn.TransformerDecoderLayer(8, 2, 16, activation=nn.GELU()), 2),
    )


def models():
    from torchvision.ops import FrozenBatchNorm2d

    made = {
        **zoo.MODELS,
        "rnns": Rnns,
        "layers": Layers,
        "gpt2": lambda: GPT2LMHeadModel(96, 4),
        "encoder": encoder,
        "frozen": lambda: nn.Sequential(nn.Conv2d(3, 4, 1), FrozenBatchNorm2d(4)),
    }
    if VERSION != "1.13":
        made["transformer_nobias"] = lambda: nn.Transformer(32, 2, 2, 2, 48, bias=False)
    return made


def keys(model):
    return "".join(
        f"{key} {list(value.shape)} {str(value.dtype).replace('torch.', '')}\n"
        for key, value in model.state_dict().items()
    )


def main():
    for name, make in models().items():
        model = make()
        prints.write(name, VERSION, "txt", f"{model}\n")
        prints.write(name, VERSION, "keys", keys(model))


if __name__ == "__main__":
    main()
