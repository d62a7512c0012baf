"""What a machine lacks is named by its Debian package; tests that need it are left out in one line, or fail in CI."""

import pytest

from scripts.debian import PACKAGE_OF, missing_packages
from tests.support.machine import requires

pytest_plugins = ["pytester"]

SUITE = """
    import pytest

    pytest_plugins = ["tests.support.machine"]

    @pytest.mark.requires("qpdf")
    def test_one(): pass

    @pytest.mark.s3
    def test_two(): pass

    @pytest.mark.requires("pdfsig")
    @pytest.mark.browser
    def test_three(): pass

    def test_that_needs_nothing(): pass
"""


@pytest.fixture
def bare_machine(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A folder with four tests, on a machine that has no programs at all."""
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("CI", raising=False)
    pytester.makepyfile(SUITE)
    pytester.makeini("[pytest]\naddopts = -ra\nmarkers =\n    requires\n    s3\n    browser\n")
    return pytester


def test_a_package_is_missing_when_one_of_its_programs_is() -> None:
    present = set(PACKAGE_OF) - {"pdftoppm", "ceph"}

    assert missing_packages(lambda program: program if program in present else None) == ["ceph-common", "poppler-utils"]


def test_a_machine_with_everything_misses_nothing() -> None:
    assert missing_packages(lambda program: program) == []


def test_a_program_nobody_can_install_is_refused() -> None:
    with pytest.raises(ValueError, match="acrobat"):
        requires("qpdf", "acrobat")


def test_what_is_missing_leaves_tests_out_with_one_line_for_all(bare_machine: pytest.Pytester) -> None:
    result = bare_machine.runpytest_inprocess()

    result.assert_outcomes(passed=1, skipped=3)
    lines = [line for line in result.outlines if line.startswith("SKIPPED")]
    assert len(lines) == 1
    assert "SKIPPED [3]" in lines[0]
    assert "chromium" in lines[0]


def test_in_ci_what_is_missing_is_a_failure(bare_machine: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")

    result = bare_machine.runpytest_inprocess()

    assert result.parseoutcomes()["passed"] == 1
    assert sum(count for outcome, count in result.parseoutcomes().items() if outcome in {"errors", "failed"}) == 3
