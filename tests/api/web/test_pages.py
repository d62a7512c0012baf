"""What holds for every page: who may open it, how it is built, what it carries."""

import re
from collections.abc import Iterator

import pytest
from fastapi.routing import APIRoute

from api.web.forms import FormNotOurs
from api.web.pages import ROUTERS
from engine.ids import DocumentId
from tests.api.web.visitors import Page, Visitors
from tests.support.office import Office

OPEN_TO_ALL = {
    *("/sign-in", "/language/{chosen}", "/assets/{name:path}", "/static/{name}", "/verify", "/verify/{code}"),
    *("/track", "/track/{code}", "/track/{code}/rating", "/track/{code}/feedback"),
    *("/track/{code}/result", "/track/{code}/answers", "/track/{code}/supplement", "/track/{code}/slip"),
    *("/submit", "/submit/{procedure_id}"),
    *("/survey", "/survey/{code}", "/p/{code}", "/p/{code}/files/{place}"),
    *("/drafts", "/drafts/{code}"),
    *("/published", "/published/{code}", "/published/{code}/content", "/published/{code}/certificate"),
}
"""Pages and files for whoever is not signed in."""
FOR_OUTSIDERS = "starts-with(@action, '/verify') or starts-with(@action, '/track') or starts-with(@action, '/submit')"
"""Forms of people without a session; no cookie speaks for anybody in them, and other sites are refused by Origin."""

MAY_OPEN = {
    "vanthu": (
        "/work-items",
        "/incoming-documents/new",
        "/outgoing-documents/new",
        "/documents",
        "/registers",
        "/incidents",
        "/definitions",
        "/forecast",
        "/calendar/2026",
        "/design",
        "/stand-ins",
        "/stand-ins/new",
        "/cases",
        "/case-procedures",
        "/case-feedback",
        "/service-index",
        "/criteria-sets/commune-2026/1",
        "/criteria-sets/commune-2026/2",
        "/published",
    ),
    "chanhvanphong": ("/document-templates", "/document-templates/recognise_commune"),
    "kiemtra": ("/work-items", "/documents", "/registers", "/incidents", "/definitions", "/audit/events", "/stand-ins"),
    "quantri": (
        "/work-items",
        "/documents",
        "/incidents",
        "/definitions",
        "/definitions/new",
        "/definitions/draw",
        "/case-procedures/new",
        "/calendar/2027",
        "/stand-ins/new",
        "/criteria-sets",
        "/localities/workbook",
    ),
    "chuyenvien": ("/work-items", "/outgoing-documents/new", "/documents", "/definitions"),
    "chuyenvien.ocop": ("/ocop-products", "/ocop-certificates/workbook"),
}
MAY_NOT_OPEN = {
    "kiemtra": ("/incoming-documents/new", "/outgoing-documents/new", "/definitions/new", "/stand-ins/new"),
    "quantri": ("/incoming-documents/new", "/outgoing-documents/new", "/registers", "/audit/events", "/forecast"),
    "chuyenvien": ("/incoming-documents/new", "/registers", "/incidents", "/definitions/new", "/audit/events"),
    "vanthu": ("/definitions/new", "/definitions/draw", "/audit/events", "/document-templates"),
}


def routes(method: str) -> Iterator[APIRoute]:
    """Yield the routes of pages that only somebody signed in may use."""
    for router in ROUTERS:
        for route in router.routes:
            if isinstance(route, APIRoute) and method in (route.methods or ()) and route.path not in OPEN_TO_ALL:
                yield route


def filled(route: APIRoute) -> str:
    """Return an address of the route."""
    return re.sub(r"\{\w+(:\w+)?\}", "1", route.path)


def require_sound(page: Page) -> None:
    """Check what every page owes a person: a language, a title, one heading, a label for each field, no script."""
    document = page.document
    assert document.get("lang") in ("vi", "en")
    assert document.findtext(".//title")
    assert len(document.xpath("//h1")) == 1, page.path
    assert document.xpath("//main[@id='main']")
    ids = [str(one) for one in document.xpath("//@id")]
    assert sorted(ids) == sorted(set(ids)), page.path
    assert unlabelled(page) == []
    assert [
        one for one in document.xpath("//*[@aria-describedby]/@aria-describedby") if not set(one.split()) <= set(ids)
    ] == []
    assert document.xpath("//script[not(@src)] | //style | //*[@style] | //*[starts-with(name(@*), 'on')]") == []
    assert document.xpath("//img[not(@alt)]") == []
    assert document.xpath("//table//th[not(@scope)]") == []
    assert (
        document.xpath(f"//form[@method='post' and not({FOR_OUTSIDERS}) and not(.//input[@name='csrf_token'])]") == []
    )


def unlabelled(page: Page) -> list[str]:
    """Return the fields that have no label."""
    labelled = {str(one) for one in page.document.xpath("//label/@for")}
    fields = page.document.xpath("//input[not(@type='hidden')] | //select | //textarea")
    return [
        str(one.get("name"))
        for one in fields
        if one.get("id") not in labelled and not one.xpath("ancestor::label") and not one.get("aria-label")
    ]


@pytest.mark.parametrize("username", MAY_OPEN)
def test_pages_open_for_those_whose_work_they_are_and_are_soundly_built(visitors: Visitors, username: str) -> None:
    visitor = visitors[username]

    for path in MAY_OPEN[username]:
        page = visitor.open(path)

        require_sound(page)


@pytest.mark.parametrize("username", MAY_NOT_OPEN)
def test_pages_are_refused_to_those_whose_work_they_are_not(visitors: Visitors, username: str) -> None:
    visitor = visitors[username]

    for path in MAY_NOT_OPEN[username]:
        page = visitor.open(path, status=403)

        require_sound(page)
        assert page.says("Vị trí công tác của anh/chị không được làm việc này."), path


@pytest.mark.parametrize("username", [*MAY_OPEN, "chutich"])
def test_the_navigation_leads_only_to_what_one_may_open(visitors: Visitors, username: str) -> None:
    visitor = visitors[username]
    page = visitor.open("/documents")

    for path in page.document.xpath('//nav[@class="rail"]//a/@href'):
        visitor.open(str(path))


def test_whoever_is_not_signed_in_is_sent_to_the_sign_in_page_from_every_page(visitors: Visitors) -> None:
    nobody = visitors.nobody()

    for route in routes("GET"):
        answer = nobody.get(filled(route))

        assert answer.status_code == 303, route.path
        assert answer.headers["Location"].startswith("/sign-in?goal="), route.path


def test_whoever_is_not_signed_in_can_send_no_form(visitors: Visitors) -> None:
    nobody = visitors.nobody()

    for route in routes("POST"):
        answer = nobody.client.post(filled(route), data={"csrf_token": "x"})

        assert answer.status_code == 303, route.path
        assert answer.headers["Location"] == "/sign-in?goal=%2F", route.path


def test_a_form_without_the_sessions_own_value_is_refused_everywhere(visitors: Visitors) -> None:
    clerk = visitors["vanthu"]

    for route in routes("POST"):
        answer = clerk.client.post(filled(route), data={"csrf_token": "0" * 64})

        assert answer.status_code == 403, route.path
        assert "Biểu mẫu này không thuộc phiên làm việc hiện tại." in answer.text, route.path
        assert FormNotOurs.code in answer.text


def test_every_page_forbids_foreign_scripts_and_frames(visitors: Visitors) -> None:
    clerk, nobody = visitors["vanthu"], visitors.nobody()
    pages = [clerk.open(path) for path in MAY_OPEN["vanthu"]]
    pages += [nobody.open("/sign-in"), clerk.open("/nowhere", status=404), clerk.open("/definitions/new", status=403)]

    for page in pages:
        policy = page.headers["Content-Security-Policy"]
        assert "default-src 'none'; script-src 'self';" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert page.headers["X-Content-Type-Options"] == "nosniff"
        assert page.headers["Referrer-Policy"] == "same-origin"
        assert page.headers["Cache-Control"] == "no-store"


def test_a_document_and_its_work_are_soundly_built(visitors: Visitors, office: Office) -> None:
    document_id = office.register().document.id
    head = visitors["chutich"]

    document = head.open(f"/documents/{document_id}")
    item = head.open(f"/work-items/{office.item(document_id, 'direct').id}")

    require_sound(document)
    require_sound(item)
    assert document.says("Bước 'Cho ý kiến chỉ đạo (bút phê)' đang chờ chánh văn phòng")


def test_a_document_of_others_is_not_there(visitors: Visitors, office: Office) -> None:
    document_id = office.register().document.id

    for username in ("chuyenvien.ocop", "vanthu.xa1", "quantri"):
        page = visitors[username].open(f"/documents/{document_id}", status=404)
        assert page.says("Không có văn bản này."), username
        visitors[username].open(f"/documents/{document_id}/content", status=404)
        visitors[username].open(f"/documents/{document_id}/evidence", status=404)
        visitors[username].open(f"/work-items/{office.item(document_id, 'direct').id}", status=404)


@pytest.mark.parametrize(
    "path", ["/nowhere", "/documents/not-an-id", "/work-items/1", "/registers/1", "/assets/../app.py"]
)
def test_what_is_not_there_is_a_page_that_says_what_to_do(visitors: Visitors, path: str) -> None:
    page = visitors["vanthu"].open(path, status=404)

    require_sound(page)
    assert "/" in page.links()


def test_an_address_that_cannot_be_read_is_a_page_too(visitors: Visitors, office: Office) -> None:
    document_id: DocumentId = office.register().document.id

    page = visitors["vanthu"].open(f"/documents/{document_id}/attachments/first", status=422)

    require_sound(page)


def test_the_wrong_method_is_a_page_too(visitors: Visitors) -> None:
    answer = visitors["vanthu"].client.post("/documents")

    assert answer.status_code == 405
    assert "Không thực hiện được ở đây" in answer.text
