"""Putting a dossier into the locked archive: its files and its last manifest, before the transaction that closes it.

With a case of the one-stop office go what other agencies were asked and answered, and its control slip as it ended.

Contents are addressed by their SHA-256, so doing it again does no harm; the dossier itself is settled by `keep`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from engine.case_reading import control_sheet
from engine.case_slips import SlipPage
from engine.cases import Case
from engine.dossier_errors import DossierMoved
from engine.dossier_events import DossierClosed
from engine.dossier_records import ArchivedDossierFile
from engine.dossiers import Dossier, DossierKind, DossierState
from engine.files import StoredFile
from engine.ids import AgencyId, FileId, PersonId
from engine.neighbours import ARCHIVE, WORK, Services
from engine.ports import UnitOfWork

MANIFEST_TYPE: Final = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """A dossier that is about to be closed, as it was read.

    Attributes:
        manifest: Empty where it was never submitted.
        sheet: The control slip of the case it belongs to, None where it is of no case.
    """

    dossier: Dossier
    manifest: bytes
    sizes: Mapping[FileId, int]
    sheet: SlipPage | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Archived:
    """What lies in the archive by now: where each content is, and the files made for it: manifest, control slip."""

    dossier: Dossier
    rows: tuple[ArchivedDossierFile, ...]
    made: tuple[StoredFile, ...]


def read(dossier: Dossier, services: Services, work: UnitOfWork) -> Closing:
    """Return what is to be archived. Raises DossierNotInState: the dossier is under way, or closed."""
    dossier.in_state(DossierState.CLOSED)
    last = len(dossier.submissions)
    case = _case_of(dossier, work)
    return Closing(
        dossier=dossier,
        manifest=work.dossiers.get_manifest(dossier.id, last) if last else b"",
        sizes={file_id: work.files.get(file_id).size for file_id in _contents(dossier, case, work)},
        sheet=control_sheet(case, services.clock(), services, work) if case else None,
    )


def _case_of(dossier: Dossier, work: UnitOfWork) -> Case | None:
    received = dossier.received_document_id
    return work.cases.find_of_document(received) if received and dossier.kind is DossierKind.CASE else None


def _contents(dossier: Dossier, case: Case | None, work: UnitOfWork) -> list[FileId]:
    """Return everything the dossier has: its parts, evidence of every stage, minutes and photos of field visits.

    Of a case also each slip that asked for an opinion, and the files of question and answer.
    """
    found = [one.file_id for one in dossier.files]
    found += [one.file_id for one in work.assessments.evidence(dossier.id)]
    visits = (one for one in work.field_visits.of_dossier(dossier.id) if one.is_recorded)
    found += [file_id for visit in visits for file_id, _ in visit.files]
    for opinion in work.case_opinions.of_case(case.id) if case else ():
        found.append(work.documents.get(opinion.document_id).file_id)
        found += [one.file_id for one in (*opinion.files, *opinion.answer_files)]
    return list(dict.fromkeys(found))


def archive(closing: Closing, *, by: PersonId, agency_id: AgencyId, services: Services) -> Archived:
    """Put the contents into the archive, outside of any transaction. Raises FileDamaged, StoreAway."""
    dossier = closing.dossier
    made = [_put_manifest(closing.manifest, by, agency_id, services)] if closing.manifest else []
    if closing.sheet is not None:
        made.append(services.put_pdf(services.pdfs.print_slip(closing.sheet), by=by, agency_id=agency_id))
    wanted = {**closing.sizes, **{file.id: file.size for file in made}}
    rows = [_put(file_id, size, dossier, services) for file_id, size in wanted.items()]
    return Archived(dossier=dossier, rows=tuple(rows), made=tuple(made))


def _put_manifest(manifest: bytes, by: PersonId, agency_id: AgencyId, services: Services) -> StoredFile:
    return StoredFile(
        id=services.put(manifest),
        size=len(manifest),
        media_type=MANIFEST_TYPE,
        pages=0,
        signatures=0,
        stored_at=services.clock(),
        stored_by=by,
        agency_id=agency_id,
    )


def keep(archived: Archived, *, by: PersonId, agency_id: AgencyId, at: datetime, work: UnitOfWork) -> Dossier:
    """Close the dossier, with its leaf. Raises DossierMoved: it changed since it was read."""
    dossier = work.dossiers.lock(archived.dossier.id)
    if dossier.rev != archived.dossier.rev:
        raise DossierMoved
    for file in archived.made:
        work.files.add(file)
    work.dossiers.add_archived(archived.rows)
    work.record(DossierClosed(by=by, at=at, agency_id=agency_id, dossier_id=dossier.id, archived=len(archived.rows)))
    return work.dossiers.save(dossier.in_state(DossierState.CLOSED))


def _put(file_id: FileId, size: int, dossier: Dossier, services: Services) -> ArchivedDossierFile:
    with services.store.open(WORK, file_id) as stream:
        put = services.store.put(ARCHIVE, file_id, stream, size)
    return ArchivedDossierFile(
        dossier_id=dossier.id, file_id=file_id, version_id=put.version_id, archived_at=services.clock()
    )
