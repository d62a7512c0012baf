"""Add a file to a part of a dossier, while it is composed or a supplement of it is asked."""

from dataclasses import dataclass
from datetime import datetime

from engine import dossier_access
from engine.dossier_errors import DossierInvalid, DossierMoved, FileNotForPart
from engine.dossier_events import DossierFileAdded
from engine.dossiers import MAX_NAME, Dossier, PartFile
from engine.drafts import FieldChecks
from engine.files import PDF
from engine.ids import DossierId, FileId
from engine.people import Person
from engine.ports import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class AddDossierFile:
    """A file to be added; *rev*, if given, is that of the dossier the person had before them."""

    dossier_id: DossierId
    part: str
    file_id: FileId
    name: str
    rev: int | None = None


def add_dossier_file(request: AddDossierFile, *, by: Person, at: datetime, work: UnitOfWork) -> Dossier:
    """Add the file to the part.

    Raises:
        DossierNotFound, NotAllowed: It is not theirs to compose.
        DossierFrozen: It was submitted, and no supplement is asked.
        DossierInvalid: There is no such file for them, or its name is none.
        PartUnknown, FileNotForPart, FileAlreadyThere, TooManyFiles: It cannot be there.
        DossierMoved: It changed since *rev*.
    """
    dossier = work.dossiers.lock(request.dossier_id)
    dossier_access.require_compose(by, dossier, work)
    if request.rev not in (None, dossier.rev):
        raise DossierMoved
    dossier.require_open()
    part = dossier.get_part(request.part)
    check = FieldChecks()
    check.text("name", request.name, MAX_NAME)
    check.known_file("file_id", request.file_id, by, work)
    check.done(DossierInvalid)
    if not part.photos and work.files.get(request.file_id).media_type != PDF:
        raise FileNotForPart(part=part.name)
    file = PartFile(file_id=request.file_id, name=request.name.strip(), added_at=at, added_by=by.id)
    changed = dossier.with_file(part.code, file)
    work.dossiers.add_file(dossier.id, part.code, file)
    work.record(
        DossierFileAdded(
            by=by.id,
            at=at,
            agency_id=dossier.agency_id,
            dossier_id=dossier.id,
            part=part.code,
            file_id=file.file_id,
        )
    )
    return work.dossiers.save(changed)
