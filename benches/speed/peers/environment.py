"""Makes what the benchmark needs: the Python environment of the peers and Dartboard's library. Standard library only."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import venv

HERE = pathlib.Path(__file__).resolve().parent.parent
OLDEST_PYTHON = (3, 11)
LIBRARY = "libdartboard_speed.so"


class Unavailable(Exception):
    """Something cannot be had, and why."""


def default_folder() -> pathlib.Path:
    """Where the environment goes unless it is said otherwise: the user's cache, outside of the clone."""
    cache = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    return pathlib.Path(cache) / "dartboard" / "speed-python"


def python(folder: pathlib.Path) -> tuple[pathlib.Path, dict[str, str]]:
    """The interpreter of the environment, made if need be, and why packages that may be left out are missing."""
    if sys.version_info < OLDEST_PYTHON:
        raise Unavailable(f"the pinned packages need Python {OLDEST_PYTHON[0]}.{OLDEST_PYTHON[1]} or newer")
    wanted = {path.name: path.read_text() for path in (HERE / "requirements.txt", HERE / "requirements-torch.txt")}
    stamp, interpreter = folder / "dartboard.json", folder / "bin" / "python"
    if stamp.exists():
        made = json.loads(stamp.read_text())
        if made["wanted"] == wanted and interpreter.exists():
            return interpreter, made["missing"]
    say(f"making a Python environment in {folder}")
    try:
        venv.create(folder, clear=True, with_pip=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise Unavailable(f"cannot make a Python environment in {folder} ({error}); on Debian: apt-get install python3-venv")
    reason = _install(interpreter, "requirements.txt")
    if reason:
        raise Unavailable(f"cannot install benches/speed/requirements.txt: {reason}")
    missing = {}
    reason = _install(interpreter, "requirements-torch.txt")
    if reason:
        missing["torch"] = f"cannot be installed: {reason}; to try again, remove {stamp.name} from the environment"
    stamp.write_text(json.dumps({"wanted": wanted, "missing": missing}))
    return interpreter, missing


def _install(interpreter: pathlib.Path, requirements: str) -> str | None:
    """Installs a list of packages; the reason if it cannot be done."""
    say(f"installing benches/speed/{requirements}")
    command = [interpreter, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", HERE / requirements]
    done = subprocess.run(command, stdout=sys.stderr, stderr=subprocess.PIPE, text=True)
    if done.returncode == 0:
        return None
    lines = done.stderr.strip().splitlines()
    return lines[-1] if lines else f"pip ended with status {done.returncode}"


def library() -> pathlib.Path:
    """Dartboard's library, built optimised."""
    if not shutil.which("cargo"):
        raise Unavailable("there is no cargo; install a Rust toolchain")
    say("building Dartboard's library")
    build = subprocess.run(["cargo", "build", "--release", "--package", "dartboard-speed"], cwd=HERE, stdout=sys.stderr)
    if build.returncode != 0:
        raise Unavailable("cargo build --release --package dartboard-speed failed")
    path = _target_folder() / "release" / LIBRARY
    if not path.exists():
        raise Unavailable(f"cargo build --release --package dartboard-speed made no {LIBRARY}")
    return path


def _target_folder() -> pathlib.Path:
    command = ["cargo", "metadata", "--format-version", "1", "--no-deps"]
    described = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=True)
    return pathlib.Path(json.loads(described.stdout)["target_directory"])


def say(text: str) -> None:
    """Tells what is going on, apart from the results."""
    print(text, file=sys.stderr, flush=True)
