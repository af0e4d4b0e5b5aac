"""Prints and state_dict keys of models, as the torch that runs this shows them.

    python3 make.py FOLDER

writes NAME-VERSION.txt and NAME-VERSION.keys. The files here were made by torch 1.13.1 with torchvision 0.14.1
(Debian 12), 2.6.0 with 0.21.0 (Debian 13) and 2.14.1 with 0.27.0 (Debian sid). Where all versions have the same
keys there is one NAME.keys. gpt2 is a small model with the class names and the structure of transformers' GPT-2.
"""

import os
import sys

import torch
import torch.nn as nn

VERSION = ".".join(torch.__version__.split(".")[:2])


class C3D(nn.Module):
    def __init__(self):
        super().__init__()

        def conv(i, o):
            return nn.Conv3d(i, o, kernel_size=(3, 3, 3), padding=(1, 1, 1))

        def pool(size, **options):
            return nn.MaxPool3d(kernel_size=size, stride=size, **options)

        self.conv1 = conv(3, 64)
        self.pool1 = pool((1, 2, 2))
        self.conv2 = conv(64, 128)
        self.pool2 = pool((2, 2, 2))
        self.conv3a = conv(128, 256)
        self.conv3b = conv(256, 256)
        self.pool3 = pool((2, 2, 2))
        self.conv4a = conv(256, 512)
        self.conv4b = conv(512, 512)
        self.pool4 = pool((2, 2, 2))
        self.conv5a = conv(512, 512)
        self.conv5b = conv(512, 512)
        self.pool5 = pool((2, 2, 2), padding=(0, 1, 1))
        self.fc6 = nn.Linear(8192, 4096)
        self.fc7 = nn.Linear(4096, 4096)
        self.fc8 = nn.Linear(4096, 487)
        self.dropout = nn.Dropout(p=0.5)
        self.relu = nn.ReLU()
        self.softmax = nn.Softmax(dim=1)


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
    import torchvision.models as tv
    from torchvision.ops import FrozenBatchNorm2d

    made = {
        "C3D": C3D,
        "rnns": Rnns,
        "layers": Layers,
        "gpt2": lambda: GPT2LMHeadModel(96, 4),
        "transformer": lambda: nn.Transformer(32, 2, 2, 3, 48),
        "encoder": encoder,
        "resnet18": tv.resnet18,
        "vgg11_bn": tv.vgg11_bn,
        "vit_b_16": tv.vit_b_16,
        "swin_t": tv.swin_t,
        "r3d_18": tv.video.r3d_18,
        "googlenet": lambda: tv.googlenet(init_weights=False),
        "frozen": lambda: nn.Sequential(nn.Conv2d(3, 4, 1), FrozenBatchNorm2d(4)),
    }
    if VERSION != "1.13":
        made["transformer_nobias"] = lambda: nn.Transformer(32, 2, 2, 2, 48, bias=False)
    return made


def main(folder):
    for name, make in models().items():
        model = make()
        with open(os.path.join(folder, f"{name}-{VERSION}.txt"), "w") as file:
            file.write(repr(model) + "\n")
        with open(os.path.join(folder, f"{name}-{VERSION}.keys"), "w") as file:
            for key, value in model.state_dict().items():
                file.write(f"{key} {list(value.shape)} {str(value.dtype).replace('torch.', '')}\n")


if __name__ == "__main__":
    main(sys.argv[1])
