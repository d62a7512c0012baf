"""Images of signatures and seals: everybody's own, and for administrators all of the agency's."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from api.contents import file_answer
from api.deps import ServicesDep, WorkDep
from api.web.desk import Desk, DeskDep
from api.web.forms import FormDep, Typed, id_of
from api.web.names import names_of
from api.web.words import msgid
from engine.actions.set_signature_image import SetSignatureImage, set_signature_image
from engine.concerned import staff_now
from engine.errors import FieldError
from engine.image_rules import require_owner
from engine.ports import UnitOfWork
from engine.signature_images import MAX_BYTES, ImageKind, ImageNotFound, ImageRefused, SignatureImage

router = APIRouter()

HAND: Final = {"file": msgid("Image of the signature (PNG)")}
SEAL: Final = {"file": msgid("Image of the seal (PNG)")}
UNPROCESSABLE: Final = 422
NO_FILE: Final = msgid("Choose a file.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Whose image: its form, the images they had, the newest first."""

    id: UUID
    name: str
    kind: ImageKind
    form: Typed
    history: Sequence[SignatureImage]

    @property
    def shown(self) -> SignatureImage | None:
        """The image in force, None where it is the one beside the key."""
        newest = next(iter(self.history), None)
        return newest if newest and newest.file_id else None


Tried = tuple[UUID, Sequence[FieldError]]


@router.get("/signature-images")
def show(desk: DeskDep, work: WorkDep) -> Response:
    """Show one's own image, and to administrators those of all who sign and the agency's seal."""
    return _page(desk, work)


@router.get("/signature-images/{owner_id}/content")
def content(desk: DeskDep, services: ServicesDep, owner_id: str) -> Response:
    """Send the image in force."""
    owner = id_of(owner_id)
    with services.begin() as work:
        require_owner(owner, desk.person, work)
        image = work.signature_images.find(owner)
    if image is None or image.file_id is None:
        raise ImageNotFound
    return file_answer(services.read(image.file_id), "image/png", "signature.png")


@router.post("/signature-images/{owner_id}")
def set_image(desk: DeskDep, form: FormDep, services: ServicesDep, owner_id: str) -> Response:
    """Set the image, or show what is wrong with it."""
    owner, chosen = id_of(owner_id), next(iter(form.files("file")), None)
    errors: Sequence[FieldError] = [FieldError(field="file", code="required", message=NO_FILE)]
    if chosen is not None:
        asked = SetSignatureImage(owner_id=owner, png=chosen.file.read(MAX_BYTES + 1))
        try:
            set_signature_image(asked, by=desk.person, services=services)
        except ImageRefused as refusal:
            errors = [replace(refusal.errors[0], message=desk.says(refusal))]
        else:
            return desk.to("/signature-images", "image_set")
    with services.begin() as work:
        require_owner(owner, desk.person, work)
        return _page(desk, work, (owner, errors))


@router.post("/signature-images/{owner_id}/removal")
def remove(desk: DeskDep, _: FormDep, services: ServicesDep, owner_id: str) -> Response:
    """Go back to the image that lies beside the key."""
    set_signature_image(SetSignatureImage(owner_id=id_of(owner_id), png=None), by=desk.person, services=services)
    return desk.to("/signature-images", "image_removed")


def _page(desk: Desk, work: UnitOfWork, tried: Tried | None = None) -> Response:
    return desk.page(
        "signature_images/show.html",
        status=UNPROCESSABLE if tried else 200,
        owners=_owners(desk, work, tried),
        names=names_of(desk.person.agency_id, work, desk.speaks("the machine")),
        all_of_them=desk.may("set_signature_images"),
    )


def _owners(desk: Desk, work: UnitOfWork, tried: Tried | None) -> list[Owner]:
    """Return whose images the person may set: their own first, then of all who sign, and the agency's seal."""
    person = desk.person
    known: list[tuple[UUID, str, ImageKind]] = []
    if desk.may("store_file"):
        known.append((person.id, f"{person.name}, {person.title}", ImageKind.HAND))
    if desk.may("set_signature_images"):
        able = [one for one in staff_now(person.agency_id, desk.at, work) if one.signs]
        known = [(one.id, f"{one.name}, {one.title}", ImageKind.HAND) for one in able]
        known.append((person.agency_id, desk.agency.name, ImageKind.SEAL))
    owners = []
    for place, (owner_id, name, kind) in enumerate(known):
        form = Typed.of(SEAL if kind is ImageKind.SEAL else HAND, desk.language)
        form = replace(form, prefix=f"image{place}_")
        if tried is not None and tried[0] == owner_id:
            form = form.wrong(tried[1], desk.language)
        history = work.signature_images.history(owner_id)
        owners.append(Owner(id=owner_id, name=name, kind=kind, form=form, history=history))
    return owners
