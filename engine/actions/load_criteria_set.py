"""Load a criteria set: the province's administrator makes a version known, which from then on never changes."""

from dataclasses import replace
from datetime import datetime

from engine.criteria import CriteriaSet, require_place
from engine.criteria_events import CriteriaSetLoaded
from engine.criteria_files import to_plain
from engine.criteria_loading import Loading, digest_of
from engine.people import Person
from engine.ports import UnitOfWork
from engine.provinces import require_provincial


def load_criteria_set(version: CriteriaSet, *, by: Person, at: datetime, work: UnitOfWork) -> Loading:
    """Keep the version beside those known; where one of them says the same but for its number, nothing is added.

    Raises:
        NotAllowed: The person is no administrator of the province.
        CriteriaSetKnown, CriteriaOverlap, SuccessionWrong, CriteriaSetNotFound: It has no place among those known.
    """
    require_provincial(by, "manage_criteria", work)
    work.criteria_sets.queue()
    known = work.criteria_sets.all()
    same = next((each.id for each in known if replace(version, version=each.version) == each), None)
    if same is not None and same != version.id:
        return next(loading for loading in work.criteria_sets.loadings() if loading.set_id == same)
    require_place(version, known)
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
