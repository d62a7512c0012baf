"""A house whose keys ask for something: a token with the chairman's key, and a service of the tests' own."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

from api.province import province
from api.settings import Settings
from api.wiring import House, now, room_settings
from signing.pool import RoomPool
from signing.settings import KeyPlaces
from tests.support.authority import Authority, PrivateKey, pem
from tests.support.tokens import LABEL, MODULE, SoftToken

AUTHORITY: Final = Authority.root()
KEY: Final = "chủ tịch"
ON_TOKEN: Final = {"module": MODULE, "token": LABEL, "label": KEY}


def demo_key(settings: Settings) -> tuple[PrivateKey, list[x509.Certificate]]:
    """Return the chairman's key of the demonstration, whose certificate is trusted and can be asked for."""
    chairman = next(person for person in province()[0].people if person.username == "chutich")
    assert settings.keys is not None
    file = settings.keys / f"{chairman.id}.p12"
    found = pkcs12.load_pkcs12(file.read_bytes(), (settings.key_passphrase or "").encode())
    assert isinstance(found.key, rsa.RSAPrivateKey)
    assert found.cert is not None
    return found.key, [found.cert.certificate, *(each.certificate for each in found.additional_certs)]


def demo_upload(settings: Settings, passphrase: str) -> bytes:
    """Return the same key as a PKCS#12 file by another passphrase."""
    key, (certificate, *chain) = demo_key(settings)
    assert isinstance(key, rsa.RSAPrivateKey)
    encryption = BestAvailableEncryption(passphrase.encode())
    return pkcs12.serialize_key_and_certificates(None, key, certificate, chain, encryption)


@pytest.fixture(scope="session")
def key_pool(
    signing_settings: Settings,
    soft_token: SoftToken,
    serving: dict[str, Any],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[RoomPool]:
    """Processes that know the token, which asks for its PIN, and the service 'own'."""
    key, (certificate, *chain) = demo_key(signing_settings)
    soft_token.put({KEY: (key, certificate)}, chain)
    at_token = soft_token.places(tmp_path_factory.mktemp("places"))
    places = KeyPlaces(modules=at_token.modules, refused_pins=at_token.refused_pins, services={"own": serving["url"]})
    keys = tmp_path_factory.mktemp("uploaded")
    root = keys / "another root.pem"
    root.write_bytes(pem(AUTHORITY.certificate))
    settings = room_settings(signing_settings)
    settings = replace(settings, places=places, keys=keys, roots=(*settings.roots, root))
    pool = RoomPool(settings, processes=1, clock=now)
    yield pool
    pool.close()


def with_keys(house: House, pool: RoomPool, token: SoftToken, url: str) -> House:
    """Return the house with these processes, and settings that name the same places."""
    settings = replace(house.settings, pkcs11_modules=((MODULE, str(token.module)),), csc_services=(("own", url),))
    return replace(house, settings=settings, services=replace(house.services, pdfs=pool))
