"""Field visits of departments: what is kept halfway, what their minutes need, and until when they are recorded."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from engine import visiting
from engine.access import NotAllowed
from engine.actions.complete_work_item import CompleteWorkItem, complete_work_item
from engine.assessments import Entry, Stage
from engine.dossier_errors import DossierNotFound
from engine.dossier_explanations import explain
from engine.field_visits import (
    MAX_VISITS,
    AppraisalHandedIn,
    FieldVisit,
    FieldVisitFixed,
    FieldVisitInvalid,
    FieldVisitMoved,
    FieldVisitNotFound,
    FieldVisitUnfinished,
    Side,
    TooManyVisits,
    VisitContent,
    VisitFinding,
    require_room,
)
from tests.engine.actions.test_recognition import accepted
from tests.signing.samples import printed_by
from tests.support.composing import DRAFTER, VILLAGE
from tests.support.house import Crowd, NewHouse, jobs_of
from tests.support.office import Office, a_pdf
from tests.support.recognising import Province
from tests.support.visiting import ROADS, SPECIALIST, Visits, shown


@pytest.fixture(scope="module")
def visits(new_house: NewHouse, people: Crowd, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visits]:
    """A dossier whose departments appraise it; what one test begins it also ends."""
    with new_house("field_visits", tmp_path_factory.mktemp("visits")) as house, jobs_of(house) as run_jobs:
        yield Visits(accepted(Office(house=house, people=people, run_jobs=run_jobs)))


def recorded(visits: Visits, content: VisitContent) -> FieldVisit:
    """Return a visit whose minutes are made; a draft they cannot be made of is discarded."""
    draft = visits.begin(content)
    try:
        return visits.record(draft)
    except FieldVisitInvalid:
        visits.discard(draft)
        raise


def wrong(visits: Visits, whole: bool = False, **changes: Any) -> set[tuple[str, str]]:  # noqa: ANN401 - any field
    """Return the fields that are wrong, with why, when a draft is begun, or its minutes are to be made."""
    with pytest.raises(FieldVisitInvalid) as refused:
        recorded(visits, visits.content(**changes))
    assert whole or all(one.code != "required" for one in refused.value.errors)
    return {(one.field, one.code) for one in refused.value.errors}


def test_a_draft_is_kept_halfway_taken_up_by_a_colleague_and_discarded(visits: Visits) -> None:
    draft = visits.begin(VisitContent(place=" Thôn Đông "))
    assert (draft.content.place, draft.content.first_day, draft.is_recorded) == ("Thôn Đông", None, False)

    saved = visits.save(draft, visits.content(photos=(shown(visits.photo(1), ""),)), rev=0)
    with pytest.raises(FieldVisitMoved):
        visits.save(draft, VisitContent(), rev=0)
    assert visits.kept(draft.id) == saved
    with pytest.raises(FieldVisitNotFound):
        visits.save(draft, VisitContent(), by=DRAFTER)

    visits.discard(saved)
    with pytest.raises(FieldVisitNotFound):
        visits.kept(draft.id)


def test_a_recorded_visit_has_minutes_for_both_sides_and_is_changed_by_nobody(visits: Visits, tmp_path: Path) -> None:
    done = recorded(visits, visits.content(photos=(shown(visits.photo(2)),)))

    assert done.minutes_id is not None
    file = tmp_path / "minutes.pdf"
    file.write_bytes(visits.services.read(done.minutes_id))
    said = printed_by("pdftotext", "-layout", file, "-")
    assert all(name in said for name in ("Phạm Văn Kiên", "Lê Thị Mai", "Trịnh Văn Sơn", "NGƯỜI GHI BIÊN BẢN"))
    assert "Đường trục thôn đã bê tông hóa" in said
    assert visits.kept(done.id) == done
    for change in (lambda: visits.save(done, VisitContent()), lambda: visits.discard(done)):
        with pytest.raises(FieldVisitFixed):
            change()
    with visits.services.begin() as work:
        commune = visits.office.people[DRAFTER]
        assert visiting.readable(done.id, commune, work)[0] == done
        (told,) = explain(visits.province.dossier, work).visited
    assert told.unit == "Sở Xây dựng"
    assert "Lê Thị Mai" not in str(visits.province.desk.leaves(done.dossier_id, done.agency_id))
    assert done.said("Sở Xây dựng").startswith("Sở Xây dựng, ngày ")


def test_a_day_that_has_not_come_or_lies_before_the_submission_is_refused(visits: Visits) -> None:
    tomorrow, before = visits.today + timedelta(days=1), visits.today - timedelta(days=400)

    assert wrong(visits, last_day=tomorrow) == {("last_day", "future")}
    assert wrong(visits, first_day=before) == {("first_day", "before_submission")}
    assert wrong(visits, first_day=visits.today, last_day=before) == {
        ("last_day", "before_submission"),
        ("last_day", "before_first"),
    }


def test_an_indicator_of_another_unit_one_there_is_not_and_one_named_twice_are_refused(visits: Visits) -> None:
    with visits.services.begin() as work:
        share = visiting.share_of(visits.province.dossier, None, visits.office.people[SPECIALIST], work)
    other = next(one.code for one in share.rules.indicators if one.code not in share.codes)
    assert ROADS in share.codes

    findings = [VisitFinding(indicator=code, found="Đạt") for code in (other, "99.9", ROADS, ROADS)]

    assert wrong(visits, findings=tuple(findings)) == {
        ("findings/0/indicator", "not_yours"),
        ("findings/1/indicator", "not_found"),
        ("findings/3/indicator", "twice"),
    }


def test_a_photo_of_another_dossier_a_pdf_and_what_was_never_uploaded_are_refused(visits: Visits) -> None:
    visits.province.desk.show(visits.province.desk.open(**VILLAGE), "1.1", 3)
    stolen = visits.photo(3)
    pdf = visits.office.upload(a_pdf(3), SPECIALIST)
    mine = visits.photo(4)
    photos = (shown(stolen), shown(pdf), shown(type(pdf)("0" * 64)), shown(mine), shown(mine))

    assert wrong(visits, photos=photos) == {
        ("photos/0/file_id", "of_another_dossier"),
        ("photos/1/file_id", "not_a_photo"),
        ("photos/2/file_id", "not_found"),
        ("photos/4/file_id", "twice"),
    }


def test_minutes_need_days_a_place_people_of_both_sides_findings_and_captions(visits: Visits) -> None:
    missing = {"first_day": None, "last_day": None, "place": "", "participants": (), "findings": ()}

    assert wrong(visits, whole=True, **missing, photos=(shown(visits.photo(5), " "),)) == {
        (field, "required") for field in (*missing, "photos/0/caption")
    }
    own = visits.content().of_side(Side.UNIT)
    assert wrong(visits, whole=True, participants=own) == {("participants", "required")}
    nameless = (replace(own[0], name=" "), *visits.content().participants)
    assert wrong(visits, whole=True, participants=nameless) == {("participants/0/name", "required")}


def test_who_does_not_appraise_the_dossier_records_no_visit_of_it(visits: Visits) -> None:
    for outsider in ("vanthu", "sxd.truong", "chutich"):
        with pytest.raises(NotAllowed):
            visits.begin(by=outsider)
    for stranger in ("xa2.chuyenvien", "chuyenvien.ocop"):
        with pytest.raises(DossierNotFound):
            visits.begin(by=stranger)


def test_a_dossier_has_so_many_visits_and_no_more(visits: Visits) -> None:
    draft = visits.begin()
    visits.discard(draft)

    require_room([draft] * (MAX_VISITS - 1))
    with pytest.raises(TooManyVisits):
        require_room([draft] * MAX_VISITS)


def test_a_draft_keeps_the_unit_from_finishing_and_what_is_handed_in_takes_no_visit(visits: Visits) -> None:
    province: Province = visits.province
    with visits.services.begin() as work:
        share = visiting.share_of(province.dossier, None, visits.office.people[SPECIALIST], work)
        values = {one.indicator: one.value for one in work.assessments.of(province.dossier_id)}
    entries = {one: Entry(value=values[one]) for one in share.codes}
    province.desk.report(province.dossier, entries, SPECIALIST, Stage.APPRAISED)
    draft = visits.begin()

    def finish() -> None:
        with visits.services.begin() as work:
            request = CompleteWorkItem(work_item_id=share.item.id, outcome="done", data={})
            complete_work_item(request, by=visits.office.people[SPECIALIST], at=visits.services.clock(), work=work)

    with pytest.raises(FieldVisitUnfinished):
        finish()
    visits.record(draft)
    finish()
    with pytest.raises(AppraisalHandedIn, match="Sở Xây dựng"):
        visits.begin()
