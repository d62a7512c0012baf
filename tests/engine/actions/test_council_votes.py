"""Votes of a council: who may cast a ballot, open or secret, and when there is a result."""

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest

from api.wiring import database_url
from engine.actions.void_vote import void_vote
from engine.council_sessions import (
    BallotKind,
    MatterNotFound,
    MatterNotWaiting,
    MatterState,
    MayNotPreside,
    NotYoursToRun,
    SessionForm,
    SessionInvalid,
    SessionNotInState,
    SessionState,
)
from engine.council_votes import (
    BallotDamaged,
    BallotsStillOut,
    Choice,
    InterestTooLate,
    KeptOutByInterest,
    Motion,
    MotionNotFound,
    NotInTheRoom,
    QuorumLost,
    QuorumMissing,
    SecretGivesNoOpinion,
    VotedAlready,
    VoteNotOpen,
    VoteOpen,
)
from engine.councils import (
    CouncilNotFound,
    NotAMember,
)
from engine.errors import VanthuError
from engine.ids import MatterId, MotionId
from engine.queries import PageRequest
from tests.support.builders import an_id
from tests.support.councils import CHAIR, MEMBERS, SECRETARY, Chamber, refused


def test_nobody_votes_twice(chamber: Chamber) -> None:
    session, matter = chamber.in_session()
    motion = chamber.vote(session, matter)
    chamber.cast(motion, "hd2")

    with pytest.raises(VotedAlready):
        chamber.cast(motion, "hd2", Choice.DISAGREE)


def test_the_database_keeps_one_ballot_of_a_member_whatever_is_asked_of_it(chamber: Chamber) -> None:
    session, matter = chamber.in_session()
    motion = chamber.vote(session, matter)
    chamber.cast(motion, "hd2")
    (first,) = chamber.ballots(motion)

    with chamber.office.house.services.begin() as work:
        assert not work.council_sessions.cast(replace(first, choice=Choice.DISAGREE))

    assert chamber.ballots(motion) == [first]


def test_two_ballots_of_one_member_at_the_same_instant_are_one(chamber: Chamber) -> None:
    session, matter = chamber.in_session()
    motion = chamber.vote(session, matter)

    outcomes = _at_once(lambda: chamber.cast(motion, "hd2"), lambda: chamber.cast(motion, "hd2", Choice.DISAGREE))

    assert sorted(outcomes) == ["VotedAlready", "done"]
    assert len(chamber.ballots(motion)) == 1


def test_a_ballot_that_comes_while_the_vote_is_closed_counts_or_is_refused_and_never_gets_lost(
    chamber: Chamber,
) -> None:
    session, matter = chamber.in_session()
    motion = chamber.vote(session, matter)
    for member in MEMBERS[:8]:
        chamber.cast(motion, member)

    outcomes = _at_once(lambda: chamber.cast(motion, "hd9"), lambda: chamber.close(motion))

    with chamber.office.house.services.begin() as work:
        tally = work.council_sessions.get_motion(motion.id).tally
    assert tally is not None
    assert tally.agreed == (9 if outcomes == ["done", "done"] else 8)
    assert tally.agreed == len(chamber.ballots(motion))


def test_who_is_no_member_does_not_vote_and_who_may_not_know_finds_nothing(chamber: Chamber) -> None:
    session, matter = chamber.in_session()
    motion = chamber.vote(session, matter)

    refused(NotAMember, lambda: chamber.cast(motion, "vanthu"))
    refused(CouncilNotFound, lambda: chamber.cast(motion, "chuyenvien"))
    refused(CouncilNotFound, lambda: chamber.cast(motion, "vanthu.xa1"))
    refused(MotionNotFound, lambda: chamber.cast(replace(motion, id=MotionId(an_id("none"))), "hd2"))


def test_a_quorum_lost_during_the_vote_leaves_no_result_and_the_matter_for_another_session(chamber: Chamber) -> None:
    session, matter = chamber.in_session(MEMBERS[:7])
    motion = chamber.vote(session, matter)
    chamber.cast(motion, "hd1")
    chamber.mark(session, "hd7", is_present=False)

    refused(QuorumLost, lambda: chamber.cast(motion, "hd2"))
    refused(QuorumLost, lambda: chamber.close(motion))
    refused(VoteOpen, lambda: chamber.end(session))
    adjourned = chamber.end(session, reason="Không đủ số thành viên theo quy chế")

    assert adjourned.state is SessionState.ADJOURNED
    assert chamber.matter(matter).state is MatterState.WAITING
    refused(VoteNotOpen, lambda: chamber.close(motion))
    again = chamber.open(chamber.convene(matter), MEMBERS)
    assert chamber.vote(again, matter).round == 2


def test_no_vote_begins_without_a_quorum_and_members_with_an_interest_are_not_of_it(chamber: Chamber) -> None:
    session, matter = chamber.in_session(MEMBERS[:7])
    chamber.declare(session, matter, "hd5")

    refused(QuorumMissing, lambda: chamber.vote(session, matter))
    chamber.mark(session, "hd8", is_present=True)
    motion = chamber.vote(session, matter)

    refused(KeptOutByInterest, lambda: chamber.cast(motion, "hd5"))
    refused(NotInTheRoom, lambda: chamber.cast(motion, "hd9"))


def test_who_presides_has_no_interest_in_the_matter_and_is_there(chamber: Chamber) -> None:
    session, matter = chamber.in_session()
    chamber.declare(session, matter, CHAIR)
    refused(MayNotPreside, lambda: chamber.vote(session, matter))
    chamber.end(session, reason="Chủ tọa có lợi ích liên quan")

    waiting = chamber.convene(matter)
    refused(MayNotPreside, lambda: chamber.open(waiting, MEMBERS, presiding="hd4"))
    refused(MayNotPreside, lambda: chamber.open(waiting, MEMBERS[2:], presiding="hd2"))
    deputy = chamber.open(waiting, MEMBERS, presiding="hd2")
    assert chamber.vote(deputy, matter).presiding == chamber.office.people["hd2"].id


def test_an_interest_is_declared_before_the_ballot_by_oneself_or_by_who_conducts(chamber: Chamber) -> None:
    session, matter = chamber.in_session()
    refused(NotYoursToRun, lambda: chamber.declare(session, matter, "hd5", by="hd6"))
    chamber.declare(session, matter, "hd5", by=SECRETARY)
    motion = chamber.vote(session, matter)
    chamber.cast(motion, "hd4")

    refused(InterestTooLate, lambda: chamber.declare(session, matter, "hd4"))
    refused(MatterNotFound, lambda: chamber.declare(session, replace(matter, id=MatterId(an_id("x"))), "hd4"))


def test_a_void_vote_is_held_again_and_a_counted_one_never(chamber: Chamber) -> None:
    session, matter = chamber.in_session()
    motion = chamber.vote(session, matter)
    refused(VoteOpen, lambda: chamber.vote(session, matter))
    refused(SessionInvalid, lambda: _void(chamber, motion, " "))

    _void(chamber, motion, "Một thành viên chưa khai báo lợi ích")
    again = chamber.vote(session, matter)
    for member in MEMBERS:
        chamber.cast(again, member)
    chamber.close(again)

    refused(VoteNotOpen, lambda: _void(chamber, again, "Muộn"))
    refused(MatterNotWaiting, lambda: chamber.vote(session, matter))
    refused(MatterNotWaiting, lambda: chamber.convene(matter))
    refused(MatterNotWaiting, lambda: chamber.declare(session, matter, "hd4"))


def test_a_secret_ballot_stands_nowhere_but_sealed_and_after_counting_not_even_so(chamber: Chamber) -> None:
    session, matter = chamber.in_session(ballot=BallotKind.SECRET)
    motion = chamber.vote(session, matter)
    chamber.cast(motion, "hd2", Choice.DISAGREE)
    for member in (*MEMBERS[:1], *MEMBERS[2:]):
        chamber.cast(motion, member)

    before = chamber.ballots(motion)
    counted = chamber.close(motion)
    after = chamber.ballots(motion)

    assert {ballot.choice for ballot in before} == {None}
    assert len({len(ballot.sealed or "") for ballot in before}) == 1
    assert {(ballot.choice, ballot.opinion, ballot.sealed) for ballot in after} == {(None, "", None)}
    assert counted.tally is not None
    assert (counted.tally.agreed, counted.tally.disagreed, counted.tally.percent_text) == (8, 1, "88.88")
    assert not counted.tally.passed
    cast = [json.loads(leaf)["data"] for leaf in _leaves(chamber, motion) if b"ballot_cast" in leaf]
    assert [said["choice"] for said in cast] == [None] * 9


def test_an_open_ballot_is_in_the_log_by_name(chamber: Chamber) -> None:
    session, matter = chamber.in_session()
    motion = chamber.vote(session, matter)
    chamber.cast(motion, "hd2", Choice.DISAGREE)

    (leaf,) = [json.loads(leaf) for leaf in _leaves(chamber, motion) if b"ballot_cast" in leaf]
    assert (leaf["actor"], leaf["data"]["choice"]) == (str(chamber.office.people["hd2"].id), "disagree")


def test_a_sealed_ballot_put_in_anothers_place_is_found_and_nothing_is_counted(chamber: Chamber) -> None:
    session, matter = chamber.in_session(ballot=BallotKind.SECRET)
    motion = chamber.vote(session, matter)
    chamber.cast(motion, "hd1", Choice.DISAGREE)
    for member in MEMBERS[1:]:
        chamber.cast(motion, member)
    with psycopg.connect(database_url(chamber.office.house.settings)) as connection:
        connection.execute("SELECT set_config('vanthu.leaf', pg_current_xact_id()::text, true)")
        connection.execute(
            "UPDATE council_ballots SET sealed = (SELECT sealed FROM council_ballots WHERE motion_id = %(vote)s"
            " AND person_id = %(other)s) WHERE motion_id = %(vote)s AND person_id = %(one)s",
            {
                "vote": motion.id,
                "one": chamber.office.people["hd1"].id,
                "other": chamber.office.people["hd2"].id,
            },
        )

    refused(BallotDamaged, lambda: chamber.close(motion))


def test_a_secret_ballot_carries_no_words(chamber: Chamber) -> None:
    session, matter = chamber.in_session(ballot=BallotKind.SECRET)
    motion = chamber.vote(session, matter)

    refused(SecretGivesNoOpinion, lambda: chamber.cast(motion, "hd2", opinion="Của tôi"))


def test_opinions_in_writing_come_until_their_day_and_are_counted_earlier_only_when_all_came(
    chamber: Chamber,
) -> None:
    matter = chamber.put(form="written")
    session = chamber.write(matter)
    (motion,) = _open_votes(chamber, "hd4")[-1:]
    for member in MEMBERS[:8]:
        chamber.cast(motion, member, Choice.DISAGREE if member == "hd4" else Choice.AGREE, opinion="Nhất trí" * 3)

    refused(BallotsStillOut, lambda: chamber.close(motion))
    refused(SessionNotInState, lambda: chamber.mark(session, "hd4", is_present=True))
    chamber.cast(motion, "hd9")
    counted = chamber.close(motion)

    assert counted.tally is not None
    assert (counted.tally.passed, counted.tally.is_divided, counted.tally.percent_text) == (False, True, "88.88")
    assert matter.form is SessionForm.WRITTEN


def test_an_opinion_after_its_day_is_refused(chamber: Chamber) -> None:
    session = chamber.write(chamber.put(form="written"))
    (motion,) = _open_votes(chamber, "hd4")[-1:]
    services = chamber.office.house.services
    clock = services.clock
    late = replace(chamber.office.house, services=replace(services, clock=lambda: clock() + timedelta(days=6)))
    after = Chamber(office=replace(chamber.office, house=late))

    refused(VoteNotOpen, lambda: after.cast(motion, "hd4"))
    refused(QuorumLost, lambda: after.close(motion))
    assert after.end(session, reason="Không đủ ý kiến").state is SessionState.ADJOURNED


def _void(chamber: Chamber, motion: Motion, reason: str) -> None:
    with chamber.office.house.services.begin() as work:
        void_vote(motion.id, reason, by=chamber.office.people[SECRETARY], at=chamber.now, work=work)


def _open_votes(chamber: Chamber, member: str) -> list[Motion]:
    with chamber.office.house.services.begin() as work:
        return list(work.council_sessions.open_for(chamber.office.people[member].id))


def _leaves(chamber: Chamber, motion: Motion) -> list[bytes]:
    with chamber.office.house.services.begin() as work:
        page = PageRequest(limit=200)
        found = work.audit.search(motion.agency_id, page, subject_id=str(motion.id)).items
    return [event.leaf for event in found]


def _at_once(*acts: Callable[[], object]) -> list[str]:
    """Do these in threads that begin together; return how each ended, in their order."""
    outcomes, barrier = ["done"] * len(acts), threading.Barrier(len(acts))

    def run(place: int) -> None:
        barrier.wait()
        try:
            acts[place]()
        except VanthuError as error:
            outcomes[place] = type(error).__name__

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
