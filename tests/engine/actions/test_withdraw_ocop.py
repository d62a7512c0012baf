"""An OCOP dossier the commune withdraws: the province's procedure ends by itself, at whatever step it is."""

import pytest

from engine.actions.withdraw_dossier import withdraw_dossier
from engine.council_sessions import MatterState
from engine.council_votes import VoteNotOpen
from engine.documents import IncomingDocument, IncomingState
from engine.dossiers import DossierState
from engine.ids import DocumentId, DossierId
from tests.engine.actions.test_rank_ocop import RICE, before_council, matter_of, score, submitted
from tests.support.councils import Chamber, refused
from tests.support.office import Office
from tests.support.ranking import Ranking, best_choices


@pytest.fixture
def ranking(office: Office) -> Ranking:
    return Ranking(office)


def withdrawn(ranking: Ranking, dossier_id: DossierId, slip: DocumentId) -> IncomingDocument:
    """Have the commune withdraw the dossier and the worker pass it on; return the slip at the province."""
    ranking.do(withdraw_dossier, dossier_id, reason="Chủ thể xin rút.")
    ranking.office.run_jobs()
    return ranking.office.incoming(slip)


def open_elements(ranking: Ranking, slip: DocumentId) -> list[str]:
    """Return the steps open in the procedure of the slip and in those it called, with those still running."""
    with ranking.services.begin() as work:
        instance = work.instances.find_of_document(slip)
        assert instance is not None
        running = [one for one in (instance, *work.instances.called_by(instance.id)) if one.finished_at is None]
        items = [item.element_id for one in running for item in work.work_items.open_of(one.id)]
    return [*(str(one.id) for one in running), *items]


def test_a_dossier_withdrawn_while_the_council_votes_ends_the_procedure_without_anybody_pressing(
    ranking: Ranking,
) -> None:
    dossier_id, slip = before_council(ranking)
    members = score(ranking, dossier_id, slip, best_choices(RICE))
    council, matter = Chamber(office=ranking.office, purpose="ocop"), matter_of(ranking, slip)
    session = council.open(council.convene(matter), members)
    motion = council.vote(session, matter)

    closed = withdrawn(ranking, dossier_id, slip)

    assert (closed.state, closed.result) == (IncomingState.CLOSED, "Ủy ban nhân dân xã rút hồ sơ")
    assert (open_elements(ranking, slip), council.matter(matter).state) == ([], MatterState.WITHDRAWN)
    refused(VoteNotOpen, lambda: council.cast(motion, members[0]))
    with ranking.services.begin() as work:
        assert work.dossiers.get(dossier_id).state is DossierState.WITHDRAWN
    assert ranking.office.incoming(ranking.slip(dossier_id)).state is IncomingState.CLOSED


def test_a_dossier_withdrawn_before_it_is_registered_or_while_it_is_scored_is_closed_at_once(ranking: Ranking) -> None:
    early, scored = submitted(ranking), before_council(ranking)

    for dossier_id, slip in (early, scored):
        closed = withdrawn(ranking, dossier_id, slip)
        assert (closed.state, closed.arrival_number is None) == (IncomingState.CLOSED, False)
        assert open_elements(ranking, slip) == []
