"""Load shipped criteria: an administrator makes the national sets known that come with Vanthu and are not yet."""

from collections.abc import Sequence
from datetime import datetime

from engine.actions.load_criteria_set import load_criteria_set
from engine.criteria_files import shipped_sets
from engine.criteria_loading import Loading
from engine.people import Person
from engine.ports import UnitOfWork
from engine.provinces import require_provincial


def load_shipped_criteria(*, by: Person, at: datetime, work: UnitOfWork) -> Sequence[Loading]:
    """Keep those that are not known yet and return who loaded them.

    Raises:
        NotAllowed: The person is no administrator of the province.
        CriteriaOverlap: A set somebody loaded has the place of one of them.
    """
    require_provincial(by, "manage_criteria", work)
    known = {each.id for each in work.criteria_sets.all()}
    unknown = [each for each in shipped_sets() if each.id not in known]
    return [load_criteria_set(each, by=by, at=at, work=work) for each in unknown]
