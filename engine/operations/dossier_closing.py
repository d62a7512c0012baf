"""Closing a dossier with its procedure: its document, its files and its manifest go into the locked archive."""

from engine import dossier_archiving
from engine.ids import SYSTEM
from engine.operations.jobs import Finish, Job, archive
from engine.operations.move import Data, Move, OperationMisplaced


def archive_dossier(job: Job) -> Finish:
    """Put document and dossier into the archive; a dossier that is decided on or refused is closed with it."""
    keep_document, services = archive(job), job.services
    with services.begin() as work:
        seen = work.dossiers.find_of_document(job.document.id)
        if seen is None:
            raise OperationMisplaced(operation="archive_dossier", why="the document belongs to no dossier")
        closing = dossier_archiving.read(seen, services, work)
    agency_id = seen.receiver_id
    archived = dossier_archiving.archive(closing, by=SYSTEM, agency_id=agency_id, services=services)

    def keep(move: Move) -> Data:
        dossier_archiving.keep(archived, by=move.by, agency_id=agency_id, at=move.at, work=move.work)
        return {**keep_document(move), "files": len(archived.rows)}

    return keep
