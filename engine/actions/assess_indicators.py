"""Report values of indicators of a dossier: of oneself while it is composed, or as who verifies or appraises it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engine import assessing, dossier_access
from engine.assessments import Assessment, Entry, Stage
from engine.dossier_errors import DossierMoved
from engine.ids import DossierId
from engine.people import Person
from engine.ports import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessIndicators:
    """What is reported at a stage, by indicator; *revs*, if given, are the revisions the person had before them."""

    dossier_id: DossierId
    stage: Stage
    entries: Mapping[str, Entry]
    revs: Mapping[str, int] | None = None


def assess_indicators(
    request: AssessIndicators, *, by: Person, at: datetime, work: UnitOfWork
) -> tuple[Assessment, ...]:
    """Keep what is reported, all of it or nothing.

    Raises:
        DossierNotFound, NotAllowed: It is not theirs to compose, or not theirs to appraise.
        DossierFrozen: This stage cannot be reported now: what was submitted is not changed.
        AssessmentInvalid: Some values are wrong; all are named.
        DossierMoved: Somebody reported one of these meanwhile.
    """
    dossier = work.dossiers.lock(request.dossier_id)
    if request.stage is Stage.SELF:
        dossier_access.require_compose(by, dossier, work)
    else:
        dossier_access.require_handle(by, dossier, work)
    if request.revs is not None:
        known = {one.indicator: one.rev for one in work.assessments.of(dossier.id) if one.stage is request.stage}
        if any(known.get(code, -1) != request.revs.get(code, -1) for code in request.entries):
            raise DossierMoved
    return assessing.assess(dossier, request.stage, request.entries, by=by, at=at, work=work)
