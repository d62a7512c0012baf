"""What whoever starts the processes for PDFs says to them; it costs nothing to import, as the libraries for PDFs do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from engine.validations import Level
from signing.algorithms import Algorithms

PdfSource = bytes | Path
"""A PDF as bytes, or the file it is in."""

FONTS: Final = Path(".cache/fonts")
"""Where set-up puts the scaled fonts (see :mod:`signing.fonts`)."""
SECONDS_TO_WAIT: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPlaces:
    """Where keys may be that are in no file; operators name these places, people choose among the names.

    Attributes:
        modules: PKCS#11 libraries by name.
        pins: Files with the PIN of a token, by 'module/token'; keys of other tokens ask for it each time.
        refused_pins: Folder that remembers which of these files holds a wrong PIN.
        services: Addresses of signing services (CSC) by name.
        seconds: How long a service is waited for.
    """

    modules: Mapping[str, Path] = field(default_factory=dict)
    pins: Mapping[str, Path] = field(default_factory=dict)
    refused_pins: Path = Path(".vanthu/refused-pins")
    services: Mapping[str, str] = field(default_factory=dict)
    seconds: float = SECONDS_TO_WAIT


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomSettings:
    """Where a room finds what it needs.

    Attributes:
        fonts: Folder of the scaled fonts (see :mod:`signing.fonts`).
        keys: Folder of the keys, ``<name>.p12`` and ``<name>.png``.
        passphrase: Opens the PKCS#12 files.
        roots: Certificates of the authorities we trust, PEM or DER.
        tsa_urls: Time-stamp authorities of RFC 3161 in the order they are asked; without one nothing is time-stamped.
        tsa_seconds: How long each of them is waited for.
        level: How far a signature goes when it is made: B-B, or B-T with a time-stamp.
        archive_level: How far signatures are brought before the archive, where the procedure does not say.
        algorithms: What may sign and be trusted, and until when.
        online: Validation fetches revocation data a file does not carry.
        memory_mb: What a process may take; more than that ends its call. None: as much as there is.
        niceness: How far its processes stand back for others, 0 to 19.
        places: Where keys may be besides the folder.
    """

    fonts: Path
    keys: Path
    passphrase: str = field(repr=False)
    roots: tuple[Path, ...]
    tsa_urls: tuple[str, ...]
    tsa_seconds: float = SECONDS_TO_WAIT
    level: Level = Level.TIMED
    archive_level: Level = Level.ARCHIVAL
    algorithms: Algorithms = field(default_factory=Algorithms.load)
    online: bool = True
    memory_mb: int | None = None
    niceness: int = 0
    places: KeyPlaces = field(default_factory=KeyPlaces)
