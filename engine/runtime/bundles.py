"""Bundles: the files of one procedure, hashed together, and everything that is wrong with them at once."""

import hashlib
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any, Final

import orjson

from engine.definitions import Finding, Vocabulary
from engine.forms import mistakes_in
from engine.runtime.call_rules import judge_calls, order
from engine.runtime.decisions import Decision
from engine.runtime.decisions_reading import read_decisions
from engine.runtime.event_rules import judge_errors, judge_events
from engine.runtime.findings import Findings
from engine.runtime.flow_rules import judge_flows
from engine.runtime.models import Model
from engine.runtime.reading import read as read_models
from engine.runtime.signing_rules import judge_signing
from engine.runtime.task_rules import Beside, judge_tasks, short_of_people

MAX_BYTES: Final = 5_000_000
"""Size of all files of a bundle together."""
MAX_ELEMENTS: Final = 1_000
"""Elements of one model; a larger one cannot be read by people either."""
MAX_NAME: Final = 200
"""Characters of the name of a file."""

_SUFFIXES: Final = {".bpmn", ".dmn", ".json", ".yaml", ".md"}


def bundle_sha256(files: Mapping[str, bytes]) -> str:
    """Return the digest of all files with their names, 64 lower-case hexadecimal digits; order does not matter."""
    digest = hashlib.sha256()
    for name in sorted(files):
        for part in (name.encode(), files[name]):
            digest.update(len(part).to_bytes(8, "big"))
            digest.update(part)
    return digest.hexdigest()


def check(files: Mapping[str, bytes], vocabulary: Vocabulary) -> tuple[Finding, ...]:
    """Return every mistake in the bundle, by file and line; nothing for one that can be deployed.

    Args:
        files: Name to content: .bpmn with one executable process and those it calls, decisions (.dmn), forms
            (.json), scenarios and notes.
        vocabulary: The operations there are and the roles of the agency.
    """
    found = _judge_files(files)
    if found:
        return tuple(found)
    forms, found = _judge_forms(files)
    decisions, undecided = _read_decisions(files)
    found += undecided
    beside = Beside(forms=forms, decisions=decisions)
    models: list[Model] = []
    for name in sorted(name for name in files if name.endswith(".bpmn")):
        findings = Findings(name)
        for model in read_models(findings, files[name]):
            models.append(model)
            _judge_model(findings, model, vocabulary, beside)
        found += findings.found
    together = Findings("")
    ordered = order(together, models)
    judge_calls(together, ordered, vocabulary.installed)
    for main in ordered[:1]:
        together.file = main.file
        judge_errors(together, main)
    found += together.found
    return tuple(sorted(found, key=lambda one: (one.file, one.line or 0, one.element_id or "", one.code)))


def warnings(files: Mapping[str, bytes], vocabulary: Vocabulary) -> tuple[Finding, ...]:
    """Return what will be stuck in a checked bundle as long as the agency is staffed as it is."""
    found: list[Finding] = []
    for name in sorted(name for name in files if name.endswith(".bpmn")):
        findings = Findings(name)
        for model in read_models(findings, files[name]):
            for node, message in short_of_people(model, vocabulary):
                findings.add("approvals.too_few", message, element_id=node.id, line=node.line)
        found += findings.found
    return tuple(found)


def forms_in(files: Mapping[str, bytes]) -> dict[str, Any]:
    """Return the forms of a checked bundle by name, as parsed JSON."""
    return {name.removesuffix(".json"): orjson.loads(files[name]) for name in sorted(files) if name.endswith(".json")}


def decisions_in(files: Mapping[str, bytes]) -> dict[str, Decision]:
    """Return the decisions of a checked bundle by id."""
    decisions, _ = _read_decisions(files)
    return decisions


def _read_decisions(files: Mapping[str, bytes]) -> tuple[dict[str, Decision], list[Finding]]:
    decisions: dict[str, Decision] = {}
    found: list[Finding] = []
    for name in sorted(name for name in files if name.endswith(".dmn")):
        findings = Findings(name)
        read = read_decisions(findings, files[name])
        for twice in sorted(decisions.keys() & read.keys()):
            message = f"The decision '{twice}' is in {decisions[twice].file} too."
            findings.add("decision.twice", message, element_id=twice, line=read[twice].line)
        decisions |= read
        found += findings.found
    return decisions, found


def _judge_files(files: Mapping[str, bytes]) -> list[Finding]:
    findings = Findings("")
    size = sum(map(len, files.values()))
    if size > MAX_BYTES:
        findings.add("bundle.too_large", f"The files have {size} bytes together, at most {MAX_BYTES} are allowed.")
    if not any(name.endswith(".bpmn") for name in files):
        findings.add("bundle.no_model", "The bundle has no file named .bpmn.")
    for name in sorted(files):
        if PurePosixPath(name).suffix not in _SUFFIXES or not _is_plain(name):
            findings.file = name
            findings.add(
                "file.unsupported", f"A bundle holds plain files of these kinds: {', '.join(sorted(_SUFFIXES))}."
            )
    return findings.found


def _is_plain(name: str) -> bool:
    return PurePosixPath(name).name == name and "\\" not in name and name.isprintable() and len(name) <= MAX_NAME


def _judge_forms(files: Mapping[str, bytes]) -> tuple[set[str], list[Finding]]:
    names: set[str] = set()
    found: list[Finding] = []
    for name in sorted(name for name in files if name.endswith(".json")):
        names.add(name.removesuffix(".json"))
        findings = Findings(name)
        try:
            schema = orjson.loads(files[name])
        except orjson.JSONDecodeError as cause:
            findings.add("form.malformed", f"This is not JSON: {cause.msg}.", line=cause.lineno)
        else:
            for mistake in mistakes_in(schema):
                findings.add(mistake.code, mistake.message, element_id=mistake.place or None)
        found += findings.found
    return names, found


def _judge_interface(findings: Findings, model: Model) -> None:
    wrong = [name for name in model.starts_with if not name.isidentifier()]
    if wrong:
        message = f"'{wrong[0]}' cannot be the name of something the procedure starts with."
        findings.add("process.starts_with", message, element_id=model.key, line=model.line)
    if model.document_kind not in (None, "incoming", "outgoing"):
        message = f"'{model.document_kind}' is no kind of document: 'incoming' or 'outgoing'."
        findings.add("process.document_kind", message, element_id=model.key, line=model.line)


def _judge_model(findings: Findings, model: Model, vocabulary: Vocabulary, beside: Beside) -> None:
    count = sum(1 for _ in model.nodes())
    if count > MAX_ELEMENTS:
        message = f"The model has {count} elements, at most {MAX_ELEMENTS} are allowed. Split the procedure."
        findings.add("model.too_large", message, element_id=model.key)
        return
    _judge_interface(findings, model)
    judge_flows(findings, model)
    judge_events(findings, model)
    judge_tasks(findings, model, vocabulary, beside)
    judge_signing(findings, model)
