"""The signatures of a document: what every check of them found, as JSON or as an ETSI report, and checking again."""

from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response

from api.contents import file_answer
from api.deps import WorkDep
from api.rest.answers import Answer, problems
from api.rest.calls import Call, CallDep
from api.rest.document_answers import readable
from api.rest.paths import DocumentPath
from api.rest.routes import Door
from engine.actions.check_signatures import check_signatures
from engine.ids import DocumentId
from engine.validations import (
    CertificateReport,
    Change,
    Coverage,
    Indication,
    KeptReport,
    Level,
    Modification,
    Problem,
    ReportNotFound,
    RevocationState,
    SignatureKind,
    SignatureReport,
    ValidationReport,
    Verdict,
)

router = APIRouter(route_class=Door, tags=["documents"])

XML: Final = "application/xml"
_XML_ANSWER: Final[dict[str, Any]] = {
    "description": "The report as ETSI TS 119 102-2 has it",
    "content": {XML: {"schema": {"type": "string"}}},
}


class RevocationAnswer(Answer):
    """What is known of a certificate's revocation; `carried` says the answer lies in the file, else it was fetched."""

    state: RevocationState
    source: str | None
    carried: bool
    at: datetime | None
    revoked_at: datetime | None


class CertificateAnswer(Answer):
    """A certificate of a chain; `trusted_because` and `trusted_since` are those of the anchor it ends at."""

    subject: str
    issuer: str
    serial: str
    not_before: datetime
    not_after: datetime
    sha256: str
    revocation: RevocationAnswer
    anchor: bool
    trusted_because: str | None
    trusted_since: datetime | None


class StampAnswer(Answer):
    """The time-stamp in a signature, with its own indication."""

    authority: str
    at: datetime
    indication: Indication
    ades: str


class ChangeAnswer(Answer):
    """Something that was done to the file after the signature."""

    code: str
    message: str


class SignatureAnswer(Answer):
    """One signature or document time-stamp of the PDF; `indication` and `ades` are those of ETSI EN 319 102-1."""

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
    indication: Indication
    level: Level | None
    chain: list[CertificateAnswer]
    timestamp: StampAnswer | None
    hash_algorithm: str
    signature_algorithm: str
    key_bits: int | None
    changes: list[ChangeAnswer]


class FindingAnswer(Answer):
    """Something found wrong: `fatal` refutes the signature, else a person has to look."""

    code: str
    message: str
    fatal: bool


class SignaturesAnswer(Answer):
    """The judgement over the PDF; `state` is `pending` until the check has run, then `checked`."""

    state: str
    report_id: int | None
    verdict: Verdict | None
    checked_at: datetime | None
    file_id: str | None
    signatures: list[SignatureAnswer]
    problems: list[FindingAnswer]


class ReportLine(Answer):
    """One check in the history of checks."""

    report_id: int
    checked_at: datetime
    verdict: Verdict
    file_id: str


class ReportsAnswer(Answer):
    """Every check of the document's signatures, the newest first."""

    items: list[ReportLine]


ReportQuery = Annotated[str | None, Query(description="A report of the history; the newest where none is named")]


@router.get(
    "/documents/{document_id}/signatures",
    summary="Signatures of the PDF",
    response_model=SignaturesAnswer,
    responses={
        200: {"content": {XML: {"schema": {"type": "string"}}}},
        202: {"model": SignaturesAnswer, "description": "The check has not run yet"},
        **problems(404),
    },
)
def get_signatures(
    document_id: DocumentPath, call: CallDep, request: Request, response: Response, report: ReportQuery = None
) -> SignaturesAnswer | Response:
    """Return what the last check of the signatures found, and of which bytes; with `Accept: application/xml` as XML."""
    kept = _kept(document_id, report, call)
    if kept is None:
        response.status_code = 202
        return _PENDING
    if XML in request.headers.get("accept", ""):
        return _xml(kept, call)
    return report_answer(kept, call)


@router.get(
    "/documents/{document_id}/signatures.xml",
    summary="Signatures of the PDF as an ETSI report",
    response_class=Response,
    responses={200: _XML_ANSWER, **problems(404)},
)
def get_xml(document_id: DocumentPath, call: CallDep, report: ReportQuery = None) -> Response:
    """Return a check of the signatures as a validation report of ETSI TS 119 102-2."""
    kept = _kept(document_id, report, call)
    if kept is None:
        raise ReportNotFound
    return _xml(kept, call)


@router.post(
    "/documents/{document_id}/signatures",
    summary="Check the signatures again",
    response_model=SignaturesAnswer,
    responses=problems(403, 404, 503),
)
def check_again(document_id: DocumentPath, call: CallDep) -> SignaturesAnswer:
    """Check the document's present version as of now; the report is kept beside those before it."""
    check_signatures(document_id, by=call.by, services=call.services)
    kept = _kept(document_id, None, call)
    return _PENDING if kept is None else report_answer(kept, call)


@router.get(
    "/documents/{document_id}/signature-reports",
    summary="Every check of the signatures",
    response_model=ReportsAnswer,
    responses=problems(404),
)
def list_reports(document_id: DocumentPath, call: CallDep, work: WorkDep) -> ReportsAnswer:
    """Return when the signatures were checked and what came of it, the newest first, at most a hundred."""
    document = readable(document_id, call.by, work)
    return ReportsAnswer(
        items=[
            ReportLine(
                report_id=kept.id,
                checked_at=kept.report.checked_at,
                verdict=kept.report.verdict,
                file_id=kept.file_id,
            )
            for kept in work.documents.reports(document.id)
        ]
    )


_PENDING: Final = SignaturesAnswer(
    state="pending", report_id=None, verdict=None, checked_at=None, file_id=None, signatures=[], problems=[]
)


def report_answer(kept: KeptReport, call: Call) -> SignaturesAnswer:
    """Return the report as answers show it."""
    report: ValidationReport = kept.report
    return SignaturesAnswer(
        state="checked",
        report_id=kept.id,
        verdict=report.verdict,
        checked_at=report.checked_at,
        file_id=kept.file_id,
        signatures=[_signature(found, call) for found in report.signatures],
        problems=[_finding(found, call) for found in report.problems],
    )


def _kept(document_id: DocumentId, wanted: str | None, call: Call) -> KeptReport | None:
    """Return the report with that id, or the newest; None where there is none yet. Raises ReportNotFound."""
    with call.services.begin() as work:
        document = readable(document_id, call.by, work)
        found = [one for one in work.documents.reports(document.id) if wanted in (None, str(one.id))]
    if wanted is not None and not found:
        raise ReportNotFound
    return found[0] if found else None


def _xml(kept: KeptReport, call: Call) -> Response:
    return file_answer(call.services.pdfs.etsi_report(kept.report), XML, f"signatures-{kept.id}.xml", attached=True)


def _signature(found: SignatureReport, call: Call) -> SignatureAnswer:
    values: dict[str, Any] = {name: getattr(found, name) for name in SignatureAnswer.model_fields}
    stamp = found.timestamp
    return SignatureAnswer(
        **values
        | {
            "changed_fields": list(found.changed_fields),
            "chain": [_certificate(one) for one in found.chain],
            "timestamp": stamp and StampAnswer(**{name: getattr(stamp, name) for name in StampAnswer.model_fields}),
            "changes": [ChangeAnswer(code=one.code, message=_said(one, call)) for one in found.changes],
        }
    )


def _certificate(found: CertificateReport) -> CertificateAnswer:
    values: dict[str, Any] = {name: getattr(found, name) for name in CertificateAnswer.model_fields}
    said = {name: getattr(found.revocation, name) for name in RevocationAnswer.model_fields}
    return CertificateAnswer(**values | {"revocation": RevocationAnswer(**said)})


def _finding(found: Problem, call: Call) -> FindingAnswer:
    return FindingAnswer(code=found.code, message=_said(found, call), fatal=found.fatal)


def _said(found: Problem | Change, call: Call) -> str:
    return call.say(found.template) % found.facts
