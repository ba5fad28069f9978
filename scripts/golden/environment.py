"""Environments of Python in build, and the command line of the scripts that make them. Runs outside of all of them."""

import argparse
import pathlib
import subprocess
import sys
import venv

root = pathlib.Path(__file__).resolve().parent.parent.parent


class Parser(argparse.ArgumentParser):
    def error(self, message):
        self.exit(2, f"{self.prog}: {message} (see --help)\n")


def python_with(requirements, folder, stamp, what, script):
    """Of the environment in this folder of build, where these are installed unless its file `stamp` says that they are.
    Exits with 3 where they cannot be: `script` says so, of `what`."""
    folder = root / "build" / folder
    python, stamp = folder / "bin" / "python", folder / stamp
    wanted = "\n".join(requirements)
    if python.exists() and stamp.exists() and stamp.read_text() == wanted:
        return python
    print(f"{script}: installing {what} into {folder}", file=sys.stderr)
    try:
        if not python.exists():
            venv.create(folder, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *requirements], check=True, stdout=sys.stderr)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"{script}: cannot make {folder}: {error}; it needs Python 3.11, its venv module (Debian: python3-venv) "
              "and the network", file=sys.stderr)
        sys.exit(3)
    stamp.write_text(wanted)
    return python
