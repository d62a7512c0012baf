"""Check the signatures of a document again, as of this moment; the new report is kept beside those before it."""

from engine import access
from engine.expected_signers import held_against_records
from engine.ids import DocumentId
from engine.neighbours import Services
from engine.people import Person
from engine.validation_events import SignaturesChecked
from engine.validations import ValidationReport


def check_signatures(document_id: DocumentId, *, by: Person, services: Services) -> ValidationReport:
    """Judge the document's present version now and return what was found.

    Raises:
        DocumentNotFound: Not there, or not for this person.
        NotAllowed: The person's posts do not include this.
    """
    access.require(by, "check_signatures")
    with services.begin() as work:
        document = work.documents.get(document_id)
        access.require_read(by, document)
    found = services.pdfs.validate(services.read(document.file_id), services.clock())
    with services.begin() as work:
        report = held_against_records(found, document.file_id, document, work)
        work.documents.add_report(document.id, document.file_id, report)
        work.record(
            SignaturesChecked(
                by=by.id,
                at=report.checked_at,
                agency_id=document.agency_id,
                document_id=document.id,
                file_id=document.file_id,
                verdict=report.verdict.value,
                problems=[problem.code for problem in report.problems],
            )
        )
    return report
