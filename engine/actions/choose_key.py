"""Choose the key that somebody, or the agency, signs with from now on; the choice before it is ended, not changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine import access
from engine.errors import FieldError
from engine.ids import KeyChoiceId, PersonId
from engine.neighbours import Services
from engine.people import Person, PersonNotFound
from engine.ports import UnitOfWork
from engine.signing_key_events import KeyChosen
from engine.signing_keys import KeyChoice, KeyChoiceInvalid, KeyKind, SigningKey, holder_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ChooseKey:
    """A key for a person, or for the agency where *person_id* is None.

    Attributes:
        certificate: Its certificate, PEM or DER; None for a file, which has it inside.
        chain: The authorities between the certificate and the root, PEM or DER.
        place: How it is found (see engine.signing_keys.SigningKey).
        secret: What opens it besides its holder; it is kept sealed.
    """

    person_id: PersonId | None
    kind: KeyKind
    certificate: bytes | None = None
    chain: tuple[bytes, ...] = ()
    place: Mapping[str, str] = field(default_factory=dict)
    secret: str | None = field(default=None, repr=False)


def choose_key(request: ChooseKey, *, by: Person, services: Services) -> KeyChoice:
    """Keep the choice and return it.

    Raises:
        NotAllowed: The person's posts do not include this.
        PersonNotFound: Nobody of the agency.
        KeyChoiceInvalid: The certificate is missing, or given for a file.
        CertificateUnreadable: What was given is no certificate.
        KeyChosenMeanwhile: Somebody chose at the same moment.
        SafeLocked: The secret cannot be sealed.
    """
    access.require(by, "choose_keys")
    key, digest = _key(request, by, services)
    sealed = None if request.secret is None else services.safe.seal(request.secret)
    with services.begin() as work:
        at = services.clock()
        if request.person_id is not None:
            _require_colleague(request.person_id, by, work)
        before = work.key_choices.find(by.agency_id, request.person_id)
        if before is not None:
            work.key_choices.save(before.ended(at))
        choice = KeyChoice(
            id=KeyChoiceId(work.new_id()),
            agency_id=by.agency_id,
            person_id=request.person_id,
            key=key,
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


def _key(request: ChooseKey, by: Person, services: Services) -> tuple[SigningKey, str | None]:
    """Return the key with its certificates as DER, and the digest of its own."""
    holder, is_file = holder_of(by.agency_id, request.person_id), request.kind is KeyKind.FILE
    if is_file != (request.certificate is None):
        message = "A key in a file has its certificate inside." if is_file else "Choose the key's certificate."
        code = "not_asked" if is_file else "required"
        raise KeyChoiceInvalid(errors=[FieldError(field="certificate", code=code, message=message)])
    if request.certificate is None:
        return SigningKey(holder=holder), None
    read = services.pdfs.read_certificates((request.certificate, *request.chain))
    key = SigningKey(
        holder=holder,
        kind=request.kind,
        certificate=read[0].der,
        chain=tuple(each.der for each in read[1:]),
        place=dict(request.place),
    )
    return key, read[0].facts.sha256
