"""Install the Debian packages whose programs the tests drive: only what is missing, only as root, only on Debian."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping

PACKAGE_OF: Mapping[str, str] = {
    "chromium": "chromium",
    "pdfsig": "poppler-utils",
    "pdftoppm": "poppler-utils",
    "qpdf": "qpdf",
    "softhsm2-util": "softhsm2",
    "certutil": "libnss3-tools",
    "ceph": "ceph-common",
    "ceph-mon": "ceph-mon",
    "ceph-osd": "ceph-osd",
    "radosgw": "radosgw",
    "faketime": "faketime",
}
"""The program a test calls, and the Debian package that brings it."""


def missing_packages(which: Callable[[str], str | None] = shutil.which) -> list[str]:
    """Return the packages, sorted, of which at least one program is not found by *which*."""
    return sorted({package for program, package in PACKAGE_OF.items() if which(program) is None})


def apt(*arguments: str) -> None:
    """Run apt-get without a question; show what it printed if it fails."""
    done = subprocess.run(
        ["apt-get", "-qq", "-y", *arguments],
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(
            f"{done.stdout}\napt-get {arguments[0]} failed; the tests need these packages, or run them without root."
        )


def main() -> None:
    """Bring the machine up to what the tests drive, or say in one line what they will leave out."""
    missing = missing_packages()
    if not missing:
        return
    names = " ".join(missing)
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        print(f"machine: without {names}; the tests that need them are left out", flush=True)
        return
    start = time.monotonic()
    apt("update")
    apt("install", "--no-install-recommends", *missing)
    print(f"machine: installed {names}, {time.monotonic() - start:.1f} s", flush=True)


if __name__ == "__main__":
    main()
