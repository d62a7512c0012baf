"""Load localities: the province's administrator makes many known, or changes their facts, by a filled-in table."""

from dataclasses import dataclass
from datetime import datetime

from engine.criteria_events import LocalitiesLoaded
from engine.criteria_sheets import Book
from engine.localities import LocalityMoved
from engine.locality_loading import plan_loading, wait_for_others
from engine.locality_reading import LocalityPlanMoved
from engine.locality_sheets import FACTS, LocalityPlan, said_fact
from engine.people import Person
from engine.ports import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadLocalities:
    """The table; *previewed* is the digest of what the person saw it would change, None where they saw nothing."""

    book: Book
    previewed: str | None = None


def load_localities(request: LoadLocalities, *, by: Person, at: datetime, work: UnitOfWork) -> LocalityPlan:
    """Keep what the table says, all of it or nothing, and return what that was; what is not in it stays as it is.

    Raises:
        NotAllowed: The person is no administrator of the province.
        LocalityBookWrong, LocalityBookEmpty: It cannot be read so; wrong cells are named.
        LocalityPlanMoved, LocalityMoved: It would change other things than they saw.
    """
    wait_for_others(work)
    plan = plan_loading(request.book, by=by, work=work)
    if request.previewed not in (None, plan.sha256):
        raise LocalityPlanMoved
    if plan.is_empty:
        return plan
    work.localities.add(plan.added)
    for change in sorted(plan.changed, key=lambda one: one.before.id):
        if work.localities.lock(change.before.id).rev != change.before.rev:
            raise LocalityMoved(name=change.before.name)
        work.localities.save(change.after)
    changed = {one.after.code: {name: said_fact(one.after, name) for name in one.facts} for one in plan.changed}
    work.record(
        LocalitiesLoaded(
            by=by.id,
            at=at,
            agency_id=by.agency_id,
            added={one.code: {name: said_fact(one, name) for name in FACTS} for one in plan.added},
            changed=changed,
            plan_sha256=plan.sha256,
        )
    )
    return plan
