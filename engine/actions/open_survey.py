"""Open a survey of the households of a dossier's locality: each gets a code of its own."""

from dataclasses import dataclass
from datetime import date, datetime

from engine import assessing, dossier_access
from engine.deadlines import office_date
from engine.drafts import FieldChecks
from engine.ids import DossierId, SurveyId
from engine.neighbours import Services
from engine.ntm_conditions import survey_rules
from engine.people import Person
from engine.ports import UnitOfWork
from engine.queries import Once
from engine.survey_events import SurveyOpened
from engine.surveys import (
    Survey,
    SurveyInvalid,
    SurveyOpen,
    digest_of_code,
    household_code,
    require_households,
)

_MAX_SURVEYOR = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSurvey:
    """A survey to be opened; *households* counts all of the locality, whether or not they will answer."""

    dossier_id: DossierId
    surveyor: str
    households: int
    closes_on: date | None = None
    once: Once | None = None


def open_survey(request: OpenSurvey, *, by: Person, services: Services) -> Survey:
    """Open the survey; what it must reach follows from the dossier's set of criteria.

    Raises:
        DossierNotFound, NotAllowed: The dossier is not theirs to compose.
        DossierFrozen: It was submitted.
        SurveyInvalid: There are no households, nobody asks, or the last day is over.
        SurveyOpen: One is open already.
    """
    with services.begin() as work:
        at = services.clock()
        if request.once and (known := work.requests.find(by.id, request.once)):
            return work.surveys.get(SurveyId(known))
        _require(request, by, at, work)
        survey_id = SurveyId(work.new_id())
    # Made outside the transaction: thousands of them take a moment.
    codes = [household_code(survey_id, number, services.safe.mark) for number in range(1, request.households + 1)]
    with services.begin() as work:
        survey = _open(request, survey_id, by, at, work)
        work.surveys.add(survey, [digest_of_code(code) for code in codes])
        if request.once:
            work.requests.remember(by.id, request.once, survey.id, at)
        work.record(
            SurveyOpened(
                by=by.id,
                at=at,
                agency_id=by.agency_id,
                dossier_id=survey.dossier_id,
                survey_id=survey.id,
                households=survey.households,
                closes_on=survey.closes_on,
            )
        )
        return survey


def _require(request: OpenSurvey, by: Person, at: datetime, work: UnitOfWork) -> None:
    dossier = work.dossiers.lock(request.dossier_id)
    dossier_access.require_compose(by, dossier, work)
    dossier.require_open()
    require_households(request.households)
    check = FieldChecks()
    check.text("surveyor", request.surveyor, _MAX_SURVEYOR)
    if request.closes_on is not None and request.closes_on < office_date(at):
        check.add("closes_on", "past", "This day is over already. Choose a later one.")
    check.done(SurveyInvalid)
    if any(survey.closed_at is None for survey in work.surveys.of_dossier(dossier.id)):
        raise SurveyOpen


def _open(request: OpenSurvey, survey_id: SurveyId, by: Person, at: datetime, work: UnitOfWork) -> Survey:
    _require(request, by, at, work)
    dossier = work.dossiers.get(request.dossier_id)
    rules = survey_rules(assessing.rules_of(dossier, work).set)
    return Survey(
        id=survey_id,
        dossier_id=dossier.id,
        agency_id=dossier.agency_id,
        surveyor=" ".join(request.surveyor.split()),
        households=request.households,
        coverage=rules.coverage,
        rate=rules.rate,
        certainty=rules.certainty.value,
        opened_at=at,
        opened_by=by.id,
        closes_on=request.closes_on,
    )
