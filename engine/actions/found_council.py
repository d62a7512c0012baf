"""Found a council from its decision, with its members and the rules it votes by."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from engine import access
from engine.council_events import CouncilFounded
from engine.councils import Council, CouncilInvalid, Member, VotingRules, faults_of
from engine.documents import DocumentNotFound, OutgoingDocument, OutgoingState
from engine.drafts import FieldChecks
from engine.ids import CouncilId, DocumentId
from engine.people import Person
from engine.ports import UnitOfWork
from engine.queries import Once

MAX_NAME = 200
MAX_BASIS = 500
MAX_PURPOSE = 20
MAX_MEMBERS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundCouncil:
    """A council to be founded; see `engine.councils.Council`."""

    name: str
    purpose: str
    basis: str
    members: Sequence[Member]
    valid_from: date
    valid_to: date | None = None
    decision_id: DocumentId | None = None
    rules: VotingRules = field(default_factory=VotingRules)
    once: Once | None = None


def found_council(request: FoundCouncil, *, by: Person, at: datetime, work: UnitOfWork) -> Council:
    """Keep the council.

    Raises:
        NotAllowed: Founding councils is not this person's work.
        CouncilInvalid: Some fields are wrong; all are named.
    """
    access.require(by, "found_councils")
    if request.once and (known := work.requests.find(by.id, request.once)):
        return work.councils.get(CouncilId(known))
    _require_right(request, by, work)
    council = Council(
        id=CouncilId(work.new_id()),
        agency_id=by.agency_id,
        name=" ".join(request.name.split()),
        purpose=request.purpose,
        basis=request.basis.strip(),
        members=tuple(request.members),
        valid_from=request.valid_from,
        created_by=by.id,
        created_at=at,
        rules=request.rules,
        decision_id=request.decision_id,
        valid_to=request.valid_to,
    )
    work.councils.add(council)
    if request.once:
        work.requests.remember(by.id, request.once, council.id, at)
    work.record(_event(council, by, at))
    return council


def _require_right(request: FoundCouncil, by: Person, work: UnitOfWork) -> None:
    check = FieldChecks()
    check.text("name", request.name, MAX_NAME)
    check.text("basis", request.basis, MAX_BASIS)
    if not (request.purpose.isascii() and request.purpose.isalnum() and request.purpose.islower()):
        check.add("purpose", "not_a_code", "The purpose is one word of small letters and digits, as 'ntm' or 'ocop'.")
    elif len(request.purpose) > MAX_PURPOSE:
        check.add("purpose", "too_long", f"This field takes at most {MAX_PURPOSE} characters.")
    if request.valid_to is not None and request.valid_to < request.valid_from:
        check.add("valid_to", "before_start", "The last day is before the first. Choose a later one.")
    _check_members(request.members, by, work, check)
    if request.decision_id is not None and not _is_issued(request.decision_id, by, work):
        check.add("decision_id", "not_issued", "There is no such issued document of your agency. Choose the decision.")
    check.done(CouncilInvalid)


def _check_members(members: Sequence[Member], by: Person, work: UnitOfWork, check: FieldChecks) -> None:
    if len(members) > MAX_MEMBERS:
        check.add("members", "too_many", f"A council has at most {MAX_MEMBERS} members.")
        return
    for code, message in faults_of(members):
        check.add("members", code, message)
    known = {person.id for person in work.people.of_agency(by.agency_id) if person.roles - access.AUDITS}
    for place, member in enumerate(members):
        if member.person_id not in known:
            check.add(f"members/{place}/person_id", "not_found", "There is no such person here. Choose from the list.")
        if member.unit:
            check.text(f"members/{place}/unit", member.unit, MAX_NAME)


def _is_issued(document_id: DocumentId, by: Person, work: UnitOfWork) -> bool:
    try:
        document = work.documents.get(document_id)
    except DocumentNotFound:
        return False
    issued = isinstance(document, OutgoingDocument) and document.state is OutgoingState.ISSUED
    return issued and access.may_read(by, document)


def _event(council: Council, by: Person, at: datetime) -> CouncilFounded:
    rules = council.rules
    return CouncilFounded(
        by=by.id,
        at=at,
        agency_id=council.agency_id,
        council_id=council.id,
        name=council.name,
        purpose=council.purpose,
        basis=council.basis,
        decision_id=council.decision_id,
        members=[f"{member.person_id} {member.function.value}" for member in council.members],
        quorum=rules.quorum.text,
        passing=rules.passing.text,
        base=rules.base.value,
        interested_count=rules.interested_count,
        source=rules.source,
    )
