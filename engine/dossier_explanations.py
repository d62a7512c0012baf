"""Why a dossier for recognition stands where it stands: what fails, by how much, whose turn, until when, what law.

It is computed from what is on record at each look and never kept; refused dossiers are explained as well.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from engine import appraisals, assessing
from engine.achievements import Achievement
from engine.assessments import Stage, values_at, written
from engine.criteria import IndicatorFinding, Verdict
from engine.dossier_turns import Turn, before_council, turns_of
from engine.dossiers import Dossier, DossierState
from engine.explanations import Sentence
from engine.field_visits import FieldVisit
from engine.ports import UnitOfWork

LAW: Final[Mapping[str, str]] = {
    "conditions": "A locality is recognised when it meets all criteria of its level, has no outstanding construction"
    " debt, its people are satisfied and it is secure and in order (Decision 18/2022, amended by Decision 03/2024).",
    "frozen": "What was submitted is frozen by its digest; it changes only when a supplement is asked for.",
    "clock": "While the commune supplies what is missing, the time limits of the province stand.",
    "council": "The council votes when its quorum is there; its shares are settings of the council.",
    "head": "Only the chairman of the province signs the decision; nobody signs it in their place.",
    "refused": "A refused dossier is closed; when the cause is gone, the commune submits a new one.",
}
"""What the law and the rules of the programme say, by what it is about."""


WANTING: Final = "%(met)s of %(total)s criteria are met; %(failing)s indicators or conditions are wanting."
WITH_MISSING: Final = (
    "%(met)s of %(total)s criteria are met; %(failing)s indicators or conditions are wanting, %(missing)s have no"
    " value yet."
)
IN_PLACE: Final = (
    "%(unit)s has no specialist with a head beside them, so the coordinating unit appraises its indicators."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortfall:
    """An indicator or condition that is not met: what is reported, what is asked, what is wanting in its unit."""

    code: str
    name: str
    verdict: Verdict
    value: str | None
    unit: str
    threshold: Decimal | None
    short_by: Decimal | None
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Visited:
    """A recorded field visit, and what the unit that made it is called."""

    unit: str
    visit: FieldVisit


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierExplanation:
    """Why the dossier stands where it stands.

    Attributes:
        stage: Whose values it is judged by: as appraised, where anything was; else as the commune reports.
        eligible: Whether a council may have it by these values, and by what the locality is recognised as.
        hindrances: What keeps it from the council beside values, in words.
        decided: What it was recognised as by it, or None.
        visited: What departments found on the spot, the oldest first.
    """

    dossier: Dossier
    rules: str
    source: str
    stage: Stage
    met: int
    total: int
    eligible: bool
    shortfalls: tuple[Shortfall, ...]
    turns: tuple[Turn, ...]
    said: tuple[Sentence, ...]
    law: tuple[str, ...]
    hindrances: tuple[str, ...] = ()
    decided: Achievement | None = None
    visited: tuple[Visited, ...] = ()


def explain(dossier: Dossier, work: UnitOfWork) -> DossierExplanation:
    """Return why the dossier stands where it stands; whoever asks may read it.

    Raises:
        CriteriaSetNotFound: It is judged by no set of criteria.
    """
    rules, reported = assessing.rules_of(dossier, work), work.assessments.of(dossier.id)
    stage = Stage.APPRAISED if values_at(reported, Stage.APPRAISED) else Stage.SELF
    found = appraisals.judgement(rules.set, rules.conditions, rules.classified, reported, stage)
    turns, decided = turns_of(dossier, work), _decided(dossier, work)
    known = work.achievements.of(dossier.locality_id) if dossier.locality_id and decided is None else ()
    hindered = appraisals.said_hindrances(known, rules.set.tier)
    return DossierExplanation(
        dossier=dossier,
        rules=rules.set.name,
        source=rules.set.source,
        stage=stage,
        met=found.criteria.met,
        total=len(found.criteria.criteria),
        eligible=found.eligible and not hindered,
        hindrances=hindered,
        shortfalls=tuple(_shortfall(one) for one in found.failing),
        turns=turns,
        said=(*_said(dossier, found, turns), *before_council(dossier, work), *_in_place(dossier, rules, work)),
        law=tuple(LAW[about] for about in _about(dossier, turns)),
        decided=decided,
        visited=tuple(_visited(dossier, work)),
    )


def _visited(dossier: Dossier, work: UnitOfWork) -> Iterator[Visited]:
    recorded = [one for one in work.field_visits.of_dossier(dossier.id) if one.is_recorded]
    units = {unit.id: unit.name for unit in work.people.units(dossier.receiver_id)} if recorded else {}
    yield from (Visited(unit=units.get(one.unit_id, ""), visit=one) for one in recorded)


def _decided(dossier: Dossier, work: UnitOfWork) -> Achievement | None:
    """Return what the decision on this very dossier recognised; an earlier one of the same place is not its own."""
    if dossier.locality_id is None or dossier.received_document_id is None:
        return None
    answers = {one.id for one in work.documents.replies_to(dossier.received_document_id)}
    return next((one for one in work.achievements.of(dossier.locality_id) if one.document_id in answers), None)


def _shortfall(found: IndicatorFinding) -> Shortfall:
    return Shortfall(
        code=found.indicator.code,
        name=found.indicator.name,
        verdict=found.verdict,
        value=written(found.value),
        unit=found.indicator.unit,
        threshold=found.threshold,
        short_by=found.short_by,
        said=appraisals.said_finding(found),
    )


def _said(dossier: Dossier, found: appraisals.Judgement, turns: tuple[Turn, ...]) -> Iterator[Sentence]:
    """Say in words where it stands."""
    total = len(found.criteria.criteria)
    missing = sum(1 for one in found.failing if one.verdict is not Verdict.NOT_MET)
    facts = {"met": found.criteria.met, "total": total, "failing": len(found.failing) - missing, "missing": missing}
    if found.eligible:
        yield Sentence(template="All %(total)s criteria and all conditions are met.", facts={"total": total})
    else:
        yield Sentence(template=WITH_MISSING if missing else WANTING, facts=facts)
    asked = dossier.supplement
    if asked is not None and asked.until is not None:
        template = "The commune supplies what was asked for until %(until)s: %(reason)s"
        yield Sentence(template=template, facts={"until": asked.until, "reason": asked.reason})
    if dossier.state in (DossierState.CLOSED, DossierState.REFUSED, DossierState.WITHDRAWN) and not turns:
        yield Sentence(template="Nothing more is to be done.")


def _in_place(dossier: Dossier, rules: assessing.Rules, work: UnitOfWork) -> Iterator[Sentence]:
    """Say which units cannot appraise their indicators, so that the coordinating one does, while it is appraised."""
    if dossier.state is not DossierState.COMPLETE:
        return
    asked = {one.department for one in rules.indicators}
    units = {unit.id: unit for unit in work.people.units(dossier.receiver_id) if unit.symbol in asked}
    able = appraisals.staffed(units, work.people.of_agency(dossier.receiver_id))
    for unit in (one for one in units.values() if one.id not in able):
        yield Sentence(template=IN_PLACE, facts={"unit": unit.name})


def _about(dossier: Dossier, turns: tuple[Turn, ...]) -> Iterator[str]:
    yield "conditions"
    if dossier.submissions:
        yield "frozen"
    if dossier.state is DossierState.SUPPLEMENT_ASKED:
        yield "clock"
    if dossier.state is DossierState.COMPLETE:
        yield "council"
        yield "head"
    if dossier.state is DossierState.REFUSED:
        yield "refused"
