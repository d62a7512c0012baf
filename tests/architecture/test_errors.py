"""The catalogue of errors: each has its own code, a status, a sentence for people, a line in the docs, a test."""

import re
from collections import Counter

from engine.errors import VanthuError
from scripts.errors_doc import DOCUMENT, FAMILIES, catalogue, rendered
from tests.architecture.source import modules

CODE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")


def named(kinds: list[type[VanthuError]]) -> list[str]:
    return [f"{kind.__module__}.{kind.__name__}" for kind in kinds]


def test_every_error_has_a_code_of_its_own() -> None:
    codes = Counter(getattr(kind, "code", "") for kind in catalogue())

    assert named([kind for kind in catalogue() if not CODE.fullmatch(getattr(kind, "code", ""))]) == []
    assert [code for code, count in codes.items() if count > 1] == []


def test_every_error_belongs_to_exactly_one_family_and_so_has_a_status() -> None:
    belongs = {kind: [family for family in FAMILIES if issubclass(kind, family)] for kind in catalogue()}

    assert named([kind for kind, families in belongs.items() if len(families) != 1]) == []


def test_every_error_has_a_whole_sentence_with_named_facts() -> None:
    facts = re.compile(r"%(?!\(\w+\)s|%)")
    wrong = [
        kind
        for kind in catalogue()
        if not re.search(r"[.?!]$", sentence := getattr(kind, "template", "")) or facts.search(sentence)
    ]

    assert named(wrong) == []


def test_every_error_has_its_line_in_the_documents() -> None:
    assert rendered() == DOCUMENT.read_text(encoding="utf-8"), "run: make docs"


def test_every_error_occurs_in_a_test() -> None:
    tested = "\n".join(module.text for module in modules("tests"))

    assert named([kind for kind in catalogue() if kind.__name__ not in tested and kind.code not in tested]) == []
