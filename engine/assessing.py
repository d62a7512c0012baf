"""Assessing a dossier: which indicators it is judged by, what it lists of itself, whether it is complete.

Only a dossier under way is assessed: of itself while it is open, by others from its submission to its decision.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from engine import access, appraisals
from engine.assessment_events import IndicatorsAssessed
from engine.assessments import (
    MAX_NOTE,
    NOTHING,
    Assessment,
    AssessmentIncomplete,
    AssessmentInvalid,
    Entry,
    RulesNotInForce,
    Stage,
    listed,
    values_at,
    written,
)
from engine.audit import Plain
from engine.criteria import CriteriaSet, Indicator, IndicatorNotFound, SetFinding, judge
from engine.deadlines import office_date
from engine.dossier_errors import DossierFrozen
from engine.dossiers import Dossier, DossierKind, DossierState
from engine.errors import FieldError
from engine.ids import AgencyId, CriteriaSetId, UnitId
from engine.indicator_values import ValueUnfit, read_value
from engine.localities import Classification
from engine.ntm_conditions import SATISFACTION, conditions_of
from engine.people import Person, Role, Unit
from engine.ports import UnitOfWork

COORDINATING: Final = "NTM"
"""Symbol of the unit that runs the programme; without one, the unit of the chief of office does."""
UNDER_WAY: Final = frozenset({DossierState.SUBMITTED, DossierState.COMPLETE})
"""The states in which others verify and appraise what was submitted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a dossier for recognition is judged by: a set of criteria, and the conditions beside it."""

    set: CriteriaSet
    conditions: tuple[Indicator, ...]
    classified: Classification

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """Every indicator and condition, in order."""
        return (*self.set.indicators, *self.conditions)

    def indicator(self, code: str) -> Indicator:
        """Return the indicator or condition, or raise IndicatorNotFound."""
        found = next((each for each in self.indicators if each.code == code), None)
        if found is None:
            raise IndicatorNotFound(indicator=code, set=self.set.name)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What comes of the values of one stage: by the set, and of the conditions."""

    set: SetFinding
    conditions: SetFinding


def rules_of(dossier: Dossier, work: UnitOfWork) -> Rules:
    """Return what the dossier is judged by; raises CriteriaSetNotFound where its rules are no set of criteria."""
    criteria = work.criteria_sets.get(CriteriaSetId(dossier.rules_id))
    locality = work.localities.get(dossier.locality_id) if dossier.locality_id else None
    return Rules(
        set=criteria,
        conditions=conditions_of(criteria),
        classified=locality.classification if locality else Classification(),
    )


def judged(rules: Rules, assessments: Sequence[Assessment], stage: Stage) -> SetFinding:
    """Return what comes of the stage's values by the set of criteria; those of the conditions are left out."""
    conditions = {each.code for each in rules.conditions}
    values = {code: value for code, value in values_at(assessments, stage).items() if code not in conditions}
    return judge(rules.set, values, rules.classified)


def require_may_assess(dossier: Dossier, stage: Stage) -> None:
    """Raise DossierFrozen unless this stage of the dossier may be reported now."""
    allowed = dossier.is_open if stage is Stage.SELF else dossier.state in UNDER_WAY
    if not allowed:
        raise DossierFrozen(state=dossier.state.value)


def coordinating_unit(agency_id: AgencyId, work: UnitOfWork) -> UnitId:
    """Return the unit that runs the programme in an agency, else that of its chief of office."""
    units = work.people.units(agency_id)
    named = next((unit.id for unit in units if unit.symbol == COORDINATING), None)
    if named is not None:
        return named
    people = work.people.of_agency(agency_id)
    office = next((post.unit_id for one in people for post in one.posts if post.role is Role.CHIEF_OF_OFFICE), None)
    return office or units[0].id


def indicators_of(unit: Unit, rules: Rules, agency_id: AgencyId, work: UnitOfWork) -> tuple[Indicator, ...]:
    """Return which indicators a unit of the agency appraises now; the coordinating one has what nobody else can."""
    units = {one.id: one.symbol for one in work.people.units(agency_id)}
    able = appraisals.staffed(units, work.people.of_agency(agency_id))
    symbols = {units[one]: one for one in able}
    found = appraisals.shares(rules.indicators, symbols, coordinating_unit(agency_id, work))
    codes = {code for share in found if share.unit_id == unit.id for code in share.indicators}
    return tuple(one for one in rules.indicators if one.code in codes or one.department == unit.symbol)


def require_responsible(person: Person, indicator: Indicator, work: UnitOfWork) -> None:
    """Raise NotAllowed where another unit of the person's agency, one that can, appraises this indicator."""
    units = work.people.units(person.agency_id)
    responsible = {unit.id for unit in units if unit.symbol == indicator.department}
    if not indicator.department or not responsible or responsible & person.units:
        return
    if appraisals.staffed(responsible, work.people.of_agency(person.agency_id)):
        raise access.NotAllowed


def assess(
    dossier: Dossier,
    stage: Stage,
    entries: Mapping[str, Entry],
    *,
    by: Person,
    at: datetime,
    work: UnitOfWork,
) -> tuple[Assessment, ...]:
    """Keep what is reported of a locked dossier: all of it, or nothing where one entry is wrong.

    What is reported as it was before stays as it is, with who reported it first.

    Raises:
        DossierFrozen: This stage cannot be reported now.
        AssessmentInvalid: Some values or notes are wrong; all are named, as 'values/17.10'.
        NotAllowed: Another unit appraises one of the indicators.
    """
    require_may_assess(dossier, stage)
    rules, errors, found = rules_of(dossier, work), list[FieldError](), list[Assessment]()
    known = {one.indicator: one for one in work.assessments.of(dossier.id) if one.stage is stage}
    for code, entry in entries.items():
        errors += _note_errors(code, entry)
        try:
            indicator = rules.indicator(code)
            value = read_value(indicator, entry.value)
        except (IndicatorNotFound, ValueUnfit) as refused:
            errors += _value_errors(code, refused)
            continue
        if stage is Stage.APPRAISED:
            require_responsible(by, indicator, work)
        said = Assessment(dossier_id=dossier.id, indicator=code, stage=stage, value=value, by=by.id, at=at)
        note = (entry.note or "").replace("\0", " ").strip() or None
        said = replace(said, note=note, opinion=entry.opinion)
        if said.says != (known[code].says if code in known else NOTHING):
            found.append(said)
    if errors:
        raise AssessmentInvalid(errors=errors)
    keep(dossier, found, by=by, at=at, work=work)
    return tuple(found)


def _value_errors(code: str, refused: IndicatorNotFound | ValueUnfit) -> list[FieldError]:
    if isinstance(refused, IndicatorNotFound):
        return [FieldError(field=f"values/{code}", code=refused.code, message=str(refused))]
    return [FieldError(field=f"values/{code}", code=one.code, message=one.message) for one in refused.errors]


def _note_errors(code: str, entry: Entry) -> list[FieldError]:
    longest = MAX_NOTE
    if len(entry.note or "") <= longest:
        return []
    message = f"This field takes at most {longest} characters."
    return [FieldError(field=f"notes/{code}", code="too_long", message=message)]


def keep(dossier: Dossier, found: Sequence[Assessment], *, by: Person, at: datetime, work: UnitOfWork) -> None:
    """Keep what was judged right, with its leaf; the dossier counts it as a change."""
    if not found:
        return
    work.dossiers.save(dossier)
    work.assessments.save(found)
    work.record(
        IndicatorsAssessed(
            by=by.id,
            at=at,
            agency_id=by.agency_id,
            dossier_id=dossier.id,
            stage=found[0].stage.value,
            values={one.indicator: written(one.value) for one in found},
            opinions={one.indicator: one.opinion.value for one in found if one.opinion},
        )
    )


def content_of(dossier: Dossier, work: UnitOfWork) -> dict[str, Plain]:
    """Return what the dossier has beside files, as its manifest lists it."""
    if dossier.kind is not DossierKind.NTM:
        return {}
    assessments, evidence = work.assessments.of(dossier.id), work.assessments.evidence(dossier.id)
    return {"self_assessment": listed(assessments, evidence, Stage.SELF)}


COUNTED: Final = frozenset({SATISFACTION})
"""What is not typed in but counted by a survey."""


def require_complete(dossier: Dossier, work: UnitOfWork, but: Set[str] = frozenset()) -> None:
    """Raise AssessmentIncomplete unless every mandatory indicator and condition *but* these has value and evidence."""
    rules = rules_of(dossier, work)
    reported = {one.indicator: one for one in work.assessments.of(dossier.id) if one.stage is Stage.SELF}
    mandatory = [each for each in rules.indicators if each.mandatory and each.code not in but]
    valued = {code for code, one in reported.items() if one.value is not None}
    values = [_called(each) for each in mandatory if each.code not in valued]
    shown = [each for each in mandatory if each.evidence and each.code in reported]
    evidence = [_called(each) for each in shown if not reported[each.code].files]
    if values or evidence:
        raise AssessmentIncomplete(values="; ".join(values) or "none", evidence="; ".join(evidence) or "none")


def _called(indicator: Indicator) -> str:
    """Return what people call it: an indicator by its number, a condition by its name (its code is a word of ours)."""
    return indicator.code if indicator.code[:1].isdigit() else indicator.name


def require_in_force(dossier: Dossier, at: datetime, work: UnitOfWork) -> None:
    """Raise RulesNotInForce unless the dossier's set is in force on the office's date, or it was submitted before.

    Raises:
        NoCriteriaInForce: None is.
    """
    if dossier.submissions:
        return
    own, day = work.criteria_sets.get(CriteriaSetId(dossier.rules_id)), office_date(at)
    current = work.criteria_sets.in_force(own.tier, day)
    if current.id != own.id:
        raise RulesNotInForce(rules=own.name, current=current.name, day=day.strftime("%d/%m/%Y"))
