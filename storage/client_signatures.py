"""What is signed on its holder's own computer, and the addresses of its files, as rows."""

from collections.abc import Sequence, Set
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Uuid, bindparam, case, delete, insert, or_, select, update

from engine.client_signatures import (
    ClientSignature,
    ClientSignatureState,
    LinkUse,
    NothingPrepared,
    SignatureLink,
)
from engine.ids import AgencyId, DocumentId, FileId, InstanceId, PersonId, SignatureId, WorkItemId
from engine.signatures import SignerRole
from engine.signing_keys import KeyKind, SigningKey
from storage.schema import client_signatures, key_choices, signature_links
from storage.statements import Statements

_COUNTS = client_signatures.c.state.in_(("open", "accepted"))
_OPEN = client_signatures.c.state == "open"
_FIND = select(client_signatures).where(client_signatures.c.work_item_id == bindparam("item_id"), _COUNTS)
_GET = select(client_signatures).where(client_signatures.c.id == bindparam("signature_id"))
_DIGESTS = select(client_signatures.c.digest).where(client_signatures.c.work_item_id == bindparam("item_id"))
_WAITING = (
    select(client_signatures)
    .where(client_signatures.c.asked_by == bindparam("person_id"), _OPEN)
    .order_by(client_signatures.c.id)
)
_DUE = (
    select(client_signatures.c.id)
    .where(_OPEN, client_signatures.c.expires_at <= bindparam("at"))
    .order_by(client_signatures.c.expires_at)
    .limit(bindparam("most"))
)
_HOLDS = (
    select(key_choices.c.id)
    .where(
        key_choices.c.agency_id == client_signatures.c.agency_id,
        key_choices.c.person_id.is_not_distinct_from(
            case((client_signatures.c.role == "seal", None), else_=client_signatures.c.asked_by)
        ),
        key_choices.c.ended_at.is_(None),
        key_choices.c.certificate_sha256 == client_signatures.c.certificate_sha256,
    )
    .exists()
)
_REPLACED = (
    select(client_signatures.c.id)
    .where(
        _OPEN,
        ~_HOLDS,
        or_(
            bindparam("agency", type_=Uuid).is_(None), client_signatures.c.agency_id == bindparam("agency", type_=Uuid)
        ),
    )
    .order_by(client_signatures.c.id)
    .limit(bindparam("most"))
)
_CHANGING = ("state", "cms", "signed_file_id", "ended_at")
_SAVE = (
    update(client_signatures)
    .where(client_signatures.c.id == bindparam("signature_id"))
    .values({name: bindparam(f"new_{name}") for name in _CHANGING})
)
_LOCK_LINK = select(signature_links).where(signature_links.c.token_sha256 == bindparam("token")).with_for_update()
_SAVE_LINK = (
    update(signature_links).where(signature_links.c.token_sha256 == bindparam("token")).values(used_at=bindparam("at"))
)
_DROP_LINKS = delete(signature_links).where(signature_links.c.signature_id == bindparam("signature"))
_FORGET_LINKS = delete(signature_links).where(signature_links.c.expires_at <= bindparam("before"))
_PLAIN = (
    "id",
    "agency_id",
    "document_id",
    "instance_id",
    "work_item_id",
    "field",
    "outcome",
    "certificate_sha256",
    "digest",
    "digest_algorithm",
    "base_file_id",
    "prepared_file_id",
    "prepared",
    "to_sign",
    "asked_at",
    "asked_by",
    "expires_at",
    "cms",
    "signed_file_id",
    "ended_at",
)


class PostgresClientSignatures:
    """What is signed elsewhere, as one transaction sees it."""

    def __init__(self, connection: Statements) -> None:
        self._connection = connection

    def find(self, work_item_id: WorkItemId) -> ClientSignature | None:
        """Return what waits, or was accepted, for this work item; None where neither is."""
        row = self._connection.execute(_FIND, {"item_id": work_item_id}).one_or_none()
        return None if row is None else _signature(row)

    def get(self, signature_id: SignatureId) -> ClientSignature:
        """Return it, or raise NothingPrepared."""
        row = self._connection.execute(_GET, {"signature_id": signature_id}).one_or_none()
        if row is None:
            raise NothingPrepared
        return _signature(row)

    def digests_of(self, work_item_id: WorkItemId) -> Set[str]:
        """Return every digest that was ever given out for this work item."""
        return {row.digest for row in self._connection.execute(_DIGESTS, {"item_id": work_item_id})}

    def waiting_for(self, person_id: PersonId) -> Sequence[ClientSignature]:
        """Return what waits for this person to sign it, the oldest first."""
        return [_signature(row) for row in self._connection.execute(_WAITING, {"person_id": person_id})]

    def due(self, at: datetime, limit: int) -> Sequence[SignatureId]:
        """Return those that wait and whose time is over."""
        return [SignatureId(row.id) for row in self._connection.execute(_DUE, {"at": at, "most": limit})]

    def of_replaced_keys(self, agency_id: AgencyId | None, limit: int) -> Sequence[SignatureId]:
        """Return those that wait for a key that is not its holder's any more, of one agency or of all."""
        rows = self._connection.execute(_REPLACED, {"agency": agency_id, "most": limit})
        return [SignatureId(row.id) for row in rows]

    def add(self, signature: ClientSignature) -> None:
        """Keep a new one."""
        key = signature.key
        values = {name: getattr(signature, name) for name in _PLAIN} | {
            "kind": signature.kind.value,
            "role": signature.role.value,
            "state": signature.state.value,
            "key_id": key.holder,
            "certificate": key.certificate,
            "chain": list(key.chain),
        }
        self._connection.execute(insert(client_signatures), values)

    def save(self, signature: ClientSignature) -> None:
        """Keep what became of it; what is signed, and with which key, stays."""
        changing = {f"new_{name}": getattr(signature, name) for name in _CHANGING}
        changing["new_state"] = signature.state.value
        self._connection.execute(_SAVE, {"signature_id": signature.id, **changing})

    def replace_links(self, signature_id: SignatureId, links: Sequence[SignatureLink]) -> None:
        """Keep the addresses of one prepared signature in the place of those before."""
        self._connection.execute(_DROP_LINKS, {"signature": signature_id})
        self._connection.execute(
            insert(signature_links),
            [
                {
                    "token_sha256": link.token_sha256,
                    "signature_id": link.signature_id,
                    "agency_id": link.agency_id,
                    "use": link.use.value,
                    "made_at": link.made_at,
                    "expires_at": link.expires_at,
                    "used_at": link.used_at,
                }
                for link in links
            ],
        )

    def lock_link(self, token_sha256: str) -> SignatureLink | None:
        """Return the address with this secret for changing it, or None."""
        row = self._connection.execute(_LOCK_LINK, {"token": token_sha256}).one_or_none()
        if row is None:
            return None
        return SignatureLink(
            token_sha256=row.token_sha256,
            signature_id=SignatureId(row.signature_id),
            agency_id=AgencyId(row.agency_id),
            use=LinkUse(row.use),
            made_at=row.made_at,
            expires_at=row.expires_at,
            used_at=row.used_at,
        )

    def save_link(self, link: SignatureLink) -> None:
        """Keep an address as used."""
        self._connection.execute(_SAVE_LINK, {"token": link.token_sha256, "at": link.used_at})

    def forget_links(self, before: datetime) -> int:
        """Remove the addresses that were over then; return how many."""
        return self._connection.execute(_FORGET_LINKS, {"before": before}).rowcount


def _signature(row: Row[Any]) -> ClientSignature:
    kind = KeyKind(row.kind)
    return ClientSignature(
        id=SignatureId(row.id),
        agency_id=AgencyId(row.agency_id),
        document_id=DocumentId(row.document_id),
        instance_id=InstanceId(row.instance_id),
        work_item_id=WorkItemId(row.work_item_id),
        kind=kind,
        role=SignerRole(row.role),
        field=row.field,
        outcome=row.outcome,
        key=SigningKey(
            holder=row.key_id, kind=kind, certificate=bytes(row.certificate), chain=tuple(map(bytes, row.chain))
        ),
        certificate_sha256=row.certificate_sha256,
        digest=row.digest,
        digest_algorithm=row.digest_algorithm,
        base_file_id=FileId(row.base_file_id),
        prepared_file_id=FileId(row.prepared_file_id),
        prepared=row.prepared,
        to_sign=bytes(row.to_sign),
        asked_at=row.asked_at,
        asked_by=PersonId(row.asked_by),
        expires_at=row.expires_at,
        state=ClientSignatureState(row.state),
        cms=None if row.cms is None else bytes(row.cms),
        signed_file_id=None if row.signed_file_id is None else FileId(row.signed_file_id),
        ended_at=row.ended_at,
    )
