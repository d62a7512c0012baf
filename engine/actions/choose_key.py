"""Choose the key that somebody, or the agency, signs with from now on; the choice before it is ended, not changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from engine import access
from engine.ids import KeyChoiceId, PersonId
from engine.key_reading import GivenKey, read_key, require_fit
from engine.neighbours import Services
from engine.people import Person, PersonNotFound
from engine.ports import UnitOfWork
from engine.signing_key_events import KeyChosen
from engine.signing_keys import KeyChoice, KeyKind, SigningKey, holder_of


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


def choose_key(request: ChooseKey, *, by: Person, services: Services) -> KeyChoice:
    """Keep the choice and return it.

    Raises:
        NotAllowed: The person's posts do not include this.
        PersonNotFound: Nobody of the agency.
        KeyChoiceInvalid: What is wrong, said of the fields; also of a certificate that may not sign.
        CertificateUnreadable: What was given is no certificate.
        PinWrong, PinLocked, ServiceAway, KeyFolderLocked: The key cannot be looked at, or not be kept.
        KeyChosenMeanwhile: Somebody chose at the same moment.
        SafeLocked: The secret cannot be sealed.
    """
    access.require(by, "choose_keys")
    if request.person_id is not None:
        # Before anything is kept or asked: whose key it is decides where it lies.
        with services.begin() as work:
            _require_colleague(request.person_id, by, work)
    key = read_key(_given(request, by), services=services)
    digest = require_fit(key, services) if key.certificate else None
    sealed = None if request.secret is None else services.safe.seal(request.secret)
    with services.begin() as work:
        at = services.clock()
        before = work.key_choices.find(by.agency_id, request.person_id)
        if before is not None:
            work.key_choices.save(before.ended(at))
        choice = KeyChoice(
            id=KeyChoiceId(work.new_id()),
            agency_id=by.agency_id,
            person_id=request.person_id,
            key=replace(key, secret=None, pin=None),
            certificate_sha256=digest,
            sealed=sealed,
            chosen_at=at,
            chosen_by=by.id,
        )
        work.key_choices.add(choice)
        work.record(_chosen(choice, before))
        return choice


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


def _require_colleague(person_id: PersonId, by: Person, work: UnitOfWork) -> None:
    if work.people.get(person_id).agency_id != by.agency_id:
        raise PersonNotFound


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
