"""Dossiers on pages: the list, a new one, the whole with what is missing, its parts with their files, its end."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response

from api.contents import content_of, file_answer
from api.deps import HouseDep, ServicesDep, WorkDep
from api.problems import status_of
from api.web import criteria_words, dossier_words
from api.web.desk import Desk, DeskDep
from api.web.dossier_readiness import lines_of
from api.web.forms import Form, FormDep, Typed, id_of
from api.web.names import names_of
from api.web.uploads import Counter, take_one
from api.web.words import msgid
from engine import access, assessing, dossier_access
from engine.actions.add_dossier_file import AddDossierFile, add_dossier_file
from engine.actions.close_dossier import close_dossier
from engine.actions.open_dossier import OpenDossier, open_dossier
from engine.actions.remove_dossier_file import RemoveDossierFile, remove_dossier_file
from engine.actions.start_dossier import StartDossier, start_dossier
from engine.actions.withdraw_dossier import withdraw_dossier
from engine.assessments import Assessment, Stage
from engine.criteria import CriteriaSet, Criterion, IndicatorFinding, SetFinding, Verdict
from engine.deadlines import office_date
from engine.documents import ArchivedFile, DocumentInvalid, DrafterMayNotSign
from engine.dossier_errors import DossierFileNotFound, DossierInvalid, DossierUnderWay
from engine.dossier_kinds import COVER
from engine.dossier_records import DossierQuery
from engine.dossier_turns import turns_of
from engine.dossiers import Dossier, DossierKind, DossierState
from engine.drafts import signers
from engine.errors import Conflict, Invalid
from engine.ids import AgencyId, DocumentId, DossierId, FileId, LocalityId, PersonId
from engine.ports import UnitOfWork
from engine.provinces import deciding_agencies
from engine.queries import PageRequest
from engine.visiting import may_see

router = APIRouter()

LABELS: Final[Mapping[str, str]] = {
    "subject": msgid("Subject (trích yếu)"),
    "rules_id": msgid("Set of criteria"),
    "locality_id": msgid("Commune or village"),
    "receiver_id": msgid("Agency that decides"),
}
START_LABELS: Final[Mapping[str, str]] = {
    "signer": msgid("Signer"),
    "body": msgid("Text of the covering document (Tờ trình)"),
}
FILE_LABELS: Final[Mapping[str, str]] = {"file": msgid("File (PDF, or a photo where the part takes photos)")}
END_LABELS: Final[Mapping[str, str]] = {"reason": msgid("Reason")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An indicator with what was reported of it at each stage, and what comes of the self-assessment.

    Attributes:
        appraised: What comes of it as the departments appraised it, once they did.
    """

    finding: IndicatorFinding
    appraised: IndicatorFinding | None
    said: Mapping[Stage, Assessment]
    files: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A criterion, or the conditions (number 0), with its rows; *met* as the commune reports."""

    number: int
    name: str
    rows: tuple[Row, ...]
    met: bool
    failing: bool
    """Whether an indicator of it was appraised as not met."""


@router.get("/dossiers")
def show_list(desk: DeskDep, work: WorkDep, after: str | None = None, text: str = "", side: str = "") -> Response:
    """Show the dossiers the person may read, the newest first."""
    received = {"received": True, "composed": False}.get(side)
    query = DossierQuery(reader=desk.person, text=text or None, received=received)
    page = work.dossiers.search(query, PageRequest(after=after, limit=50))
    names = names_of(desk.person.agency_id, work, desk.speaks("the machine"))
    address = f"/dossiers?side={side}"
    return desk.page(
        "dossiers/list.html",
        page=page,
        names=names,
        text=text,
        side=side,
        address=address,
        may_compose=desk.may("compose_dossiers") and bool(dossier_access.may_open_for(desk.person.agency_id, work)),
        terms=dossier_words,
    )


@router.get("/dossiers/new")
def show_new(desk: DeskDep, work: WorkDep) -> Response:
    """Show the form for a new dossier for recognition."""
    access.require(desk.person, "compose_dossiers")
    return _new(Typed.of(LABELS, desk.language), desk, work)


@router.post("/dossiers/new")
def open_new(desk: DeskDep, form: FormDep, services: ServicesDep) -> Response:
    """Open the dossier, or show the form again with everything that is wrong."""
    request = OpenDossier(
        kind=DossierKind.NTM,
        receiver_id=AgencyId(form.id("receiver_id")),
        subject=form.text("subject"),
        rules_id=form.text("rules_id"),
        locality_id=LocalityId(form.id("locality_id")),
    )
    try:
        with services.begin() as work:
            dossier = open_dossier(request, by=desk.person, at=desk.at, work=work)
    except (DossierInvalid, DossierUnderWay) as refusal:
        with services.begin() as work:
            again = Typed.of(LABELS, desk.language).typed(form).refused(refusal, desk.language)
            return _new(again, desk, work, status_of(refusal))
    return desk.to(f"/dossiers/{dossier.id}", "dossier_opened")


def _new(form: Typed, desk: Desk, work: UnitOfWork, status: int = 200) -> Response:
    places = dossier_access.may_open_for(desk.person.agency_id, work)
    if not places:
        raise access.NotAllowed
    kinds = {place.kind.value for place in places}
    fitting = [one for one in work.criteria_sets.all() if one.tier.value.split("_")[0] in kinds]
    sets = [one for one in fitting if _in_force(one, work, desk)]
    agencies = [work.people.get_agency(agency_id) for agency_id in deciding_agencies(work)]
    return desk.page(
        "dossiers/new.html",
        status=status,
        form=form,
        today=office_date(desk.at),
        sets=[(str(one.id), one.name) for one in sets],
        places=[(str(one.id), one.name) for one in places],
        agencies=[(str(one.id), one.name) for one in agencies],
    )


def _in_force(one: CriteriaSet, work: UnitOfWork, desk: Desk) -> bool:
    last = one.effective_to
    superseded = any(other.supersedes == one.id for other in work.criteria_sets.all())
    today = office_date(desk.at)
    return one.effective_from <= today and (last is None or today <= last) and not superseded


def readable(dossier_id: str, desk: Desk, work: UnitOfWork) -> Dossier:
    """Return the dossier, or raise DossierNotFound unless the person may read it."""
    dossier = work.dossiers.get(DossierId(id_of(dossier_id)))
    dossier_access.require_read(desk.person, dossier, work)
    return dossier


def may_compose(dossier: Dossier, desk: Desk) -> bool:
    """Say whether the person may change what the dossier consists of now."""
    return dossier.is_open and dossier.agency_id == desk.person.agency_id and desk.may("compose_dossiers")


@router.get("/dossiers/{dossier_id}")
def show(desk: DeskDep, work: WorkDep, dossier_id: str) -> Response:
    """Show the whole dossier; what it costs does not grow with its files."""
    return _page(readable(dossier_id, desk, work), desk, work)


def _page(dossier: Dossier, desk: Desk, work: UnitOfWork, form: Typed | None = None, status: int = 200) -> Response:
    recognition = dossier.kind is DossierKind.NTM
    sections, finding = _sections(dossier, work) if recognition else ((), None)
    surveys = work.surveys.of_dossier(dossier.id)
    composing = may_compose(dossier, desk)
    able = signers(desk.person.agency_id, desk.person.id, desk.at, work)
    return desk.page(
        "dossiers/show.html",
        status=status,
        dossier=dossier,
        locality=work.localities.get(dossier.locality_id) if dossier.locality_id else None,
        sections=sections,
        finding=finding,
        set=assessing.rules_of(dossier, work).set if recognition else None,
        surveys=surveys,
        # How a citizen's case is handled stands on the page of the case.
        turns=() if dossier.kind is DossierKind.CASE else turns_of(dossier, work),
        readiness=lines_of(dossier, desk, work),
        visits=[one for one in work.field_visits.of_dossier(dossier.id) if may_see(one, desk.person)],
        units={one.id: one.name for one in work.people.units(dossier.receiver_id)},
        contributions=work.contributions.of_dossier(dossier.id),
        missing=[part for part in dossier.parts if part.required and not part.files and part.code != COVER],
        composing=composing,
        form=form or Typed.of({**START_LABELS, **END_LABELS}, desk.language, body=_body(dossier)),
        signers=[(str(one.id), f"{one.name} – {one.title}") for one in able],
        may_start=composing and recognition and dossier.own_document_id is None,
        may_withdraw=_may_withdraw(dossier, desk),
        may_close=_may_close(dossier, desk),
        names=names_of(desk.person.agency_id, work, desk.speaks("the machine")),
        terms=dossier_words,
        criteria_terms=criteria_words,
    )


def _may_withdraw(dossier: Dossier, desk: Desk) -> bool:
    own = dossier.agency_id == desk.person.agency_id and desk.may("compose_dossiers")
    over = (DossierState.DECIDED, DossierState.REFUSED, DossierState.WITHDRAWN, DossierState.CLOSED)
    return own and dossier.state not in over


def _may_close(dossier: Dossier, desk: Desk) -> bool:
    decides = dossier.receiver_id == desk.person.agency_id and desk.may("handle_dossiers")
    composes = dossier.agency_id == desk.person.agency_id and desk.may("compose_dossiers")
    ended = dossier.state in (DossierState.DECIDED, DossierState.REFUSED)
    return (ended and decides) or (dossier.state is DossierState.WITHDRAWN and (decides or composes))


def _body(dossier: Dossier) -> str:
    return f"{dossier.subject}.\nKính trình xem xét, quyết định."


def _sections(dossier: Dossier, work: UnitOfWork) -> tuple[tuple[Section, ...], SetFinding]:
    rules, known = assessing.rules_of(dossier, work), work.assessments.of(dossier.id)
    finding = assessing.judged(rules, known, Stage.SELF)
    said: dict[str, dict[Stage, Assessment]] = {}
    for one in known:
        said.setdefault(one.indicator, {})[one.stage] = one
    found = [
        Section(
            number=each.criterion.number,
            name=each.criterion.name,
            rows=(rows := tuple(_row(one, said, rules) for one in each.indicators)),
            met=each.verdict is Verdict.MET,
            failing=_failing(rows),
        )
        for each in finding.criteria
    ]
    conditions = [
        each.judge(said[each.code][Stage.SELF].value, rules.classified)
        if each.code in said and Stage.SELF in said[each.code]
        else each.judge(None, rules.classified)
        for each in rules.conditions
    ]
    rows = tuple(_row(one, said, rules) for one in conditions)
    met = all(row.finding.verdict is Verdict.MET for row in rows)
    return (*found, Section(number=0, name="", rows=rows, met=met, failing=_failing(rows))), finding


def _row(finding: IndicatorFinding, said: Mapping[str, Mapping[Stage, Assessment]], rules: assessing.Rules) -> Row:
    own = said.get(finding.indicator.code, {})
    known = own.get(Stage.APPRAISED)
    appraised = finding.indicator.judge(known.value, rules.classified) if known else None
    return Row(finding=finding, appraised=appraised, said=own, files=sum(one.files for one in own.values()))


def _failing(rows: tuple[Row, ...]) -> bool:
    return any(row.appraised is not None and row.appraised.verdict is Verdict.NOT_MET for row in rows)


def criterion_of(rules: assessing.Rules, number: int) -> Criterion | None:
    """Return the criterion of this number, or None where it stands for the conditions or there is none."""
    return next((one for one in rules.set.criteria if one.number == number), None)


@router.post("/dossiers/{dossier_id}/start")
def start(desk: DeskDep, form: FormDep, services: ServicesDep, dossier_id: str) -> Response:
    """Draft the covering document and begin the procedure, or say what is wrong."""
    key = DossierId(id_of(dossier_id))
    try:
        request = StartDossier(dossier_id=key, signer=PersonId(form.id("signer")), body=form.text("body"))
        start_dossier(request, by=desk.person, services=services)
    except (DocumentInvalid, DrafterMayNotSign, Conflict) as refusal:
        return _again(desk, form, services, dossier_id, refusal)
    return desk.to(f"/dossiers/{key}", "dossier_started")


@router.post("/dossiers/{dossier_id}/withdraw")
def withdraw(desk: DeskDep, form: FormDep, services: ServicesDep, dossier_id: str) -> Response:
    """Take the dossier back, or say why it cannot be."""
    key = DossierId(id_of(dossier_id))
    try:
        with services.begin() as work:
            withdraw_dossier(key, form.text("reason"), by=desk.person, at=desk.at, work=work)
    except (DossierInvalid, Conflict) as refusal:
        return _again(desk, form, services, dossier_id, refusal)
    return desk.to(f"/dossiers/{key}", "dossier_withdrawn")


@router.post("/dossiers/{dossier_id}/close")
def close(desk: DeskDep, form: FormDep, services: ServicesDep, dossier_id: str) -> Response:
    """Close the dossier, with its files in the archive."""
    key = DossierId(id_of(dossier_id))
    try:
        close_dossier(key, by=desk.person, services=services)
    except Conflict as refusal:
        return _again(desk, form, services, dossier_id, refusal)
    return desk.to(f"/dossiers/{key}", "dossier_closed")


def _again(desk: Desk, form: Form, services: ServicesDep, dossier_id: str, refusal: Invalid | Conflict) -> Response:
    again = Typed.of({**START_LABELS, **END_LABELS}, desk.language).typed(form).refused(refusal, desk.language)
    with services.begin() as work:
        return _page(readable(dossier_id, desk, work), desk, work, again, status_of(refusal))


@router.get("/dossiers/{dossier_id}/parts/{code}")
def show_part(desk: DeskDep, work: WorkDep, dossier_id: str, code: str) -> Response:
    """Show a part with all its files, and the form to add one."""
    return _part(readable(dossier_id, desk, work), code, Typed.of(FILE_LABELS, desk.language), desk, work)


def _part(dossier: Dossier, code: str, form: Typed, desk: Desk, work: UnitOfWork, status: int = 200) -> Response:
    return desk.page(
        "dossiers/part.html",
        status=status,
        dossier=dossier,
        part=dossier.get_part(code),
        form=form,
        composing=may_compose(dossier, desk) and code != COVER,
        names=names_of(desk.person.agency_id, work, desk.speaks("the machine")),
        terms=dossier_words,
    )


@router.post("/dossiers/{dossier_id}/parts/{code}")
def add_file(desk: DeskDep, form: FormDep, house: HouseDep, dossier_id: str, code: str) -> Response:
    """Add the chosen file to the part, or say what is wrong with it."""
    services, key = house.services, DossierId(id_of(dossier_id))
    counter = Counter(by=desk.person, services=services, limit_mb=house.settings.max_upload_mb, language=desk.language)
    try:
        kept = take_one(form, "file", counter)
        request = AddDossierFile(dossier_id=key, part=code, file_id=kept.id, name=kept.name)
        with services.begin() as work:
            add_dossier_file(request, by=desk.person, at=desk.at, work=work)
    except (Invalid, Conflict) as refusal:
        wrong = Typed.of(FILE_LABELS, desk.language).refused(refusal, desk.language, {"file_id": "file"})
        with services.begin() as work:
            return _part(readable(dossier_id, desk, work), code, wrong, desk, work, status_of(refusal))
    return desk.to(f"/dossiers/{key}/parts/{code}", "dossier_file_added")


@router.post("/dossiers/{dossier_id}/parts/{code}/remove")
def remove_file(desk: DeskDep, form: FormDep, services: ServicesDep, dossier_id: str, code: str) -> Response:
    """Take a file out of the part."""
    key = DossierId(id_of(dossier_id))
    request = RemoveDossierFile(dossier_id=key, part=code, file_id=FileId(form.text("file_id")))
    with services.begin() as work:
        remove_dossier_file(request, by=desk.person, at=desk.at, work=work)
    return desk.to(f"/dossiers/{key}/parts/{code}", "dossier_file_removed")


@router.get("/dossiers/{dossier_id}/files/{file_id}")
def file_content(desk: DeskDep, services: ServicesDep, dossier_id: str, file_id: str) -> Response:
    """Send a file of the dossier, of a part or of evidence, as it was taken in."""
    with services.begin() as work:
        dossier = readable(dossier_id, desk, work)
        kept = [(one.file_id, one.name) for one in dossier.files]
        kept += [(one.file_id, one.name) for one in work.assessments.evidence(dossier.id)]
        visits = work.field_visits.of_dossier(dossier.id)
        kept += [named for one in visits if may_see(one, desk.person) for named in one.files]
        name = dict(kept).get(FileId(file_id))
        if name is None:
            raise DossierFileNotFound
        media_type = work.files.get(FileId(file_id)).media_type
        archived = _archived(dossier, work)
    return file_answer(content_of(FileId(file_id), archived, services), media_type, name)


def _archived(dossier: Dossier, work: UnitOfWork) -> list[ArchivedFile]:
    document_id = dossier.own_document_id or DocumentId(dossier.id)
    return [one.as_document(document_id) for one in work.dossiers.archived(dossier.id)]
