"""Comments, mentions and watchers of a document."""

import pytest

from engine.access import NotAllowed
from engine.actions.comment_on_document import CommentOnDocument, comment_on_document
from engine.actions.unwatch_document import unwatch_document
from engine.actions.watch_document import watch_document
from engine.comments import Comment, CommentInvalid
from engine.documents import DocumentNotFound
from engine.ids import DocumentId, WorkItemId
from engine.queries import PageRequest
from engine.watches import watchers_of
from engine.work_items import WorkItemNotFound
from tests.support.builders import an_id
from tests.support.office import Office


@pytest.fixture
def document_id(office: Office) -> DocumentId:
    """A document that waits for direction: read by the registry and the leaders, not by the specialists."""
    return office.register().document.id


def say(office: Office, document_id: DocumentId, by: str, text: str, item_id: WorkItemId | None = None) -> Comment:
    services = office.house.services
    request = CommentOnDocument(document_id=document_id, text=text, work_item_id=item_id)
    with services.begin() as work:
        return comment_on_document(request, by=office.people[by], at=services.clock(), work=work)


def actions(office: Office, document_id: DocumentId) -> list[str]:
    with office.house.services.begin() as work:
        agency = work.documents.get(document_id).agency_id
        return [leaf.action for leaf in work.audit.about(agency, [str(document_id)])][1:]


def test_what_is_said_is_there_for_all_who_may_read_the_newest_first(office: Office, document_id: DocumentId) -> None:
    first = say(office, document_id, "vanthu", "Bản giấy ở phòng tôi.")
    second = say(office, document_id, "chutich", "Cảm ơn.", office.item(document_id, "direct").id)

    with office.house.services.begin() as work:
        kept = work.comments.of_document(document_id, PageRequest(limit=1))
        older = work.comments.of_document(document_id, PageRequest(after=kept.next))

    assert (list(kept.items), list(older.items)) == ([second], [first])
    assert actions(office, document_id) == ["document.commented"] * 2


def test_who_handles_a_document_shows_it_to_whom_they_name(office: Office, document_id: DocumentId) -> None:
    said = say(office, document_id, "chutich", "@chuyenvien.ocop cho ý kiến nhé, cả @phochutich nữa.")

    named = (office.people["chuyenvien.ocop"].id, office.people["phochutich"].id)
    assert said.mentions == named
    assert actions(office, document_id) == ["document.reading_granted", "document.commented"]
    say(office, document_id, "chuyenvien.ocop", "Tôi đã xem.")


def test_who_only_reads_names_only_readers(office: Office, document_id: DocumentId) -> None:
    say(office, document_id, "chutich", "@chuyenvien.ocop xem")

    with pytest.raises(CommentInvalid) as refused:
        say(office, document_id, "chuyenvien.ocop", "@chuyenvien xem luôn")

    assert [error.code for error in refused.value.errors] == ["may_not_show"]
    say(office, document_id, "chuyenvien.ocop", "@chutich em đã xem")


@pytest.mark.parametrize("name", ["nobody", "xa1.chutich", "vanthu.xa1"])
def test_only_people_of_the_agency_are_named(office: Office, document_id: DocumentId, name: str) -> None:
    with pytest.raises(CommentInvalid) as refused:
        say(office, document_id, "chutich", f"@{name} xem")

    assert [error.code for error in refused.value.errors] == ["unknown_person"]
    assert actions(office, document_id) == []


def test_who_may_not_read_or_only_audits_says_nothing(office: Office, document_id: DocumentId) -> None:
    with pytest.raises(DocumentNotFound):
        say(office, document_id, "chuyenvien", "A")
    with pytest.raises(NotAllowed):
        say(office, document_id, "kiemtra", "A")


def test_a_step_of_another_document_is_not_commented_on_here(office: Office, document_id: DocumentId) -> None:
    with pytest.raises(WorkItemNotFound):
        say(office, document_id, "chutich", "A", WorkItemId(an_id("another step")))


def test_who_watches_is_a_watcher_once_until_they_no_longer_watch_or_read(
    office: Office, document_id: DocumentId
) -> None:
    def watch(by: str) -> None:
        services = office.house.services
        with services.begin() as work:
            watch_document(document_id, by=office.people[by], at=services.clock(), work=work)

    def unwatch(by: str) -> None:
        services = office.house.services
        with services.begin() as work:
            unwatch_document(document_id, by=office.people[by], at=services.clock(), work=work)

    def watchers() -> list[str]:
        with office.house.services.begin() as work:
            return [person.username for person in watchers_of(work.documents.get(document_id), work)]

    for name in ("vanthu", "vanthu", "chutich"):
        watch(name)
    assert sorted(watchers()) == ["chutich", "vanthu"]
    for _ in range(2):
        unwatch("vanthu")

    assert watchers() == ["chutich"]
    assert actions(office, document_id) == ["document.watched", "document.watched", "document.unwatched"]
    for name, refusal in (("chuyenvien", DocumentNotFound), ("kiemtra", NotAllowed)):
        for act in (watch, unwatch):
            with pytest.raises(refusal):
                act(name)
