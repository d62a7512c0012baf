"""Notices and preferences by REST."""

import pytest

from api.wiring import House
from engine.rounds.make_notices import make_notices, settle_notices
from tests.api.rest.callers import Callers, problem, wrong_fields
from tests.support.office import Office

ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def told(office: Office) -> None:
    """A document waits for the leaders, and they were told."""
    office.register()
    announce(office.house)


def announce(house: House) -> None:
    """Read the log and settle what follows."""
    make_notices(services=house.services)
    settle_notices(services=house.services)


@pytest.mark.usefixtures("told")
def test_a_notice_is_a_sentence_in_the_readers_language_with_its_page(callers: Callers) -> None:
    chairman = callers["chutich"]
    (notice,) = chairman.read("/notices")["items"]
    (english,) = chairman.read("/notices", headers=ENGLISH)["items"]

    assert notice["text"].endswith("đang chờ anh/chị: Công văn 12/SNN-VP.")
    assert english["text"].endswith("waits for you: Công văn 12/SNN-VP.")
    assert notice["path"] == f"/work-items/{notice['work_item_id']}"
    assert (notice["kind"], notice["read_at"]) == ("work", None)


@pytest.mark.usefixtures("told")
def test_what_was_read_is_no_longer_counted(callers: Callers, office: Office) -> None:
    chairman = callers["chutich"]
    (notice,) = chairman.read("/notices")["items"]
    office.register(code_number="13")
    announce(office.house)
    assert chairman.read("/notices/unread") == {"unread": 2}

    assert chairman.post(f"/notices/{notice['id']}/read").status_code == 204
    assert chairman.read("/notices/unread") == {"unread": 1}
    assert len(chairman.read("/notices?unread=true")["items"]) == 1
    assert chairman.post("/notices/read").status_code == 204
    assert chairman.read("/notices/unread") == {"unread": 0}
    problem(callers["phochutich"].post(f"/notices/{notice['id']}/read"), 404, "notice.not_found")
    problem(chairman.post("/notices/none/read"), 404, "notice.not_found")


def test_preferences_are_ones_own_and_an_omitted_kind_goes_back_to_its_default(callers: Callers) -> None:
    chairman = callers["chutich"]
    wanted = {"address": " chutich@tinh.vn ", "kinds": {"work": {"app": "off", "mail": "at_once"}}}

    kept = chairman.ask("PUT", "/notice-preferences", json=wanted).json()

    assert (kept["address"], kept["kinds"]["work"]) == ("chutich@tinh.vn", {"app": "off", "mail": "at_once"})
    assert kept["kinds"]["due"] == {"app": "at_once", "mail": "daily"}
    other = callers["phochutich"].read("/notice-preferences")
    assert (other["address"], other["kinds"]["work"]) == (None, {"app": "at_once", "mail": "off"})
    back = chairman.ask("PUT", "/notice-preferences", json={"address": "chutich@tinh.vn"}).json()
    assert back["kinds"]["work"] == {"app": "at_once", "mail": "daily"}


def test_wrong_preferences_are_all_named_and_nothing_is_kept(callers: Callers) -> None:
    chairman = callers["chutich"]
    wrong = {"address": "nobody", "kinds": {"work": {"app": "daily", "mail": "off"}}}

    answer = chairman.ask("PUT", "/notice-preferences", json=wrong)

    assert wrong_fields(answer, "notice.preferences_invalid") == {"address": "malformed", "work/app": "choice"}
    unknown = {"kinds": {"weather": {"app": "off", "mail": "sometimes"}}}
    assert wrong_fields(chairman.ask("PUT", "/notice-preferences", json=unknown))
    assert chairman.read("/notice-preferences")["address"] is None


def test_an_address_stands_in_no_leaf(callers: Callers) -> None:
    callers["chutich"].ask("PUT", "/notice-preferences", json={"address": "rieng.tu@tinh.vn"})

    leaves = callers["kiemtra"].read("/audit/events")["items"]

    (leaf,) = [each for each in leaves if each["action"] == "notice_preferences.set"]
    assert "rieng.tu" not in str(leaf)
