"""The evidence package of a document: all that was kept of it, in one zip that lists the digest of each member."""

import hashlib
import json
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import PurePosixPath
from typing import BinaryIO

from fastapi import APIRouter, Response
from pydantic import BaseModel

from api.contents import content_of, file_stream
from api.rest.answers import Names, problems
from api.rest.audit import leaf_answer
from api.rest.calls import Call, CallDep
from api.rest.document_answers import document_answer, readable
from api.rest.history_answers import history_of
from api.rest.paths import DocumentPath
from api.rest.registers import entry_answer
from api.rest.routes import Door
from api.rest.signatures import report_answer
from engine.audit import AuditEvent
from engine.documents import ArchivedFile, Document, Version
from engine.ids import DocumentId, FileId
from engine.instances import Instance
from engine.ports import UnitOfWork

router = APIRouter(route_class=Door, tags=["documents"])

_ZIP = {
    "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
    "description": "The package",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One file of the package."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """Which stored contents belong into the package, and where they lie."""

    versions: Sequence[Version]
    archived: Sequence[ArchivedFile]


@router.get(
    "/documents/{document_id}/evidence",
    summary="Evidence package",
    response_class=Response,
    responses={200: _ZIP, **problems(404, 503)},
)
def get_evidence(document_id: DocumentPath, call: CallDep) -> Response:
    """Return a zip: every version, the signature report, history, register, model, audit leaves, and a manifest."""
    return file_stream(evidence_package(document_id, call), "application/zip", f"evidence-{document_id}.zip")


def evidence_package(document_id: DocumentId, call: Call) -> BinaryIO:
    """Return the zip of a document in a passing file, or raise DocumentNotFound unless the caller may read it.

    Whoever may read the document (the handling chain, the registry, the leaders, the auditor) reads in it what people
    wrote while they handled it, as on its page; so they also get what opens the salted values of its leaves.
    """
    with call.services.begin() as work:
        document = readable(document_id, call.by, work)
        contents = Contents(
            versions=work.documents.versions(document.id), archived=work.documents.archived(document.id)
        )
        members = list(_records(document, contents, call, work))
    package = tempfile.TemporaryFile()  # noqa: SIM115  whoever sends it closes it
    try:
        _zip_into(package, document, chain(members, _contents(document, contents, call)), call)
    except BaseException:
        package.close()
        raise
    return package


def _records(document: Document, contents: Contents, call: Call, work: UnitOfWork) -> Iterator[Member]:
    names = Names(call.by.agency_id, work)
    yield _json("document.json", document_answer(document, call, work))
    yield _json("register.json", [entry_answer(entry, names) for entry in work.registers.entries_of(document.id)])
    report = work.documents.find_report(document.id)
    if report is not None:
        yield _json("signatures.json", report_answer(report, call))
    instance = work.instances.find_of_document(document.id)
    if instance is not None:
        yield _json("history.json", history_of(instance, call, work))
        yield from _definition(instance, work)
    yield from _leaves(work.audit.about(document.agency_id, _subjects(document, contents, instance, work)))


def _definition(instance: Instance, work: UnitOfWork) -> Iterator[Member]:
    definition = work.definitions.get(instance.definition_id)
    facts = {
        "id": str(definition.id),
        "key": definition.key,
        "version": definition.version,
        "bundle_sha256": definition.bundle_sha256,
        "files": sorted(definition.files),
    }
    yield _json("definition.json", facts)
    for name, content in sorted(definition.files.items()):
        yield Member(name=f"definition/{PurePosixPath(name).name}", content=content)


def _subjects(document: Document, contents: Contents, instance: Instance | None, work: UnitOfWork) -> list[str]:
    """Return the ids whose leaves tell of the document: its own, its files', and those of its procedure."""
    files = {version.file_id for version in contents.versions} | {kept.file_id for kept in document.attachments}
    subjects = [str(document.id), *sorted(files)]
    if instance is not None:
        subjects.append(str(instance.id))
        subjects += [str(item.id) for item in work.work_items.of_instance(instance.id)]
        subjects += [str(incident.id) for incident in work.incidents.of_instance(instance.id)]
    return subjects + [str(delivery.id) for delivery in work.deliveries.of_outgoing(document.id)]


def _leaves(events: Sequence[AuditEvent]) -> Iterator[Member]:
    """Yield each leaf byte for byte as it was hashed, their list, and what opens their salted values."""
    yield _json("audit/leaves.json", [leaf_answer(event) for event in events])
    for event in events:
        yield Member(name=f"audit/leaves/{event.id}.json", content=event.leaf)
    opened = {
        str(event.id): [
            {"path": private.path, "salt": private.salt.hex(), "value": private.value} for private in event.private
        ]
        for event in events
        if event.private
    }
    yield _json("audit/private.json", opened)


def _contents(document: Document, contents: Contents, call: Call) -> Iterator[Member]:
    def read(file_id: FileId) -> bytes:
        return content_of(file_id, contents.archived, call.services)

    for version in contents.versions:
        yield Member(name=f"versions/{version.ordinal:02d}-{version.kind.value}.pdf", content=read(version.file_id))
    for n, attached in enumerate(document.attachments, start=1):
        yield Member(name=f"attachments/{n:02d}.pdf", content=read(attached.file_id))


def _zip_into(package: BinaryIO, document: Document, members: Iterable[Member], call: Call) -> None:
    """Write one member after the other, so that only one of them is in memory."""
    listed = []
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED) as archive:
        for member in members:
            archive.writestr(member.name, member.content)
            digest = hashlib.sha256(member.content).hexdigest()
            listed.append({"name": member.name, "size": len(member.content), "sha256": digest})
        manifest = {
            "document_id": str(document.id),
            "made_at": call.at.isoformat(),
            "made_by": str(call.by.id),
            "members": listed,
        }
        archive.writestr("manifest.json", _json("manifest.json", manifest).content)
    package.seek(0)


def _json(name: str, value: object) -> Member:
    text = json.dumps(_plain(value), ensure_ascii=False, indent=2)
    return Member(name=name, content=text.encode())


def _plain(value: object) -> object:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    return [_plain(item) for item in value] if isinstance(value, list) else value
