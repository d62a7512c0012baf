"""Record what an organisation or a village meeting says of a dossier's draft."""

from dataclasses import dataclass
from datetime import date, datetime

from engine import dossier_access
from engine.contributions import Contribution, ContributionInvalid, ContributionSource, errors_in
from engine.deadlines import office_date
from engine.drafts import FieldChecks
from engine.ids import ContributionId, DossierId, FileId
from engine.people import Person
from engine.ports import UnitOfWork
from engine.queries import Once
from engine.survey_events import ContributionRecorded


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordContribution:
    """A contribution to be recorded; the fields are those of Contribution."""

    dossier_id: DossierId
    source: ContributionSource
    name: str
    held_on: date
    present: int
    agreed: int
    text: str = ""
    response: str | None = None
    file_id: FileId | None = None
    once: Once | None = None


def record_contribution(request: RecordContribution, *, by: Person, at: datetime, work: UnitOfWork) -> Contribution:
    """Keep the contribution with the dossier, while it is composed.

    Raises:
        DossierNotFound, NotAllowed: It is not theirs to compose.
        DossierFrozen: It was submitted.
        ContributionInvalid: Some fields are wrong; all are named.
    """
    if request.once and (known := work.requests.find(by.id, request.once)):
        return next(one for one in work.contributions.of_dossier(request.dossier_id) if one.id == known)
    dossier = work.dossiers.lock(request.dossier_id)
    dossier_access.require_compose(by, dossier, work)
    dossier.require_open()
    _check(request, by, at, work)
    contribution = _contribution(request, ContributionId(work.new_id()), by, at)
    work.contributions.add(contribution)
    if request.once:
        work.requests.remember(by.id, request.once, contribution.id, at)
    work.record(_event(contribution, by))
    return contribution


def _check(request: RecordContribution, by: Person, at: datetime, work: UnitOfWork) -> None:
    check = FieldChecks()
    if request.held_on > office_date(at):
        check.add("held_on", "future", "This day has not come yet.")
    if request.file_id is not None:
        check.known_file("file_id", request.file_id, by, work)
    errors = [*errors_in(request.name, request.text, request.present, request.agreed), *check.found]
    if errors:
        raise ContributionInvalid(errors=errors)


def _contribution(request: RecordContribution, key: ContributionId, by: Person, at: datetime) -> Contribution:
    return Contribution(
        id=key,
        dossier_id=request.dossier_id,
        source=request.source,
        name=" ".join(request.name.split()),
        held_on=request.held_on,
        present=request.present,
        agreed=request.agreed,
        text=request.text.replace("\0", " ").strip(),
        recorded_at=at,
        recorded_by=by.id,
        response=(request.response or "").replace("\0", " ").strip() or None,
        file_id=request.file_id,
    )


def _event(contribution: Contribution, by: Person) -> ContributionRecorded:
    return ContributionRecorded(
        by=by.id,
        at=contribution.recorded_at,
        agency_id=by.agency_id,
        dossier_id=contribution.dossier_id,
        contribution_id=contribution.id,
        source=contribution.source.value,
        present=contribution.present,
        agreed=contribution.agreed,
        file_id=contribution.file_id,
    )
