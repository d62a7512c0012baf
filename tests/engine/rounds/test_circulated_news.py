"""News of circulated documents: by page, by mail and by webhook, each to who is concerned."""

import json
from dataclasses import replace

import pytest

from api.mails import mail_room
from engine.actions.register_webhook import RegisterWebhook, register_webhook
from engine.actions.remind_addressees import remind_addressees
from engine.circulations import Circulation
from engine.notices import Preference, When
from engine.people import Post, Role
from engine.rounds.circulate import send_circulated
from engine.rounds.post_mails import post_mails
from engine.rounds.post_webhooks import post_webhooks
from exchange.webhooks import HttpCourier
from tests.support.circulations import answer, circulate
from tests.support.notice_desk import NoticeDesk
from tests.support.receivers import MailHouse, Receiver


@pytest.fixture
def circulation(desk: NoticeDesk) -> Circulation:
    """A document that was sent to the communes and waits for their answers."""
    sent = circulate(desk.office, desk.office.issued())
    send_circulated(services=desk.services)
    return sent


def remind(desk: NoticeDesk, circulation: Circulation) -> None:
    with desk.services.begin() as work:
        remind_addressees(circulation.id, by=desk.office.people["vanthu"], at=desk.services.clock(), work=work)


def test_a_reminder_and_an_answer_are_told_on_the_page(desk: NoticeDesk, circulation: Circulation) -> None:
    remind(desk, circulation)
    answer(desk.office, circulation, "vanthu.xa1", text="Xã đã báo cáo.")
    desk.announce()

    path = f"/received-circulations/{circulation.id}"
    assert path in [notice.news.path for notice in desk.shown("vanthu.xa1")]
    assert f"/circulations/{circulation.id}" in [notice.news.path for notice in desk.shown("vanthu")]
    assert path not in [notice.news.path for notice in desk.shown("chuyenvien")]


def test_a_reminder_goes_out_by_mail(desk: NoticeDesk, circulation: Circulation, smtp: MailHouse) -> None:
    at_once = Preference(app=When.AT_ONCE, mail=When.AT_ONCE)
    desk.prefer("vanthu.xa1", "vanthu.xa1@tinh.example.vn", due=at_once)
    settings = replace(
        desk.office.house.settings,
        smtp_host="127.0.0.1",
        smtp_port=smtp.port,
        smtp_security="none",
        mail_from="vanthu@tinh.example.vn",
        public_url="https://vanthu.example.vn/",
    )
    room = mail_room(replace(desk.office.house, settings=settings))
    remind(desk, circulation)
    desk.announce()

    assert room is not None
    post_mails(services=desk.services, room=room)

    mail = next(mail for mail in smtp.mails() if mail["To"] == "vanthu.xa1@tinh.example.vn")
    assert f"/received-circulations/{circulation.id}" in mail.get_content()


def test_an_answer_reaches_the_webhook_of_the_agency_that_asked(
    desk: NoticeDesk, circulation: Circulation, receiver: Receiver
) -> None:
    services, people = desk.services, desk.office.people
    kinds = frozenset({"circulation.answer_arrived"})
    with services.begin() as work:
        request = RegisterWebhook(url=receiver.url, kinds=kinds, private_allowed=True)
        register_webhook(request, by=people["quantri"], at=services.clock(), work=work, safe=services.safe)
    answer(desk.office, circulation, "vanthu.xa1", text="Xã đã báo cáo.")

    courier = HttpCourier(clock=services.clock, private_allowed=True, seconds=2)
    post_webhooks(services=services, courier=courier, chance=lambda: 0.5)

    assert str(circulation.id) in str(receiver.got)
    assert "Xã đã báo cáo" not in str(receiver.got)


def test_a_document_and_a_reminder_of_it_reach_the_webhook_of_the_commune(desk: NoticeDesk, receiver: Receiver) -> None:
    services, clerk = desk.services, desk.office.people["vanthu.xa1"]
    administrator = replace(clerk, posts=(*clerk.posts, Post(role=Role.ADMINISTRATOR)))
    with services.begin() as work:
        kinds = frozenset({"delivery.arrived", "circulation.reminder_arrived"})
        request = RegisterWebhook(url=receiver.url, kinds=kinds, private_allowed=True)
        register_webhook(request, by=administrator, at=services.clock(), work=work, safe=services.safe)

    sent = circulate(desk.office, desk.office.issued())
    send_circulated(services=services)
    remind(desk, sent)
    courier = HttpCourier(clock=services.clock, private_allowed=True, seconds=2)
    for _ in range(3):
        post_webhooks(services=services, courier=courier, chance=lambda: 0.5)

    told = [json.loads(one.body) for one in receiver.got]
    assert [one["type"] for one in told] == ["delivery.arrived", "circulation.reminder_arrived"]
    assert str(sent.id) in str(told[1])
    assert desk.office.outgoing(sent.document_id).subject not in str(told)
