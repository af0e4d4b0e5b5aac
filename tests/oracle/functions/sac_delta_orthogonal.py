import torch.nn as nn


def weight_init(m):
    """Delta-orthogonal, as soft actor-critic from pixels has it."""
    if isinstance(m, nn.Linear):
        nn.init.orthogonal_(m.weight.data)
        m.bias.data.fill_(0.0)
    elif isinstance(m, nn.Conv2d) or isinstance(m, nn.ConvTranspose2d):
        assert m.weight.size(2) == m.weight.size(3)
        m.weight.data.fill_(0.0)
        m.bias.data.fill_(0.0)
        mid = m.weight.size(2) // 2
        gain = nn.init.calculate_gain('relu')
        nn.init.orthogonal_(m.weight.data[:, :, mid, mid], gain)


def place_by_place(m):
    if isinstance(m, nn.Conv2d):
        m.weight.data.zero_()
        nn.init.xavier_uniform_(m.weight.data[:, :, 0, -1])
        nn.init.kaiming_normal_(m.weight[:, :, 1, 1])
        m.weight.data[:, :, 2, 2] = 3
