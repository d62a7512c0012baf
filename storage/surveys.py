"""Surveys as rows, and contributions; an answer is kept apart from the household that gave it."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import bindparam, func, insert, select, update

from engine.contributions import Contribution, ContributionSource
from engine.ids import AgencyId, ContributionId, DossierId, FileId, PersonId, SurveyId
from engine.surveys import Channel, Count, Survey, SurveyClosed, SurveyNotFound
from storage.schema import contributions, survey_answers, survey_households, surveys
from storage.statements import AnyRow, Fixed, Statements

_ANSWERS = survey_answers.c
_COUNTED = (
    func.coalesce(
        select(func.count()).where(_ANSWERS.survey_id == surveys.c.id).scalar_subquery(),
        0,
    ).label("answered"),
    func.coalesce(
        select(func.count()).where(_ANSWERS.survey_id == surveys.c.id, _ANSWERS.satisfied).scalar_subquery(),
        0,
    ).label("satisfied"),
)
_ALL = select(surveys, *_COUNTED)
_GET = Fixed(_ALL.where(surveys.c.id == bindparam("survey")))
_LOCK = Fixed(select(surveys.c.id).where(surveys.c.id == bindparam("survey")).with_for_update())
_HOLD = Fixed(select(surveys.c.closed_at).where(surveys.c.id == bindparam("survey")).with_for_update(read=True))
_BY_CODE = Fixed(select(survey_households).where(survey_households.c.code_sha256 == bindparam("digest")))
_OF_DOSSIER = Fixed(_ALL.where(surveys.c.dossier_id == bindparam("dossier")).order_by(surveys.c.id.desc()))
_ANSWERED = (
    update(survey_households)
    .where(
        survey_households.c.survey_id == bindparam("survey"),
        survey_households.c.number == bindparam("household"),
        ~survey_households.c.answered,
    )
    .values(answered=True, channel=bindparam("way"))
)
_CLOSE = (
    update(surveys)
    .where(surveys.c.id == bindparam("survey"))
    .values(closed_at=bindparam("at"), closed_by=bindparam("who"))
)
_COMMENTS = Fixed(
    select(_ANSWERS.satisfied, _ANSWERS.comment)
    .where(_ANSWERS.survey_id == bindparam("survey"), _ANSWERS.comment.is_not(None))
    .order_by(_ANSWERS.id)
)
_NAMES: Final = tuple(column.name for column in surveys.c)
_CONTRIBUTIONS = Fixed(
    select(contributions).where(contributions.c.dossier_id == bindparam("dossier")).order_by(contributions.c.id)
)


class PostgresSurveys:
    """Surveys, as one transaction sees them."""

    def __init__(self, connection: Statements) -> None:
        self._connection = connection

    def get(self, survey_id: SurveyId) -> Survey:
        """Return the survey as it is counted now, or raise SurveyNotFound."""
        row = self._connection.ask_one(_GET, {"survey": survey_id})
        if row is None:
            raise SurveyNotFound
        return _survey(row)

    def lock(self, survey_id: SurveyId) -> Survey:
        """Return the survey for closing, or raise SurveyNotFound."""
        # Counted after the lock is ours: until then answers may still come.
        self._connection.ask_one(_LOCK, {"survey": survey_id})
        return self.get(survey_id)

    def find_by_code(self, code_sha256: str) -> tuple[Survey, int, bool] | None:
        """Return the survey of a household's code, its number and whether it answered, or None."""
        row = self._connection.ask_one(_BY_CODE, {"digest": code_sha256})
        return None if row is None else (self.get(SurveyId(row.survey_id)), row.number, row.answered)

    def of_dossier(self, dossier_id: DossierId) -> Sequence[Survey]:
        """Return the dossier's surveys, the newest first."""
        return [_survey(row) for row in self._connection.ask(_OF_DOSSIER, {"dossier": dossier_id})]

    def add(self, survey: Survey, code_digests: Sequence[str]) -> None:
        """Keep a new survey with the digests of its households' codes, the first one's first."""
        self._connection.execute(insert(surveys), {name: getattr(survey, name) for name in _NAMES})
        rows = [
            {"survey_id": survey.id, "number": number, "code_sha256": digest}
            for number, digest in enumerate(code_digests, start=1)
        ]
        self._connection.execute(insert(survey_households), rows)

    def answer(self, survey: Survey, number: int, channel: Channel, *, satisfied: bool, comment: str | None) -> bool:
        """Keep the answer of a household that has not answered; say whether it had not. Held against a closing."""
        held = self._connection.ask_one(_HOLD, {"survey": survey.id})
        if held is None or held.closed_at is not None:
            raise SurveyClosed
        given = {"survey": survey.id, "household": number, "way": channel.value}
        if not self._connection.execute(_ANSWERED, given).rowcount:
            return False
        answer = {"survey_id": survey.id, "satisfied": satisfied, "comment": comment}
        self._connection.execute(insert(survey_answers).inline(), answer)
        return True

    def save(self, survey: Survey) -> None:
        """Keep a locked survey as closed, with its count."""
        self._connection.execute(_CLOSE, {"survey": survey.id, "at": survey.closed_at, "who": survey.closed_by})

    def comments(self, survey_id: SurveyId) -> Sequence[tuple[bool, str]]:
        """Return what households wrote, with whether they are satisfied, in no order that tells who it was."""
        return [(row.satisfied, row.comment) for row in self._connection.ask(_COMMENTS, {"survey": survey_id})]


class PostgresContributions:
    """Contributions, as one transaction sees them."""

    def __init__(self, connection: Statements) -> None:
        self._connection = connection

    def of_dossier(self, dossier_id: DossierId) -> Sequence[Contribution]:
        """Return them, the oldest first."""
        return [_contribution(row) for row in self._connection.ask(_CONTRIBUTIONS, {"dossier": dossier_id})]

    def add(self, contribution: Contribution) -> None:
        """Keep a new one."""
        values = {column.name: getattr(contribution, column.name) for column in contributions.c}
        self._connection.execute(insert(contributions), {**values, "source": contribution.source.value})


def _survey(row: AnyRow) -> Survey:
    return Survey(
        id=SurveyId(row.id),
        dossier_id=DossierId(row.dossier_id),
        agency_id=AgencyId(row.agency_id),
        surveyor=row.surveyor,
        households=row.households,
        coverage=row.coverage,
        rate=row.rate,
        certainty=row.certainty,
        opened_at=row.opened_at,
        opened_by=PersonId(row.opened_by),
        closes_on=row.closes_on,
        closed_at=row.closed_at,
        closed_by=None if row.closed_by is None else PersonId(row.closed_by),
        count=Count(answered=row.answered, satisfied=row.satisfied),
    )


def _contribution(row: AnyRow) -> Contribution:
    return Contribution(
        id=ContributionId(row.id),
        dossier_id=DossierId(row.dossier_id),
        source=ContributionSource(row.source),
        name=row.name,
        held_on=row.held_on,
        present=row.present,
        agreed=row.agreed,
        text=row.text,
        recorded_at=row.recorded_at,
        recorded_by=PersonId(row.recorded_by),
        response=row.response,
        file_id=None if row.file_id is None else FileId(row.file_id),
    )
