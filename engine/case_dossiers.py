"""The dossier of a one-stop case: its components are the parts, frozen by a manifest each time they are handed in.

The case says where it stands for the applicant and until when; the dossier says what was handed in, keeps it, and is
closed into the archive with it. Cases of before there were dossiers have none, and go on without.

Source: Decree 118/2025/NĐ-CP (components of an application); Decree 30/2020/NĐ-CP, art. 28 to 31.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from engine import submitting
from engine.applicants import Paper
from engine.audit import Plain
from engine.case_procedures import CaseProcedure
from engine.cases import Case
from engine.dossiers import Dossier, DossierKind, DossierState, PartFile, PartRule
from engine.ids import FileId, PersonId
from engine.people import Person
from engine.ports import UnitOfWork

MAX_FILES: Final = 20
"""Of one application or supplement that comes online."""
MAX_FILE_MB: Final = 10
"""Of one of these files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BroughtFile:
    """A file that came, for the component of this code, under the name it had."""

    code: str
    file_id: FileId
    name: str


def open_for(
    case: Case, procedure: CaseProcedure, brought: Sequence[BroughtFile], *, by: Person, work: UnitOfWork
) -> Dossier:
    """Open the dossier of a new case and put in what came; it is submitted with :func:`hand_in`.

    No part must have a file: at the counter a component may come on paper only. What must come online is asked before.
    """
    rules = [
        PartRule(code=one.code, name=one.name, required=False, photos=True) for one in procedure.settings.components
    ]
    new = submitting.NewDossier(
        kind=DossierKind.CASE,
        receiver_id=case.agency_id,
        subject=f"Hồ sơ {case.code}: {procedure.settings.name}"[:500],
        rules_id=f"case_procedure:{procedure.id}",
        parts=rules,
        received_document_id=case.document_id,
    )
    dossier = submitting.begin(new, by=by, at=case.submitted_at, work=work)
    return add_files(dossier, brought, by=by.id, at=case.submitted_at, work=work)


def add_files(
    dossier: Dossier, brought: Sequence[BroughtFile], *, by: PersonId, at: datetime, work: UnitOfWork
) -> Dossier:
    """Put files into their parts; one that is there already is there once.

    Raises:
        DossierFrozen: It was submitted, and nothing is asked to be supplied.
        PartUnknown, TooManyFiles: It cannot be there.
    """
    for one in brought:
        if any(known.file_id == one.file_id for known in dossier.get_part(one.code).files):
            continue
        file = PartFile(file_id=one.file_id, name=one.name, added_at=at, added_by=by)
        dossier = dossier.with_file(one.code, file)
        work.dossiers.add_file(dossier.id, one.code, file)
    return dossier


def hand_in(dossier: Dossier, papers: Sequence[Paper], *, by: PersonId, at: datetime, work: UnitOfWork) -> Dossier:
    """Submit the dossier with what it consists of now, files and papers."""
    return submitting.submit(dossier, _content(papers), by=by, at=at, work=work)


def lock_dossier(case: Case, work: UnitOfWork) -> Dossier | None:
    """Return the locked dossier of a locked case, None where it was entered before there were dossiers."""
    found = work.dossiers.find_of_document(case.document_id)
    return None if found is None else work.dossiers.lock(found.id)


def ask_supplement(case: Case, reason: str, *, by: PersonId, at: datetime, work: UnitOfWork) -> None:
    """Let files of the dossier change until it is handed in again."""
    dossier = lock_dossier(case, work)
    if dossier is not None:
        submitting.ask_supplement(dossier, reason, None, by=by, at=at, work=work)


def take_supplement(case: Case, *, by: PersonId, at: datetime, work: UnitOfWork) -> None:
    """Freeze what was brought, unless its applicant handed it in online; a received case goes on as complete."""
    dossier = lock_dossier(case, work)
    if dossier is None:
        return
    if dossier.state is DossierState.SUPPLEMENT_ASKED:
        dossier = hand_in(dossier, work.cases.papers(case.id), by=by, at=at, work=work)
    if case.received_at is not None:
        submitting.accept(dossier, by=by, at=at, work=work)


def accept(case: Case, *, by: PersonId, at: datetime, work: UnitOfWork) -> None:
    """Note that the dossier is complete."""
    dossier = lock_dossier(case, work)
    if dossier is not None:
        submitting.accept(dossier, by=by, at=at, work=work)


def decide(case: Case, *, by: PersonId, at: datetime, work: UnitOfWork) -> None:
    """Note that the case was decided on, by its result."""
    dossier = lock_dossier(case, work)
    if dossier is not None:
        submitting.decide(dossier, case.result_id, by=by, at=at, work=work)


def end(case: Case, reason: str, *, withdrawn: bool, by: PersonId, at: datetime, work: UnitOfWork) -> None:
    """Note that the case ended without a result."""
    dossier = lock_dossier(case, work)
    if dossier is None:
        return
    ended = submitting.withdraw if withdrawn else submitting.refuse
    ended(dossier, reason, by=by, at=at, work=work)


def _content(papers: Sequence[Paper]) -> Mapping[str, Plain]:
    counted: list[Plain] = [
        {"code": paper.code, "originals": paper.originals, "copies": paper.copies} for paper in papers
    ]
    return {"papers": counted}
