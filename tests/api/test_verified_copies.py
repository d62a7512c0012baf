"""Verification of what goes along with documents or is made of them: attachments, copies on paper, extracts."""

from tests.api.outsiders import Outside
from tests.api.test_verifications import API, told
from tests.signing.samples import with_note
from tests.support.office import a_pdf


def test_a_sealed_attachment_is_known_as_one_of_its_document_and_changed_it_is_said_to_be(outside: Outside) -> None:
    document = outside.office.outgoing(outside.attached)
    (attached,) = document.attachments
    content = outside.house.services.read(attached.file_id)
    with outside.house.services.begin() as work:
        (seal,) = work.attachment_seals.of_document(document.id)
    sealed = outside.house.services.read(seal.signed_file_id or attached.file_id)

    found, before, changed = told(outside, content), told(outside, sealed), told(outside, with_note(content))

    assert (found["match"], found["attachment"], found["verdict"]) == ("current", "Phụ lục.pdf", "valid")
    assert found["document"]["number"] == document.number
    assert (before["match"], before["version"]) == ("earlier", "sealed")
    assert (changed["match"], changed["attachment"], changed["verdict"]) == ("changed", "Phụ lục.pdf", "invalid")


def test_an_attachment_that_was_not_sealed_here_is_nobody_s(outside: Outside) -> None:
    assert told(outside, a_pdf(pages=2))["match"] == "unknown"


def test_a_copy_on_paper_is_known_by_its_file_and_by_its_own_code(outside: Outside) -> None:
    found = told(outside, outside.version(outside.on_paper))
    asked = outside.client.get(f"{API}/{outside.code(outside.on_paper)}").json()

    for document in (found["document"], asked):
        assert (document["number"], document["on_paper"]) == ("01/SY-UBND", True)
        assert document["copy_of"] == outside.document().number
    assert (found["match"], found["verdict"]) == ("current", "unsigned")


def test_an_electronic_copy_has_no_number_and_names_what_it_is_of(outside: Outside) -> None:
    found = told(outside, outside.version(outside.extract))

    assert (found["match"], found["verdict"]) == ("current", "valid")
    assert (found["document"]["number"], found["document"]["on_paper"]) == (None, False)
    assert found["document"]["copy_of"].endswith("/QĐ-UBND")
