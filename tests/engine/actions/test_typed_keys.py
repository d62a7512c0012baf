"""Keys that ask for a PIN or a code: used in the request that brings them, once, and kept nowhere."""

from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from api.settings import Settings
from api.wiring import database_url, now, room_settings
from engine.actions.ask_signature import AskSignature, ask_signature
from engine.actions.begin_signature_batch import BeginSignatureBatch, begin_signature_batch
from engine.actions.choose_key import ChooseKey, choose_key
from engine.actions.retry_signature_batch import RetrySignatureBatch, retry_signature_batch
from engine.actions.send_otp import send_otp
from engine.actions.use_key import use_key
from engine.actions.view_page import ViewPage, view_page
from engine.competence import HeadReplaced
from engine.documents import OutgoingState
from engine.key_errors import (
    OneCodeEach,
    OtpNeeded,
    OtpNotAsked,
    OtpNotSent,
    OtpWrong,
    PinNeeded,
    PinRefusedBefore,
    PinWrong,
    TokenAway,
)
from engine.neighbours import PdfRoom
from engine.queries import PageRequest
from engine.signature_batches import BatchItemState, SignatureBatch
from engine.signing_keys import KeyChoice, KeyChoiceInvalid, KeyKind
from engine.signings import PinNotAsked, SigningState
from engine.stand_ins import StandInKind
from engine.work_items import WorkItem, WorkItemNotFound, WorkItemNotOpen, WorkItemState
from signing.pool import RoomPool
from tests.support import own_service, tokens, typed_keys
from tests.support.authority import Authority, a_key, pem
from tests.support.house import due_jobs
from tests.support.machine import requires
from tests.support.office import Office
from tests.support.own_service import OTP, TOKEN, OwnService
from tests.support.tokens import LABEL, PIN, WRONG_PIN, SoftToken
from tests.support.typed_keys import AUTHORITY, ON_TOKEN, demo_key, demo_upload

soft_token, service, serving = tokens.soft_token, own_service.service, own_service.serving
key_pool = typed_keys.key_pool


@pytest.fixture
def desk(office: Office, key_pool: RoomPool) -> Office:
    """The office with these processes."""
    return replace(office, house=replace(office.house, services=replace(office.house.services, pdfs=key_pool)))


@pytest.fixture
def with_token(desk: Office) -> Office:
    """The office whose chairman signs with a token."""
    choose(desk)
    return desk


@pytest.fixture
def with_service(desk: Office, service: OwnService, signing_settings: Settings) -> Office:
    """The office whose chairman signs at a service, which asks for PIN and code."""
    service.holder = demo_key(signing_settings)
    place = {"service": "own", "credential": "first"}
    choose(desk, kind=KeyKind.REMOTE, place=place, secret=f"bearer:{TOKEN}")
    return desk


def choose(office: Office, **changes: Any) -> KeyChoice:  # noqa: ANN401  any field
    request = ChooseKey(person_id=office.people["chutich"].id, kind=KeyKind.TOKEN, place=ON_TOKEN)
    request = replace(request, **changes)
    return choose_key(request, by=office.people["quantri"], services=office.house.services).choice


def sign(
    office: Office, item: WorkItem, pin: str | None = None, otp: str | None = None, by: str = "chutich"
) -> WorkItem:
    request = AskSignature(work_item_id=item.id, pin=pin, otp=otp)
    return ask_signature(request, by=office.people[by], services=office.house.services)


def state_of(office: Office, item: WorkItem) -> tuple[WorkItemState, SigningState | None, str | None]:
    with office.house.services.begin() as work:
        signing = work.signings.find(item.id)
        found = work.work_items.get(item.id).state
    return found, signing.state if signing else None, signing.digest if signing else None


def leaves(office: Office) -> list[str]:
    with office.house.services.begin() as work:
        page = work.audit.search(office.people["chutich"].agency_id, PageRequest(limit=200))
    return [event.action for event in page.items]


def everything_kept(office: Office) -> str:
    """Return every row of every table, and every file of the house, as text."""
    with psycopg.connect(database_url(office.house.settings)) as connection:
        tables = connection.execute(
            "SELECT c.oid::regclass::text FROM pg_class c WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            " AND has_table_privilege(c.oid, 'SELECT')"
        ).fetchall()
        rows = [
            str(row)
            for (table,) in tables
            for row in connection.execute(
                sql.SQL("SELECT t::text FROM {} t").format(sql.Identifier(table.strip('"')))
            ).fetchall()
        ]
    return "\n".join(rows)


@requires("softhsm2-util")
def test_a_pin_is_asked_for_before_anything_is_put_on_record(with_token: Office) -> None:
    item = with_token.item(with_token.reviewed(), "sign")

    with pytest.raises(PinNeeded):
        sign(with_token, item)
    with pytest.raises(OtpNotAsked):
        sign(with_token, item, PIN, "1")

    assert state_of(with_token, item) == (WorkItemState.OPEN, None, None)


@requires("softhsm2-util")
def test_after_a_wrong_pin_the_same_digest_is_signed_by_the_right_one(with_token: Office) -> None:
    document_id = with_token.reviewed()
    item = with_token.item(document_id, "sign")

    with pytest.raises(PinWrong):
        sign(with_token, item, WRONG_PIN)
    with pytest.raises(PinRefusedBefore):
        sign(with_token, item, WRONG_PIN)
    waiting = state_of(with_token, item)
    assert due_jobs(database_url(with_token.house.settings)) == 0
    done = sign(with_token, item, PIN)

    assert waiting[:2] == (WorkItemState.SIGNING, SigningState.DIGESTED)
    assert state_of(with_token, item) == (WorkItemState.COMPLETED, SigningState.SIGNED, waiting[2])
    assert done.state is WorkItemState.COMPLETED
    assert with_token.outgoing(document_id).state is OutgoingState.SIGNED
    assert leaves(with_token).count("signature.asked") == 1
    assert leaves(with_token).count("document.signed") == 1
    kept = everything_kept(with_token)
    assert "signature.asked" in kept
    assert PIN not in kept
    assert WRONG_PIN not in kept


@requires("softhsm2-util")
def test_no_pin_signs_what_was_asked_for_before_somebody_else_became_acting_head(with_token: Office) -> None:
    item = with_token.item(with_token.reviewed(), "sign")
    with pytest.raises(PinWrong):
        sign(with_token, item, WRONG_PIN + "2")  # the processes remember it for the tests after
    with_token.stand_in("chutich", "phochutich", kind=StandInKind.ACTING)

    with pytest.raises(HeadReplaced):
        sign(with_token, item, PIN)

    assert state_of(with_token, item)[:2] == (WorkItemState.OPEN, SigningState.VOID)
    with pytest.raises(HeadReplaced):
        sign(with_token, item, PIN)


@requires("softhsm2-util")
def test_a_token_pulled_out_in_the_middle_is_said_and_the_signing_goes_on_when_it_is_back(
    with_token: Office, soft_token: SoftToken
) -> None:
    item = with_token.item(with_token.reviewed(), "sign")

    with soft_token.pulled_out(), pytest.raises(TokenAway, match=LABEL):
        sign(with_token, item, PIN)
    waiting = state_of(with_token, item)
    sign(with_token, item, PIN)

    assert waiting[0] is WorkItemState.SIGNING
    assert state_of(with_token, item) == (WorkItemState.COMPLETED, SigningState.SIGNED, waiting[2])


@requires("softhsm2-util")
def test_only_who_asked_for_the_signature_goes_on_with_it(with_token: Office) -> None:
    item = with_token.item(with_token.reviewed(), "sign")
    with pytest.raises(PinWrong):
        sign(with_token, item, WRONG_PIN + "1")

    with pytest.raises(WorkItemNotFound):
        sign(with_token, item, PIN, by="phochutich")
    with pytest.raises(PinNeeded):
        sign(with_token, item)
    with pytest.raises(PinNeeded):
        use_key(item.id, services=with_token.house.services)
    sign(with_token, item, PIN)
    with pytest.raises(WorkItemNotOpen):
        sign(with_token, item, PIN)


def test_a_key_at_a_service_signs_with_pin_and_the_code_it_sent(with_service: Office, service: OwnService) -> None:
    document_id = with_service.reviewed()
    item, by = with_service.item(document_id, "sign"), with_service.people["chutich"]

    with pytest.raises(OtpNeeded):
        sign(with_service, item, own_service.PIN)
    send_otp(item.id, "default", by=by, services=with_service.house.services)
    with pytest.raises(OtpWrong):
        sign(with_service, item, own_service.PIN, "000000")
    send_otp(item.id, "default", by=by, services=with_service.house.services)
    sign(with_service, item, own_service.PIN, OTP)

    assert with_service.outgoing(document_id).state is OutgoingState.SIGNED
    assert service.sent == 2
    kept = everything_kept(with_service)
    assert "signing_key.otp_sent" in kept
    assert TOKEN not in kept


def test_no_code_is_sent_for_a_key_that_asks_for_none(office: Office) -> None:
    item = office.item(office.reviewed(), "sign")

    with pytest.raises(OtpNotSent):
        send_otp(item.id, "default", by=office.people["chutich"], services=office.house.services)
    with pytest.raises(PinNotAsked):
        sign(office, item, PIN)


@pytest.mark.parametrize(
    ("certificate", "code"),
    [
        (AUTHORITY.issued(a_key("ec-secp256r1"), until=-Authority.DAY), "expired"),
        (AUTHORITY.issued(a_key("ec-secp256r1"), signs=False), "wrong_usage"),
        (AUTHORITY.issued(a_key("rsa-1024")), "weak_key"),
        (AUTHORITY.issued(a_key("ec-secp521r1")), "unsupported_key"),
    ],
)
def test_a_certificate_that_may_not_sign_is_not_chosen(office: Office, certificate: Any, code: str) -> None:  # noqa: ANN401
    with pytest.raises(KeyChoiceInvalid) as refused:
        choose(office, kind=KeyKind.CLIENT, place={}, certificate=pem(certificate))

    assert {error.field: error.code for error in refused.value.errors} == {"certificate": code}


def test_a_certificate_that_is_valid_from_tomorrow_may_be_chosen_today(desk: Office) -> None:
    certificate = AUTHORITY.issued(a_key("ec-secp256r1"), since=Authority.DAY)

    assert choose(desk, kind=KeyKind.CLIENT, place={}, certificate=pem(certificate)).ended_at is None


def test_an_uploaded_key_signs_from_then_on_and_is_on_record_with_its_certificate(
    office: Office, signing_settings: Settings, tmp_path: Path
) -> None:
    pool = RoomPool(replace(room_settings(signing_settings), keys=tmp_path), processes=1, clock=now)
    desk = replace(office, house=replace(office.house, services=replace(office.house.services, pdfs=pool)))
    uploaded = demo_upload(signing_settings, "theirs")

    choice = choose(desk, kind=KeyKind.FILE, place={}, pkcs12=uploaded, passphrase="theirs")
    with pytest.raises(KeyChoiceInvalid):
        choose(desk, kind=KeyKind.FILE, place={}, pkcs12=b"?" * 200_000, passphrase="theirs")
    item = desk.item(desk.reviewed(), "sign")
    sign(desk, item)
    use_key(item.id, services=desk.house.services)

    assert choice.certificate_sha256 is not None
    assert state_of(desk, item)[0] is WorkItemState.COMPLETED
    pool.close()


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"place": {"module": "x", "token": " "}}, {"token": "required", "label": "required"}),
        ({"certificate": b"?"}, {"certificate": "not_asked"}),
        ({"kind": KeyKind.REMOTE, "place": {}}, {"service": "required", "credential": "required"}),
    ],
)
def test_what_is_missing_in_a_choice_is_said_of_every_field(
    office: Office, changes: dict[str, Any], wrong: dict[str, str]
) -> None:
    with pytest.raises(KeyChoiceInvalid) as refused:
        choose(office, **changes)

    assert {error.field: error.code for error in refused.value.errors} == wrong


def batch_of(office: Office, count: int) -> list[WorkItem]:
    """Return so many documents that wait for the chairman's signature, each looked at."""
    items = [office.item(office.reviewed(), "sign") for _ in range(count)]
    for item in items:
        view_page(
            ViewPage(document_id=item.document_id, page=1, every_page_up_to=5),
            by=office.people["chutich"],
            services=office.house.services,
        )
    return items


def troubles(office: Office, batch: SignatureBatch) -> list[tuple[BatchItemState, str | None]]:
    with office.house.services.begin() as work:
        return [(item.state, item.code) for item in work.signature_batches.items(batch.id)]


@requires("softhsm2-util")
def test_one_pin_signs_a_batch_and_is_kept_nowhere(with_token: Office) -> None:
    items = batch_of(with_token, 3)
    request = BeginSignatureBatch(work_item_ids=[item.id for item in items], every_page_up_to=5)
    services, chairman = with_token.house.services, with_token.people["chutich"]

    with pytest.raises(PinNeeded):
        begin_signature_batch(request, by=chairman, services=services)
    batch = begin_signature_batch(replace(request, pin=PIN), by=chairman, services=services)

    assert troubles(with_token, batch) == [(BatchItemState.SIGNED, None)] * 3
    assert leaves(with_token).count("document.signed") == 3
    assert PIN not in everything_kept(with_token)


@requires("softhsm2-util")
def test_a_wrong_pin_is_presented_once_for_a_whole_batch_and_the_right_one_signs_the_rest(with_token: Office) -> None:
    items = batch_of(with_token, 3)
    request = BeginSignatureBatch(work_item_ids=[item.id for item in items], every_page_up_to=5, pin=WRONG_PIN)
    services, chairman = with_token.house.services, with_token.people["chutich"]

    batch = begin_signature_batch(request, by=chairman, services=services)
    wrong = troubles(with_token, batch)
    retry = RetrySignatureBatch(batch_id=batch.id, pin=WRONG_PIN)
    retry_signature_batch(retry, by=chairman, services=services)
    refused = troubles(with_token, batch)
    retry_signature_batch(replace(retry, pin=PIN), by=chairman, services=services)

    assert wrong == [(BatchItemState.FAILED, PinWrong.code)] * 3
    assert refused == [(BatchItemState.FAILED, PinRefusedBefore.code)] * 3
    assert troubles(with_token, batch) == [(BatchItemState.SIGNED, None)] * 3
    assert leaves(with_token).count("document.signed") == 3


@dataclass
class _PulledOut:
    """The processes for PDFs, whose token is away from the second signature on until it is put back."""

    pool: PdfRoom
    token: SoftToken
    away: ExitStack
    signed: int = 0

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self.pool, name)

    def complete_signature(self, *given: Any, **named: Any) -> Any:  # noqa: ANN401
        """Sign; then somebody takes the token along."""
        if self.signed == 1:
            self.away.enter_context(self.token.pulled_out())
        self.signed += 1
        return self.pool.complete_signature(*given, **named)


@requires("softhsm2-util")
def test_a_token_pulled_out_in_mid_batch_leaves_the_rest_with_the_reason_and_nothing_is_signed_twice(
    with_token: Office, soft_token: SoftToken
) -> None:
    items = batch_of(with_token, 3)
    services, chairman = with_token.house.services, with_token.people["chutich"]
    request = BeginSignatureBatch(work_item_ids=[item.id for item in items], every_page_up_to=5, pin=PIN)

    with ExitStack() as away:
        pulled: Any = _PulledOut(pool=services.pdfs, token=soft_token, away=away)
        batch = begin_signature_batch(request, by=chairman, services=replace(services, pdfs=pulled))
        assert troubles(with_token, batch) == [
            (BatchItemState.SIGNED, None),
            (BatchItemState.FAILED, TokenAway.code),
            (BatchItemState.FAILED, TokenAway.code),
        ]
    waiting = state_of(with_token, items[1])
    retry_signature_batch(RetrySignatureBatch(batch_id=batch.id, pin=PIN), by=chairman, services=services)

    assert troubles(with_token, batch) == [(BatchItemState.SIGNED, None)] * 3
    assert state_of(with_token, items[1])[2] == waiting[2]
    assert leaves(with_token).count("document.signed") == 3


@requires("softhsm2-util")
def test_a_key_that_asks_for_a_code_each_time_signs_no_batch(with_service: Office) -> None:
    request = BeginSignatureBatch(
        work_item_ids=[with_service.item(with_service.reviewed(), "sign").id], every_page_up_to=5
    )

    with pytest.raises(OneCodeEach):
        begin_signature_batch(
            replace(request, pin=PIN, otp=OTP), by=with_service.people["chutich"], services=with_service.house.services
        )
