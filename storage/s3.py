"""The store of contents on an S3 server; its own object lock keeps the archive."""

import contextlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import BinaryIO, Final

import urllib3
from minio import Minio
from minio.commonconfig import COMPLIANCE
from minio.error import InvalidResponseError, MinioException, S3Error, ServerError
from minio.objectlockconfig import DAYS, ObjectLockConfig

from engine.files import FileNotFound
from engine.ids import FileId
from engine.neighbours import ARCHIVE, WORK, StoredObject
from storage.objects import (
    CHUNK,
    ArchiveUnlocked,
    CheckedContent,
    ContentLocked,
    IncomingContent,
    StoreAway,
    StoreRefused,
    require_digest,
)

_PART: Final = 8 * 1024 * 1024
_YOUNG: Final = timedelta(hours=1)
_PROBE: Final = "probe"


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Settings:
    """Where the S3 server is ('host:port'), with which keys, and how the two buckets are called there."""

    endpoint: str
    access_key: str
    secret_key: str
    secure: bool = True
    prefix: str = "vanthu-"
    retention: timedelta = timedelta(days=3650)


class S3ObjectStore:
    """Contents on an S3 server; the archive's bucket has versions and a default retention nobody can shorten."""

    def __init__(self, settings: S3Settings) -> None:
        limits = urllib3.Timeout(connect=3.0, read=30.0)
        retries = urllib3.Retry(total=2, backoff_factor=0.2, status_forcelist=[500, 502, 503, 504])
        self._settings = settings
        self._client = Minio(
            settings.endpoint,
            settings.access_key,
            settings.secret_key,
            secure=settings.secure,
            http_client=urllib3.PoolManager(timeout=limits, retries=retries, maxsize=10),
        )

    def prepare(self) -> None:
        """Make the buckets that are missing.

        Raises:
            StoreRefused: The archive's bucket exists without object lock.
        """
        work, archive = self._bucket(WORK), self._bucket(ARCHIVE)
        with _answering():
            if not self._client.bucket_exists(work):
                self._client.make_bucket(work)
            if not self._client.bucket_exists(archive):
                self._client.make_bucket(archive, object_lock=True)
            # The retention is the bucket's default, not an argument of each put: over plain HTTP the client sends no
            # MD5 with a put, which strict servers want beside a retention.
            if self._client.get_object_lock_config(archive).mode is None:
                days = max(1, self._settings.retention.days)
                self._client.set_object_lock_config(archive, ObjectLockConfig(COMPLIANCE, days, DAYS))

    def put(self, bucket: str, file_id: FileId, source: BinaryIO, size: int) -> StoredObject:
        """Keep the content; a second put of the same is harmless.

        Raises:
            FileDamaged: The source has another digest or size; nothing is kept.
            StoreAway: The server does not answer.
        """
        require_digest(file_id)
        incoming = IncomingContent(source, file_id, size)
        try:
            kept = self._known(bucket, file_id)
        except FileNotFound:
            kept = None
        if kept is not None and (bucket != WORK or _is_young(kept)):
            incoming.drain()
            return StoredObject(file_id=file_id, size=size, version_id=kept.version_id)
        if size == 0:
            incoming.drain()
        with _answering():
            made = self._client.put_object(
                self._bucket(bucket),
                file_id,
                incoming,  # type: ignore[arg-type]
                size,
                part_size=_PART,
                num_parallel_uploads=1,
            )
        return StoredObject(file_id=file_id, size=size, version_id=made.version_id)

    @contextlib.contextmanager
    def open(self, bucket: str, file_id: FileId, version_id: str | None = None) -> Iterator[BinaryIO]:
        """Open the content for reading, from its start to its end.

        Raises:
            FileNotFound: The bucket does not have it, or not in this version.
            FileDamaged: At the end of reading: the bytes are not those that were put.
            StoreAway: The server does not answer.
        """
        require_digest(file_id)
        with _answering():
            answer = self._client.get_object(self._bucket(bucket), file_id, version_id=version_id)
        try:
            with io.BufferedReader(CheckedContent(_Answer(answer), file_id), CHUNK) as reader:
                yield reader
        finally:
            answer.close()
            answer.release_conn()

    def exists(self, bucket: str, file_id: FileId) -> bool:
        """Say whether the bucket has the content."""
        try:
            self._known(bucket, file_id)
        except FileNotFound:
            return False
        return True

    def contents(self, bucket: str, before: datetime) -> Iterator[FileId]:
        """Return the contents of the bucket that nobody has put since *before*."""
        with _answering():
            for found in self._client.list_objects(self._bucket(bucket), recursive=True):
                if found.object_name and found.last_modified and found.last_modified < before:
                    yield FileId(found.object_name)

    def delete(self, bucket: str, file_id: FileId, before: datetime) -> bool:
        """Delete the content from the open bucket unless it was put since *before*; say whether it was deleted.

        Raises:
            ContentLocked: The bucket is the archive.
        """
        require_digest(file_id)
        if bucket != WORK:
            raise ContentLocked(file_id=file_id)
        try:
            known = self._known(bucket, file_id)
        except FileNotFound:
            return False
        if known.put_at is None or known.put_at >= before:
            return False
        with _answering():
            self._client.remove_object(self._bucket(bucket), file_id)
        return True

    def probe(self) -> None:
        """Write, read and remove an object, and see that the archive's bucket retains what is put there.

        Raises:
            StoreAway: The server does not answer.
            StoreRefused: It refuses.
            ArchiveUnlocked: What is put into the archive could be deleted.
        """
        work = self._bucket(WORK)
        with _answering():
            self._client.put_object(work, _PROBE, io.BytesIO(b"vanthu"), len(b"vanthu"))
            self._client.stat_object(work, _PROBE)
            self._client.remove_object(work, _PROBE)
            if self._client.get_object_lock_config(self._bucket(ARCHIVE)).mode != COMPLIANCE:
                raise ArchiveUnlocked

    def retain_until(self, file_id: FileId, version_id: str | None = None) -> datetime:
        """Return until when the server keeps the archived content. Raises FileNotFound."""
        said = self._known(ARCHIVE, file_id, version_id).retained
        if said is None:
            raise StoreRefused(said="the archive's bucket does not retain what is put there")
        return _moment(said)

    def _known(self, bucket: str, file_id: FileId, version_id: str | None = None) -> "_Known":
        """Ask for what the server knows of the content. Raises FileNotFound."""
        require_digest(file_id)
        with _answering():
            answer = self._client.stat_object(self._bucket(bucket), file_id, version_id=version_id)
        retained = (answer.metadata or {}).get("x-amz-object-lock-retain-until-date")
        return _Known(version_id=answer.version_id, retained=retained, put_at=answer.last_modified)

    def _bucket(self, bucket: str) -> str:
        return self._settings.prefix + bucket


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What an S3 server says of an object: its version, the date of its retention as text, when it was put."""

    version_id: str | None
    retained: str | None
    put_at: datetime | None


def _is_young(known: _Known) -> bool:
    """Say whether no sweep comes near it; an older one is put again, which makes it young."""
    return known.put_at is not None and known.put_at > datetime.now(UTC) - _YOUNG


class _Answer:
    """The body of an S3 server's answer; a broken connection is told as ours."""

    def __init__(self, answer: urllib3.BaseHTTPResponse) -> None:
        self._answer = answer

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill the buffer as far as there is content; 0 at the end."""
        with _answering():
            chunk = self._answer.read(len(buffer))
        buffer[: len(chunk)] = chunk
        return len(chunk)


@contextlib.contextmanager
def _answering() -> Iterator[None]:
    """Tell the failures of an S3 server as ours."""
    try:
        yield
    except S3Error as cause:
        if cause.code in ("NoSuchKey", "NoSuchVersion", "NoSuchObject"):
            raise FileNotFound from cause
        if cause.code in ("InternalError", "ServiceUnavailable", "SlowDown", "RequestTimeout"):
            raise StoreAway from cause
        raise StoreRefused(said=cause.code) from cause
    except (urllib3.exceptions.HTTPError, ServerError, InvalidResponseError) as cause:
        raise StoreAway from cause
    except MinioException as cause:
        raise StoreRefused(said=type(cause).__name__) from cause


def _moment(text: str) -> datetime:
    """Read the date of a retention; some servers write nanoseconds, which neither Python nor the client reads."""
    whole, _, fraction = text.removesuffix("Z").partition(".")
    micros = int(fraction[:6].ljust(6, "0")) if fraction else 0
    return datetime.fromisoformat(whole).replace(tzinfo=UTC, microsecond=micros)
