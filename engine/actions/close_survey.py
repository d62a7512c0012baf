"""Close a survey: its count becomes what the commune reports of satisfaction."""

from datetime import datetime

from engine import assessing, dossier_access
from engine.assessments import Assessment, Stage
from engine.ids import SurveyId
from engine.ntm_conditions import SATISFACTION
from engine.people import Person
from engine.ports import UnitOfWork
from engine.survey_events import SurveyConcluded
from engine.surveys import Survey


def close_survey(survey_id: SurveyId, *, by: Person, at: datetime, work: UnitOfWork) -> Survey:
    """Close it, whatever it reached; the rate, cut to two decimals, is kept as the value of the condition.

    Raises:
        SurveyNotFound, DossierNotFound, NotAllowed: It is not theirs.
        SurveyClosed: It is closed.
        DossierFrozen: The dossier was submitted meanwhile.
    """
    dossier = work.dossiers.lock(work.surveys.get(survey_id).dossier_id)
    dossier_access.require_compose(by, dossier, work)
    closed = work.surveys.lock(survey_id).closed(by.id, at)
    work.surveys.save(closed)
    work.record(
        SurveyConcluded(
            by=by.id,
            at=at,
            agency_id=by.agency_id,
            dossier_id=dossier.id,
            survey_id=survey_id,
            households=closed.households,
            answered=closed.count.answered,
            satisfied=closed.count.satisfied,
            suffices=closed.suffices,
        )
    )
    assessing.require_may_assess(dossier, Stage.SELF)
    value = closed.satisfied if closed.count.answered else None
    reported = Assessment(dossier_id=dossier.id, indicator=SATISFACTION, stage=Stage.SELF, value=value, by=by.id, at=at)
    assessing.keep(dossier, [reported], by=by, at=at, work=work)
    return closed
