"""What a revision did to the form: fields filled, signed, added, moved, made to look otherwise."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from pyhanko.pdf_utils.generic import DictionaryObject, IndirectObject
from pyhanko.pdf_utils.reader import HistoricalResolver

from engine.validations import Change
from signing.changed_words import change
from signing.revision_views import Key, Raw, View, entry, items, key_of, name_of, reference, resolved

_SIGNATURE = "/Sig"
_MOST_FIELDS = 5_000
_LOOK = "/AP"
_OF_VALUE = frozenset({"/V", _LOOK, "/AS", "/MK", "/M"})
_POINTING = frozenset({"/Parent", "/Kids", "/P", "/Type"})
_HIDDEN = 0b10 | 0b100000
"""Annotation flags: hidden, not viewed."""
_CORNERS = 4
_NOTHING: dict[str, Raw] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A form field of one revision: its kind, all its entries with those it inherits, and its widgets."""

    kind: str
    entries: dict[str, Raw]
    widgets: tuple[Key, ...]

    @property
    def value(self) -> Raw:
        """What is in it, unresolved."""
        return self.entries.get("/V")


def fields_of(handler: HistoricalResolver) -> dict[str, Field]:
    """Return the fields by their full names; several of one name, or a circle, are told apart by a mark."""
    found: dict[str, Field] = {}
    form = resolved(handler, entry(handler.root, "/AcroForm"))
    waiting: list[tuple[Raw, str, dict[str, Raw]]] = [
        (raw, "", {}) for raw in items(resolved(handler, entry(form, "/Fields")))
    ]
    seen: set[Key] = set()
    while waiting and len(found) < _MOST_FIELDS:
        raw, parent, inherited = waiting.pop()
        key = key_of(raw) if isinstance(raw, IndirectObject) else None
        node = resolved(handler, raw)
        if (key is not None and key in seen) or not isinstance(node, DictionaryObject):
            continue
        seen |= {key} if key else set()
        own = {name: entry(node, name) for name in node}
        name = ".".join(part for part in (parent, str(resolved(handler, own.get("/T")) or "")) if part)
        passed = inherited | {one: own[one] for one in ("/FT", "/V", "/DA", "/Ff") if own.get(one) is not None}
        kids = items(resolved(handler, own.get("/Kids")))
        named = [kid for kid in kids if entry(resolved(handler, kid), "/T") is not None]
        waiting += [(kid, name, passed) for kid in named]
        if not named:
            widgets = tuple(key_of(kid) for kid in kids if isinstance(kid, IndirectObject)) or ((key,) if key else ())
            # A second field of the same name does not hide behind the first.
            while name in found:
                name += "'"
            found[name] = Field(kind=str(passed.get("/FT") or ""), entries=passed | own, widgets=widgets)
    return found


def field_changes(view: View) -> Iterator[Change]:
    """Yield what was done to the form."""
    form = entry(view.new.root, "/AcroForm")
    if not view.differs(entry(view.old.root, "/AcroForm"), form):
        return
    before, after = fields_of(view.old), fields_of(view.new)
    told: dict[str, list[str]] = {}
    for name, now in after.items():
        kind = _added(now, view) if name not in before else _changed(before[name], now, view)
        if kind == "visible_place_for_signature":
            yield change(kind, fields=(name,), page=_page_of(view, now.widgets))
        elif kind:
            told.setdefault(kind, []).append(name)
    gone = before.keys() - after.keys()
    told |= {"field_removed": sorted(gone)} if gone else {}
    for kind, names in told.items():
        yield change(kind, fields=tuple(names))


def _added(field: Field, view: View) -> str:
    if field.kind != _SIGNATURE:
        return "field_added"
    if any(_is_shown(view, key) for key in field.widgets):
        return "visible_place_for_signature"
    return _signed(field, view) if field.value is not None else "place_for_signature"


def _changed(before: Field, now: Field, view: View) -> str:
    """Return what was done to a field that was there already, '' where nothing was."""
    old, new = _all_entries(before, view.old), _all_entries(now, view.new)
    names = {name for one in (*old, *new) for name in one} - _POINTING
    differing = {
        name
        for name in names
        for one, other in zip_longest(old, new, fillvalue=_NOTHING)
        if view.differs(one.get(name), other.get(name))
    }
    if "/V" in differing and now.kind == _SIGNATURE:
        was_empty = view.before(before.value) is None
        return _signed(now, view) if was_empty and differing <= _OF_VALUE else "signature_replaced"
    if differing - _OF_VALUE:
        return "field_changed"
    if "/V" in differing:
        return "filled"
    return "field_look" if differing else ""


def _signed(field: Field, view: View) -> str:
    stamped = name_of(view.now(field.value), "/Type") == "/DocTimeStamp"
    return "timestamped" if stamped else "signed"


def _all_entries(field: Field, handler: HistoricalResolver) -> list[dict[str, Raw]]:
    """Return the entries of the field and of each of its widgets."""
    widgets = [resolved(handler, reference(key, handler)) for key in field.widgets]
    return [
        field.entries,
        *({name: entry(one, name) for name in one} for one in widgets if isinstance(one, DictionaryObject)),
    ]


def _is_shown(view: View, key: Key) -> bool:
    widget = view.now(reference(key, view.new))
    corners = [float(str(number)) for number in items(view.now(entry(widget, "/Rect")))]
    flags = str(entry(widget, "/F") or 0)
    if len(corners) != _CORNERS or (flags.isdecimal() and int(flags) & _HIDDEN):
        return False
    left, bottom, right, top = corners
    return left != right and bottom != top


def _page_of(view: View, widgets: tuple[Key, ...]) -> int | str:
    """Return the number of the page that shows a field, '?' where none does."""
    for number, (_, page) in enumerate(view.pages_now, start=1):
        shown = {key_of(one) for one in items(view.now(page.get("/Annots"))) if isinstance(one, IndirectObject)}
        if shown & set(widgets):
            return number
    return "?"
