"""Recomputes training.json in numpy without Keras, and without a derivative by hand.

The gradient is that of the complex step: the loss is computed with weight + i h, and its imaginary part over h is
the derivative, to the last bits, as nothing is subtracted. All weights at once: each is moved in a model of its own.
"""

import numpy as np

from golden import problems, tensors

TINY = 1e-200  # h: its square is 0
EPSILON = 1e-7  # of Keras, where it clips probabilities
CHUNK = 128  # models at once


def error(entry):
    """The largest difference from the entry."""
    weights = {name: tensors.from_json(tensor) for name, tensor in entry["weights"].items()}
    x = tensors.from_json(entry["given"]["input"])
    targets = {name: tensors.from_json(tensor) for name, tensor in entry["targets"].items()}
    expected = entry["expected"]
    optimizer = Optimizer(entry["optimizer"])
    worst = 0.0
    for step, wanted in enumerate(expected["losses"]):
        begin, size = entry["batches"][step % len(entry["batches"])]
        rows = slice(begin, begin + size)
        loss, gradients = loss_and_gradients(entry, weights, x[rows], {k: v[rows] for k, v in targets.items()})
        worst = max(worst, abs(loss - wanted))
        if step == 0 and "gradients" in expected:
            worst = max(worst, _difference(expected["gradients"], gradients))
        optimizer.step(weights, gradients)
        if str(step + 1) in expected["weights"]:
            worst = max(worst, _difference(expected["weights"][str(step + 1)], weights))
    return worst if str(len(expected["losses"])) in expected["weights"] else float("inf")


def _difference(expected, computed):
    if set(expected) != set(computed):
        return float("inf")
    return max(np.abs(tensors.from_json(tensor) - computed[name]).max() for name, tensor in expected.items())


def loss_and_gradients(entry, weights, x, targets):
    gradients = {}
    for name, weight in weights.items():
        flat = np.empty(weight.size)
        for begin in range(0, weight.size, CHUNK):
            moved = np.arange(begin, min(begin + CHUNK, weight.size))
            many = np.broadcast_to(weight.ravel().astype(complex), (moved.size, weight.size)).copy()
            many[np.arange(moved.size), moved] += 1j * TINY
            loss = _loss(entry, weights | {name: many.reshape(moved.size, *weight.shape)}, x, targets)
            flat[moved] = loss.imag / TINY
        gradients[name] = flat.reshape(weight.shape)
    return float(np.real(loss[0])), gradients


def _loss(entry, weights, x, targets):
    """Of as many models as the weights have in front of their own axes."""
    values = {"input": x}
    for layer in entry["layers"]:
        name, problem = layer["name"], problems.parse(layer["problem"])
        own = {key.split("/")[1]: array for key, array in weights.items() if key.split("/")[0] == name}
        values[name] = _layer(problem, own, values[layer["reads"]])
    return sum(_loss_of_output(entry["loss"], target, values[name]) for name, target in targets.items())


def _layer(problem, own, x):
    if problem["kind"] == "activation":
        return _activate(problem["act"], x)
    if problem["kind"] == "dense":
        return _activate(problem["act"], np.matmul(x, own["kernel"][..., None, :, :])
                         + own["bias"][..., None, None, :])
    h = c = 0.0
    outputs = []
    for t in range(problem["T"]):
        h, c = _step(problem, own, x[..., t, :], h, c)
        outputs.append(h)
    outputs = np.stack(np.broadcast_arrays(*outputs), axis=-2)  # [.., batch, time_steps, units]
    return outputs if problem["seq"] else outputs[..., -1:, :]


def _step(problem, own, x, h, c):
    units = problem["U"]
    bias = own["bias"][..., None, :]
    first, second = (bias[..., 0, :, :], bias[..., 1, :, :]) if problem["kind"] == "gru" else (bias, 0.0)
    from_x = np.matmul(x, own["kernel"]) + first
    from_h = (np.matmul(h, own["recurrent_kernel"]) if isinstance(h, np.ndarray) else 0 * from_x) + second

    def gate(values, index):
        return values[..., index * units:(index + 1) * units]

    if problem["kind"] == "simple_rnn":
        return np.tanh(from_x + from_h), c
    if problem["kind"] == "lstm":
        i, f, o = (_sigmoid(gate(from_x + from_h, index)) for index in (0, 1, 3))
        c = f * c + i * np.tanh(gate(from_x + from_h, 2))
        return o * np.tanh(c), c
    assert problem["reset_after"]
    z, r = (_sigmoid(gate(from_x + from_h, index)) for index in (0, 1))
    return z * h + (1 - z) * np.tanh(gate(from_x, 2) + r * gate(from_h, 2)), c


def _sigmoid(x):
    return 1 / (1 + np.exp(-x))


def _activate(name, x):
    if name == "softmax":
        powers = np.exp(x - x.real.max(axis=-1, keepdims=True))
        return powers / powers.sum(axis=-1, keepdims=True)
    return {"linear": lambda: x, "sigmoid": lambda: _sigmoid(x),
            "hard_sigmoid": lambda: _bound(x / 6 + 0.5, 0, 1)}[name]()


def _bound(x, low, high):
    """Flat where it bounds, so that nothing is left of an imaginary part there."""
    return np.where(x.real < low, low, np.where(x.real > high, high, x))


def _loss_of_output(loss, target, output):
    """[batch, time_steps, classes] and output [.., batch, time_steps, classes]."""
    if loss == "mean_squared_error":
        rows = ((output - target) ** 2).mean(axis=-1)
    elif loss == "mean_absolute_error":
        rows = ((output - target) * np.sign((output - target).real)).mean(axis=-1)
    elif loss == "categorical_crossentropy":
        p = _bound(output / output.sum(axis=-1, keepdims=True), EPSILON, 1 - EPSILON)
        rows = -(target * np.log(p)).sum(axis=-1)
    elif loss == "sparse_categorical_crossentropy":
        p = _bound(output, EPSILON, 1 - EPSILON)
        p = p / p.sum(axis=-1, keepdims=True)
        wanted = np.eye(output.shape[-1])[target[..., 0].astype(int)]
        rows = -(wanted * np.log(p)).sum(axis=-1)
    else:
        p = _bound(output, EPSILON, 1 - EPSILON)
        rows = -(target * np.log(p) + (1 - target) * np.log(1 - p)).mean(axis=-1)
    return rows.mean(axis=(-2, -1))


class Optimizer:
    """By the names and defaults of Keras."""

    def __init__(self, options):
        self.options = {"learning_rate": 0.01 if options["kind"] == "sgd" else 0.001, "momentum": 0.0,
                        "nesterov": False, "rho": 0.9, "centered": False, "beta_1": 0.9, "beta_2": 0.999,
                        "epsilon": 1e-7, "clipnorm": np.inf, "global_clipnorm": np.inf, "clipvalue": np.inf} | options
        self.steps = 0
        self.memory = {}

    def step(self, weights, gradients):
        o = self.options
        self.steps += 1
        norm_of_all = np.sqrt(sum((g ** 2).sum() for g in gradients.values()))
        for name, g in gradients.items():
            g = g * min(1.0, o["clipnorm"] / max(np.linalg.norm(g), 1e-300), o["global_clipnorm"] / norm_of_all)
            g = np.minimum(np.maximum(g, -o["clipvalue"]), o["clipvalue"])
            memory = self.memory.setdefault(name, {"first": 0.0, "second": 0.0, "momentum": 0.0})
            weights[name] = weights[name] - getattr(self, o["kind"])(g, memory)

    def sgd(self, g, memory):
        o = self.options
        memory["momentum"] = o["momentum"] * memory["momentum"] + o["learning_rate"] * g
        if o["nesterov"]:
            return o["momentum"] * memory["momentum"] + o["learning_rate"] * g
        return memory["momentum"]

    def rmsprop(self, g, memory):
        o = self.options
        memory["second"] = o["rho"] * memory["second"] + (1 - o["rho"]) * g ** 2
        memory["first"] = o["rho"] * memory["first"] + (1 - o["rho"]) * g
        variance = memory["second"] - (memory["first"] ** 2 if o["centered"] else 0)
        memory["momentum"] = o["momentum"] * memory["momentum"] + o["learning_rate"] * g / np.sqrt(
            variance + o["epsilon"])
        return memory["momentum"]

    def adam(self, g, memory):
        o = self.options
        memory["first"] = o["beta_1"] * memory["first"] + (1 - o["beta_1"]) * g
        memory["second"] = o["beta_2"] * memory["second"] + (1 - o["beta_2"]) * g ** 2
        rate = o["learning_rate"] * np.sqrt(1 - o["beta_2"] ** self.steps) / (1 - o["beta_1"] ** self.steps)
        return rate * memory["first"] / (np.sqrt(memory["second"]) + o["epsilon"])
