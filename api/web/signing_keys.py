"""The page of signing keys: who signs with what, how that came to be, and choosing another key."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response

from api.deps import HouseDep
from api.problems import status_of
from api.web import key_words
from api.web.desk import Desk, DeskDep
from api.web.forms import Form, FormDep, Typed, id_of
from api.web.names import names_of
from api.web.words import msgid
from api.wiring import House
from engine import access
from engine.actions.choose_key import STILL_PREPARED, ChooseKey, choose_key
from engine.errors import FieldError, Invalid, NeighbourAway, Refusal
from engine.ids import PersonId
from engine.key_overview import REVOCATION_UNKNOWN, certificate_of, doubts, held_keys
from engine.key_reading import MAX_PKCS12
from engine.neighbours import SafeLocked, Services
from engine.people import PersonNotFound
from engine.signing_keys import KeyChoiceInvalid, KeyKind

router = APIRouter()

AGENCY: Final = "agency"
OFFERED: Final = (KeyKind.FILE, KeyKind.TOKEN, KeyKind.REMOTE, KeyKind.CLIENT, KeyKind.PLUGIN)
LABELS: Final[Mapping[str, str]] = {
    "pkcs12": msgid("PKCS#12 file (.p12, .pfx)"),
    "passphrase": msgid("Passphrase of the file"),
    "module": msgid("Device"),
    "token": msgid("Name of the token"),
    "label": msgid("Name of the key on the token"),
    "pin": msgid("PIN"),
    "service": msgid("Signing service"),
    "user": msgid("Our user name there"),
    "secret": msgid("Password or access token"),
    "credential": msgid("Key at the service"),
    "certificate": msgid("Certificate (.cer, .crt, .pem)"),
}


@router.get("/signing-keys")
def show_list(desk: DeskDep, house: HouseDep) -> Response:
    """Show who signs with what, and every choice there was."""
    held = held_keys(desk.person, services=house.services)
    with house.services.begin() as work:
        choices = work.key_choices.of_agency(desk.person.agency_id)
        names = names_of(desk.person.agency_id, work, desk.speaks("the machine"))
    return desk.page(
        "signing_keys/list.html",
        key_words=key_words,
        held=held,
        troubles={one.key.holder: desk.says(one.trouble) for one in held if one.trouble},
        doubts={
            one.key.holder: doubts(one.certificate, one.person.name if one.person else desk.agency.name, house.services)
            for one in held
            if one.certificate
        },
        choices=[(one, certificate_of(one.key, house.services)[0] if one.key.certificate else None) for one in choices],
        names=names,
    )


@router.get("/signing-keys/new")
def show_form(desk: DeskDep, house: HouseDep, holder: str = AGENCY, kind: str = "") -> Response:
    """Show where the key may be, and the form for that kind of key."""
    access.require(desk.person, "choose_keys")
    return _form(desk, house, _Place(holder=holder, kind=_kind(kind)), Typed.of(LABELS, desk.language))


@router.post("/signing-keys/credentials")
def show_credentials(desk: DeskDep, form: FormDep, house: HouseDep) -> Response:
    """Show the form again with the keys that the service holds for us; our access comes back sealed."""
    access.require(desk.person, "choose_keys")
    typed, services = _typed(desk, form), house.services
    place = _Place(holder=form.text("holder"), kind=KeyKind.REMOTE)
    try:
        secret = _secret(form, services)
        found = services.pdfs.credentials(form.text("service"), secret)
    except (Refusal, NeighbourAway) as error:
        return _form(desk, house, place, _refused(typed, error, desk), status_of(error))
    sealed = services.safe.seal(secret) if secret else ""
    return _form(desk, house, replace(place, credentials=found), typed.with_value("sealed", sealed))


@router.post("/signing-keys")
def choose(desk: DeskDep, form: FormDep, house: HouseDep) -> Response:
    """Choose the key, or show the form again with what is wrong."""
    access.require(desk.person, "choose_keys")
    credentials = (form.text("credential"),) if form.text("credential") else ()
    place = _Place(holder=form.text("holder"), kind=_kind(form.text("kind")), credentials=credentials)
    try:
        chosen = choose_key(_request(form, place, house.services), by=desk.person, services=house.services)
    except PersonNotFound:
        raise
    except (Refusal, NeighbourAway) as error:
        return _form(desk, house, place, _refused(_typed(desk, form), error, desk), status_of(error))
    if REVOCATION_UNKNOWN in chosen.warnings:
        return desk.to("/signing-keys", "key_chosen_unchecked")
    return desk.to("/signing-keys", "key_chosen_waiting" if STILL_PREPARED in chosen.warnings else "key_chosen")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Whose key is chosen and where it is; *credentials* are those of the service that was asked."""

    holder: str
    kind: KeyKind | None
    credentials: Sequence[str] = ()


def _kind(name: str) -> KeyKind | None:
    return next((one for one in OFFERED if one.value == name), None)


def _form(desk: Desk, house: House, place: _Place, form: Typed, status: int = 200) -> Response:
    person = None
    if place.holder != AGENCY:
        with house.services.begin() as work:
            person = work.people.get(PersonId(id_of(place.holder)))
        access.require_agency(desk.person, person.agency_id, PersonNotFound())
    return desk.page(
        "signing_keys/new.html",
        key_words=key_words,
        status=status,
        form=form,
        holder=place.holder,
        of=person,
        kind=place.kind,
        kinds=OFFERED,
        modules=[(name, name) for name, _ in house.settings.pkcs11_modules],
        services=[(name, name) for name, _ in house.settings.csc_services],
        credentials=[(one, one) for one in place.credentials],
    )


def _typed(desk: Desk, form: Form) -> Typed:
    """Return what was typed but for what is secret."""
    typed = Typed.of(LABELS, desk.language).typed(form)
    for name in ("passphrase", "pin", "secret"):
        typed = typed.with_value(name, "")
    return typed


def _refused(typed: Typed, error: Refusal | NeighbourAway, desk: Desk) -> Typed:
    if isinstance(error, Invalid) and error.errors:
        return typed.wrong(error.errors, desk.language)
    return Typed(labels=typed.labels, values=typed.values, above=[desk.says(error)])


def _request(form: Form, place: _Place, services: Services) -> ChooseKey:
    names = {KeyKind.TOKEN: ("module", "token", "label"), KeyKind.REMOTE: ("service", "credential")}
    kind = place.kind or KeyKind.FILE
    return ChooseKey(
        person_id=None if place.holder == AGENCY else PersonId(id_of(place.holder)),
        kind=kind,
        certificate=_upload(form, "certificate") if kind.is_elsewhere else None,
        place={name: form.text(name).strip() for name in names.get(kind, ())},
        secret=_secret(form, services) if kind is KeyKind.REMOTE else None,
        pin=form.text("pin") or None,
        pkcs12=_upload(form, "pkcs12") if kind is KeyKind.FILE else None,
        passphrase=form.text("passphrase"),
    )


def _upload(form: Form, name: str) -> bytes | None:
    chosen = form.files(name)
    return chosen[0].file.read(MAX_PKCS12 + 1) if chosen else None


def _secret(form: Form, services: Services) -> str | None:
    """Return our access to a service as it was typed, or as it came back sealed."""
    user, secret, sealed = form.text("user").strip(), form.text("secret").strip(), form.text("sealed")
    if secret:
        return f"basic:{user}:{secret}" if user else f"bearer:{secret}"
    try:
        return services.safe.open(sealed) if sealed else None
    except SafeLocked as cause:
        message = msgid("Type the password or token again.")
        raise KeyChoiceInvalid(errors=[FieldError(field="secret", code="required", message=message)]) from cause
