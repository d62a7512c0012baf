"""What is committed: no host of a package index, no path of somebody's machine, no secret, locks with hashes."""

import json
import re
import subprocess
import tomllib
from pathlib import PurePosixPath

import pytest

from tests.architecture.source import ROOT, tracked_files

# Put together from parts, so that this file does not find itself.
MACHINE = re.compile(
    "|".join(
        (
            r"//[a-z0-9.-]*(registry|" + r"pypi|hosted|npm|debian)[a-z0-9.-]*/",
            "/(work|" + r"farm)/",
            r"/(root|tmp|home/[a-z]+)" + r"/[a-z]+/",
        )
    ),
    re.IGNORECASE,
)
SECRET = re.compile(r"-----BEGIN ([A-Z]+ )?PRIVATE" + " KEY-----")
BINARY = {".gif", ".ico", ".jpg", ".p12", ".pdf", ".png", ".ttf", ".woff2"}
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-node.lock", "requirements-setup.lock")


def texts() -> list[tuple[PurePosixPath, str]]:
    return [
        (path, (ROOT / path).read_text(encoding="utf-8"))
        for path in tracked_files()
        if path.suffix.lower() not in BINARY
    ]


def pins(lock: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9][a-z0-9._-]*)==([^ ;\\]+)", (ROOT / lock).read_text(), re.MULTILINE))


def test_no_file_names_a_package_index_or_a_path_of_a_machine() -> None:
    found = [
        f"{path}:{number}: {hit.group()}"
        for path, text in texts()
        for number, line in enumerate(text.splitlines(), start=1)
        if (hit := MACHINE.search(line))
    ]

    assert found == []


@pytest.mark.parametrize(
    "line",
    ["https://" + "registry.example.org/pkg", "http://" + "pypi.example/simple/", "/wo" + "rk/main", "/ro" + "ot/x/"],
)
def test_such_a_line_would_be_found(line: str) -> None:
    assert MACHINE.search(line)


def test_no_private_key_is_committed() -> None:
    assert [str(path) for path, text in texts() if SECRET.search(text)] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_of_a_lock_has_its_hashes(lock: str) -> None:
    entries = re.split(r"\n(?=\S)", (ROOT / lock).read_text().strip())

    assert entries
    assert [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_the_test_lock_is_the_product_lock_and_more() -> None:
    tested, shipped = pins("requirements-dev.lock"), pins("requirements.lock")

    assert {name: version for name, version in shipped.items() if tested.get(name) != version} == {}


def test_the_product_lock_has_every_dependency_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    named = {re.split(r"[\[<>=!~; ]", need)[0].lower() for need in project["dependencies"]}

    assert named - set(pins("requirements.lock")) == set()


def test_the_browser_libraries_are_pinned_exactly_with_hashes_and_no_address() -> None:
    wanted = json.loads((ROOT / "package.json").read_text())["dependencies"]
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    locked = {place.removeprefix("node_modules/"): package for place, package in packages.items() if place}

    assert {name: locked[name]["version"] for name in wanted} == wanted
    assert [name for name, package in locked.items() if not package["integrity"].startswith("sha512-")] == []
    assert [name for name, package in locked.items() if "resolved" in package] == []


def test_no_link_is_committed() -> None:
    staged = subprocess.run(["git", "ls-files", "--stage"], cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert [line.split("\t")[1] for line in staged.splitlines() if line.startswith("120000")] == []
