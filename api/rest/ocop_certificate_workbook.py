"""OCOP certificates from Excel by REST: the table to fill in, what a filled-in one would enter, and loading it."""

from datetime import date
from uuid import UUID

from fastapi import APIRouter, Response

from api.contents import workbook_answer
from api.deps import WorkDep
from api.rest.answers import Answer, problems
from api.rest.calls import CallDep
from api.rest.fields import Previewed
from api.rest.ocop_answers import TAGS
from api.rest.routes import Door
from api.rest.uploads import UploadDep, multipart_body
from api.workbooks import MEDIA_TYPE, read_workbook
from engine import access
from engine.actions.load_ocop_certificates import LoadOcopCertificates, load_ocop_certificates
from engine.ocop_certificate_loading import CertificatePlan, current_book, plan_loading
from engine.ocop_certificate_sheets import GUIDE

router = APIRouter(route_class=Door, tags=[*TAGS])


class PlannedCertificate(Answer):
    """A certificate the workbook enters; `code` is '' where the product keeps its own or is given one."""

    product_id: UUID
    product: str
    code: str
    stars: int
    certificate: str
    decision: str
    issued_on: date
    authority: str
    product_set: str
    file_id: str


class CertificatePlanAnswer(Answer):
    """What a workbook enters; `untouched` is how many certificates of it are on the register as they are."""

    sha256: str
    entered: list[PlannedCertificate]
    untouched: int


@router.get(
    "/ocop-certificate-workbook",
    summary="Products without a certificate as a workbook",
    response_class=Response,
    responses={200: {"content": {MEDIA_TYPE: {}}}, **problems(403, 409)},
)
def get_certificate_workbook(call: CallDep, work: WorkDep) -> Response:
    """Return an Excel workbook in which certificates from paper are written, one a row."""
    book = current_book(by=call.by, at=call.at, work=work)
    return workbook_answer(book, "giay-chung-nhan-ocop.xlsx", guide=GUIDE)


@router.post(
    "/ocop-certificate-workbook/preview",
    summary="What a workbook of certificates would enter",
    response_model=CertificatePlanAnswer,
    responses=problems(403, 409, 413, 422),
    openapi_extra=multipart_body("file"),
)
def preview_certificates(upload: UploadDep, call: CallDep, work: WorkDep) -> CertificatePlanAnswer:
    """Return what the workbook would enter, or every cell that is wrong by sheet, row and column; nothing is kept.

    The column of the decision has the id of its PDF, uploaded before.
    """
    access.require(call.by, "keep_ocop_register")
    return _answer(plan_loading(read_workbook(upload.content), by=call.by, at=call.at, work=work))


@router.post(
    "/ocop-certificate-workbook/loading",
    summary="Load OCOP certificates from Excel",
    response_model=CertificatePlanAnswer,
    responses=problems(403, 409, 413, 422),
    openapi_extra=multipart_body("file"),
)
def load_certificate_workbook(
    upload: UploadDep, call: CallDep, work: WorkDep, previewed: Previewed = None
) -> CertificatePlanAnswer:
    """Enter every certificate of the workbook, all or nothing; the same again enters nothing.

    With `previewed`, the digest of a preview, it is refused where it would enter other things than were seen there.
    """
    access.require(call.by, "keep_ocop_register")
    request = LoadOcopCertificates(book=read_workbook(upload.content), previewed=previewed)
    return _answer(load_ocop_certificates(request, by=call.by, at=call.at, work=work))


def _answer(plan: CertificatePlan) -> CertificatePlanAnswer:
    return CertificatePlanAnswer(
        sha256=plan.sha256,
        entered=[
            PlannedCertificate(
                product_id=one.product.id,
                product=one.product.name,
                code=one.code,
                stars=one.paper.stars,
                certificate=one.paper.certificate,
                decision=one.paper.decision,
                issued_on=one.paper.issued_on,
                authority=one.paper.authority,
                product_set=one.paper.product_set,
                file_id=one.paper.file_id,
            )
            for one in plan.entries
        ],
        untouched=plan.untouched,
    )
