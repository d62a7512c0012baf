"""A public key infrastructure for show: root, issuing authority, revocation, time-stamps, a key for everybody.

Nothing of it is a secret worth keeping and nothing may ever sign in earnest; the keys are made at set-up and
never committed. :mod:`signing.demo_services` serves it on loopback.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from certomancer.registry import ArchLabel, CertLabel, CertomancerConfig, PKIArchitecture
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    pkcs12,
)

from signing.demo_images import hand_signature, seal

ARCHITECTURE = "vn"
RECORD = "pki.json"
ROOT = "root.pem"
_AUTHORITIES = ("root", "ca", "ocsp", "tsa", "tsa2", "rogue-root")
_FIRST_SERIAL = 4097
_YEAR = timedelta(days=365)
_TIME = "%Y-%m-%dT%H:%M:%S+0000"


class HolderState(StrEnum):
    """What is the matter with a holder's certificate; all but GOOD are for tests."""

    GOOD = "good"
    REVOKED = "revoked"
    EXPIRED = "expired"
    ROGUE = "rogue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Somebody to get a key: a person, or an agency with its seal.

    Attributes:
        key: Name of the key, as in 'chutich'; files are called after it.
        name: Common name in the certificate.
        organization: Organization in the certificate.
        title: Title of a person, None for an agency.
        kind: Kind of the key, as in 'rsa-2048' or 'ec-secp384r1'.
    """

    key: str
    name: str
    organization: str
    title: str | None = None
    kind: str = "rsa-2048"
    state: HolderState = HolderState.GOOD

    @property
    def is_agency(self) -> bool:
        """Say whether it is an agency, which seals."""
        return self.title is None


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPki:
    """Where a demo PKI is and how it is reached."""

    folder: Path
    port: int

    @property
    def root(self) -> Path:
        """The trust anchor, PEM."""
        return self.folder / ROOT

    @property
    def tsa_urls(self) -> tuple[str, ...]:
        """Where time-stamps are asked for: two authorities, the second one's certificate lives longer."""
        return tuple(f"http://127.0.0.1:{self.port}/{ARCHITECTURE}/tsa/{name}" for name in ("tsa", "tsa2"))

    def architecture(self) -> PKIArchitecture:
        """Return the PKI as certomancer knows it, read from the record in the folder."""
        record = json.loads((self.folder / RECORD).read_text(encoding="utf-8"))
        configuration = CertomancerConfig(_configuration(record, self.port), key_search_dir=str(self.folder))
        return configuration.get_pki_arch(ArchLabel(ARCHITECTURE))


def ensure(pki: DemoPki, holders: Iterable[Holder], *, keys: Path, passphrase: str, fonts: Path, at: datetime) -> None:
    """Make the PKI unless it is there, and a key with certificate and image for every holder who has none.

    Args:
        pki: Where it is; the port is part of the certificates, so it stays the same for one folder.
        holders: Who gets a key; those known already keep theirs.
        keys: Folder for ``<key>.p12`` and ``<key>.png``.
        passphrase: Protects the PKCS#12 files.
        fonts: Folder of the scaled fonts, for the seals.
        at: Now; a new PKI begins ten years before.
    """
    (pki.folder / "authority").mkdir(parents=True, exist_ok=True)
    (pki.folder / "public").mkdir(exist_ok=True)
    keys.mkdir(parents=True, exist_ok=True)
    record = _record(pki.folder, at)
    new = [holder for holder in holders if not (keys / f"{holder.key}.p12").exists()]
    private = {holder.key: _holder_key(pki.folder, holder) for holder in new}
    for holder in new:
        known = record["holders"].get(holder.key, {"serial": _FIRST_SERIAL + len(record["holders"])})
        record["holders"][holder.key] = asdict(holder) | {"serial": known["serial"], "since": at.isoformat()}
    _write(pki.folder / RECORD, json.dumps(record, ensure_ascii=False, indent=1).encode())
    architecture = pki.architecture()
    if not pki.root.exists():
        _write(pki.root, _certificate(architecture, "root").public_bytes(Encoding.PEM))
    for holder in new:
        image = seal(holder.name, fonts) if holder.is_agency else hand_signature(holder.name)
        _write(keys / f"{holder.key}.png", image)
        _write(keys / f"{holder.key}.p12", _pkcs12(architecture, holder, private[holder.key], passphrase))


def _record(folder: Path, at: datetime) -> dict[str, Any]:
    for name in _AUTHORITIES:
        path = folder / "authority" / f"{name}.pem"
        if not path.exists():
            # A demonstration from before there was this authority gets it now.
            _write(path, _private_pem(ec.generate_private_key(ec.SECP256R1())), private=True)
    record = folder / RECORD
    if record.exists():
        known: dict[str, Any] = json.loads(record.read_text(encoding="utf-8"))
        return known
    return {"since": at.isoformat(), "holders": {}}


_PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


def _holder_key(folder: Path, holder: Holder) -> _PrivateKey:
    family, _, size = holder.kind.partition("-")
    if family == "ec":
        key: _PrivateKey = ec.generate_private_key({"secp256r1": ec.SECP256R1(), "secp384r1": ec.SECP384R1()}[size])
    else:
        key = rsa.generate_private_key(public_exponent=65537, key_size=int(size))
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    _write(folder / "public" / f"{holder.key}.pem", public)
    return key


def _private_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _pkcs12(architecture: PKIArchitecture, holder: Holder, key: _PrivateKey, passphrase: str) -> bytes:
    issuer = "rogue-root" if holder.state is HolderState.ROGUE else "ca"
    return pkcs12.serialize_key_and_certificates(
        holder.key.encode(),
        key,
        _certificate(architecture, holder.key),
        [_certificate(architecture, issuer)],
        BestAvailableEncryption(passphrase.encode()),
    )


def _certificate(architecture: PKIArchitecture, label: str) -> x509.Certificate:
    return x509.load_der_x509_certificate(architecture.get_cert(CertLabel(label)).dump())


def _write(path: Path, content: bytes, *, private: bool = False) -> None:
    # The server may read at any moment: it sees the old file or the new one.
    unfinished = path.with_name(f"{path.name}.part")
    unfinished.touch(mode=0o600 if private or path.suffix == ".p12" else 0o644)
    unfinished.write_bytes(content)
    unfinished.replace(path)


def _configuration(record: Mapping[str, Any], port: int) -> dict[str, Any]:
    """Return certomancer's configuration of this PKI."""
    holders: Mapping[str, Mapping[str, Any]] = record["holders"]
    keys: dict[str, dict[str, Any]] = {name: {"path": f"authority/{name}.pem"} for name in _AUTHORITIES}
    keys |= {name: {"path": f"public/{name}.pem", "public-only": True} for name in holders}
    architecture = {
        "keyset": ARCHITECTURE,
        "entity-defaults": {"country-name": "VN"},
        "entities": _entities(holders),
        "certs": _certificates(record["since"], holders),
        "services": _SERVICES,
    }
    return {
        "external-url-prefix": f"http://127.0.0.1:{port}",
        "keysets": {ARCHITECTURE: {"keys": keys}},
        "pki-architectures": {ARCHITECTURE: architecture},
    }


_SERVICES = {
    "ocsp": {"ca": {"for-issuer": "ca", "responder-cert": "ocsp", "signing-key": "ocsp"}},
    "crl-repo": {
        "root": {"for-issuer": "root", "signing-key": "root", "simulated-update-schedule": "P90D"},
        "ca": {"for-issuer": "ca", "signing-key": "ca", "simulated-update-schedule": "P1D"},
    },
    "cert-repo": {"root": {"for-issuer": "root", "publish-issued-certs": True}},
    "time-stamping": {name: {"signing-key": name, "signing-cert": name} for name in ("tsa", "tsa2")},
}


def _entities(holders: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, str]]:
    authority = "Cơ quan chứng thực trình diễn"
    entities = {
        "root": {"organization-name": authority, "common-name": "CA gốc trình diễn"},
        "ca": {"organization-name": authority, "common-name": "CA phục vụ cơ quan nhà nước (trình diễn)"},
        "ocsp": {"organization-name": authority, "common-name": "Trả lời OCSP (trình diễn)"},
        "tsa": {"organization-name": authority, "common-name": "Dấu thời gian (trình diễn)"},
        "tsa2": {"organization-name": authority, "common-name": "Dấu thời gian thứ hai (trình diễn)"},
        # The same names as the true root: only the key tells them apart.
        "rogue-root": {"organization-name": authority, "common-name": "CA gốc trình diễn"},
    }
    for key, holder in holders.items():
        entities[key] = {"organization-name": holder["organization"], "common-name": holder["name"]}
        if holder["title"]:
            entities[key]["title"] = holder["title"]
    return entities


def _certificates(since: str, holders: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    made = datetime.fromisoformat(since)
    authority = _validity(made - 10 * _YEAR, made + 20 * _YEAR)
    # Decree 23/2025/NĐ-CP lets a certificate for time-stamps live for five years.
    short = _validity(made - 10 * _YEAR, made + 5 * _YEAR)
    for_decades = _validity(made - 10 * _YEAR, made + 60 * _YEAR)
    revocable = {"id": "crl_distribution_points", "smart-value": _smart("crl-dist-url", {"crl-repo-names": ["root"]})}
    stamping = [
        _usage("digital_signature"),
        {"id": "extended_key_usage", "critical": True, "value": ["time_stamping"]},
        revocable,
    ]
    certificates = {
        "root": _self_issued("root", for_decades) | {"profiles": [_authority_profile({"crl-repo": "root"})]},
        "ca": {
            "issuer": "root",
            "serial": 2,
            "validity": authority,
            "profiles": [_authority_profile({"max-path-len": 0, "crl-repo": "ca", "ocsp-service": "ca"})],
        },
        "ocsp": {"issuer": "ca", "serial": 3, "validity": authority, "profiles": ["ocsp-responder"]},
        "tsa": {"issuer": "root", "serial": 4, "validity": short, "extensions": stamping},
        "tsa2": {"issuer": "root", "serial": 5, "validity": for_decades, "extensions": stamping},
        "rogue-root": _self_issued("rogue-root", authority) | {"extensions": _ROGUE_EXTENSIONS},
    }
    return certificates | {key: _holder_certificate(made, holder) for key, holder in holders.items()}


def _holder_certificate(made: datetime, holder: Mapping[str, Any]) -> dict[str, Any]:
    since = datetime.fromisoformat(holder["since"])
    issued = since - timedelta(days=30)
    certificate = {
        "issuer": "ca",
        "serial": holder["serial"],
        "validity": _validity(issued, issued + 3 * _YEAR),
        "profiles": ["digsig-commitment"],
    }
    match HolderState(holder["state"]):
        case HolderState.REVOKED:
            certificate["revocation"] = {
                # Long enough ago to be in today's revocation list.
                "revoked-since": (since - timedelta(days=2)).strftime(_TIME),
                "reason": "key_compromise",
            }
        case HolderState.EXPIRED:
            certificate["validity"] = _validity(made - 4 * _YEAR, made - _YEAR)
        case HolderState.ROGUE:
            certificate["issuer"] = "rogue-root"
            del certificate["profiles"]
            certificate["extensions"] = [_usage("digital_signature", "non_repudiation")]
        case HolderState.GOOD:
            pass
    return certificate


def _self_issued(name: str, validity: dict[str, str]) -> dict[str, Any]:
    return {"subject": name, "subject-key": name, "issuer": name, "authority-key": name, "validity": validity}


def _authority_profile(parameters: dict[str, Any]) -> dict[str, Any]:
    return {"id": "simple-ca", "params": parameters}


def _validity(begin: datetime, end: datetime) -> dict[str, str]:
    return {"valid-from": begin.strftime(_TIME), "valid-to": end.strftime(_TIME)}


def _usage(*usages: str) -> dict[str, Any]:
    return {"id": "key_usage", "critical": True, "smart-value": _smart("key-usage", list(usages))}


def _smart(schema: str, parameters: object) -> dict[str, Any]:
    return {"schema": schema, "params": parameters}


_ROGUE_EXTENSIONS = [
    {"id": "basic_constraints", "critical": True, "value": {"ca": True}},
    _usage("key_cert_sign", "crl_sign"),
]
