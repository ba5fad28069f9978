"""What Keras' own layer tests expect: the numbers printed there, for tensors built as there.

Nothing here is computed by Keras. It is only asked, in double, whether it still agrees, and the installed test
files are asked whether they hold each number.
"""

import pathlib

import keras
import numpy as np

from golden import layers, problems, tensors

FOLDER = "keras/src/layers/rnn"
AGREEMENT = 2e-7  # of numbers printed from float, at most 1.03 in size

# mask patterns of the tests, [batch, time_steps]
PADDED = ("right", [[1, 1, 1, 0], [1, 1, 0, 0]])
PADDED_FRONT = ("left", [[0, 1, 1, 1], [0, 0, 1, 1]])
HOLES = ("holes", [[1, 1, 0, 1], [1, 0, 0, 1]])

# (test, what it pins, dimensions, other fields, mask, expected): `expected` has one number per row, or per row and
# step, which all units share, or one per row and unit where states differ by unit.
LSTM = [
    ("test_correctness", "defaults", "3 6 4 3", {}, None, [0.6288687, 0.86899155, 0.9460773]),
    ("test_correctness", "go_backwards", "3 6 4 3", {"back": 1}, None, [0.35622165, 0.74789524, 0.8872726]),
    ("test_correctness", "unit_forget_bias=False", "3 6 4 3", {"forget_bias": 0.03}, None,
     [0.57019705, 0.8661914, 0.9459622]),
    ("test_correctness", "use_bias=False", "3 6 4 3", {"bias": 0}, None, [0.54986924, 0.86226785, 0.9443936]),
    ("test_statefulness", "a second call that carries the state on, here as the sequence given twice over",
     "2 3 4 4", {"calls": 2}, None, [0.3124785, 0.6863672]),
    ("test_pass_initial_state", "a given state", "2 4 3 2", {"state": 1}, None,
     [[0.20574439, 0.3558822], [0.64930826, 0.66276]]),
    ("test_pass_initial_state", "a given state, go_backwards", "2 4 3 2", {"state": 1, "back": 1}, None,
     [[0.13281618, 0.2790356], [0.5839337, 0.5992567]]),
    ("test_masking", "the last step is masked", "2 4 3 2", {}, PADDED, [0.11755939, 0.28556206]),
    ("test_masking", "masked steps repeat the output", "2 4 3 2", {"seq": 1}, PADDED,
     [[0.01588910, 0.05552048, 0.11755939, 0.11755939], [0.14185596, 0.28556206, 0.28556206, 0.28556206]]),
    ("test_masking", "zero_output_for_mask", "2 4 3 2", {"seq": 1, "zero_mask": 1}, PADDED,
     [[0.01588910, 0.05552048, 0.11755939, 0.0], [0.14185596, 0.28556206, 0.0, 0.0]]),
    ("test_masking", "a mask with go_backwards", "2 4 3 2", {"back": 1}, PADDED_FRONT, [0.15341201, 0.3844719]),
]
GRU = [
    ("test_correctness", "defaults", "3 6 4 3", {}, None, [0.5217289, 0.6371659, 0.39384964]),
    ("test_correctness", "go_backwards", "3 6 4 3", {"back": 1}, None, [0.24406259, 0.611516, 0.3928808]),
    ("test_correctness", "reset_after=False", "3 6 4 3", {"reset_after": 0}, None,
     [0.51447755, 0.6426879, 0.40208298]),
    ("test_correctness", "use_bias=False", "3 6 4 3", {"bias": 0}, None, [0.49988455, 0.64701194, 0.4103359]),
    ("test_statefulness", "a second call that carries the state on, here as the sequence given twice over",
     "2 3 4 4", {"calls": 2}, None, [0.29542392, 0.5885018]),
    ("test_pass_initial_state", "a given state", "2 4 3 2", {"state": 1}, None,
     [[0.23774096, 0.33508456], [0.83659905, 1.0227708]]),
    ("test_pass_initial_state", "a given state, go_backwards", "2 4 3 2", {"state": 1, "back": 1}, None,
     [[0.13486053, 0.23261218], [0.78257304, 0.9691353]]),
    ("test_pass_return_state", "the final state is the last output", "2 4 3 2", {"state": 1, "final": 1}, None,
     [[0.23774096, 0.33508456], [0.83659905, 1.0227708]]),
    ("test_pass_return_state", "the final state is the last output, go_backwards", "2 4 3 2",
     {"state": 1, "final": 1, "back": 1}, None, [[0.13486053, 0.23261218], [0.78257304, 0.9691353]]),
    ("test_masking", "a mask with holes", "2 4 3 2", {}, HOLES, [0.19393763, 0.30818558]),
    ("test_masking", "masked steps repeat the output", "2 4 3 2", {"seq": 1}, HOLES,
     [[0.03606692, 0.09497581, 0.09497581, 0.19393763], [0.16051409, 0.16051409, 0.16051409, 0.30818558]]),
    ("test_masking", "zero_output_for_mask", "2 4 3 2", {"seq": 1, "zero_mask": 1}, HOLES,
     [[0.03606692, 0.09497581, 0.0, 0.19393763], [0.16051409, 0.0, 0.0, 0.30818558]]),
    ("test_masking", "a mask with go_backwards", "2 4 3 2", {"back": 1}, HOLES, [0.11669192, 0.28380975]),
]
SIMPLE_RNN = [
    ("test_correctness", "defaults", "2 3 4 4", {}, None, [0.405432, 0.73605347]),
    ("test_correctness", "go_backwards", "2 3 4 4", {"back": 1}, None, [0.11144729, 0.5528889]),
    ("test_statefulness", "a second call that carries the state on, here as the sequence given twice over",
     "2 3 4 4", {"calls": 2}, None, [0.40559256, 0.7361247]),
    ("test_pass_initial_state", "a given state", "2 4 3 4", {"state": 1}, None, [0.33621645, 0.6262637]),
    ("test_pass_initial_state", "a given state, go_backwards", "2 4 3 4", {"state": 1, "back": 1}, None,
     [0.07344437, 0.43043602]),
    ("test_masking", "a mask with holes", "2 4 3 4", {}, HOLES, [0.32951632, 0.61799484]),
    ("test_masking", "masked steps repeat the output", "2 4 3 2", {"seq": 1}, HOLES,
     [[0.0599281, 0.15122814, 0.15122814, 0.32394567], [0.3969304, 0.3969304, 0.3969304, 0.608085]]),
    ("test_masking", "zero_output_for_mask", "2 4 3 2", {"seq": 1, "zero_mask": 1}, HOLES,
     [[0.0599281, 0.15122814, 0.0, 0.32394567], [0.3969304, 0.0, 0.0, 0.608085]]),
    ("test_masking", "a mask with go_backwards", "2 4 3 4", {"back": 1}, HOLES, [0.07376196, 0.43645123]),
]


def vectors():
    cells = {"lstm": LSTM, "gru": GRU, "simple_rnn": SIMPLE_RNN}
    return [_vector(cell, *row) for cell, rows in cells.items() for row in rows]


def _vector(cell, test, what, dimensions, fields, mask, printed):
    batch, time_steps, features, units = map(int, dimensions.split())
    fields = dict(fields)
    calls, forget_bias = fields.pop("calls", 1), fields.pop("forget_bias", 1.0)
    problem = problems.make(cell, **{
        "B": batch, "T": time_steps * calls, "F": features, "U": units, "seq": 0,
        **({"reset_after": 1} if cell == "gru" else {}), **({"mask": mask[0]} if mask else {}), **fields})

    sequence = np.arange(batch * time_steps * features, dtype=np.float64).reshape(batch, time_steps, features)
    given = {"input": np.concatenate([sequence] * calls, axis=1)}
    constants = {"kernel": 0.01, "recurrent_kernel": 0.02, "bias": 0.03}
    for name, shape in problems.weight_shapes(problem).items():
        given[name] = np.full(shape, constants[name])
    if cell == "lstm" and problem["bias"]:
        given["bias"][units:2 * units] = forget_bias
    for name in ("initial_h", "initial_c")[:2 if cell == "lstm" else 1]:
        if problem["state"]:
            given[name] = np.arange(batch * units, dtype=np.float64).reshape(batch, units)
    if mask:
        given["mask"] = np.array(mask[1])

    shape = (batch, problem["T"] if problem["seq"] else 1, units)
    rows = np.array(printed)
    shared_by_units = rows.ndim == 1 or problem["seq"]
    output = np.broadcast_to(rows.reshape(*shape[:2], 1 if shared_by_units else units), shape).copy()
    expected = {"output": output, **({"final_h": output[:, -1]} if problem["final"] else {})}

    source = f"{cell}_test.py"
    _check_source(source, test, rows)
    computed = layers.run(problem, given)
    for name, array in expected.items():
        error = np.abs(array - computed[name]).max()
        assert error <= AGREEMENT, f"{source} {test}, {what}: {name} is off by {error}"
    return {"problem": problems.to_text(problem), "why": f"{FOLDER}/{source} {test}: {what}.",
            "given": {name: tensors.mask_json(array) if name == "mask" else tensors.real_json(array)
                      for name, array in given.items()},
            "expected": {name: tensors.real_json(array) for name, array in expected.items()}}


def _check_source(source, test, rows):
    text = (pathlib.Path(keras.__file__).parent.parent / FOLDER / source).read_text()
    assert f"def {test}(" in text, f"{source} has no {test}"
    body = text.split(f"def {test}(")[1].split("\n    def ")[0]
    for value in rows.ravel():
        assert repr(float(value)) in body, f"{source} {test} does not print {value}"
