import torch
import torch.nn as nn


def init_lstm(m):
    if isinstance(m, (nn.LSTM, nn.GRU)):
        for name, param in m.named_parameters():
            if name.startswith('weight_ih'):
                with torch.no_grad():
                    for part in range(3):
                        n = param.size(0) // 3
                        nn.init.xavier_uniform_(param[part * n:(part + 1) * n])
            elif 'bias_hh' in name:
                n = param.size(0)
                param.data.fill_(0)
                param.data[n // 4:n // 2].fill_(1.)
                param.data[-1:] *= 2
                param.data[int(n / 2):] = 0.5
    elif isinstance(m, nn.Linear):
        m.bias.data[:2].uniform_(-1, 1)
