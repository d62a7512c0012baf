"""Work items: the inbox, one item with its form, and everything a person can do with it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from fastapi import APIRouter
from fastapi.responses import Response

from api.deps import HouseDep, PageDep, ServicesDep, WorkDep
from api.problems import status_of
from api.web.attachments import attachments_of
from api.web.client_signatures import elsewhere, for_plugin, hand_in
from api.web.clocks import clock_of, clocks_of
from api.web.comments import comments_of
from api.web.copies import source_of
from api.web.council_matters import matters_of, waiting_votes
from api.web.desk import Desk, DeskDep
from api.web.dossier_readiness import lines_at, reopened
from api.web.forms import FormDep, Typed, id_of
from api.web.hands import hands_of
from api.web.names import Names, names_of
from api.web.procedures import Course, course_of, last_words
from api.web.recognition_dossiers import dossier_at
from api.web.revisions import RENAMED, REVISION, revise, revision_choices, revision_form
from api.web.sayings import signatures
from api.web.schema_forms import OutcomeForm, data_of, outcome_form, typed_before
from api.web.signature_batches import is_signable
from api.web.signing import SIGNATURE, ask, signing_facts, waiting_unlock
from api.web.status import choices_of, said_of
from api.web.tried import Tried
from api.web.uploads import Counter, take_uploads
from engine import access
from engine.actions.claim_work_item import claim_work_item
from engine.actions.complete_work_item import CompleteWorkItem
from engine.actions.delegate_work_item import delegate_work_item
from engine.actions.finish_work_item import finish_work_item
from engine.actions.make_out_document import make_out_document
from engine.actions.open_work_item import open_work_item
from engine.actions.release_work_item import release_work_item
from engine.case_asking import PROCEDURE as OPINION
from engine.certificate_watch import flaws_ahead, own_flaws
from engine.choices import OfferedOutcome, offered, step_of
from engine.circulating import awaited_of
from engine.competence import NotMadeHere, SignedByOthers
from engine.definitions import SignatureKind
from engine.documents import Document, OutgoingDocument, OutgoingState
from engine.drafts import CONTENT
from engine.errors import Invalid, NeighbourAway, Refusal
from engine.explanations import in_place, why
from engine.form_drafts import FormDraft
from engine.hands import Hand, Handing, colleagues_for
from engine.ids import PersonId, WorkItemId
from engine.neighbours import Services
from engine.ports import UnitOfWork
from engine.queries import WorkItemQuery
from engine.signing_places import field_of, place_of, right_in, signers_standing
from engine.signings import SigningState
from engine.work_items import OutcomeDataInvalid, WorkItem, WorkItemNotFound, WorkItemState

router = APIRouter()

HANDLE: Final = "handle"
INCOMING: Final = "incoming_document"
_BEFORE_COUNCILS: Final = frozenset({"review", "ocop_rating"})
"""The step in which an incoming document is answered."""


@router.get("/work-items")
def show_list(desk: DeskDep, work: WorkDep, page: PageDep) -> Response:
    """Show what the person can do: the urgent and the oldest first."""
    found = work.work_items.search(WorkItemQuery(person=desk.person), page)
    documents = work.documents.several({item.document_id for item in found.items}) if found.items else {}
    names = names_of(desk.person.agency_id, work, desk.speaks("the machine"))
    return desk.page(
        "work_items/list.html",
        found=found,
        documents=documents,
        names=names,
        clocks=clocks_of(found.items, documents, desk, work),
        waiting=waiting_votes(desk, work),
        asked=awaited_of(desk.person, work),
        flaws=said_of(own_flaws(desk.person, seals=desk.may("use_agency_key"), work=work), desk),
        signable=sum(is_signable(item, documents[item.document_id], desk) for item in found.items),
    )


@router.get("/work-items/{work_item_id}")
def show(desk: DeskDep, services: ServicesDep, work_item_id: str) -> Response:
    """Show what is to be done, with the document beside it."""
    return item_page(WorkItemId(id_of(work_item_id)), desk, services)


@router.post("/work-items/{work_item_id}/complete")
def complete(desk: DeskDep, form: FormDep, services: ServicesDep, work_item_id: str) -> Response:
    """Finish the item with an outcome, or show its form again with everything that is wrong."""
    key, outcome_id = WorkItemId(id_of(work_item_id)), form.text("outcome")
    try:
        with services.begin() as work:
            outcome = outcome_of(key, outcome_id, desk, work)
        data = data_of(outcome.form, form) if outcome else {}
        request = CompleteWorkItem(work_item_id=key, outcome=outcome_id, data=data)
        done = finish_work_item(request, by=desk.person, services=services)
    except OutcomeDataInvalid as refusal:
        return item_page(key, desk, services, Tried(outcome=outcome_id, form=form, refusal=refusal))
    label = desk.pick(outcome.label, outcome.label_en) if outcome else ""
    with services.begin() as work:
        document = work.documents.get(done.document_id)
        case, again = work.cases.find_of_document(document.id), reopened(done, work)
    if again is not None:
        return desk.to(f"/work-items/{again.id}", "not_ready", outcome=label)
    if done.state is WorkItemState.OPEN:
        return desk.to(f"/work-items/{done.id}", "opinion", outcome=label, missing=str(done.needs - done.agreed))
    goal = f"/cases/{case.id}" if case else f"/documents/{document.id}"
    return desk.to(goal if access.may_read(desk.person, document) else "/work-items", "completed", outcome=label)


@router.post("/work-items/{work_item_id}/signature")
def sign(desk: DeskDep, form: FormDep, services: ServicesDep, work_item_id: str) -> Response:
    """Sign, or show the item again where what was typed did not open the key."""
    key = WorkItemId(id_of(work_item_id))
    try:
        return ask(key, form, desk, services)
    except (Refusal, NeighbourAway) as error:
        if not {"pin", "otp"} & set(form.sent):
            raise
        return item_page(key, desk, services, Tried(outcome=SIGNATURE, form=form, refusal=error))


@router.post("/work-items/{work_item_id}/claim")
def claim(desk: DeskDep, _: FormDep, work: WorkDep, work_item_id: str) -> Response:
    """Make the item the person's own."""
    item = claim_work_item(WorkItemId(id_of(work_item_id)), by=desk.person, at=desk.at, work=work)
    return desk.to(f"/work-items/{item.id}", "claimed")


@router.post("/work-items/{work_item_id}/release")
def release(desk: DeskDep, _: FormDep, work: WorkDep, work_item_id: str) -> Response:
    """Give the item back."""
    item = release_work_item(WorkItemId(id_of(work_item_id)), by=desk.person, at=desk.at, work=work)
    return desk.to(f"/work-items/{item.id}", "released")


@router.post("/work-items/{work_item_id}/delegate")
def delegate(desk: DeskDep, form: FormDep, work: WorkDep, work_item_id: str) -> Response:
    """Hand the item to a colleague."""
    to = PersonId(form.id("to"))
    delegate_work_item(WorkItemId(id_of(work_item_id)), to, by=desk.person, at=desk.at, work=work)
    return desk.to("/work-items", "delegated", name=work.people.get(to).name)


@router.post("/work-items/{work_item_id}/signer")
def make_out(desk: DeskDep, _: FormDep, services: ServicesDep, work_item_id: str) -> Response:
    """Print the document for the person's own signature."""
    key = WorkItemId(id_of(work_item_id))
    make_out_document(key, by=desk.person, services=services)
    return desk.to(f"/work-items/{key}", "made_out")


@router.post("/work-items/{work_item_id}/revision")
def revise_draft(desk: DeskDep, form: FormDep, house: HouseDep, services: ServicesDep, work_item_id: str) -> Response:
    """Make the draft anew from a new text, a new file or a new subject, or show what is wrong with them."""
    key = WorkItemId(id_of(work_item_id))
    limit = house.settings.max_upload_mb
    uploads = take_uploads(form, Counter(by=desk.person, services=services, limit_mb=limit, language=desk.language))
    try:
        revise(key, form, uploads, desk=desk, services=services)
    except Invalid as refusal:
        return item_page(key, desk, services, Tried(outcome=REVISION, form=form, refusal=refusal, uploads=uploads))
    return desk.to(f"/work-items/{key}", "revised")


def outcome_of(key: WorkItemId, outcome_id: str, desk: Desk, work: UnitOfWork) -> OfferedOutcome | None:
    """Return the outcome of an item the person may do, or None where the model has no such outcome."""
    item = work.work_items.get(key)
    access.require_act(desk.person, item)
    return next((known for known in offered(item, work) if known.id == outcome_id), None)


@router.post("/work-items/{work_item_id}/signature/hand-in")
def hand_in_signature(
    desk: DeskDep, form: FormDep, house: HouseDep, services: ServicesDep, work_item_id: str
) -> Response:
    """Take in what the person's own computer made, or show the page again with what is wrong with it."""
    key = WorkItemId(id_of(work_item_id))
    errors = hand_in(key, form, house, desk, services)
    return item_page(key, desk, services, errors=errors) if errors else desk.to(f"/work-items/{key}", "handed_in")


def item_page(
    key: WorkItemId, desk: Desk, services: Services, tried: Tried | None = None, errors: Sequence[str] = ()
) -> Response:
    """Return the page of an item, perhaps with a form that was refused; the first look of who may do it is noted."""
    with services.begin() as work:
        item = work.work_items.get(key)
        document = work.documents.get(item.document_id)
        mine = access.is_candidate(desk.person, item)
        if not mine and not access.may_read(desk.person, document):
            raise WorkItemNotFound
        item = open_work_item(key, by=desk.person, at=desk.at, work=work)
        values = _values(item, document, desk, work)
        flaws = said_of(flaws_ahead(document, work), desk)
        outcomes = offered(item, work) if item.state is WorkItemState.OPEN and not values["suspended"] else ()
        page = _acting(item, document, desk, work)
        draft = work.form_drafts.find(item.id, desk.person.id) if page["may_act"] else None
        page["forms"] = _forms(outcomes, desk, tried or draft, without=CONTENT if page["may_revise"] else frozenset())
        page |= _revision(document, desk, work, tried) if page["may_revise"] else {}
        page["draft"] = draft if tried is None else None
        chosen = tried or draft
        page["opened"] = chosen.outcome if chosen else next((outcome.id for outcome in outcomes), None)
        page |= hands_of(item, desk, work, tried) | comments_of(document, desk, work)
        page["elsewhere"] = waiting = elsewhere(item, desk, work, errors)
        page["unlock"] = waiting_unlock(item, desk, services, work, tried)
    signing = next((outcome for outcome in outcomes if outcome.signature is not None), None)
    ready = signing and page["may_act"] and page["made_out_to"] is None
    facts = signing_facts(signing, item, document, desk, services, tried) if signing and ready else None
    status = status_of(tried.refusal) if tried else 422 if errors else 200
    # Whoever signs now is told beside the button.
    told = () if facts or item.state is not WorkItemState.OPEN else flaws
    shown = desk.page("work_items/show.html", status=status, signing=facts, flaws=told, **values, **page)
    return for_plugin(shown) if waiting and waiting.mine and waiting.whole_file else shown


def _values(item: WorkItem, document: Document, desk: Desk, work: UnitOfWork) -> dict[str, Any]:
    names = names_of(item.agency_id, work, desk.speaks("the machine"))
    course = course_of(work.instances.get(item.instance_id), work, detailed=True)
    outgoing = isinstance(document, OutgoingDocument)
    copy_of = source_of(document, work)
    return {
        "item": item,
        "item_clock": clocks_of([item], {document.id: document}, desk, work)[item.id],
        "clock": clock_of(document, desk, work),
        "document": document,
        "names": names,
        # Who holds a session needs them here, and who goes on from its result; other steps pay no statement for it.
        "council_matters": matters_of(document, desk, work) if item.procedure in _BEFORE_COUNCILS else (),
        "dossier_here": dossier_at(document.id, item.procedure, desk, work),
        "asked_opinion": work.case_opinions.find_of_document(document.id) if item.procedure == OPINION else None,
        "circulated_by": work.circulations.find_received(document.id) if item.procedure == INCOMING else None,
        "readiness": lines_at(document.id, item, desk, work),
        "file": work.files.get(document.file_id),
        "attachments": attachments_of(document, work),
        "signers": () if copy_of or not isinstance(document, OutgoingDocument) else signers_standing(document, work),
        "copy_of": copy_of,
        "may_read_source": copy_of is not None and access.may_read(desk.person, copy_of[1]),
        "voided": work.signings.voided(document.id) if isinstance(document, OutgoingDocument) else (),
        "directives": () if outgoing else work.directives.of_document(document.id),
        "asked": work.signings.find(item.id),
        "verdict": None if outgoing else signatures(work.documents.find_report(document.id), desk),
        "outgoing": outgoing,
        "would_void": _would_void(document, names, work),
        "why": " ".join(desk.explains(said) for said in why(item, desk.person, desk.at, work)),
        "opinions": _opinions(item, course, names, desk, work),
        "before": last_words(course, item, names, desk),
        "given_back": _given_back(item, course, desk),
        "suspended": course.instance.suspended_at is not None,
        "may_read": access.may_read(desk.person, document),
    }


def _would_void(document: Document, names: Names, work: UnitOfWork) -> str:
    """Return the names of those whose signatures end where the document is returned now, '' where nobody's do."""
    before_number = (OutgoingState.TO_SIGN, OutgoingState.SIGNING, OutgoingState.SIGNED)
    if not isinstance(document, OutgoingDocument) or document.state not in before_number:
        return ""
    given = [one for one in work.signings.of_document(document.id) if one.state is SigningState.SIGNED]
    return ", ".join(dict.fromkeys(names.person(one.asked_by) for one in given))


def _given_back(item: WorkItem, course: Course, desk: Desk) -> Handing | None:
    """Return the refusal by which the item came back to the person, None where nothing happened to it since."""
    changes = [change for change in course.handings if change.work_item_id == item.id]
    last = changes[-1] if changes else None
    refused = last is not None and last.hand is Hand.HANDOVER_REFUSED and last.to == item.assignee == desk.person.id
    return last if refused else None


def _acting(item: WorkItem, document: Document, desk: Desk, work: UnitOfWork) -> dict[str, Any]:
    """Return what the person may do with the item besides its outcomes."""
    person = desk.person
    may_act = item.state is WorkItemState.OPEN and access.may_act(person, item)
    draft = isinstance(document, OutgoingDocument) and document.state is OutgoingState.DRAFT
    shared = may_act and bool(item.roles) and item.needs == 1
    return {
        "may_act": may_act,
        "may_claim": may_act and item.needs == 1 and item.assignee != person.id,
        "may_release": may_act and item.assignee == person.id and bool(item.roles or item.on_behalf_of),
        "made_out_to": _made_out_to(item, document, desk, work) if may_act else None,
        "may_revise": may_act and draft,
        "may_reply": may_act and item.element_id == HANDLE and access.may(person, "draft_document"),
        "colleagues": _colleagues(item, desk, work) if shared else (),
    }


def _colleagues(item: WorkItem, desk: Desk, work: UnitOfWork) -> Sequence[tuple[str, str]]:
    """Return to whom the item can be given; where it is done by signing, with what is wrong with their certificates."""
    able = colleagues_for(item, desk.person, desk.at, work)
    signs = any(outcome.signature is SignatureKind.PERSON for outcome in step_of(item, work)[1].outcomes)
    return choices_of(able, desk, work) if signs else [(str(one.id), f"{one.name}, {one.title}") for one in able]


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeOut:
    """What is to happen before the person can sign: the document is printed for another signature than theirs.

    Attributes:
        lines: What would be printed above their signature, or () where they cannot have it made out to them.
        named: Whom the page names now.
        trouble: Why they cannot, in a sentence.
    """

    lines: Sequence[str] = ()
    named: PersonId | None = None
    trouble: str = ""


def _made_out_to(item: WorkItem, document: Document, desk: Desk, work: UnitOfWork) -> MadeOut | None:
    """Return what stands between the person and their signature, None where nothing does."""
    signs = any(outcome.signature is SignatureKind.PERSON for outcome in step_of(item, work)[1].outcomes)
    if not signs or not isinstance(document, OutgoingDocument):
        return None
    place = access.require_act(desk.person, item)
    acted = item.acted_on(place.of.id, place.by.id) if place else item.acted_on(None, None)
    try:
        place_on_page = place_of(document, field_of(item, SignatureKind.PERSON, work))
        competence = right_in(place_on_page, acted, document, desk.person, desk.at, work)
    except Refusal as refusal:
        return MadeOut(trouble=desk.says(refusal))
    if (place_on_page.person, place_on_page.under) == (desk.person.id, competence.by):
        return None
    if document.body is None:
        return MadeOut(trouble=desk.says(NotMadeHere()))
    if work.signings.of_document(document.id):
        return MadeOut(trouble=desk.says(SignedByOthers()))
    lines = competence.in_name_of(document.collective).lines(desk.person.title)
    return MadeOut(lines=lines, named=place_on_page.person)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpinionSaid:
    """One person's opinion on a step that several must agree on, in words."""

    who: str
    outcome: str
    at: datetime


def _opinions(item: WorkItem, course: Course, names: Names, desk: Desk, work: UnitOfWork) -> list[OpinionSaid]:
    if item.needs == 1:
        return []
    step = course.model.human_tasks[item.element_id]
    given = work.approvals.of_items([item.id])
    by = work.stand_ins.several({one.by_stand_in for one in given if one.by_stand_in})
    said = []
    for one in given:
        outcome = step.outcome(one.outcome)
        who = names.person(one.person_id)
        if one.by_stand_in and one.on_behalf_of:
            who = desk.explains(in_place(who, names.person(one.on_behalf_of), by[one.by_stand_in]))
        said.append(
            OpinionSaid(who=who, outcome=desk.pick(outcome.label, outcome.label_en) if outcome else "", at=one.at)
        )
    return said


def _revision(document: Document, desk: Desk, work: UnitOfWork, tried: Tried | None) -> dict[str, Any]:
    assert isinstance(document, OutgoingDocument)  # noqa: S101  nothing else may be revised
    form, choices = revision_form(document, desk), revision_choices(document, desk, work)
    if tried is None or tried.outcome != REVISION:
        return {"revision": form, **choices}
    again = form.typed(tried.form).refused(tried.refusal, desk.language, RENAMED)
    return {**choices, "revision": again, "uploads": tried.uploads}


def _forms(
    outcomes: Sequence[OfferedOutcome], desk: Desk, filled: Tried | FormDraft | None, without: frozenset[str]
) -> list[OutcomeForm]:
    """Return the outcomes with their forms; the one that was tried or saved with what was typed and what is wrong.

    A draft has a form of its own for its content, so that one sees the new PDF before handing it on.
    """
    shown = []
    for outcome in outcomes:
        made = outcome_form(outcome, desk.language)
        made = replace(made, fields=[one for one in made.fields if one.name not in without])
        if filled is not None and filled.outcome == outcome.id:
            made = replace(made, form=_filled(made.form, filled, desk))
        shown.append(made)
    return shown


def _filled(form: Typed, filled: Tried | FormDraft, desk: Desk) -> Typed:
    if isinstance(filled, FormDraft):
        return typed_before(form, filled.values())
    return form.typed(filled.form).refused(filled.refusal, desk.language)
