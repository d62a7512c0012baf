"""The archive on a real S3 server: what is issued or closed is locked there and cannot be taken away."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from minio import Minio
from minio.error import S3Error

from api import worker
from api.province import province
from api.wiring import House, object_store
from engine.documents import OutgoingState
from engine.ids import DocumentId
from tests.support.ceph import S3Server
from tests.support.house import Crowd, due_jobs
from tests.support.office import Office

pytestmark = [pytest.mark.journey, pytest.mark.s3]

PREFIX = "journey-"


@pytest.fixture
def s3_house(house: House, s3: S3Server) -> House:
    """The house with its contents on the S3 server."""
    settings = replace(
        house.settings,
        s3_endpoint=s3.endpoint,
        s3_access_key=s3.access_key,
        s3_secret_key=s3.secret_key,
        s3_secure=False,
        s3_prefix=PREFIX,
        retention_days=1,
    )
    store = object_store(settings)
    store.prepare()
    return replace(house, settings=settings, services=replace(house.services, store=store))


@pytest.fixture
def office(s3_house: House, people: Crowd) -> Iterator[Office]:
    """People at work in that house."""
    with worker.open_worker(s3_house) as app:

        def run_jobs() -> None:
            while due_jobs(s3_house.settings.database_url or ""):
                app.run_worker(wait=False, concurrency=2, install_signal_handlers=False, listen_notify=False)

        yield Office(house=s3_house, people=people, run_jobs=run_jobs)


def archived(office: Office, document_id: DocumentId) -> tuple[str, str]:
    with office.house.services.begin() as work:
        (content,) = work.documents.archived(document_id)
    assert content.version_id is not None
    return content.file_id, content.version_id


def test_an_issued_document_lies_in_the_locked_archive_and_its_version_cannot_be_deleted(
    office: Office, s3: S3Server
) -> None:
    document_id = office.issued(recipients=(province()[1].agency.id,))
    file_id, version_id = archived(office, document_id)
    client = Minio(s3.endpoint, s3.access_key, s3.secret_key, secure=False)

    name = next(item.object_name for item in client.list_objects(f"{PREFIX}archive", recursive=True))
    with pytest.raises(S3Error):
        client.remove_object(f"{PREFIX}archive", name, version_id=version_id)

    assert office.outgoing(document_id).state is OutgoingState.ISSUED
    with office.house.services.store.open("archive", office.outgoing(document_id).file_id, version_id) as stream:
        assert stream.read(5) == b"%PDF-"
    assert file_id == office.outgoing(document_id).file_id


def test_a_closed_incoming_document_is_archived_byte_for_byte_as_it_came(office: Office) -> None:
    registered = office.register().document
    before = office.house.services.read(registered.file_id)
    office.complete(registered.id, "direct", "file", "chutich")
    office.run_jobs()

    _, version_id = archived(office, registered.id)
    with office.house.services.store.open("archive", registered.file_id, version_id) as stream:
        assert stream.read() == before
