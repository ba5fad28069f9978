"""state_dicts of PyTorch in .safetensors, and what the modules answer in double.

usage: python -m golden.pytorch_files FOLDER
"""

import json
import pathlib
import sys
import zlib

import numpy as np
import safetensors.torch
import torch
from torch import nn

from golden import tensors

FOLDER = pathlib.Path(sys.argv[1])


class Chain(nn.Module):
    """Recurrent and other modules by name, each on what the one before it returns; `last`: what the recurrent ones
    end in goes on, of a bidirectional one both halves."""

    def __init__(self, last=False, **modules):
        super().__init__()
        self.last = last
        for name, module in modules.items():
            self.add_module(name, module)

    def forward(self, x):
        for module in self.children():
            if not isinstance(module, nn.RNNBase):
                x = module(x)
                continue
            x, states = module(x)
            if self.last:
                h = states[0] if isinstance(states, tuple) else states
                x = torch.cat([h[-2], h[-1]], dim=1) if module.bidirectional else h[-1]
        return x


class Cells(nn.Module):
    """Cells by name, called in a loop over the steps, each on h of the one before it; then fc on every step, or the
    last."""

    def __init__(self, fc, last=False, **cells):
        super().__init__()
        self.last, self.names = last, list(cells)
        for name, cell in cells.items():
            self.add_module(name, cell)
        self.fc = fc

    def forward(self, x):
        cells = [cell for name in self.names for cell in self.listed(getattr(self, name))]
        states, steps = [None] * len(cells), []
        for t in range(x.shape[1]):
            h = x[:, t]
            for i, cell in enumerate(cells):
                states[i] = cell(h, states[i])
                h = states[i][0] if isinstance(states[i], tuple) else states[i]
            steps.append(h)
        return self.fc(h if self.last else torch.stack(steps, dim=1))

    @staticmethod
    def listed(cell):
        return list(cell) if isinstance(cell, nn.ModuleList) else [cell]


def random_of(name):
    return np.random.Generator(np.random.PCG64(zlib.crc32(name.encode())))


def set_weights(module, random):
    """On the grid, so that float and double hold the same, and sums of biases, too."""
    with torch.no_grad():
        for parameter in module.parameters():
            shape = tuple(parameter.shape)
            bound = 0.5 if len(shape) == 1 else 1.5 / shape[-1] ** 0.5
            parameter.copy_(torch.from_numpy(tensors.on_grid(random, shape, bound)))


def entry(name, why, module, shape, layers=None, dtype=torch.float32, notes=()):
    """Saves the state_dict in this dtype, and `layers` as the config beside it."""
    random = random_of(name)
    x = tensors.on_grid(random, shape, 2.0)
    set_weights(module, random)
    module = module.to(dtype)
    file = f"{name}.safetensors"
    safetensors.torch.save_file(module.state_dict(), FOLDER / file)
    if layers is not None:
        (FOLDER / f"{name}.config.json").write_text(json.dumps({"layers": layers}, indent=1) + "\n")
    with torch.no_grad():
        y = module.double()(torch.from_numpy(x)).numpy()
    return {"file": file, "why": why, "notes": list(notes), "given": {"input": tensors.grid_json(x)},
            "expected": {"output_0": tensors.real_json(y)}}


def refused(name, why, module, says):
    set_weights(module, random_of(name))
    file = f"{name}.safetensors"
    safetensors.torch.save_file(module.state_dict(), FOLDER / file)
    return {"file": file, "why": why, "says": says}


def lstm(features, units, **options):
    return nn.LSTM(features, units, batch_first=True, **options)


def gru(features, units, **options):
    return nn.GRU(features, units, batch_first=True, **options)


def rnn(features, units, **options):
    return nn.RNN(features, units, batch_first=True, **options)



def files():
    taken = "this is taken: {\"layers\": [{\"module\": "
    yield entry("lstms", "two layers in one nn.LSTM; the file has fc first, by the alphabet",
                Chain(lstm=lstm(3, 4, num_layers=2), fc=nn.Linear(4, 2)), (3, 6, 3), notes=[taken + '"lstm"'])
    yield entry("grus", "both biases, of which one stands inside the product with the reset gate",
                Chain(gru=gru(3, 5), fc=nn.Linear(5, 2)), (3, 6, 3), notes=[taken + '"gru"'])
    yield entry("rnn", "tanh, which nn.RNN does not say", Chain(rnn=rnn(2, 4), fc=nn.Linear(4, 3)), (2, 5, 2),
                notes=['"nonlinearity": "tanh"'])
    yield entry("one_feature", "fc could stand first, by its shape", Chain(lstm=lstm(1, 4), fc=nn.Linear(4, 1)),
                (2, 6, 1), notes=[taken + '"lstm"'])
    yield entry("bare", "a layer alone, whose names have no prefix", gru_alone(), (2, 4, 3), notes=[taken + '""'])
    yield entry("no_bias", "recurrent and linear layers without biases: by a config",
                Chain(gru=gru(3, 4, bias=False), lstm=lstm(4, 3, bias=False), fc=nn.Linear(3, 2, bias=False)),
                (2, 5, 3), [{"module": "gru"}, {"module": "lstm"}, {"module": "fc"}])
    yield entry("bidirectional", "two layers of two directions",
                Chain(gru=gru(3, 4, num_layers=2, bidirectional=True), fc=nn.Linear(8, 2)), (2, 5, 3),
                notes=[taken + '"gru"'])
    yield entry("bidirectional_lstm", "the same of nn.LSTM, then nn.RNN",
                Chain(a=lstm(2, 3, bidirectional=True), b=rnn(6, 4, bidirectional=True)), (2, 5, 2),
                notes=['"nonlinearity": "tanh"'])
    yield entry("numbered", "one recurrent layer behind another: by the numbers in their names, of which 10 is last",
                Chain(rnn2=lstm(4, 4), rnn10=gru(4, 4), fc=nn.Linear(4, 4)), (2, 4, 4),
                notes=['"rnn2", "return_sequences": true}, {"module": "rnn10"'])
    yield entry("last", "the last step alone, and activations: by a config",
                Chain(True, rnn=rnn(3, 5, nonlinearity="relu"), fc1=nn.Linear(5, 5), act=nn.ReLU(),
                      fc2=nn.Linear(5, 3), out=nn.Softmax(-1)), (3, 5, 3),
                [{"module": "rnn", "nonlinearity": "relu", "return_sequences": False},
                 {"module": "fc1", "activation": "relu"}, {"module": "fc2"}, {"activation": "softmax"}])
    yield entry("bidirectional_last", "what both directions end in: by a config",
                Chain(True, lstm=lstm(3, 3, num_layers=2, bidirectional=True), fc=nn.Linear(6, 2)), (3, 5, 3),
                [{"module": "lstm", "return_sequences": False}, {"module": "fc", "activation": "linear"}],
                notes=["h_n of both directions is taken"])
    yield entry("sequential", "nn.Sequential, of which 1 has no weights: by a config",
                nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 4), nn.Sigmoid()), (2, 4, 3),
                [{"module": "0", "activation": "tanh"}, {"module": "2"}, {"activation": "sigmoid"}])
    yield entry("cells", "cells of each kind, called over the steps",
                Cells(nn.Linear(3, 2), cell1=nn.LSTMCell(3, 4), cell2=nn.GRUCell(4, 5), cell3=nn.RNNCell(5, 3)), (3, 6, 3),
                notes=[taken + '"cell1"', '"cell1" (nn.LSTMCell), "cell2" (nn.GRUCell), "cell3" (nn.RNNCell) at each step'])
    yield entry("cell_list", "an nn.ModuleList of cells without biases", Cells(nn.Linear(4, 2), cells=nn.ModuleList(
                    [nn.GRUCell(4, 4, bias=False) for _ in range(11)])), (2, 4, 4),
                notes=['{"module": "cells.9", "return_sequences": true}, {"module": "cells.10"',
                       '"cells.6" (nn.GRUCell), ... at each step'])
    yield entry("cell_last", "what a cell ends in: by a config",
                Cells(nn.Linear(4, 2), last=True, cell=nn.RNNCell(3, 4, nonlinearity="relu")), (2, 5, 3),
                [{"module": "cell", "nonlinearity": "relu", "return_sequences": False}, {"module": "fc"}])
    for dtype in (torch.float16, torch.bfloat16, torch.float64):
        name = str(dtype)[len("torch."):]
        yield entry(name, f"weights of {name}", Chain(lstm=lstm(3, 4), fc=nn.Linear(4, 2)), (2, 4, 3), dtype=dtype,
                    notes=[taken + '"lstm"', f"weights of {name}"])


class Alone(nn.GRU):
    def forward(self, x):
        return super().forward(x)[0]


def gru_alone():
    return Alone(3, 4, batch_first=True)


def all_refused():
    yield refused("batch_norm", "normalises", Chain(lstm=lstm(3, 4), norm=nn.BatchNorm1d(4)),
                  'tensor "norm.num_batches_tracked": is of a batch normalisation')
    yield refused("layer_norm", "normalises", Chain(lstm=lstm(3, 4), norm=nn.LayerNorm(4)),
                  'tensor "norm.weight": is of a normalisation')
    yield refused("projected", "proj_size", Chain(lstm=lstm(3, 4, proj_size=2)),
                  'tensor "lstm.weight_hr_l0": is of proj_size')
    yield refused("convolved", "nn.Conv1d", Chain(conv=nn.Conv1d(3, 3, 2), lstm=lstm(3, 4)),
                  'tensor "conv.weight": is of a convolution')
    yield refused("embedded", "nn.Embedding", Chain(embedding=nn.Embedding(5, 3), lstm=lstm(3, 4)),
                  'tensor "embedding.weight"')
    yield refused("in_a_row", "no config says what stands between two linear layers",
                  Chain(lstm=lstm(3, 4), fc1=nn.Linear(4, 4), fc2=nn.Linear(4, 2)), '"fc1" and "fc2"')
    yield refused("two_orders", "two layers fit in either order", Chain(a=lstm(4, 4), b=gru(4, 4)), "more than one order")
    yield refused("two_heads", "no chain", Chain(lstm=lstm(3, 4), mean=nn.Linear(4, 2), spread=nn.Linear(4, 2)),
                  "no order")


def main():
    made_by = {"torch": torch.__version__.split("+")[0], "safetensors": safetensors.__version__, "numpy": np.__version__}
    tensors.write_index(FOLDER / "index.json", made_by, files(), all_refused())


if __name__ == "__main__":
    torch.set_num_threads(1)
    main()
