"""Initials (ký nháy) on the page: put there before anybody signs, since a certification comes first of all signatures.

Where they stand is the custom of offices that Decree 30/2020/NĐ-CP leaves open: for the content after the last line
of the text, for form and layout after the last line of 'Nơi nhận'. On an uploaded PDF, whose lines nobody knows, both
stand in one small line beside the first signature.
"""

from collections.abc import Mapping
from typing import Final

from engine.documents import OutgoingDocument, VersionKind
from engine.drafts import compose, draft_of, make_letter, signer_of
from engine.files import StoredFile
from engine.ids import SYSTEM
from engine.letters import Letter
from engine.operations.jobs import Finish, Job
from engine.operations.move import Data, Move, OperationMisplaced
from engine.signatories import InitialKind, mark_of

_SAID: Final[Mapping[InitialKind, str]] = {
    InitialKind.CONTENT: "Ký nháy nội dung: %s",
    InitialKind.FORMAT: "ký nháy thể thức: %s",
}


def mark_initials(job: Job) -> Finish:
    """Make the page anew with the initials there are; without any nothing changes."""
    document = job.document
    if not isinstance(document, OutgoingDocument):
        raise OperationMisplaced(operation="mark_initials", why="the document is an incoming one")
    if not document.initials:
        return lambda move: {"marked": 0}
    file = _on_letter(document, job) if document.body is not None else _on_upload(document, job)

    def keep(move: Move) -> Data:
        move.require_file(document.file_id)
        move.work.files.add(file)
        move.add_version(VersionKind.INITIALLED, file.id)
        return {"marked": len(document.initials)}

    return keep


def _on_letter(document: OutgoingDocument, job: Job) -> StoredFile:
    at = job.services.clock()
    with job.services.begin() as work:
        letter: Letter = compose(draft_of(document, signer_of(document, at, work), at, work), work)
        code = work.verifications.find_code(document.id)
    return make_letter(letter, code=code, by=SYSTEM, agency_id=document.agency_id, services=job.services)


def _on_upload(document: OutgoingDocument, job: Job) -> StoredFile:
    with job.services.begin() as work:
        versions = work.documents.versions(document.id)
        given = {one.kind: mark_of(work.people.get(one.by).name) for one in document.initials}
    clean = next(version.file_id for version in reversed(versions) if version.kind is VersionKind.PREPARED)
    text = "; ".join(said % given[kind] for kind, said in _SAID.items() if kind in given)
    marked = job.services.pdfs.mark_initials(job.services.read(clean), text)
    return job.services.put_pdf(marked, by=SYSTEM, agency_id=document.agency_id)
