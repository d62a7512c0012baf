"""An OCOP product from the commune's dossier to the certificate, by the real actions, models and signatures."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from engine.actions.save_ocop_sheet import SaveOcopSheet, save_ocop_sheet
from engine.actions.score_ocop_product import ScoreOcopProduct, score_ocop_product
from engine.actions.submit_ocop_dossier import submit_ocop_dossier
from engine.conducting import due_times
from engine.council_sessions import Matter, SessionForm
from engine.council_votes import Choice
from engine.deadlines import office_date
from engine.documents import IncomingState, OutgoingDocument, OutgoingState
from engine.dossier_errors import DossierFrozen, DossierNotInState
from engine.dossiers import DossierState
from engine.ids import DocumentId, DossierId
from engine.notices import NoticeKind
from engine.ocop_drafts import SheetMoved, find_saved, own_sheet
from engine.ocop_forms import FORM_NAME
from engine.ocop_proposals import (
    FORM_03,
    PROPOSAL,
    Finding,
    NotScoredNow,
    ProposalBeingSigned,
    ProposalInvalid,
    SheetMissing,
    SlipNotRegistered,
    SupplementAwaited,
)
from engine.ocop_terms import Purpose, commune_due
from engine.publications import PublicationQuery
from engine.queries import PageRequest
from engine.rounds.make_notices import settle_notices
from engine.rounds.remind import next_working_day, remind
from engine.rubrics import Knockout, built_in
from engine.scoring import SheetInvalid
from tests.support.councils import Chamber
from tests.support.ranking import COMMUNE, Ranking, best_choices

RICE = built_in(3)


def submitted(ranking: Ranking) -> tuple[DossierId, DocumentId]:
    """Submit the dossier of a product; return it and the slip at the province."""
    dossier = ranking.propose().dossier
    return dossier.id, ranking.submitted(dossier.id)


def before_council(ranking: Ranking) -> tuple[DossierId, DocumentId]:
    """Bring a dossier to where the council's members score."""
    dossier = ranking.propose().dossier
    return dossier.id, ranking.at_scoring(dossier.id)


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
    ranking.council_of_three()
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
    ranking.office.run_jobs()
    ranking.do(submit_ocop_dossier, dossier_id)
    ranking.office.run_jobs()
    with ranking.services.begin() as work:
        again = work.dossiers.get(dossier_id)
    ranking.office.complete(slip, "await_supplement", "arrived", "chuyenvien.ocop")
    ranking.office.complete(slip, "check", "refuse", "chuyenvien.ocop", reason="Không đúng đối tượng.")

    assert (again.received_document_id, len(again.submissions)) == (slip, 2)
    assert ranking.office.incoming(slip).state is IncomingState.CLOSED
    with ranking.services.begin() as work:
        assert work.dossiers.get(dossier_id).state is DossierState.REFUSED


def test_the_commune_s_report_and_signed_proposal_go_with_the_dossier_and_findings_stay_while_it_is_signed(
    ranking: Ranking,
) -> None:
    dossier_id = ranking.propose().dossier.id
    ranking.filled(dossier_id)
    ranking.found(dossier_id, identity=Finding(confirmed=False, note="Chưa rõ bản sắc."))
    own = ranking.do(submit_ocop_dossier, dossier_id).own_document_id
    assert own is not None
    ranking.office.run_jobs()
    with pytest.raises(ProposalBeingSigned):
        ranking.found(dossier_id)
    with pytest.raises(SlipNotRegistered):
        ranking.do(submit_ocop_dossier, dossier_id)
    ranking.carry_called(own)
    with ranking.services.begin() as work:
        sent = work.dossiers.get(dossier_id)
        instance = work.instances.find_of_document(own)
        [called] = work.instances.called_by(instance.id) if instance else ()
        proposal = work.documents.get(called.document_id)

    assert isinstance(proposal, OutgoingDocument)
    assert (proposal.type, proposal.state) == ("TTr", OutgoingState.ISSUED)
    assert proposal.signer == ranking.office.people["xa1.chutich"].id
    assert "chưa xác nhận: bản sắc địa phương" in (proposal.body or "")
    [form], [cover] = sent.get_part(FORM_03).files, sent.get_part(PROPOSAL).files
    assert (form.name, cover.file_id, sent.state) == (FORM_NAME, proposal.file_id, DossierState.SUBMITTED)


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


def score(ranking: Ranking, dossier_id: DossierId, slip: DocumentId, choices: dict[str, int]) -> list[str]:
    """Have every member fill in and sign a sheet; return who they are."""
    members = ranking.members(slip)
    for member in members:
        ranking.do(score_ocop_product, ScoreOcopProduct(dossier_id=dossier_id, choices=choices), member)
        ranking.finish(ranking.item(slip, "score", member).id, "scored", member)
    ranking.office.run_jobs()
    ranking.carry_called(slip)
    return members


def matter_of(ranking: Ranking, slip: DocumentId) -> Matter:
    """Return what was put to the council last about the slip."""
    with ranking.services.begin() as work:
        return work.council_sessions.matters_about(slip)[-1]


def issued(ranking: Ranking, slip: DocumentId, kind: str) -> list[OutgoingDocument]:
    """Return the issued documents of this type that the procedure of the slip called for."""
    with ranking.services.begin() as work:
        instance = work.instances.find_of_document(slip)
        called = work.instances.called_by(instance.id) if instance else ()
        found = [work.documents.get(one.document_id) for one in called]
    return [
        one
        for one in found
        if isinstance(one, OutgoingDocument) and one.type == kind and one.state is OutgoingState.ISSUED
    ]


def test_the_commune_has_15_working_days_which_stand_while_the_entity_supplements(ranking: Ranking) -> None:
    today = office_date(ranking.services.clock())
    proposed = ranking.propose(received_on=today - timedelta(days=3))
    with pytest.raises(SlipNotRegistered):
        ranking.do(submit_ocop_dossier, proposed.dossier.id)
    with pytest.raises(ProposalInvalid):
        ranking.propose(received_on=today + timedelta(days=1))
    with pytest.raises(ProposalInvalid):
        ranking.propose(received_on=today - timedelta(days=61))
    slip = ranking.received(proposed.dossier.id)
    with ranking.services.begin() as work:
        due = commune_due(today - timedelta(days=3), work.calendars.of(proposed.dossier.agency_id))
    office = ranking.office
    check = office.item(slip, "check")

    assert (office.incoming(slip).due_date, check.due_date) == (due, due)
    office.complete(slip, "check", "supplement", COMMUNE, reason="Thiếu giấy đăng ký kinh doanh.")
    assert office.incoming(slip).pause is not None
    office.complete(slip, "await_entity", "arrived", COMMUNE)
    office.complete(slip, "check", "give_back", COMMUNE, reason="Không đúng đối tượng.")
    with ranking.services.begin() as work:
        assert work.dossiers.get(proposed.dossier.id).state is DossierState.WITHDRAWN
    assert (office.incoming(slip).pause, office.incoming(slip).state) == (None, IncomingState.CLOSED)


def due_notices(ranking: Ranking, slip: DocumentId, day: date) -> list[str]:
    """Let the worker remind at noon of that day; return what the commune's officer was told of the slip so far."""
    noon = datetime(day.year, day.month, day.day, 5, tzinfo=UTC)
    services = replace(ranking.services, clock=lambda: noon)
    remind(services=services)
    settle_notices(services=services)
    with services.begin() as work:
        shown = work.notices.shown_to(ranking.office.people[COMMUNE].id, PageRequest(limit=100)).items
    of_slip = [one for one in shown if one.news.document_id == slip and one.news.kind is NoticeKind.DUE]
    return sorted(one.news.source.split(":")[0] for one in of_slip)


def test_the_commune_is_reminded_before_its_15_days_end_and_told_when_they_are_over_not_counting_the_entity_s(
    ranking: Ranking,
) -> None:
    slip = ranking.received(ranking.propose().dossier.id)
    office, due = ranking.office, ranking.office.incoming(slip).due_date
    assert due is not None
    with ranking.services.begin() as work:
        calendar = work.calendars.of(office.incoming(slip).agency_id)
    before = max(
        day for day in (due - timedelta(days=n) for n in range(1, 15)) if next_working_day(calendar, day) == due
    )
    office.complete(slip, "check", "supplement", COMMUNE, reason="Thiếu giấy đăng ký kinh doanh.")

    awaited = due_notices(ranking, slip, due + timedelta(days=1))
    office.complete(slip, "await_entity", "arrived", COMMUNE)
    told = [
        due_notices(ranking, slip, day) for day in (before - timedelta(days=1), before, due, due + timedelta(days=1))
    ]

    assert awaited == []
    assert office.incoming(slip).due_date == due
    assert told == [[], ["due"], ["due"], ["due", "over"]]


def test_a_sheet_saved_or_kept_in_another_window_meanwhile_is_not_overwritten(ranking: Ranking) -> None:
    dossier_id, _ = before_council(ranking)
    with ranking.services.begin() as work:
        seen = own_sheet(work.dossiers.get(dossier_id), ranking.office.people["hd2"], work).rev
    half = SaveOcopSheet(dossier_id=dossier_id, choices={"1.1": 1}, rev=seen)
    whole = ScoreOcopProduct(dossier_id=dossier_id, choices=best_choices(RICE), rev=seen)

    ranking.do(save_ocop_sheet, half, "hd2")
    with pytest.raises(SheetMoved):
        ranking.do(save_ocop_sheet, half, "hd2")
    with pytest.raises(SheetMoved):
        ranking.do(score_ocop_product, whole, "hd2")
    with ranking.services.begin() as work:
        saved = own_sheet(work.dossiers.get(dossier_id), ranking.office.people["hd2"], work)
    ranking.do(score_ocop_product, replace(whole, rev=saved.rev), "hd2")
    with pytest.raises(SheetMoved):
        ranking.do(score_ocop_product, replace(whole, rev=saved.rev), "hd2")

    assert (seen, saved.saved.sheet.choices if saved.saved else None) == (0, {"1.1": 1})


def test_a_member_saves_a_sheet_halfway_and_keeps_it_only_when_every_item_is_chosen(ranking: Ranking) -> None:
    dossier_id, _ = before_council(ranking)
    half = SaveOcopSheet(dossier_id=dossier_id, choices={"1.1": 1})

    progress = ranking.do(save_ocop_sheet, half, "hd2")

    assert (progress.total, len(progress.open_items)) == (1, len(best_choices(RICE)) - 1)
    with pytest.raises(SheetInvalid):
        ranking.do(save_ocop_sheet, replace(half, choices={"1.1": 99}), "hd2")
    with pytest.raises(NotScoredNow):
        ranking.do(save_ocop_sheet, half, "chuyenvien.ocop")
    with ranking.services.begin() as work:
        dossier, member = work.dossiers.get(dossier_id), ranking.office.people["hd2"]
        saved = find_saved(dossier, member, work)
        assert (saved.sheet.choices if saved else None, work.ocop.proposals.sheets(dossier_id)) == ({"1.1": 1}, [])
    ranking.do(score_ocop_product, ScoreOcopProduct(dossier_id=dossier_id, choices=best_choices(RICE)), "hd2")
    with ranking.services.begin() as work:
        assert find_saved(dossier, member, work) is None


def test_an_upgrade_to_5_stars_is_approved_by_the_province_and_proposed_to_the_ministry(ranking: Ranking) -> None:
    product, today = ranking.product(), office_date(ranking.services.clock())
    earlier = ranking.certified(product, issued_on=today - timedelta(days=400))
    dossier = ranking.propose(product, purpose=Purpose.UPGRADE, changes="Vùng trồng mới.").dossier
    slip = ranking.at_scoring(dossier.id)
    members = score(ranking, dossier.id, slip, best_choices(RICE))
    council, matter = Chamber(office=ranking.office, purpose="ocop"), matter_of(ranking, slip)
    assert matter.form is SessionForm.MEETING
    with ranking.services.begin() as work:
        due = due_times([matter], work)[matter.id]
    assert office_date(due) == ranking.office.incoming(slip).due_date, "the law sets the council no other time"
    [motion] = council.motions(council.write(matter))
    for member in members:
        council.cast(motion, member)
    council.close(motion)
    ranking.carry_called(slip)

    [approval], [proposal] = issued(ranking, slip, "QĐ"), issued(ranking, slip, "TTr")
    assert approval.body is not None
    assert proposal.body is not None
    assert "tiềm năng 5 sao" in approval.body
    assert f"lấy ý kiến bằng văn bản ngày {today:%d/%m/%Y}" in approval.body, "as the council did, whatever was asked"
    assert ": 100,00 điểm" in approval.body
    assert "05 mẫu sản phẩm" in proposal.body
    assert (approval.recipients, proposal.others) == ((dossier.agency_id,), ("Bộ Nông nghiệp và Môi trường",))
    with ranking.services.begin() as work:
        assert {approval.id, proposal.id} <= {one.id for one in work.documents.replies_to(slip)}
    with ranking.services.begin() as work:
        assert [one.id for one in work.ocop.ratings.of(product.id)] == [earlier.id]
        assert work.dossiers.get(dossier.id).state is DossierState.DECIDED
        assert work.publications.search(PublicationQuery(subject_id=str(product.id)), PageRequest()).items == ()


def test_ranking_again_to_2_stars_in_a_second_round_ends_with_a_notice_of_the_reasons_and_no_decision(
    ranking: Ranking,
) -> None:
    product, today = ranking.product(), office_date(ranking.services.clock())
    ranking.certified(product, issued_on=today - timedelta(days=950))
    dossier = ranking.propose(product, purpose=Purpose.RERANK, changes="Như cũ.").dossier
    slip = ranking.at_scoring(dossier.id)
    due, council = ranking.office.incoming(slip).due_date, Chamber(office=ranking.office, purpose="ocop")
    members = score(ranking, dossier.id, slip, best_choices(RICE))
    matter = matter_of(ranking, slip)
    session = council.write(matter)
    [motion] = council.motions(session)
    for member in members:
        council.cast(motion, member, Choice.DISAGREE)
    council.close(motion)
    ranking.carry_called(slip)
    ranking.office.complete(slip, "settle", "rescore", "chuyenvien.ocop", reason="Ý kiến khác nhau.")
    mine = ranking.item(slip, "score", members[0]).id
    with pytest.raises(SheetMissing):
        ranking.finish(mine, "scored", members[0])
    low = {code: 1 if code[0] in "456" else 0 for code in best_choices(RICE)} | {"9": 1, "10": 1}
    score(ranking, dossier.id, slip, low)
    with ranking.services.begin() as work:
        sheets, proposal = work.ocop.proposals.sheets(dossier.id), work.ocop.proposals.get(dossier.id)
    again = council.write(matter_of(ranking, slip))
    [motion] = council.motions(again)
    for member in members:
        council.cast(motion, member)
    council.close(motion)
    ranking.carry_called(slip)

    assert (due, {sheet.scoring_round for sheet in sheets}) == (today + timedelta(days=45), {2})
    assert proposal.result is not None
    assert proposal.result["stars"] in (1, 2)
    [notice] = issued(ranking, slip, "TB")
    assert notice.body is not None
    assert "Sản phẩm chưa đủ điều kiện công nhận" in notice.body
    assert f"lấy ý kiến bằng văn bản ngày {today:%d/%m/%Y}" in notice.body
    assert (issued(ranking, slip, "QĐ"), notice.recipients) == ([], (dossier.agency_id,))


def test_a_product_is_scored_on_signed_sheets_voted_on_and_recognised_by_the_chairman(
    ranking: Ranking, chamber: Chamber
) -> None:
    office = ranking.office
    dossier_id, slip = before_council(ranking)
    members = score(ranking, dossier_id, slip, {**best_choices(RICE), "1.3": 2, "4.1": 3})
    with ranking.services.begin() as work:
        documents = [sheet.document_id for sheet in work.ocop.proposals.sheets(dossier_id)]
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
    assert matter.question.endswith(f": điểm trung bình 97,00 trên {len(members)} phiếu, xếp hạng 4 sao")
    agree(Chamber(office=office, purpose="ocop"), matter, members)
    ranking.carry_called(slip)

    with ranking.services.begin() as work:
        [rating] = work.ocop.ratings.of(proposal.product_id)
        dossier = work.dossiers.get(dossier_id)
        decision = work.documents.get(rating.document_id) if rating.document_id else None
    assert isinstance(decision, OutgoingDocument)
    assert decision.body is not None
    assert f"họp ngày {office_date(ranking.services.clock()):%d/%m/%Y}" in decision.body
    assert "36 tháng kể từ ngày ban hành Quyết định này" in decision.body
    assert (decision.state, decision.signer) == (OutgoingState.ISSUED, office.people["chutich"].id)
    assert (rating.stars, rating.decision, rating.issued_on) == (4, decision.number, decision.issued_date)
    assert dossier.state is DossierState.DECIDED
    assert office.incoming(slip).state is IncomingState.CLOSED
