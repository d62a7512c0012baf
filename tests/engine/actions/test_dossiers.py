"""Dossiers as people compose, submit, supplement, withdraw and close them, with their leaves."""

# ruff: noqa: ANN401 - changes are fields of any type

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from api.province import localities
from engine.access import NotAllowed
from engine.actions.add_dossier_file import AddDossierFile, add_dossier_file
from engine.actions.ask_supplement import AskSupplement, ask_supplement
from engine.actions.close_dossier import close_dossier
from engine.actions.remove_dossier_file import RemoveDossierFile, remove_dossier_file
from engine.actions.submit_dossier import submit_dossier
from engine.actions.withdraw_dossier import withdraw_dossier
from engine.criteria import Tier
from engine.dossier_access import may_read
from engine.dossier_errors import (
    DossierFrozen,
    DossierInvalid,
    DossierMoved,
    DossierNotFound,
    DossierNotInState,
    DossierUnderWay,
    FileNotForPart,
    SubmittedByProcedure,
)
from engine.dossier_events import DossierOpened
from engine.dossier_kinds import NTM_PARTS
from engine.dossier_records import DossierQuery
from engine.dossiers import Dossier, DossierKind, DossierState
from engine.files import JPEG, StoredFile
from engine.ids import AgencyId, DossierId, FileId
from engine.neighbours import ARCHIVE
from engine.queries import PageRequest
from engine.stand_ins import StandInKind
from tests.engine.actions.test_revocation import recognised
from tests.support.builders import an_id
from tests.support.composing import DRAFTER, VILLAGE, Desk
from tests.support.office import Office, a_pdf


def an_event(dossier: Dossier) -> DossierOpened:
    return DossierOpened(
        by=dossier.opened_by,
        at=dossier.opened_at,
        agency_id=dossier.agency_id,
        dossier_id=dossier.id,
        kind=dossier.kind.value,
        receiver_id=dossier.receiver_id,
        rules=dossier.rules_id,
    )


@pytest.fixture
def desk(office: Office) -> Desk:
    return Desk(office)


def test_a_dossier_is_composed_submitted_supplemented_and_submitted_again(desk: Desk) -> None:
    full = desk.full()
    sent = desk.do(submit_dossier, full.id)
    with pytest.raises(DossierFrozen):
        desk.add(sent, "hinh_anh", 20)
    asked = desk.do(ask_supplement, AskSupplement(dossier_id=sent.id, reason="Thiếu ảnh"), "chanhvanphong")
    photos = desk.add(asked, "hinh_anh", 20)
    again = desk.do(submit_dossier, photos.id, rev=photos.rev)

    with desk.services.begin() as work:
        kept = work.dossiers.get(full.id)
        listed = [work.dossiers.get_manifest(full.id, ordinal) for ordinal in (1, 2)]
    assert kept == again
    assert [len(json.loads(one)["parts"][6]["files"]) for one in listed] == [1, 2]
    submitted = [leaf for leaf in desk.leaves(full.id, full.agency_id) if leaf["action"] == "dossier.submitted"]
    assert [leaf["data"]["manifest_sha256"] for leaf in submitted] == [one.manifest_sha256 for one in again.submissions]
    assert submitted[0]["data"]["files"] == len(NTM_PARTS)


def test_what_is_taken_out_while_composing_is_not_submitted(desk: Desk) -> None:
    dossier = desk.full()
    file = dossier.get_part("hinh_anh").files[0]

    left = desk.do(remove_dossier_file, RemoveDossierFile(dossier_id=dossier.id, part="hinh_anh", file_id=file.file_id))
    sent = desk.do(submit_dossier, left.id)

    assert file not in sent.files
    with pytest.raises(DossierFrozen):
        desk.do(remove_dossier_file, RemoveDossierFile(dossier_id=sent.id, part="y_kien", file_id=file.file_id))


def test_who_composes_no_dossiers_or_is_of_another_agency_changes_none(desk: Desk) -> None:
    dossier = desk.open()
    request = RemoveDossierFile(dossier_id=dossier.id, part="bao_cao", file_id=desk.office.upload(a_pdf()))

    with pytest.raises(DossierNotFound):
        desk.do(remove_dossier_file, request, "xa2.chuyenvien")
    with pytest.raises(DossierNotFound):
        desk.do(remove_dossier_file, request, "chuyenvien")
    with pytest.raises(NotAllowed):
        desk.open("kiemtra")


def test_only_the_agency_that_decides_asks_for_a_supplement(desk: Desk) -> None:
    sent = desk.do(submit_dossier, desk.full().id)
    asked = AskSupplement(dossier_id=sent.id, reason="Thiếu")

    with pytest.raises(NotAllowed):
        desk.do(ask_supplement, asked, "xa1.chutich")
    with pytest.raises(DossierNotFound):
        desk.do(ask_supplement, asked, "chuyenvien")  # nothing of it was brought to this unit
    with pytest.raises(DossierMoved):
        desk.do(ask_supplement, AskSupplement(dossier_id=sent.id, reason="Thiếu", rev=0), "chanhvanphong")


def test_every_wrong_field_of_a_new_dossier_is_named(desk: Desk) -> None:
    with pytest.raises(DossierInvalid) as refused:
        desk.open(kind=DossierKind.CASE, subject=" ", rules_id="", receiver_id=AgencyId(an_id("nowhere")))

    assert {error.field for error in refused.value.errors} == {"kind", "subject", "rules_id", "receiver_id"}


@pytest.mark.parametrize("receiver", ["vanthu.xa1", "vanthu.xa2"], ids=["the commune itself", "another commune"])
def test_only_the_agency_of_the_province_decides_on_a_dossier_for_recognition(desk: Desk, receiver: str) -> None:
    with pytest.raises(DossierInvalid) as refused:
        desk.open(receiver_id=desk.office.people[receiver].agency_id)

    assert [(error.field, error.code) for error in refused.value.errors] == [("receiver_id", "not_deciding")]


def test_for_one_level_of_one_locality_one_dossier_is_dealt_with_however_many_are_opened_at_once(desk: Desk) -> None:
    def tried(_: int) -> Dossier | None:
        try:
            return desk.open()
        except DossierUnderWay:
            return None

    with ThreadPoolExecutor(4) as people:
        (first,) = (one for one in people.map(tried, range(4)) if one is not None)

    with pytest.raises(DossierUnderWay, match=first.subject):
        desk.open(rules_id="commune-2026/1")
    desk.do(withdraw_dossier, first.id, reason="Lập lại")
    assert desk.open().state is DossierState.DRAFT


def test_the_province_composes_no_dossier_for_a_commune(desk: Desk) -> None:
    with pytest.raises(DossierInvalid) as refused:
        desk.open("chuyenvien")

    assert [(error.field, error.code) for error in refused.value.errors] == [("locality_id", "not_yours")]


def test_a_dossier_for_recognition_names_a_set_of_criteria_and_a_place_of_its_agency(desk: Desk) -> None:
    elsewhere = next(one.id for one in localities() if one.code == "99102")

    with pytest.raises(DossierInvalid) as refused:
        desk.open(rules_id="commune-1900/1", locality_id=elsewhere)

    assert {error.field for error in refused.value.errors} == {"rules_id", "locality_id"}
    assert desk.open(**VILLAGE).locality_id == VILLAGE["locality_id"]


@pytest.mark.parametrize(
    ("place", "rules"),
    [
        ("99101", "village-2026/1"),
        ("99101", "district-2021/1"),
        ("99101", "province-2026/1"),
        ("99101.", "commune-2026/2"),
    ],
)
def test_a_commune_is_not_recognised_as_a_village_nor_a_village_as_a_commune(
    desk: Desk, place: str, rules: str
) -> None:
    locality = next(one.id for one in localities() if one.code == place or (place[-1] == "." and place in one.code))

    with pytest.raises(DossierInvalid) as refused:
        desk.open(locality_id=locality, rules_id=rules)

    assert [(error.field, error.code) for error in refused.value.errors] == [("rules_id", "other_kind")]


def test_a_level_is_opened_only_where_the_one_before_is_recognised(desk: Desk) -> None:
    with pytest.raises(DossierInvalid) as refused:
        desk.open(rules_id="commune-model-2021/1")
    assert [error.code for error in refused.value.errors] == ["tier_before"]

    recognised(desk.office, tier=Tier.COMMUNE_ADVANCED)
    assert desk.open(rules_id="commune-model-2021/1").rules_id == "commune-model-2021/1"


def test_a_file_nobody_brought_is_not_added_and_a_stale_page_changes_nothing(desk: Desk) -> None:
    dossier = desk.open()
    foreign = desk.office.upload(a_pdf(3), "vanthu")

    with pytest.raises(DossierInvalid) as refused:
        desk.do(
            add_dossier_file, AddDossierFile(dossier_id=dossier.id, part="bao_cao", file_id=foreign, name="Ảnh.pdf")
        )
    assert [error.field for error in refused.value.errors] == ["file_id"]
    desk.add(dossier)
    with pytest.raises(DossierMoved):
        desk.add(dossier, "y_kien", rev=dossier.rev)


def test_a_photo_goes_only_into_a_part_for_photos(desk: Desk) -> None:
    dossier, by = desk.open(), desk.office.people[DRAFTER]
    photo = StoredFile(
        id=FileId("ab" * 32),
        size=1,
        media_type=JPEG,
        pages=1,
        signatures=0,
        stored_at=desk.services.clock(),
        stored_by=by.id,
        agency_id=by.agency_id,
    )
    with desk.services.begin() as work:
        work.files.add(photo)
        work.files.note_upload(photo.id, by.id)
        work.record(an_event(dossier))

    def added(part: str) -> Dossier:
        request = AddDossierFile(dossier_id=dossier.id, part=part, file_id=photo.id, name="Đường làng.jpg")
        return desk.do(add_dossier_file, request)

    with pytest.raises(FileNotForPart):
        added("bao_cao")
    assert added("hinh_anh").get_part("hinh_anh").files[0].name == "Đường làng.jpg"


def test_a_dossier_with_a_covering_document_is_submitted_by_its_procedure_alone(desk: Desk) -> None:
    dossier = desk.full()
    document_id = desk.office.register().document.id
    with desk.services.begin() as work:
        locked = work.dossiers.lock(dossier.id)
        covered = work.dossiers.save(replace(locked, own_document_id=document_id))
        work.record(an_event(covered))

    with pytest.raises(SubmittedByProcedure):
        desk.do(submit_dossier, dossier.id)


def test_a_withdrawn_dossier_is_closed_with_its_files_in_the_archive(desk: Desk) -> None:
    sent = desk.do(submit_dossier, desk.full().id)
    with pytest.raises(DossierNotInState):
        close_dossier(sent.id, by=desk.office.people["vanthu"], services=desk.services)
    with pytest.raises(DossierInvalid):
        desk.do(withdraw_dossier, sent.id, reason=" ")
    desk.do(withdraw_dossier, sent.id, reason="Nộp lại sau")

    closed = close_dossier(sent.id, by=desk.office.people[DRAFTER], services=desk.services)

    with desk.services.begin() as work:
        archived = {one.file_id for one in work.dossiers.archived(sent.id)}
    assert closed.state is DossierState.CLOSED
    assert archived == {file.file_id for file in sent.files} | {sent.submissions[0].manifest_sha256}
    assert all(desk.services.store.exists(ARCHIVE, file_id) for file_id in archived)


def test_who_acts_as_head_lists_and_reads_what_was_submitted_and_the_head_they_replace_no_more(desk: Desk) -> None:
    sent = desk.do(submit_dossier, desk.full().id)
    desk.office.stand_in("chutich", "truongphong.ocop", kind=StandInKind.ACTING)
    now = desk.office.placed("truongphong.ocop").placed("chutich").people

    with desk.services.begin() as work:
        for username, lists in (("truongphong.ocop", [sent.id]), ("chutich", [])):
            found = work.dossiers.search(DossierQuery(reader=now[username]), PageRequest()).items
            assert [line.id for line in found] == lists
            assert may_read(now[username], sent, work) is bool(lists)


def test_each_agency_lists_what_it_composes_and_what_was_submitted_to_it(desk: Desk) -> None:
    draft, sent = desk.open(subject="Thôn Quảng Mẫu", **VILLAGE), desk.do(submit_dossier, desk.full().id)

    def found(username: str, **query: Any) -> list[DossierId]:
        with desk.services.begin() as work:
            asked = DossierQuery(reader=desk.office.people[username], **query)
            return [line.id for line in work.dossiers.search(asked, PageRequest()).items]

    assert found(DRAFTER) == [sent.id, draft.id]
    assert found(DRAFTER, text="quang mau") == [draft.id]
    assert found("vanthu", received=True) == [sent.id]
    assert found("chuyenvien") == []
    assert found("xa2.chutich") == []
    assert found(DRAFTER, state=DossierState.DRAFT, kind=DossierKind.NTM, received=False) == [draft.id]
