"""The safe: small secrets of others, sealed for the database with a key that lies in a file of the installation."""

import hashlib
import hmac
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from engine.neighbours import SafeLocked


def make_key(path: Path) -> None:
    """Make the key, readable by its owner alone; one that is there stays, since without it nothing sealed opens."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "wb") as file:
        file.write(Fernet.generate_key() + b"\n")


@dataclass(frozen=True)
class FileSafe:
    """Seals with Fernet (AES-128-CBC and HMAC-SHA-256) by the key in a file, which is read when it is first needed."""

    path: Path
    chance: Callable[[int], bytes]

    @cached_property
    def _fernet(self) -> Fernet:
        try:
            return Fernet(self._key)
        except ValueError as cause:
            raise SafeLocked from cause

    @cached_property
    def _key(self) -> bytes:
        try:
            return self.path.read_bytes().strip()
        except OSError as cause:
            raise SafeLocked from cause

    def random(self, count: int) -> bytes:
        """Return so many bytes nobody can guess."""
        return self.chance(count)

    def seal(self, secret: str) -> str:
        """Return the secret as it is kept. Raises SafeLocked."""
        return self._fernet.encrypt(secret.encode()).decode()

    def open(self, sealed: str) -> str:
        """Return what was sealed. Raises SafeLocked: by another key, or not at all."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken as cause:
            raise SafeLocked from cause

    def mark(self, text: str) -> str:
        """Return what stands for a text (HMAC-SHA-256); only who has the key can make it. Raises SafeLocked."""
        # A key file that is empty or cut off would mark with a key anybody can guess.
        self._fernet  # noqa: B018  reading it refuses such a file
        return hmac.new(self._key, b"mark:" + text.encode(), hashlib.sha256).hexdigest()
