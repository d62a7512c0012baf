"""Every class of attack on signed PDFs is named for what it is, and none passes as untouched."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pyhanko.pdf_utils.generic import DictionaryObject, pdf_string
from pyhanko.sign.fields import MDPPerm

from engine.signatures import SignerRole
from engine.validations import Verdict
from signing.room import Room
from tests.signing import forgeries as forge
from tests.signing.conftest import Life
from tests.signing.foreign import signed_elsewhere
from tests.signing.samples import sign, with_overlay
from tests.support.pki import ROGUE, Office

Forgery = Callable[[bytes], bytes]


@pytest.fixture(scope="module")
def offline(office: Office) -> Room:
    """A room that asks nobody: the archived file proves itself."""
    return Room(replace(office.settings, online=False))


@pytest.fixture(scope="module")
def plain(life: Life, office: Office) -> bytes:
    """A file another office signed, with neither certification nor lock."""
    return signed_elsewhere(life.rendered.content, office)


@pytest.fixture(scope="module")
def certified(life: Life, office: Office) -> dict[int, bytes]:
    """Files another office certified: nothing, forms, or notes may follow."""
    permissions = (MDPPerm.NO_CHANGES, MDPPerm.FILL_FORMS, MDPPerm.ANNOTATE)
    return {one.value: signed_elsewhere(life.rendered.content, office, permits=one) for one in permissions}


def judged(room: Room, pdf: bytes) -> tuple[Verdict, set[str]]:
    report = room.validate(pdf, datetime.now(UTC))
    return report.verdict, {problem.code for problem in report.problems}


def test_the_files_that_are_forged_here_are_valid_before(
    room: Room, offline: Room, life: Life, plain: bytes, certified: dict[int, bytes]
) -> None:
    assert judged(offline, life.archived) == (Verdict.VALID, set())
    assert [judged(room, pdf) for pdf in (plain, *certified.values())] == [(Verdict.VALID, set())] * 4


AFTER: dict[str, tuple[Forgery, str]] = {
    "incremental update": (with_overlay, "change.page_content"),
    "page content replaced": (forge.with_page_content_replaced, "change.page_content"),
    "page added": (forge.with_page_added, "change.page_added"),
    "page removed": (forge.with_page_removed, "change.page_removed"),
    "page cut": (forge.with_page_turned, "change.page_shape"),
    "font swapped": (forge.with_font_swapped, "change.page_font"),
    "title changed": (forge.with_title, "change.information"),
    "text over the page": (lambda pdf: forge.with_annotation(pdf, "FreeText"), "change.covered"),
    "stamp over the page": (lambda pdf: forge.with_annotation(pdf, "Stamp"), "change.covered"),
    "redaction": (lambda pdf: forge.with_annotation(pdf, "Redact"), "change.covered"),
    "note": (lambda pdf: forge.with_annotation(pdf, "Text"), "change.note_added"),
    "file as a note": (lambda pdf: forge.with_annotation(pdf, "FileAttachment"), "change.file_attached"),
    "attached file": (lambda pdf: forge.with_names(pdf, "EmbeddedFiles"), "change.file_attached"),
    "script of the file": (lambda pdf: forge.with_names(pdf, "JavaScript"), "change.action"),
    "script on opening": (
        lambda pdf: forge.with_opening(pdf, "JavaScript", JS=pdf_string("app.alert(1)")),
        "change.action",
    ),
    "program on opening": (lambda pdf: forge.with_opening(pdf, "Launch", F=pdf_string("a.exe")), "change.action"),
    "address on opening": (lambda pdf: forge.with_opening(pdf, "URI", URI=pdf_string("http://a.vn")), "change.action"),
    "form sent on opening": (
        lambda pdf: forge.with_opening(pdf, "SubmitForm", F=pdf_string("http://a.vn")),
        "change.action",
    ),
    "other file on opening": (lambda pdf: forge.with_opening(pdf, "GoToR", F=pdf_string("b.pdf")), "change.action"),
    "link to a program": (lambda pdf: forge.with_link(pdf, "Launch", F=pdf_string("a.exe")), "pdf.active_launch"),
    "link": (lambda pdf: forge.with_link(pdf, "URI", URI=pdf_string("http://a.vn")), "change.note_added"),
    "sneaky signature": (forge.with_sneaky_signature, "change.visible_place_for_signature"),
    "signature copied": (forge.with_signature_copied, "signature.copied"),
}


@pytest.mark.parametrize("name", ["incremental update", "note", "title changed", "attached file", "sneaky signature"])
def test_what_is_added_to_a_sealed_file_is_named_and_refutes_it(offline: Room, life: Life, name: str) -> None:
    forgery, code = AFTER[name]

    verdict, codes = judged(offline, forgery(life.archived))

    assert verdict is Verdict.INVALID
    assert code in codes


@pytest.mark.parametrize("name", AFTER)
def test_what_is_added_to_a_file_nobody_locked_is_named_and_never_valid(room: Room, plain: bytes, name: str) -> None:
    forgery, code = AFTER[name]

    verdict, codes = judged(room, forgery(plain))

    assert verdict in (Verdict.INVALID, Verdict.REVIEW)
    assert code in codes


@pytest.mark.parametrize("permitted", [1, 2, 3])
@pytest.mark.parametrize("name", ["text over the page", "stamp over the page", "sneaky signature"])
def test_evil_annotations_and_sneaky_signatures_on_certified_files_are_named(
    room: Room, certified: dict[int, bytes], permitted: int, name: str
) -> None:
    forgery, code = AFTER[name]

    verdict, codes = judged(room, forgery(certified[permitted]))

    assert verdict in (Verdict.INVALID, Verdict.REVIEW)
    assert code in codes
    assert permitted > 1 or verdict is Verdict.INVALID


@pytest.mark.parametrize(
    "shadow",
    [
        (forge.with_picture, forge.with_picture_switched, "change.page_picture"),
        (forge.with_second_body, forge.with_body_switched, "change.page_added"),
        (lambda pdf: forge.with_layers(pdf, hidden=False), forge.with_layer_switched, "change.layers"),
    ],
    ids=["hide or replace", "hide and replace", "layers"],
)
@pytest.mark.parametrize("permits", [None, MDPPerm.FILL_FORMS])
def test_a_shadow_prepared_before_signing_is_named_when_it_is_switched(
    room: Room, office: Office, life: Life, shadow: tuple[Forgery, Forgery, str], permits: MDPPerm | None
) -> None:
    prepare, switch, code = shadow
    signed = signed_elsewhere(prepare(life.rendered.content), office, permits=permits)

    verdict, codes = judged(room, switch(signed))

    assert judged(room, signed) == (Verdict.VALID, set())
    assert verdict is Verdict.INVALID
    assert code in codes


def test_hidden_layers_are_named_though_they_were_signed(room: Room, office: Office, life: Life) -> None:
    signed = signed_elsewhere(forge.with_layers(life.rendered.content, hidden=True), office)

    assert judged(room, signed) == (Verdict.REVIEW, {"pdf.active_layers"})


def test_a_field_that_shows_something_else_than_its_value_is_named(room: Room, life: Life) -> None:
    verdict, codes = judged(room, forge.with_field_look_swapped(life.numbered, "SoKyHieu"))

    assert verdict is Verdict.INVALID
    assert "change.field_look" in codes


@pytest.mark.parametrize("entry", ["Contents", "ByteRange"])
@pytest.mark.parametrize("value", [b"", b"null", b"<>", b"<00>", b"[]", b"0", b"[0 0 0 0]", b"[0 -1 -1 9]", b"()"])
def test_a_signature_that_cannot_be_checked_never_holds(room: Room, plain: bytes, entry: str, value: bytes) -> None:
    verdict, codes = judged(room, forge.with_signature_entry(plain, entry, value))

    assert verdict in (Verdict.INVALID, Verdict.REVIEW)
    assert codes & {"pdf.unreadable_signature", "pdf.unknown_signature", "signature.range", "signature.changed"}


@pytest.mark.parametrize("forgery", [forge.wrapped, forge.with_widened_gap])
def test_signed_bytes_that_were_moved_are_found(room: Room, plain: bytes, life: Life, forgery: Forgery) -> None:
    for pdf in (plain, life.sealed):
        verdict, codes = judged(room, forgery(pdf))

        assert verdict is Verdict.INVALID
        assert codes & {"signature.range", "signature.changed", "signature.partial", "pdf.damaged"}


@pytest.mark.parametrize("table", [True, False])
@pytest.mark.parametrize("trailer", [True, False])
@pytest.mark.parametrize("end", [True, False])
def test_incremental_saving_is_found_however_unfinished_it_is(
    room: Room, plain: bytes, *, table: bool, trailer: bool, end: bool
) -> None:
    forged = forge.appended(plain, forge.evil_page(plain), table=table, trailer=trailer, end=end)

    verdict, codes = judged(room, forged)

    assert verdict in (Verdict.INVALID, Verdict.REVIEW)
    assert codes


def test_a_table_that_is_named_once_more_is_found(room: Room, plain: bytes) -> None:
    assert judged(room, forge.with_two_tables(plain))[0] is Verdict.INVALID


def test_an_object_that_only_searching_programs_find_is_named(room: Room, office: Office, plain: bytes) -> None:
    shadowed = signed_elsewhere(forge.with_unlisted_object(plain), office, field="Signature2")

    assert "pdf.unlisted_objects" in judged(room, shadowed)[1]


@pytest.mark.parametrize(
    ("front", "code"),
    [
        (b"PK\x03\x04" + bytes(20), "pdf.polyglot"),
        (b"<html><script>alert(1)</script><!--", "pdf.polyglot"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "pdf.polyglot"),
        (b"\n\n", "pdf.leading_bytes"),
    ],
    ids=["zip", "html", "jpeg", "blank"],
)
def test_a_file_of_two_kinds_is_named(room: Room, plain: bytes, front: bytes, code: str) -> None:
    verdict, codes = judged(room, front + plain)

    assert verdict is Verdict.INVALID
    assert code in codes


def test_a_zip_behind_a_pdf_is_named(room: Room, plain: bytes) -> None:
    verdict, codes = judged(room, plain + b"PK\x05\x06" + bytes(18))

    assert verdict is Verdict.INVALID
    assert {"pdf.polyglot", "pdf.trailing_bytes"} <= codes


@pytest.mark.parametrize(
    "forgery",
    [
        lambda pdf: forge.with_long_chain(pdf, 2000),
        forge.with_circle,
        lambda pdf: forge.nested(pdf, 200_000),
    ],
    ids=["long chain", "circle", "deep nesting"],
)
def test_what_is_to_tire_a_reader_out_is_never_valid(room: Room, plain: bytes, forgery: Forgery) -> None:
    verdict, codes = judged(room, forgery(plain))

    assert verdict in (Verdict.INVALID, Verdict.REVIEW)
    assert codes


@pytest.mark.parametrize("layers", [1, 2])
def test_a_bomb_is_refused_before_it_goes_off(room: Room, life: Life, layers: int) -> None:
    assert judged(room, forge.bomb(life.rendered.content, 4096, layers=layers)) == (
        Verdict.INVALID,
        {"pdf.unpacks_too_much"},
    )


def test_a_second_signer_in_one_signature_is_refused(room: Room, plain: bytes) -> None:
    assert judged(room, forge.with_two_signers(plain))[0] is Verdict.INVALID


def test_the_signature_of_another_document_does_not_fit(room: Room, plain: bytes, life: Life) -> None:
    verdict, codes = judged(room, forge.with_cms(life.signed, forge.cms_of(plain).dump()))

    assert verdict is Verdict.INVALID
    assert "signature.changed" in codes


def test_a_time_stamp_of_another_document_does_not_fit(offline: Room, room: Room, life: Life) -> None:
    other = room.renew(life.archived, datetime.now(UTC))

    verdict, codes = judged(offline, forge.with_cms(life.archived, forge.cms_of(other).dump()))

    assert verdict is Verdict.INVALID
    assert codes & {"signature.changed", "signature.forged"}


def test_bytes_hidden_behind_a_signature_are_named(room: Room, plain: bytes) -> None:
    place = list(re.finditer(rb"0{64}>", plain))[-1]
    smuggled = plain[: place.start()] + b"41" * 32 + plain[place.end() - 1 :]

    assert "signature.padding" in judged(room, smuggled)[1]


def test_an_authority_of_the_same_name_is_not_the_authority(room: Room, life: Life) -> None:
    verdict, codes = judged(room, sign(room, life.prepared, SignerRole.OFFICIAL, ROGUE))

    assert (verdict, codes) == (Verdict.REVIEW, {"signature.untrusted"})


@pytest.mark.parametrize(
    ("forgery", "code"),
    [
        (AFTER["script on opening"][0], "pdf.active_script"),
        (AFTER["script of the file"][0], "pdf.active_script"),
        (AFTER["program on opening"][0], "pdf.active_launch"),
        (AFTER["address on opening"][0], "pdf.active_opens"),
        (AFTER["form sent on opening"][0], "pdf.active_submit"),
        (AFTER["attached file"][0], "pdf.active_attached"),
        (AFTER["file as a note"][0], "pdf.active_attached"),
        (lambda pdf: forge.with_annotation(pdf, "RichMedia"), "pdf.active_media"),
        (lambda pdf: forge.with_annotation(pdf, "Widget", AA=DictionaryObject()), "pdf.active_opens"),
        (lambda pdf: forge.with_layers(pdf, hidden=True), "pdf.active_layers"),
    ],
)
def test_what_can_act_or_hide_in_an_unsigned_file_is_named_to_the_clerk(
    offline: Room, life: Life, forgery: Forgery, code: str
) -> None:
    verdict, codes = judged(offline, forgery(life.rendered.content))

    assert verdict is Verdict.UNSIGNED
    assert code in codes


def test_a_signer_before_the_seal_is_all_that_a_file_rolled_back_shows(room: Room, life: Life) -> None:
    report = room.validate(life.numbered, life.ended_at)

    assert [one.field for one in report.signatures] == ["ChuKy"]
