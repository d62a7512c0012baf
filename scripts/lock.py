"""Write the lock files anew from pyproject.toml and package.json; 'make lock UPGRADE=1' takes newer releases.

Every lock pins each package with its hashes and names no index. A release is taken when it is a week old, so that a
hijacked one has been found out before it reaches us.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COOL_DOWN = "7 days"
UV = ROOT / ".venv" / "bin" / "uv"
COMPILE = (
    *("pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes"),
    *("--no-header", "--no-emit-index-url", "--no-annotate", "--exclude-newer", COOL_DOWN),
)
EXTRAS = {"requirements.lock": ("demo",), "requirements-dev.lock": ("demo", "dev")}
GROUPS = {"requirements-setup.lock": "setup", "requirements-node.lock": "node"}


def compile_lock(lock: str, *arguments: str, upgrade: bool) -> None:
    """Write one Python lock; what it pins already stays as it is unless *upgrade*."""
    newer = ("--upgrade",) if upgrade else ()
    subprocess.run([UV, *COMPILE, *newer, *arguments, "--output-file", lock], cwd=ROOT, check=True)


def lock_python(*, upgrade: bool) -> None:
    """Write the four Python locks; the product's pins hold in the test lock too."""
    for lock, extras in EXTRAS.items():
        options = [part for extra in extras for part in ("--extra", extra)]
        same = [] if lock == "requirements.lock" else ["--constraint", "requirements.lock"]
        compile_lock(lock, "pyproject.toml", *options, *same, upgrade=upgrade)
    for lock, group in GROUPS.items():
        compile_lock(lock, "--group", f"pyproject.toml:{group}", upgrade=upgrade)


def without_optional(lock: Mapping[str, Mapping[str, Mapping[str, object]]]) -> dict[str, object]:
    """Return an npm lock without the optional packages: PDF.js lists a native canvas that browsers have built in."""
    packages = {
        place: {key: value for key, value in package.items() if key != "optionalDependencies"}
        for place, package in lock["packages"].items()
        if not package.get("optional")
    }
    return {**lock, "packages": packages}


def lock_browser_libraries(*, upgrade: bool) -> None:
    """Write package-lock.json; versions in package.json are exact, *upgrade* renews what they need in turn."""
    npm = shutil.which("npm") or str(ROOT / ".venv" / "bin" / "npm")
    lock = ROOT / "package-lock.json"
    if upgrade:
        lock.unlink(missing_ok=True)
    quiet = ("--loglevel=error", "--no-audit", "--no-fund")
    subprocess.run(
        [npm, "install", "--package-lock-only", "--omit-lockfile-registry-resolved", *quiet],
        cwd=ROOT,
        check=True,
    )
    slim = without_optional(json.loads(lock.read_text()))
    lock.write_text(json.dumps(slim, indent=2, ensure_ascii=False) + "\n")


def main(arguments: Sequence[str]) -> None:
    """Write all locks."""
    upgrade = "--upgrade" in arguments
    lock_python(upgrade=upgrade)
    lock_browser_libraries(upgrade=upgrade)


if __name__ == "__main__":
    main(sys.argv[1:])
