"""Drafts: whether the fields people typed are right, all wrong ones at once, and the letter a draft becomes."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from engine.competence import Competence, Matter, ReservedToHead, matter_of, own_competence, placed_competence
from engine.document_types import DOCUMENT_TYPES
from engine.documents import Attachment, DrafterMayNotSign, OutgoingDocument, Urgency
from engine.errors import FieldError, Invalid
from engine.files import PDF, StoredFile
from engine.heads import head_of, in_office
from engine.ids import AgencyId, FileId, PersonId
from engine.letters import Authority, Letter, SignatureBlock
from engine.neighbours import Services
from engine.pdfs import FieldLayout
from engine.people import SIGNING_ROLES, Agency, Person, Role, Unit
from engine.ports import UnitOfWork
from engine.provinces import deciding_agencies
from engine.registers import WITHOUT_ABBREVIATION
from engine.signatories import InitialKind, Signatory, mark_of
from engine.stand_ins import StandInKind
from engine.work_items import WorkItem

MAX_ATTACHMENTS = 50
MAX_NAME = 200
MAX_OTHERS = 100
MAX_BODY = 50_000
MAX_PARAGRAPHS = 1_000
MAX_WORD = 500
CONTENT = frozenset({"subject", "body", "file_id"})
"""Fields of a form that are content of the document and not data of the procedure."""
ADDRESSED = frozenset({"CV", "TTr", "BC"})
"""Types that name whom they are addressed to ('Kính gửi'). Source: Decree 30/2020/NĐ-CP, appendix I (box 9b)."""


def content_in(data: Mapping[str, object]) -> dict[str, object]:
    """Return what a form gave that is content of the document."""
    return {name: value for name, value in data.items() if name in CONTENT and value not in (None, "")}


class FieldChecks:
    """Collects what is wrong with the fields of one request, so that all of it is said at once."""

    def __init__(self) -> None:
        self._errors: list[FieldError] = []

    def add(self, field: str, code: str, message: str) -> None:
        """Note that a field is wrong."""
        self._errors.append(FieldError(field=field, code=code, message=message))

    def text(self, field: str, value: str, longest: int) -> None:
        """Note an empty or overlong text, or one with control characters."""
        if not value.strip():
            self.add(field, "required", "This field must not be empty.")
        elif len(value) > longest:
            self.add(field, "too_long", f"This field takes at most {longest} characters.")
        elif not all(_is_printed(letter) for letter in value) or not any(map(_is_seen, value)):
            self.add(field, "unprintable", "This field has characters that cannot be printed. Type it again.")

    def body(self, value: str) -> None:
        """Note a text that is empty, too long for a letter, or has a word no line can hold."""
        self.text("body", value, MAX_BODY)
        if len(paragraphs_of(value)) > MAX_PARAGRAPHS:
            self.add("body", "too_many", f"At most {MAX_PARAGRAPHS} paragraphs. Attach longer texts as a PDF.")
        if any(len(word) > MAX_WORD for word in value.split()):
            self.add("body", "word_too_long", f"A word has more than {MAX_WORD} letters and fits on no line.")

    def symbol(self, field: str, value: str) -> None:
        """Note what cannot stand in a document's number or symbol."""
        if not all(letter.isalnum() or letter in "-./&" for letter in value.strip()) and not _has_space(value):
            self.add(field, "not_a_symbol", "Only letters, digits and - . / & stand in a number or symbol.")

    def no_spaces(self, field: str, value: str) -> None:
        """Note a space inside a symbol."""
        if _has_space(value):
            self.add(field, "has_spaces", "A symbol has no spaces, as in QĐ-UBND.")

    def document_type(self, value: str) -> None:
        """Note a type of document the decree does not know."""
        if value not in DOCUMENT_TYPES:
            self.add("type", "unknown", "There is no such type of document. Choose one from the list.")

    def urgency(self, value: int) -> None:
        """Note a degree of urgency there is not."""
        if value not in set(Urgency):
            self.add("urgency", "unknown", "Urgency is 0 (normal) to 3 (hỏa tốc).")

    def file(self, field: str, file_id: FileId, by: Person, work: UnitOfWork) -> None:
        """Note a file that is not there, that the person may not use, or that is no PDF."""
        if self.known_file(field, file_id, by, work) and work.files.get(file_id).media_type != PDF:
            self.add(field, "not_a_pdf", "This is to be a PDF; photos go into dossiers only.")

    def known_file(self, field: str, file_id: FileId, by: Person, work: UnitOfWork) -> bool:
        """Say whether there is such a file for the person, a PDF or a photo; note it where there is none."""
        known = work.files.find(file_id) is not None and work.files.may_be_used_by(file_id, by)
        if not known:
            self.add(field, "not_found", "There is no such file. Upload it first.")
        return known

    def attachments(self, attachments: Sequence[Attachment], by: Person, work: UnitOfWork) -> None:
        """Note attachments that are too many, unnamed or not there."""
        if len(attachments) > MAX_ATTACHMENTS:
            self.add("attachments", "too_many", f"At most {MAX_ATTACHMENTS} attachments.")
            return
        for place, attachment in enumerate(attachments):
            self.text(f"attachments/{place}/name", attachment.name, MAX_NAME)
            if any(letter in "/\\\n\t" for letter in attachment.name):
                self.add(f"attachments/{place}/name", "not_a_name", "A file's name has no / and no line breaks.")
            self.file(f"attachments/{place}/file_id", attachment.file_id, by, work)

    def signer(self, signer: PersonId, matter: Matter, by: Person, at: datetime, work: UnitOfWork) -> "Signer | None":
        """Return who is to sign, with their right to; note somebody who has none. Raises DrafterMayNotSign."""
        if signer == by.id:
            raise DrafterMayNotSign
        person = next((known for known in work.people.of_agency(by.agency_id) if known.id == signer), None)
        found = find_signer(person, matter, at, work) if person else None
        if found is None:
            self.no_signer("signer", person, at, work)
        return found

    def no_signer(self, field: str, person: Person | None, at: datetime, work: UnitOfWork) -> None:
        """Note somebody who may not be named as signer: a head in whose post another acts, or who never signs."""
        if person is not None and in_office(person, at, work) != person:
            message = "An acting head (Q.) signs in the place of this person at present. Choose the acting head."
            self.add(field, "head_replaced", message)
        else:
            self.add(field, "not_a_signer", "This person does not sign documents here. Choose one from the list.")

    def recipients(self, ids: Sequence[AgencyId], by: Person, work: UnitOfWork) -> tuple[Agency, ...]:
        """Return the agencies of these ids; note those that are not there, named twice, or the drafter's own."""
        known = {agency.id: agency for agency in work.people.agencies()} if ids else {}
        for place, agency_id in enumerate(ids):
            if agency_id not in known:
                self.add(f"recipients/{place}", "not_found", "There is no such agency here. Choose one from the list.")
            elif agency_id == by.agency_id:
                self.add(f"recipients/{place}", "own_agency", "Your own agency keeps the document anyway. Take it off.")
            elif agency_id in ids[:place]:
                self.add(f"recipients/{place}", "twice", "This agency is on the list twice.")
        return tuple(known[agency_id] for agency_id in ids if agency_id in known)

    def deciding(self, field: str, agency_id: AgencyId, work: UnitOfWork) -> None:
        """Note an agency that a dossier is to be sent to and that speaks for no province."""
        if agency_id not in deciding_agencies(work):
            self.add(field, "not_deciding", "Only the agency that speaks for the province decides. Choose it.")

    def others(self, lines: Sequence[str]) -> tuple[str, ...]:
        """Return recipients outside the installation as they will be printed; note lines that cannot be."""
        if len(lines) > MAX_OTHERS:
            self.add("other_recipients", "too_many", f"At most {MAX_OTHERS} recipients outside this installation.")
            return ()
        for place, line in enumerate(lines):
            self.text(f"other_recipients/{place}", line, MAX_NAME)
        return tuple(" ".join(line.split()) for line in lines)

    @property
    def found(self) -> tuple[FieldError, ...]:
        """What is wrong so far."""
        return tuple(self._errors)

    def done(self, refusal: type[Invalid]) -> None:
        """Raise *refusal* with every wrong field, if there is one."""
        if self._errors:
            raise refusal(errors=self._errors)


def _is_printed(letter: str) -> bool:
    return letter in "\n\t\r" or unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def _is_seen(letter: str) -> bool:
    return not letter.isspace() and _is_printed(letter)


def _has_space(value: str) -> bool:
    return any(letter.isspace() for letter in value.strip())


def paragraphs_of(body: str) -> tuple[str, ...]:
    """Return the paragraphs of a plain text: its lines that are not empty."""
    return tuple(line.strip() for line in body.splitlines() if line.strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Who is to sign, and by what right."""

    person: Person
    competence: Competence


@dataclass(frozen=True, slots=True, kw_only=True)
class Further:
    """Who is to sign beside the first signer, and by what right; None: in their capacity."""

    person: Person
    signatory: Signatory
    competence: Competence | None

    def placed(self) -> Signatory:
        """Return them with the stand-in they sign by, as the document keeps it."""
        return replace(self.signatory, under=self.competence.by if self.competence else None)

    def block(self, collective: str | None, *, beside_head: bool) -> SignatureBlock:
        """Return where they sign, as it is printed; *beside_head*: the head signs the same page."""
        capacity, title = self.signatory.capacity, self.person.title
        if capacity is not None or self.competence is None:
            lines: tuple[str, ...] = ((capacity or title).upper(),)
        else:
            printed = _printed(self.competence, collective, beside_head=beside_head)
            lines = printed.lines(title_in(self.competence, title, collective))
        confirms = ("XÁC NHẬN",) if self.signatory.countersigns else ()
        return SignatureBlock(field=self.signatory.field, lines=(*confirms, *lines), name=self.person.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What makes the letter of an outgoing document; see `OutgoingDocument` for what its parts mean."""

    type: str
    subject: str
    body: str
    urgency: int
    recipients: tuple[Agency, ...]
    others: tuple[str, ...]
    signer: Signer
    unit: Unit
    further: tuple[Further, ...] = ()
    capacity: str | None = None
    collective: str | None = None
    marks: Mapping[InitialKind, str] = field(default_factory=dict)


def draft_of(document: OutgoingDocument, signer: Signer, at: datetime, work: UnitOfWork) -> Draft:
    """Return what makes the letter of a document anew, for this signer, with the marks of those who initialled it."""
    return Draft(
        type=document.type,
        subject=document.subject,
        body=document.body or "",
        urgency=int(document.urgency),
        recipients=tuple(work.people.get_agency(agency_id) for agency_id in document.recipients),
        others=document.others,
        signer=signer,
        unit=next(unit for unit in work.people.units(document.agency_id) if unit.id == document.unit_id),
        further=further_of(document, at, work),
        capacity=document.capacity,
        collective=document.collective,
        marks={initial.kind: mark_of(work.people.get(initial.by).name) for initial in document.initials},
    )


def further_of(document: OutgoingDocument, at: datetime, work: UnitOfWork) -> tuple[Further, ...]:
    """Return who signs the document beside its first signer, with the rights they have now."""
    found = []
    for signatory in document.further:
        person = work.people.get(signatory.person)
        signer = find_signer(person, matter_of(document), at, work)
        found.append(Further(person=person, signatory=signatory, competence=signer.competence if signer else None))
    return tuple(found)


def _printed(competence: Competence, collective: str | None, *, beside_head: bool) -> Competence:
    """Return the right somebody signs by as it is printed: beside the head's own signature nobody signs for the head.

    Source: Decree 30/2020/NĐ-CP, art. 13: a deputy signs in place of (KT.) a head who does not sign.
    """
    if beside_head and competence.authority is Authority.DEPUTY:
        return Competence(authority=Authority.OWN, by=competence.by)
    return competence.in_name_of(collective)


def _head_signs(draft: Draft) -> bool:
    rights = [draft.signer.competence, *(one.competence for one in draft.further)]
    return bool(draft.further) and any(one is not None and one.is_of_head for one in rights)


def title_in(right: Competence, title: str, collective: str | None) -> str:
    """Return the title as it stands under 'TM.': that of an acting head is the post's, with its 'Q.' there."""
    acting = right.authority is Authority.ACTING
    return f"{Authority.ACTING.value} {right.of or title}" if collective and acting else title


def compose(draft: Draft, work: UnitOfWork) -> Letter:
    """Return the letter a draft becomes.

    Source: Decree 30/2020/NĐ-CP, art. 8.
    """
    signer, beside_head = draft.signer.person, _head_signs(draft)
    competence = _printed(draft.signer.competence, draft.collective, beside_head=beside_head)
    agency = work.people.get_agency(signer.agency_id)
    names = (*(recipient.name for recipient in draft.recipients), *draft.others)
    return Letter(
        parent_agency=agency.parent_name,
        agency=agency.name,
        type_name=None if draft.type in WITHOUT_ABBREVIATION else DOCUMENT_TYPES[draft.type],
        subject=draft.subject,
        place=agency.place,
        paragraphs=paragraphs_of(draft.body),
        addressees=names if draft.type in ADDRESSED else (),
        recipients=("Như trên",) if draft.type in ADDRESSED else names,
        filed_by=f"VT, {draft.unit.symbol}",
        authority=competence.authority,
        authority_of=competence.of,
        deputising=competence.through,
        signer_title=title_in(draft.signer.competence, signer.title, draft.collective),
        signer_name=signer.name,
        urgency=draft.urgency,
        capacity=draft.capacity,
        further=tuple(one.block(draft.collective, beside_head=beside_head) for one in draft.further),
        content_mark=draft.marks.get(InitialKind.CONTENT),
        format_mark=draft.marks.get(InitialKind.FORMAT),
    )


def find_signer(person: Person, matter: Matter, at: datetime, work: UnitOfWork) -> Signer | None:
    """Return the person as signer of a document, by their post or what is on record now; None where neither is."""
    person = in_office(person, at, work)
    if not person.holds(Role.HEAD):
        person = work.stand_ins.placed(person, at)
    competence = own_competence(person, matter, head_of(person.agency_id, work))
    return Signer(person=person, competence=competence) if competence else None


def signer_of(document: OutgoingDocument, at: datetime, work: UnitOfWork) -> Signer:
    """Return the first signer of a document, to be printed.

    An order or authorisation may be over by now; the page can be made all the same, only not be signed by it.
    """
    person, head = work.people.get(document.signer), head_of(document.agency_id, work)
    by_order = Competence(authority=Authority.BY_ORDER, of=head.title if head else None)
    return find_signer(person, matter_of(document), at, work) or Signer(person=person, competence=by_order)


def competence_in(
    item: WorkItem, document: OutgoingDocument, by: Person, at: datetime, work: UnitOfWork
) -> Competence | None:
    """Return by what right the person signs this document, acting on this item; None where nothing gives it."""
    head, matter, by = head_of(document.agency_id, work), matter_of(document), in_office(by, at, work)
    place = next((place for place in by.places if place.by.id == item.by_stand_in), None)
    return placed_competence(by, place, matter, head) if place else own_competence(by, matter, head)


def require_head(document: OutgoingDocument, signer: Signer | None) -> None:
    """Raise ReservedToHead where only the head signs the document and this signer is not the head."""
    if document.reserved_to_head and signer is not None and not signer.competence.is_of_head:
        raise ReservedToHead


def signers(agency_id: AgencyId, drafter: PersonId, at: datetime, work: UnitOfWork) -> list[Person]:
    """Return who may be named as signer of what *drafter* drafts: by post, or as the head ordered or authorised.

    Who acts as head is among them, the head whose post that is meanwhile not.
    """
    in_force = work.stand_ins.in_force(agency_id, at)
    placed = {known.substitute for known in in_force if known.kind is not StandInKind.ABSENCE}
    people = work.people.of_agency(agency_id)
    acting = any(known.kind is StandInKind.ACTING for known in in_force)
    by_post = SIGNING_ROLES - {Role.HEAD} if acting else SIGNING_ROLES
    return [one for one in people if one.id != drafter and (one.roles & by_post or one.id in placed)]


def make_letter(
    letter: Letter, *, code: str | None, by: PersonId, agency_id: AgencyId, services: Services
) -> StoredFile:
    """Return the kept PDF of a letter, with its fields and the *code* by which outsiders verify it."""
    letter.require_complete()
    rendered = services.pdfs.render(replace(letter, verification_url=services.verification_url(code)))
    return services.put_pdf(services.pdfs.prepare_fields(rendered.content, rendered.layout), by=by, agency_id=agency_id)


def prepare_upload(
    file_id: FileId,
    layout: FieldLayout | None,
    further: Sequence[str],
    *,
    code: str | None,
    by: Person,
    services: Services,
) -> StoredFile:
    """Return the kept PDF of an uploaded file, with fields for number, date, first and *further* signers, and seal.

    Where the office wants it, the *code* by which outsiders verify it is printed in a corner.
    """
    content, places = services.read(file_id), (layout or FieldLayout()).for_signers(further)
    url = services.verification_url(code)
    if url is not None and services.code_on_uploads is not None:
        content = services.pdfs.print_code(content, url, services.code_on_uploads)
    prepared = services.pdfs.prepare_fields(content, places)
    return services.put_pdf(prepared, by=by.id, agency_id=by.agency_id)
