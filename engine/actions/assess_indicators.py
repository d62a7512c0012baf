"""Report values of indicators of a dossier: of oneself while it is composed, or as who verifies or appraises it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engine import assessing, dossier_access
from engine.assessments import UNREPORTED, Assessment, AssessmentMoved, Entry, Stage
from engine.ids import DossierId
from engine.people import Person
from engine.ports import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessIndicators:
    """What is reported at a stage, by indicator; *revs* are the revisions the person had before them.

    An indicator without one is overwritten, whatever stands there; UNREPORTED says that nothing did.
    """

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
        AssessmentMoved: Somebody reported one of these meanwhile.
    """
    dossier = work.dossiers.lock(request.dossier_id)
    dossier_access.require_report(by, request.stage, dossier, work)
    _require_unmoved(request, work)
    return assessing.assess(dossier, request.stage, request.entries, by=by, at=at, work=work)


def _require_unmoved(request: AssessIndicators, work: UnitOfWork) -> None:
    known = {one.indicator: one.rev for one in work.assessments.of(request.dossier_id) if one.stage is request.stage}
    asked = {code: rev for code, rev in (request.revs or {}).items() if code in request.entries}
    moved = [code for code, rev in asked.items() if known.get(code, UNREPORTED) != rev]
    if moved:
        raise AssessmentMoved(moved)
