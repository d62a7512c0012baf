"""Closing a dossier with its procedure: its document, its files and its manifest go into the locked archive."""

import hashlib
from io import BytesIO

from engine.dossier_errors import DossierMoved
from engine.dossier_events import DossierClosed
from engine.dossier_records import ArchivedDossierFile
from engine.dossiers import Dossier, DossierState
from engine.files import StoredFile
from engine.ids import SYSTEM, FileId
from engine.neighbours import ARCHIVE, WORK, Services
from engine.operations.jobs import Finish, Job, archive
from engine.operations.move import Data, Move, OperationMisplaced

MANIFEST_TYPE = "application/json"


def archive_dossier(job: Job) -> Finish:
    """Put document and dossier into the archive; a dossier that is decided on or refused is closed with it."""
    keep_document, services = archive(job), job.services
    with services.begin() as work:
        seen = work.dossiers.find_of_document(job.document.id)
        if seen is None:
            raise OperationMisplaced(operation="archive_dossier", why="the document belongs to no dossier")
        seen.in_state(DossierState.CLOSED)
        listed = work.dossiers.get_manifest(seen.id, len(seen.submissions))
        sizes = {file.file_id: work.files.get(file.file_id).size for file in seen.files}
    archived = [_locked(file_id, size, seen, services) for file_id, size in sizes.items()]
    manifest = _manifest(listed, seen, services)
    put = services.store.put(ARCHIVE, manifest.id, BytesIO(listed), manifest.size)
    archived.append(_row(manifest.id, put.version_id, seen, services))

    def keep(move: Move) -> Data:
        dossier = move.work.dossiers.lock(seen.id)
        if dossier.rev != seen.rev:
            raise DossierMoved
        move.work.files.add(manifest)
        move.work.dossiers.add_archived(archived)
        move.work.dossiers.save(dossier.in_state(DossierState.CLOSED))
        closed = DossierClosed(
            by=move.by, at=move.at, agency_id=dossier.receiver_id, dossier_id=dossier.id, archived=len(archived)
        )
        move.work.record(closed)
        return {**keep_document(move), "files": len(archived)}

    return keep


def _locked(file_id: FileId, size: int, dossier: Dossier, services: Services) -> ArchivedDossierFile:
    with services.store.open(WORK, file_id) as stream:
        put = services.store.put(ARCHIVE, file_id, stream, size)
    return _row(file_id, put.version_id, dossier, services)


def _row(file_id: FileId, version_id: str | None, dossier: Dossier, services: Services) -> ArchivedDossierFile:
    return ArchivedDossierFile(
        dossier_id=dossier.id, file_id=file_id, version_id=version_id, archived_at=services.clock()
    )


def _manifest(listed: bytes, dossier: Dossier, services: Services) -> StoredFile:
    return StoredFile(
        id=FileId(hashlib.sha256(listed).hexdigest()),
        size=len(listed),
        media_type=MANIFEST_TYPE,
        pages=0,
        signatures=0,
        stored_at=services.clock(),
        stored_by=SYSTEM,
        agency_id=dossier.receiver_id,
    )
