"""Pages of targets: a registration taken in or named wrong field by field; plan and progress with the map."""

from datetime import date

from api.demo_progress import open_progress
from api.web.targets import RegistrationInvalid
from api.wiring import House
from engine.achievements import Achievement
from engine.criteria import Tier
from engine.criteria_events import AchievementRecorded
from engine.ids import AchievementId
from tests.api.web.visitors import Visitors
from tests.support.house import Crowd
from tests.support.office import a_pdf


def recognise(house: House, people: Crowd) -> None:
    """Put on record that a commune was recognised in 2026."""
    by, at = people["quantri"].id, house.services.clock()
    with house.services.begin() as work:
        commune = work.localities.find_by_code("99103")
        assert commune is not None
        achievement = Achievement(
            id=AchievementId(work.new_id()),
            agency_id=people["quantri"].agency_id,
            locality_id=commune.id,
            tier=Tier.COMMUNE,
            decision="15/QĐ-UBND",
            decided_on=date(2026, 6, 1),
            recorded_at=at,
            recorded_by=by,
        )
        work.achievements.add(achievement)
        event = AchievementRecorded(
            by=by,
            at=at,
            agency_id=achievement.agency_id,
            achievement_id=achievement.id,
            locality_id=commune.id,
            tier=achievement.tier.value,
            decision=achievement.decision,
            decided_on=achievement.decided_on,
            document_id=None,
        )
        work.record(event)


def test_the_clerk_of_the_commune_takes_a_registration_in(visitors: Visitors) -> None:
    clerk = visitors["vanthu.xa1"]
    form = clerk.open("/targets?year=2029").form("/targets")
    assert set(form.choices("locality_id").values()) == {
        "thôn Đông, xã Hoằng Thử",
        "thôn Đoài, xã Hoằng Thử",
        "thôn Trung, xã Hoằng Thử",
    }
    pdf = {"file": [("a.pdf", a_pdf())]}

    empty = clerk.send(form, 422, year="2029", criteria_met="một")
    assert [line.split(":")[0] for line in empty.errors()] == [
        "Địa phương đăng ký",
        "Cấp độ đăng ký",
        "Số của các tiêu chí đã đạt",
    ]
    assert RegistrationInvalid.code == "target.registration_invalid"
    chosen = {"locality_id": form.named("locality_id", "thôn Đông"), "tier": "village", "year": "2029"}
    few = clerk.send(form, 422, pdf, **chosen, criteria_met="1, 2, 3")
    assert few.errors() == [
        "Số của các tiêu chí đã đạt: Thôn mới đạt 3 tiêu chí; phải đạt ít nhất 10 tiêu chí mới được đăng ký."
    ]

    taken = clerk.send(few.form("/targets"), criteria_met="1,2,3,4,5,6,7,8,9,10")

    assert taken.note.startswith("Đã tiếp nhận đăng ký")
    assert taken.says("Đăng ký mục tiêu năm 2029: thôn Đông")
    listed = clerk.open("/targets?year=2029")
    assert listed.says("chờ trả lời")
    assert listed.says("10 Bộ tiêu chí thôn nông thôn mới")
    assert taken.path in listed.links()
    elsewhere = visitors["quantri"].open("/targets?year=2029")
    assert elsewhere.says("chờ trả lời")
    assert taken.path not in elsewhere.links()
    assert visitors["chuyenvien"].open("/targets?year=2029").document.xpath("//main//form") == []


def test_progress_shows_the_plan_the_share_and_every_commune(visitors: Visitors, house: House, people: Crowd) -> None:
    leader = visitors["chutich"]
    planned = leader.send(leader.open("/progress?year=2026").form("/progress/2026"), commune="3")
    assert planned.says("0 trên 3, 0% kế hoạch")
    recognise(house, people)

    page = visitors["vanthu.xa1"].open("/progress?year=2026")

    assert page.says("1 trên 3, 33,3% kế hoạch")
    for drawn, width in (("tiles wide", "930"), ("tiles few", "306")):
        (grid,) = page.document.xpath(f"//*[local-name()='svg'][@class='{drawn}']")
        assert len(grid.xpath(".//*[local-name()='rect']")) == 10
        assert (grid.get("viewBox") or grid.get("viewbox")).split()[2] == width
    assert page.says("xã Đông Khai: Xã nông thôn mới")
    assert page.document.xpath("//main//form") == []
    stale = leader.open("/progress?year=2026").form("/progress/2026")
    leader.send(stale, commune="4")
    assert leader.send(stale, 409, commune="5").errors()[0].endswith("Hãy đọc lại rồi gửi lại nội dung sửa.")
    wrong = leader.send(leader.open("/progress?year=2026").form("/progress/2026"), 422, commune="x")
    assert wrong.errors() == [
        "Xã nông thôn mới: Kế hoạch ghi số lượng cho từng cấp độ, từ 0 đến 10.000. Hãy sửa mục được đánh dấu."
    ]


def test_the_demonstration_shows_a_plan_and_what_was_recognised_before(house: House, visitors: Visitors) -> None:
    open_progress(house)
    open_progress(house)

    shown = visitors["chutich"].open("/progress")
    assert shown.says("1 trên 3, 33,3% kế hoạch")
    assert shown.says("●●")
