"""Set what a person's hand or the agency's seal looks like when it signs, from now on."""

from dataclasses import dataclass
from uuid import UUID

from engine.appearance_events import SignatureImageSet
from engine.files import StoredFile
from engine.ids import PersonId
from engine.image_rules import require_owner
from engine.neighbours import Services
from engine.people import Person
from engine.signature_images import ImageKind, SignatureImage


@dataclass(frozen=True, slots=True, kw_only=True)
class SetSignatureImage:
    """A new image; *png* None goes back to the one that lies beside the key.

    Attributes:
        owner_id: A person of the agency, or the agency itself for its seal.
    """

    owner_id: UUID
    png: bytes | None


def set_signature_image(request: SetSignatureImage, *, by: Person, services: Services) -> SignatureImage:
    """Keep the image; what was signed before stays as it was, and on record when which image held.

    Raises:
        NotAllowed: They only read, or it is neither the person's own hand nor are they an administrator.
        PersonNotFound: There is no such person in the agency.
        ImageRefused: The image cannot be used; nothing is kept.
    """
    with services.begin() as work:
        kind = require_owner(request.owner_id, by, work)
    file = _file(request.png, kind, by, services)
    with services.begin() as work:
        if file is not None:
            work.files.add(file)
        owner = by.agency_id if kind is ImageKind.SEAL else PersonId(request.owner_id)
        image = SignatureImage(
            id=work.new_id(),
            agency_id=by.agency_id,
            owner_id=owner,
            kind=kind,
            file_id=file.id if file else None,
            set_at=services.clock(),
            set_by=by.id,
        )
        work.signature_images.add(image)
        work.record(
            SignatureImageSet(
                by=by.id,
                at=image.set_at,
                agency_id=image.agency_id,
                signature_image_id=image.id,
                owner_id=request.owner_id,
                kind=kind.value,
                file_id=image.file_id,
            )
        )
        return image


def _file(png: bytes | None, kind: ImageKind, by: Person, services: Services) -> StoredFile | None:
    if png is None:
        return None
    kept = services.pdfs.judge_image(png, kind)
    return StoredFile(
        id=services.put(kept),
        size=len(kept),
        media_type="image/png",
        pages=0,
        signatures=0,
        stored_at=services.clock(),
        stored_by=by.id,
        agency_id=by.agency_id,
    )
