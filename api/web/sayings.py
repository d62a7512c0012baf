"""What is known, in sentences: what a document waits for, and what its signatures prove."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from api.texts import texts
from api.web import words
from api.web.desk import Desk
from api.web.names import Names
from api.web.procedures import Course, name_of
from api.web.words import msgid
from engine.documents import Document
from engine.expectations import MESSAGE, expected
from engine.explanations import waits_for
from engine.ids import FileId
from engine.ports import UnitOfWork
from engine.signatures import SEAL_FIELD
from engine.stand_ins import StandIn
from engine.validations import KeptReport, SignatureKind, SignatureReport, ValidationReport, Verdict

SEAL = msgid("Signature of the agency (its seal)")
INTACT = msgid("The signed content is unchanged.")
NOT_INTACT = msgid("The signed content was changed: the signature is broken.")
RIGHT = msgid("The signature was made with the key of this certificate.")
NOT_RIGHT = msgid("The signature does not fit the key of this certificate.")
TRUSTED = msgid("The certificate leads to an authority that is trusted here and was not revoked.")
NOT_TRUSTED = msgid("The certificate leads to no authority that is trusted here, or it was revoked or has expired.")
FORBIDDEN_CHANGE = msgid("What was added afterwards is more than the signatures allow.")


UNNAMED = msgid("'%(step)s' comes when its message does.")
"""A message that is waited for, as it is told to those to whom its name says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One statement about a signature, and whether it speaks for it."""

    text: str
    good: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureSaid:
    """One signature in words; *found* has what needs none."""

    kind: str
    signer: str
    organization: str
    signed_at: datetime | None
    timestamped_at: datetime | None
    says: Sequence[Said]
    changes: Sequence[str]
    indication: str
    found: SignatureReport


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictSaid:
    """What the check of a file's signatures came to; *of* is the content that was checked."""

    verdict: Verdict
    text: str
    of: FileId
    checked_at: datetime
    signatures: Sequence[SignatureSaid]
    problems: Sequence[str]


def waits(
    document: Document,
    course: Course,
    names: Names,
    stand_ins: Sequence[StandIn],
    desk: Desk,
    work: UnitOfWork,
) -> list[str]:
    """Return what a document waits for, in sentences, its steps called by their names; *stand_ins* hold now."""
    items = [replace(item, name=desk.pick(item.name, item.name_en)) for item in course.open_items]
    incidents = [
        replace(incident, element_id=name_of(course.model, incident.element_id, desk)) for incident in course.incidents
    ]
    people = {person_id: person.name for person_id, person in names.people.items()}
    expects = expected(course.instance, lambda element_id: name_of(course.model, element_id, desk), work)
    if not desk.may("administer_instance"):
        expects = tuple(replace(one, template=UNNAMED) if one.template == MESSAGE else one for one in expects)
    return [desk.explains(said) for said in waits_for(document, items, incidents, people, stand_ins, expects)]


def signatures(kept: KeptReport | None, desk: Desk) -> VerdictSaid | None:
    """Return the verdict over a file and each of its signatures in words, or None where none was checked yet."""
    return None if kept is None else verdict_said(kept.file_id, kept.report, desk.language)


def verdict_said(file_id: FileId, found: ValidationReport, language: str) -> VerdictSaid:
    """Return a verdict over this file and each of its signatures in words."""
    return VerdictSaid(
        verdict=found.verdict,
        text=texts(language).gettext(words.VERDICTS[found.verdict]),
        of=file_id,
        checked_at=found.checked_at,
        signatures=[signature_said(signature, language) for signature in found.signatures],
        problems=[texts(language).gettext(one.template) % one.facts for one in found.problems],
    )


def signature_said(signature: SignatureReport, language: str) -> SignatureSaid:
    """Return one signature in words."""
    said = texts(language).gettext
    return SignatureSaid(
        kind=said(SEAL if signature.field == SEAL_FIELD else words.SIGNATURE_KINDS[signature.kind]),
        signer=signature.signer,
        organization=signature.organization or "",
        signed_at=None if signature.kind is SignatureKind.TIMESTAMP else signature.signed_at,
        timestamped_at=signature.timestamped_at,
        says=[Said(text=said(text), good=good) for text, good in _statements(signature)],
        changes=[said(change.template) % change.facts for change in signature.changes],
        indication=said(words.INDICATIONS[signature.indication]),
        found=signature,
    )


def _statements(signature: SignatureReport) -> list[tuple[str, bool]]:
    told = [
        (INTACT, True) if signature.intact else (NOT_INTACT, False),
        (RIGHT, True) if signature.valid else (NOT_RIGHT, False),
        (TRUSTED, True) if signature.trusted else (NOT_TRUSTED, False),
        (words.COVERAGES[signature.coverage], signature.coverage != "part"),
        (words.MODIFICATIONS[signature.modification], signature.modification != "other"),
    ]
    return [*told, (FORBIDDEN_CHANGE, False)] if signature.docmdp_ok is False else told
