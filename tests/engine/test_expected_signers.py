"""What the office's own records say against a file: rollback, other signers, another file than the archived one."""

from dataclasses import replace

import pytest

from engine.documents import ArchivedFile, Document
from engine.expected_signers import held_against_records
from engine.ids import DocumentId, FileId
from engine.validations import KeptReport, ValidationReport, Verdict
from tests.support.office import Office


@pytest.fixture
def issued(office: Office) -> tuple[Document, ValidationReport]:
    """An issued document and the report that was kept when it was archived."""
    document_id = DocumentId(office.issued())
    with office.house.services.begin() as work:
        kept = work.documents.find_report(document_id)
        assert isinstance(kept, KeptReport)
        return work.documents.get(document_id), kept.report


def codes(report: ValidationReport, document: Document, office: Office, file_id: FileId | None = None) -> list[str]:
    with office.house.services.begin() as work:
        found = held_against_records(report, file_id or document.file_id, document, work)
    assert found.verdict is (Verdict.INVALID if found.problems else Verdict.VALID)
    return [problem.code for problem in found.problems]


def test_records_speak_against_what_is_not_the_document(
    issued: tuple[Document, ValidationReport], office: Office
) -> None:
    document, report = issued
    official, seal, stamp = report.signatures
    with office.house.services.begin() as work:
        archived: list[ArchivedFile] = list(work.documents.archived(document.id))
        sealed = work.documents.versions(document.id)[-2]

    assert archived
    assert codes(report, document, office) == []
    # An earlier revision without the seal: every signature in it is good.
    assert codes(replace(report, signatures=(official,)), document, office) == ["expected.missing"]
    other = replace(seal, certificate="0" * 64, signer="Ai đó")
    assert codes(replace(report, signatures=(official, other, stamp)), document, office) == ["expected.other_signer"]
    more = (*report.signatures, replace(official, field="Them"))
    assert codes(replace(report, signatures=more), document, office) == ["expected.unknown_signer"]
    assert codes(report, document, office, sealed.file_id) == ["expected.other_file"]
