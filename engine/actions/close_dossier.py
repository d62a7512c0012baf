"""Close a dossier (đóng hồ sơ): its files and its manifest are put into the locked archive, and it ends."""

import hashlib
from datetime import datetime
from io import BytesIO

from engine import dossier_access
from engine.dossier_errors import DossierMoved
from engine.dossier_events import DossierClosed
from engine.dossier_records import ArchivedDossierFile
from engine.dossiers import Dossier, DossierState
from engine.files import StoredFile
from engine.ids import DossierId, FileId
from engine.neighbours import ARCHIVE, WORK, Services
from engine.people import Person
from engine.ports import UnitOfWork

MANIFEST_TYPE = "application/json"


def close_dossier(dossier_id: DossierId, *, by: Person, services: Services) -> Dossier:
    """Close a dossier that is decided on, refused or withdrawn.

    Raises:
        DossierNotFound, NotAllowed: It is not theirs: who decides closes it, or who withdrew it.
        DossierNotInState: It is under way.
        DossierMoved: It changed meanwhile.
        FileDamaged, StoreAway: The store does not give or take a content.
    """
    with services.begin() as work:
        seen = work.dossiers.get(dossier_id)
        _require(by, seen, work)
        seen.in_state(DossierState.CLOSED)
        last = len(seen.submissions)
        listed = work.dossiers.get_manifest(dossier_id, last) if last else b""
        sizes = {file.file_id: work.files.get(file.file_id).size for file in seen.files}
    at = services.clock()
    archived = [_archive(file_id, size, at, seen, services) for file_id, size in sizes.items()]
    kept = _manifest(listed, at, by) if listed else None
    if kept is not None:
        put = services.store.put(ARCHIVE, kept.id, BytesIO(listed), kept.size)
        archived.append(_row(kept.id, put.version_id, at, seen))
    with services.begin() as work:
        dossier = work.dossiers.lock(dossier_id)
        if dossier.rev != seen.rev:
            raise DossierMoved
        if kept is not None:
            work.files.add(kept)
        work.dossiers.add_archived(archived)
        work.record(
            DossierClosed(by=by.id, at=at, agency_id=by.agency_id, dossier_id=dossier.id, archived=len(archived))
        )
        return work.dossiers.save(dossier.in_state(DossierState.CLOSED))


def _require(by: Person, dossier: Dossier, work: UnitOfWork) -> None:
    if dossier.state is DossierState.WITHDRAWN and by.agency_id == dossier.agency_id:
        dossier_access.require_compose(by, dossier, work)
    else:
        dossier_access.require_handle(by, dossier, work)


def _archive(file_id: FileId, size: int, at: datetime, dossier: Dossier, services: Services) -> ArchivedDossierFile:
    with services.store.open(WORK, file_id) as stream:
        put = services.store.put(ARCHIVE, file_id, stream, size)
    return _row(file_id, put.version_id, at, dossier)


def _row(file_id: FileId, version_id: str | None, at: datetime, dossier: Dossier) -> ArchivedDossierFile:
    return ArchivedDossierFile(dossier_id=dossier.id, file_id=file_id, version_id=version_id, archived_at=at)


def _manifest(listed: bytes, at: datetime, by: Person) -> StoredFile:
    return StoredFile(
        id=FileId(hashlib.sha256(listed).hexdigest()),
        size=len(listed),
        media_type=MANIFEST_TYPE,
        pages=0,
        signatures=0,
        stored_at=at,
        stored_by=by.id,
        agency_id=by.agency_id,
    )
