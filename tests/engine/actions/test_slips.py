"""Slips of the one-stop office: sealed by the agency's key by itself, kept for good, recognised by whoever has one."""

from pathlib import Path

import pytest

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
from tests.signing.samples import printed_by
from tests.support.office import Office
from tests.support.one_stop import IDENTITY, received


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


def test_a_slip_no_key_can_seal_is_kept_without_and_says_why(office: Office) -> None:
    case, services = received(office), office.house.services
    with services.begin() as work:
        slip = work.cases.slips(case.id)[0]

    keep_slip(slip.id, "signing.key_unavailable", services=services)

    kept = kept_slip(office, case)
    assert (kept.is_sealed, kept.because) == (False, "signing.key_unavailable")
    assert kept.file_id is not None
    assert services.store.exists(ARCHIVE, kept.file_id)
