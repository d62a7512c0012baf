"""Assessing a dossier: all of a form or nothing, frozen by the submission, each department its own indicators."""

from dataclasses import replace
from decimal import Decimal

import pytest

from engine import assessing, submitting
from engine.access import NotAllowed
from engine.actions.ask_supplement import AskSupplement, ask_supplement
from engine.actions.assess_indicators import AssessIndicators, assess_indicators
from engine.actions.remove_evidence import RemoveEvidence, remove_evidence
from engine.actions.withdraw_dossier import withdraw_dossier
from engine.assessments import (
    AssessmentIncomplete,
    AssessmentInvalid,
    AssessmentMoved,
    Entry,
    Opinion,
    RulesNotInForce,
    Stage,
)
from engine.criteria import IndicatorNotFound, Verdict
from engine.dossier_errors import (
    DossierFileNotFound,
    DossierFrozen,
    DossierInvalid,
    EvidenceSwapped,
    FileAlreadyThere,
)
from engine.dossiers import Dossier
from tests.support.composing import DRAFTER, Desk
from tests.support.office import Office


@pytest.fixture
def desk(office: Office) -> Desk:
    return Desk(office)


def sent(desk: Desk, dossier: Dossier) -> Dossier:
    """Submit the dossier with what it has beside files."""
    with desk.services.begin() as work:
        locked = replace(work.dossiers.lock(dossier.id), parts=())
        by = desk.office.people[DRAFTER].id
        content = assessing.content_of(locked, work)
        return submitting.submit(locked, content, by=by, at=desk.services.clock(), work=work)


def test_a_form_is_kept_whole_or_not_at_all_and_every_wrong_value_is_named(desk: Desk) -> None:
    dossier = desk.open()
    entries = {
        "1.1": Entry(value=True),
        "2.1": Entry(value=120),
        "no_dong": Entry(value=-5, note="x" * 2001),
        "99.9": Entry(value=True),
    }

    with pytest.raises(AssessmentInvalid) as refused:
        desk.report(dossier, entries, DRAFTER)

    assert {error.field: error.code for error in refused.value.errors} == {
        "values/2.1": "over_100",
        "values/no_dong": "negative",
        "notes/no_dong": "too_long",
        "values/99.9": IndicatorNotFound.code,
    }
    with desk.services.begin() as work:
        assert work.assessments.of(dossier.id) == []


def test_what_is_reported_is_judged_by_the_thresholds_of_the_commune_s_group(desk: Desk) -> None:
    dossier = desk.open()
    desk.assess(dossier, i1_1=True, i2_1="94,5", hai_long=95)

    with desk.services.begin() as work:
        rules, known = assessing.rules_of(dossier, work), work.assessments.of(dossier.id)
    finding = assessing.judged(rules, known, Stage.SELF)

    found = {each.indicator.code: each for each in finding.with_verdict(Verdict.NOT_MET)}
    assert found["2.1"].short_by == Decimal("0.5")
    assert len(finding.with_verdict(Verdict.MISSING)) == 45


def test_evidence_is_a_pdf_or_a_photo_once_and_of_an_indicator_there_is(desk: Desk) -> None:
    dossier = desk.open()
    desk.assess(dossier, i1_1=True)
    photo = desk.show(dossier, "1.1")

    with pytest.raises(FileAlreadyThere):
        desk.show(dossier, "1.1")
    with pytest.raises(IndicatorNotFound):
        desk.show(dossier, "99.9")
    with pytest.raises(DossierInvalid):
        desk.show(dossier, "1.1", number=1, name=" ")
    with desk.services.begin() as work:
        assert [one.files for one in work.assessments.of(dossier.id)] == [1]
        request = RemoveEvidence(dossier_id=dossier.id, stage=Stage.SELF, indicator="1.1", file_id=photo.file_id)
        remove_evidence(request, by=desk.office.people[DRAFTER], at=desk.services.clock(), work=work)
        with pytest.raises(DossierFileNotFound):
            remove_evidence(request, by=desk.office.people[DRAFTER], at=desk.services.clock(), work=work)
        assert work.assessments.evidence(dossier.id) == []


def test_after_submission_values_and_evidence_of_the_commune_are_frozen_until_a_supplement(desk: Desk) -> None:
    dossier = desk.open()
    desk.assess(dossier, i1_1=True, i2_1=96)
    desk.show(dossier, "1.1")
    submitted = sent(desk, dossier)

    with pytest.raises(DossierFrozen):
        desk.assess(dossier, i2_1=97)
    with pytest.raises(DossierFrozen):
        desk.show(dossier, "1.1", number=2)
    with desk.services.begin() as work:
        kept = replace(work.dossiers.get(dossier.id), parts=())
        content = assessing.content_of(kept, work)
        kept.require_unswapped(content)
        with pytest.raises(EvidenceSwapped):
            kept.require_unswapped({**content, "self_assessment": []})
    asked = desk.do(ask_supplement, AskSupplement(dossier_id=submitted.id, reason="Số liệu 2.1"), "chanhvanphong")
    desk.assess(asked, i2_1=97)


def test_a_department_appraises_its_own_indicators_and_what_the_commune_said_stays(desk: Desk) -> None:
    dossier = desk.open()
    desk.assess(dossier, i1_1=True, i2_1=96)
    sent(desk, dossier)
    entry = {"2.1": Entry(value=90, note="Còn 2 km chưa đạt", opinion=Opinion.NOT_AGREED)}
    with pytest.raises(NotAllowed):
        desk.report(dossier, entry, "chanhvanphong", Stage.APPRAISED)
    with pytest.raises(NotAllowed):
        desk.report(dossier, entry, DRAFTER, Stage.APPRAISED)
    desk.assess(dossier, by="chanhvanphong", stage=Stage.VERIFIED, i2_1=95)

    with desk.services.begin() as work:
        said = {one.stage: one.value for one in work.assessments.of(dossier.id) if one.indicator == "2.1"}
    assert said == {Stage.SELF: Decimal(96), Stage.VERIFIED: Decimal(95)}


def test_who_had_an_older_value_before_them_overwrites_nothing(desk: Desk) -> None:
    dossier = desk.open()
    desk.assess(dossier, i1_1=True)
    desk.assess(dossier, i1_1=False)

    stale = AssessIndicators(
        dossier_id=dossier.id, stage=Stage.SELF, entries={"1.1": Entry(value=True)}, revs={"1.1": 0}
    )

    with pytest.raises(AssessmentMoved), desk.services.begin() as work:
        assess_indicators(stale, by=desk.office.people[DRAFTER], at=desk.services.clock(), work=work)


def test_a_self_assessment_with_gaps_is_not_complete(desk: Desk) -> None:
    dossier = desk.open()
    desk.assess(dossier, i1_1=True)

    with desk.services.begin() as work, pytest.raises(AssessmentIncomplete, match=r"1\.2"):
        assessing.require_complete(dossier, work)
    desk.assess_all(dossier)
    with desk.services.begin() as work:
        assessing.require_complete(dossier, work)


def test_a_set_that_is_not_in_force_on_the_office_s_date_is_not_submitted_under(desk: Desk) -> None:
    old = desk.open(rules_id="commune-2021/1")
    desk.do(withdraw_dossier, old.id, reason="Theo bộ tiêu chí cũ")
    current = desk.open()

    with desk.services.begin() as work:
        assessing.require_in_force(current, desk.services.clock(), work)
        with pytest.raises(RulesNotInForce):
            assessing.require_in_force(old, desk.services.clock(), work)
