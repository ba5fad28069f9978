"""Where the fuzzers start from, of the golden files. usage: corpus.py FOLDER-OF-GOLDEN-FILES TO"""
import io
import pathlib
import re
import struct
import sys
import zipfile

files, to = map(pathlib.Path, sys.argv[1:])


def write(target, name, data):
    folder = to / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)


def npy(dtype, shape, values, fortran_order=False):
    header = repr({"descr": dtype, "fortran_order": fortran_order, "shape": shape}).encode()
    header += b" " * (-(10 + len(header) + 1) % 64) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + values


def npz(method, **arrays):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", method) as archive:
        for name, array in arrays.items():
            archive.writestr(f"{name}.npy", array)
    return data.getvalue()


for path in sorted((files / "keras").iterdir()):
    data = path.read_bytes()
    if data[:4] == b"\x89HDF":
        write("h5", path.name, data)
        write("hdf5", path.name, data)
    elif path.suffix == ".keras":
        write("keras", path.name, data)
        with zipfile.ZipFile(path) as archive:
            config, weights = archive.read("config.json"), archive.read("model.weights.h5")
        write("config", path.stem + ".json", config)
        write("hdf5", path.stem + ".h5", weights)
        if len(config) < 1 << 16:
            write("weights", path.stem, struct.pack("<H", len(config)) + config + weights)

for target, pattern in (("pytorch", "*.safetensors"), ("rtneural", "*.json")):
    for path in sorted((files / target).glob(pattern)):
        if path.name != "index.json":
            write(target, path.name, path.read_bytes())

a, b = npy("<f4", (3,), struct.pack("<3f", 1, 2, 3)), npy("<f8", (2, 2), struct.pack("<4d", 1, 2, 3, 4))
for name, array in {"a": a, "b": b, "integers": npy("<i2", (1, 2), b"\1\0\2\0"), "scalar": npy("|b1", (), b"\1"),
                    "fortran": npy("<f4", (2, 3), struct.pack("<6f", *range(6)), True)}.items():
    write("npy", name, array)
write("npz", "stored", npz(zipfile.ZIP_STORED, a=a, b=b))
write("npz", "deflated", npz(zipfile.ZIP_DEFLATED, a=a, b=b))
write("npz", "one", npz(zipfile.ZIP_STORED, b=b))

for pack in sorted((files.parent / "packs").iterdir()):
    for number, line in enumerate(pack.read_text().splitlines()):
        if "/" in line and not line.startswith("#"):
            write("problem", f"{pack.stem}_{number}", re.sub(r",[^/|]*", "", line.split("|")[0]).strip().encode())
