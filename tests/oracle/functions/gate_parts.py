import torch
import torch.nn as nn


def init_gates(model):
    """The gates of recurrent layers one by one, and filters by their places."""
    for module in model.modules():
        if isinstance(module, (nn.LSTM, nn.GRU)):
            gates = 4 if isinstance(module, nn.LSTM) else 3
            for name, param in module.named_parameters():
                if 'weight_ih' in name:
                    for gate in param.chunk(gates, 0):
                        nn.init.xavier_uniform_(gate)
                elif 'weight_hh' in name:
                    for gate in torch.split(param.data, module.hidden_size):
                        nn.init.orthogonal_(gate.t())
                else:
                    param.data.zero_()
                    if gates == 4:
                        param.data.chunk(4)[1].fill_(1)
        elif isinstance(module, nn.Linear):
            with torch.no_grad():
                for row in module.weight:
                    row.uniform_(-1 / len(row), 1 / len(row))
                module.weight[..., -1].zero_()
                module.weight.T[0].normal_()
            first, rest = module.bias.data.split([1, module.bias.numel() - 1])
            first.fill_(2)
            nn.init.normal_(rest, std=1 / rest.shape[0] ** 0.5)
        elif isinstance(module, nn.Embedding):
            nn.init.normal_(module.weight.data.view(-1)[4:])
            torch.transpose(module.weight.data, 0, 1)[::2, 1].fill_(3)
