"""Images of signatures and seals: what is drawn on the page when somebody signs, from when on, and who set it."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Response

from api.contents import file_answer
from api.rest.answers import Answer, Names, PersonRef, problems
from api.rest.calls import Call, CallDep
from api.rest.paths import OwnerPath
from api.rest.routes import Door
from api.rest.uploads import UploadDep, multipart_body
from engine.actions.set_signature_image import SetSignatureImage, set_signature_image
from engine.image_rules import require_owner
from engine.signature_images import ImageKind, ImageNotFound, SignatureImage

router = APIRouter(route_class=Door, tags=["signature images"])


class SignatureImageAnswer(Answer):
    """An image in force from `set_at` on; without a `file_id` it is the one that lies beside the key."""

    owner_id: UUID
    kind: ImageKind
    file_id: str | None
    set_at: datetime
    set_by: PersonRef | None


class ImageHistoryAnswer(Answer):
    """Every image an owner had, the newest first; empty where none but the key's own was ever used."""

    items: list[SignatureImageAnswer]


@router.get(
    "/signature-images/{owner_id}",
    summary="Images of a signature or seal",
    response_model=ImageHistoryAnswer,
    responses=problems(403, 404),
)
def history(owner_id: OwnerPath, call: CallDep) -> ImageHistoryAnswer:
    """Return the images of a person's hand, or of the agency's seal where `owner_id` is the agency."""
    with call.services.begin() as work:
        require_owner(owner_id, call.by, work)
        names = Names(call.by.agency_id, work)
        return ImageHistoryAnswer(items=[_answer(image, names) for image in work.signature_images.history(owner_id)])


@router.get(
    "/signature-images/{owner_id}/content",
    summary="The image in force",
    response_class=Response,
    responses={**problems(403, 404), 200: {"content": {"image/png": {}}}},
)
def content(owner_id: OwnerPath, call: CallDep) -> Response:
    """Return the image in force as PNG, where one was set."""
    with call.services.begin() as work:
        require_owner(owner_id, call.by, work)
        image = work.signature_images.find(owner_id)
    if image is None or image.file_id is None:
        raise ImageNotFound
    return file_answer(call.services.read(image.file_id), "image/png", "signature.png", tag=image.file_id)


@router.put(
    "/signature-images/{owner_id}",
    summary="Set an image",
    response_model=SignatureImageAnswer,
    responses=problems(403, 404, 413, 422),
    openapi_extra=multipart_body("file"),
)
def put_image(owner_id: OwnerPath, upload: UploadDep, call: CallDep) -> SignatureImageAnswer:
    """Draw this PNG from now on: transparent, a hand in blue, a seal in red; what is signed already stays as it is."""
    return _set(SetSignatureImage(owner_id=owner_id, png=upload.content), call)


@router.delete(
    "/signature-images/{owner_id}",
    summary="Go back to the key's own image",
    response_model=SignatureImageAnswer,
    responses=problems(403, 404),
)
def delete_image(owner_id: OwnerPath, call: CallDep) -> SignatureImageAnswer:
    """Draw the image that lies beside the key from now on; the others stay on record."""
    return _set(SetSignatureImage(owner_id=owner_id, png=None), call)


def _set(asked: SetSignatureImage, call: Call) -> SignatureImageAnswer:
    image = set_signature_image(asked, by=call.by, services=call.services)
    with call.services.begin() as work:
        return _answer(image, Names(call.by.agency_id, work))


def _answer(image: SignatureImage, names: Names) -> SignatureImageAnswer:
    return SignatureImageAnswer(
        owner_id=image.owner_id,
        kind=image.kind,
        file_id=image.file_id,
        set_at=image.set_at,
        set_by=names.person(image.set_by),
    )
