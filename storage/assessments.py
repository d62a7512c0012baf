"""What is reported of indicators, as rows; evidence that was taken out stays on record."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import and_, bindparam, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or

from engine.assessments import Assessment, Evidence, Opinion, Stage, read, written
from engine.dossier_errors import DossierFileNotFound
from engine.ids import DossierId, FileId, PersonId
from storage.schema import assessments, evidence_files
from storage.statements import AnyRow, Fixed, Statements

_FILES = evidence_files.c
_COUNTS = (
    select(_FILES.indicator, _FILES.stage, func.count().label("files"))
    .where(_FILES.dossier_id == bindparam("dossier"), _FILES.removed_at.is_(None))
    .group_by(_FILES.indicator, _FILES.stage)
    .subquery()
)
_OF = Fixed(
    select(assessments, func.coalesce(_COUNTS.c.files, 0).label("files"))
    .outerjoin(_COUNTS, and_(_COUNTS.c.indicator == assessments.c.indicator, _COUNTS.c.stage == assessments.c.stage))
    .where(assessments.c.dossier_id == bindparam("dossier"))
    .order_by(assessments.c.indicator, assessments.c.stage)
)
_NEW = insert_or(assessments)
_CHANGED: Final = ("value", "note", "opinion", "by", "at")
_SAVE = _NEW.on_conflict_do_update(
    index_elements=["dossier_id", "indicator", "stage"],
    set_={name: _NEW.excluded[name] for name in _CHANGED} | {"rev": assessments.c.rev + 1},
)
_HAS_IT = (_FILES.dossier_id == bindparam("dossier"), _FILES.removed_at.is_(None))
_EVIDENCE = Fixed(select(evidence_files).where(*_HAS_IT).order_by(_FILES.id))
_OF_INDICATOR = Fixed(
    select(evidence_files).where(*_HAS_IT, _FILES.indicator == bindparam("of_indicator")).order_by(_FILES.id)
)
_NAMES: Final = ("dossier_id", "indicator", "stage", "file_id", "name", "added_at", "added_by")
_REMOVE = (
    update(evidence_files)
    .where(
        *_HAS_IT,
        _FILES.indicator == bindparam("of_indicator"),
        _FILES.stage == bindparam("of_stage"),
        _FILES.file_id == bindparam("file"),
    )
    .values(removed_at=bindparam("now"), removed_by=bindparam("who"))
)


class PostgresAssessments:
    """Assessments, as one transaction sees them."""

    def __init__(self, connection: Statements) -> None:
        self._connection = connection

    def of(self, dossier_id: DossierId) -> Sequence[Assessment]:
        """Return everything reported, by indicator, with how many files go with each, in one statement."""
        return [_assessment(row) for row in self._connection.ask(_OF, {"dossier": dossier_id})]

    def save(self, given: Sequence[Assessment]) -> None:
        """Keep what is reported, each in place of what its stage said of the indicator before."""
        rows = [
            {
                "dossier_id": one.dossier_id,
                "indicator": one.indicator,
                "stage": one.stage.value,
                "value": written(one.value),
                "note": one.note,
                "opinion": one.opinion.value if one.opinion else None,
                "by": one.by,
                "at": one.at,
                "rev": 0,
            }
            for one in given
        ]
        if rows:
            self._connection.execute(_SAVE, rows)

    def evidence(self, dossier_id: DossierId, indicator: str | None = None) -> Sequence[Evidence]:
        """Return the evidence of the dossier, or of this indicator, the oldest first."""
        if indicator is None:
            rows = self._connection.ask(_EVIDENCE, {"dossier": dossier_id})
        else:
            rows = self._connection.ask(_OF_INDICATOR, {"dossier": dossier_id, "of_indicator": indicator})
        return [_evidence(row) for row in rows]

    def find_evidence(self, dossier_id: DossierId, indicator: str, stage: Stage, file_id: str) -> Evidence | None:
        """Return the file of evidence, or None."""
        known = self.evidence(dossier_id, indicator)
        return next((one for one in known if one.file_id == file_id and one.stage is stage), None)

    def add_evidence(self, evidence: Evidence) -> None:
        """Keep a file of evidence."""
        values = {name: getattr(evidence, name) for name in _NAMES} | {"stage": evidence.stage.value}
        self._connection.execute(insert(evidence_files), values)

    def remove_evidence(self, evidence: Evidence, *, by: PersonId, at: datetime) -> None:
        """Take a file out; that it was there, and who took it out, stays on record. Raises DossierFileNotFound."""
        of = {"of_indicator": evidence.indicator, "of_stage": evidence.stage.value, "file": evidence.file_id}
        given = {"dossier": evidence.dossier_id, **of, "who": by, "now": at}
        if not self._connection.execute(_REMOVE, given).rowcount:
            raise DossierFileNotFound


def _assessment(row: AnyRow) -> Assessment:
    return Assessment(
        dossier_id=DossierId(row.dossier_id),
        indicator=row.indicator,
        stage=Stage(row.stage),
        value=read(row.value),
        by=PersonId(row.by),
        at=row.at,
        note=row.note,
        opinion=None if row.opinion is None else Opinion(row.opinion),
        files=row.files,
        rev=row.rev,
    )


def _evidence(row: AnyRow) -> Evidence:
    return Evidence(
        dossier_id=DossierId(row.dossier_id),
        indicator=row.indicator,
        stage=Stage(row.stage),
        file_id=FileId(row.file_id),
        name=row.name,
        added_at=row.added_at,
        added_by=PersonId(row.added_by),
    )
