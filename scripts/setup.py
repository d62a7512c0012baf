"""Set a checkout up: a virtual environment from hashed locks, the browser libraries, the document font.

Run by the system's own Python before anything is installed, hence the standard library only.
Each part is skipped while the files it was made from are unchanged.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
PYTHON = BIN / "python"
LOCKS = {"demo": "requirements.lock", "test": "requirements-dev.lock"}
SETUP_LOCK = "requirements-setup.lock"
NODE_LOCK = "requirements-node.lock"
OLDEST_NODE = 18
THIS_PYTHON = "--this-python"
SYSTEM_PYTHON = Path("/usr/bin/python3")
WORTH_IT = 1.15
"""How many times as fast another Python has to be to be taken; measurements differ by some hundredths."""
_LOOP = """
import sys, time, venv, ensurepip
class Thing:
    def __init__(self, number): self.number = number
    def next(self): return Thing(self.number + 1)
def seconds():
    began, thing, kept = time.process_time(), Thing(0), {}
    for _ in range(100_000):
        thing = thing.next()
        kept[thing.number % 97] = [thing.number, str(thing.number)]
    return time.process_time() - began
print(min(seconds() for _ in range(5)) if sys.version_info >= (3, 11) else "inf")
"""


class SetupFailed(Exception):
    """A step did not work; the sentence says what to do."""


@contextmanager
def step(name: str) -> Iterator[None]:
    """Print one line for what was done, with the seconds it took."""
    start = time.monotonic()
    yield
    print(f"set-up: {name}, {time.monotonic() - start:.1f} s", flush=True)


def run(command: Sequence[str | Path], *, otherwise: str) -> None:
    """Run *command* quietly; if it fails, show what it printed and the sentence *otherwise*."""
    path = f"{BIN}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    done = subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        env={**os.environ, "PATH": path},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SetupFailed(f"{done.stdout.strip()}\n{otherwise}")


def digest(*files: Path) -> str:
    """Return one SHA-256 over the names and contents of *files*."""
    total = hashlib.sha256()
    for file in files:
        total.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return total.hexdigest()


def made_from(stamp: Path, *wanted: str) -> bool:
    """Say whether *stamp* holds one of the *wanted* digests."""
    return stamp.is_file() and stamp.read_text() in wanted


def require_python() -> None:
    """Refuse a Python that is too old or cannot make a virtual environment."""
    found = sys.version.split()[0]
    if sys.version_info < (3, 11):  # noqa: UP036  whoever starts this may well have an older one
        raise SetupFailed(f"Vanthu needs Python 3.11 or newer and this is {found}. Try: make PYTHON=python3.11 demo")
    if find_spec("ensurepip") is None:
        raise SetupFailed("This Python cannot make a virtual environment. On Debian: apt install python3-venv")


def fastest(pythons: Sequence[str]) -> str:
    """Return the first of these Pythons, or another one that is clearly faster and can do what we need.

    Distributions build theirs with profiles of real programs; one built from source by default runs the same code, and
    a call of ours, more slowly.
    """
    first, *others = [(python, seconds_of(python)) for python in pythons]
    best = min(others, key=lambda known: known[1], default=first)
    if best[1] * WORTH_IT > first[1]:
        return first[0]
    print(f"set-up: {best[0]} runs {first[1] / best[1]:.1f} times as fast as {first[0]} and is taken", flush=True)
    return best[0]


def seconds_of(python: str) -> float:
    """Return how long a Python takes for a small loop; infinitely long where it is too old or makes no environments."""
    done = subprocess.run([python, "-I", "-c", _LOOP], capture_output=True, text=True, check=False)
    return float(done.stdout) if done.returncode == 0 else float("inf")


def pythons_to_try() -> list[str]:
    """Return the Python that runs this, and the system's own if it is another."""
    own = Path(sys.executable).resolve()
    another = SYSTEM_PYTHON.is_file() and SYSTEM_PYTHON.resolve() != own
    return [sys.executable, str(SYSTEM_PYTHON)] if another else [sys.executable]


def own_node_is_missing() -> bool:
    """Say whether the machine has no npm, or a Node.js too old for the one it has."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return True
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    major = version.strip().lstrip("v").split(".")[0]
    return not major.isdigit() or int(major) < OLDEST_NODE


def install_python_packages(kind: str, pythons: Sequence[str]) -> None:
    """Fill '.venv' with exactly what the lock of *kind* names; the test lock also serves the demo.

    Where it is not there yet, it is made by the fastest of *pythons*.
    """
    extra = [ROOT / NODE_LOCK] if own_node_is_missing() else []
    stamp = VENV / "locks.sha256"
    full = digest(ROOT / LOCKS["test"], *extra)
    wanted = digest(ROOT / LOCKS[kind], *extra)
    if PYTHON.exists() and made_from(stamp, wanted, full):
        return
    with step("Python packages"):
        if not (PYTHON.exists() and (BIN / "pip").exists()):
            run([fastest(pythons), "-m", "venv", VENV], otherwise="Python could not make a virtual environment.")
        stamp.unlink(missing_ok=True)
        install([ROOT / LOCKS[kind], *extra])
        stamp.write_text(wanted)


def install(locks: Sequence[Path]) -> None:
    """Install *locks* with uv, which takes seconds; where uv cannot be had, with pip, which takes a minute."""
    names = [str(lock) for lock in locks]
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
    uv = [str(BIN / "uv"), "pip", "sync", "--quiet", "--python", str(PYTHON), "--require-hashes"]
    try:
        run([*pip, "-r", SETUP_LOCK], otherwise="pip could not install uv.")
        run([*uv, *names], otherwise="uv could not install the packages.")
    except SetupFailed as failed:
        print(f"set-up: {str(failed).splitlines()[-1]} Going on with pip.", flush=True)
        every = [part for name in names for part in ("-r", name)]
        run([*pip, *every], otherwise="The Python packages could not be installed. Is a package index reachable?")


def install_browser_libraries() -> None:
    """Fill 'node_modules' with exactly what package-lock.json names; no package's own scripts run."""
    files = [ROOT / "package.json", ROOT / "package-lock.json"]
    stamp = ROOT / "node_modules" / "lock.sha256"
    if made_from(stamp, digest(*files)):
        return
    with step("browser libraries"):
        npm = BIN / "npm" if own_node_is_missing() else "npm"
        run(
            [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
            otherwise="The browser libraries could not be installed. Is a package index for npm reachable?",
        )
        stamp.write_text(digest(*files))


def make_fonts() -> None:
    """Make the font that documents are set in, from the one npm brought."""
    maker = ROOT / "signing" / "fonts.py"
    if not maker.is_file():
        return
    made = ROOT / ".cache" / "fonts"
    wanted = digest(maker, ROOT / "package-lock.json")
    if made_from(made / "source.sha256", wanted):
        return
    with step("fonts"):
        run([PYTHON, "-m", "signing.fonts"], otherwise="The document font could not be made.")
        made.mkdir(parents=True, exist_ok=True)
        (made / "source.sha256").write_text(wanted)


def main(arguments: Sequence[str]) -> int:
    """Set up for 'demo' or for 'test', if wanted with no other Python than this one; return the exit status."""
    kind, *more = arguments or [""]
    if kind not in LOCKS or more not in ([], [THIS_PYTHON]):
        print(f"usage: setup.py demo | test [{THIS_PYTHON}]", file=sys.stderr)
        return 2
    try:
        require_python()
        install_python_packages(kind, [sys.executable] if more else pythons_to_try())
        install_browser_libraries()
        make_fonts()
    except SetupFailed as failed:
        print(f"set-up failed:\n{failed}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
