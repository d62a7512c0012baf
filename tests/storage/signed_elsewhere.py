"""What is signed on somebody's own computer, for tests of the storage."""

from datetime import timedelta

from engine.client_signatures import ClientSignature, LinkUse, SignatureLink
from engine.ids import SignatureId
from engine.ports import UnitOfWork
from engine.signatures import SignerRole
from engine.signing_keys import KeyKind, SigningKey
from tests.storage.builders import NOON, Desk


def fill_signed_elsewhere(work: UnitOfWork, desk: Desk) -> None:
    """Keep a row in each of its tables."""
    known = a_client_signature(desk)
    work.client_signatures.add(known)
    work.client_signatures.replace_links(known.id, [a_signature_link(desk)])


def a_client_signature(desk: Desk) -> ClientSignature:
    """Return what the desk's clerk is to sign on their own computer."""
    return ClientSignature(
        id=SignatureId(desk.item.id),
        agency_id=desk.office.agency.id,
        document_id=desk.document.id,
        instance_id=desk.instance.id,
        work_item_id=desk.item.id,
        kind=KeyKind.CLIENT,
        role=SignerRole.OFFICIAL,
        field="ChuKy",
        outcome="sign",
        key=SigningKey(holder="default", kind=KeyKind.CLIENT, certificate=b"0"),
        certificate_sha256="a" * 64,
        digest="a" * 64,
        digest_algorithm="sha256",
        base_file_id=desk.office.file_id,
        prepared_file_id=desk.office.file_id,
        prepared="{}",
        to_sign=b"1",
        asked_at=NOON,
        asked_by=desk.office.person("clerk").id,
        expires_at=NOON + timedelta(days=1),
    )


def a_signature_link(desk: Desk) -> SignatureLink:
    """Return an address of the same."""
    return SignatureLink(
        token_sha256="a" * 64,
        signature_id=SignatureId(desk.item.id),
        agency_id=desk.office.agency.id,
        use=LinkUse.FETCH,
        made_at=NOON,
        expires_at=NOON + timedelta(minutes=10),
    )
