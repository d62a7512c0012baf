"""One revision of a PDF beside the one before it: which objects differ, and what is reached from where.

An object that was written again with the same content does not differ.
"""

from collections.abc import Iterator
from functools import cached_property

from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    NullObject,
    PdfObject,
    Reference,
    StreamObject,
)
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader
from pyhanko.pdf_utils.rw_common import PdfHandler

Raw = PdfObject | None
Key = tuple[int, int]
Page = tuple[Key, dict[str, Raw]]
_UPWARDS = frozenset({"/Parent", "/P", "/Prev", "/Next", "/Dest", "/D", "/Pg", "/StructParent", "/StructParents"})
"""Where a walk would leave what it began with."""
_PAGES = ("/Page", "/Pages", "/Catalog")
_INHERITED = ("/Resources", "/MediaBox", "/CropBox", "/Rotate")
_MOST_PAGES = 20_000
_MOST_DEPTH = 60
_MOST_OBJECTS = 100_000


class View:
    """A revision, the one before it, and the objects that differ; *explained* collects those somebody asked about."""

    def __init__(self, reader: PdfFileReader, revision: int) -> None:
        self.old = reader.get_historical_resolver(revision - 1)
        self.new = reader.get_historical_resolver(revision)
        self.differing = frozenset(_differing(reader, self.old, self.new, revision))
        self.explained: set[Key] = set()

    @cached_property
    def pages_before(self) -> list[Page]:
        """The pages of the old revision, in order: each one's reference and its entries, with those it inherits."""
        return _pages_of(self.old)

    @cached_property
    def pages_now(self) -> list[Page]:
        """The pages of the new revision."""
        return _pages_of(self.new)

    def differs(self, before: Raw, after: Raw) -> bool:
        """Say whether two values differ, in themselves or anywhere below; pages below are not entered."""
        touched = self._below(after)
        self.explained |= touched
        return bool(touched) or not alike(before, after)

    def now(self, raw: Raw | Reference) -> Raw:
        """Return what *raw* stands for in the new revision."""
        return resolved(self.new, raw)

    def before(self, raw: Raw | Reference) -> Raw:
        """Return what *raw* stands for in the old revision."""
        return resolved(self.old, raw)

    def _below(self, raw: Raw) -> set[Key]:
        found: set[Key] = set()
        seen: set[Key] = set()
        waiting: list[Raw] = [raw]
        while waiting and len(seen) < _MOST_OBJECTS:
            value = waiting.pop()
            if isinstance(value, IndirectObject):
                key = key_of(value)
                if key in seen:
                    continue
                seen.add(key)
                value = self.now(value)
                if name_of(value, "/Type") in _PAGES:
                    continue
                found |= {key} & self.differing
            if isinstance(value, DictionaryObject):
                waiting += [entry(value, name) for name in value if name not in _UPWARDS]
            waiting += items(value)
        return found


def _differing(reader: PdfFileReader, old: HistoricalResolver, new: HistoricalResolver, revision: int) -> Iterator[Key]:
    xrefs = reader.xrefs
    for reference in xrefs.explicit_refs_in_revision(revision) | xrefs.refs_freed_in_revision(revision):
        key = key_of(reference)
        if xrefs.get_historical_ref(reference, revision - 1) is None or not alike(
            resolved(old, reference), resolved(new, reference)
        ):
            yield key


def _pages_of(handler: HistoricalResolver) -> list[Page]:
    return list(_below(handler, resolved(handler, entry(handler.root, "/Pages")), {}, set()))


def _below(handler: HistoricalResolver, node: Raw, inherited: dict[str, Raw], seen: set[Key]) -> Iterator[Page]:
    passed = inherited | {name: entry(node, name) for name in _INHERITED if entry(node, name) is not None}
    for kid in items(resolved(handler, entry(node, "/Kids"))):
        if not isinstance(kid, IndirectObject) or key_of(kid) in seen or len(seen) > _MOST_PAGES:
            continue
        seen.add(key_of(kid))
        page = resolved(handler, kid)
        if entry(page, "/Kids") is not None:
            yield from _below(handler, page, passed, seen)
        elif isinstance(page, DictionaryObject):
            yield key_of(kid), passed | {name: entry(page, name) for name in page}


def key_of(raw: IndirectObject | Reference) -> Key:
    """Return number and generation of a reference."""
    return raw.idnum, raw.generation


def reference(key: Key, handler: PdfHandler) -> Reference:
    """Return the reference of that number and generation."""
    return Reference(idnum=key[0], generation=key[1], pdf=handler)


def entry(raw: Raw, name: str) -> Raw:
    """Return what stands under *name*, unresolved; None where nothing does."""
    if isinstance(raw, DictionaryObject) and name in raw:
        value: Raw = dict.__getitem__(raw, name)
        return value
    return None


def name_of(raw: Raw, key: str) -> str:
    """Return the name or text that stands directly under *key*, '' where none does."""
    value = entry(raw, key)
    return str(value) if isinstance(value, str) else ""


def items(raw: Raw) -> list[Raw]:
    """Return the elements of an array, unresolved; [] where it is none."""
    return list(list.__iter__(raw)) if isinstance(raw, ArrayObject) else []


def resolved(handler: HistoricalResolver, raw: Raw | Reference) -> Raw:
    """Return what *raw* stands for in one revision; a dead reference stands for nothing."""
    for _ in range(_MOST_DEPTH):
        if not isinstance(raw, IndirectObject | Reference):
            return None if isinstance(raw, NullObject) else raw
        raw = handler.get_object(Reference(idnum=raw.idnum, generation=raw.generation, pdf=handler))
    return None


def alike(before: Raw, after: Raw, depth: int = 0) -> bool:
    """Say whether two values are written alike; references are alike when they name the same object."""
    if isinstance(before, IndirectObject) and isinstance(after, IndirectObject):
        return key_of(before) == key_of(after)
    if before is None or after is None or type(before) is not type(after) or depth > _MOST_DEPTH:
        return before is after
    if isinstance(before, DictionaryObject) and isinstance(after, DictionaryObject):
        if (
            isinstance(before, StreamObject)
            and isinstance(after, StreamObject)
            and (before.encoded_data != after.encoded_data)
        ):
            return False
        same_names = before.keys() == after.keys()
        return same_names and all(alike(entry(before, name), entry(after, name), depth + 1) for name in before)
    if isinstance(before, ArrayObject):
        return len(before) == len(items(after)) and all(
            alike(one, other, depth + 1) for one, other in zip(items(before), items(after), strict=True)
        )
    return bool(before == after)
