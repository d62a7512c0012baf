"""What outsiders verify without an account: a PDF, or the code printed on a document; nothing they send is kept."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from fastapi import APIRouter, Depends

from api.deps import HouseDep, LanguageDep, ServicesDep
from api.outsiders import HandedDep, admitted
from api.rest.answers import Answer, problems
from api.rest.routes import Door
from api.texts import texts
from engine.case_slips import SlipKind
from engine.documents import OutgoingState, VersionKind
from engine.signatures import SEAL_FIELD
from engine.validations import (
    Coverage,
    Modification,
    Problem,
    SignatureKind,
    SignatureReport,
    Verdict,
)
from engine.verifications import FileMatch, IssuedDocument, Question
from engine.verifying import look_up, verify_file

public = APIRouter(route_class=Door, tags=["verifications"])


class SignatureOutside(Answer):
    """One signature as outsiders see it; `seal` where it is the agency's."""

    kind: SignatureKind
    seal: bool
    signer: str
    organization: str | None
    signed_at: datetime | None
    timestamped_at: datetime | None


class CheckedSignature(SignatureOutside):
    """One signature of the file that was sent, what it is worth, and what was done to the file after it."""

    field: str
    intact: bool
    valid: bool
    trusted: bool
    coverage: Coverage
    modification: Modification
    changes: list[str]


class ReasonAnswer(Answer):
    """Why the verdict is not better: `fatal` refutes the file, else a person has to look."""

    code: str
    message: str
    fatal: bool


class IssuedDocumentAnswer(Answer):
    """A document that was issued: `state` is `issued` or `recalled`; its subject only for whoever has a file of it.

    An electronic copy has no number of its own. `copy_of` is the number and symbol of what a copy was made of; of one
    `on_paper` hand and seal are on the paper, and its file carries no signature.
    """

    number: str | None
    issued_date: date | None
    copy_of: str | None
    on_paper: bool
    type: str
    agency: str
    state: OutgoingState
    subject: str | None
    signatures: list[SignatureOutside]


class SlipOutside(Answer):
    """A slip of the one-stop office; `whole` says that the file is the slip byte for byte."""

    number: str
    kind: SlipKind
    case_code: str
    agency: str
    issued_at: datetime
    sealed: bool
    whole: bool


class VerificationAnswer(Answer):
    """What was found of a file.

    `match` says what it is to what was issued here: `current` the very file, `earlier` a state from before, in which
    what came after `version` is missing, `set_aside` a signed state that was given up, `changed` such a file with
    something added or changed behind it, `unknown` no file of this office. `fits_code` says whether it is of the
    document whose code was sent; `attachment` is the name of the document's attachment that it is, if it is one; `slip`
    is the slip of a one-stop case that it is.
    """

    match: FileMatch
    version: VersionKind | None
    document: IssuedDocumentAnswer | None
    attachment: str | None
    slip: SlipOutside | None
    fits_code: bool | None
    verdict: Verdict
    checked_at: datetime
    signatures: list[CheckedSignature]
    reasons: list[ReasonAnswer]


_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}, "code": {"type": "string"}},
                    "additionalProperties": False,
                }
            }
        },
    }
}


@public.post(
    "/verifications",
    summary="Verify a PDF",
    response_model=VerificationAnswer,
    responses=problems(400, 404, 408, 413, 422, 429, 503),
    openapi_extra=_BODY,
)
def verify(handed: HandedDep, house: HouseDep, language: LanguageDep) -> VerificationAnswer:
    """Say what the file is to what was issued here and what its signatures are worth; the file is not kept.

    Its signatures are judged by what it carries; nothing is fetched from anywhere. With `code` the file is compared
    with the document of that code.
    """
    found = verify_file(handed.content, handed.code or None, services=house.services, room=house.outsiders)
    return VerificationAnswer(
        match=found.match,
        version=found.version,
        document=None if found.document is None else _document(found.document),
        attachment=found.attachment,
        slip=None if found.slip is None else SlipOutside(**asdict(found.slip)),
        fits_code=found.fits_code,
        verdict=found.report.verdict,
        checked_at=found.report.checked_at,
        signatures=[_checked(signature, language) for signature in found.report.signatures],
        reasons=[_reason(problem, language) for problem in found.report.problems],
    )


@public.get(
    "/verifications/{code}",
    summary="What a code stands for",
    response_model=IssuedDocumentAnswer,
    responses=problems(404, 422, 429),
    dependencies=[Depends(admitted(Question.CODE))],
)
def get_document(code: str, services: ServicesDep) -> IssuedDocumentAnswer:
    """Return the document that carries this code, if it was issued; its subject is left out."""
    return _document(look_up(code, services=services))


def _document(found: IssuedDocument) -> IssuedDocumentAnswer:
    return IssuedDocumentAnswer(
        number=found.number,
        issued_date=found.issued_date,
        copy_of=found.copy_of,
        on_paper=found.on_paper,
        type=found.type,
        agency=found.agency,
        state=found.state,
        subject=found.subject,
        signatures=[SignatureOutside(**_outside(signature)) for signature in found.signatures],
    )


def _checked(signature: SignatureReport, language: str) -> CheckedSignature:
    names = ("field", "intact", "valid", "trusted", "coverage", "modification")
    changes = [texts(language).gettext(change.template) % change.facts for change in signature.changes]
    return CheckedSignature(
        **_outside(signature), **{name: getattr(signature, name) for name in names}, changes=changes
    )


def _outside(signature: SignatureReport) -> dict[str, Any]:
    names = ("kind", "signer", "organization", "signed_at", "timestamped_at")
    return {"seal": signature.field == SEAL_FIELD, **{name: getattr(signature, name) for name in names}}


def _reason(problem: Problem, language: str) -> ReasonAnswer:
    return ReasonAnswer(
        code=problem.code, message=texts(language).gettext(problem.template) % problem.facts, fatal=problem.fatal
    )
