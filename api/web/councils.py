"""Councils: the list, founding one, its page with what waits for it, and convening a session."""

from datetime import date, datetime
from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response

from api.deps import PageDep, ServicesDep, WorkDep
from api.problems import status_of
from api.web.council_matters import waiting_votes
from api.web.desk import Desk, DeskDep
from api.web.forms import Form, FormDep, Typed, id_of
from api.web.names import Names, names_of
from api.web.words import BALLOTS, PASS_BASES, SESSION_FORMS, msgid
from engine import access
from engine.actions.convene_session import ConveneSession, convene_session
from engine.actions.end_council import end_council
from engine.actions.found_council import FoundCouncil, found_council
from engine.conducting import READS_COUNCILS, council_of, due_times
from engine.council_sessions import BallotKind, SessionForm
from engine.councils import (
    Council,
    CouncilInvalid,
    Member,
    MemberFunction,
    PassBase,
    Share,
    ShareMalformed,
    VotingRules,
)
from engine.deadlines import VIETNAM, office_date
from engine.errors import Conflict, FieldError, Invalid
from engine.ids import CouncilId, DocumentId, MatterId, PersonId
from engine.ports import UnitOfWork
from engine.queries import PageRequest

router = APIRouter()

LABELS: Final = {
    "name": msgid("Name of the council"),
    "purpose": msgid("Purpose (a word procedures ask for)"),
    "basis": msgid("Decision that founds it"),
    "decision_id": msgid("That decision, where it was issued here (address of its page)"),
    "chair": msgid("Chair"),
    "deputies": msgid("Deputy chairs"),
    "secretary": msgid("Secretary"),
    "reviewers": msgid("Reviewers"),
    "members": msgid("Members"),
    "valid_from": msgid("First day"),
    "valid_to": msgid("Last day"),
    "quorum": msgid("Quorum, of all members"),
    "passing": msgid("Share that must agree"),
    "base": msgid("Counted of"),
    "source": msgid("Rules of procedure these are from"),
}
SESSION_LABELS: Final = {
    "matters": msgid("Matters"),
    "form": msgid("How the council decides"),
    "ballot": msgid("Ballot"),
    "at": msgid("Beginning"),
    "place": msgid("Place"),
    "until": msgid("Opinions are due until"),
}
NOT_A_MOMENT: Final = msgid("This is not a moment; write it as 2026-11-23T08:00.")
_SECRETARY_ONLY: Final = "no_vote"


@router.get("/councils")
def show_list(desk: DeskDep, work: WorkDep, page: PageDep) -> Response:
    """Show the councils, and above them the votes that wait for the person."""
    of = None if desk.person.powers & READS_COUNCILS else desk.person.id
    found = work.councils.search(desk.person.agency_id, page, of=of)
    return desk.page(
        "councils/list.html",
        councils=found.items,
        waiting=waiting_votes(desk, work),
        may_found=desk.may("found_councils"),
        next_page=found.next,
        names=_names(desk, work),
    )


@router.get("/councils/new")
def show_form(desk: DeskDep, work: WorkDep) -> Response:
    """Show the empty form."""
    access.require(desk.person, "found_councils")
    rules = VotingRules()
    typed = Typed.of(
        LABELS,
        desk.language,
        valid_from=office_date(desk.at).isoformat(),
        quorum=rules.quorum.text,
        passing=rules.passing.text,
        base=rules.base.value,
    )
    return _form(desk, typed, work)


@router.post("/councils/new")
def found(desk: DeskDep, form: FormDep, services: ServicesDep) -> Response:
    """Found the council, or show the form again with everything that is wrong."""
    typed = Typed.of(LABELS, desk.language).typed(form)
    try:
        with services.begin() as work:
            council = found_council(_request(form, desk, work), by=desk.person, at=desk.at, work=work)
    except Invalid as refusal:
        with services.begin() as work:
            return _form(desk, typed.refused(refusal, desk.language), work, status_of(refusal))
    return desk.to(f"/councils/{council.id}", "council_founded")


@router.get("/councils/{council_id}")
def show(desk: DeskDep, work: WorkDep, page: PageDep, council_id: str) -> Response:
    """Show the council with what waits for it and its sessions."""
    council = council_of(CouncilId(id_of(council_id)), desk.person, work)
    local, waiting = desk.at.astimezone(VIETNAM), work.council_sessions.waiting(council.id)
    typed = Typed.of(
        SESSION_LABELS,
        desk.language,
        at=f"{local:%Y-%m-%dT%H:%M}",
        form=SessionForm.MEETING.value,
        ballot=BallotKind.OPEN.value,
        # The one matter there is stands chosen.
        matters=str(waiting[0].id) if len(waiting) == 1 else "",
    )
    return _page(desk, council, typed, work, page)


@router.post("/councils/{council_id}/sessions")
def convene(desk: DeskDep, form: FormDep, services: ServicesDep, council_id: str) -> Response:
    """Convene a session, or show the page again with everything that is wrong."""
    key = CouncilId(id_of(council_id))
    try:
        with services.begin() as work:
            session = convene_session(_session(key, form), by=desk.person, at=desk.at, work=work)
    except (Invalid, Conflict) as refusal:
        typed = Typed.of(SESSION_LABELS, desk.language).typed(form).refused(refusal, desk.language)
        with services.begin() as work:
            council = council_of(key, desk.person, work)
            return _page(desk, council, typed, work, PageRequest(), status_of(refusal))
    return desk.to(
        f"/council-sessions/{session.id}",
        "opinions_asked" if session.form is SessionForm.WRITTEN else "session_convened",
    )


@router.post("/councils/{council_id}/last-day")
def end(desk: DeskDep, form: FormDep, work: WorkDep, council_id: str) -> Response:
    """Give the council its last day."""
    try:
        day = form.date("day")
    except ValueError:
        day = None
    if day is None:
        raise CouncilInvalid(errors=[FieldError(field="day", code="required", message=NOT_A_MOMENT)])
    end_council(CouncilId(id_of(council_id)), day, by=desk.person, at=desk.at, work=work)
    return desk.to(f"/councils/{council_id}", "council_ended")


def _page(
    desk: Desk, council: Council, typed: Typed, work: UnitOfWork, page: PageRequest, status: int = 200
) -> Response:
    sessions = work.council_sessions.of_council(council.id, page)
    matters = work.council_sessions.waiting(council.id)
    return desk.page(
        "councils/show.html",
        status=status,
        council=council,
        sessions=sessions.items,
        next_page=sessions.next,
        matters=matters,
        due={key: office_date(until) for key, until in due_times(matters, work).items()},
        documents=work.documents.several({matter.document_id for matter in matters}),
        form=typed,
        choices=[(str(matter.id), matter.question) for matter in matters],
        forms=[(value, desk.speaks(said)) for value, said in SESSION_FORMS.items()],
        ballots=[(value, desk.speaks(said)) for value, said in BALLOTS.items()],
        may_convene=council.may_be_run_by(desk.person.id),
        may_end=desk.may("found_councils") and council.valid_to is None,
        names=_names(desk, work),
    )


def _form(desk: Desk, typed: Typed, work: UnitOfWork, status: int = 200) -> Response:
    people = [one for one in _names(desk, work).people.values() if one.roles - access.AUDITS]
    return desk.page(
        "councils/new.html",
        status=status,
        form=typed,
        people=[(str(one.id), f"{one.name}, {one.title}") for one in people],
        bases=[(value, desk.speaks(said)) for value, said in PASS_BASES.items()],
    )


def _request(form: Form, desk: Desk, work: UnitOfWork) -> FoundCouncil:
    names = _names(desk, work)
    sitting = [
        *((form.text("chair"), MemberFunction.CHAIR),),
        *((one, MemberFunction.DEPUTY_CHAIR) for one in form.texts("deputies")),
        *((one, MemberFunction.REVIEWER) for one in form.texts("reviewers")),
        *((one, MemberFunction.MEMBER) for one in form.texts("members")),
        *((form.text("secretary"), MemberFunction.SECRETARY),),
    ]
    wrong, shares = _shares(form)
    first, last = _day(form, "valid_from", wrong), _day(form, "valid_to", wrong)
    if first is None:
        wrong.append(FieldError(field="valid_from", code="required", message="This field must not be empty."))
    if wrong:
        raise CouncilInvalid(errors=wrong)
    base = form.text("base")
    return FoundCouncil(
        name=form.text("name"),
        purpose=form.text("purpose").strip(),
        basis=form.text("basis"),
        decision_id=_decision(form.text("decision_id")),
        members=[_member(one, function, form, names) for one, function in sitting if one],
        valid_from=first or office_date(desk.at),
        valid_to=last,
        rules=VotingRules(
            quorum=shares["quorum"],
            passing=shares["passing"],
            base=PassBase(base) if base in set(PassBase) else PassBase.PRESENT,
            source=form.text("source").strip(),
        ),
    )


def _decision(address: str) -> DocumentId | None:
    """Return the document whose page has this address, or whose id it is; one that is none is refused by the rules."""
    last = address.strip().rstrip("/").rsplit("/", 1)[-1]
    return DocumentId(id_of(last)) if last else None


def _member(chosen: str, function: MemberFunction, form: Form, names: Names) -> Member:
    person = names.people.get(PersonId(id_of(chosen)))
    unit = names.unit(min(person.units, default=None)) if person else ""
    keeps_only = function is MemberFunction.SECRETARY and bool(form.text(_SECRETARY_ONLY))
    return Member(person_id=PersonId(id_of(chosen)), function=function, unit=unit, votes=not keeps_only)


def _shares(form: Form) -> tuple[list[FieldError], dict[str, Share]]:
    wrong, found = [], {}
    for name in ("quorum", "passing"):
        try:
            found[name] = Share.parse(form.text(name))
        except ShareMalformed as refusal:
            wrong.append(FieldError(field=name, code=refusal.code, message=str(refusal)))
    return wrong, found


def _day(form: Form, name: str, wrong: list[FieldError]) -> date | None:
    try:
        return form.date(name)
    except ValueError:
        wrong.append(FieldError(field=name, code="date", message=NOT_A_MOMENT))
        return None


def _session(council_id: CouncilId, form: Form) -> ConveneSession:
    how, ballot = form.text("form"), form.text("ballot")
    at, until = form.moment("at"), form.moment("until")
    return ConveneSession(
        council_id=council_id,
        matters=[MatterId(id_of(one)) for one in form.texts("matters")],
        at=at or datetime.min.replace(tzinfo=VIETNAM),
        place=form.text("place"),
        form=SessionForm(how) if how in set(SessionForm) else SessionForm.MEETING,
        ballot=BallotKind(ballot) if ballot in set(BallotKind) else BallotKind.OPEN,
        until=until,
    )


def _names(desk: Desk, work: UnitOfWork) -> Names:
    return names_of(desk.person.agency_id, work, desk.speaks("the machine"))
