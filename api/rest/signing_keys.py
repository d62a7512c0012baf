"""Signing keys: who signs with which, the history of choices, and choosing another."""

from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from api.deps import HouseDep
from api.rest.answers import Answer, Names, PersonRef, person_ref, problems
from api.rest.calls import Call, CallDep
from api.rest.fields import RequestBody
from api.rest.routes import Door
from api.texts import sentence
from engine import access
from engine.actions.choose_key import ChooseKey, choose_key
from engine.errors import FieldError
from engine.ids import PersonId
from engine.key_overview import certificate_of, doubts, held_keys
from engine.key_reading import MAX_PKCS12
from engine.signatures import CertificateFacts
from engine.signing_keys import KeyChoice, KeyChoiceInvalid, KeyKind, SigningKey

router = APIRouter(route_class=Door, tags=["signing keys"])

_ACTING = problems(403, 404, 409, 422, 503)
_Name = Annotated[str, Field(max_length=200)]
_Secret = Annotated[str | None, Field(max_length=4000, description="'bearer:TOKEN' or 'basic:USER:PASSWORD'")]


class KeyBody(RequestBody):
    """A key for a person, or for the agency where `person_id` is null; which fields it takes depends on its kind.

    `file`: `pkcs12` (base64) and `passphrase`, or neither for the file that the operator put into the key folder.
    `token`: `module` (of `GET /signing-keys`), `token`, `label`, and `pin` where the certificate has to be proven.
    `remote`: `service`, `credential` (of `POST /signing-keys/credentials`), `secret`.
    `client`, `plugin`: `certificate` and `chain`, PEM.
    """

    person_id: UUID | None = None
    kind: KeyKind
    pkcs12: Annotated[str | None, Field(max_length=MAX_PKCS12 * 2)] = None
    passphrase: _Name = ""
    module: _Name = ""
    token: _Name = ""
    label: _Name = ""
    pin: Annotated[str | None, Field(max_length=200)] = None
    service: _Name = ""
    credential: Annotated[str, Field(max_length=1000)] = ""
    secret: _Secret = None
    certificate: Annotated[str | None, Field(max_length=20_000)] = None
    chain: Annotated[tuple[Annotated[str, Field(max_length=20_000)], ...], Field(max_length=5)] = ()


class CredentialsBody(RequestBody):
    """A service of `GET /signing-keys`, and our access to it."""

    service: _Name
    secret: _Secret = None


class CertificateAnswer(Answer):
    """What a key is known by; `key_type` as in `rsa-2048`."""

    subject: str
    organization: str | None
    serial: str
    not_before: datetime
    not_after: datetime
    key_type: str
    sha256: str


class KeyChoiceAnswer(Answer):
    """A choice; `person` is null for the agency's key, `asks` what is typed each time it signs (`pin`, `otp`)."""

    id: UUID
    person: PersonRef | None
    kind: KeyKind
    place: dict[str, str]
    asks: list[str]
    certificate: CertificateAnswer | None
    warnings: list[str]
    chosen_at: datetime
    chosen_by: PersonRef | None
    ended_at: datetime | None


class HeldKeyAnswer(Answer):
    """What somebody signs with now; `choice_id` is null for the file called after them; `trouble` is a sentence."""

    person: PersonRef | None
    kind: KeyKind
    asks: list[str]
    choice_id: UUID | None
    certificate: CertificateAnswer | None
    trouble: str | None


class SigningKeysAnswer(Answer):
    """The keys in use, every choice (the newest first), and where else keys may be."""

    keys: list[HeldKeyAnswer]
    choices: list[KeyChoiceAnswer]
    modules: list[str]
    services: list[str]


class CredentialsAnswer(Answer):
    """The keys a service holds for us."""

    items: list[str]


@router.get("/signing-keys", summary="Who signs with what", response_model=SigningKeysAnswer, responses=problems(403))
def list_keys(call: CallDep, house: HouseDep) -> SigningKeysAnswer:
    """Return the key of the agency and of everybody who may sign, and how that came to be."""
    held = held_keys(call.by, services=call.services)
    with call.services.begin() as work:
        names, choices = Names(call.by.agency_id, work), work.key_choices.of_agency(call.by.agency_id)
    return SigningKeysAnswer(
        keys=[
            HeldKeyAnswer(
                person=person_ref(one.person) if one.person else None,
                kind=one.key.kind,
                asks=sorted(one.key.asks),
                choice_id=one.choice.id if one.choice else None,
                certificate=_certificate(one.certificate) if one.certificate else None,
                trouble=sentence(one.trouble, call.language) if one.trouble else None,
            )
            for one in held
        ],
        choices=[_answer(one, names, call, _standing(one, names, call)) for one in choices],
        modules=[name for name, _ in house.settings.pkcs11_modules],
        services=[name for name, _ in house.settings.csc_services],
    )


@router.post("/signing-keys", summary="Choose a key", response_model=KeyChoiceAnswer, responses=_ACTING)
def choose(body: KeyBody, call: CallDep) -> KeyChoiceAnswer:
    """Have a person or the agency sign with this key from now on; the choice before it ends.

    Sent twice, the second choice takes the place of the first and is the same. No key of a request is remembered: that
    would keep a digest of what was sent, and with it of a PIN.
    """
    chosen = choose_key(_request(body), by=call.by, services=call.services)
    with call.services.begin() as work:
        return _answer(chosen.choice, Names(call.by.agency_id, work), call, chosen.warnings)


@router.post(
    "/signing-keys/credentials", summary="Keys at a service", response_model=CredentialsAnswer, responses=_ACTING
)
def list_credentials(body: CredentialsBody, call: CallDep) -> CredentialsAnswer:
    """Return the keys that a signing service holds for us."""
    access.require(call.by, "choose_keys")
    return CredentialsAnswer(items=list(call.services.pdfs.credentials(body.service, body.secret or None)))


def _request(body: KeyBody) -> ChooseKey:
    names = {KeyKind.TOKEN: ("module", "token", "label"), KeyKind.REMOTE: ("service", "credential")}
    return ChooseKey(
        person_id=PersonId(body.person_id) if body.person_id else None,
        kind=body.kind,
        certificate=body.certificate.encode() if body.certificate else None,
        chain=tuple(each.encode() for each in body.chain),
        place={name: getattr(body, name).strip() for name in names.get(body.kind, ())},
        secret=body.secret or None,
        pin=body.pin or None,
        pkcs12=_decoded(body.pkcs12) if body.pkcs12 is not None else None,
        passphrase=body.passphrase,
    )


def _decoded(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except NotBase64 as cause:
        message = "This is not written as it must be."
        raise KeyChoiceInvalid(errors=[FieldError(field="pkcs12", code="malformed", message=message)]) from cause


def _answer(choice: KeyChoice, names: Names, call: Call, warnings: Sequence[str] = ()) -> KeyChoiceAnswer:
    facts, _ = certificate_of(choice.key, call.services) if choice.key.certificate else (None, None)
    return KeyChoiceAnswer(
        id=choice.id,
        person=names.person(choice.person_id),
        kind=choice.key.kind,
        place=_shown_place(choice.key),
        asks=sorted(choice.key.asks),
        certificate=_certificate(facts) if facts else None,
        warnings=[call.say(each) for each in warnings],
        chosen_at=choice.chosen_at,
        chosen_by=names.person(choice.chosen_by),
        ended_at=choice.ended_at,
    )


def _standing(choice: KeyChoice, names: Names, call: Call) -> Sequence[str]:
    """Return what is to be known of a choice in use, without asking anybody."""
    if choice.ended_at or not choice.key.certificate:
        return ()
    facts, _ = certificate_of(choice.key, call.services)
    person = names.person(choice.person_id)
    return doubts(facts, person.name if person else names.agency(choice.agency_id).name, call.services) if facts else ()


def _shown_place(key: SigningKey) -> dict[str, str]:
    shown = ("module", "token", "label", "service", "credential")
    return {name: value for name, value in key.place.items() if name in shown}


def _certificate(facts: CertificateFacts) -> CertificateAnswer:
    return CertificateAnswer(**{name: getattr(facts, name) for name in CertificateAnswer.model_fields})
