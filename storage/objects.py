"""The store of contents in a folder: put once under its SHA-256, checked on the way in and on the way out.

Bucket ``work`` is open: what lies there may be deleted. Bucket ``archive`` is locked: nothing in it is changed or
deleted. ``storage.s3`` is the same store on an S3 server.
"""

import contextlib
import fcntl
import hashlib
import io
import os
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from engine.errors import Conflict, NeighbourAway, OurFault
from engine.files import FileDamaged, FileNotFound
from engine.ids import FileId
from engine.neighbours import ARCHIVE, WORK, StoredObject

CHUNK: Final = 1024 * 1024
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


class ContentLocked(Conflict):
    """An archived content was to be deleted before its time."""

    code = "store.content_locked"
    template = "The archived content %(file_id)s is locked and cannot be deleted."


class StoreAway(NeighbourAway):
    """The object store does not answer, or answers that it cannot now."""

    code = "store.away"
    template = "The store of files does not answer. Nothing was changed; try again in a minute."


class StoreRefused(OurFault):
    """The object store answers, and refuses; its settings are wrong."""

    code = "store.refused"
    template = "The store of files refuses our request: %(said)s. Tell the administrator to check its settings."


class ArchiveUnlocked(OurFault):
    """What is put into the archive could be deleted again."""

    code = "store.archive_unlocked"
    template = "What is archived is not locked against deletion. Make the archive's bucket anew with object lock."


class Readable(Protocol):
    """Where contents are read from: a file, or the answer of a server."""

    def readinto(self, buffer: memoryview, /) -> int | None:
        """Fill the buffer as far as there is content; 0 at the end."""


class CheckedContent(io.RawIOBase):
    """A content on its way out; at its end it must have had the digest it is known by."""

    def __init__(self, source: Readable, file_id: FileId) -> None:
        self._source = source
        self._file_id = file_id
        self._digest = hashlib.sha256()

    def readable(self) -> bool:
        """Say yes; it cannot be written or moved about in."""
        return True

    def readinto(self, buffer: "memoryview", /) -> int:  # type: ignore[override]
        """Fill the buffer as far as there is content; raises FileDamaged at the end if the whole was not right."""
        count = self._source.readinto(buffer) or 0
        self._digest.update(memoryview(buffer)[:count])
        if count == 0 and self._digest.hexdigest() != self._file_id:
            raise FileDamaged(file_id=self._file_id)
        return count


class IncomingContent:
    """A content on its way in; its last bytes are given out only if the whole has the promised digest and size."""

    def __init__(self, source: BinaryIO, file_id: FileId, size: int) -> None:
        self._source = source
        self._file_id = file_id
        self._left = size
        self._digest = hashlib.sha256()
        self._judged = False

    def read(self, limit: int = CHUNK) -> bytes:
        """Return up to *limit* bytes, nothing at the end. Raises FileDamaged instead of the last ones."""
        chunk = self._source.read(min(limit, self._left)) if self._left else b""
        self._digest.update(chunk)
        self._left -= len(chunk)
        if not self._judged and (self._left == 0 or not chunk):
            self._judged = True
            whole = self._left == 0 and not self._source.read(1)
            if not whole or self._digest.hexdigest() != self._file_id:
                raise FileDamaged(file_id=self._file_id)
        return chunk

    def drain(self) -> None:
        """Read to the end, only to judge."""
        while self.read():
            pass


def require_digest(file_id: FileId) -> None:
    """A file id becomes part of a path; what is not a digest is not a file of ours."""
    if not _DIGEST.fullmatch(file_id):
        raise FileNotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalObjectStore:
    """Contents in a folder: synced to the disk before they are named, read-only, never written twice."""

    folder: Path
    retention: timedelta

    def prepare(self) -> None:
        """Make the folders, and sweep what was left by a put that died half-way."""
        for part in (WORK, ARCHIVE, "incoming"):
            (self.folder / part).mkdir(parents=True, exist_ok=True)
        for left in (self.folder / "incoming").iterdir():
            with left.open("rb") as file, contextlib.suppress(BlockingIOError):
                # Whoever still writes it holds the lock.
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                left.unlink(missing_ok=True)

    def put(self, bucket: str, file_id: FileId, source: BinaryIO, size: int) -> StoredObject:
        """Keep the content; a second put of the same is harmless.

        Raises:
            FileDamaged: The source has another digest or size; nothing is kept.
        """
        place = self._place(bucket, file_id)
        incoming = IncomingContent(source, file_id, size)
        if place.exists():
            incoming.drain()
            if bucket == WORK:
                os.utime(place)  # young again, so that a sweep leaves it
            return StoredObject(file_id=file_id, size=size)
        name = self.folder / "incoming" / secrets.token_hex(16)
        try:
            with name.open("xb") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                while chunk := incoming.read():
                    file.write(chunk)
                file.flush()
                os.fchmod(file.fileno(), 0o444)
                os.fsync(file.fileno())
                _name_for_good(name, place, root=self.folder)
        finally:
            name.unlink(missing_ok=True)
        return StoredObject(file_id=file_id, size=size)

    @contextlib.contextmanager
    def open(self, bucket: str, file_id: FileId, version_id: str | None = None) -> Iterator[BinaryIO]:
        """Open the content for reading, from its start to its end; a folder has no versions.

        Raises:
            FileNotFound: The bucket does not have it.
            FileDamaged: At the end of reading: the bytes are not those that were put.
        """
        del version_id
        try:
            file = self._place(bucket, file_id).open("rb", buffering=0)
        except FileNotFoundError as cause:
            raise FileNotFound from cause
        with file, io.BufferedReader(CheckedContent(file, file_id), CHUNK) as reader:
            yield reader

    def exists(self, bucket: str, file_id: FileId) -> bool:
        """Say whether the bucket has the content."""
        with contextlib.suppress(FileNotFound):
            return self._place(bucket, file_id).exists()
        return False

    def contents(self, bucket: str, before: datetime) -> Iterator[FileId]:
        """Return the contents of the bucket that nobody has put since *before*."""
        for place in (self.folder / bucket).glob("??/??/*"):
            if _put_before(place, before):
                yield FileId(place.name)

    def delete(self, bucket: str, file_id: FileId, before: datetime) -> bool:
        """Delete the content from the open bucket unless it was put since *before*; say whether it was deleted.

        Raises:
            ContentLocked: The bucket is the archive.
        """
        if bucket != WORK:
            raise ContentLocked(file_id=file_id)
        place = self._place(bucket, file_id)
        if not _put_before(place, before):
            return False
        place.unlink(missing_ok=True)
        _sync(place.parent)
        return True

    def probe(self) -> None:
        """Write, read and remove a file; in a folder nothing but its rights keeps the archive.

        Raises:
            StoreAway: The disk is full, read-only or gone.
        """
        name = self.folder / "incoming" / f"probe-{secrets.token_hex(8)}"
        try:
            name.write_bytes(b"vanthu")
            name.read_bytes()
            name.unlink()
            (self.folder / ARCHIVE).stat()
        except OSError as cause:
            raise StoreAway from cause

    def retain_until(self, file_id: FileId, version_id: str | None = None) -> datetime:
        """Return until when the archived content is kept. Raises FileNotFound."""
        del version_id
        try:
            kept_at = self._place(ARCHIVE, file_id).stat().st_mtime
        except FileNotFoundError as cause:
            raise FileNotFound from cause
        return datetime.fromtimestamp(kept_at, UTC) + self.retention

    def _place(self, bucket: str, file_id: FileId) -> Path:
        """Return the content's path; two levels of folders keep each folder small."""
        require_digest(file_id)
        return self.folder / bucket / file_id[:2] / file_id[2:4] / file_id


def _put_before(place: Path, before: datetime) -> bool:
    with contextlib.suppress(FileNotFoundError):
        return datetime.fromtimestamp(place.stat().st_mtime, UTC) < before
    return False


def _name_for_good(name: Path, place: Path, *, root: Path) -> None:
    """Give the whole, synced content its place; of two writers of the same content the first wins, both are right."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        os.link(name, place)
    folder = place.parent
    while folder != root:
        _sync(folder)
        folder = folder.parent


def _sync(folder: Path) -> None:
    """Bring the names in *folder* to the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
