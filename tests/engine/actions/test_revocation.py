"""A recognition taken away by a published decision, or left standing for a reason in words; what the rules refuse."""

# ruff: noqa: ANN401 - changes are fields of any type

from datetime import date
from typing import Any

import pytest

from engine.access import NotAllowed
from engine.achievements import Achievement, AchievementNotFound, AchievementRevoked
from engine.actions.propose_revocation import ProposeRevocation, propose_revocation
from engine.criteria import Tier
from engine.criteria_events import AchievementRecorded
from engine.deadlines import office_date
from engine.documents import DocumentInvalid, IncomingState
from engine.ids import AchievementId, DocumentId, DossierId
from engine.queries import Once
from engine.revocations import DistrictNotRevocable, FailingUnknown, FailingUnreadable, NotRevocable, RevocationRunning
from tests.engine.actions.test_recognise import decision_of, issued, published, started
from tests.support.composing import COMMUNE
from tests.support.office import Office, a_pdf
from tests.support.recognising import Province


class Revoking(Province):
    """The province at work on a proposal to revoke."""

    def __init__(self, office: Office, document_id: DocumentId) -> None:
        super().__init__(office, DossierId(document_id))
        self.document_id = document_id

    @property
    def arrived(self) -> DocumentId:
        """The incoming document that proposes it."""
        return self.document_id


def recognised(
    office: Office, number: str = "15/QĐ-UBND", document_id: DocumentId | None = None, tier: Tier = Tier.COMMUNE
) -> None:
    """Put on record that the commune is recognised."""
    services, by = office.house.services, office.people["vanthu"]
    at = services.clock()
    with services.begin() as work:
        new_id = AchievementId(work.new_id())
    known = Achievement(
        id=new_id,
        agency_id=by.agency_id,
        locality_id=COMMUNE,
        tier=tier,
        decision=number,
        decided_on=office_date(at),
        recorded_at=at,
        recorded_by=by.id,
        document_id=document_id,
    )
    with services.begin() as work:
        work.achievements.add(known)
        work.record(
            AchievementRecorded(
                by=by.id,
                at=at,
                agency_id=by.agency_id,
                achievement_id=known.id,
                locality_id=COMMUNE,
                tier=known.tier.value,
                decision=number,
                decided_on=known.decided_on,
                document_id=document_id,
            )
        )


def proposed(office: Office, by: str = "vanthu", **changes: Any) -> DocumentId:
    """Take a department's proposal in."""
    services = office.house.services
    facts: dict[str, Any] = {
        "locality_id": COMMUNE,
        "tier": Tier.COMMUNE,
        "organ_name": "Sở Nông nghiệp và Môi trường",
        "code_number": "12",
        "code_notation": "BC-SNNMT",
        "issued_date": office_date(services.clock()),
        **changes,
    }
    if "file_id" not in facts:
        facts["file_id"] = office.upload(a_pdf(), by)
    with services.begin() as work:
        request = ProposeRevocation(**facts)
        return propose_revocation(request, by=office.people[by], at=services.clock(), work=work)


def standing(office: Office) -> Achievement:
    with office.house.services.begin() as work:
        return work.achievements.of(COMMUNE)[0]


def test_half_the_criteria_fail_the_council_agrees_and_the_recognition_is_taken_away(office: Office) -> None:
    recognition = issued(office, decision_of(office, started(office)))
    recognised(office, str(recognition.number), recognition.id)
    province = Revoking(office, proposed(office))

    for wrong, refusal in (("1, hai", FailingUnreadable), ("1, 99", FailingUnknown)):
        with pytest.raises(refusal):
            province.do("check", "checked", failing=wrong, findings="Biên bản kiểm tra ngày 02/11/2026")
    province.do("check", "checked", failing="1; 2, 3, 4, 5", findings="Biên bản kiểm tra ngày 02/11/2026")
    province.vote()
    province.issue()

    ending, ended = published(office)
    taken, document = standing(office), office.incoming(province.arrived)
    assert (ended.document_id, ended.revoked_by) == (recognition.id, ending.id)
    assert (taken.revocation, taken.revocation_document_id) == (ending.number, ending.document_id)
    decision = office.outgoing(ending.document_id)
    assert decision.signer == office.people["chutich"].id
    assert "5/10 tiêu chí không còn đạt (50" in (decision.body or "")
    assert document.state is IncomingState.CLOSED
    with office.house.services.begin() as work:
        leaves = work.audit.about(taken.agency_id, [str(taken.id)])
    assert [one.action for one in leaves] == ["achievement.recorded", "achievement.revoked"]
    with pytest.raises(AchievementRevoked):
        taken.revoked("17/QĐ-UBND", date(2026, 12, 1))
    with pytest.raises(AchievementNotFound):
        proposed(office)


def test_too_few_criteria_fail_and_the_notice_says_so_in_words(office: Office) -> None:
    recognised(office)
    with pytest.raises(NotRevocable):
        proposed(office, tier=Tier.VILLAGE)
    with pytest.raises(NotAllowed):
        proposed(office, by="chuyenvien")
    with pytest.raises(DocumentInvalid):
        proposed(office, issued_date=date(2099, 1, 1))
    file_id, once = office.upload(a_pdf(), "vanthu"), Once(key="k1", fingerprint="0" * 64)
    document_id = proposed(office, file_id=file_id, once=once)
    assert proposed(office, file_id=file_id, once=once) == document_id
    with pytest.raises(RevocationRunning, match="under number 1"):
        proposed(office)
    with pytest.raises(DistrictNotRevocable):
        proposed(office, tier=Tier.DISTRICT)
    province = Revoking(office, document_id)

    province.do("check", "checked", failing="1, 2", key=True, findings="Biên bản kiểm tra")
    province.issue()

    (notice,) = province.issued()
    assert notice.type == "TB"
    assert "Có 2/10 tiêu chí không đạt (20,0%), dưới 30%" in (notice.body or "")
    assert standing(office).revoked_on is None
    assert office.incoming(document_id).state is IncomingState.CLOSED
    assert proposed(office) == standing(office).proposal_document_id
