"""Small models for functions/*.py: constructed in the order in which they are registered, as a print shows it."""
from torch import nn


class ConvBlock(nn.Module):
    """Its name holds "Conv", and it has no weight."""

    def __init__(self, inside, outside, norm=True):
        super().__init__()
        self.conv = nn.Conv2d(inside, outside, 3, padding=1, bias=not norm)
        if norm:
            self.bn = nn.BatchNorm2d(outside)


class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        self.main = nn.Sequential(
            nn.ConvTranspose2d(10, 16, 4, 1, 0, bias=False), nn.BatchNorm2d(16), nn.ReLU(True),
            nn.ConvTranspose2d(16, 8, 4, 2, 1, bias=False), nn.BatchNorm2d(8), nn.ReLU(True),
            nn.Conv2d(8, 3, 3, padding=1), nn.Tanh())


class Translator(nn.Module):
    """As CycleGAN's generator: reflection, instance and batch norms, a linear head."""

    def __init__(self):
        super().__init__()
        self.model = nn.Sequential(
            nn.ReflectionPad2d(3), nn.Conv2d(3, 8, 7), nn.BatchNorm2d(8), nn.ReLU(True),
            nn.Conv2d(8, 12, 3, stride=2, bias=False), nn.InstanceNorm2d(12),
            nn.ConvTranspose2d(12, 6, 3, stride=2, padding=1, output_padding=1), nn.InstanceNorm2d(6, affine=True))
        self.head = nn.Linear(6, 4)
        self.last = nn.Linear(4, 2, bias=False)


class Bottleneck(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conv1 = nn.Conv2d(width, width // 2, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width // 2)
        self.conv2 = nn.Conv2d(width // 2, width // 2, 3, padding=1, groups=2, bias=False)
        self.bn2 = nn.BatchNorm2d(width // 2)
        self.conv3 = nn.Conv2d(width // 2, width, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(width)


class BasicBlock(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conv1 = nn.Conv2d(width, width, 3, padding=1)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, (3, 1), padding=1)
        self.bn2 = nn.BatchNorm2d(width)


class ResNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, kernel_size=7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(8)
        self.layer1 = nn.Sequential(BasicBlock(8), Bottleneck(8))
        self.layer2 = nn.Sequential(Bottleneck(8), nn.GroupNorm(2, 8))
        self.fc = nn.Linear(8, 5)


class DenseNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential()
        for i, width in enumerate((4, 6, 8)):
            self.features.add_module(f'norm{i}', nn.BatchNorm2d(width))
            self.features.add_module(f'conv{i}', nn.Conv2d(width, width + 2, 3, bias=False))
        self.classifier = nn.Linear(10, 3)


class SmallC3D(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv3d(3, 6, kernel_size=(3, 3, 3), padding=1)
        self.bn1 = nn.BatchNorm3d(6)
        self.pool = nn.MaxPool3d(2)
        self.conv2 = nn.Conv3d(6, 8, kernel_size=(1, 3, 3), bias=False)
        self.up = nn.ConvTranspose3d(8, 4, 2)
        self.norm = nn.InstanceNorm3d(4, affine=True)
        self.fc6 = nn.Linear(32, 16)
        self.dropout = nn.Dropout(0.5)
        self.fc8 = nn.Linear(16, 7)


class Tagger(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(20, 6, padding_idx=1)
        self.lstm = nn.LSTM(6, 5, num_layers=2, bidirectional=True)
        self.gru = nn.GRU(10, 4)
        self.rnn = nn.RNN(4, 3)
        self.fc = nn.Linear(3, 9)


class Rnns(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(6, 5, num_layers=2)
        self.gru = nn.GRU(10, 4)


class Transformer(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(30, 8, padding_idx=-1)
        self.attention = nn.MultiheadAttention(8, 2)
        self.norm = nn.LayerNorm(8)
        self.ff = nn.Sequential(nn.Linear(8, 32), nn.GELU(), nn.Linear(32, 8, bias=False))
        self.last = nn.LayerNorm(8, eps=1e-6)
        self.positions = nn.Embedding(5, 8)


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.ln_1 = nn.LayerNorm(8)
        self.c_attn = nn.Linear(8, 24)
        self.c_proj = nn.Linear(8, 8)
        self.ln_2 = nn.LayerNorm(8)


class GPT(nn.Module):
    def __init__(self):
        super().__init__()
        self.wte = nn.Embedding(40, 8)
        self.h = nn.ModuleList([Block(), Block()])
        self.lm_head = nn.Linear(8, 40, bias=False)


class PatchEmbed(nn.Module):
    def __init__(self):
        super().__init__()
        self.proj = nn.Conv2d(3, 8, kernel_size=4, stride=4)


class MaskedAutoencoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.patch_embed = PatchEmbed()
        self.blocks = nn.ModuleList([nn.Linear(8, 8), nn.LayerNorm(8)])
        self.stem = nn.Conv2d(8, 8, 3, groups=8)
        self.norm = nn.BatchNorm2d(8)
        self.head = nn.Linear(8, 8, bias=False)


class Agent(nn.Module):
    def __init__(self):
        super().__init__()
        self.critic = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 1))
        self.actor = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 2))


class Actor(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 32, 3, stride=2, padding=1)
        self.conv2 = nn.Conv2d(32, 16, (3, 2), stride=2, padding=1)
        self.linear = nn.Linear(40, 6)


class Critic(nn.Module):
    """ConvBlock's name holds "Conv" and "Block"; layers without a bias come in between."""

    def __init__(self):
        super().__init__()
        self.block1 = ConvBlock(3, 4, norm=False)
        self.block2 = ConvBlock(4, 6)
        self.conv3 = nn.Conv2d(6, 2, 1)
        self.out = nn.Linear(8, 1)


class Mixed(nn.Module):
    """Layers of many kinds."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv1d(4, 6, 5, groups=2)
        self.conv2 = nn.Conv2d(3, 6, 3, bias=False)
        self.up = nn.ConvTranspose2d(6, 4, 2)
        self.norm = nn.BatchNorm2d(4)
        self.bare = nn.BatchNorm1d(6, affine=False)
        self.layer_norm = nn.LayerNorm(10)
        self.fc = nn.Linear(10, 12)
        self.out = nn.Linear(12, 3, bias=False)


class Nested(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(3, 4)
        self.body = nn.Sequential(nn.Linear(4, 4), nn.ReLU(), nn.Sequential(nn.Linear(4, 5, bias=False)),
                                  nn.ModuleList([nn.Linear(5, 5), nn.Linear(5, 6)]))
        self.deep = nn.ModuleDict({'a': nn.Linear(2, 2), 'b': nn.LayerNorm(2)})


class Paths(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.BatchNorm2d(4))
        self.fc = nn.Linear(4, 6)
        self.head = nn.Linear(6, 6)


class SmallGenerator(nn.Module):
    """As pix2pix': without affine norms."""

    def __init__(self):
        super().__init__()
        self.model = nn.Sequential(nn.Conv2d(3, 6, 4, 2, 1), nn.LeakyReLU(0.2, True),
                                   nn.Conv2d(6, 8, 4, 2, 1, bias=False), nn.BatchNorm2d(8), nn.Flatten(),
                                   nn.Linear(32, 2))


class Pixels(nn.Module):
    def __init__(self):
        super().__init__()
        self.convs = nn.Sequential(nn.Conv2d(9, 32, 3, stride=2), nn.Conv2d(32, 8, 3), nn.ConvTranspose2d(8, 8, 3))
        self.fc = nn.Linear(8, 5)


class EveryLayer(nn.Module):
    """One of each class that has reset_parameters(), or _reset_parameters()."""

    def __init__(self):
        super().__init__()
        self.linear = nn.Sequential(nn.Linear(3, 4), nn.Linear(3, 5, bias=False), nn.Bilinear(2, 3, 4))
        self.conv = nn.Sequential(
            nn.Conv1d(2, 3, 3), nn.Conv2d(4, 6, (1, 3), groups=2, bias=False), nn.Conv3d(2, 3, 2),
            nn.ConvTranspose1d(2, 3, 3), nn.ConvTranspose2d(4, 6, 3, groups=2), nn.ConvTranspose3d(2, 3, 2, bias=False))
        self.norm = nn.Sequential(
            nn.BatchNorm1d(3), nn.BatchNorm2d(4), nn.BatchNorm3d(2), nn.SyncBatchNorm(5),
            nn.InstanceNorm1d(3, affine=True), nn.InstanceNorm2d(3, affine=True, track_running_stats=True),
            nn.InstanceNorm3d(3, affine=True), nn.GroupNorm(2, 6), nn.LayerNorm((3, 4)))
        self.embedding = nn.Sequential(
            nn.Embedding(7, 3), nn.Embedding(30, 4, padding_idx=2), nn.EmbeddingBag(6, 3), nn.PReLU(3))
        self.rnn = nn.ModuleList([
            nn.RNN(3, 4), nn.LSTM(3, 4, 2, bidirectional=True, proj_size=2), nn.GRU(4, 6, bias=False),
            nn.RNNCell(3, 4), nn.LSTMCell(3, 4, bias=False), nn.GRUCell(3, 5)])
        self.self_attn = nn.MultiheadAttention(8, 2)
        self.transformer = nn.Transformer(8, 2, 1, 2, 16)
        self.softmax = nn.AdaptiveLogSoftmaxWithLoss(16, 20, [4, 10], div_value=2.0)
