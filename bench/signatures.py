"""Signatures per second and core, beside what the same library's bare RSA-2048 does in the same run."""

import time
from collections.abc import Callable
from dataclasses import replace

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from api.settings import Settings
from api.wiring import now, room_settings
from bench.houses import PEOPLE
from bench.rows import Rows
from engine.signatures import SignerRole
from engine.signing_keys import SigningKey
from engine.validations import Level
from signing.room import Room
from tests.support.office import a_pdf

SECONDS = 3.0


def measure(settings: Settings, rows: Rows) -> None:
    """Add bare RSA signatures, B-B of an uploaded page from end to end, and B-B of a page prepared beforehand."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    rows.add(
        "bare_rsa2048", per_second(lambda: key.sign(b"x" * 64, padding.PKCS1v15(), hashes.SHA256())), "signatures/s"
    )
    room = Room(replace(room_settings(settings), level=Level.BASIC))
    signer, page = SigningKey(holder=str(PEOPLE["chutich"].id)), a_pdf()
    prepared = room.prepare_signature(room.prepare_fields(page), SignerRole.OFFICIAL, signer, now())

    def sign_upload() -> None:
        fields = room.prepare_fields(page)
        room.complete_signature(room.prepare_signature(fields, SignerRole.OFFICIAL, signer, now()), signer)

    rows.add("sign_upload", per_second(sign_upload), "signatures/s", "bare_rsa2048")
    rows.add(
        "sign_prepared", per_second(lambda: room.complete_signature(prepared, signer)), "signatures/s", "bare_rsa2048"
    )


def per_second(act: Callable[[], object]) -> float:
    """Return how often *act* runs per second, after one run to warm up."""
    act()
    done, began = 0, time.perf_counter()
    while time.perf_counter() - began < SECONDS:
        act()
        done += 1
    return done / (time.perf_counter() - began)
