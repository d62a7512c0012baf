"""Each rule can fail: a small sample that breaks it is found, one that keeps it is not."""

import pytest

from tests.architecture import rules
from tests.architecture.source import Check, findings, module_of

BROKEN: list[tuple[Check, str]] = [
    (rules.long_functions, "def f() -> None:\n" + "    pass\n" * 40),
    (rules.deep_functions, "def f():\n for a in b:\n  if a:\n   with a:\n    while a:\n     pass\n"),
    (rules.many_parameters, "def f(a, b, c, d, *, e, f, g): ...\n"),
    (rules.long_module, "x = 1\n" * 401),
    (rules.open_dataclasses, "@dataclass(frozen=True, slots=True)\nclass A: ...\n"),
    (rules.open_dataclasses, "@dataclasses.dataclass\nclass A: ...\n"),
    (rules.plain_ids, "def f(document_id: UUID) -> None: ...\n"),
    (rules.own_time_or_chance, "x = datetime.datetime.now(tz=UTC)\n"),
    (rules.own_time_or_chance, "x = uuid4()\n"),
    (rules.own_time_or_chance, "x = secrets.token_hex(8)\n"),
    (rules.broad_excepts, "try:\n    f()\nexcept (OSError, Exception):\n    pass\n"),
    (rules.broad_excepts, "try:\n    f()\nexcept:\n    pass\n"),
    (rules.bare_files, "def f() -> Response:\n    return Response(content, media_type='application/pdf')\n"),
    (rules.bare_files, "x = fastapi.responses.FileResponse(path)\n"),
    (rules.commits, "connection.commit()\n"),
    (rules.async_functions, "async def f() -> None: ...\n"),
    (rules.stand_ins, "from unittest import mock\n"),
    (rules.stand_ins, "with patch('engine.documents'):\n    pass\n"),
    (rules.stand_ins, "monkeypatch.setattr(documents, 'today', None)\n"),
    (rules.misnamed_lookups, "def get_agency(self) -> Agency | None: ...\n"),
    (rules.misnamed_lookups, "def find(self) -> Agency: ...\n"),
]

KEPT: list[tuple[Check, str]] = [
    (rules.long_functions, "def f() -> None:\n" + "    pass\n" * 39),
    (rules.deep_functions, "def f():\n if a:\n  pass\n elif b:\n  pass\n elif c:\n  for d in e:\n   if d:\n    pass\n"),
    (rules.deep_functions, "def f():\n for a in b:\n  with a:\n   if a:\n    def g():\n     if a:\n      pass\n"),
    (rules.many_parameters, "class A:\n    def f(self, a, b, c, *, d, e, f): ...\n"),
    (rules.open_dataclasses, "@dataclass(frozen=True, slots=True, kw_only=True)\nclass A: ...\n"),
    (rules.plain_ids, "def f(document_id: DocumentId, value: UUID) -> None: ...\n"),
    (rules.own_time_or_chance, "def f(now: datetime) -> date:\n    return now.date()\n"),
    (rules.broad_excepts, "try:\n    f()\nexcept OSError:\n    pass\n"),
    (rules.bare_files, "def f() -> Response:\n    return Response(status_code=204)\n"),
    (rules.stand_ins, "monkeypatch.setenv('VANTHU_PORT', '0')\n"),
    (rules.misnamed_lookups, "def get(self) -> Agency: ...\ndef find(self) -> Agency | None: ...\n"),
]


@pytest.mark.parametrize(("check", "text"), BROKEN)
def test_a_sample_that_breaks_a_rule_is_found(check: Check, text: str) -> None:
    assert list(check(module_of(text)))


@pytest.mark.parametrize(("check", "text"), KEPT)
def test_a_sample_that_keeps_a_rule_is_left_alone(check: Check, text: str) -> None:
    assert list(check(module_of(text))) == []


@pytest.mark.parametrize("name", ["engine/utils.py", "storage/common/files.py", "api/web/base.py"])
def test_a_vague_file_name_is_found(name: str) -> None:
    assert list(rules.vague_name(module_of("", name)))


def test_a_marked_line_is_let_through_for_its_own_rule_only() -> None:
    sample = module_of("x = uuid4()  # allow: own-chance, a demo key is thrown away\n")

    assert findings("own-chance", rules.own_time_or_chance, [sample]) == []
    assert findings("one-commit", rules.own_time_or_chance, [sample])


def test_an_escape_without_a_reason_is_none() -> None:
    sample = module_of("x = uuid4()  # allow: own-chance\n")

    assert findings("own-chance", rules.own_time_or_chance, [sample])
