from torch import nn


def init_weights(m):
    if type(m) in [nn.GRU, nn.LSTM, nn.RNN]:
        for name, param in m.named_parameters():
            if 'weight_ih' in name:
                nn.init.xavier_uniform_(param.data)
            elif 'weight_hh' in name:
                nn.init.xavier_normal_(param.data, gain=nn.init.calculate_gain('tanh'))
            elif 'bias' in name:
                param.data.fill_(0)
    elif type(m) == nn.Embedding:
        m.weight.data.uniform_(-0.1, 0.1)
    elif type(m) == nn.Linear:
        nn.init.xavier_uniform_(m.weight)
        m.bias.data.fill_(0.01)
