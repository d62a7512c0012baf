"""Slips of the one-stop office: sealed by the agency's key by itself, kept for good, recognised by whoever has one."""

from dataclasses import replace
from pathlib import Path

import pytest
import segno

from engine.actions.keep_slip import keep_slip
from engine.actions.seal_slip import seal_slip
from engine.case_reading import slip_pdf
from engine.case_slips import KeptSlip, SlipNotFound
from engine.cases import Case
from engine.ids import CaseSlipId
from engine.neighbours import ARCHIVE
from engine.tracking import slip_of, track
from engine.validations import Verdict
from engine.verifications import FileMatch
from engine.verifying import verify_file
from signing.codes import ERRORS
from tests.signing.samples import printed_by
from tests.support.office import Office
from tests.support.one_stop import IDENTITY, received

DPI = 200


def kept_slip(office: Office, case: Case) -> KeptSlip:
    with office.house.services.begin() as work:
        found = work.cases.find_kept_slip(work.cases.slips(case.id)[0].id)
    assert found is not None
    return found


def test_a_slip_is_sealed_by_the_agencys_key_archived_and_recognised_by_whoever_has_it(office: Office) -> None:
    case, house = received(office), office.house
    services = house.services
    with services.begin() as work:
        slip = work.cases.slips(case.id)[0]
    before = slip_pdf(case.id, slip.id, by=office.people["vanthu"], services=services)
    office.run_jobs()

    kept = kept_slip(office, case)
    assert kept.is_sealed
    assert kept.file_id is not None
    assert services.store.exists(ARCHIVE, kept.file_id)
    pdf = slip_pdf(case.id, slip.id, by=office.people["vanthu"], services=services)
    assert pdf != before
    assert slip_of(case.track_code, IDENTITY, slip.id, services=services) == pdf
    found = verify_file(pdf, None, services=services, room=house.outsiders)
    assert found.match is FileMatch.CURRENT
    assert found.slip is not None
    assert (found.slip.number, found.slip.sealed, found.slip.case_code) == (slip.printed, True, case.code)
    assert found.report.verdict is Verdict.VALID
    grown = verify_file(pdf + b"\n% more", None, services=services, room=house.outsiders)
    assert grown.match is FileMatch.CHANGED
    assert track(case.track_code, services=services).slips[0].number == slip.printed

    seal_slip(slip.id, services=services)
    keep_slip(slip.id, "signing.key_unavailable", services=services)
    assert kept_slip(office, case) == kept
    with pytest.raises(SlipNotFound):
        slip_of(case.track_code, IDENTITY, CaseSlipId(case.id), services=services)
    with pytest.raises(SlipNotFound):
        seal_slip(CaseSlipId(case.id), services=services)


def test_beside_its_code_a_slip_shows_only_the_end_of_the_identity_number(office: Office, tmp_path: Path) -> None:
    case, services = received(office), office.house.services
    with services.begin() as work:
        slip = work.cases.slips(case.id)[0]
    file = tmp_path / "slip.pdf"
    file.write_bytes(slip_pdf(case.id, slip.id, by=office.people["vanthu"], services=services))

    said = printed_by("pdftotext", "-layout", file, "-")

    assert case.code in said
    assert IDENTITY not in said
    assert f"*{IDENTITY[-3:]}" in said


def test_the_code_on_a_slip_leads_to_where_its_case_is_followed(office: Office, tmp_path: Path) -> None:
    case, services = received(office), replace(office.house.services, public_url="https://vanthu.example.vn")
    with services.begin() as work:
        slip = work.cases.slips(case.id)[0]
    (tmp_path / "slip.pdf").write_bytes(slip_pdf(case.id, slip.id, by=office.people["vanthu"], services=services))
    printed_by("pdftoppm", "-r", str(DPI), "-gray", "-singlefile", tmp_path / "slip.pdf", tmp_path / "slip")
    _, size, _, pixels = (tmp_path / "slip.pgm").read_bytes().split(b"\n", 3)

    def shows(address: str) -> bool:
        code = [list(row) for row in segno.make_qr(address, error=ERRORS).matrix]
        return stands_in(pixels, int(size.split()[0]), code)

    assert shows(f"{services.public_url}/track/{case.track_code}")
    assert not shows(f"{services.public_url}/track/{case.track_code[::-1]}")


def stands_in(pixels: bytes, width: int, code: list[list[int]]) -> bool:
    """Say whether the code, 24 mm wide, is somewhere on the page; its first corner is dark below and right of white."""
    step = 24 * DPI / 25.4 / len(code)
    places = [(row, column, dark) for row, line in enumerate(code) for column, dark in enumerate(line)]

    def is_dark(left: float, top: float) -> bool:
        place = round(top) * width + round(left)
        return place < len(pixels) and pixels[place] < 128

    def matches(left: int, top: int) -> bool:
        return all(
            is_dark(left + (column + 0.5) * step, top + (row + 0.5) * step) == bool(dark)
            for row, column, dark in places
        )

    dark = (place for place, pixel in enumerate(pixels) if pixel < 128)
    corners = (place for place in dark if pixels[place - 1] >= 128 and pixels[place - width] >= 128)
    return any(matches(place % width, place // width) for place in corners)


def test_a_slip_no_key_can_seal_is_kept_without_and_says_why(office: Office) -> None:
    case, services = received(office), office.house.services
    with services.begin() as work:
        slip = work.cases.slips(case.id)[0]

    keep_slip(slip.id, "signing.key_unavailable", services=services)

    kept = kept_slip(office, case)
    assert (kept.is_sealed, kept.because) == (False, "signing.key_unavailable")
    assert kept.file_id is not None
    assert services.store.exists(ARCHIVE, kept.file_id)
