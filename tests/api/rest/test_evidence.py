"""The evidence package: all that was kept of a document, each member with its digest."""

import hashlib
import io
import json
import zipfile
from contextlib import nullcontext
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from engine.audit import salted
from engine.runtime.bundles import bundle_sha256
from tests.api.rest.callers import Callers
from tests.support.house import Crowd, NewHouse, jobs_of
from tests.support.office import Office


class Package:
    """An opened evidence package."""

    def __init__(self, content: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            assert package.testzip() is None
            self.members = {name: package.read(name) for name in package.namelist()}

    def read(self, name: str) -> Any:
        """Return a member as JSON."""
        return json.loads(self.members[name])

    def below(self, folder: str) -> dict[str, bytes]:
        """Return the members of a folder by their names in it."""
        return {name.removeprefix(folder): self.members[name] for name in self.members if name.startswith(folder)}


@pytest.fixture(scope="module")
def package(new_house: NewHouse, people: Crowd, tmp_path_factory: pytest.TempPathFactory) -> Package:
    """The package of an issued document, fetched by the auditor; made once, since no test here changes anything."""
    with new_house("evidence", tmp_path_factory.mktemp("evidence")) as house, jobs_of(house) as run_jobs:
        document_id = Office(house=house, people=people, run_jobs=run_jobs).issued()
        with TestClient(create_app(lambda: nullcontext(house))) as client:
            answer = Callers(client)["kiemtra"].get(f"/documents/{document_id}/evidence")
    assert answer.headers["Content-Type"] == "application/zip"
    return Package(answer.content)


def test_the_manifest_lists_every_member_with_its_digest(package: Package) -> None:
    listed = {member["name"]: member["sha256"] for member in package.read("manifest.json")["members"]}

    actual = {name: hashlib.sha256(content).hexdigest() for name, content in package.members.items()}
    assert listed == {name: digest for name, digest in actual.items() if name != "manifest.json"}


def test_the_versions_are_the_bytes_the_document_went_through(package: Package) -> None:
    assert list(package.below("versions/")) == [
        "01-prepared.pdf",
        "02-initialled.pdf",
        "03-signed.pdf",
        "04-numbered.pdf",
        "05-sealed.pdf",
        "06-final.pdf",
    ]
    assert (
        package.read("signatures.json")["file_id"]
        == hashlib.sha256(package.members["versions/06-final.pdf"]).hexdigest()
    )


def test_the_model_is_the_one_whose_digest_is_named(package: Package) -> None:
    facts = package.read("definition.json")

    assert bundle_sha256(package.below("definition/")) == facts["bundle_sha256"]
    assert facts["key"] == "outgoing_document"


def test_the_leaves_hash_to_what_the_log_says_and_tell_the_whole_story(package: Package) -> None:
    leaves = package.read("audit/leaves.json")

    for leaf in leaves:
        exact = package.members[f"audit/leaves/{leaf['id']}.json"]
        assert hashlib.sha256(b"\x00" + exact).hexdigest() == leaf["leaf_hash"]
    assert [leaf["action"] for leaf in leaves] == [
        "outgoing_document.drafted",
        "work_item.completed",
        "document.initialled",
        "work_item.completed",
        "document.initialled",
        "work_item.completed",
        "operation.finished",
        "signature.asked",
        "document.signed",
        "work_item.completed",
        "operation.finished",
        "signature.asked",
        "document.signed",
        "operation.finished",
        "operation.finished",
        "operation.finished",
    ]


def test_private_values_open_their_digests(package: Package) -> None:
    opened = package.read("audit/private.json")

    assert opened
    for event_id, values in opened.items():
        data = package.read(f"audit/leaves/{event_id}.json")["data"]
        for value in values:
            expected = data[value["path"]]["salted_sha256"]
            assert salted(value["value"], bytes.fromhex(value["salt"])) == expected


def test_the_register_entry_and_the_history_are_in_it(package: Package) -> None:
    number = package.read("document.json")["number"]

    assert [entry["printed"] for entry in package.read("register.json")] == [number]
    assert {"sign", "number", "seal"} <= {line["element_id"] for line in package.read("history.json")}


def test_a_cancelled_number_stays_in_the_package_with_its_reason(callers: Callers, office: Office) -> None:
    document_id = str(office.numbered())
    callers["vanthu"].complete(document_id, "seal", "return", reason="Sai ngày")

    package = Package(callers["vanthu"].get(f"/documents/{document_id}/evidence").content)

    assert [entry["cancelled_reason"] for entry in package.read("register.json")] == ["Sai ngày"]
