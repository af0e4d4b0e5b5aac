import torch.nn as nn


def init_by_keys(model):
    for key in model.state_dict():
        if key.split('.')[-1] == 'weight':
            if 'conv' in key:
                nn.init.kaiming_normal_(model.state_dict()[key], mode='fan_out')
            if 'bn' in key:
                model.state_dict()[key][...] = 1
        elif key.split('.')[-1] == 'bias':
            model.state_dict()[key][...] = 0
