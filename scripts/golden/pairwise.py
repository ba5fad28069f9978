"""Covering arrays: few rows in which every allowed pair of values of two factors occurs."""

import itertools


def cover(factors, valid, constrained):
    """Yields (row, pairs that no earlier row had) until every pair that `valid` allows has occurred.

    factors: name -> list of values; valid(row) judges the factors named in `constrained` alone. Greedy: each
    row starts from an open pair and takes, factor by factor, the value that closes most. No chance is involved.
    """
    def feasible(row):
        open_names = [name for name in constrained if name not in row]
        combinations = itertools.product(*(factors[name] for name in open_names))
        return any(valid({**row, **dict(zip(open_names, values))}) for values in combinations)

    def pairs_of(row, name, value):
        return [_pair(other, row[other], name, value) for other in row if other != name]

    opened = {}  # in the order of the factors: a dictionary, because a set has no order
    for (a, first), (b, second) in itertools.combinations(factors.items(), 2):
        for x, y in itertools.product(first, second):
            if feasible({a: x, b: y}):
                opened[_pair(a, x, b, y)] = True
    used = {(name, value): 0 for name, values in factors.items() for value in values}
    while opened:
        row = dict(next(iter(opened)))
        for name in factors:
            if name in row:
                continue
            allowed = [value for value in factors[name] if feasible({**row, name: value})]
            row[name] = max(allowed, key=lambda value: (
                sum(pair in opened for pair in pairs_of(row, name, value)), -used[name, value]))
        new = [pair for pair in map(lambda two: _pair(*two[0], *two[1]), itertools.combinations(row.items(), 2))
               if opened.pop(pair, False)]
        for item in row.items():
            used[item] += 1
        yield row, new


def _pair(a, x, b, y):
    return tuple(sorted([(a, x), (b, y)]))
