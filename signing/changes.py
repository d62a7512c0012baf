"""What each revision of a PDF did to it, by meaning: pages, what is printed on them, notes, form, scripts, files.

It only names; what the signatures allow is judged in :mod:`signing.findings` and, apart from it, by pyHanko.
"""

from collections.abc import Iterator
from io import BytesIO
from typing import Final

from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject
from pyhanko.pdf_utils.metadata.xmp_xml import XmpXmlProcessingError, meta_from_xmp, parse_xmp
from pyhanko.pdf_utils.reader import PdfFileReader

from engine.validations import Change
from signing.changed_words import change
from signing.field_changes import field_changes, fields_of
from signing.revision_views import Key, Page, Raw, View, entry, items, key_of, reference

_COVERING: Final = frozenset(
    (
        *("/FreeText", "/Stamp", "/Square", "/Circle", "/Line", "/Polygon", "/PolyLine", "/Ink", "/Redact"),
        *("/Watermark", "/Screen", "/3D", "/RichMedia", "/Movie", "/Widget", "/Projection"),
    )
)
"""Notes that paint over the page; a widget is one where it belongs to no field."""
_NEUTRAL: Final = frozenset(
    (
        *("/Type", "/Parent", "/Annots", "/LastModified", "/PieceInfo", "/Tabs", "/StructParents"),
        *("/Thumb", "/B", "/ID", "/PZ", "/Metadata", "/DSS"),
    )
)
_PAGE_PARTS: Final = {
    "/Contents": "page_content",
    "/Resources": "page_picture",
    "/MediaBox": "page_shape",
    "/CropBox": "page_shape",
    "/BleedBox": "page_shape",
    "/TrimBox": "page_shape",
    "/ArtBox": "page_shape",
    "/Rotate": "page_shape",
    "/UserUnit": "page_shape",
    "/AA": "action",
    "/AF": "file_attached",
}
_CATALOG_PARTS: Final = {
    "/DSS": "proofs",
    "/OpenAction": "action",
    "/AA": "action",
    "/AF": "file_attached",
    "/OCProperties": "layers",
    "/Perms": "permissions",
    "/StructTreeRoot": "structure",
    "/MarkInfo": "structure",
    "/Outlines": "structure",
    "/Dests": "structure",
    "/PageLabels": "structure",
    "/PageMode": "structure",
    "/PageLayout": "structure",
    "/ViewerPreferences": "structure",
    "/Lang": "structure",
    "/RoleMap": "structure",
    "/Collection": "file_attached",
}
_ELSEWHERE: Final = frozenset({"/Type", "/Pages", "/AcroForm", "/Names", "/Metadata", "/Version", "/Extensions"})
_NAME_TREES: Final = {"/JavaScript": "action", "/EmbeddedFiles": "file_attached", "/Renditions": "action"}
_INFORMATION: Final = ("/Title", "/Author", "/Subject", "/Keywords")


class Changes:
    """What was done in each revision of one file; each is looked at once, however many signatures ask."""

    def __init__(self, reader: PdfFileReader) -> None:
        self._reader = reader
        self._known: dict[int, tuple[Change, ...]] = {}

    def after(self, revision: int) -> tuple[Change, ...]:
        """Return what was done after *revision*, each thing once, in the order it was done."""
        later = range(revision + 1, self._reader.xrefs.total_revisions)
        return tuple(_once(done for each in later for done in self._of(each)))

    def _of(self, revision: int) -> tuple[Change, ...]:
        if revision not in self._known:
            self._known[revision] = tuple(_once(_found(View(self._reader, revision), self._reader, revision)))
        return self._known[revision]


def _once(changes: Iterator[Change]) -> list[Change]:
    return list({(found.code, *found.facts.values()): found for found in changes}.values())


def _found(view: View, reader: PdfFileReader, revision: int) -> Iterator[Change]:
    yield from _catalog_changes(view)
    yield from field_changes(view)
    if _information_differs(view):
        yield change("information")
    yield from _page_list_changes(view)
    # A reference to nothing may come alive: what could have been named before counts as if it had been.
    size = reader.xrefs.get_xref_container_info(revision - 1).size
    open_questions = {key for key in view.differing - view.explained if key[0] < size}
    yield from _page_changes(view, everywhere=bool(open_questions))
    left = (reference(key, reader) for key in open_questions - view.explained)
    if any(reader.xrefs.get_historical_ref(one, revision - 1) is not None for one in left):
        yield change("other")


def _catalog_changes(view: View) -> Iterator[Change]:
    old, new = view.old.root, view.new.root
    view.explained.add(key_of(view.new.root_ref))
    for name in {**old, **new}:
        if name in _ELSEWHERE or not view.differs(entry(old, name), entry(new, name)):
            continue
        if name == "/Perms" and entry(old, name) is None:
            continue  # the certification brings it along, and is a signature of its own
        yield change(_CATALOG_PARTS.get(name, "other"))
    names = view.before(entry(old, "/Names")), view.now(entry(new, "/Names"))
    trees = {name for tree in names if isinstance(tree, DictionaryObject) for name in tree}
    view.differs(entry(old, "/Names"), entry(new, "/Names"))
    for name in trees:
        if view.differs(entry(names[0], name), entry(names[1], name)):
            yield change(_NAME_TREES.get(name, "structure"))


def _information_differs(view: View) -> bool:
    """Say whether title, author and the like changed; that a program noted when it wrote is no change."""
    before, after = entry(view.old.trailer_view, "/Info"), entry(view.new.trailer_view, "/Info")
    xmp_before, xmp_after = entry(view.old.root, "/Metadata"), entry(view.new.root, "/Metadata")
    if view.differs(before, after) and _named(view.before(before)) != _named(view.now(after)):
        return True
    return view.differs(xmp_before, xmp_after) and _described(view.before(xmp_before)) != _described(
        view.now(xmp_after)
    )


def _named(info: Raw) -> list[str]:
    return [str(info[name]) if isinstance(info, DictionaryObject) and name in info else "" for name in _INFORMATION]


def _described(metadata: Raw) -> list[str]:
    """Return title, author, subject and keywords of XMP; what cannot be read is like nothing else."""
    if not isinstance(metadata, StreamObject):
        return []
    try:
        told = meta_from_xmp(parse_xmp(BytesIO(metadata.data)))
    except XmpXmlProcessingError:
        return [str(hash(metadata.encoded_data))]
    return [str(told.title or ""), str(told.author or ""), str(told.subject or ""), str(told.keywords or "")]


def _page_list_changes(view: View) -> Iterator[Change]:
    before, now = [key for key, _ in view.pages_before], [key for key, _ in view.pages_now]
    for number, key in enumerate(now, start=1):
        if key not in set(before):
            view.explained.add(key)
            view.differs(None, _contents_of(view.pages_now[number - 1]))
            yield change("page_added", page=number)
    for number, key in enumerate(before, start=1):
        if key not in set(now):
            yield change("page_removed", page=number)
    stayed = [key for key in before if key in set(now)]
    if stayed != [key for key in now if key in set(before)]:
        yield change("page_order")
    if before != now:
        # The nodes of the page tree that were written again for it.
        view.explained |= {key for key in view.differing if entry(view.now(reference(key, view.new)), "/Kids")}


def _contents_of(page: Page) -> ArrayObject:
    return ArrayObject(page[1][name] for name in ("/Contents", "/Resources", "/Annots") if page[1].get(name))


def _page_changes(view: View, *, everywhere: bool) -> Iterator[Change]:
    """Yield what was done to the pages that stayed; *everywhere* looks below each page, else only at its entries."""
    before = dict(view.pages_before)
    form = {key for handler in (view.old, view.new) for one in fields_of(handler).values() for key in one.widgets}
    for number, (key, now) in enumerate(view.pages_now, start=1):
        if key not in before:
            continue
        touched = key in view.differing or any(
            isinstance(value, IndirectObject) and key_of(value) in view.differing for value in now.values()
        )
        if touched or everywhere or before[key].keys() != now.keys():
            view.explained.add(key)
            yield from _one_page(view, number, before[key], now)
            yield from _note_changes(view, number, (before[key], now), form)


def _one_page(view: View, number: int, before: dict[str, Raw], now: dict[str, Raw]) -> Iterator[Change]:
    for name in {**before, **now}:
        if name in _NEUTRAL or not view.differs(before.get(name), now.get(name)):
            continue
        if name == "/Resources":
            old, new = view.before(before.get(name)), view.now(now.get(name))
            kinds = {one for tree in (old, new) if isinstance(tree, DictionaryObject) for one in tree}
            differing = {kind for kind in kinds if view.differs(entry(old, kind), entry(new, kind))}
            if "/Font" in differing:
                yield change("page_font", page=number)
            if not differing or differing - {"/Font"}:
                yield change("page_picture", page=number)
        else:
            yield change(_PAGE_PARTS.get(name, "page_picture"), page=number)


def _note_changes(
    view: View, number: int, page: tuple[dict[str, Raw], dict[str, Raw]], form: set[Key]
) -> Iterator[Change]:
    """Yield what was done to the notes of a page; what belongs to the form is told elsewhere."""
    before = _notes(view, page[0], form, old=True)
    now = _notes(view, page[1], form, old=False)
    view.differs(page[0].get("/Annots"), page[1].get("/Annots"))
    for name, note in now.items():
        kind = str(entry(view.now(note), "/Subtype") or "?").removeprefix("/")
        if name not in before:
            yield change(_new_note(f"/{kind}"), page=number, kind=kind)
        elif view.differs(before[name], note):
            yield change("note_changed", page=number, kind=kind)
    for name, note in before.items():
        if name not in now:
            kind = str(entry(view.before(note), "/Subtype") or "?").removeprefix("/")
            yield change("note_removed", page=number, kind=kind)


def _new_note(subtype: str) -> str:
    if subtype == "/FileAttachment":
        return "file_attached"
    return "covered" if subtype in _COVERING else "note_added"


def _notes(view: View, page: dict[str, Raw], form: set[Key], *, old: bool) -> dict[object, Raw]:
    listed = items((view.before if old else view.now)(page.get("/Annots")))
    named = ((key_of(one) if isinstance(one, IndirectObject) else place, one) for place, one in enumerate(listed))
    return {name: one for name, one in named if name not in form}
