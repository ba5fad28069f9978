"""Recomputes golden files with plain loops in double, from formulas of its own and without Keras."""

import json
import sys

import numpy as np

from golden import problems, tensors, training_check

COMPUTED_BY_KERAS = 1e-12
PRINTED_BY_KERAS = 2e-7  # literals.json: printed from float
FILES = ["lstm.json", "gru.json", "simple_rnn.json", "dense.json", "literals.json", "seeds.json", "training.json"]


def check_folder(folder):
    """0 if every entry of every file agrees, 1 otherwise; one line a file on stdout, one a failure on stderr."""
    failures = 0
    for name in FILES:
        content = json.loads((folder / name).read_text())
        tolerance = PRINTED_BY_KERAS if name == "literals.json" else COMPUTED_BY_KERAS
        entries = next(value for key, value in content.items() if key != "made_by")
        worst = 0.0
        for entry in entries:
            error = _error_of(entry)
            worst = max(worst, error)
            if not error <= tolerance:
                failures += 1
                print(f"{folder / name}: {entry.get('problem') or entry['model']} is off by {error:.3g}, "
                      f"allowed is {tolerance:g}", file=sys.stderr)
        print(f"{name}: {len(entries)} entries, largest error {worst:.3g}")
    return 1 if failures else 0


def _error_of(entry):
    if "problem" in entry:
        return _problem_error(entry)
    return training_check.error(entry) if "losses" in entry["expected"] else _model_error(entry)


def _error(expected, computed):
    if expected.shape != computed.shape or not np.isfinite(expected).all():
        return float("inf")
    return float(np.abs(expected - computed).max())


def _problem_error(entry):
    problem = problems.parse(entry["problem"])
    given = {name: tensors.from_json(tensor) for name, tensor in entry["given"].items()}
    if problem["kind"] in problems.CELLS:
        computed = recurrent(problem, given)
    elif problem["kind"] == "dense":
        computed = {"output": dense(given["input"], given["kernel"], given.get("bias"), problem["act"])}
    else:
        computed = {"output": activate(problem["act"], given["input"])}
    wanted = {"output"} | ({"final_h"} | ({"final_c"} if problem["kind"] == "lstm" else set())
                           if problem.get("final") else set())
    if set(entry["expected"]) != wanted:
        return float("inf")
    return max(_error(tensors.from_json(tensor), computed[name]) for name, tensor in entry["expected"].items())


def _model_error(entry):
    """Of a seed model: one recurrent layer, heads on it, perhaps softmax on the head."""
    weights = {name: tensors.from_json(tensor) for name, tensor in entry["weights"].items()}
    given = {name: tensors.from_json(tensor) for name, tensor in entry["given"].items()}
    base, *heads = dict.fromkeys(name.split("/")[0] for name in weights)

    def of(layer):
        return {name.split("/")[1]: array for name, array in weights.items() if name.split("/")[0] == layer}

    batch, time_steps, features = given["input"].shape
    variant = {"reset_after": int(entry["reset_after"])} if base == "gru" else {}
    problem = problems.make(base, B=batch, T=time_steps, F=features, U=of(base)["recurrent_kernel"].shape[0],
                            seq=int(not entry["model"].endswith("-last")), **variant)
    hidden = recurrent(problem, {**given, **of(base)})["output"]
    hidden = hidden if problem["seq"] else hidden[:, 0]
    worst = 0.0
    for name, tensor in entry["expected"].items():
        if name == base:
            last = np.array(tensor["last_step_of_first_sample"])
            worst = max(worst, _error(last, hidden[0, -1]) if tensor["shape"] == list(hidden.shape) else np.inf)
            continue
        head = of(heads[0] if name == "activation" else name)
        output = dense(hidden, head["kernel"], head["bias"], "softmax" if name == "activation" else "linear")
        worst = max(worst, _error(tensors.from_json(tensor), output))
    return worst


def activate(name, x):
    if name == "softmax":
        powers = np.exp(x - x.max(axis=-1, keepdims=True))
        return powers / powers.sum(axis=-1, keepdims=True)
    return {"linear": lambda: x, "tanh": lambda: np.tanh(x), "sigmoid": lambda: 1 / (1 + np.exp(-x)),
            "hard_sigmoid": lambda: np.minimum(np.maximum(x / 6 + 0.5, 0), 1),
            "relu": lambda: np.maximum(x, 0), "softsign": lambda: x / (1 + np.abs(x))}[name]()


def dense(x, kernel, bias, act):
    sums = [[sum(float(a) * float(b) for a, b in zip(row, column)) for column in kernel.T]
            for row in x.reshape(-1, x.shape[-1])]
    output = np.array(sums).reshape(*x.shape[:-1], kernel.shape[1])
    return activate(act, output if bias is None else output + bias)


def recurrent(problem, given):
    """Sample by sample and step by step, every gate by itself."""
    batch, time_steps, units = problem["B"], problem["T"], problem["U"]
    zeros = np.zeros((batch, units))
    outputs = np.zeros((batch, time_steps, units))
    final_h, final_c = np.zeros((batch, units)), np.zeros((batch, units))
    for b in range(batch):
        h, c = given.get("initial_h", zeros)[b].copy(), given.get("initial_c", zeros)[b].copy()
        shown = np.zeros(units)  # what a masked step repeats: zeros until a step has counted, whatever the state
        for step in range(time_steps):
            t = time_steps - 1 - step if problem["back"] else step
            if "mask" not in given or given["mask"][b, t]:
                h, c = _step(problem, given, given["input"][b, t], h, c)
                shown = h
            elif problem["zero_mask"]:
                shown = np.zeros(units)
            outputs[b, step] = shown
        final_h[b], final_c[b] = h, c
    return {"output": outputs if problem["seq"] else outputs[:, -1:], "final_h": final_h, "final_c": final_c}


def _step(problem, given, x, h, c):
    units = problem["U"]
    act = lambda values: activate(problem["act"], values)  # noqa: E731
    gate_act = lambda values: activate(problem["rec_act"], values)  # noqa: E731

    def columns(name, gate):
        return given[name][:, gate * units:(gate + 1) * units]

    def bias(gate, row=0):
        if not problem["bias"]:
            return 0.0
        values = given["bias"] if given["bias"].ndim == 1 else given["bias"][row]
        return values[gate * units:(gate + 1) * units]

    def from_input(gate):
        return x @ columns("kernel", gate) + bias(gate)

    def from_state(gate, state):
        return state @ columns("recurrent_kernel", gate)

    if problem["kind"] == "simple_rnn":
        return act(from_input(0) + from_state(0, h)), c
    if problem["kind"] == "lstm":
        i, f, o = (gate_act(from_input(gate) + from_state(gate, h)) for gate in (0, 1, 3))
        c = f * c + i * act(from_input(2) + from_state(2, h))
        return o * act(c), c
    second = (lambda gate: bias(gate, 1)) if problem["reset_after"] else (lambda gate: 0.0)
    z, r = (gate_act(from_input(gate) + from_state(gate, h) + second(gate)) for gate in (0, 1))
    recalled = r * (from_state(2, h) + second(2)) if problem["reset_after"] else from_state(2, r * h)
    return z * h + (1 - z) * act(from_input(2) + recalled), c
