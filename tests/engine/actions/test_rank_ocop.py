"""An OCOP product from the commune's dossier to the certificate, by the real actions, models and signatures."""

import pytest

from engine.actions.found_council import FoundCouncil, found_council
from engine.actions.score_ocop_product import ScoreOcopProduct, score_ocop_product
from engine.actions.submit_ocop_dossier import submit_ocop_dossier
from engine.council_sessions import Matter
from engine.council_votes import Choice
from engine.councils import Member, MemberFunction
from engine.deadlines import office_date
from engine.documents import IncomingState, OutgoingDocument, OutgoingState
from engine.dossier_errors import DossierFrozen, DossierNotInState
from engine.dossiers import DossierState
from engine.ids import DocumentId, DossierId
from engine.ocop_proposals import NotScoredNow, ProposalInvalid, SheetMissing, SupplementAwaited
from engine.rubrics import Knockout, built_in
from engine.scoring import SheetInvalid
from tests.support.councils import Chamber
from tests.support.ranking import COMMUNE, Ranking, best_choices

RICE = built_in(3)


def submitted(ranking: Ranking) -> tuple[DossierId, DocumentId]:
    """Submit the dossier of a product; return it and the slip at the province."""
    dossier = ranking.propose().dossier
    ranking.filled(dossier.id)
    ranking.found(dossier.id)
    sent = ranking.do(submit_ocop_dossier, dossier.id)
    assert sent.received_document_id is not None
    return sent.id, sent.received_document_id


def before_council(ranking: Ranking) -> tuple[DossierId, DocumentId]:
    """Bring a dossier to where the council's members score."""
    dossier_id, slip = submitted(ranking)
    ranking.registered(slip)
    ranking.office.complete(slip, "check", "complete", "chuyenvien.ocop")
    return dossier_id, slip


def agree(council: Chamber, matter: Matter, members: list[str]) -> None:
    """Have the council meet and everybody agree."""
    session = council.open(council.convene(matter), members)
    motion = council.vote(session, matter)
    for member in members:
        council.cast(motion, member, Choice.AGREE)
    council.close(motion)
    council.end(session)


@pytest.fixture(scope="module")
def ranking(chamber: Chamber) -> Ranking:
    """A council of three, the last founded, ranks here."""
    ranking = Ranking(chamber.office)
    day = office_date(ranking.services.clock())
    council = FoundCouncil(
        name="Hội đồng OCOP",
        purpose="ocop",
        basis="Quyết định số 30/QĐ-UBND",
        members=[
            Member(person_id=ranking.office.people["hd1"].id, function=MemberFunction.CHAIR),
            Member(person_id=ranking.office.people["hd2"].id, function=MemberFunction.MEMBER),
            Member(person_id=ranking.office.people["hd9"].id, function=MemberFunction.SECRETARY),
        ],
        valid_from=day,
    )
    ranking.do(found_council, council, "vanthu")
    return ranking


def test_a_dossier_without_the_commune_s_findings_is_not_submitted(ranking: Ranking) -> None:
    dossier = ranking.propose().dossier
    ranking.filled(dossier.id)

    with pytest.raises(ProposalInvalid):
        ranking.do(submit_ocop_dossier, dossier.id)


def test_what_was_submitted_is_frozen_until_a_supplement_is_asked_for(ranking: Ranking) -> None:
    dossier_id, slip = submitted(ranking)

    with pytest.raises(DossierFrozen):
        ranking.found(dossier_id)
    with pytest.raises(DossierNotInState):
        ranking.do(submit_ocop_dossier, dossier_id)
    ranking.registered(slip)
    ranking.office.complete(slip, "check", "supplement", "chuyenvien.ocop", reason="Thiếu phiếu kiểm nghiệm.")
    with pytest.raises(SupplementAwaited):
        ranking.office.complete(slip, "await_supplement", "arrived", "chuyenvien.ocop")
    ranking.found(dossier_id)
    again = ranking.do(submit_ocop_dossier, dossier_id)
    ranking.office.complete(slip, "await_supplement", "arrived", "chuyenvien.ocop")
    ranking.office.complete(slip, "check", "refuse", "chuyenvien.ocop", reason="Không đúng đối tượng.")

    assert (again.received_document_id, len(again.submissions)) == (slip, 2)
    assert ranking.office.incoming(slip).state is IncomingState.CLOSED
    with ranking.services.begin() as work:
        assert work.dossiers.get(dossier_id).state is DossierState.REFUSED


def test_only_members_at_whose_turn_it_is_score_and_wrong_sheets_are_refused(ranking: Ranking) -> None:
    dossier_id, slip = before_council(ranking)
    request = ScoreOcopProduct(dossier_id=dossier_id, choices=best_choices(RICE))
    above = ScoreOcopProduct(dossier_id=dossier_id, choices={}, points={"1.1": 9})

    with pytest.raises(NotScoredNow):
        ranking.do(score_ocop_product, request, "chuyenvien.ocop")
    with pytest.raises(NotScoredNow):
        ranking.do(score_ocop_product, request, COMMUNE)
    with pytest.raises(SheetInvalid):
        ranking.do(score_ocop_product, above, "hd2")
    mine = ranking.item(slip, "score", "hd2").id
    with pytest.raises(SheetMissing):
        ranking.finish(mine, "scored", "hd2")
    first = ranking.do(score_ocop_product, request, "hd2")
    forged = ScoreOcopProduct(dossier_id=dossier_id, choices={}, knockouts=(Knockout.FORGED,))
    second = ranking.do(score_ocop_product, forged, "hd2")
    with ranking.services.begin() as work:
        counted = work.ocop.proposals.sheets(dossier_id)
    assert (first.score.total, [one.id for one in counted]) == (100, [second.id])


def test_a_product_is_scored_on_signed_sheets_voted_on_and_recognised_by_the_chairman(
    ranking: Ranking, chamber: Chamber
) -> None:
    office = ranking.office
    dossier_id, slip = before_council(ranking)
    members = ranking.members(slip)
    for member in members:
        points = {**best_choices(RICE), "1.3": 2, "4.1": 3}
        ranking.do(score_ocop_product, ScoreOcopProduct(dossier_id=dossier_id, choices=points), member)
        ranking.finish(ranking.item(slip, "score", member).id, "scored", member)
    office.run_jobs()
    with ranking.services.begin() as work:
        documents = [sheet.document_id for sheet in work.ocop.proposals.sheets(dossier_id)]
    ranking.carry_called(slip)
    signed = [office.outgoing(document_id).state for document_id in documents if document_id]
    with ranking.services.begin() as work:
        proposal = work.ocop.proposals.get(dossier_id)
        [matter] = work.council_sessions.matters_about(slip)
    assert signed == [OutgoingState.SIGNED] * len(members)
    assert proposal.result is not None
    assert (proposal.result["stars"], proposal.result["sheets"]) == (4, len(members))
    unmet = proposal.result["unmet"]
    assert isinstance(unmet, list)
    assert [gate["item"] for gate in unmet] == ["1.3", "4.1"]
    agree(Chamber(office=office, purpose="ocop"), matter, members)
    ranking.carry_called(slip)

    with ranking.services.begin() as work:
        [rating] = work.ocop.ratings.of(proposal.product_id)
        dossier = work.dossiers.get(dossier_id)
        decision = work.documents.get(rating.document_id) if rating.document_id else None
    assert isinstance(decision, OutgoingDocument)
    assert (decision.state, decision.signer) == (OutgoingState.ISSUED, office.people["chutich"].id)
    assert (rating.stars, rating.decision, rating.issued_on) == (4, decision.number, decision.issued_date)
    assert dossier.state is DossierState.DECIDED
    assert office.incoming(slip).state is IncomingState.CLOSED
