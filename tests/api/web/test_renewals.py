"""Proofs and certificates on the pages: the plan, a document's proof, and whose certificate may not sign."""

from datetime import timedelta

from engine.certificates import CertificateRevoked
from engine.checks import Check, CheckState, Finding, certificate_check
from tests.api.web.visitors import Visitors
from tests.support.house import Crowd
from tests.support.office import Office


def test_the_plan_says_what_is_stamped_anew_when_and_why_and_a_document_until_when_it_is_proven(
    visitors: Visitors, office: Office
) -> None:
    document_id = office.issued()

    plan = visitors["kiemtra"].open("/renewals")
    document = visitors["chutich"].open(f"/documents/{document_id}")

    assert plan.texts("//caption") == ["Kế hoạch gia hạn"]
    assert plan.says("Khi đó chứng thư số của dịch vụ cấp dấu thời gian hết hạn")
    assert plan.document.xpath(f'//tbody//a[@href="/documents/{document_id}"]')
    assert "Khả năng chứng minh lâu dài" in document.texts("//section/h2")


def test_a_certificate_that_may_not_sign_is_named_to_whoever_gives_out_the_work_and_to_the_signer(
    visitors: Visitors, office: Office, people: Crowd
) -> None:
    services, signer = office.house.services, people["chutich"]
    item = office.item(office.draft().document.id, "draft")
    facts = {"subject": signer.name}
    revoked = Finding(
        state=CheckState.BAD, code=CertificateRevoked.code, template=CertificateRevoked.template, facts=facts
    )
    at = services.clock() - timedelta(days=1)
    check = Check(
        name=certificate_check(str(signer.id)),
        agency_id=signer.agency_id,
        subject=signer.name,
        found=revoked,
        since=at,
        checked_at=at,
        took_ms=1,
    )
    with services.begin() as work:
        work.checks.keep([check])
    alerts = '//*[@role="alert"]/h2'

    choosing = visitors["chuyenvien"].open("/outgoing-documents/new")
    drafting = visitors["chuyenvien"].open(f"/work-items/{item.id}")

    assert any("chứng thư số không ký được" in text for text in choosing.texts("//option"))
    assert drafting.texts(alerts) == [f"Chứng thư số: {signer.name}"]
    assert drafting.says("đã bị thu hồi")
    assert visitors["chutich"].open("/work-items").texts(alerts) == [f"Chứng thư số: {signer.name}"]
    assert visitors["vanthu"].open("/work-items").texts(alerts) == []
