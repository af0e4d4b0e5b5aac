import torch.nn as nn


def init_rnn(m):
    if isinstance(m, nn.RNNBase):
        for layer_p in m._all_weights:
            for p in layer_p:
                if 'weight' in p:
                    # print(p, m.__getattr__(p))
                    nn.init.normal_(m.__getattr__(p), 0.0, 0.02)
        for i in range(m.num_layers):
            nn.init.uniform_(getattr(m, 'bias_ih_l%d' % i), -0.1, 0.1)
            nn.init.constant_(getattr(m, f'bias_hh_l{i}'), 1 / m.hidden_size)
