"""The written word keeps its form: decisions fit on a page, the changelog has its headings, the README is short."""

import re
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
PARTS = ["Context", "Decision", "Consequences", "Alternatives", "Check"]
PAGE_LINES = 65
CHANGES = ["Security", "Removed", "Deprecated", "Added", "Changed", "Fixed"]
README_LINES = 120


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_has_its_five_parts_on_one_page(decision: Path) -> None:
    text = decision.read_text()

    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == PARTS
    assert len(text.splitlines()) <= PAGE_LINES
    assert re.search(r"^Date: \d{4}-\d\d-\d\d\. Status: (binding|superseded by \d{4})\.$", text, re.MULTILINE)


def test_decisions_are_numbered_without_a_gap_and_titled_by_their_number() -> None:
    numbers = [path.name[:4] for path in DECISIONS]
    titled = [path.read_text().startswith(f"# {path.name[:4]} ") for path in DECISIONS]

    assert numbers == [f"{number:04d}" for number in range(1, len(DECISIONS) + 1)]
    assert all(titled)


def test_the_changelog_names_its_kinds_of_change_in_order() -> None:
    text = (ROOT / "docs" / "changelog.md").read_text()

    for release in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        kinds = re.findall(r"^### (.+)$", release, re.MULTILINE)
        assert kinds == [kind for kind in CHANGES if kind in kinds]


def test_every_change_says_whom_it_concerns() -> None:
    text = (ROOT / "docs" / "changelog.md").read_text()
    entries = re.findall(r"^- (.+)$", text, re.MULTILINE)

    assert entries
    assert [entry for entry in entries if not re.match(r"\*(Everybody|Clerk|Official|Auditor|Operator)", entry)] == []


def test_the_readme_is_short() -> None:
    readme = ROOT / "README.md"

    assert not readme.exists() or len(readme.read_text().splitlines()) < README_LINES


def test_every_command_of_the_makefile_says_what_it_does() -> None:
    makefile = (ROOT / "Makefile").read_text()
    said = re.findall(r"^([a-z]+):.*## \S", makefile, re.MULTILINE)

    assert said == ["help", "demo", "test", "check", "format", "bench", "docs", "lock"]
