"""Who waits for a message is found by name and correlation, within the agency."""

import pytest

from engine.ids import TaskId
from engine.messages import SendingKind, SubscriptionTooLong
from engine.ports import Begin
from tests.storage.builders import a_desk, a_subscription, an_office, new_id

NAME = "Công văn trả lời"


def test_a_message_finds_who_waits_for_exactly_it(begin: Begin) -> None:
    with begin() as work:
        instance = a_desk(work).instance
        wanted = a_subscription(instance, correlation="1")
        without = a_subscription(instance, correlation=None)
        signal = a_subscription(instance, kind=SendingKind.SIGNAL, correlation=None)
        work.messages.replace(instance.id, [wanted, a_subscription(instance, correlation="2"), without, signal])

    with begin() as work:
        agency = instance.agency_id
        assert work.messages.waiting(agency, SendingKind.MESSAGE, NAME, "1") == [wanted]
        assert work.messages.waiting(agency, SendingKind.MESSAGE, NAME) == [without]
        assert work.messages.waiting(agency, SendingKind.SIGNAL, NAME) == [signal]
        assert work.messages.waiting(agency, SendingKind.MESSAGE, "other", "1") == []
        assert work.messages.find_of_task(instance.id, wanted.task_id) == wanted
        assert work.messages.find_of_task(instance.id, TaskId(new_id())) is None


def test_what_is_not_waited_for_any_more_is_forgotten(begin: Begin) -> None:
    with begin() as work:
        instance = a_desk(work).instance
        work.messages.replace(instance.id, [a_subscription(instance, correlation="1")])
        work.messages.replace(instance.id, [])

        assert work.messages.waiting(instance.agency_id, SendingKind.MESSAGE, NAME, "1") == []


def test_another_agency_s_waits_are_not_seen(begin: Begin) -> None:
    with begin() as work:
        instance = a_desk(work).instance
        other = an_office(work, code="H99")
        work.messages.replace(instance.id, [a_subscription(instance, correlation="1")])

        assert work.messages.waiting(other.agency.id, SendingKind.MESSAGE, NAME, "1") == []


def test_a_name_or_correlation_too_long_to_be_found_by_is_refused_in_words(begin: Begin) -> None:
    with begin() as work:
        instance = a_desk(work).instance

    with pytest.raises(SubscriptionTooLong, match="reply"):
        a_subscription(instance, correlation="x" * 201)
