"""Take a file out of a part of a dossier, while it is composed or a supplement of it is asked."""

from dataclasses import dataclass
from datetime import datetime

from engine import dossier_access
from engine.dossier_errors import DossierMoved
from engine.dossier_events import DossierFileRemoved
from engine.dossiers import Dossier
from engine.ids import DossierId, FileId
from engine.people import Person
from engine.ports import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveDossierFile:
    """A file to be taken out; *rev*, if given, is that of the dossier the person had before them."""

    dossier_id: DossierId
    part: str
    file_id: FileId
    rev: int | None = None


def remove_dossier_file(request: RemoveDossierFile, *, by: Person, at: datetime, work: UnitOfWork) -> Dossier:
    """Take the file out; that it was there stays on record, and so does its content.

    Raises:
        DossierNotFound, NotAllowed: It is not theirs to compose.
        DossierFrozen: It was submitted, and no supplement is asked.
        PartUnknown, DossierFileNotFound: It is not there.
        DossierMoved: It changed since *rev*.
    """
    dossier = work.dossiers.lock(request.dossier_id)
    dossier_access.require_compose(by, dossier, work)
    if request.rev not in (None, dossier.rev):
        raise DossierMoved
    changed = dossier.without_file(request.part, request.file_id)
    work.dossiers.remove_file(dossier.id, request.part, request.file_id, by=by.id, at=at)
    work.record(
        DossierFileRemoved(
            by=by.id,
            at=at,
            agency_id=dossier.agency_id,
            dossier_id=dossier.id,
            part=request.part,
            file_id=request.file_id,
        )
    )
    return work.dossiers.save(changed)
