"""Load a criteria set: the province's administrator makes a version known, which from then on never changes."""

from datetime import datetime

from engine.criteria import CriteriaSet, require_place
from engine.criteria_events import CriteriaSetLoaded
from engine.criteria_files import to_plain
from engine.criteria_loading import Loading, digest_of
from engine.people import Person
from engine.ports import UnitOfWork
from engine.provinces import require_provincial


def load_criteria_set(version: CriteriaSet, *, by: Person, at: datetime, work: UnitOfWork) -> Loading:
    """Keep the version beside those known.

    Raises:
        NotAllowed: The person is no administrator of the province.
        CriteriaSetKnown, CriteriaOverlap, SuccessionWrong, CriteriaSetNotFound: It has no place among those known.
    """
    require_provincial(by, "manage_criteria", work)
    work.criteria_sets.queue()
    require_place(version, work.criteria_sets.all())
    sha256 = digest_of(to_plain(version))
    loading = Loading(set_id=version.id, agency_id=by.agency_id, at=at, by=by.id, sha256=sha256)
    work.criteria_sets.add(version, loading)
    work.record(
        CriteriaSetLoaded(
            by=by.id,
            at=at,
            agency_id=by.agency_id,
            criteria_set_id=version.id,
            tier=version.tier.value,
            sha256=sha256,
            effective_from=version.effective_from,
            effective_to=version.effective_to,
            supersedes=version.supersedes,
        )
    )
    return loading
