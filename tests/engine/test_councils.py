"""When a council can vote, who may, and what comes of it."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest

from engine.council_sessions import (
    BallotKind,
    CouncilSession,
    Matter,
    MatterNotWaiting,
    SessionForm,
    SessionNotInState,
    SessionState,
)
from engine.council_votes import (
    Choice,
    KeptOutByInterest,
    Motion,
    NotInTheRoom,
    QuorumLost,
    QuorumMissing,
    Room,
    VotedAlready,
    VoteNotOpen,
    WithoutVote,
)
from engine.councils import (
    Council,
    CouncilEndsBeforeItBegins,
    Member,
    MemberFunction,
    NotAMember,
    PassBase,
    Share,
    ShareMalformed,
    VotingRules,
    faults_of,
)
from engine.ids import CouncilId, CouncilSessionId, DocumentId, InstanceId, MatterId, MotionId, PersonId
from tests.support.builders import AGENCY, NOON, an_id

RULES = VotingRules()


def person(number: int) -> PersonId:
    return PersonId(an_id(f"member {number}"))


def a_council(size: int = 10, rules: VotingRules = RULES) -> Council:
    functions = [MemberFunction.CHAIR, MemberFunction.SECRETARY, *[MemberFunction.MEMBER] * (size - 2)]
    return Council(
        id=CouncilId(an_id("council")),
        agency_id=AGENCY,
        name="Hội đồng thẩm định",
        purpose="ntm",
        basis="Quyết định số 12/QĐ-UBND",
        members=tuple(Member(person_id=person(n), function=each) for n, each in enumerate(functions)),
        valid_from=date(2026, 1, 5),
        created_by=person(1),
        created_at=NOON,
        rules=rules,
    )


def a_session(present: int, form: SessionForm = SessionForm.MEETING) -> CouncilSession:
    convened = CouncilSession(
        id=CouncilSessionId(an_id("session")),
        council_id=CouncilId(an_id("council")),
        agency_id=AGENCY,
        at=NOON,
        place="Phòng họp số 1",
        form=form,
        ballot=BallotKind.OPEN,
        convened_by=person(1),
        convened_at=NOON,
        presiding=person(0),
    )
    return convened.opened(frozenset(map(person, range(present))), person(0), NOON)


def a_room(present: int, *, interested: Collection[int] = (), voted: int = 0, rules: VotingRules = RULES) -> Room:
    return Room(
        council=a_council(rules=rules),
        session=a_session(present),
        interested=frozenset(map(person, interested)),
        voted=frozenset(map(person, range(voted))),
    )


@pytest.mark.parametrize(("present", "enough"), [(7, True), (6, False)])
def test_of_ten_members_seven_are_a_quorum_and_six_are_none(present: int, enough: bool) -> None:
    assert a_room(present).has_quorum is enough


@pytest.mark.parametrize(("agreed", "percent", "passed"), [(6, "85.71", False), (7, "100", True)])
def test_of_seven_present_six_are_too_few_and_seven_enough(agreed: int, percent: str, passed: bool) -> None:
    tally = a_room(7, voted=7).tally([Choice.AGREE] * agreed + [Choice.DISAGREE] * (7 - agreed))

    assert (tally.passed, tally.percent_text) == (passed, percent)


def test_exactly_ninety_of_a_hundred_pass_and_what_is_cut_off_is_never_rounded_up_to_it() -> None:
    share = Share.parse("90%")

    assert share.reached_by(9, 10)
    assert share.reached_by(45, 50)
    assert not share.reached_by(89_999, 100_000)
    tally = a_room(10, voted=10).tally([Choice.AGREE] * 9 + [Choice.ABSTAIN])
    assert (tally.percent, tally.passed, tally.is_divided) == (Fraction(90), True, True)


def test_two_thirds_of_nine_are_six_which_no_whole_percentage_says() -> None:
    assert (Share.parse("2/3").least_of(9), Share.parse("67%").least_of(9)) == (6, 7)


def test_more_than_half_of_ten_are_six() -> None:
    assert (Share.parse(">1/2").least_of(10), Share.parse("50%").least_of(10)) == (6, 5)


@pytest.mark.parametrize("text", ["70%", "2/3", ">1/2", ">50%", "66.5%", "100%"])
def test_a_share_reads_back_as_it_was_written(text: str) -> None:
    assert Share.parse(Share.parse(text).text) == Share.parse(text)


@pytest.mark.parametrize("text", ["", "0", "101%", "2/0", "3/2", "-1", "1e9", "bảy mươi", ">1/1", "7" * 30, "٧٠"])
def test_what_is_no_share_of_a_whole_is_refused(text: str) -> None:
    with pytest.raises(ShareMalformed):
        Share.parse(text)


def test_who_abstains_or_gives_no_ballot_counts_against() -> None:
    tally = a_room(10, voted=9).tally([Choice.AGREE] * 8 + [Choice.ABSTAIN])

    assert (tally.unused, tally.percent_text, tally.passed) == (1, "80", False)


def test_a_council_may_count_of_all_its_members_instead() -> None:
    rules = VotingRules(base=PassBase.MEMBERS, passing=Share.parse("91%"))

    tally = a_room(9, voted=9, rules=rules).tally([Choice.AGREE] * 9)

    assert (tally.base, tally.passed) == (10, False)


def test_a_vote_does_not_begin_without_a_quorum() -> None:
    with pytest.raises(QuorumMissing, match="6 of 10 members"):
        a_room(6).require_quorum()


def test_a_member_with_an_interest_is_not_counted_as_present() -> None:
    assert not a_room(7, interested=[3]).has_quorum


def test_a_council_may_leave_members_with_an_interest_out_of_the_quorum() -> None:
    room = a_room(7, interested=[9], rules=VotingRules(interested_count=False))

    assert (room.members, room.needed, room.has_quorum) == (9, 7, True)


def test_who_left_after_voting_still_attends_and_who_left_before_does_not() -> None:
    room = Room(council=a_council(), session=a_session(6), voted=frozenset({person(8)}))

    assert (person(8) in room.attending, person(9) in room.attending, room.has_quorum) == (True, False, True)


def test_written_opinions_are_a_quorum_when_enough_of_them_came() -> None:
    written = a_session(0, SessionForm.WRITTEN)
    came = [Room(council=a_council(), session=written, voted=frozenset(map(person, range(n)))) for n in (6, 7)]

    assert [room.has_quorum for room in came] == [False, True]
    assert len(came[1].missing) == 3
    came[0].require_vote_of(person(9))


def test_nobody_votes_twice() -> None:
    with pytest.raises(VotedAlready):
        a_room(7, voted=3).require_vote_of(person(2))


def test_who_does_not_sit_in_the_council_does_not_vote() -> None:
    with pytest.raises(NotAMember):
        a_room(7).require_vote_of(person(99))


def test_a_member_with_an_interest_does_not_vote() -> None:
    with pytest.raises(KeptOutByInterest):
        a_room(8, interested=[2]).require_vote_of(person(2))


def test_who_is_not_on_the_roll_does_not_vote() -> None:
    with pytest.raises(NotInTheRoom):
        a_room(7).require_vote_of(person(9))


def test_no_ballot_is_taken_once_the_quorum_is_lost() -> None:
    with pytest.raises(QuorumLost, match="Only 6 of 10"):
        a_room(6, voted=2).require_vote_of(person(4))


def test_a_vote_that_lost_its_quorum_has_no_result() -> None:
    with pytest.raises(QuorumLost):
        a_room(6, voted=6).tally([Choice.AGREE] * 6)


def test_a_secretary_without_a_vote_neither_votes_nor_counts() -> None:
    council = a_council(4)
    keeps = Member(person_id=person(1), function=MemberFunction.SECRETARY, votes=False)
    members = tuple(keeps if member.person_id == person(1) else member for member in council.members)
    room = Room(council=replace(council, members=members), session=a_session(4))

    assert (room.members, faults_of(members)) == (3, ())
    with pytest.raises(WithoutVote):
        room.require_vote_of(person(1))


def test_a_council_has_one_chair_one_secretary_three_votes_and_nobody_twice() -> None:
    twice = Member(person_id=person(0), function=MemberFunction.MEMBER, votes=False)

    assert {code for code, _ in faults_of((twice, twice))} == {
        "twice",
        "one_chair",
        "one_secretary",
        "too_few",
        "has_vote",
    }
    assert faults_of(a_council(3).members) == ()


def test_a_council_is_in_office_from_its_first_day_to_its_last() -> None:
    first, last = date(2026, 1, 5), date(2026, 12, 31)
    council = a_council().ended(last)

    days = [first - timedelta(1), first, last, last + timedelta(1)]
    assert [council.is_in_office(day) for day in days] == [False, True, True, False]
    with pytest.raises(CouncilEndsBeforeItBegins):
        council.ended(first - timedelta(1))


def test_a_session_that_is_over_is_not_opened_again() -> None:
    over = a_session(7).ended(SessionState.CLOSED, NOON)

    with pytest.raises(SessionNotInState, match="closed"):
        over.opened(frozenset(), person(0), NOON)


def test_what_was_voted_on_is_not_put_on_another_agenda_and_not_counted_again() -> None:
    room, session_id = a_room(7, voted=7), a_session(7).id
    matter, motion = a_matter(), a_motion()

    decided = matter.convened(session_id).decided()
    counted = motion.closed(room.tally([Choice.AGREE] * 7), frozenset(), NOON)

    with pytest.raises(MatterNotWaiting):
        decided.convened(session_id)
    with pytest.raises(MatterNotWaiting):
        decided.withdrawn()
    with pytest.raises(VoteNotOpen):
        counted.closed(room.tally([Choice.AGREE] * 7), frozenset(), NOON)


def a_matter() -> Matter:
    return Matter(
        id=MatterId(an_id("matter")),
        council_id=CouncilId(an_id("council")),
        agency_id=AGENCY,
        document_id=DocumentId(an_id("document")),
        instance_id=InstanceId(an_id("instance")),
        question="Công nhận xã Hoa Lộc đạt chuẩn nông thôn mới",
        asked_at=NOON,
    )


def a_motion() -> Motion:
    return Motion(
        id=MotionId(an_id("motion")),
        session_id=a_session(7).id,
        matter_id=a_matter().id,
        agency_id=AGENCY,
        ballot=BallotKind.OPEN,
        presiding=person(0),
        opened_by=person(1),
        opened_at=NOON,
    )
