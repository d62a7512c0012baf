"""Enter a case: a clerk takes an application of somebody outside, and its procedure begins with the check.

What comes by post, or through the national portal, is entered by the clerk for the applicant, too.
"""

from dataclasses import dataclass

from engine import access
from engine.case_entry import (
    Application,
    Entered,
    check_application,
    cover_of,
    entered_before,
    keep_case,
    new_file,
    private_of,
)
from engine.case_events import CaseEntered
from engine.case_procedures import CaseProcedureNotFound
from engine.case_slips import CaseFile
from engine.cases import CaseInvalid
from engine.drafts import FieldChecks
from engine.ids import CaseId
from engine.neighbours import Services
from engine.people import Person
from engine.queries import Once


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterCase(Application):
    """An application as a clerk enters it."""

    once: Once | None = None


def enter_case(request: EnterCase, *, by: Person, services: Services) -> Entered:
    """Keep the application with a number of its own and put it before the desk to be checked.

    Raises:
        NotAllowed: The person enters no cases.
        CaseProcedureNotFound: The agency has no such procedure.
        CaseProcedureWithdrawn, ChannelNotOffered: It takes no such application.
        CaseInvalid: Some fields are wrong; all are named.
        LetterUnprintable: A character is not in the font of the office.
    """
    access.require(by, "enter_case")
    with services.begin() as work:
        if request.once and (known := work.requests.find(by.id, request.once)):
            return entered_before(CaseId(known), work)
        procedure = work.case_procedures.latest(by.agency_id, request.procedure)
        if procedure is None:
            raise CaseProcedureNotFound
        procedure.require_offered(request.channel)
        check = FieldChecks()
        check_application(request, procedure, check, work)
        for place, paper in enumerate(request.papers):
            for scan in paper.files:
                check.known_file(f"papers/{place}/file_ids", scan.file_id, by, work)
        check.done(CaseInvalid)
        file = new_file(request, procedure, by.agency_id, services, work)
    return _keep(request, file, by, services)


def _keep(request: EnterCase, file: CaseFile, by: Person, services: Services) -> Entered:
    cover = cover_of(file, by, services)
    with services.begin() as work:
        entered = keep_case(file, request.files, cover, by=by, work=work)
        case = entered.case
        if request.once:
            work.requests.remember(by.id, request.once, case.id, case.submitted_at)
        work.record(
            CaseEntered(
                by=by.id,
                at=case.submitted_at,
                agency_id=case.agency_id,
                case_id=case.id,
                document_id=case.document_id,
                instance_id=entered.instance_id,
                procedure_id=case.procedure_id,
                code=case.code,
                channel=case.channel.value,
                applicant=private_of(file.applicant),
            )
        )
        return entered
