"""The budgets: what a person can hold in mind at once."""

from tests.architecture import rules
from tests.architecture.source import EVERYWHERE, PACKAGES, findings, modules


def test_no_function_is_longer_than_a_screen() -> None:
    assert findings("function-lines", rules.long_functions, modules(*EVERYWHERE)) == []


def test_no_function_nests_deeper_than_three() -> None:
    assert findings("nesting", rules.deep_functions, modules(*EVERYWHERE)) == []


def test_no_function_takes_more_than_six_parameters() -> None:
    assert findings("parameters", rules.many_parameters, modules(*PACKAGES, "bench", "scripts")) == []


def test_no_module_is_longer_than_four_hundred_lines() -> None:
    assert findings("module-lines", rules.long_module, modules(*EVERYWHERE)) == []


def test_no_file_has_a_name_that_says_nothing() -> None:
    assert findings("file-name", rules.vague_name, modules(*EVERYWHERE)) == []
