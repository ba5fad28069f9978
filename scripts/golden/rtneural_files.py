"""Models as RTNeural's python/model_utils.py writes them, and what its layers compute of them, in double.

usage: python -m golden.rtneural_files FOLDER

The formulas are those of RTNeural/dense/dense.h, gru/gru.h and lstm/lstm.h, step by step from states of zeros; its
loader gives a recurrent layer tanh and sigmoid, whatever the file's "activation" says.
"""

import json
import pathlib
import sys
import zlib

import numpy as np

from golden import tensors

FOLDER = pathlib.Path(sys.argv[1])


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softmax(x):
    e = np.exp(x - x.max())
    return e / e.sum()


ACTIVATIONS = {"": lambda x: x, "tanh": np.tanh, "relu": lambda x: np.maximum(x, 0), "sigmoid": sigmoid,
               "softmax": softmax}


def dense(steps, weights, activation):
    bias = weights[1] if len(weights) > 1 else 0
    return [ACTIVATIONS[activation](x @ weights[0] + bias) for x in steps]


def gru(steps, weights, _):
    w, u, b = weights
    units = u.shape[0]
    z, r, c = (slice(i * units, (i + 1) * units) for i in range(3))
    h, all_h = np.zeros(units), []
    for x in steps:
        z_of = sigmoid(x @ w[:, z] + h @ u[:, z] + b[0, z] + b[1, z])
        r_of = sigmoid(x @ w[:, r] + h @ u[:, r] + b[0, r] + b[1, r])
        c_of = np.tanh(x @ w[:, c] + r_of * (h @ u[:, c] + b[1, c]) + b[0, c])
        h = (1 - z_of) * c_of + z_of * h
        all_h.append(h)
    return all_h


def lstm(steps, weights, _):
    w, u, b = weights
    units = u.shape[0]
    i, f, c, o = (slice(k * units, (k + 1) * units) for k in range(4))
    h, kept, all_h = np.zeros(units), np.zeros(units), []
    for x in steps:
        gates = x @ w + h @ u + b
        kept = sigmoid(gates[f]) * kept + sigmoid(gates[i]) * np.tanh(gates[c])
        h = sigmoid(gates[o]) * np.tanh(kept)
        all_h.append(h)
    return all_h


LAYERS = {"dense": dense, "time-distributed-dense": dense, "gru": gru, "lstm": lstm,
          "activation": lambda steps, _, activation: [ACTIVATIONS[activation](x) for x in steps]}
GATES = {"dense": 1, "time-distributed-dense": 1, "gru": 3, "lstm": 4}


def make(name, in_shape, specs, beside):
    """specs: (type, activation, units or None, further keys). Weights are float32 numbers on the grid."""
    random = np.random.Generator(np.random.PCG64(zlib.crc32(name.encode())))
    features, layers = in_shape[-1], []
    for kind, activation, units, more in specs:
        weights, size = [], units or features
        if kind in GATES:
            columns = GATES[kind] * units
            weights = [tensors.on_grid(random, (features, columns), 1.5 / features ** 0.5)]
            if kind in ("gru", "lstm"):
                weights.append(tensors.on_grid(random, (units, columns), 1.5 / units ** 0.5))
            if more.pop("bias", True):
                weights.append(tensors.on_grid(random, (2, columns) if kind == "gru" else (columns,), 0.5))
        layers.append({"type": kind, "activation": activation, "shape": [*in_shape[:-1], size],
                       "weights": [w.tolist() for w in weights], **more})
        features = size
    model = {"in_shape": in_shape, "layers": layers, **beside}
    (FOLDER / f"{name}.json").write_text(json.dumps(model) + "\n")
    return model, random


def entry(name, why, in_shape, specs, notes=(), **beside):
    model, random = make(name, in_shape, specs, beside)
    x = tensors.on_grid(random, (2, 6, in_shape[-1]), 2.0)
    y = []
    for steps in x:
        for layer in model["layers"]:
            steps = LAYERS[layer["type"]](steps, [np.array(w) for w in layer["weights"]], layer["activation"])
        y.append(steps)
    return {"file": f"{name}.json", "why": why, "notes": list(notes), "given": {"input": tensors.grid_json(x)},
            "expected": {"output_0": tensors.real_json(np.array(y))}}


def refused(name, why, says, specs, change=lambda model: None, **beside):
    model, _ = make(name, [None, None, 2], specs, beside)
    change(model)
    (FOLDER / f"{name}.json").write_text(json.dumps(model) + "\n")
    return {"file": f"{name}.json", "why": why, "says": says}


def files():
    yield entry("grus", "every layer of RTNeural's own gru.json", [None, None, 1],
                [("time-distributed-dense", "tanh", 4, {}), ("gru", "tanh", 4, {}), ("dense", "sigmoid", 3, {}),
                 ("dense", "", 1, {})])
    yield entry("lstms", "two in a row, and what programs write beside the layers", [None, None, 2],
                [("lstm", "tanh", 4, {}), ("lstm", "", 3, {}), ("dense", "", 1, {})],
                samplerate="48000", author="nobody", esr=0.25)
    yield entry("dense", "layers without biases, and activations as layers", [None, 3],
                [("dense", "", 4, {"bias": False}), ("activation", "relu", None, {}), ("dense", "tanh", 4, {}),
                 ("dense", "", 3, {}), ("activation", "softmax", None, {})])
    yield entry("last", "the last step alone in Keras, and every step in RTNeural", [None, None, 2],
                 [("gru", "tanh", 3, {"shape": [None, 3]})], ['layer "gru": its shape is [null,3]'])


def all_refused():
    gru_alone = [("gru", "tanh", 3, {})]

    def change_layer(**changes):
        return lambda model: model["layers"][0].update(changes)

    def one_bias(model):
        model["layers"][0]["weights"][2] = model["layers"][0]["weights"][2][0]

    def no_bias(model):
        model["layers"][0]["weights"].pop()

    yield refused("conv1d", "a convolution", 'layer "conv1d": type is "conv1d"', gru_alone,
                  change_layer(type="conv1d", kernel_size=[3], dilation=[2]))
    yield refused("prelu", "an activation with weights", 'layer "prelu": type is "prelu"', gru_alone,
                  change_layer(type="prelu"))
    yield refused("batchnorm", "a normalisation", 'layer "batchnorm": type is "batchnorm"', gru_alone,
                  change_layer(type="batchnorm", epsilon=0.001))
    yield refused("elu", "an activation that no layer here has", 'layer "dense": activation is "elu"',
                  [("dense", "", 3, {})], change_layer(activation="elu"))
    yield refused("gru_relu", "relu, which RTNeural leaves out", 'layer "gru": activation is "relu"', gru_alone,
                  change_layer(activation="relu"))
    yield refused("other_shape", "other units than the weights have", 'layer "gru": shape is [null,null,16]', gru_alone,
                  change_layer(shape=[None, None, 16]))
    yield refused("one_bias", "reset_after=False", 'layer "gru": weights[2] has the shape (9)', gru_alone, one_bias)
    yield refused("no_bias", "no biases", 'layer "gru": weights has 2 arrays', gru_alone, no_bias)
    yield refused("skip", "what is added to the output", "in_skip is 1", gru_alone, in_skip=1)


def main():
    tensors.write_index(FOLDER / "index.json", {"numpy": np.__version__}, files(), all_refused())


if __name__ == "__main__":
    main()
