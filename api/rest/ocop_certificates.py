"""OCOP certificates by REST: what rank a product has, revoking it, looking at the product again."""

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import Field

from api.deps import WorkDep
from api.rest.answers import Answer, problems
from api.rest.calls import CallDep
from api.rest.fields import FILLED, CalendarDate, RequestBody
from api.rest.ocop_answers import TAGS, CertificateAnswer, Note, certificate_answer
from api.rest.paths import OcopProductPath
from api.rest.preconditions import IfMatchDep, etag, require_match
from engine.actions.check_ocop_product import CheckOcopProduct, check_ocop_product
from engine.actions.revoke_ocop_certificate import RevokeOcopCertificate, revoke_ocop_certificate
from engine.ocop_ratings import RatingNotFound, RevocationGround
from engine.ports import UnitOfWork

router = APIRouter(tags=[*TAGS])
_CERTIFICATE = "/ocop-products/{product_id}/certificate"


class CertificatesAnswer(Answer):
    """All certificates of a product, the newest first."""

    items: list[CertificateAnswer]


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
    response.headers["ETag"] = etag(rating.rev)
    return certificate_answer(rating, call.by)


@router.post(
    _CERTIFICATE + "/revocation",
    summary="Revoke a certificate",
    response_model=CertificateAnswer,
    responses=problems(403, 404, 409, 412, 422),
)
def revoke(
    product_id: OcopProductPath,
    body: RevocationBody,
    match: IfMatchDep,
    call: CallDep,
    work: WorkDep,
    response: Response,
) -> CertificateAnswer:
    """Take the newest certificate back from today on; within 15 days of the conclusion."""
    _require_match(product_id, match, work)
    request = RevokeOcopCertificate(product_id=product_id, **body.model_dump())
    rating = revoke_ocop_certificate(request, by=call.by, at=call.at, work=work)
    response.headers["ETag"] = etag(rating.rev)
    return certificate_answer(rating, call.by)


@router.post(
    _CERTIFICATE + "/checks",
    summary="Note a look at a recognised product",
    response_model=CertificateAnswer,
    responses=problems(403, 404, 409, 412, 422),
)
def check(
    product_id: OcopProductPath, body: CheckBody, match: IfMatchDep, call: CallDep, work: WorkDep, response: Response
) -> CertificateAnswer:
    """Keep what was found with the newest certificate (hậu kiểm)."""
    _require_match(product_id, match, work)
    request = CheckOcopProduct(product_id=product_id, **body.model_dump())
    rating = check_ocop_product(request, by=call.by, at=call.at, work=work)
    response.headers["ETag"] = etag(rating.rev)
    return certificate_answer(rating, call.by)


def _require_match(product_id: OcopProductPath, match: frozenset[str] | None, work: UnitOfWork) -> None:
    product = work.ocop.register.get(product_id)
    if match is not None:
        require_match(match, work.ocop.ratings.lock_last(product.id).rev)
