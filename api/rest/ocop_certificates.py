"""OCOP certificates by REST: what rank a product has, entering it from paper, revoking it, looking at it again."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import Field

from api.contents import content_of, file_answer
from api.deps import WorkDep
from api.rest.answers import Answer, problems
from api.rest.calls import Call, CallDep
from api.rest.fields import FILLED, PRINTABLE, CalendarDate, RequestBody, Sha256
from api.rest.ocop_answers import TAGS, CertificateAnswer, Note, certificate_answer
from api.rest.paths import OcopProductPath, OcopRatingPath
from api.rest.preconditions import IfMatch, RepeatKeyDep, etag, require_match
from api.rest.routes import Door
from engine.actions.check_ocop_product import CheckOcopProduct, check_ocop_product
from engine.actions.correct_ocop_certificate import CorrectOcopCertificate, correct_ocop_certificate
from engine.actions.enter_ocop_certificate import EnterOcopCertificate, enter_ocop_certificate
from engine.actions.revoke_ocop_certificate import RevokeOcopCertificate, revoke_ocop_certificate
from engine.files import FileNotFound
from engine.ids import FileId, OcopProductId, OcopRatingId
from engine.ocop_certificates import OnPaper
from engine.ocop_ratings import CertificateNotFound, Rating, RatingNotFound, RevocationGround
from engine.ports import UnitOfWork

router = APIRouter(route_class=Door, tags=[*TAGS])
_CERTIFICATE = "/ocop-products/{product_id}/certificate"
_CERTIFICATES = "/ocop-products/{product_id}/certificates"
_Number = Annotated[str, Field(max_length=100), FILLED]
_Name = Annotated[str, Field(max_length=200), FILLED]


async def _path(product_id: OcopProductPath, rating_id: OcopRatingPath) -> tuple[OcopProductId, OcopRatingId]:
    return product_id, rating_id


CertificatePath = Annotated[tuple[OcopProductId, OcopRatingId], Depends(_path)]
"""Which certificate of which product."""


class CertificatesAnswer(Answer):
    """All certificates of a product, the newest first."""

    items: list[CertificateAnswer]


class PaperBody(RequestBody):
    """A certificate as it is printed, with its decision; the file is that decision, a PDF."""

    stars: Annotated[int, Field(strict=True, ge=3, le=5)]
    certificate: _Number
    decision: _Number
    issued_on: CalendarDate
    authority: _Name
    product_set: _Name
    file_id: Sha256

    def paper(self) -> OnPaper:
        """Return it as the rules know it."""
        return OnPaper(
            stars=self.stars,
            certificate=self.certificate,
            decision=self.decision,
            issued_on=self.issued_on,
            authority=self.authority,
            product_set=self.product_set,
            file_id=FileId(self.file_id),
        )


class EntryBody(PaperBody):
    """The certificate, and the product's code on it; without one the product keeps its own or is given one."""

    code: Annotated[str, Field(max_length=40), PRINTABLE] = ""


class CorrectionBody(PaperBody):
    """What the certificate really says, and why it was entered otherwise."""

    reason: Annotated[str, Field(max_length=1_000), FILLED]


class RevocationBody(RequestBody):
    """Why, by what conclusion of which day, by which decision."""

    ground: RevocationGround
    concluded_on: CalendarDate
    decision: Annotated[str, Field(max_length=100), FILLED]


class CheckBody(RequestBody):
    """What was found on which day; where the product does not comply, the note says in what."""

    checked_on: CalendarDate
    complies: bool
    note: Note = ""


@router.get(
    "/ocop-products/{product_id}/certificates",
    summary="Certificates of a product",
    response_model=CertificatesAnswer,
    responses=problems(404),
)
def list_certificates(product_id: OcopProductPath, call: CallDep, work: WorkDep) -> CertificatesAnswer:
    """Return what ranks the product was recognised with."""
    product = work.ocop.register.get(product_id)
    return CertificatesAnswer(items=[certificate_answer(one, call.by) for one in work.ocop.ratings.of(product.id)])


@router.post(
    _CERTIFICATES,
    status_code=201,
    summary="Enter a certificate from paper",
    response_model=CertificateAnswer,
    responses=problems(403, 404, 409, 422),
)
def enter(
    product_id: OcopProductPath,
    body: EntryBody,
    key: RepeatKeyDep,
    call: CallDep,
    work: WorkDep,
    response: Response,
) -> CertificateAnswer:
    """Keep the certificate of a product recognised before the installation, or by the minister."""
    request = EnterOcopCertificate(product_id=product_id, paper=body.paper(), code=body.code, once=key.once(body))
    rating = enter_ocop_certificate(request, by=call.by, at=call.at, work=work)
    response.headers["Location"] = f"/api/v1/ocop-products/{product_id}/certificates/{rating.id}"
    return _answer(rating, call, response)


@router.get(
    _CERTIFICATES + "/{rating_id}",
    summary="One certificate",
    response_model=CertificateAnswer,
    responses=problems(404),
)
def get_one(
    product_id: OcopProductPath, rating_id: OcopRatingPath, call: CallDep, work: WorkDep, response: Response
) -> CertificateAnswer:
    """Return it with its ETag."""
    return _answer(_one(product_id, rating_id, work), call, response)


@router.put(
    _CERTIFICATES + "/{rating_id}",
    summary="Correct a certificate entered from paper",
    response_model=CertificateAnswer,
    responses=problems(403, 404, 409, 412, 422),
)
def correct(
    certificate: CertificatePath,
    body: CorrectionBody,
    match: IfMatch,
    call: CallDep,
    work: WorkDep,
    response: Response,
) -> CertificateAnswer:
    """Say what the certificate really says; one that was decided here is not corrected by hand."""
    product_id, rating_id = certificate
    _one(product_id, rating_id, work)
    if match is not None:
        work.ocop.register.lock(product_id)
        require_match(match, work.ocop.ratings.lock(rating_id).rev)
    request = CorrectOcopCertificate(product_id=product_id, rating_id=rating_id, paper=body.paper(), reason=body.reason)
    return _answer(correct_ocop_certificate(request, by=call.by, at=call.at, work=work), call, response)


@router.get(
    _CERTIFICATES + "/{rating_id}/decision",
    summary="The decision of a certificate entered from paper",
    response_class=Response,
    responses={200: {"content": {"application/pdf": {}}}, **problems(404, 503)},
)
def get_decision(product_id: OcopProductPath, rating_id: OcopRatingPath, call: CallDep) -> Response:
    """Return the decision as it was taken in."""
    with call.services.begin() as work:
        rating = _one(product_id, rating_id, work)
    if rating.paper is None:
        raise FileNotFound
    content = content_of(rating.paper.file_id, (), call.services)
    return file_answer(content, "application/pdf", f"{rating.decision.replace('/', '-')}.pdf")


@router.get(
    _CERTIFICATE,
    summary="The newest certificate of a product",
    response_model=CertificateAnswer,
    responses=problems(404, 409),
)
def get_certificate(product_id: OcopProductPath, call: CallDep, work: WorkDep, response: Response) -> CertificateAnswer:
    """Return it with its ETag; 409 where the product was never recognised."""
    product = work.ocop.register.get(product_id)
    rating = next(iter(work.ocop.ratings.of(product.id)), None)
    if rating is None:
        raise RatingNotFound
    return _answer(rating, call, response)


@router.post(
    _CERTIFICATE + "/revocation",
    summary="Revoke a certificate",
    response_model=CertificateAnswer,
    responses=problems(403, 404, 409, 412, 422),
)
def revoke(
    product_id: OcopProductPath,
    body: RevocationBody,
    match: IfMatch,
    call: CallDep,
    work: WorkDep,
    response: Response,
) -> CertificateAnswer:
    """Take the newest certificate back from today on; within 15 days of the conclusion."""
    _require_match(product_id, match, work)
    request = RevokeOcopCertificate(product_id=product_id, **body.model_dump())
    return _answer(revoke_ocop_certificate(request, by=call.by, at=call.at, work=work), call, response)


@router.post(
    _CERTIFICATE + "/checks",
    summary="Note a look at a recognised product",
    response_model=CertificateAnswer,
    responses=problems(403, 404, 409, 412, 422),
)
def check(
    product_id: OcopProductPath, body: CheckBody, match: IfMatch, call: CallDep, work: WorkDep, response: Response
) -> CertificateAnswer:
    """Keep what was found with the newest certificate (hậu kiểm)."""
    _require_match(product_id, match, work)
    request = CheckOcopProduct(product_id=product_id, **body.model_dump())
    return _answer(check_ocop_product(request, by=call.by, at=call.at, work=work), call, response)


def _answer(rating: Rating, call: Call, response: Response) -> CertificateAnswer:
    response.headers["ETag"] = etag(rating.rev)
    return certificate_answer(rating, call.by)


def _one(product_id: OcopProductId, rating_id: OcopRatingId, work: UnitOfWork) -> Rating:
    """Return that certificate of the product; raises CertificateNotFound."""
    product = work.ocop.register.get(product_id)
    found = next((one for one in work.ocop.ratings.of(product.id) if one.id == rating_id), None)
    if found is None:
        raise CertificateNotFound
    return found


def _require_match(product_id: OcopProductPath, match: str | None, work: UnitOfWork) -> None:
    product = work.ocop.register.get(product_id)
    if match is not None:
        require_match(match, work.ocop.ratings.lock_last(product.id).rev)
