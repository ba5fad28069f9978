"""The files of cases/golden."""

import json

from golden import layers, literals, seeds, selection, training


def write_folder(folder):
    folder.mkdir(parents=True, exist_ok=True)
    for cell in ("lstm", "gru", "simple_rnn"):
        _write(folder / f"{cell}.json", "vectors", [layers.vector(*chosen) for chosen in selection.recurrent(cell)])
    _write(folder / "dense.json", "vectors", [layers.vector(*chosen) for chosen in selection.dense_and_activation()])
    _write(folder / "literals.json", "vectors", literals.vectors())
    _write(folder / "seeds.json", "models", seeds.models())
    _write(folder / "training.json", "runs", training.runs())


def _write(path, name, entries):
    """One entry a line, so that a change shows in the entries that changed."""
    header = json.dumps(layers.versions())
    lines = ",\n".join(json.dumps(entry, separators=(",", ":"), allow_nan=False) for entry in entries)
    path.write_text(f'{{"made_by": {header},\n"{name}": [\n{lines}\n]}}\n')
    print(f"{path}: {len(entries)} entries, {path.stat().st_size} bytes")
