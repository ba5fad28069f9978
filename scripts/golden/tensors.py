"""Random tensors on a grid that float and double hold exactly, and how they are written, and what lists them."""

import json
import math

import numpy as np

from golden import problems

SCALE = 4096
UNBOUNDED = ("relu", "linear")


def on_grid(random, shape, bound):
    """Uniform in [-bound, bound], a whole number of 1/SCALE each."""
    most = round(bound * SCALE)
    return random.integers(-most, most, size=shape, endpoint=True).astype(np.float64) / SCALE


def grid_json(array):
    integers = array * SCALE
    assert np.array_equal(integers, np.rint(integers)), "off the grid"
    return {"shape": list(array.shape), "scale": SCALE, "values": [int(value) for value in integers.ravel()]}


def mask_json(mask):
    return {"shape": list(mask.shape), "values": [int(value) for value in mask.ravel()]}


def real_json(array):
    """Doubles that read back as the same doubles."""
    assert array.dtype == np.float64, array.dtype
    return {"shape": list(array.shape), "values": array.ravel().tolist()}


def from_json(tensor):
    array = np.array(tensor["values"], dtype=np.float64) / tensor.get("scale", 1)
    return array.reshape(tensor["shape"])


def write_index(path, made_by, files, refused):
    """An entry a line, and the versions of what made them."""
    lists = []
    for key, entries in (("files", files), ("refused", refused)):
        lines = ",\n".join(json.dumps(one, separators=(",", ":"), allow_nan=False) for one in entries)
        lists.append(f'"{key}": [\n{lines}\n]')
    path.write_text(f'{{"made_by": {json.dumps(made_by)},\n' + ",\n".join(lists) + "\n}\n")


def draw_given(problem, random):
    """All that a run of the problem is given, by name, in the order of the file.

    Bounds are such that the sums inside an activation have a standard deviation near 1: it bends, and is not
    saturated. Wider for hard_sigmoid, which bends at +-3 only, and narrower where activations are unbounded.
    """
    acts = [problem["act"], problem.get("rec_act")]
    width = 1.8 if "hard_sigmoid" in acts else 1.0
    width *= 0.6 if problem["kind"] in problems.CELLS and any(act in UNBOUNDED for act in acts) else 1.0
    bounds = {"kernel": width * 1.5 / math.sqrt(problem["F"]), "bias": 0.75 * width,
              "recurrent_kernel": width * 1.5 / math.sqrt(problem.get("U", 1))}
    shape = [problem["B"], problem["T"], problem["F"]]
    given = {"input": on_grid(random, shape, 6.0 if problem["kind"] == "activation" else 2.0)}
    for name, weight_shape in problems.weight_shapes(problem).items():
        given[name] = on_grid(random, weight_shape, bounds[name])
    if problem.get("state"):
        given["initial_h"] = on_grid(random, (problem["B"], problem["U"]), 1.0)
        if problem["kind"] == "lstm":
            given["initial_c"] = on_grid(random, (problem["B"], problem["U"]), 1.5)
    if problem.get("mask", "none") != "none":
        given["mask"] = draw_mask(problem["mask"], problem["B"], problem["T"], random)
    return given


def draw_mask(pattern, batch, time_steps, random):
    """[batch, time_steps] of 0 and 1; 1: the step counts."""
    if pattern in ("right", "left"):
        if batch == 1:
            lengths = [random.integers(1, time_steps)]
        else:  # one row unpadded, the others of different lengths where there are enough of them
            shorter = random.permutation(np.arange(1, time_steps))
            lengths = random.permutation([time_steps, *np.resize(shorter, batch - 1)])
        mask = np.array([[int(t < length) for t in range(time_steps)] for length in lengths])
        return mask if pattern == "right" else mask[:, ::-1]
    while True:
        mask = random.integers(0, 2, size=(batch, time_steps))
        if pattern == "full":
            whole = random.integers(batch)
            mask[whole] = 0
            others = np.delete(mask, whole, axis=0)
            if others.any(axis=1).all() and (time_steps == 1 or not others.all()):
                return mask
        elif mask.any(axis=1).all() and (np.abs(np.diff(mask, axis=1)).sum(axis=1) >= 2).any():
            if not mask.all(axis=1).any():
                return mask
