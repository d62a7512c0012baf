"""Who signs with which key: everybody who may, by post or as the head ordered, and the agency; with certificates."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from engine import access
from engine.checks import EXPIRES_SOON
from engine.concerned import staff_now
from engine.errors import Fault, VanthuError
from engine.key_reading import is_named
from engine.key_use import key_of
from engine.neighbours import Services
from engine.people import Person
from engine.signatures import CertificateFacts
from engine.signing_keys import KeyChoice, SigningKey

REVOCATION_UNKNOWN: Final = (
    "Nobody answers at present whether this certificate was revoked. Nothing is signed with it until somebody does."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldKey:
    """What somebody signs with now.

    Attributes:
        person: Who; None is the agency.
        choice: Since when and by whom it was chosen; None is the file called after them.
        certificate: What it is known by, or None where that cannot be read.
        trouble: Why not.
    """

    person: Person | None
    key: SigningKey
    choice: KeyChoice | None
    certificate: CertificateFacts | None
    trouble: VanthuError | None


def held_keys(by: Person, *, services: Services) -> Sequence[HeldKey]:
    """Return the key of the agency first, then those of its signers by name. Raises NotAllowed."""
    access.require(by, "choose_keys")
    with services.begin() as work:
        chosen = {one.person_id: one for one in work.key_choices.of_agency(by.agency_id) if one.ended_at is None}
        staff = staff_now(by.agency_id, services.clock(), work)
        people = [one for one in staff if one.signs or one.id in chosen]
        holders = [None, *sorted(people, key=lambda one: one.name)]
        keys = [key_of(by.agency_id, one.id if one else None, services=services, work=work) for one in holders]
    return [
        HeldKey(person=one, key=key, choice=chosen.get(one.id if one else None), certificate=facts, trouble=trouble)
        for one, key in zip(holders, keys, strict=True)
        for facts, trouble in [certificate_of(key, services)]
    ]


def certificate_of(key: SigningKey, services: Services) -> tuple[CertificateFacts | None, VanthuError | None]:
    """Return what is known of a key's certificate, or why nothing is."""
    if key.certificate:
        return services.pdfs.read_certificates((key.certificate,))[0].facts, None
    try:
        return services.pdfs.certificate(key), None
    except Fault as fault:
        return None, fault


def doubts(facts: CertificateFacts, name: str, services: Services) -> Sequence[str]:
    """Return in sentences what is to be known of a certificate that its holder of this *name* may use nevertheless."""
    at = services.clock()
    said = []
    if not is_named(facts, name):
        said.append("The certificate is in another name than its holder's. Make sure that it is theirs.")
    if facts.not_before > at:
        said.append("The certificate is not valid yet. Nothing can be signed with it before its first day.")
    elif facts.not_after - at < EXPIRES_SOON:
        said.append("The certificate ends soon. Have it renewed before.")
    return said
