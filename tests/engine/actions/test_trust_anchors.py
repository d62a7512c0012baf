"""Whom signatures are trusted by: every action says why, is dated, and nothing of it is erased."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from engine.access import NotAllowed
from engine.actions.add_trust_anchor import AddTrustAnchor, add_trust_anchor
from engine.actions.check_signatures import check_signatures
from engine.actions.load_trusted_list import LoadTrustedList, load_trusted_list
from engine.actions.remove_trust_anchor import remove_trust_anchor
from engine.errors import Refusal
from engine.ids import TrustAnchorId
from engine.ports import UnitOfWork
from engine.trust_anchors import (
    AlreadyTrusted,
    NotAnAuthority,
    TrustAnchor,
    TrustAnchorGone,
    TrustAnchorNotFound,
    TrustCandidate,
    TrustedList,
    TrustedListEmpty,
    TrustedListOutlived,
    TrustEndEarly,
    TrustOutlived,
    TrustPurpose,
    TrustReasonMissing,
)
from tests.support.office import Office

DAY = timedelta(days=1)


def candidate(office: Office) -> TrustCandidate:
    now = office.house.services.clock()
    return TrustCandidate(
        subject="CA thử", certificate=b"DER", sha256="a" * 64, not_before=now - DAY, not_after=now + DAY
    )


def test_an_authority_is_added_removed_and_added_again_and_all_of_it_stays(office: Office) -> None:
    services, admin = office.house.services, office.people["quantri"]
    now = services.clock()
    request = AddTrustAnchor(candidate=candidate(office), purpose=TrustPurpose.SIGNATURES, reason=" QĐ 1 ")
    with services.begin() as work:
        first = add_trust_anchor(request, by=admin, at=now, work=work)
    with services.begin() as work:
        assert list(work.trust_anchors.in_force()) == [first]
        removed = remove_trust_anchor(first.id, "QĐ 2", by=admin, at=now + DAY, work=work)
    with services.begin() as work:
        assert list(work.trust_anchors.in_force()) == []
        again = add_trust_anchor(replace(request, reason="QĐ 3"), by=admin, at=now, work=work)
    with services.begin() as work:
        assert list(work.trust_anchors.all()) == [again, removed]
    assert (first.reason, first.trusted_from) == ("QĐ 1", request.candidate.not_before)
    assert (removed.removed_at, removed.removed_because) == (now + DAY, "QĐ 2")


Change = Callable[[AddTrustAnchor], AddTrustAnchor]


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        (lambda asked: replace(asked, reason=" "), TrustReasonMissing),
        (lambda asked: replace(asked, candidate=replace(asked.candidate, is_authority=False)), NotAnAuthority),
        (
            lambda asked: replace(
                asked, candidate=replace(asked.candidate, not_after=asked.candidate.not_before + DAY / 2)
            ),
            TrustOutlived,
        ),
    ],
)
def test_who_is_trusted_is_an_authority_in_its_time_for_a_reason(
    office: Office, changed: Change, refusal: type[Refusal]
) -> None:
    asked = AddTrustAnchor(candidate=candidate(office), purpose=TrustPurpose.ANY, reason="QĐ 1")
    services = office.house.services

    with pytest.raises(refusal), services.begin() as work:
        add_trust_anchor(changed(asked), by=office.people["quantri"], at=services.clock(), work=work)


def a_list(office: Office) -> TrustedList:
    now = office.house.services.clock()
    return TrustedList(
        name="VN", operator="NEAC", sha256="b" * 64, issued_at=now, next_update=now + DAY,
        services=(candidate(office),), passed_over=1,
    )  # fmt: skip


def test_a_list_adds_what_is_new_and_only_while_it_is_current(office: Office) -> None:
    services, admin, found = office.house.services, office.people["quantri"], a_list(office)
    now = services.clock()

    def load(listed: TrustedList) -> None:
        with services.begin() as work:
            load_trusted_list(LoadTrustedList(found=listed, reason="QĐ 1"), by=admin, at=now, work=work)

    with pytest.raises(TrustedListOutlived):
        load(replace(found, next_update=now - DAY))
    load(found)
    with pytest.raises(TrustedListEmpty):
        load(found)
    with services.begin() as work:
        assert [one.source for one in work.trust_anchors.in_force()] == ["VN"]


def test_a_newer_list_ends_what_it_grants_no_more_on_the_day_it_says_and_nothing_it_did_not_bring(
    office: Office,
) -> None:
    services, admin, found = office.house.services, office.people["quantri"], a_list(office)
    now, (mine,) = services.clock(), found.services
    over = replace(mine, trusted_until=now)
    own = replace(mine, sha256="c" * 64)

    def load(*listed: TrustCandidate) -> list[TrustAnchor]:
        with services.begin() as work:
            request = LoadTrustedList(found=replace(found, services=listed), reason="QĐ 1")
            return load_trusted_list(request, by=admin, at=now, work=work)

    with services.begin() as work:
        add_trust_anchor(
            AddTrustAnchor(candidate=own, purpose=mine.purpose, reason="QĐ 2"), by=admin, at=now, work=work
        )
    load(mine)
    with pytest.raises(TrustedListEmpty):
        load(over, mine)
    (ended,) = load(over, replace(over, sha256=own.sha256))
    with pytest.raises(TrustedListEmpty):
        load(over)

    assert (ended.sha256, ended.trusted_until) == (mine.sha256, now)
    with services.begin() as work:
        assert {one.sha256: one.trusted_until for one in work.trust_anchors.in_force()} == {
            mine.sha256: now,
            own.sha256: None,
        }


def test_an_authority_ends_after_it_began_once_and_can_be_removed_for_all_time_after_that(office: Office) -> None:
    services, admin = office.house.services, office.people["quantri"]
    now = services.clock()
    request = AddTrustAnchor(candidate=candidate(office), purpose=TrustPurpose.ANY, reason="QĐ 1")
    with services.begin() as work:
        anchor = add_trust_anchor(request, by=admin, at=now, work=work)

    def end(until: datetime | None) -> TrustAnchor:
        with services.begin() as work:
            return remove_trust_anchor(anchor.id, "QĐ 2", until, by=admin, at=now, work=work)

    with pytest.raises(TrustEndEarly):
        end(anchor.trusted_from)
    assert (end(now).trusted_until, end(now - DAY / 2).trusted_until) == (now, now - DAY / 2)
    with pytest.raises(TrustAnchorGone):
        end(now)
    assert end(None).removed_at == now


def test_what_is_not_there_is_not_removed_and_nothing_is_removed_or_added_twice(office: Office) -> None:
    services, admin = office.house.services, office.people["quantri"]
    request = AddTrustAnchor(candidate=candidate(office), purpose=TrustPurpose.ANY, reason="QĐ 1")

    def in_turn(act: Callable[[UnitOfWork], object]) -> None:
        with services.begin() as work:
            act(work)

    def add(work: UnitOfWork) -> object:
        return add_trust_anchor(request, by=admin, at=services.clock(), work=work)

    def remove(key: TrustAnchorId) -> Callable[[UnitOfWork], object]:
        return lambda work: remove_trust_anchor(key, "QĐ 2", by=admin, at=services.clock(), work=work)

    with pytest.raises(TrustAnchorNotFound):
        in_turn(remove(TrustAnchorId(UUID(int=1))))
    in_turn(add)
    with pytest.raises(AlreadyTrusted):
        in_turn(add)
    with services.begin() as work:
        (anchor,) = work.trust_anchors.in_force()
    in_turn(remove(anchor.id))
    with pytest.raises(TrustAnchorGone):
        in_turn(remove(anchor.id))


def test_the_auditor_does_not_have_signatures_checked_nor_the_clerk_trust_changed(office: Office) -> None:
    services = office.house.services
    document = office.register().document
    request = AddTrustAnchor(candidate=candidate(office), purpose=TrustPurpose.ANY, reason="QĐ 1")

    with pytest.raises(NotAllowed):
        check_signatures(document.id, by=office.people["kiemtra"], services=services)
    with pytest.raises(NotAllowed), services.begin() as work:
        add_trust_anchor(request, by=office.people["vanthu"], at=services.clock(), work=work)
