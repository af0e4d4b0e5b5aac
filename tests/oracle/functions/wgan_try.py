import torch.nn as nn


def weights_init_d(m):
    classname = m.__class__.__name__
    if classname.find('Conv') != -1 or classname.find('Block') != -1:
        try:
            nn.init.xavier_uniform_(m.weight.data)
            m.bias.data.fill_(0)
        except AttributeError:
            print("Skipping initialization of ", classname)
    elif 'Linear' in classname: nn.init.xavier_uniform_(m.weight.data); m.bias.data.zero_()
