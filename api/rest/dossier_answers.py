"""Dossiers as answers show them: a line of a list, and everything about one."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from fastapi import Response

from api.rest.answers import Answer, Names, PersonRef
from api.rest.calls import Call
from api.rest.preconditions import etag
from engine.assessments import Assessment, Opinion, Stage, written
from engine.dossier_records import DossierLine
from engine.dossier_turns import Turn
from engine.dossiers import Dossier, DossierKind, DossierState, PartFile
from engine.people import Person
from engine.ports import UnitOfWork


class DossierLineAnswer(Answer):
    """A dossier as lists show it."""

    id: UUID
    kind: DossierKind
    agency_id: UUID
    receiver_id: UUID
    subject: str
    rules_id: str
    state: DossierState
    opened_at: datetime
    submitted_at: datetime | None
    files: int


class PartFileAnswer(Answer):
    """A file of a part; `id` is its SHA-256."""

    id: str
    name: str
    added_at: datetime
    added_by: PersonRef | None


class PartAnswer(Answer):
    """A part with its files."""

    code: str
    name: str
    required: bool
    photos: bool
    files: list[PartFileAnswer]


class SubmissionAnswer(Answer):
    """A submission: the digest of its manifest, and what was asked after it."""

    ordinal: int
    at: datetime
    manifest_sha256: str
    supplement: str | None
    supplement_until: date | None


class AssessmentAnswer(Answer):
    """What a stage reports of an indicator; numbers are text, as the manifest has them."""

    indicator: str
    stage: Stage
    value: str | None
    note: str | None
    opinion: Opinion | None
    files: int
    at: datetime
    rev: int


class DossierAnswer(Answer):
    """A whole dossier; its ETag is its `rev`."""

    id: UUID
    kind: DossierKind
    agency_id: UUID
    receiver_id: UUID
    locality_id: UUID | None
    subject: str
    rules_id: str
    state: DossierState
    last_day: date | None
    own_document_id: UUID | None
    received_document_id: UUID | None
    parts: list[PartAnswer]
    submissions: list[SubmissionAnswer]
    assessments: list[AssessmentAnswer]
    rev: int


class TurnAnswer(Answer):
    """A step that is open, whose it is and until when; `clock_stands` while the time limit is stopped.

    `people` is how many have to do it, each for themselves.

    `document` is the kind of a document made on the way, as minutes, with its subject for who may read it.
    """

    step: str
    document: str | None
    unit: str | None
    roles: list[str]
    due: date | None
    clock_stands: bool
    people: int


class TurnsAnswer(Answer):
    """Every step of a dossier that is open."""

    items: list[TurnAnswer]


def turn_answer(turn: Turn, call: Call) -> TurnAnswer:
    """Return an open step in the words of whoever asks."""
    return TurnAnswer(
        step=turn.step if call.language == "vi" else turn.step_en,
        document=turn.about(call.by),
        unit=turn.unit,
        roles=[call.say(role) for role in turn.roles],
        due=turn.due,
        clock_stands=turn.stands,
        people=turn.alike,
    )


def dossier_line(line: DossierLine) -> DossierLineAnswer:
    """Return a dossier as lists show it."""
    names = ("id", "kind", "agency_id", "receiver_id", "subject", "rules_id", "state", "opened_at", "files")
    values: dict[str, Any] = {name: getattr(line, name) for name in names}
    return DossierLineAnswer(**values, submitted_at=line.submitted_at)


def whole(dossier: Dossier, by: Person, work: UnitOfWork, response: Response) -> DossierAnswer:
    """Return a whole dossier, and give the response its ETag."""
    response.headers["ETag"] = etag(dossier.rev)
    names = Names(by.agency_id, work)
    return DossierAnswer(
        id=dossier.id,
        kind=dossier.kind,
        agency_id=dossier.agency_id,
        receiver_id=dossier.receiver_id,
        locality_id=dossier.locality_id,
        subject=dossier.subject,
        rules_id=dossier.rules_id,
        state=dossier.state,
        last_day=dossier.last_day,
        own_document_id=dossier.own_document_id,
        received_document_id=dossier.received_document_id,
        parts=[
            PartAnswer(
                code=part.code,
                name=part.name,
                required=part.required,
                photos=part.photos,
                files=_files(part.files, names),
            )
            for part in dossier.parts
        ],
        submissions=[
            SubmissionAnswer(
                ordinal=one.ordinal,
                at=one.at,
                manifest_sha256=one.manifest_sha256,
                supplement=one.supplement.reason if one.supplement else None,
                supplement_until=one.supplement.until if one.supplement else None,
            )
            for one in dossier.submissions
        ],
        assessments=[_assessment(one) for one in work.assessments.of(dossier.id)],
        rev=dossier.rev,
    )


def _files(files: Sequence[PartFile], names: Names) -> list[PartFileAnswer]:
    return [
        PartFileAnswer(id=file.file_id, name=file.name, added_at=file.added_at, added_by=names.person(file.added_by))
        for file in files
    ]


def _assessment(one: Assessment) -> AssessmentAnswer:
    return AssessmentAnswer(
        indicator=one.indicator,
        stage=one.stage,
        value=written(one.value),
        note=one.note,
        opinion=one.opinion,
        files=one.files,
        at=one.at,
        rev=one.rev,
    )
