"""Renewing: what is archived is stamped anew before its proof ends, once, and a failure is known."""

import pickle
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from api.mails import probes_of
from api.wiring import House, now, room_settings
from engine.checks import CheckState
from engine.documents import Attachment, VersionKind
from engine.ids import DocumentId
from engine.neighbours import ARCHIVE, Services
from engine.renewals import MARGIN, End, NoLaterEnd, Proof, ProofNotFound, RenewalNotProven
from engine.rounds.look_around import look_around
from engine.rounds.renew_proofs import reckon_algorithms, renew_proofs
from engine.signatures import TimestampUnavailable
from engine.validations import Verdict
from engine.verifications import FileMatch
from engine.verifying import verify_file
from signing.algorithms import Algorithms, Rule
from signing.pool import RoomPool
from tests.support.office import Office, a_pdf


def proof_of(document_id: DocumentId, services: Services) -> Proof:
    with services.begin() as work:
        return work.renewals.get(document_id)


def make_due(document_id: DocumentId, services: Services) -> Proof:
    """Have the document's file renewed by the next round."""
    proof = replace(proof_of(document_id, services), renew_at=services.clock() - timedelta(minutes=1))
    with services.begin() as work:
        work.renewals.keep(proof)
    return proof


@pytest.fixture
def cut_off(house: House) -> Iterator[Services]:
    """The house's services while its time-stamp services are away."""
    settings = replace(house.settings, tsa_url=("http://127.0.0.1:9/away",))
    pool = RoomPool(room_settings(settings), processes=1, clock=now)
    yield replace(house.services, pdfs=pool)
    pool.close()


def test_what_is_archived_is_planned_renewed_once_and_kept_beside_what_it_was(office: Office) -> None:
    services = office.house.services
    document_id = office.issued()
    planned = proof_of(document_id, services)
    assert renew_proofs(services=services) == 0, "it is not due for years"
    due = make_due(document_id, services)

    assert [renew_proofs(services=services), renew_proofs(services=services)] == [1, 0]

    renewed = proof_of(document_id, services)
    assert planned.until is not None
    assert planned.renew_at == planned.until - MARGIN
    assert planned.why is End.CERTIFICATE
    assert [stamp.authority for stamp in renewed.stamps] == [
        "Dấu thời gian (trình diễn)",
        "Dấu thời gian thứ hai (trình diễn)",
    ]
    assert renewed.until is not None
    assert renewed.until > planned.until
    with services.begin() as work:
        document = work.documents.get(document_id)
        kinds = [version.kind for version in work.documents.versions(document_id)]
        archived = [one.file_id for one in work.documents.archived(document_id)]
        found = work.documents.find_report(document_id)
        told = [event.action for event in work.audit.about(document.agency_id, [str(document_id)])]
        work.renewals.keep(due)
    assert document.file_id == renewed.file_id
    assert kinds[-2:] == ["final", "renewed"]
    assert archived == [planned.file_id, renewed.file_id]
    assert all(services.store.exists(ARCHIVE, file_id) for file_id in archived)
    assert found is not None
    assert (found.file_id, found.report.verdict) == (renewed.file_id, Verdict.VALID)
    assert told[-1] == "document.proof_renewed"
    assert renew_proofs(services=services) == 0, "what was planned for the file before is of the past"
    assert proof_of(document_id, services) == renewed, "and is read anew from the file there is"


def test_a_renewal_that_fails_is_known_and_made_good(office: Office, cut_off: Services) -> None:
    services = office.house.services
    document_id = office.issued()
    make_due(document_id, services)

    assert renew_proofs(services=cut_off) == 0
    failing = proof_of(document_id, services)
    check = {one.name: one for one in look_around(services=services, probes=probes_of(office.house))}["renewals"]
    make_due(document_id, services)
    renewed = renew_proofs(services=services)

    assert (failing.failure, failing.failed_since is not None) == (TimestampUnavailable.template, True)
    assert failing.renew_at is not None
    assert failing.renew_at > services.clock()
    assert (check.found.state, check.found.facts["count"]) == (CheckState.BAD, "1")
    assert (renewed, proof_of(document_id, services).failed_since) == (1, None)


def test_what_would_prove_nothing_more_or_does_not_validate_is_not_kept(office: Office) -> None:
    services = office.house.services
    document_id = office.issued()
    before = make_due(document_id, services)
    settings = room_settings(office.house.settings)
    pool = RoomPool(replace(settings, tsa_urls=settings.tsa_urls[:1]), processes=1, clock=now)
    renew_proofs(services=replace(services, pdfs=pool))
    pool.close()
    useless = proof_of(document_id, services)
    make_due(document_id, services)
    strangers = RoomPool(replace(settings, roots=(), tsa_urls=settings.tsa_urls), processes=1, clock=now)
    renew_proofs(services=replace(services, pdfs=strangers))
    strangers.close()

    assert useless.failure == NoLaterEnd.template
    assert proof_of(document_id, services).failed_since is not None
    assert office.document(document_id).file_id == before.file_id


def test_when_an_algorithm_is_to_end_sooner_the_plan_follows(office: Office) -> None:
    services = office.house.services
    document_id = office.issued()
    settings = room_settings(office.house.settings)
    ends = date(2028, 12, 31)
    others = [rule for rule in Algorithms.load().rules if rule.name != "ecdsa"]
    rules = Algorithms((Rule(name="ecdsa", bits=256, trust_until=ends), *others))
    reckon_algorithms(services=replace(services, pdfs=RoomPool(replace(settings, algorithms=rules), clock=now)))
    proof = proof_of(document_id, services)

    assert proof.until is not None
    assert (proof.until.date(), proof.why) == (ends, End.ALGORITHM)
    assert proof.renew_at == proof.until - MARGIN


def test_of_what_is_not_archived_there_is_no_proof(office: Office) -> None:
    with pytest.raises(ProofNotFound):
        proof_of(office.draft().document.id, office.house.services)


def test_a_renewed_file_that_is_judged_worse_says_why() -> None:
    assert "chữ ký" in str(RenewalNotProven(reason="chữ ký"))


def test_sealed_attachments_are_stamped_anew_with_their_document_and_known_before_and_after(office: Office) -> None:
    services = office.house.services
    attached = Attachment(name="Phụ lục.pdf", file_id=office.upload(a_pdf(), by="chuyenvien"))
    document_id = office.issued(attachments=(attached,))
    (before,) = office.outgoing(document_id).attachments
    make_due(document_id, services)

    assert renew_proofs(services=services) == 1

    (after,) = office.outgoing(document_id).attachments
    content = services.read(after.file_id)
    report = services.pdfs.validate(content, services.clock())
    assert content.startswith(services.read(before.file_id))
    assert (report.verdict, len(services.pdfs.stamps(content))) == (Verdict.VALID, 2)
    assert services.store.exists(ARCHIVE, after.file_id)
    with services.begin() as work:
        assert after.file_id in [one.file_id for one in work.documents.archived(document_id)]
    for file_id, match in ((after.file_id, FileMatch.CURRENT), (before.file_id, FileMatch.EARLIER)):
        found = verify_file(services.read(file_id), None, services=services, room=services.pdfs)
        assert (found.match, found.attachment) == (match, "Phụ lục.pdf")


WORKER = """
import pickle
import sys
from pathlib import Path
from api.wiring import open_house
from engine.rounds.renew_proofs import renew_proofs
with open_house(pickle.loads(Path(sys.argv[1]).read_bytes())) as house:
    print("ready", flush=True)
    sys.stdin.readline()
    renew_proofs(services=house.services)
"""


def test_a_worker_killed_half_way_loses_nothing_and_no_file_is_stamped_twice(office: Office, tmp_path: Path) -> None:
    services = office.house.services
    documents = [office.issued() for _ in range(4)]
    for document_id in documents:
        make_due(document_id, services)
    (tmp_path / "settings").write_bytes(pickle.dumps(office.house.settings))

    def renewed() -> list[int]:
        with services.begin() as work:
            versions = [work.documents.versions(one) for one in documents]
        return [sum(version.kind is VersionKind.RENEWED for version in each) for each in versions]

    command = [sys.executable, "-c", WORKER, str(tmp_path / "settings")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout is not None
        assert worker.stdin is not None
        worker.stdout.readline()
        worker.stdin.write("go\n")
        worker.stdin.flush()
        while sum(renewed()) < 1:
            assert worker.poll() is None
        worker.kill()
    half_way = renewed()

    assert 1 <= sum(half_way) < len(documents)
    assert renew_proofs(services=services) == len(documents) - sum(half_way)
    assert renewed() == [1] * len(documents)
    for document_id in documents:
        content = services.read(office.outgoing(document_id).file_id)
        assert len(services.pdfs.stamps(content)) == 2
        assert services.pdfs.validate(content, services.clock()).verdict is Verdict.VALID
