"""Copies: which may be made of what, who decides, which take a number, what the agency signs, what is delivered."""

import re
from collections.abc import Callable
from io import BytesIO

import pikepdf
import pytest

from engine.access import NotAllowed
from engine.actions.ask_signature import AskSignature, ask_signature
from engine.actions.make_copy import CopyMade, MakeCopy, make_copy
from engine.copies import (
    AttachmentSigned,
    AttachmentUnfit,
    Copy,
    CopyForm,
    CopyInvalid,
    CopyNotAllowed,
    CopyOfCopy,
    Medium,
    NotElectronic,
    NotToBeCopied,
    PagesOutside,
    ScanUnfit,
)
from engine.documents import Attachment, DocumentNotFound, OutgoingState
from engine.ids import DocumentId, FileId
from engine.pdfs import AlreadySigned
from engine.queries import PageRequest
from engine.registers import Direction
from engine.signatures import SIGNER_FIELD, TEXT_SEAL_FIELD, NotYetSigned
from engine.signing_keys import SigningKey
from engine.validations import Verdict
from engine.work_items import WorkItemNotFound
from tests.signing.samples import printed_by
from tests.signing.scans import a_scan
from tests.support.machine import requires
from tests.support.office import Office, a_pdf

PAPER, ELECTRONIC = Medium.PAPER, Medium.ELECTRONIC
SY, SL, TRS = CopyForm.TRUE_COPY, CopyForm.OF_TRUE_COPY, CopyForm.EXTRACT


def copied(office: Office, of: DocumentId, form: CopyForm, source: Medium, target: Medium, **more: object) -> CopyMade:
    asked: Callable[..., MakeCopy] = MakeCopy
    request = asked(document_id=of, form=form, source=source, target=target, **more)
    return make_copy(request, by=office.people["vanthu"], services=office.house.services)


def on_paper(office: Office, of: DocumentId, form: CopyForm, source: Medium = ELECTRONIC, **more: object) -> DocumentId:
    """Return a copy on paper that the head decided on and the machine printed."""
    made = copied(office, of, form, source, PAPER, **more).document_id
    office.complete(made, "decide", "approve", "chutich")
    office.run_jobs()
    return made


def signed_copy(office: Office, of: DocumentId, form: CopyForm, source: Medium, **more: object) -> DocumentId:
    """Return an electronic copy that went all the way."""
    made = copied(office, of, form, source, ELECTRONIC, **more).document_id
    office.complete(made, "decide", "approve", "chutich")
    office.sign(made, "seal", "vanthu", key="agency")
    return made


def copies_register(office: Office) -> list[str]:
    with office.house.services.begin() as work:
        agency = office.people["vanthu"].agency_id
        register = work.registers.for_direction(agency, Direction.COPIES)
        year = office.house.services.clock().year
        return [entry.printed for entry in work.registers.entries(register.id, year, PageRequest(limit=9)).items]


def test_copies_on_paper_share_one_series_of_numbers(office: Office) -> None:
    original = office.issued(body="Điều 1. Một điều khoản dài.\n" * 120)

    first = on_paper(office, original, SY)
    office.complete(first, "hand_out", "done", "vanthu")
    office.run_jobs()
    second = on_paper(office, original, TRS, pages=(1, 1))
    third = on_paper(office, first, SL, source=PAPER, file_id=office.upload(a_scan()))

    numbers = [office.outgoing(one).number for one in (first, second, third)]
    assert numbers == ["01/SY-UBND", "02/TrS-UBND", "03/SL-UBND"]
    assert copies_register(office) == numbers[::-1]
    assert office.outgoing(office.issued()).number == "02/QĐ-UBND"


@requires("pdftoppm")
def test_a_copy_on_paper_is_printed_with_its_block_and_without_a_signature_of_ours(
    office: Office, tmp_path_factory: pytest.TempPathFactory
) -> None:
    made = on_paper(office, office.issued(), SY, others=("Sở Nội vụ",))
    content = office.house.services.read(office.outgoing(made).file_id)
    path = tmp_path_factory.mktemp("copy") / "copy.pdf"
    path.write_bytes(content)
    said = printed_by("pdftotext", "-layout", path, "-")

    assert all(one in said for one in ("SAO Y", "Số: 01/SY-UBND", "- Sở Nội vụ;", "CHỦ TỊCH", "Nguyễn Văn Đức"))
    with pikepdf.open(BytesIO(content)) as opened:
        assert "/AcroForm" not in opened.Root
    office.complete(made, "hand_out", "done", "vanthu", note="02 bản")
    office.run_jobs()
    assert office.outgoing(made).state is OutgoingState.ISSUED


def test_an_electronic_copy_of_paper_takes_no_number_and_shows_form_agency_and_time(office: Office) -> None:
    recipient = office.commune().agency_id
    incoming = office.register().document.id
    made = signed_copy(office, incoming, SY, PAPER, file_id=office.upload(a_scan(pages=2)), recipients=(recipient,))

    document, services = office.outgoing(made), office.house.services
    arrived = office.incoming(office.inbox("vanthu.xa1")[0].document_id)
    content = services.read(document.file_id)
    report = services.pdfs.validate(content, services.clock())
    assert (document.state, document.number) == (OutgoingState.ISSUED, None)
    assert (report.verdict, report.signatures[0].field) == (Verdict.VALID, TEXT_SEAL_FIELD)
    assert (arrived.type, arrived.code_number, arrived.code_notation) == ("SY", "12", "SNN-VP")
    assert arrived.organ_name == "Sở Nông nghiệp và Môi trường"
    with services.begin() as work:
        assert [one.file_id for one in work.documents.archived(made)] == [document.file_id]
    with pikepdf.open(BytesIO(content)) as opened:
        (field,) = (one for one in opened.Root.AcroForm.Fields if str(one.T) == TEXT_SEAL_FIELD)
        assert "/XObject" not in field.AP.N.Resources
        assert len(opened.pages) == 2


def pages_of(office: Office, document_id: DocumentId) -> int:
    services = office.house.services
    return services.pdfs.inspect(services.read(office.outgoing(document_id).file_id)).pages


def copy_of(office: Office, document_id: DocumentId) -> Copy:
    with office.house.services.begin() as work:
        found = work.copies.find(document_id)
    assert found is not None
    return found


@pytest.fixture
def annexes(office: Office) -> tuple[Attachment, ...]:
    """Two attachments, of two pages and of one."""
    files = (office.upload(a_pdf(pages), by="chuyenvien") for pages in (2, 1))
    return tuple(Attachment(file_id=file, name=f"Phụ lục {place}.pdf") for place, file in enumerate(files, start=1))


def test_a_copy_on_paper_has_the_attachments_behind_the_document_and_its_block_under_all(
    office: Office, annexes: tuple[Attachment, ...]
) -> None:
    original = office.issued(attachments=annexes)

    made = on_paper(office, original, SY)

    assert pages_of(office, made) == pages_of(office, original) + 3 + 1
    assert copy_of(office, made).attachments == 2


def test_an_extract_counts_its_pages_through_document_and_attachments(
    office: Office, annexes: tuple[Attachment, ...]
) -> None:
    original = office.issued(attachments=annexes)
    count = pages_of(office, original)

    made = signed_copy(office, original, TRS, ELECTRONIC, pages=(count + 1, count + 2))

    assert pages_of(office, made) == 2
    with pytest.raises(CopyInvalid) as whole:
        copied(office, original, TRS, ELECTRONIC, ELECTRONIC, pages=(1, count + 3))
    assert [error.code for error in whole.value.errors] == ["all_pages"]


def test_an_electronic_copy_of_paper_has_the_attachments_scanned_apart_unless_it_is_scanned_anew(
    office: Office,
) -> None:
    attached = Attachment(file_id=office.upload(a_scan()), name="Phụ lục.pdf")
    paper = office.register(file_id=office.upload(a_scan()), attachments=(attached,)).document.id

    kept = signed_copy(office, paper, SY, PAPER)
    anew = signed_copy(office, paper, SY, PAPER, file_id=office.upload(a_scan(pages=3)))

    assert [(pages_of(office, one), copy_of(office, one).attachments) for one in (kept, anew)] == [(2, 1), (3, 0)]


def test_an_extract_of_an_electronic_document_is_electronic_and_has_only_its_pages(office: Office) -> None:
    body = "\n".join(f"Đoạn {number} của quyết định, dài. " * 12 for number in range(1, 40))
    original = office.issued(body=body)
    made = signed_copy(office, original, TRS, ELECTRONIC, pages=(2, 3))

    services = office.house.services
    content = services.read(office.outgoing(made).file_id)
    assert services.pdfs.inspect(content).pages == 2
    assert services.pdfs.validate(content, services.clock()).verdict is Verdict.VALID


@pytest.mark.parametrize("form", [SY, SL])
def test_a_whole_electronic_document_has_no_electronic_copy(office: Office, form: CopyForm) -> None:
    original = office.issued()

    with pytest.raises(CopyNotAllowed, match="electronic file is the original"):
        copied(office, original, form, ELECTRONIC, ELECTRONIC)


Given = Callable[[Office], DocumentId]


@pytest.mark.parametrize(
    ("of", "form", "source", "target", "refusal"),
    [
        (lambda office: office.signed(), SY, ELECTRONIC, PAPER, NotToBeCopied),
        (lambda office: office.issued(), SL, ELECTRONIC, PAPER, CopyOfCopy),
        (lambda office: on_paper(office, office.issued(), SY), SL, PAPER, PAPER, NotToBeCopied),
        (lambda office: office.register().document.id, SY, ELECTRONIC, PAPER, NotElectronic),
        (lambda office: office.register().document.id, SY, PAPER, ELECTRONIC, ScanUnfit),
        (lambda office: office.issued(), SY, PAPER, ELECTRONIC, CopyInvalid),
    ],
    ids=["not issued", "original", "copy not handed out", "scan as electronic", "no scan", "paper without scan"],
)
def test_what_the_decree_has_no_copy_of_is_refused_with_the_reason(
    office: Office, of: Given, form: CopyForm, source: Medium, target: Medium, refusal: type[Exception]
) -> None:
    document_id = of(office)

    with pytest.raises(refusal):
        copied(office, document_id, form, source, target)


@pytest.mark.parametrize(
    ("form", "more", "refusal"),
    [
        (SY, {"pages": (1, 1)}, CopyInvalid),
        (TRS, {}, CopyInvalid),
        (TRS, {"pages": (1, 2)}, PagesOutside),
    ],
)
def test_pages_are_for_extracts_and_must_be_there(
    office: Office, form: CopyForm, more: dict[str, object], refusal: type[Exception]
) -> None:
    original = office.issued()

    with pytest.raises(refusal):
        copied(office, original, form, ELECTRONIC, PAPER, **more)


def test_a_scan_below_200_dpi_and_a_signed_file_do_not_become_electronic_copies(office: Office) -> None:
    incoming = office.register().document.id
    with pytest.raises(ScanUnfit):
        copied(office, incoming, SY, PAPER, ELECTRONIC, file_id=office.upload(a_scan(150)))
    services = office.house.services
    sealed = signed_copy(office, incoming, SY, PAPER, file_id=office.upload(a_scan()))
    again = office.upload(services.read(office.outgoing(sealed).file_id))

    with pytest.raises(AlreadySigned):
        copied(office, incoming, SY, PAPER, ELECTRONIC, file_id=again)


def test_each_attachment_of_paper_is_looked_at_by_itself_and_named(office: Office) -> None:
    scan, services = office.upload(a_scan(pages=2)), office.house.services
    sealed = signed_copy(office, office.register(file_id=scan).document.id, SY, PAPER)
    signed = office.upload(services.read(office.outgoing(sealed).file_id))
    born_digital = office.upload(a_pdf(2))

    def paper_with(file_id: FileId) -> DocumentId:
        attached = Attachment(file_id=file_id, name="Phụ lục 1.pdf")
        return office.register(file_id=scan, attachments=(attached,)).document.id

    with pytest.raises(AttachmentUnfit, match=r"'Phụ lục 1.pdf' .* no scan: 1, 2;"):
        copied(office, paper_with(born_digital), SY, PAPER, ELECTRONIC)
    for target in (ELECTRONIC, PAPER):
        with pytest.raises(AttachmentSigned, match=r"Phụ lục 1\.pdf"):
            copied(office, paper_with(signed), SY, PAPER, target)


def test_a_true_copy_is_only_copied_as_a_whole(office: Office) -> None:
    made = signed_copy(office, office.register().document.id, SY, PAPER, file_id=office.upload(a_scan()))

    with pytest.raises(CopyOfCopy):
        copied(office, made, TRS, ELECTRONIC, PAPER, pages=(1, 1))
    assert office.outgoing(on_paper(office, made, SL)).number == "01/SL-UBND"


def test_the_head_decides_and_a_chief_of_office_by_order(office: Office) -> None:
    made = copied(office, office.issued(), SY, ELECTRONIC, PAPER).document_id
    with pytest.raises(WorkItemNotFound):
        office.complete(made, "decide", "approve", "chanhvanphong")

    office.stand_in("chutich", "chanhvanphong")
    office.placed("chanhvanphong").complete(made, "decide", "refuse", "chanhvanphong", reason="Không cần")

    assert office.outgoing(made).state is OutgoingState.CANCELLED


def test_without_a_decision_nothing_is_signed_or_numbered(office: Office) -> None:
    original = office.issued(body="Điều 1. Một điều khoản dài.\n" * 120)
    made = copied(office, original, TRS, ELECTRONIC, ELECTRONIC, pages=(1, 1)).document_id

    with pytest.raises(AssertionError, match="seal"):
        office.item(made, "seal")
    office.complete(made, "decide", "approve", "chutich")
    office.complete(made, "seal", "refuse", "vanthu", reason="Sai trang")
    assert office.outgoing(made).state is OutgoingState.CANCELLED


def test_the_agency_s_signature_never_comes_first_on_a_document_of_its_own(office: Office) -> None:
    incoming = office.register(file_id=office.upload(a_pdf())).document.id
    draft = office.house.services.read(office.draft().document.file_id)
    assert SIGNER_FIELD in office.house.services.pdfs.inspect(draft).fields
    made = copied(office, incoming, SY, PAPER, PAPER, file_id=office.upload(draft))

    assert made.document_id
    services = office.house.services
    with pytest.raises(NotYetSigned):
        services.pdfs.prepare_text_seal(
            draft, SigningKey(holder=str(office.people["vanthu"].agency_id)), "x", services.clock()
        )


def test_who_may_not_read_a_document_makes_no_copy_of_it(office: Office) -> None:
    original = office.issued()

    request = MakeCopy(document_id=original, form=SY, source=ELECTRONIC, target=PAPER)
    for username, refusal in (("vanthu.xa1", DocumentNotFound), ("kiemtra", NotAllowed)):
        with pytest.raises(refusal):
            make_copy(request, by=office.people[username], services=office.house.services)


def test_the_words_of_a_copy_are_fixed_with_its_digest(office: Office) -> None:
    incoming = office.register().document.id
    made = copied(office, incoming, SY, PAPER, ELECTRONIC, file_id=office.upload(a_scan())).document_id
    office.complete(made, "decide", "approve", "chutich")
    item, services = office.item(made, "seal"), office.house.services

    ask_signature(AskSignature(work_item_id=item.id, key="agency"), by=office.people["vanthu"], services=services)

    with services.begin() as work:
        signing = work.signings.find(item.id)
    assert signing is not None
    with pikepdf.open(BytesIO(services.read(signing.prepared_file_id))) as opened:
        (field,) = opened.Root.AcroForm.Fields
        assert re.search(rb"/F1 10 Tf", field.AP.N.read_bytes())
        assert "/Contents" in field.V


@pytest.mark.parametrize(
    ("pages", "wrong"),
    [
        ((1, 1), {"first_page": "all_pages"}),
        ((1, None), {"last_page": "required"}),
        ((None, 1), {"first_page": "required"}),
        (None, {"first_page": "required"}),
    ],
)
def test_an_extract_has_a_part_of_the_pages_and_says_the_first_and_the_last(
    office: Office, pages: tuple[int | None, int | None] | None, wrong: dict[str, str]
) -> None:
    incoming = office.register().document.id

    with pytest.raises(CopyInvalid) as refused:
        copied(office, incoming, TRS, PAPER, PAPER, pages=pages)

    assert {error.field: error.code for error in refused.value.errors} == wrong
