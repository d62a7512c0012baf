"""The import contracts of pyproject.toml hold, and can fail."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import PACKAGES, ROOT

LINT_IMPORTS = Path(sys.executable).parent / "lint-imports"


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [LINT_IMPORTS, "--no-logo", "--no-cache"],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def bare_house(tmp_path: Path) -> Path:
    """The packages of this checkout with nothing but their places, and the contracts."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for package in PACKAGES:
        for init in (ROOT / package).rglob("__init__.py"):
            place = tmp_path / init.relative_to(ROOT)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.touch()
    for module in ("errors", "ids"):
        (tmp_path / "engine" / f"{module}.py").touch()
    return tmp_path


def test_every_import_keeps_the_contracts() -> None:
    done = lint(ROOT)

    assert done.returncode == 0, done.stdout + done.stderr


def test_the_bare_house_keeps_the_contracts(bare_house: Path) -> None:
    assert lint(bare_house).returncode == 0


@pytest.mark.parametrize(
    ("place", "line", "contract"),
    [
        ("engine/documents.py", "import storage", "Imports point down"),
        ("signing/signer.py", "import exchange", "Imports point down"),
        ("engine/oddments.py", "", "every child of every container"),
        ("engine/errors.py", "from engine import actions", "Inside the engine"),
        ("engine/files.py", "import lxml", "lxml lives"),
        ("engine/access.py", "import SpiffWorkflow", "SpiffWorkflow and simpleeval"),
        ("api/web/pages.py", "import sqlalchemy", "The database and the object store"),
        ("api/app.py", "import procrastinate", "The database and the object store"),
        ("storage/files.py", "import pyhanko", "pyHanko and what else"),
        ("storage/files.py", "import fastapi", "HTTP and pages"),
        ("engine/files.py", "import httpx", "The engine is plain Python"),
    ],
)
def test_a_wrong_import_or_a_module_without_a_place_is_refused(
    bare_house: Path, place: str, line: str, contract: str
) -> None:
    (bare_house / place).write_text(f"{line}\n")

    done = lint(bare_house)

    assert done.returncode == 1
    assert contract in done.stdout.replace("\n", " ").split("Broken contracts")[-1]


def test_a_circle_of_imports_is_refused(bare_house: Path) -> None:
    (bare_house / "signing" / "signer.py").write_text("from signing import trust\n")
    (bare_house / "signing" / "trust.py").write_text("from signing import signer\n")

    assert "goes round in a circle BROKEN" in lint(bare_house).stdout


def test_only_the_runtime_and_the_worker_may_use_their_libraries(bare_house: Path) -> None:
    (bare_house / "engine" / "runtime" / "run.py").write_text("import SpiffWorkflow, lxml, orjson, simpleeval\n")
    (bare_house / "api" / "worker.py").write_text("import procrastinate\n")

    assert lint(bare_house).returncode == 0
