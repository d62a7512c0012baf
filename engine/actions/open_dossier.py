"""Open a dossier: its parts are those of its kind, empty at first."""

from dataclasses import dataclass
from datetime import date, datetime

from engine import access, dossier_access, submitting
from engine.achievements import TIER_BEFORE
from engine.criteria import Tier
from engine.deadlines import office_date
from engine.dossier_errors import DossierInvalid, DossierUnderWay
from engine.dossier_kinds import PARTS
from engine.dossiers import MAX_SUBJECT, Dossier, DossierKind, under_way
from engine.drafts import FieldChecks
from engine.ids import AgencyId, DossierId, LocalityId
from engine.people import Person
from engine.ports import UnitOfWork
from engine.queries import Once
from engine.targets import TIERS

_MAX_RULES = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDossier:
    """A dossier to be opened: for whom, about what, under which version of the rules."""

    kind: DossierKind
    receiver_id: AgencyId
    subject: str
    rules_id: str
    locality_id: LocalityId | None = None
    submit_by: date | None = None
    once: Once | None = None


def open_dossier(request: OpenDossier, *, by: Person, at: datetime, work: UnitOfWork) -> Dossier:
    """Open a dossier of the person's own agency.

    Raises:
        NotAllowed: Their posts only read.
        DossierInvalid: Some fields are wrong; all are named.
        DossierUnderWay: Another dossier of the locality for the same level is not decided on yet.
    """
    access.require(by, "compose_dossiers")
    if request.once and (known := work.requests.find(by.id, request.once)):
        return work.dossiers.get(DossierId(known))
    check = FieldChecks()
    check.text("subject", request.subject, MAX_SUBJECT)
    check.text("rules_id", request.rules_id, _MAX_RULES)
    if request.kind is DossierKind.NTM:
        _check_recognition(request, check, by, work)
    check.deciding("receiver_id", request.receiver_id, work)
    if request.submit_by is not None and request.submit_by < office_date(at):
        check.add("submit_by", "over", "This day is over, so the dossier could not be submitted. Choose a later one.")
    parts = PARTS.get(request.kind)
    if parts is None:
        check.add("kind", "not_opened_so", "A dossier of this kind is opened by its own procedure.")
    check.done(DossierInvalid)
    if request.locality_id is not None:
        _require_none_under_way(request.locality_id, request.rules_id, work)
    new = submitting.NewDossier(
        kind=request.kind,
        receiver_id=request.receiver_id,
        subject=request.subject,
        rules_id=request.rules_id,
        parts=parts or (),
        locality_id=request.locality_id,
        submit_by=request.submit_by,
    )
    dossier = submitting.begin(new, by=by, at=at, work=work)
    if request.once:
        work.requests.remember(by.id, request.once, dossier.id, at)
    return dossier


def _require_none_under_way(locality_id: LocalityId, rules_id: str, work: UnitOfWork) -> None:
    """Raise DossierUnderWay for a second dossier of the locality's level; who opens one at the same moment waits."""
    work.localities.lock(locality_id)
    tiers: dict[str, Tier] = {one.id: one.tier for one in work.criteria_sets.all()}
    for known in work.dossiers.of_locality(locality_id):
        same = known.kind is DossierKind.NTM and tiers.get(known.rules_id) == tiers.get(rules_id)
        if same and under_way(known.state):
            raise DossierUnderWay(subject=known.subject)


def _check_recognition(request: OpenDossier, check: FieldChecks, by: Person, work: UnitOfWork) -> None:
    """Note what recognition needs: a set of criteria that there is, and a commune the agency speaks for."""
    rules = next((known for known in work.criteria_sets.all() if known.id == request.rules_id), None)
    if rules is None:
        check.add("rules_id", "not_found", "There is no such set of criteria. Choose one from the list.")
    places = dossier_access.may_open_for(by.agency_id, work)
    place = next((one for one in places if one.id == request.locality_id), None)
    if place is None:
        check.add("locality_id", "not_yours", "Choose your commune or one of its villages.")
    if rules and place and rules.tier not in TIERS[place.kind]:
        message = "A locality of this kind cannot be recognised as that. Choose another level."
        check.add("rules_id", "other_kind", message)
    before = TIER_BEFORE.get(rules.tier) if rules else None
    if before and place and work.achievements.find(place.id, before) is None:
        check.add("rules_id", "tier_before", "The locality is not recognised for the level before this one yet.")
