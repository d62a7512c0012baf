"""Run the checks, the cheap ones first, one line each; the first that fails shows what it found and ends the run."""

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS: Sequence[tuple[str, Sequence[str]]] = (
    ("format", ("ruff", "format", "--check", "--quiet", ".")),
    ("lint", ("ruff", "check", "--quiet", ".")),
    ("types", ("mypy", "--no-error-summary")),
    ("contracts", ("lint-imports", "--no-logo")),
)
FIRST = ("tests/architecture", "tests/engine", "--ignore=tests/engine/actions", "--ignore=tests/engine/rounds")
"""House rules and the plain rules of the engine; actions and rounds need a house with its database and processes."""
AT_ONCE = ("-n", "3", "--dist", "loadgroup")
"""One more than the cores of a small machine: the journeys wait as long as they work. Groups stay in one process."""


def quietly(name: str, command: Sequence[str]) -> bool:
    """Run one tool of the virtual environment; print its name and seconds, and what it found if it found something."""
    start = time.monotonic()
    done = subprocess.run(
        [Path(sys.executable).parent / command[0], *command[1:]],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    verdict = "failed" if done.returncode else "ok"
    print(f"check: {name} {verdict}, {time.monotonic() - start:.1f} s", flush=True)
    if done.returncode:
        print(done.stdout, flush=True)
    return done.returncode == 0


def tests(*arguments: str) -> bool:
    """Run pytest in the open, so that its progress and its closing line are seen."""
    command = [sys.executable, "-m", "pytest", "-q", *arguments]
    return subprocess.run(command, cwd=ROOT, check=False).returncode == 0


def main(arguments: Sequence[str]) -> int:
    """Run the tools and the engine's tests; with 'all', every test, in one run, so that servers start only once."""
    for name, command in TOOLS:
        if not quietly(name, command):
            return 1
    chosen = ("--durations=20", "tests") if "all" in arguments else ("--durations=5", *FIRST)
    return 0 if tests(*AT_ONCE, *chosen) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
