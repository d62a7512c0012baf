"""What whoever starts the processes for PDFs says to them; it costs nothing to import, as the libraries for PDFs do."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

PdfSource = bytes | Path
"""A PDF as bytes, or the file it is in."""

FONTS: Final = Path(".cache/fonts")
"""Where set-up puts the scaled fonts (see :mod:`signing.fonts`)."""
SECONDS_TO_WAIT: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomSettings:
    """Where a room finds what it needs.

    Attributes:
        fonts: Folder of the scaled fonts (see :mod:`signing.fonts`).
        keys: Folder of the keys, ``<name>.p12`` and ``<name>.png``.
        passphrase: Opens the PKCS#12 files.
        roots: Certificates of the authorities we trust, PEM or DER.
        tsa_url: Time-stamp authority of RFC 3161; without one signatures carry no time-stamp and nothing is extended.
        tsa_seconds: How long a time-stamp is waited for.
        online: Validation fetches revocation data a file does not carry.
        memory_mb: What a process may take; more than that ends its call. None: as much as there is.
        niceness: How far its processes stand back for others, 0 to 19.
    """

    fonts: Path
    keys: Path
    passphrase: str = field(repr=False)
    roots: tuple[Path, ...]
    tsa_url: str | None
    tsa_seconds: int = SECONDS_TO_WAIT
    online: bool = True
    memory_mb: int | None = None
    niceness: int = 0
