"""Comparing two versions of a bundle: what was added, removed or changed; where it is drawn is no change."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Final

from lxml import etree

from engine.runtime.findings import Findings
from engine.runtime.parsing import parse
from engine.runtime.xml import tag as tag_of

Files = Mapping[str, bytes]


class ChangeKind(StrEnum):
    """What happened to an element between the two."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """One property of a changed element: what it is called in the file, and its value before and after, '' for none."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What happened to one element.

    Attributes:
        file: Where it is in the later bundle, in the earlier one for what was removed.
        element_id: Id of the BPMN or DMN element, name of the form's field; None for a file as a whole.
        tag: As the file writes it, as in 'userTask'; '' for a field or a file.
        name: What it is called, '' where it has no name.
        details: For a changed element its properties that differ.
    """

    kind: ChangeKind
    file: str
    element_id: str | None
    tag: str
    name: str
    details: tuple[Detail, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Described:
    file: str
    element_id: str
    tag: str
    name: str
    facts: Mapping[str, str]


_ECHOES: Final = {"incoming", "outgoing"}
"""They repeat what the flows say, and some programs leave them out."""
_WHOLE: Final = {"rule", "input", "output"}
"""Elements of a decision table that are one thing to a reader, though each of their cells has an id."""


def compare(before: Files, after: Files) -> tuple[Change, ...]:
    """Return what is different in *after*: the model first, then decisions, forms and other files by name."""
    old, new = _described(before), _described(after)
    changes = [_changed(old[key], one) for key, one in new.items() if key in old and old[key].facts != one.facts]
    changes += [_whole(ChangeKind.ADDED, one) for key, one in new.items() if key not in old]
    changes += [_whole(ChangeKind.REMOVED, one) for key, one in old.items() if key not in new]
    places = {key: place for place, key in enumerate([*new, *(key for key in old if key not in new)])}
    return tuple(sorted(changes, key=lambda one: places[_key(one.file, one.element_id or "")]))


def _key(file: str, element_id: str) -> tuple[str, str]:
    """Return what tells an element from others; a bundle has one model, whatever its file is called."""
    suffix = PurePosixPath(file).suffix
    return (suffix if suffix == ".bpmn" else file, element_id)


def _described(files: Files) -> dict[tuple[str, str], _Described]:
    kinds = [".bpmn", ".dmn", ".json"]
    names = sorted(files, key=lambda name: (*(not name.endswith(kind) for kind in kinds), name))
    return {_key(one.file, one.element_id): one for name in names for one in _described_file(name, files[name])}


def _described_file(name: str, content: bytes) -> Iterator[_Described]:
    match PurePosixPath(name).suffix:
        case ".bpmn" | ".dmn":
            root = parse(Findings(name), content)
            if root is not None:
                yield from (_element(name, element) for element in root.iter("{*}*") if _is_told(element))
        case ".json":
            form = json.loads(content)
            fields = form.get("properties", {})
            yield _Described(
                file=name, element_id="", tag="", name="", facts=_values({**form, "properties": list(fields)})
            )
            for field, schema in fields.items():
                title = str(schema.get("title", ""))
                yield _Described(file=name, element_id=field, tag="", name=title, facts=_values(schema))
        case _:
            text = content.decode("utf-8", "replace")
            yield _Described(file=name, element_id="", tag="", name="", facts={"": text})


def _values(schema: Mapping[str, object]) -> dict[str, str]:
    return {name: json.dumps(value, ensure_ascii=False, sort_keys=True) for name, value in schema.items()}


def _is_told(element: etree._Element) -> bool:
    around = list(element.iterancestors())
    if not element.get("id") or not around or _WHOLE & {tag_of(one) for one in around}:
        return False
    return etree.QName(element).namespace == etree.QName(around[-1]).namespace


def _element(file: str, element: etree._Element) -> _Described:
    facts = {_short(element, str(name)): str(value) for name, value in element.attrib.items() if name != "id"}
    for name, text in _inside(element, whole=tag_of(element) in _WHOLE):
        facts[name] = f"{facts[name]}; {text}" if name in facts else text
    *inner, _ = element.iterancestors()
    owner = next((one.get("id", "") for one in inner if one.get("id")), "")
    return _Described(
        file=file,
        element_id=element.get("id", ""),
        tag=tag_of(element),
        name=element.get("name", ""),
        facts={**facts, "in": owner},
    )


def _inside(element: etree._Element, *, whole: bool) -> Iterator[tuple[str, str]]:
    """Yield what is said inside the element by children that are no elements of their own."""
    for child in element.iterchildren("{*}*"):
        if tag_of(child) in _ECHOES or (child.get("id") and not whole and _is_told(child)):
            continue
        own = etree.QName(child).namespace == etree.QName(element).namespace
        said = [
            f"{_short(child, str(name))}={value!s}" for name, value in child.attrib.items() if not own or name != "id"
        ]
        said += [(child.text or "").strip()]
        if text := " ".join(filter(None, said)):
            yield tag_of(child), text
        yield from _inside(child, whole=whole)


def _short(element: etree._Element, name: str) -> str:
    tag = etree.QName(name)
    prefixes = {uri: prefix for prefix, uri in element.nsmap.items() if prefix}
    return f"{prefixes[tag.namespace]}:{tag.localname}" if tag.namespace in prefixes else tag.localname


def _whole(kind: ChangeKind, one: _Described) -> Change:
    return Change(kind=kind, file=one.file, element_id=one.element_id or None, tag=one.tag, name=one.name)


def _changed(old: _Described, new: _Described) -> Change:
    names = [name for name in {**old.facts, **new.facts} if old.facts.get(name, "") != new.facts.get(name, "")]
    # A whole text is not told twice: that it changed is enough.
    details = (
        Detail(name=name, before=old.facts.get(name, ""), after=new.facts.get(name, "")) for name in names if name
    )
    return Change(
        kind=ChangeKind.CHANGED,
        file=new.file,
        element_id=new.element_id or None,
        tag=new.tag,
        name=new.name or old.name,
        details=tuple(details),
    )
