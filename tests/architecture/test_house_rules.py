"""The house rules that the source shows; each escape from one is a marked line, and the marks are counted here."""

import re
from collections import Counter

from tests.architecture import rules
from tests.architecture.source import ESCAPE, EVERYWHERE, PACKAGES, ROOT, findings, modules

ESCAPES: dict[tuple[str, str], int] = {
    ("api/rest/health.py", "bare-file"): 1,
    ("api/web/assets.py", "bare-file"): 2,
    ("api/web/client_signatures.py", "bare-file"): 1,
    ("api/worker.py", "broad-except"): 2,
    ("exchange/webhooks.py", "async"): 6,
    ("engine/operations/move.py", "open-dataclass"): 1,
}
"""How many lines of a file may escape which rule: (path, rule) → count. Every line gives its reason itself."""

UNTYPED_ROOMS = ("engine/runtime/", "signing/", "tests/engine/runtime/", "tests/signing/")
"""Where libraries without types live, and the tests of these rooms."""
IGNORES: dict[str, tuple[int, str]] = {
    "engine/forms.py": (1, "jsonschema's stubs leave 'extend' untyped"),
    "storage/embedded.py": (3, "subprocess takes the account only as options of its own"),
    "storage/objects.py": (1, "io.RawIOBase says 'Buffer', the minio client wants 'readinto' all the same"),
    "storage/s3.py": (1, "minio asks for a BinaryIO and reads only"),
    "storage/schema/columns.py": (1, "the kind of a column depends on what it points to"),
    "tests/support/machine.py": (1, "pytest-xdist ships no types"),
    "tests/storage/test_objects.py": (1, "one reader gives a sign when it is read"),
}
"""How many 'type: ignore' a file outside those rooms may have, and why; none without need."""


def test_what_the_engine_knows_is_frozen_slotted_and_keyword_only() -> None:
    assert findings("open-dataclass", rules.open_dataclasses, modules("engine")) == []


def test_every_identifier_in_the_engine_has_its_own_type() -> None:
    assert findings("plain-id", rules.plain_ids, modules("engine")) == []


def test_time_identifiers_and_chance_are_arguments_in_engine_and_signing() -> None:
    assert findings("own-chance", rules.own_time_or_chance, modules("engine", "signing")) == []


def test_every_door_that_answers_bytes_does_so_in_one_way() -> None:
    doors = [module for module in modules("api") if module.path != "api/contents.py"]

    assert findings("bare-file", rules.bare_files, doors) == []


def test_a_transaction_is_committed_in_one_place() -> None:
    found = findings("one-commit", rules.commits, modules(*PACKAGES))

    assert [place for place in found if not place.startswith("storage/statements.py:")] == []
    assert len(found) <= 1


def test_everything_is_caught_in_two_places_at_most_and_only_at_the_edge() -> None:
    found = findings("broad-except", rules.broad_excepts, modules(*EVERYWHERE))

    assert [place for place in found if not place.startswith("api/")] == []
    assert len(found) <= 2, found


def test_only_doors_and_signing_are_asynchronous() -> None:
    assert findings("async", rules.async_functions, modules("engine", "exchange", "storage")) == []


def test_no_test_replaces_a_real_part() -> None:
    assert findings("real-parts", rules.stand_ins, modules("tests", "bench")) == []


def test_get_returns_or_raises_and_find_may_be_none() -> None:
    ports = [module for module in modules("engine") if module.path == "engine/ports.py"]

    assert findings("lookup", rules.misnamed_lookups, ports) == []


def test_the_product_never_asks_whether_it_is_under_test() -> None:
    word = re.compile(r"(?<![a-z])(is_)?testing(?![a-z])|PYTEST_CURRENT_TEST|under_test", re.IGNORECASE)

    assert [module.path for module in modules(*PACKAGES) if word.search(module.text)] == []


def test_types_are_ignored_only_where_a_library_has_none() -> None:
    ignored = {
        module.path: len(re.findall(r"#\s*type:\s*ignore", module.text))
        for module in modules(*PACKAGES, "bench", "scripts", "tests")
        if not module.path.startswith((*UNTYPED_ROOMS, "tests/architecture/"))
    }

    assert {path: count for path, count in ignored.items() if count > IGNORES.get(path, (0, ""))[0]} == {}


def test_every_escape_is_counted() -> None:
    marks = Counter(
        (module.path, mark["rule"])
        for module in modules(*EVERYWHERE)
        if module.path != "tests/architecture/test_rules.py"
        for line in module.lines
        if (mark := ESCAPE.search(line))
    )

    assert dict(marks) == ESCAPES


def test_every_package_says_what_it_is_for() -> None:
    silent = [
        str(folder.relative_to(ROOT))
        for package in PACKAGES
        for folder in (ROOT / package).rglob("__init__.py")
        if not folder.read_text().startswith('"""')
    ]

    assert silent == []
