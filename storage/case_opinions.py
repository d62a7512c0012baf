"""Opinions of other agencies on cases, as rows."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, Select, bindparam, insert, select, update

from engine.case_opinions import CaseOpinion, CaseOpinionNotFound, OpinionFile, View
from engine.ids import AgencyId, CaseId, CaseOpinionId, DocumentId, FileId, PersonId
from storage.schema import case_opinion_files, case_opinions
from storage.statements import Statements

_C, _F = case_opinions.c, case_opinion_files.c
_NAMES: Final = tuple(column.name for column in _C)
_CHANGING: Final = ("silent_at", "view", "text", "answered_by", "answered_at", "ended_at")
_ONE: Final = select(case_opinions).where(_C.id == bindparam("opinion"))
_OF_CASE: Final = select(case_opinions).where(_C.case_id == bindparam("case")).order_by(_C.id)
_OF_DOCUMENT: Final = select(case_opinions).where(_C.document_id == bindparam("document"))
_QUESTION, _ANSWER = "question", "answer"

_Files = Mapping[UUID, Mapping[str, tuple[OpinionFile, ...]]]


class PostgresCaseOpinions:
    """Opinions, as one transaction sees them."""

    def __init__(self, connection: Statements) -> None:
        self._connection = connection

    def get(self, opinion_id: CaseOpinionId) -> CaseOpinion:
        """Return it, or raise CaseOpinionNotFound."""
        return self._one(_ONE, opinion_id)

    def lock(self, opinion_id: CaseOpinionId) -> CaseOpinion:
        """Return it and keep others out until the transaction ends; raises CaseOpinionNotFound."""
        return self._one(_ONE.with_for_update(), opinion_id)

    def _one(self, statement: Select[Any], opinion_id: CaseOpinionId) -> CaseOpinion:
        found = self._read(statement, {"opinion": opinion_id})
        if not found:
            raise CaseOpinionNotFound
        return found[0]

    def lock_open(self, case_id: CaseId) -> Sequence[CaseOpinion]:
        """Return those of a case that are still open, locked, in a fixed order."""
        wanted = _OF_CASE.where(_C.answered_at.is_(None), _C.ended_at.is_(None)).with_for_update()
        return self._read(wanted, {"case": case_id})

    def of_case(self, case_id: CaseId) -> Sequence[CaseOpinion]:
        """Return all of a case, the oldest first."""
        return self._read(_OF_CASE, {"case": case_id})

    def find_of_document(self, document_id: DocumentId) -> CaseOpinion | None:
        """Return the one asked by this incoming document, or None."""
        return next(iter(self._read(_OF_DOCUMENT, {"document": document_id})), None)

    def add(self, opinion: CaseOpinion) -> None:
        """Keep a new one with the files of its question."""
        self._connection.execute(insert(case_opinions), {**_values(opinion), "id": opinion.id})
        self._add_files(opinion.id, _QUESTION, opinion.files)

    def answer_with(self, opinion_id: CaseOpinionId, files: Sequence[OpinionFile]) -> None:
        """Keep the files of the answer, before it is given."""
        self._add_files(opinion_id, _ANSWER, files)

    def _add_files(self, opinion_id: CaseOpinionId, goes_with: str, files: Sequence[OpinionFile]) -> None:
        for place, one in enumerate(files):
            values = {"opinion_id": opinion_id, "goes_with": goes_with, "place": place}
            self._connection.execute(insert(case_opinion_files), {**values, "file_id": one.file_id, "name": one.name})

    def save(self, opinion: CaseOpinion) -> None:
        """Keep how it stands now; its files do not change."""
        values = {name: value for name, value in _values(opinion).items() if name in _CHANGING}
        self._connection.execute(update(case_opinions).where(_C.id == opinion.id).values(values))

    def _read(self, statement: Select[Any], given: Mapping[str, object]) -> list[CaseOpinion]:
        rows = self._connection.execute(statement, dict(given)).all()
        files = self._files([row.id for row in rows]) if rows else {}
        return [_opinion(row, files.get(row.id, {})) for row in rows]

    def _files(self, ids: Sequence[UUID]) -> _Files:
        wanted = select(case_opinion_files).where(_F.opinion_id.in_(list(ids))).order_by(_F.place)
        found: dict[UUID, dict[str, tuple[OpinionFile, ...]]] = {}
        for row in self._connection.execute(wanted):
            file = OpinionFile(file_id=FileId(row.file_id), name=row.name)
            of = found.setdefault(row.opinion_id, {})
            of[row.goes_with] = (*of.get(row.goes_with, ()), file)
        return found


def _values(opinion: CaseOpinion) -> dict[str, object]:
    values = {name: getattr(opinion, name) for name in _NAMES if name != "id"}
    return {**values, "view": opinion.view.value if opinion.view else None}


def _opinion(row: Row[Any], files: Mapping[str, tuple[OpinionFile, ...]]) -> CaseOpinion:
    return CaseOpinion(
        id=CaseOpinionId(row.id),
        case_id=CaseId(row.case_id),
        agency_id=AgencyId(row.agency_id),
        document_id=DocumentId(row.document_id),
        number=row.number,
        question=row.question,
        half_days=row.half_days,
        asked_by=PersonId(row.asked_by),
        asked_at=row.asked_at,
        due=row.due,
        files=files.get(_QUESTION, ()),
        silent_at=row.silent_at,
        view=View(row.view) if row.view else None,
        text=row.text,
        answer_files=files.get(_ANSWER, ()),
        answered_by=None if row.answered_by is None else PersonId(row.answered_by),
        answered_at=row.answered_at,
        ended_at=row.ended_at,
    )
