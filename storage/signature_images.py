"""Images of signatures and seals as rows that are only added; the newest of an owner holds."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, insert, select

from engine.ids import AgencyId, FileId, PersonId
from engine.signature_images import ImageKind, SignatureImage
from storage.schema import signature_images
from storage.statements import Statements

_NEWEST_FIRST = (
    select(signature_images)
    .where(signature_images.c.owner_id == bindparam("owner_id"))
    .order_by(signature_images.c.id.desc())
)
_NAMES = tuple(column.name for column in signature_images.c)


class PostgresSignatureImages:
    """Images of signatures and seals, as one transaction sees them."""

    def __init__(self, connection: Statements) -> None:
        self._connection = connection

    def find(self, owner: UUID) -> SignatureImage | None:
        """Return the owner's image in force, or None where none was ever set."""
        row = self._connection.execute(_NEWEST_FIRST.limit(1), {"owner_id": owner}).one_or_none()
        return None if row is None else _image(row)

    def history(self, owner: UUID) -> Sequence[SignatureImage]:
        """Return every image the owner had, the newest first."""
        return [_image(row) for row in self._connection.execute(_NEWEST_FIRST, {"owner_id": owner})]

    def add(self, image: SignatureImage) -> None:
        """Keep a new image, which holds from now on."""
        values = {name: getattr(image, name) for name in _NAMES}
        self._connection.execute(insert(signature_images), {**values, "kind": image.kind.value})


def _image(row: Row[Any]) -> SignatureImage:
    return SignatureImage(
        id=row.id,
        agency_id=AgencyId(row.agency_id),
        owner_id=PersonId(row.owner_id),
        kind=ImageKind(row.kind),
        file_id=None if row.file_id is None else FileId(row.file_id),
        set_at=row.set_at,
        set_by=PersonId(row.set_by),
    )
