"""Putting a dossier into the locked archive: its files and its last manifest, before the transaction that closes it.

Contents are addressed by their SHA-256, so doing it again does no harm; the dossier itself is settled by `keep`.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Final

from engine.dossier_errors import DossierMoved
from engine.dossier_events import DossierClosed
from engine.dossier_records import ArchivedDossierFile
from engine.dossiers import Dossier, DossierState
from engine.files import StoredFile
from engine.ids import AgencyId, FileId, PersonId
from engine.neighbours import ARCHIVE, WORK, Services
from engine.ports import UnitOfWork

MANIFEST_TYPE: Final = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """A dossier that is about to be closed, as it was read; *manifest* is empty where it was never submitted."""

    dossier: Dossier
    manifest: bytes
    sizes: Mapping[FileId, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Archived:
    """What lies in the archive by now: where each content is, and the manifest as a file."""

    dossier: Dossier
    rows: tuple[ArchivedDossierFile, ...]
    manifest: StoredFile | None


def read(dossier: Dossier, work: UnitOfWork) -> Closing:
    """Return what is to be archived. Raises DossierNotInState: the dossier is under way, or closed."""
    dossier.in_state(DossierState.CLOSED)
    last = len(dossier.submissions)
    return Closing(
        dossier=dossier,
        manifest=work.dossiers.get_manifest(dossier.id, last) if last else b"",
        sizes={file_id: work.files.get(file_id).size for file_id in _contents(dossier, work)},
    )


def _contents(dossier: Dossier, work: UnitOfWork) -> list[FileId]:
    """Return everything the dossier has: its parts, evidence of every stage, minutes and photos of field visits."""
    found = [one.file_id for one in dossier.files]
    found += [one.file_id for one in work.assessments.evidence(dossier.id)]
    visits = (one for one in work.field_visits.of_dossier(dossier.id) if one.is_recorded)
    found += [file_id for visit in visits for file_id, _ in visit.files]
    return list(dict.fromkeys(found))


def archive(closing: Closing, *, by: PersonId, agency_id: AgencyId, services: Services) -> Archived:
    """Put the contents into the archive, outside of any transaction. Raises FileDamaged, StoreAway."""
    dossier, rows = closing.dossier, list[ArchivedDossierFile]()
    for file_id, size in closing.sizes.items():
        with services.store.open(WORK, file_id) as stream:
            put = services.store.put(ARCHIVE, file_id, stream, size)
        rows.append(_row(file_id, put.version_id, dossier, services))
    if not closing.manifest:
        return Archived(dossier=dossier, rows=tuple(rows), manifest=None)
    manifest = StoredFile(
        id=FileId(hashlib.sha256(closing.manifest).hexdigest()),
        size=len(closing.manifest),
        media_type=MANIFEST_TYPE,
        pages=0,
        signatures=0,
        stored_at=services.clock(),
        stored_by=by,
        agency_id=agency_id,
    )
    put = services.store.put(ARCHIVE, manifest.id, BytesIO(closing.manifest), manifest.size)
    rows.append(_row(manifest.id, put.version_id, dossier, services))
    return Archived(dossier=dossier, rows=tuple(rows), manifest=manifest)


def keep(archived: Archived, *, by: PersonId, agency_id: AgencyId, at: datetime, work: UnitOfWork) -> Dossier:
    """Close the dossier, with its leaf. Raises DossierMoved: it changed since it was read."""
    dossier = work.dossiers.lock(archived.dossier.id)
    if dossier.rev != archived.dossier.rev:
        raise DossierMoved
    if archived.manifest is not None:
        work.files.add(archived.manifest)
    work.dossiers.add_archived(archived.rows)
    work.record(DossierClosed(by=by, at=at, agency_id=agency_id, dossier_id=dossier.id, archived=len(archived.rows)))
    return work.dossiers.save(dossier.in_state(DossierState.CLOSED))


def _row(file_id: FileId, version_id: str | None, dossier: Dossier, services: Services) -> ArchivedDossierFile:
    return ArchivedDossierFile(
        dossier_id=dossier.id, file_id=file_id, version_id=version_id, archived_at=services.clock()
    )
