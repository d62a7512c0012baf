"""By which digest a key signs: as strong as the key, as the policy says, and the same to the end wherever it lives."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter

from engine.client_signatures import CmsRefused, ExpectedSignature, SignatureNotOfThis, SignedFileRefused
from engine.signatures import SIGNER_FIELD, PreparedSignature, SignerRole
from engine.signing_keys import KeyKind, SigningKey
from engine.validations import Level
from signing.algorithms import DIGESTS, Algorithms, AlgorithmsUnreadable, Rule
from signing.keys import SoftwareKey, der
from signing.room import Room
from signing.signed_files import require_added_signature
from signing.signer import filled_place
from tests.signing.conftest import Life
from tests.signing.samples import complete
from tests.support.authority import Authority, a_key, pem
from tests.support.pki import PASSPHRASE, Office, file_key

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
NATURAL = [("rsa-2048", "sha256"), ("rsa-3072", "sha256"), ("rsa-4096", "sha256")]
NATURAL += [("ecdsa-256", "sha256"), ("ecdsa-384", "sha384"), ("ecdsa-521", "sha512")]
CASES = [("rsa-2048", "sha256"), ("rsa-3072", "sha512"), ("rsa-4096", "sha384")]
CASES += [("ec-secp256r1", "sha512"), ("ec-secp384r1", "sha384")]
"""Keys with the digest of a policy: the shipped one, and others."""


def policy(digest: str, **ended: date) -> Algorithms:
    """Return one by which RSA and P-256 keys sign by this digest, and some digests make none any more."""
    digests = [Rule(name=name, sign_until=ended.get(name)) for name in DIGESTS]
    keys = [Rule(name="rsa", bits=2048, digest=digest), Rule(name="ecdsa", bits=256, digest=digest)]
    return Algorithms((*digests, *keys, Rule(name="ecdsa", bits=384, digest="sha384")))


@pytest.mark.parametrize(("key", "digest"), NATURAL)
def test_the_shipped_policy_takes_the_digest_as_strong_as_the_key(key: str, digest: str) -> None:
    assert Algorithms.load().digest_for(key, NOON) == digest


def test_a_digest_that_may_sign_no_more_gives_way_to_the_next_stronger_one() -> None:
    ended = policy("sha256", sha256=date(2026, 1, 1))

    assert ended.digest_for("rsa-2048", NOON) == "sha384"
    assert ended.digest_for("rsa-2048", datetime(2025, 6, 1, tzinfo=UTC)) == "sha256"
    assert policy("sha256", sha256=date(2026, 1, 1), sha384=date(2026, 1, 1)).digest_for("rsa-2048", NOON) == "sha512"


@pytest.mark.parametrize("digest", ["sha1", "md5", "sha-256", ""])
def test_a_policy_that_names_a_weak_or_unknown_digest_is_not_read(tmp_path: Path, digest: str) -> None:
    file = tmp_path / "algorithms.toml"
    file.write_text(f'[[algorithm]]\nname = "rsa"\nbits = 2048\ndigest = "{digest}"\n')

    with pytest.raises(AlgorithmsUnreadable, match="sha512"):
        Algorithms.load(file)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outfit:
    """A room with a policy, and a key that is in a file of it and, as another, in its holder's own computer."""

    room: Room
    here: SoftwareKey
    file: Path

    @property
    def elsewhere(self) -> SigningKey:
        """The key as the server knows it: its certificate alone."""
        chain = tuple(map(der, self.here.chain))
        return SigningKey(holder="official", kind=KeyKind.CLIENT, certificate=der(self.here.certificate), chain=chain)

    def made(self, digest: bytes, algorithm: str) -> bytes:
        """Return the CMS a library makes."""
        content = asyncio.run(self.signer.async_sign(digest, algorithm, use_pades=True))
        encoded: bytes = content.dump()
        return encoded

    def signed(self, pdf: bytes, algorithm: str) -> bytes:
        """Return what a tool of the holder's own makes of a whole file."""
        meta = signers.PdfSignatureMetadata(
            field_name=SIGNER_FIELD, subfilter=SigSeedSubFilter.PADES, md_algorithm=algorithm
        )
        output = BytesIO()
        writer = IncrementalPdfFileWriter(BytesIO(pdf))
        signers.sign_pdf(writer, meta, signer=self.signer, output=output, bytes_reserved=16384)
        return output.getvalue()

    @property
    def signer(self) -> signers.SimpleSigner:
        """The key as pyHanko takes it."""
        found: signers.SimpleSigner | None = signers.SimpleSigner.load_pkcs12(self.file, passphrase=PASSPHRASE.encode())
        assert found is not None
        return found


MakeOutfit = Callable[[str, str], Outfit]


@pytest.fixture
def outfit(office: Office, tmp_path: Path) -> MakeOutfit:
    """Make an outfit with a key of this kind and the policy of this digest."""
    authority = Authority.root()

    def make(kind: str, digest: str) -> Outfit:
        root, file = tmp_path / "root.pem", tmp_path / "official.p12"
        root.write_bytes(pem(authority.certificate))
        file.write_bytes(authority.pkcs12(a_key(kind), PASSPHRASE))
        plain = replace(office.settings, tsa_urls=(), level=Level.BASIC, online=False)
        room = Room(replace(plain, keys=tmp_path, roots=(root,), algorithms=policy(digest)))
        return Outfit(room=room, here=SoftwareKey.load("official", file, PASSPHRASE), file=file)

    return make


def prepared_by(outfit: Outfit, life: Life, key: SigningKey) -> PreparedSignature:
    return outfit.room.prepare_signature(life.prepared, SignerRole.OFFICIAL, key, datetime.now(UTC))


def named_in(pdf: bytes) -> set[str]:
    """Return every digest a signature in the file names: of document, attributes, identity."""
    signer = PdfFileReader(BytesIO(pdf)).embedded_signatures[0].signer_info
    attributes = {each["type"].native: each["values"][0] for each in signer["signed_attrs"]}
    identity = attributes["signing_certificate_v2"]["certs"][0]["hash_algorithm"]["algorithm"].native
    own = signer["signature_algorithm"]
    by = set() if own["algorithm"].native == "rsassa_pkcs1v15" else {own.hash_algo}
    return {signer["digest_algorithm"]["algorithm"].native, identity, *by}


@pytest.mark.parametrize(("kind", "digest"), CASES)
def test_a_key_of_the_server_signs_by_the_digest_of_the_policy(
    outfit: MakeOutfit, life: Life, kind: str, digest: str
) -> None:
    made = outfit(kind, digest)

    prepared = prepared_by(made, life, file_key("official"))
    signed = complete(made.room, prepared)

    report = made.room.validate(signed, datetime.now(UTC))
    assert (prepared.algorithm, named_in(signed)) == (digest, {digest})
    assert report.signatures[0].intact
    assert report.signatures[0].valid


@pytest.mark.parametrize(("kind", "digest"), CASES)
def test_a_key_elsewhere_signs_by_the_same_and_a_cms_of_another_is_refused(
    outfit: MakeOutfit, life: Life, kind: str, digest: str
) -> None:
    made = outfit(kind, digest)
    room, key = made.room, made.elsewhere
    prepared = prepared_by(made, life, key)
    content = bytes.fromhex(prepared.digest)
    (signature,) = made.here.sign((room.to_sign(prepared.digest, key, digest),), digest)

    accepted = [
        room.accept_signature(signature, prepared.digest, key, digest),
        room.accept_cms(made.made(content, digest), prepared.digest, key, digest),
    ]

    assert prepared.algorithm == digest
    for each in accepted:
        report = room.validate(filled_place(prepared, each), datetime.now(UTC))
        assert report.signatures[0].valid
    for other in set(DIGESTS) - {digest}:
        with pytest.raises(CmsRefused, match="another digest algorithm"):
            room.accept_cms(made.made(content, other), prepared.digest, key, digest)
        (by_other,) = made.here.sign((room.to_sign(prepared.digest, key, digest),), other)
        with pytest.raises(SignatureNotOfThis):
            room.accept_signature(by_other, prepared.digest, key, digest)


def test_what_was_prepared_by_one_policy_is_completed_by_it_though_another_holds_now(
    outfit: MakeOutfit, life: Life
) -> None:
    before = outfit("rsa-2048", "sha256")
    prepared = prepared_by(before, life, file_key("official"))
    after = Room(replace(before.room._settings, algorithms=policy("sha512")))

    assert named_in(complete(after, prepared)) == {"sha256"}


def test_a_whole_file_signed_by_a_weaker_digest_than_was_told_is_refused_and_a_stronger_one_taken(
    outfit: MakeOutfit, life: Life
) -> None:
    made = outfit("rsa-2048", "sha384")
    told = prepared_by(made, life, made.elsewhere)
    expected = ExpectedSignature(role=SignerRole.OFFICIAL, certificate=told.certificate, algorithm=told.algorithm)

    with pytest.raises(SignedFileRefused, match="weaker digest"):
        require_added_signature(life.prepared, made.signed(life.prepared, "sha256"), expected)
    for digest in ("sha384", "sha512"):
        assert require_added_signature(life.prepared, made.signed(life.prepared, digest), expected) == SIGNER_FIELD
