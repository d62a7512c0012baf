"""Signatures per second and core, beside what the same library's bare RSA-2048 and P-256 do in the same run."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from io import BytesIO
from os import urandom
from pathlib import Path
from typing import Final

import pikepdf
import psutil
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID

from api.settings import Settings
from api.wiring import now, room_settings
from bench.houses import PEOPLE
from bench.rows import Rows
from engine.signatures import Placement, SignerRole
from engine.signing_keys import SigningKey
from engine.validations import Level, Verdict
from signing.pool import RoomPool, silence_libraries
from signing.room import Room
from signing.settings import RoomSettings
from tests.signing.samples import DATE_LINE, NUMBER_LINE, a_letter

SECONDS: Final = 2.0
PAGES: Final = (1, 10, 100)
MEGABYTES: Final = (1, 10, 50)
MB: Final = 1 << 20
P256: Final = SigningKey(holder="bench-p256")


def measure(settings: Settings, rows: Rows) -> None:
    """Add bare signatures, ours at every stage, checks of one to three signatures, and how both grow with the file."""
    # Files are checked here without asking anybody, in this very process and not in the pool's, which are silent.
    silence_libraries()
    key, curve = rsa.generate_private_key(public_exponent=65537, key_size=2048), ec.generate_private_key(ec.SECP256R1())
    rows.add(
        "bare_rsa2048", per_second(lambda: key.sign(b"x" * 64, padding.PKCS1v15(), hashes.SHA256())), "signatures/s"
    )
    rows.add("bare_p256", per_second(lambda: curve.sign(b"x" * 64, ec.ECDSA(hashes.SHA256()))), "signatures/s")
    signer = SigningKey(holder=str(PEOPLE["chutich"].id))
    whole = room_settings(settings)
    _add_curve_key(whole, curve)
    bare = replace(whole, tsa_urls=(), level=Level.BASIC, online=False)
    desk = _Desk(room=Room(bare), key=signer)
    letter = desk.room.render(a_letter(), now())
    _stages(desk, letter.content, "", "bare_rsa2048", rows)
    _stages(replace(desk, key=P256), letter.content, "_p256", "bare_p256", rows)
    stamped = _Desk(room=Room(whole), key=signer)
    rows.add("sign_lta", per_second(lambda: stamped.extended(letter.content)), "signatures/s", "bare_rsa2048")
    _checks(stamped, rows)
    _growth(desk, rows)
    _memory(bare, rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    """A room and who signs in it."""

    room: Room
    key: SigningKey

    def signed(self, pdf: bytes) -> bytes:
        """Return an uploaded PDF with its fields and the official's signature."""
        return self.sign(self.room.prepare_fields(pdf), SignerRole.OFFICIAL)

    def sign(self, pdf: bytes, role: SignerRole, field: str | None = None) -> bytes:
        """Return the PDF with one signature more."""
        prepared = self.room.prepare_signature(pdf, role, self.key, now(), Placement(field=field))
        return self.room.complete_signature(prepared, self.key)

    def extended(self, pdf: bytes) -> bytes:
        """Return it signed, with proofs and archive time-stamp."""
        return self.room.extend(self.signed(pdf), now())

    def checked(self, pdf: bytes) -> Verdict:
        """Return the verdict over a PDF."""
        return self.room.validate(pdf, now()).verdict


def _stages(desk: _Desk, page: bytes, kind: str, bare: str, rows: Rows) -> None:
    prepared = desk.room.prepare_signature(desk.room.prepare_fields(page), SignerRole.OFFICIAL, desk.key, now())
    rows.add(f"sign_upload{kind}", per_second(lambda: desk.signed(page)), "signatures/s", bare)
    complete = per_second(lambda: desk.room.complete_signature(prepared, desk.key))
    rows.add(f"sign_prepared{kind}", complete, "signatures/s", bare)


def _checks(desk: _Desk, rows: Rows) -> None:
    """Add checks a second of files with one, two and three signatures and the archive's proofs."""
    letter = desk.room.render(a_letter(), now())
    for count in (1, 2, 3):
        fields = ["ChuKy", "ChuKy2"][: max(1, count - 1)]
        pdf = desk.room.prepare_fields(letter.content, letter.layout.for_signers(fields[1:]))
        for field in fields:
            pdf = desk.sign(pdf, SignerRole.OFFICIAL, field)
        if count > 1:
            pdf = desk.sign(desk.room.fill_number(pdf, NUMBER_LINE, DATE_LINE), SignerRole.SEAL)
        final = desk.room.extend(pdf, now())
        assert desk.checked(final) is Verdict.VALID
        rows.add(
            f"validate_{count}_lta",
            per_second(partial(desk.checked, final)),
            "files/s",
            "validate_1_lta",
        )


def _growth(desk: _Desk, rows: Rows) -> None:
    """Add signatures and checks a second by pages, and megabytes a second by size."""
    for pages in PAGES:
        pdf = _pages(pages)
        rows.add(f"sign_pages_{pages}", per_second(partial(desk.signed, pdf)), "signatures/s", "sign_pages_1")
        checked = per_second(partial(desk.checked, desk.signed(pdf)))
        rows.add(f"validate_pages_{pages}", checked, "files/s", "validate_pages_1")
    for size in MEGABYTES:
        pdf = _large(size)
        rate = per_second(partial(desk.signed, pdf))
        rows.add(f"sign_{size}_mb", rate * size, "MB/s", "sign_1_mb")
        signed = desk.signed(pdf)
        rate = per_second(partial(desk.checked, signed))
        rows.add(f"validate_{size}_mb", rate * size, "MB/s", "validate_1_mb")


def _memory(settings: RoomSettings, rows: Rows) -> None:
    """Add what a signing process takes more while it signs and checks 50 MB; the ratio is to the file's size."""
    pool, key = RoomPool(settings, clock=now, processes=1), SigningKey(holder=str(PEOPLE["chutich"].id))
    size = MEGABYTES[-1]
    try:
        pool.complete_signature(
            pool.prepare_signature(pool.prepare_fields(_pages(1)), SignerRole.OFFICIAL, key, now()), key
        )
        (process,) = [one for one in psutil.Process().children() if "--multiprocessing-fork" in one.cmdline()]
        with _peak(process) as signing:
            fields = pool.prepare_fields(_large(size))
            signed = pool.complete_signature(pool.prepare_signature(fields, SignerRole.OFFICIAL, key, now()), key)
        with _peak(process) as checking:
            pool.validate(signed, now())
    finally:
        pool.close()
    rows.add(f"sign_memory_{size}_mb", signing[0], "MB", "size of the file", ratio=signing[0] / size)
    rows.add(f"validate_memory_{size}_mb", checking[0], "MB", "size of the file", ratio=checking[0] / size)


@contextmanager
def _peak(process: psutil.Process) -> Iterator[list[float]]:
    """Yield a list that has, once the block ends, how many megabytes the process took more at most."""
    before, found, over = process.memory_info().rss, [0.0], threading.Event()

    def watch() -> None:
        while not over.wait(0.002):
            found[0] = max(found[0], (process.memory_info().rss - before) / MB)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield found
    finally:
        over.set()
        watcher.join()


def _pages(count: int) -> bytes:
    """Return a PDF of so many pages with a line each."""
    with pikepdf.new() as pdf:
        for number in range(count):
            page = pdf.add_blank_page(page_size=(595, 842))
            page.obj.Contents = pdf.make_stream(f"q 0.5 w 50 {700 - number % 50} m 500 700 l S Q".encode())
        return _saved(pdf)


def _large(megabytes: int) -> bytes:
    """Return a PDF of one page with a picture of that size that cannot be compressed."""
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(595, 842))
        image = pdf.make_stream(urandom(1024 * 1024 * megabytes))
        for name, value in {"Width": 1024, "Height": 1024 * megabytes, "BitsPerComponent": 8}.items():
            image[f"/{name}"] = value
        image["/Type"], image["/Subtype"] = pikepdf.Name.XObject, pikepdf.Name.Image
        image["/ColorSpace"] = pikepdf.Name.DeviceGray
        page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im=image))
        page.obj.Contents = pdf.make_stream(b"q 400 0 0 600 90 120 cm /Im Do Q")
        return _saved(pdf)


def _saved(pdf: pikepdf.Pdf) -> bytes:
    out = BytesIO()
    pdf.save(out, compress_streams=False)
    return out.getvalue()


def _add_curve_key(settings: RoomSettings, key: ec.EllipticCurvePrivateKey) -> None:
    """Put a P-256 key into the key folder, with a certificate of its own making."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "P-256")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now() - timedelta(days=1))
        .not_valid_after(now() + timedelta(days=1))
        .add_extension(x509.KeyUsage(True, True, False, False, False, False, False, False, False), critical=True)
        .sign(key, hashes.SHA256())
    )
    locked = BestAvailableEncryption(settings.passphrase.encode())
    content = pkcs12.serialize_key_and_certificates(P256.holder.encode(), key, certificate, None, locked)
    Path(settings.keys / f"{P256.holder}.p12").write_bytes(content)


def per_second(act: Callable[[], object]) -> float:
    """Return how often *act* runs per second, after one run to warm up."""
    act()
    done, began = 0, time.perf_counter()
    while time.perf_counter() - began < SECONDS:
        act()
        done += 1
    return done / (time.perf_counter() - began)
