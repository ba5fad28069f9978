"""Problems in the project's text form: "lstm/B:2/T:5/F:3/U:4/seq:1/threads:1"."""

ELEMENTWISE = ["tanh", "sigmoid", "hard_sigmoid", "relu", "linear", "softsign"]
CELLS = ["simple_rnn", "lstm", "gru"]

# Fields in the order of the text, each with the default at which it is left out; None: always shown.
_DIMENSIONS = {"B": None, "T": None, "F": None}
_RECURRENT = {**_DIMENSIONS, "U": None, "seq": None, "act": "tanh", "rec_act": "sigmoid", "bias": 1,
              "reset_after": None, "back": 0, "zero_mask": 0, "mask": "none", "state": 0, "final": 0}
_FIELDS = {
    "simple_rnn": {key: value for key, value in _RECURRENT.items() if key not in ("rec_act", "reset_after")},
    "lstm": {key: value for key, value in _RECURRENT.items() if key != "reset_after"},
    "gru": _RECURRENT,
    "dense": {**_DIMENSIONS, "U": None, "style": None, "act": "linear", "bias": 1},
    "activation": {**_DIMENSIONS, "act": None},
}


def make(kind, **fields):
    """A problem as a dictionary of all its fields."""
    unknown = set(fields) - set(_FIELDS[kind])
    assert not unknown, f"{kind} has no {unknown}"
    problem = {"kind": kind, **_FIELDS[kind], **fields}
    assert None not in problem.values(), f"incomplete: {problem}"
    return problem


def to_text(problem):
    defaults = _FIELDS[problem["kind"]]
    shown = [f"{key}:{problem[key]}" for key, default in defaults.items() if problem[key] != default]
    return "/".join([problem["kind"], *shown, "threads:1"])


def parse(text):
    kind, *pairs = text.split("/")
    fields = dict(pair.split(":") for pair in pairs)
    assert fields.pop("threads") == "1"
    problem = make(kind, **{key: int(value) if value.isdigit() else value for key, value in fields.items()})
    assert to_text(problem) == text, f"{text} is not in canonical form"
    return problem


def weight_shapes(problem):
    """Of one layer, by Keras' names and in the order of Keras' get_weights."""
    kind, features, units = problem["kind"], problem["F"], problem.get("U")
    if kind == "activation":
        return {}
    columns = {"simple_rnn": 1, "lstm": 4, "gru": 3, "dense": 1}[kind] * units
    shapes = {"kernel": (features, columns)}
    if kind in CELLS:
        shapes["recurrent_kernel"] = (units, columns)
    if problem["bias"]:
        shapes["bias"] = (2, columns) if kind == "gru" and problem["reset_after"] else (columns,)
    return shapes
