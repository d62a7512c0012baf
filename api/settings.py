"""Settings: read from the environment once, here and nowhere else; `docs/operations.md` lists them for operators."""

import os
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from engine.pdfs import Corner

PREFIX = "VANTHU_"
MAX_PORT = 65535


class SettingWrong(SystemExit):
    """A setting cannot be used; says which, and what is expected."""

    def __init__(self, name: str, expected: str) -> None:
        super().__init__(f"{PREFIX}{name}: {expected}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How this installation runs.

    Attributes:
        data: Folder of everything kept locally: embedded database, contents, keys, generated secrets.
        host: Address the API listens on.
        hosts: Names people reach it by, besides those of loopback; calls by another name are refused.
        trusted_proxies: Addresses of the TLS front whose X-Forwarded-For and -Proto count; without one, nobody's do.
        port: Its port.
        database_url: The application's role on PostgreSQL, 'postgresql://…'; `demo` sets it.
        database_owner_url: The owner's role, for migrations.
        s3_endpoint: 'host:port' of an S3 store with object lock, or None for the folder in *data*.
        s3_access_key: Its access key.
        s3_secret_key: Its secret key.
        s3_secure: Whether it speaks TLS.
        s3_prefix: Put before the bucket names 'work' and 'archive'.
        retention_days: Default retention of the archive bucket, in days.
        keys: Folder of the PKCS#12 keys; None is *data*/keys.
        secrets_key: File with the key that seals secrets kept in the database; None is *data*/secrets/sealing.key.
        key_passphrase: Opens them; `demo` generates one.
        trust: Folder of root certificates (.pem) that signatures are trusted by; None is *data*/trust.
        tsa_url: Time-stamp authorities (RFC 3161) in the order they are asked; without one, documents wait.
        signature_level: PAdES level of a signature when it is made, 'B-B' or 'B-T'.
        archive_level: The level signatures are brought to before the archive: 'B-T', 'B-LT' or 'B-LTA'.
        algorithms: File that says which algorithms may sign and be trusted; None is the shipped one.
        pkcs11_modules: PKCS#11 libraries of tokens and HSMs, 'name=path'.
        pkcs11_pin_file: Files with the PIN of a token, 'module/token=path'; of others it is typed each time.
        csc_services: Remote signing services (CSC), 'name=https://…'.
        pki_port: Port of the demonstration PKI.
        max_upload_mb: Largest file taken in, in MB.
        signing_processes: Processes for PDFs and signatures, in the API and in each worker.
        every_page_up_to: Of documents up to so many pages each has to be seen before they are signed together; of
            longer ones the first and the last.
        secure_cookies: Send cookies over TLS only.
        demo_password: Password of the demonstration's people; None generates one.
        webhook_private_addresses: Webhooks may lead into the office's own network.
        public_url: Address of the pages as people reach them, put before the links in mails and in QR codes.
        code_on_uploads: Corner of uploaded drafts that gets the QR code as letters do; None leaves them as they came.
        smtp_host: Mail server; without one no mail goes out.
        smtp_port: Its port.
        smtp_security: 'starttls', 'tls' or 'none'.
        smtp_user: Who we are there; empty where it does not ask.
        smtp_password: The password for it.
        mail_from: Sender of every mail.
        digest_hour: Hour of the day's mail, in Việt Nam, on working days.
        notice_days: So long notices, mails and what was told to webhooks are kept.
        signature_hours: So long a signature that is prepared waits to be made on the signer's own computer.
        plugin_script: The script of the government's signing tool; None is *data*/plugin/vgcaplugin.js.
        verifications_per_address: Files that outsiders of one address may have checked within ten minutes.
        verifications_overall: The same for all outsiders together.
    """

    data: Path = Path(".vanthu")
    host: str = "127.0.0.1"
    hosts: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()
    port: int = 8000
    database_url: str | None = None
    database_owner_url: str | None = None
    s3_endpoint: str | None = None
    s3_access_key: str = ""
    s3_secret_key: str = ""
    s3_secure: bool = True
    s3_prefix: str = "vanthu-"
    retention_days: int = 3650
    keys: Path | None = None
    key_passphrase: str | None = None
    secrets_key: Path | None = None
    trust: Path | None = None
    tsa_url: tuple[str, ...] = ()
    signature_level: str = "B-T"
    archive_level: str = "B-LTA"
    algorithms: Path | None = None
    pkcs11_modules: tuple[tuple[str, str], ...] = ()
    pkcs11_pin_file: tuple[tuple[str, str], ...] = ()
    csc_services: tuple[tuple[str, str], ...] = ()
    pki_port: int = 0
    max_upload_mb: int = 50
    signing_processes: int = 1
    every_page_up_to: int = 5
    secure_cookies: bool = False
    demo_password: str | None = None
    webhook_private_addresses: bool = False
    public_url: str | None = None
    code_on_uploads: str | None = None
    smtp_host: str | None = None
    smtp_port: int = 25
    smtp_security: str = "starttls"
    smtp_user: str = ""
    smtp_password: str = ""
    mail_from: str = "vanthu@localhost"
    digest_hour: int = 7
    notice_days: int = 365
    signature_hours: int = 24
    plugin_script: Path | None = None
    verifications_per_address: int = 30
    verifications_overall: int = 600

    def as_environment(self) -> dict[str, str]:
        """Return the environment that makes a process of ours read these settings."""
        given = {part.name: getattr(self, part.name) for part in fields(self)}
        return {PREFIX + name.upper(): _written(value) for name, value in given.items() if value is not None}


def read_settings() -> Settings:
    """Return the settings of this process.

    Raises:
        SettingWrong: A value is not of its kind.
    """
    given = Settings()
    return Settings(
        data=Path(_text("DATA") or given.data).resolve(),
        host=_text("HOST") or given.host,
        hosts=_names("HOSTS"),
        trusted_proxies=_names("TRUSTED_PROXIES"),
        port=_port("PORT", given.port),
        database_url=_text("DATABASE_URL"),
        database_owner_url=_text("DATABASE_OWNER_URL"),
        s3_endpoint=_text("S3_ENDPOINT"),
        s3_access_key=_text("S3_ACCESS_KEY") or "",
        s3_secret_key=_text("S3_SECRET_KEY") or "",
        s3_secure=_flag("S3_SECURE", given=given.s3_secure),
        s3_prefix=_text("S3_PREFIX") or given.s3_prefix,
        retention_days=_number("RETENTION_DAYS", given.retention_days),
        keys=_path("KEYS"),
        key_passphrase=_text("KEY_PASSPHRASE"),
        secrets_key=_path("SECRETS_KEY"),
        trust=_path("TRUST"),
        tsa_url=_addresses("TSA_URL"),
        signature_level=_choice("SIGNATURE_LEVEL", given.signature_level, ("B-B", "B-T")),
        archive_level=_choice("ARCHIVE_LEVEL", given.archive_level, ("B-T", "B-LT", "B-LTA")),
        algorithms=_path("ALGORITHMS"),
        **_key_places(),
        pki_port=_number("PKI_PORT", given.pki_port),
        max_upload_mb=_number("MAX_UPLOAD_MB", given.max_upload_mb),
        signing_processes=_number("SIGNING_PROCESSES", given.signing_processes),
        every_page_up_to=_number("EVERY_PAGE_UP_TO", given.every_page_up_to),
        secure_cookies=_flag("SECURE_COOKIES", given=given.secure_cookies),
        demo_password=_text("DEMO_PASSWORD"),
        signature_hours=_number("SIGNATURE_HOURS", given.signature_hours) or given.signature_hours,
        plugin_script=_path("PLUGIN_SCRIPT"),
        **_announcements(given),
    )


def _key_places() -> dict[str, Any]:
    """Read where keys are that lie in no file."""
    return {
        "pkcs11_modules": _pairs("PKCS11_MODULES"),
        "pkcs11_pin_file": _pairs("PKCS11_PIN_FILE"),
        "csc_services": _pairs("CSC_SERVICES"),
    }


def _announcements(given: Settings) -> dict[str, Any]:
    """Read what webhooks, mail and outsiders go by."""
    return {
        "webhook_private_addresses": _flag("WEBHOOK_PRIVATE_ADDRESSES", given=given.webhook_private_addresses),
        "public_url": _text("PUBLIC_URL"),
        "code_on_uploads": _choice("CODE_ON_UPLOADS", "", ("", *Corner)) or None,
        "smtp_host": _text("SMTP_HOST"),
        "smtp_port": _number("SMTP_PORT", given.smtp_port),
        "smtp_security": _choice("SMTP_SECURITY", given.smtp_security, ("starttls", "tls", "none")),
        "smtp_user": _text("SMTP_USER") or "",
        "smtp_password": _text("SMTP_PASSWORD") or "",
        "mail_from": _text("MAIL_FROM") or given.mail_from,
        "digest_hour": _number("DIGEST_HOUR", given.digest_hour) % 24,
        "notice_days": _number("NOTICE_DAYS", given.notice_days),
        "verifications_per_address": _number("VERIFICATIONS_PER_ADDRESS", given.verifications_per_address),
        "verifications_overall": _number("VERIFICATIONS_OVERALL", given.verifications_overall),
    }


def inherited_environment() -> dict[str, str]:
    """Return this process's environment, for a process we start."""
    return dict(os.environ)


def _text(name: str) -> str | None:
    return os.environ.get(PREFIX + name) or None


def _names(name: str) -> tuple[str, ...]:
    return tuple(part.lower() for part in _parts(name))


def _addresses(name: str) -> tuple[str, ...]:
    addresses = _parts(name)
    if not all(address.startswith(("http://", "https://")) for address in addresses):
        raise SettingWrong(name, "addresses like https://tsa.example.vn are expected, several with commas between")
    return addresses


def _parts(name: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in (_text(name) or "").split(",") if part.strip())


def _pairs(name: str) -> tuple[tuple[str, str], ...]:
    """Return names with what each stands for, as in 'one=/a/path,other=/b/path'."""
    parts = [part.partition("=") for part in (_text(name) or "").split(",") if part.strip()]
    found = tuple((key.strip(), value.strip()) for key, _, value in parts)
    if not all(key and value for key, value in found) or len(dict(found)) < len(found):
        raise SettingWrong(name, "names with '=' and what each stands for are expected, several with commas between")
    return found


def _written(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case tuple():
            return ",".join(part if isinstance(part, str) else "=".join(part) for part in value)
        case _:
            return str(value)


def _path(name: str) -> Path | None:
    text = _text(name)
    return Path(text).resolve() if text else None


def _number(name: str, given: int) -> int:
    text = _text(name)
    if text is None:
        return given
    if not text.isdecimal():
        raise SettingWrong(name, f"a whole number is expected, not '{text}'")
    return int(text)


def _port(name: str, given: int) -> int:
    number = _number(name, given)
    if not 1 <= number <= MAX_PORT:
        raise SettingWrong(name, f"a port from 1 to {MAX_PORT} is expected, not '{number}'; people have to know it")
    return number


def _choice(name: str, given: str, choices: tuple[str, ...]) -> str:
    text = _text(name)
    if text is not None and text not in choices:
        raise SettingWrong(name, f"one of {', '.join(choices)} is expected, not '{text}'")
    return text or given


def _flag(name: str, *, given: bool) -> bool:
    text = _text(name)
    if text is None:
        return given
    if text.lower() not in ("true", "false"):
        raise SettingWrong(name, f"true or false is expected, not '{text}'")
    return text.lower() == "true"
