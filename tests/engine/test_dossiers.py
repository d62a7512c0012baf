"""Dossiers: what may follow what, what a submission freezes, and whose clock decides that one is late."""

# ruff: noqa: ANN401 - changes are fields of any type

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest

from engine.dossier_errors import (
    DossierFileNotFound,
    DossierFrozen,
    DossierNotInState,
    EvidenceSwapped,
    FileAlreadyThere,
    PartsMissing,
    PartUnknown,
    RulesPinned,
    SubmittedTooLate,
    SupplementInvalid,
    TooManyFiles,
)
from engine.dossiers import (
    MAX_FILES,
    Dossier,
    DossierKind,
    DossierState,
    PartFile,
    PartRule,
    Submission,
    SupplementRequest,
    digest_of,
    manifest,
    parts_of,
)
from engine.ids import AgencyId, DossierId, FileId, PersonId
from tests.support.builders import AGENCY, NOON, an_id

SOMEBODY = PersonId(an_id("somebody"))
PARTS = (
    PartRule(code="bao_cao", name="Báo cáo"),
    PartRule(code="hinh_anh", name="Hình ảnh", required=False, photos=True),
)
LAST_DAY = date(2026, 11, 30)


def a_file(number: int = 1) -> PartFile:
    return PartFile(file_id=FileId(f"{number:064x}"), name=f"Tệp {number}.pdf", added_at=NOON, added_by=SOMEBODY)


def a_dossier(**changes: Any) -> Dossier:
    dossier = Dossier(
        id=DossierId(an_id("dossier")),
        kind=DossierKind.NTM,
        agency_id=AGENCY,
        receiver_id=AgencyId(an_id("province")),
        subject="Xã Hoằng Thử đạt chuẩn nông thôn mới",
        rules_id="ntm-xa-2026",
        opened_at=NOON,
        opened_by=SOMEBODY,
        parts=parts_of(PARTS),
    )
    return replace(dossier, **changes)


def a_submission(dossier: Dossier, at: datetime = NOON) -> Submission:
    ordinal = len(dossier.submissions) + 1
    return Submission(ordinal=ordinal, at=at, by=SOMEBODY, manifest_sha256=digest_of(manifest(dossier, ordinal)))


def submitted(at: datetime = NOON, **changes: Any) -> Dossier:
    dossier = a_dossier(**changes).with_file("bao_cao", a_file())
    return dossier.submitted(a_submission(dossier, at))


def returned(until: date | None = None) -> Dossier:
    return submitted().supplement_asked(
        SupplementRequest(asked_at=NOON, asked_by=SOMEBODY, reason="Thiếu biên bản họp", until=until)
    )


def test_a_dossier_with_every_required_part_is_submitted_and_frozen() -> None:
    dossier = submitted()

    assert dossier.state is DossierState.SUBMITTED
    assert not dossier.is_open


def test_a_dossier_whose_required_part_is_empty_is_not_submitted() -> None:
    dossier = a_dossier().with_file("hinh_anh", a_file())

    with pytest.raises(PartsMissing, match="Báo cáo"):
        dossier.submitted(a_submission(dossier))


def test_evidence_is_neither_added_nor_taken_out_after_submission() -> None:
    with pytest.raises(DossierFrozen):
        submitted().with_file("hinh_anh", a_file(2))
    with pytest.raises(DossierFrozen):
        submitted().without_file("bao_cao", a_file().file_id)


def test_evidence_swapped_behind_the_rules_is_found_by_the_manifest() -> None:
    dossier = submitted()
    swapped = replace(dossier, parts=(replace(dossier.parts[0], files=(a_file(2),)), dossier.parts[1]))

    dossier.require_unswapped()
    with pytest.raises(EvidenceSwapped):
        swapped.require_unswapped()
    with pytest.raises(EvidenceSwapped):
        dossier.require_unswapped({"values": {"1.1": "100"}})


def test_the_manifest_names_every_file_by_its_digest_and_is_canonical() -> None:
    listed = manifest(a_dossier().with_file("bao_cao", a_file()), 1, {"b": "2", "a": "1"})

    assert b'"sha256":"' + a_file().file_id.encode() in listed
    assert listed.index(b'"a"') < listed.index(b'"b"')
    assert listed.startswith(b'{"content":{"a":"1","b":"2"},"dossier":"')


def test_a_supplement_lets_files_change_and_makes_a_further_submission() -> None:
    dossier = returned().with_file("hinh_anh", a_file(2))
    again = dossier.submitted(a_submission(dossier))

    assert [one.ordinal for one in again.submissions] == [1, 2]
    assert again.submissions[0].manifest_sha256 != again.submissions[1].manifest_sha256
    assert again.supplement is None


@pytest.mark.parametrize("reason", ["", "  ", "x" * 2001])
def test_a_supplement_without_a_reason_one_can_read_is_refused(reason: str) -> None:
    with pytest.raises(SupplementInvalid):
        submitted().supplement_asked(SupplementRequest(asked_at=NOON, asked_by=SOMEBODY, reason=reason))


def test_a_supplement_until_a_day_that_is_over_is_refused() -> None:
    asked = SupplementRequest(asked_at=NOON, asked_by=SOMEBODY, reason="Thiếu", until=date(2026, 11, 19))

    with pytest.raises(SupplementInvalid) as refused:
        submitted().supplement_asked(asked)
    assert [error.field for error in refused.value.errors] == ["until"]


def test_a_supplement_asked_again_has_the_newer_day() -> None:
    longer = SupplementRequest(asked_at=NOON, asked_by=SOMEBODY, reason="Gia hạn", until=date(2026, 12, 15))

    assert returned(LAST_DAY).supplement_asked(longer).last_day == date(2026, 12, 15)


@pytest.mark.parametrize(
    ("hours", "late"),
    [
        (7, False),  # 23:59:59 in Việt Nam
        (9, False),  # 21:59:59 in Việt Nam
        (0, True),  # 06:59:59 of the next day in Việt Nam
        (-5, True),
    ],
)
def test_the_last_second_of_the_last_day_is_that_of_viet_nam_whatever_the_zone(hours: int, late: bool) -> None:
    at = datetime(2026, 11, 30, 23, 59, 59, tzinfo=timezone(timedelta(hours=hours)))

    if late:
        with pytest.raises(SubmittedTooLate, match="30/11/2026"):
            submitted(at, submit_by=LAST_DAY)
    else:
        assert submitted(at, submit_by=LAST_DAY).state is DossierState.SUBMITTED


def test_the_day_of_a_supplement_counts_in_place_of_that_of_the_first_submission() -> None:
    dossier = returned(LAST_DAY)

    with pytest.raises(SubmittedTooLate):
        dossier.submitted(a_submission(dossier, datetime(2026, 11, 30, 17, 0, tzinfo=timezone.utc)))  # noqa: UP017


def test_the_rules_of_a_submitted_dossier_are_pinned() -> None:
    dossier = returned()

    with pytest.raises(RulesPinned, match="ntm-xa-2026"):
        dossier.submitted(a_submission(dossier), rules_id="ntm-xa-2027")
    assert dossier.submitted(a_submission(dossier), rules_id="ntm-xa-2026").rules_id == "ntm-xa-2026"


@pytest.mark.parametrize(
    ("state", "wanted"),
    [
        (DossierState.DRAFT, DossierState.DECIDED),
        (DossierState.SUBMITTED, DossierState.SUBMITTED),
        (DossierState.SUPPLEMENT_ASKED, DossierState.DECIDED),
        (DossierState.DECIDED, DossierState.WITHDRAWN),
        (DossierState.REFUSED, DossierState.SUBMITTED),
        (DossierState.CLOSED, DossierState.SUPPLEMENT_ASKED),
    ],
)
def test_a_state_that_may_not_follow_is_refused(state: DossierState, wanted: DossierState) -> None:
    with pytest.raises(DossierNotInState, match=state.value):
        a_dossier(state=state).in_state(wanted)


def test_a_file_is_in_a_part_once_and_in_a_part_that_there_is() -> None:
    dossier = a_dossier().with_file("bao_cao", a_file())

    with pytest.raises(FileAlreadyThere):
        dossier.with_file("bao_cao", a_file())
    with pytest.raises(PartUnknown):
        dossier.with_file("other", a_file())
    with pytest.raises(DossierFileNotFound):
        dossier.without_file("hinh_anh", a_file().file_id)


def test_a_dossier_takes_no_more_files_than_it_may_have() -> None:
    full = replace(parts_of(PARTS)[0], files=tuple(a_file(number) for number in range(MAX_FILES)))

    with pytest.raises(TooManyFiles):
        a_dossier(parts=(full,)).with_file("bao_cao", a_file(MAX_FILES))
