"""Notices: who is told what, how it reaches them, and the mails that go out to a real mail server."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from api.mails import mail_room
from engine.actions.claim_work_item import claim_work_item
from engine.actions.delegate_work_item import delegate_work_item
from engine.actions.report_failure import Failure, report_failure
from engine.actions.save_calendar import SaveCalendar, save_calendar
from engine.calendars import CalendarDay, DayKind, WorkCalendar, proposed_year
from engine.deadlines import office_date
from engine.ids import AgencyId, NoticeId
from engine.notices import (
    ATTEMPTS,
    MailAway,
    MailRefused,
    NoticeKind,
    NoticeNotFound,
    Preference,
    Preferences,
    PreferencesInvalid,
    When,
    digest_moment,
    errors_in,
)
from engine.notify import about, notify
from engine.rounds.forget_told import forget_told
from engine.rounds.make_notices import settle_notices
from engine.rounds.post_mails import make_digests, post_mails
from engine.rounds.remind import next_working_day, remind
from engine.stand_ins import Scope
from tests.support.builders import an_id
from tests.support.notice_desk import NoticeDesk
from tests.support.one_stop import received
from tests.support.receivers import MailHouse


def test_new_work_is_told_to_all_who_may_do_it_and_to_nobody_else(desk: NoticeDesk) -> None:
    document_id = desk.office.register().document.id
    desk.announce()
    desk.announce()

    (told,) = desk.shown("chutich")
    assert (told.news.kind, told.news.facts["document"]) == ("work", "Công văn 12/SNN-VP")
    assert told.news.path == f"/work-items/{desk.office.item(document_id, 'direct').id}"
    assert len(desk.shown("phochutich")) == 1
    assert [desk.kinds(name) for name in ("vanthu", "chuyenvien", "quantri", "xa1.chutich")] == [[], [], [], []]


def test_a_step_of_a_one_stop_case_is_told_by_the_name_of_the_application(desk: NoticeDesk) -> None:
    received(desk.office)
    desk.announce()

    (told,) = desk.shown("chuyenvien")
    assert told.news.facts["document"].startswith("Hồ sơ thủ tục hành chính 0001/")


def test_a_notice_says_nothing_of_what_a_document_says(desk: NoticeDesk) -> None:
    desk.office.register(subject="Chuyện rất riêng")
    desk.announce()

    assert "riêng" not in str(desk.shown("chutich"))


def test_what_is_done_or_a_colleagues_counts_as_read(desk: NoticeDesk) -> None:
    item = desk.office.item(desk.office.register().document.id, "direct")
    desk.announce()
    services = desk.services
    with services.begin() as work:
        claim_work_item(item.id, by=desk.office.people["phochutich"], at=services.clock(), work=work)
    desk.announce()
    assert (desk.kinds("chutich", unread=True), desk.kinds("phochutich", unread=True)) == ([], ["work"])

    desk.office.complete(item.document_id, "direct", "file", "phochutich")
    desk.announce()
    assert desk.kinds("phochutich", unread=True) == []


def test_what_a_colleague_hands_over_is_news_to_whoever_gets_it(desk: NoticeDesk) -> None:
    item = desk.office.item(desk.office.register().document.id, "direct")
    desk.announce()
    deputy = desk.office.people["phochutich"]
    services = desk.services
    with services.begin() as work:
        delegate_work_item(item.id, deputy.id, by=desk.office.people["chutich"], at=services.clock(), work=work)
    desk.announce()

    assert desk.kinds("phochutich") == ["work", "work"]
    assert desk.kinds("chutich", unread=True) == []


def test_a_refused_delivery_is_told_to_drafter_and_clerk(desk: NoticeDesk) -> None:
    commune = desk.office.commune()
    document_id = desk.office.issued(recipients=(commune.agency_id,))
    desk.office.run_jobs()
    with desk.services.begin() as work:
        (delivery,) = work.deliveries.of_outgoing(document_id)
    desk.office.complete(delivery.incoming_id, "register", "refuse", "vanthu.xa1", reason="Gửi nhầm nơi nhận.")
    desk.announce()

    assert (desk.kinds("vanthu").count("refused"), desk.kinds("chuyenvien").count("refused")) == (1, 1)
    told = next(each for each in desk.shown("chuyenvien") if each.news.kind == "refused")
    assert told.news.facts["agency"] == "Ủy ban nhân dân xã Hoằng Thử"
    assert "nhầm" not in str(told)
    assert desk.kinds("vanthu.xa1").count("refused") == 0


def test_an_incident_is_told_to_those_who_can_act(desk: NoticeDesk) -> None:
    made = desk.office.register()
    services = desk.services
    with services.begin() as work:
        task = work.work_items.of_instance(made.instance_id)[0].task_id
        failure = Failure(operation="archive", element_id="x", task_id=task, code="a.b", message="Stuck.")
        report_failure(failure, made.instance_id, at=services.clock(), work=work)
    desk.announce()

    told = {name: desk.kinds(name).count("incident") for name in ("vanthu", "chanhvanphong", "quantri", "chutich")}
    assert told == {"vanthu": 1, "chanhvanphong": 1, "quantri": 1, "chutich": 0}


def test_an_action_tells_people_once_however_often_it_says_so(desk: NoticeDesk) -> None:
    document = desk.office.register().document
    person = desk.office.people["chuyenvien"]
    news = about(
        document, NoticeKind.MENTION, "comment:1", "A step of %(document)s is stuck; somebody has to look at it."
    )
    for _ in range(2):
        with desk.services.begin() as work:
            notify([person.id, person.id], news, at=desk.services.clock(), work=work)
    desk.announce()

    assert desk.kinds("chuyenvien") == ["mention"]


def test_who_stands_in_for_somebody_is_told_of_the_work_in_their_scope_only(desk: NoticeDesk) -> None:
    office = desk.office
    office.stand_in("chutich", "chuyenvien.ocop", scope=Scope(document_types=frozenset({"CV"})))
    for kind in ("CV", "TTr"):
        office.register(type=kind, code_number=kind)
    desk.announce()

    assert [each.news.facts["document"] for each in desk.shown("chuyenvien.ocop")] == ["Công văn CV/SNN-VP"]
    item = desk.shown("chuyenvien.ocop")[0].news.work_item_id
    assert item is not None
    with desk.services.begin() as work:
        claim_work_item(item, by=office.people["chutich"], at=desk.services.clock(), work=work)
    desk.announce()
    assert desk.kinds("chuyenvien.ocop", unread=True) == ["work"], "it can still be done in the chairman's place"
    assert len(desk.shown("phochutich", unread=True)) == 1


def test_due_work_is_told_once_before_and_once_after_its_day(desk: NoticeDesk) -> None:
    document_id = desk.office.register(due_date=date(2027, 3, 5)).document.id
    unit = desk.office.house.services
    with unit.begin() as work:
        lead = str(work.people.units(desk.office.people["chutich"].agency_id)[0].id)
    desk.office.complete(document_id, "direct", "assign", "chutich", lead_unit=lead, due_date="2027-03-05")
    days = {}
    for day in (date(2027, 3, 3), date(2027, 3, 4), date(2027, 3, 5), date(2027, 3, 6), date(2027, 3, 8)):
        desk.later = datetime(day.year, day.month, day.day, 3, tzinfo=UTC) - desk.office.house.services.clock()
        remind(services=desk.services)
        remind(services=desk.services)
        settle_notices(services=desk.services)
        days[day.day] = desk.kinds("truongphong").count("due")

    assert days == {3: 0, 4: 1, 5: 1, 6: 2, 8: 2}


def test_the_next_working_day_is_the_calendars() -> None:
    calendar = WorkCalendar.of([proposed_year(AgencyId(an_id("office")), 2026)], 1)

    assert next_working_day(calendar, date(2026, 11, 20)) == date(2026, 11, 23)
    assert next_working_day(calendar, date(2026, 4, 29)) == date(2026, 5, 4)
    always_off = WorkCalendar(kinds={2026: {date(2026, 11, day): DayKind.OFF for day in range(1, 31)}})
    assert next_working_day(always_off, date(2026, 11, 1)) == date(2026, 11, 16)


@pytest.mark.parametrize(
    ("at", "due"),
    [
        (datetime(2026, 11, 23, 0, 0, tzinfo=UTC), True),
        (datetime(2026, 11, 22, 23, 59, tzinfo=UTC), False),
        (datetime(2026, 11, 21, 5, 0, tzinfo=UTC), True),
    ],
)
def test_the_mail_of_the_day_goes_out_at_its_hour_in_viet_nam(at: datetime, due: bool) -> None:
    assert (digest_moment(at, 7) is not None) is due


def test_what_a_person_does_not_want_is_not_shown(desk: NoticeDesk) -> None:
    desk.prefer("chutich", work=Preference(app=When.OFF, mail=When.OFF))
    desk.office.register()
    desk.announce()

    assert (desk.kinds("chutich"), desk.kinds("phochutich")) == ([], ["work"])


@pytest.mark.parametrize("address", ["nobody", "a@b", "a b@c.vn", "a@b.vn\nBcc: x@y.vn", "<a@b.vn>", "ă@b.vn", "@b.vn"])
def test_what_is_no_address_is_wrong(address: str) -> None:
    assert [error.field for error in errors_in(Preferences(address=address))] == ["address"]


def test_in_the_application_nothing_comes_once_a_day(desk: NoticeDesk) -> None:
    with pytest.raises(PreferencesInvalid):
        desk.prefer("chutich", work=Preference(app=When.DAILY, mail=When.OFF))


def test_nobody_reads_a_colleagues_notice(desk: NoticeDesk) -> None:
    desk.office.register()
    desk.announce()
    (notice,) = desk.shown("chutich")

    with desk.services.begin() as work:
        with pytest.raises(NoticeNotFound):
            work.notices.mark_read(desk.office.people["phochutich"].id, notice.id, desk.services.clock())
        with pytest.raises(NoticeNotFound):
            work.notices.mark_read(notice.person_id, NoticeId(work.new_id()), desk.services.clock())


@pytest.fixture
def posted(desk: NoticeDesk, smtp: MailHouse) -> Callable[[], int]:
    """Post what is due, by the real mail server."""
    settings = replace(
        desk.office.house.settings,
        smtp_host="127.0.0.1",
        smtp_port=smtp.port,
        smtp_security="none",
        mail_from="vanthu@tinh.example.vn",
        public_url="https://vanthu.example.vn/",
    )
    room = mail_room(replace(desk.office.house, settings=settings))
    assert room is not None
    return lambda: post_mails(services=desk.services, room=room)


def test_a_mail_at_once_names_the_document_by_type_and_number(
    desk: NoticeDesk, smtp: MailHouse, posted: Callable[[], int]
) -> None:
    desk.prefer("chutich", "chutich@tinh.example.vn", work=Preference(app=When.AT_ONCE, mail=When.AT_ONCE))
    item = desk.office.item(desk.office.register(subject="Chuyện rất riêng").document.id, "direct")
    desk.announce()
    assert posted() == 1
    assert posted() == 0

    mail = next(mail for mail in smtp.mails() if mail["To"] == "chutich@tinh.example.vn")
    text = mail.get_content()
    assert mail["Subject"] == "Vanthu: một thông báo mới"
    assert "Kính gửi Nguyễn Văn Đức," in text
    assert "đang chờ anh/chị: Công văn 12/SNN-VP." in text
    assert f"https://vanthu.example.vn/work-items/{item.id}" in text
    assert "riêng" not in str(mail) + text


def test_the_day_has_one_mail_with_all_that_waits_for_it(
    desk: NoticeDesk, smtp: MailHouse, posted: Callable[[], int]
) -> None:
    desk.prefer("phochutich", "phochutich@tinh.example.vn")
    for number in range(2):
        desk.office.register(code_number=str(number + 1))
    desk.announce()
    assert posted() == 0

    desk.later = next_monday() - desk.office.house.services.clock()
    assert (make_digests(7, services=desk.services), make_digests(7, services=desk.services)) == (1, 0)
    posted()

    (mail,) = [mail for mail in smtp.mails() if mail["To"] == "phochutich@tinh.example.vn"]
    assert mail["Subject"] == "Vanthu: thông báo trong ngày (2)"
    assert mail.get_content().count("/work-items/") == 2


def test_the_mail_of_the_day_goes_by_the_calendar_of_the_agency(desk: NoticeDesk) -> None:
    desk.prefer("phochutich", "phochutich@tinh.example.vn")
    desk.office.register()
    desk.announce()
    monday = next_monday()
    # The calendar of one year is changed.
    monday += timedelta(weeks=2) if (monday + timedelta(days=6)).year > monday.year else timedelta()
    agency, here = desk.office.people["quantri"].agency_id, office_date(monday)
    with desk.services.begin() as work:
        year = work.calendars.get(agency, here.year)
        off = CalendarDay(day=here, kind=DayKind.OFF, name="Nghỉ bù")
        make_up = CalendarDay(day=here + timedelta(days=6), kind=DayKind.MAKE_UP, name="Làm bù")
        days = [each for each in year.days if each.day not in (off.day, make_up.day)] + [off, make_up]
        save_calendar(
            SaveCalendar(year=here.year, days=tuple(days), hours=year.hours, rev=year.rev),
            by=desk.office.people["quantri"],
            at=desk.services.clock(),
            work=work,
        )

    desk.later = monday - desk.office.house.services.clock()
    assert make_digests(7, services=desk.services) == 0, "the office does not work on this Monday"
    desk.later += timedelta(days=6)
    assert make_digests(7, services=desk.services) == 1, "but it does on the Sunday after"


def test_what_was_told_long_ago_is_forgotten_and_what_waits_is_not(desk: NoticeDesk) -> None:
    desk.prefer("phochutich", "phochutich@tinh.example.vn")
    desk.office.register()
    desk.announce()
    kept = timedelta(days=365)
    assert forget_told(kept, services=desk.services) == 0
    desk.later = timedelta(days=400)

    forget_told(kept, services=desk.services)

    assert (len(desk.shown("chutich")), len(desk.shown("phochutich"))) == (0, 1), (
        "the deputy's mail of the day still waits"
    )


def next_monday() -> datetime:
    """Return eight o'clock in Việt Nam on a Monday to come."""
    today = datetime.now(UTC)
    monday = today + timedelta(days=7 - today.weekday())
    return monday.replace(hour=1, minute=0)


def test_without_a_mail_server_mails_wait_and_work_goes_on(desk: NoticeDesk) -> None:
    desk.prefer("chutich", "chutich@tinh.example.vn", work=Preference(app=When.AT_ONCE, mail=When.AT_ONCE))
    settings = replace(desk.office.house.settings, smtp_host="127.0.0.1", smtp_port=9, smtp_security="none")
    room = mail_room(replace(desk.office.house, settings=settings))
    assert room is not None
    document_id = desk.office.register().document.id
    desk.announce()

    states = []
    for hours in range(ATTEMPTS):
        desk.later = timedelta(hours=3 * hours)
        post_mails(services=desk.services, room=room)
        with desk.services.begin() as work:
            states.append(work.mails.waiting()[0])

    assert states == [1] * (ATTEMPTS - 1) + [0]
    with pytest.raises(MailAway):
        room.postman.greet()
    assert desk.office.complete(document_id, "direct", "file", "chutich")


def test_an_address_taken_away_meanwhile_gets_no_mail(
    desk: NoticeDesk, smtp: MailHouse, posted: Callable[[], int]
) -> None:
    desk.prefer("chutich", "gone@tinh.example.vn", work=Preference(app=When.AT_ONCE, mail=When.AT_ONCE))
    desk.office.register()
    desk.announce()
    desk.prefer("chutich", None)
    posted()

    assert [mail for mail in smtp.mails() if mail["To"] == "gone@tinh.example.vn"] == []
    with desk.services.begin() as work:
        assert work.mails.waiting() == (0, None)
    assert MailRefused.code == "mail.refused"
