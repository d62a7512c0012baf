"""The public register, for whoever comes by: what is published, its file, and what was revoked."""

from dataclasses import replace
from urllib.parse import quote

import pytest

from api.contents import disposition
from api.wiring import now
from engine.ids import PublicationId
from engine.publication_events import DecisionPublished
from engine.publications import Publication, PublicationKind
from tests.api.outsiders import Outside
from tests.api.rest.callers import problem
from tests.api.web.test_pages import require_sound
from tests.api.web.visitors import Visitors

API = "/api/v1/publications"
MOST_BYTES = 255
"""Of a name of a file, in every system."""


def published(one: Publication) -> DecisionPublished:
    return DecisionPublished(
        by=one.published_by,
        at=one.published_at,
        agency_id=one.agency_id,
        publication_id=one.id,
        document_id=one.document_id,
        kind=one.kind.value,
        number=one.number,
        revokes=None,
    )


@pytest.fixture(scope="module")
def publication(outside_house: Outside) -> Publication:
    """What was issued, published; and a second decision that ended the first."""
    outside, services = outside_house, outside_house.house.services
    with services.begin() as work:
        documents = (outside.document(), outside.office.outgoing(outside.returned))
        made = [
            Publication(
                id=PublicationId(work.new_id()),
                agency_id=document.agency_id,
                document_id=document.id,
                code=outside.code(document.id),
                kind=kind,
                title=f"{document.subject} {place}",
                holder="xã Hoằng Thử",
                award="nông thôn mới",
                number=document.number or "",
                issued_on=document.issued_date or now().date(),
                published_at=now(),
                published_by=document.drafter,
                facts=(("Bộ tiêu chí", "2026 - 2030"),),
            )
            for place, (document, kind) in enumerate(
                zip(documents, (PublicationKind.RECOGNITION, PublicationKind.REVOCATION), strict=True)
            )
        ]
        for one in made:
            work.publications.add(one)
            work.record(published(one))
        work.publications.save(made[0].revoked(made[1].id, now()))
    return replace(made[0], revoked_by=made[1].id)


def test_anybody_finds_reads_and_verifies_a_published_decision_that_says_it_was_revoked(
    outside: Outside, publication: Publication
) -> None:
    nobody = Visitors(outside.client).nobody()
    listed = nobody.open("/published?q=HOANG THU&kind=recognition")
    shown = nobody.open(f"/published/{publication.code}")
    file = outside.client.get(f"/published/{publication.code}/content")

    for page in (listed, shown):
        require_sound(page)
    assert f"/published/{publication.code}" in listed.links()
    assert shown.says("Quyết định này đã bị thu hồi, không còn hiệu lực.")
    assert shown.says(publication.number)
    assert file.content == outside.version(outside.issued)
    assert file.headers["content-type"] == "application/pdf"
    assert f"/published/{publication.code}" in nobody.open(f"/verify/{publication.code}").links()
    assert "set-cookie" not in file.headers


def test_a_code_that_is_not_published_is_answered_in_words_and_without_a_certificate_none_is_sent(
    outside: Outside, publication: Publication
) -> None:
    nobody = Visitors(outside.client).nobody()

    for path in ("/published/x", f"/published/{'0' * 26}", f"/published/{publication.code}/certificate"):
        require_sound(nobody.open(path, status=404))
    assert nobody.open("/published?q=không có gì").says("Không tìm thấy")


def test_a_certificate_is_sent_under_its_number_and_holder_in_letters_of_every_system(publication: Publication) -> None:
    rice = replace(
        publication, kind=PublicationKind.RATING, number="05/QĐ-UBND", holder='Gạo "nếp": hạt <cau>\r\n(HTX Đồng Tiến)'
    )

    assert len(replace(rice, holder="xã " + "ẩ" * 200).certificate_file_name.encode()) < MOST_BYTES
    assert rice.certificate_file_name == "Giấy chứng nhận 05-QĐ-UBND Gạo -nếp-- hạt -cau---(HTX Đồng Tiến).pdf"
    assert disposition(rice.certificate_file_name) == (
        'inline; filename="Giay chung nhan 05-QD-UBND Gao -nep-- hat -cau---(HTX Dong Tien).pdf"; '
        "filename*=UTF-8''" + quote(rice.certificate_file_name, safe="")
    )


def test_the_register_is_read_by_machines_too(outside: Outside, publication: Publication) -> None:
    listed = outside.client.get(API, params={"kind": "recognition"}).json()["items"]
    one = outside.client.get(f"{API}/{publication.code}").json()

    assert listed == [one]
    assert (one["in_force"], one["has_certificate"]) == (False, False)
    file = outside.client.get(f"{API}/{publication.code}/content")
    assert file.content == outside.version(outside.issued)
    page = outside.client.get(f"/published/{publication.code}/content")
    for header in ("X-Content-Type-Options", "Content-Security-Policy", "Cache-Control", "Content-Disposition"):
        assert file.headers[header] == page.headers[header]
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    problem(outside.client.get(f"{API}/{'0' * 26}"), 404, "publication.not_found")
