"""The signatures of a document, as the last check found them."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Response

from api.deps import WorkDep
from api.rest.answers import Answer, problems
from api.rest.calls import Call, CallDep
from api.rest.document_answers import readable
from api.rest.paths import DocumentPath
from engine.ids import FileId
from engine.signatures import Coverage, Modification, SignatureKind, SignatureReport, ValidationReport, Verdict
from engine.signatures import Problem as FoundProblem

router = APIRouter(tags=["documents"])


class SignatureAnswer(Answer):
    """One signature or document time-stamp of the PDF."""

    field: str
    kind: SignatureKind
    signer: str
    organization: str | None
    certificate: str
    signed_at: datetime | None
    timestamped_at: datetime | None
    intact: bool
    valid: bool
    trusted: bool
    coverage: Coverage
    modification: Modification
    changed_fields: list[str]
    docmdp_ok: bool | None
    ades: str


class FindingAnswer(Answer):
    """Something found wrong: `fatal` refutes the signature, else a person has to look."""

    code: str
    message: str
    fatal: bool


class SignaturesAnswer(Answer):
    """The judgement over the PDF; `state` is `pending` until the check has run, then `checked`."""

    state: str
    verdict: Verdict | None
    checked_at: datetime | None
    file_id: str | None
    signatures: list[SignatureAnswer]
    problems: list[FindingAnswer]


@router.get(
    "/documents/{document_id}/signatures",
    summary="Signatures of the PDF",
    response_model=SignaturesAnswer,
    responses={202: {"model": SignaturesAnswer, "description": "The check has not run yet"}, **problems(404)},
)
def get_signatures(document_id: DocumentPath, call: CallDep, work: WorkDep, response: Response) -> SignaturesAnswer:
    """Return what the last check of the signatures found, and of which bytes."""
    document = readable(document_id, call.by, work)
    kept = work.documents.find_report(document.id)
    if kept is None:
        response.status_code = 202
        return SignaturesAnswer(
            state="pending", verdict=None, checked_at=None, file_id=None, signatures=[], problems=[]
        )
    return report_answer(*kept, call)


def report_answer(file_id: FileId, report: ValidationReport, call: Call) -> SignaturesAnswer:
    """Return the report as answers show it."""
    return SignaturesAnswer(
        state="checked",
        verdict=report.verdict,
        checked_at=report.checked_at,
        file_id=file_id,
        signatures=[_signature(found) for found in report.signatures],
        problems=[_finding(found, call) for found in report.problems],
    )


def _signature(found: SignatureReport) -> SignatureAnswer:
    values: dict[str, Any] = {name: getattr(found, name) for name in SignatureAnswer.model_fields}
    return SignatureAnswer(**{**values, "changed_fields": list(found.changed_fields)})


def _finding(found: FoundProblem, call: Call) -> FindingAnswer:
    return FindingAnswer(code=found.code, message=call.say(found.template) % found.facts, fatal=found.fatal)
