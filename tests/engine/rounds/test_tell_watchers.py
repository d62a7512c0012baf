"""Whom a comment names and who watches a document are told what becomes of it."""

from engine.actions.comment_on_document import CommentOnDocument, comment_on_document
from engine.actions.pause_document import PauseDocument, pause_document
from engine.actions.recall_work_item import recall_work_item
from engine.actions.resume_document import resume_document
from engine.actions.watch_document import watch_document
from engine.ids import DocumentId
from tests.support.notice_desk import NoticeDesk


def say(desk: NoticeDesk, document_id: DocumentId, by: str, text: str) -> None:
    services = desk.services
    with services.begin() as work:
        request = CommentOnDocument(document_id=document_id, text=text)
        comment_on_document(request, by=desk.office.people[by], at=services.clock(), work=work)


def watch(desk: NoticeDesk, document_id: DocumentId, by: str) -> None:
    services = desk.services
    with services.begin() as work:
        watch_document(document_id, by=desk.office.people[by], at=services.clock(), work=work)


def told_as_watcher(desk: NoticeDesk, username: str) -> list[str]:
    """Return what the person was told of documents they watch, the oldest first, in the words of the code."""
    desk.announce()
    return [each.news.template % each.news.facts for each in desk.shown(username) if each.news.kind == "watch"][::-1]


def test_whom_a_comment_names_is_told_by_whom_and_nothing_of_what_it_says(desk: NoticeDesk) -> None:
    document_id = desk.office.register().document.id
    say(desk, document_id, "chutich", "@chuyenvien.ocop và @chutich xem giúp chuyện rất riêng này")
    desk.announce()

    (told,) = desk.shown("chuyenvien.ocop")
    assert (told.news.kind, told.news.facts["author"]) == ("mention", "Nguyễn Văn Đức")
    assert told.news.path == f"/documents/{document_id}#comments"
    assert "riêng" not in str(told)
    assert "mention" not in desk.kinds("chutich"), "who names themselves needs no notice"


def test_watchers_are_told_of_steps_returns_recalls_and_pauses_but_not_of_what_they_did(desk: NoticeDesk) -> None:
    office = desk.office
    document_id = office.draft().document.id
    watch(desk, document_id, "chuyenvien")
    office.complete(document_id, "draft", "submit", "chuyenvien")
    office.complete(document_id, "review_content", "return", "truongphong", reason="Sửa Điều 1.")
    office.complete(document_id, "draft", "submit", "chuyenvien")
    done = office.complete(document_id, "review_content", "approve", "truongphong")
    services = desk.services
    with services.begin() as work:
        recall_work_item(done.id, by=office.people["truongphong"], at=services.clock(), work=work)
    head = office.people["truongphong"]
    with services.begin() as work:
        pausing = PauseDocument(document_id=document_id, reason="Chờ bổ sung biên bản.")
        pause_document(pausing, by=head, at=services.clock(), work=work)
    with services.begin() as work:
        resume_document(document_id, by=head, at=services.clock(), work=work)

    assert told_as_watcher(desk, "chuyenvien") == [
        "Quyết định was returned at 'Kiểm tra nội dung'.",
        "'Kiểm tra nội dung' is done: Quyết định.",
        "'Kiểm tra nội dung' was taken back: Quyết định.",
        "The time limit of Quyết định was paused. Open it to read the reason.",
        "The time limit of Quyết định runs again.",
    ]
    assert told_as_watcher(desk, "chutich") == []


def test_watchers_are_told_when_a_document_is_signed_issued_or_done_with(desk: NoticeDesk) -> None:
    office = desk.office
    issued = office.signed()
    watch(desk, issued, "phochutich")
    filed = office.register().document.id
    watch(desk, filed, "phochutich")
    office.complete(issued, "number", "number", "vanthu")
    office.run_jobs()
    office.sign(issued, "seal", "vanthu", key="agency")
    office.complete(filed, "direct", "file", "chutich")
    office.run_jobs()

    told = told_as_watcher(desk, "phochutich")
    number = office.outgoing(issued).number
    assert f"Quyết định {number} was issued." in told
    assert "The handling of Công văn 12/SNN-VP is finished." in told
    assert not [sentence for sentence in told if "Soạn thảo" in sentence], "what was done before they watched"


def test_who_may_no_longer_read_a_document_is_told_nothing_of_it(desk: NoticeDesk) -> None:
    office = desk.office
    stand_in = office.stand_in("chutich", "chuyenvien.ocop")
    document_id = office.register().document.id
    services = desk.services
    with services.begin() as work:
        by = office.placed("chuyenvien.ocop").people["chuyenvien.ocop"]
        watch_document(document_id, by=by, at=services.clock(), work=work)
    office.revoke(stand_in)
    office.complete(document_id, "direct", "file", "chutich")

    assert told_as_watcher(desk, "chuyenvien.ocop") == []
