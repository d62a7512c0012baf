"""Both object stores keep the same promises; only the S3 server keeps the lock against everybody."""

import hashlib
import io
import multiprocessing
import os
import signal
import stat
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from minio import Minio
from minio.deleteobjects import DeleteObject
from minio.error import S3Error

from engine.files import FileDamaged, FileNotFound
from engine.ids import FileId
from engine.neighbours import ARCHIVE, WORK
from storage.objects import ArchiveUnlocked, ContentLocked, LocalObjectStore, StoreAway, StoreRefused
from storage.s3 import S3ObjectStore, S3Settings
from tests.support.ceph import S3Server

PDF = b"%PDF-1.7 a decision"
RETENTION = timedelta(days=30)
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
"""A moment before which everything was put."""

Store = LocalObjectStore | S3ObjectStore


def name_of(content: bytes) -> FileId:
    return FileId(hashlib.sha256(content).hexdigest())


def put(store: Store, bucket: str, content: bytes) -> str | None:
    return store.put(bucket, name_of(content), io.BytesIO(content), len(content)).version_id


def read(store: Store, bucket: str, content: bytes, version_id: str | None = None) -> bytes:
    with store.open(bucket, name_of(content), version_id) as file:
        return file.read()


@pytest.fixture
def local(tmp_path: Path) -> LocalObjectStore:
    store = LocalObjectStore(folder=tmp_path / "files", retention=RETENTION)
    store.prepare()
    return store


@pytest.fixture(scope="module")
def settings(s3: S3Server) -> S3Settings:
    return S3Settings(
        endpoint=s3.endpoint,
        access_key=s3.access_key,
        secret_key=s3.secret_key,
        secure=False,
        prefix=f"t{os.getpid()}-",
        retention=RETENTION,
    )


@pytest.fixture(scope="module")
def s3_store(settings: S3Settings) -> S3ObjectStore:
    store = S3ObjectStore(settings)
    store.prepare()
    return store


@pytest.fixture
def client(settings: S3Settings) -> Minio:
    return Minio(settings.endpoint, settings.access_key, settings.secret_key, secure=False)


@pytest.fixture(params=["local", pytest.param("s3", marks=pytest.mark.s3)])
def store(request: pytest.FixtureRequest) -> Store:
    made: Store = request.getfixturevalue("local" if request.param == "local" else "s3_store")
    return made


@pytest.fixture
def content(request: pytest.FixtureRequest) -> bytes:
    """A content of this test's own, since an archive never forgets."""
    return PDF + str(request.node.nodeid).encode()


@pytest.mark.parametrize("bucket", [WORK, ARCHIVE])
def test_what_is_put_is_read_back_byte_for_byte(store: Store, content: bytes, bucket: str) -> None:
    version = put(store, bucket, content)

    assert read(store, bucket, content) == content
    assert read(store, bucket, content, version) == content
    assert store.exists(bucket, name_of(content))


def test_a_content_of_no_bytes_is_a_content_too(store: Store) -> None:
    put(store, WORK, b"")

    assert read(store, WORK, b"") == b""


def test_the_buckets_do_not_share_contents(store: Store, content: bytes) -> None:
    put(store, WORK, content)

    assert not store.exists(ARCHIVE, name_of(content))


def test_a_second_put_changes_nothing(store: Store, content: bytes) -> None:
    first = put(store, ARCHIVE, content)

    second = put(store, ARCHIVE, content)

    assert first == second


def test_sixty_megabytes_pass_in_small_pieces(store: Store) -> None:
    source = Stream(60 * 1024 * 1024)

    store.put(WORK, source.file_id, source, source.size)

    assert source.largest_read <= 8 * 1024 * 1024
    digest = hashlib.sha256()
    with store.open(WORK, source.file_id) as file:
        while chunk := file.read(1024 * 1024):
            digest.update(chunk)
    assert digest.hexdigest() == source.file_id


@pytest.mark.parametrize("size", [17, 12 * 1024 * 1024])
def test_a_content_that_does_not_fit_its_digest_is_refused_and_nothing_is_kept(store: Store, size: int) -> None:
    promised = name_of(os.urandom(16))

    with pytest.raises(FileDamaged):
        store.put(WORK, promised, io.BytesIO(bytes(size)), size)

    assert not store.exists(WORK, promised)


@pytest.mark.parametrize("claimed", [-1, 1])
def test_a_content_of_another_size_than_promised_is_refused(store: Store, content: bytes, claimed: int) -> None:
    with pytest.raises(FileDamaged):
        store.put(WORK, name_of(content), io.BytesIO(content), len(content) + claimed)

    assert not store.exists(WORK, name_of(content))


def test_a_damaged_second_put_is_refused_and_the_first_stays(store: Store, content: bytes) -> None:
    put(store, WORK, content)

    with pytest.raises(FileDamaged):
        store.put(WORK, name_of(content), io.BytesIO(bytes(len(content))), len(content))

    assert read(store, WORK, content) == content


def test_a_content_that_was_never_put_is_not_found(store: Store, content: bytes) -> None:
    with pytest.raises(FileNotFound), store.open(WORK, name_of(content)):
        pass
    with pytest.raises(FileNotFound):
        store.retain_until(name_of(content))


@pytest.mark.parametrize("name", ["../../etc/passwd", "A" * 64, "", "ab"])
def test_what_is_not_a_digest_names_no_content(store: Store, name: str) -> None:
    assert not store.exists(WORK, FileId(name))
    with pytest.raises(FileNotFound), store.open(WORK, FileId(name)):
        pass
    with pytest.raises(FileNotFound):
        store.put(WORK, FileId(name), io.BytesIO(PDF), len(PDF))
    with pytest.raises(FileNotFound):
        store.delete(WORK, FileId(name), NEVER)


def test_what_lies_open_can_be_deleted(store: Store, content: bytes) -> None:
    put(store, WORK, content)

    assert store.delete(WORK, name_of(content), NEVER)
    assert not store.delete(WORK, name_of(content), NEVER)

    assert not store.exists(WORK, name_of(content))


def test_what_was_put_since_a_moment_is_neither_listed_nor_deleted_before_it(store: Store, content: bytes) -> None:
    an_hour_ago = datetime.now(UTC) - timedelta(hours=1)
    put(store, WORK, content)

    assert name_of(content) in set(store.contents(WORK, NEVER))
    assert name_of(content) not in set(store.contents(WORK, an_hour_ago))
    assert not store.delete(WORK, name_of(content), an_hour_ago)
    assert read(store, WORK, content) == content


def test_what_is_archived_cannot_be_deleted(store: Store, content: bytes) -> None:
    put(store, ARCHIVE, content)

    with pytest.raises(ContentLocked):
        store.delete(ARCHIVE, name_of(content), NEVER)

    assert read(store, ARCHIVE, content) == content


def test_the_archive_tells_until_when_it_keeps_a_content(store: Store, content: bytes) -> None:
    version = put(store, ARCHIVE, content)

    until = store.retain_until(name_of(content), version)

    assert abs(until - datetime.now(UTC) - RETENTION) < timedelta(hours=1)


def test_a_store_can_be_prepared_twice(store: Store, content: bytes) -> None:
    put(store, ARCHIVE, content)

    store.prepare()

    assert read(store, ARCHIVE, content) == content


# The folder.


def test_a_flipped_byte_in_the_folder_is_noticed(local: LocalObjectStore, content: bytes) -> None:
    put(local, ARCHIVE, content)
    place = next(path for path in (local.folder / ARCHIVE).rglob("*") if path.is_file())
    place.chmod(0o644)
    place.write_bytes(b"X" + content[1:])

    with pytest.raises(FileDamaged):
        read(local, ARCHIVE, content)


def test_files_in_the_folder_are_read_only(local: LocalObjectStore, content: bytes) -> None:
    put(local, ARCHIVE, content)

    place = next(path for path in (local.folder / ARCHIVE).rglob("*") if path.is_file())

    assert stat.S_IMODE(place.stat().st_mode) == 0o444


def test_a_put_that_is_killed_half_way_leaves_nothing(local: LocalObjectStore) -> None:
    ready = multiprocessing.get_context("spawn").Event()
    writer = multiprocessing.get_context("spawn").Process(target=put_half, args=(local.folder, ready))
    writer.start()
    assert ready.wait(30)
    local.prepare()
    assert len(list((local.folder / "incoming").iterdir())) == 1, "a put that goes on is left alone"

    os.kill(writer.pid or 0, signal.SIGKILL)
    writer.join(30)
    local.prepare()

    assert [path for path in local.folder.rglob("*") if path.is_file()] == []


# The server.


@pytest.mark.s3
def test_the_server_itself_keeps_an_archived_version(
    s3_store: S3ObjectStore, client: Minio, settings: S3Settings, content: bytes
) -> None:
    version = put(s3_store, ARCHIVE, content)
    bucket = settings.prefix + ARCHIVE

    with pytest.raises(S3Error, match="AccessDenied"):
        client.remove_object(bucket, name_of(content), version_id=version)
    doomed = [DeleteObject(name_of(content), version)]
    refused = list(client.remove_objects(bucket, doomed, bypass_governance_mode=True))

    assert [error.code for error in refused] == ["AccessDenied"]
    assert read(s3_store, ARCHIVE, content, version) == content


@pytest.mark.s3
def test_a_delete_marker_does_not_hide_a_version_from_us(
    s3_store: S3ObjectStore, client: Minio, settings: S3Settings, content: bytes
) -> None:
    version = put(s3_store, ARCHIVE, content)

    client.remove_object(settings.prefix + ARCHIVE, name_of(content))

    assert not s3_store.exists(ARCHIVE, name_of(content))
    assert read(s3_store, ARCHIVE, content, version) == content


@pytest.mark.s3
def test_a_changed_byte_on_the_server_is_noticed(
    s3_store: S3ObjectStore, client: Minio, settings: S3Settings, content: bytes
) -> None:
    forged = b"X" + content[1:]
    client.put_object(settings.prefix + WORK, name_of(content), io.BytesIO(forged), len(forged))

    with pytest.raises(FileDamaged):
        read(s3_store, WORK, content)


@pytest.mark.s3
def test_an_upload_that_breaks_off_leaves_no_parts(
    s3_store: S3ObjectStore, client: Minio, settings: S3Settings
) -> None:
    size = 20 * 1024 * 1024

    with pytest.raises(FileDamaged):
        s3_store.put(WORK, name_of(b"another"), io.BytesIO(bytes(size)), size)

    assert client._list_multipart_uploads(settings.prefix + WORK).uploads == []


@pytest.mark.s3
def test_an_archive_without_lock_is_refused(settings: S3Settings, client: Minio) -> None:
    open_one = S3Settings(
        endpoint=settings.endpoint,
        access_key=settings.access_key,
        secret_key=settings.secret_key,
        secure=False,
        prefix=settings.prefix + "open-",
    )
    client.make_bucket(open_one.prefix + ARCHIVE)

    with pytest.raises(StoreRefused):
        S3ObjectStore(open_one).prepare()


@pytest.mark.s3
def test_an_archive_that_keeps_nothing_by_itself_is_found(settings: S3Settings, client: Minio) -> None:
    S3ObjectStore(settings).probe()
    bare = replace(settings, prefix=settings.prefix + "bare-")
    client.make_bucket(bare.prefix + WORK)
    client.make_bucket(bare.prefix + ARCHIVE, object_lock=True)

    with pytest.raises(ArchiveUnlocked):
        S3ObjectStore(bare).probe()


def test_a_server_that_does_not_answer_is_told_as_away() -> None:
    nobody = S3ObjectStore(S3Settings(endpoint="127.0.0.1:1", access_key="a", secret_key="b", secure=False))

    with pytest.raises(StoreAway):
        nobody.exists(WORK, name_of(PDF))
    with pytest.raises(StoreAway):
        put(nobody, WORK, PDF)


@pytest.mark.s3
def test_wrong_keys_are_told_as_wrong_settings(settings: S3Settings) -> None:
    stranger = S3ObjectStore(
        S3Settings(endpoint=settings.endpoint, access_key="nobody", secret_key="wrong", secure=False)
    )

    with pytest.raises(StoreRefused):
        stranger.prepare()


class Stream(io.BytesIO):
    """Content that is made while it is read, and remembers the largest piece that was asked for."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.size = size
        self.largest_read = 0
        self._left = size
        self._block = os.urandom(1024 * 1024)
        self.file_id = FileId(self._sum())

    def _sum(self) -> str:
        digest = hashlib.sha256()
        for _ in range(self.size // len(self._block)):
            digest.update(self._block)
        return digest.hexdigest()

    def read(self, limit: int | None = -1) -> bytes:
        """Return up to one block, so that the piece fits whatever was asked."""
        wanted = self._left if limit is None or limit < 0 else min(limit, self._left)
        self.largest_read = max(self.largest_read, wanted)
        start = (self.size - self._left) % len(self._block)
        piece = self._block[start : start + wanted]
        self._left -= len(piece)
        return piece


class Stuck(io.BytesIO):
    """Gives one chunk, says so, and then waits for ever."""

    def __init__(self, given: object) -> None:
        super().__init__(bytes(1024 * 1024))
        self._given = given

    def read(self, limit: int | None = -1) -> bytes:
        """Return what is there, then never come back."""
        chunk = super().read(limit)
        if not chunk:
            self._given.set()  # type: ignore[attr-defined]
            signal.pause()
        return chunk


def put_half(folder: Path, given: object) -> None:
    store = LocalObjectStore(folder=folder, retention=RETENTION)
    store.put(WORK, name_of(b"never whole"), Stuck(given), 3 * 1024 * 1024)
