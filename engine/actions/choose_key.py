"""Choose the key that somebody, or the agency, signs with from now on; the choice before it is ended, not changed."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Final

from engine import access
from engine.client_signing import give_up_if_replaced
from engine.errors import NeighbourAway, Refusal
from engine.ids import KeyChoiceId, PersonId
from engine.key_overview import REVOCATION_UNKNOWN, doubts
from engine.key_reading import FitKey, GivenKey, read_key, require_fit, require_own, used_by_another
from engine.neighbours import Services
from engine.people import Person, PersonNotFound
from engine.ports import UnitOfWork
from engine.signing_key_events import KeyChosen
from engine.signing_keys import KeyChoice, KeyKind, SigningKey, holder_of

AT_ONCE: Final = 100
"""So many prepared signatures are given up with the choice; more wait for the worker."""
STILL_PREPARED: Final = (
    "Some signatures that were prepared for the key before are still waiting; they are given up within minutes."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChooseKey:
    """A key for a person, or for the agency where *person_id* is None.

    Attributes:
        certificate: Of a key in its holder's computer: its certificate, PEM or DER. Others have theirs with them.
        chain: The authorities between the certificate and the root, PEM or DER.
        place: How it is found (see engine.signing_keys.SigningKey).
        secret: What opens it besides its holder; it is kept sealed.
        pin: Types it once to prove that a token's certificate is its key's; kept nowhere.
        pkcs12: Of a key in a file: the file, as it was made; None means the file called after its holder.
        passphrase: Opens *pkcs12*, this once.
    """

    person_id: PersonId | None
    kind: KeyKind
    certificate: bytes | None = None
    chain: tuple[bytes, ...] = ()
    place: Mapping[str, str] = field(default_factory=dict)
    secret: str | None = field(default=None, repr=False)
    pin: str | None = field(default=None, repr=False)
    pkcs12: bytes | None = field(default=None, repr=False)
    passphrase: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenKey:
    """The choice, and in sentences what is to be known of its certificate although it may sign."""

    choice: KeyChoice
    warnings: Sequence[str]


def choose_key(request: ChooseKey, *, by: Person, services: Services) -> ChosenKey:
    """Keep the choice and return it; what was prepared to be signed elsewhere with the key before is given up.

    Raises:
        NotAllowed: The person's posts do not include this.
        PersonNotFound: Nobody of the agency.
        KeyChoiceInvalid: What is wrong, said of the fields; also of a certificate that may not sign or is another's.
        CertificateUnreadable: What was given is no certificate.
        CertificateSelfSigned, CertificateUntrusted, CertificateRevoked, AlgorithmRefused: It would be refused on the
            day of signing.
        PinWrong, PinLocked, ServiceAway, KeyFolderLocked: The key cannot be looked at, or not be kept.
        KeyChosenMeanwhile: Somebody chose at the same moment.
        SafeLocked: The secret cannot be sealed.
    """
    access.require(by, "choose_keys")
    # Before anything is kept or asked: whose key it is decides where it lies.
    with services.begin() as work:
        name = _holder_name(request, by, work)
    key = read_key(_given(request, by), services=services)
    fit = require_fit(key, services)
    warnings = (*doubts(fit.facts, name, services), *(() if fit.revocation_known else (REVOCATION_UNKNOWN,)))
    sealed = None if request.secret is None else services.safe.seal(request.secret)
    with services.begin() as work:
        _require_own(request, key, fit, by, work)
        choice = KeyChoice(
            id=KeyChoiceId(work.new_id()),
            agency_id=by.agency_id,
            person_id=request.person_id,
            key=replace(key, secret=None, pin=None),
            certificate_sha256=fit.facts.sha256 if key.certificate else None,
            sealed=sealed,
            chosen_at=services.clock(),
            chosen_by=by.id,
        )
        _keep(choice, work)
    if not _give_up_prepared(by, services):
        warnings = (*warnings, STILL_PREPARED)
    return ChosenKey(choice=choice, warnings=warnings)


def _keep(choice: KeyChoice, work: UnitOfWork) -> None:
    before = work.key_choices.find(choice.agency_id, choice.person_id)
    if before is not None:
        work.key_choices.save(before.ended(choice.chosen_at))
    work.key_choices.add(choice)
    work.record(_chosen(choice, before))


def _give_up_prepared(by: Person, services: Services) -> bool:
    """Open again what was prepared for the key before; say whether nothing stays behind.

    Each goes in a transaction of its own, as each is a procedure's. The choice is kept already: what stops one of them
    is no reason to say that nothing was chosen.

    What stays behind if this is cut short, the worker gives up within the minute (engine.rounds.expire_signatures).
    """
    with services.begin() as work:
        waiting = work.client_signatures.of_replaced_keys(by.agency_id, AT_ONCE)
    given_up = 0
    for signature_id in waiting:
        with suppress(Refusal, NeighbourAway), services.begin() as work:
            give_up_if_replaced(signature_id, by=by.id, at=services.clock(), work=work)
            given_up += 1
    return given_up == len(waiting)


def _holder_name(request: ChooseKey, by: Person, work: UnitOfWork) -> str:
    if request.person_id is None:
        return work.people.get_agency(by.agency_id).name
    holder = work.people.get(request.person_id)
    if holder.agency_id != by.agency_id:
        raise PersonNotFound
    return holder.name


def _require_own(request: ChooseKey, key: SigningKey, fit: FitKey, by: Person, work: UnitOfWork) -> None:
    names: dict[PersonId | None, str] = {None: work.people.get_agency(by.agency_id).name}
    names |= {one.id: one.name for one in work.people.of_agency(by.agency_id)}
    others = [name for holder, name in names.items() if holder != request.person_id]
    require_own(key, fit.facts, names[request.person_id], others)
    for choice in work.key_choices.of_agency(by.agency_id):
        is_others = choice.ended_at is None and choice.person_id != request.person_id
        if is_others and choice.certificate_sha256 == fit.facts.sha256:
            raise used_by_another(key)


def _chosen(choice: KeyChoice, before: KeyChoice | None) -> KeyChosen:
    return KeyChosen(
        by=choice.chosen_by,
        at=choice.chosen_at,
        agency_id=choice.agency_id,
        key_choice_id=choice.id,
        person_id=choice.person_id,
        kind=choice.key.kind.value,
        certificate=choice.certificate_sha256,
        before=before.id if before else None,
    )


def _given(request: ChooseKey, by: Person) -> GivenKey:
    return GivenKey(
        key=SigningKey(
            holder=holder_of(by.agency_id, request.person_id),
            kind=request.kind,
            place=dict(request.place),
            secret=request.secret,
            pin=request.pin,
        ),
        certificate=request.certificate,
        chain=request.chain,
        pkcs12=request.pkcs12,
        passphrase=request.passphrase,
    )
