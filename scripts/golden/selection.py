"""Which problems have golden vectors, and why each of them."""

import itertools

from golden import pairwise, problems

STEPS, BATCHES, DIMENSIONS = [5, 3, 7, 2, 1], [2, 3, 1], range(1, 10)


def recurrent(cell):
    """(problem, why) of a cell, each problem once."""
    variants = [{"reset_after": 1}, {"reset_after": 0}] if cell == "gru" else [{}]
    chosen = (vector for variant in variants
              for vector in itertools.chain(_anchors(cell, variant), _pairs(cell, variant)))
    return _each_once(chosen)


def dense_and_activation():
    return _each_once(itertools.chain(_dense(), _activations()))


def _each_once(vectors):
    seen = set()
    for problem, why in vectors:
        text = problems.to_text(problem)
        if text not in seen:
            seen.add(text)
            yield problem, why


def _anchors(cell, variant):
    def anchor(why, **fields):
        return problems.make(cell, **{"B": 2, "T": 5, "F": 3, "U": 4, "seq": 1, **variant, **fields}), why

    yield anchor("The layer as its defaults make it, every step.")
    yield anchor("The layer as its defaults make it, last step only.", B=3, seq=0)
    yield anchor("The smallest problem there is.", B=1, T=1, F=1, U=1, seq=0)
    yield anchor("The largest problem here: an error that grows with the dimensions shows.", B=3, T=7, F=9, U=8,
                 state=1, final=1)
    yield anchor("One step from a given state: the recurrent part alone decides.", B=3, T=1, F=2, state=1,
                 final=1)
    yield anchor("No bias: the state and input alone.", F=6, bias=0, state=1)
    yield anchor("Backwards returns its outputs in the order of processing.", F=6, back=1)
    yield anchor("Backwards: the last output and the final state are those of the first step given.", F=7, seq=0,
                 back=1, state=1, final=1)
    yield anchor("Padding at the end repeats the last output and keeps the state.", B=3, F=2, mask="right",
                 final=1)
    yield anchor("Padding at the end with zeroed outputs, last step only: padded rows give zero, not their state.",
                 B=3, F=2, seq=0, zero_mask=1, mask="right", final=1)
    yield anchor("Masked first steps with a given state: outputs are zero, the state is kept.", B=3, F=2,
                 mask="left", state=1, final=1)
    yield anchor("Masked first steps with a given state and zeroed outputs.", B=3, F=2, zero_mask=1, mask="left",
                 state=1, final=1)
    yield anchor("Scattered holes from a given state: the output before a hole is repeated in it.", B=3, T=7, F=2,
                 mask="holes", state=1, final=1)
    yield anchor("Backwards through holes: the mask turns with the input.", B=3, T=7, F=2, back=1, mask="holes",
                 state=1, final=1)
    yield anchor("A row masked throughout: its output is zero, its final state the one given.", B=3, F=2, seq=0,
                 mask="full", state=1, final=1)
    yield anchor("A row masked throughout, with zeroed outputs.", B=3, F=2, zero_mask=1, mask="full", state=1,
                 final=1)


def _valid(row):
    """Whether a mask of that pattern exists at this size, and the flag on it says something."""
    return {"none": not row["zero_mask"], "right": row["T"] >= 2, "left": row["T"] >= 2, "holes": row["T"] >= 3,
            "full": row["B"] >= 2}[row["mask"]]


def _pairs(cell, variant):
    factors = {
        "act": problems.ELEMENTWISE, "rec_act": ["sigmoid", "hard_sigmoid", "tanh", "relu", "linear", "softsign"],
        "mask": ["none", "right", "left", "holes", "full"], "T": STEPS, "B": BATCHES, "seq": [1, 0],
        "back": [0, 1], "state": [1, 0], "bias": [1, 0], "zero_mask": [0, 1], "final": [1, 0]}
    if cell == "simple_rnn":
        del factors["rec_act"]
    rows = pairwise.cover(factors, _valid, ["mask", "T", "B", "zero_mask"])
    for index, (row, new) in enumerate(rows):
        yield problems.make(cell, **row, **variant, **_features_and_units(index, row)), _why(new)


def _dense():
    factors = {"act": [*problems.ELEMENTWISE, "softmax"], "style": ["flattened", "time_distributed"],
               "T": STEPS, "B": BATCHES, "bias": [1, 0]}
    for index, (row, new) in enumerate(pairwise.cover(factors, lambda row: True, [])):
        yield problems.make("dense", **row, **_features_and_units(index, row)), _why(new)


def _activations():
    for index, act in enumerate([*problems.ELEMENTWISE, "softmax"]):
        yield (problems.make("activation", B=2, T=3, F=9, act=act),
               f"{act} over its tails as well as its middle.")
        yield (problems.make("activation", B=BATCHES[index % 3], T=STEPS[index % 5], F=4 + index % 3, act=act),
               f"{act} at another size.")


def _features_and_units(index, row):
    """A walk through all (F, U), taking the next one whose numbers are told apart from each other and B, T."""
    candidates = [(features, units) for features, units in itertools.product(DIMENSIONS, DIMENSIONS)
                  if len({features, units, row["B"], row["T"]}) == len({row["B"], row["T"]}) + 2
                  and not (row["act"] == "softmax" and units == 1)]
    features, units = candidates[index * 23 % len(candidates)]
    return {"F": features, "U": units}


def _why(new):
    (a, x), (b, y) = new[0]
    more = f", one of {len(new)} new pairs" if len(new) > 1 else ""
    return f"The first to have {a}:{x} with {b}:{y}{more}."
