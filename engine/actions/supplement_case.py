"""Supplement a case: its applicant sends online what was asked for, and the case goes on by itself.

Source: Decree 118/2025/NĐ-CP.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from engine import case_dossiers
from engine.case_events import CaseSupplemented
from engine.case_uploads import JudgedFile, Sent, judge_sent, keep_judged, note_kept, sent_errors
from engine.cases import Case, CaseInvalid
from engine.dossiers import DossierState
from engine.drafts import FieldChecks
from engine.ids import SYSTEM, CaseId
from engine.messages import Sending
from engine.neighbours import PdfRoom, Services
from engine.queries import Once
from engine.tracking import WAITING, SupplementNotAsked, identified

SUPPLEMENTED: Final = "case_supplemented"
"""The message that tells the procedure of a case that it goes on; its correlation is the id of the application."""
_PASS_MESSAGE: Final = "pass_message"  # noqa: S105  a job's name


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplementCase:
    """What an applicant sends: by which code, as whom, which files."""

    code: str
    identity: str
    files: Sequence[Sent]
    once: Once | None = None


def supplement_case(request: SupplementCase, *, services: Services, room: PdfRoom) -> Case:
    """Put the files into the parts of the dossier, freeze it again, and let the procedure go on.

    The same sent twice is one supplement, also once the case has gone on.

    Raises:
        TrackCodeUnknown: No case has this code.
        IdentityNotTheirs, VerificationThrottled: Whoever sends it does not know whose it is.
        SupplementNotAsked: Nothing is asked for, or it was sent before.
        CaseInvalid: Some files are wrong; all are named, and nothing is kept.
    """
    known, sent = identified(request.code, request.identity, services), request.files
    with services.begin() as work:
        if request.once and work.requests.find(SYSTEM, request.once):
            return known
        procedure = work.case_procedures.get(known.procedure_id)
    check = FieldChecks()
    for error in sent_errors(sent, [one.code for one in procedure.settings.components]):
        check.add(error.field, error.code, error.message)
    if not sent:
        check.add("files", "required", "Choose at least one file: PDF, JPEG or PNG.")
    check.done(CaseInvalid)
    _require_asked(known)
    judged = judge_sent(sent, known.agency_id, services=services, room=room)
    keep_judged(judged, services)
    return _hand_in(known.id, judged, request.once, services)


def _hand_in(case_id: CaseId, kept: Sequence[JudgedFile], once: Once | None, services: Services) -> Case:
    with services.begin() as work:
        at = services.clock()
        case = work.cases.lock(case_id)
        if once and work.requests.find(SYSTEM, once):
            return case
        dossier = case_dossiers.lock_dossier(case, work)
        _require_asked(case)
        if dossier is None or dossier.state is not DossierState.SUPPLEMENT_ASKED:
            raise SupplementNotAsked
        whole = case_dossiers.add_files(dossier, note_kept(kept, work), by=SYSTEM, at=at, work=work)
        handed_in = case_dossiers.hand_in(whole, work.cases.papers(case.id), by=SYSTEM, at=at, work=work)
        instance = work.instances.find_of_document(case.document_id)
        sending = Sending(
            id=work.new_id(),
            agency_id=case.agency_id,
            name=SUPPLEMENTED,
            correlation=str(case.document_id),
            payload=json.dumps({"submission": len(handed_in.submissions)}),
            sender=instance.id if instance else None,
            element_id="take_supplement",
        )
        work.jobs.defer(_PASS_MESSAGE, sending.arguments())
        if once:
            work.requests.remember(SYSTEM, once, case.id, at)
        work.record(
            CaseSupplemented(
                by=SYSTEM,
                at=at,
                agency_id=case.agency_id,
                case_id=case.id,
                document_id=case.document_id,
                dossier_id=dossier.id,
                files=len(kept),
            )
        )
        return case


def _require_asked(case: Case) -> None:
    if case.state not in WAITING:
        raise SupplementNotAsked
