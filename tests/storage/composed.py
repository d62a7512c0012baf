"""A row in every table of dossiers."""

from dataclasses import replace

from engine.dossier_kinds import NTM_PARTS
from engine.dossier_records import ArchivedDossierFile
from engine.dossiers import Dossier, DossierKind, PartFile, Submission, digest_of, manifest, parts_of
from engine.ids import DossierId
from engine.ports import UnitOfWork
from tests.storage.builders import NOON, Desk, new_id


def fill_dossiers(work: UnitOfWork, desk: Desk) -> None:
    """Keep a dossier with a file and a submission."""
    office, clerk = desk.office, desk.office.person("clerk").id
    dossier = Dossier(
        id=DossierId(new_id()),
        kind=DossierKind.NTM,
        agency_id=office.agency.id,
        receiver_id=office.agency.id,
        subject="Xã đạt chuẩn nông thôn mới",
        rules_id="ntm-2026",
        opened_at=NOON,
        opened_by=clerk,
        own_document_id=desk.document.id,
        received_document_id=desk.document.id,
        parts=parts_of(NTM_PARTS),
    )
    work.dossiers.add(dossier)
    file = PartFile(file_id=office.file_id, name="Báo cáo.pdf", added_at=NOON, added_by=clerk)
    work.dossiers.add_file(dossier.id, "bao_cao", file)
    listed = manifest(dossier.with_file("bao_cao", file), 1)
    submission = Submission(ordinal=1, at=NOON, by=clerk, manifest_sha256=digest_of(listed))
    work.dossiers.add_submission(dossier.id, submission, listed)
    work.dossiers.save(replace(dossier, subject="Xã Hoằng Thử đạt chuẩn nông thôn mới"))
    archived = ArchivedDossierFile(dossier_id=dossier.id, file_id=office.file_id, version_id=None, archived_at=NOON)
    work.dossiers.add_archived([archived])
