"""The season that is measured, small: two communes recognised side by side, and every leaf of theirs counted."""

from pathlib import Path

import pytest

from bench.season import checked, found_localities, recognise_together
from tests.support.house import NewHouse, jobs_of


def test_communes_side_by_side_leave_exactly_their_leaves_behind(new_house: NewHouse, tmp_path: Path) -> None:
    with new_house("season", tmp_path) as house, jobs_of(house, concurrency=4) as run_jobs:
        recognise_together(house, found_localities(2, house), run_jobs)

        assert checked(house, 2) > 2 * 100
        with pytest.raises(AssertionError, match="3 communes"):
            checked(house, 3)
