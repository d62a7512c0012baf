"""What the office itself knows of a document's signatures, held against what a check found in the file.

A file says who signed it, never who was to: an earlier version without the seal is a good file and not the document.
"""

import json
from collections.abc import Iterator
from dataclasses import replace

from engine.documents import Document, IncomingDocument
from engine.ids import DocumentId, FileId
from engine.ports import UnitOfWork
from engine.signings import Signing, SigningState
from engine.validations import Problem, SignatureKind, ValidationReport, verdict_on


def held_against_records(
    report: ValidationReport, file_id: FileId, document: Document, work: UnitOfWork
) -> ValidationReport:
    """Return the report with what speaks against the file by the records of this installation.

    Of a document that came from elsewhere nothing is known, so nothing is added.

    Args:
        report: What a check found in the file.
        file_id: The file that was checked.
        document: The document it is said to be.
        work: The transaction.
    """
    ours = _issued_as(document, work)
    if ours is None:
        return report
    recorded = [signing for signing in work.signings.of_document(ours) if signing.state is SigningState.SIGNED]
    found = (*report.problems, *_signers(report, recorded), *_file(file_id, ours, work))
    return replace(report, problems=found, verdict=verdict_on(len(report.signatures), found))


def _issued_as(document: Document, work: UnitOfWork) -> DocumentId | None:
    """Return the outgoing document of this installation that it is; None for one from elsewhere."""
    if not isinstance(document, IncomingDocument):
        return document.id
    return None if document.delivery_id is None else work.deliveries.get(document.delivery_id).outgoing_id


def _signers(report: ValidationReport, recorded: list[Signing]) -> Iterator[Problem]:
    made = {one.field: one for one in report.signatures if one.kind is not SignatureKind.TIMESTAMP}
    for signing in recorded:
        found = made.pop(signing.field, None)
        if found is None:
            yield Problem(
                code="expected.missing",
                template="The signature %(field)s that was made here is missing: this is an earlier version.",
                facts={"field": signing.field},
            )
        elif found.certificate != json.loads(signing.prepared)["certificate"]:
            yield Problem(
                code="expected.other_signer",
                template="The signature %(field)s is not the one that was made here; %(signer)s signed instead.",
                facts={"field": signing.field, "signer": found.signer},
            )
    for field, stranger in made.items():
        yield Problem(
            code="expected.unknown_signer",
            template="The signature %(field)s of %(signer)s was not made here.",
            facts={"field": field, "signer": stranger.signer},
        )


def _file(file_id: FileId, ours: DocumentId, work: UnitOfWork) -> Iterator[Problem]:
    """Yield what is wrong with a file that is not the one in the archive."""
    kept = {one.file_id for one in work.documents.archived(ours)}
    # Before it was archived, and for the versions that led there, there is nothing to compare with.
    if kept and file_id not in kept:
        yield Problem(
            code="expected.other_file",
            template="This is not the file that was archived when the document was issued.",
        )
