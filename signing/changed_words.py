"""The words for what is done to a PDF after a signature, and how grave each is by itself."""

from collections.abc import Mapping
from enum import Enum
from typing import Final

from engine.pdfs import DATE_FIELD, NUMBER_FIELD
from engine.signatures import SEAL_FIELD, SIGNER_FIELD
from engine.validations import Change


class Gravity(Enum):
    """What a change means for a signature before it, where nothing else is known."""

    NONE = 0
    """Part of signing and keeping: signatures, time-stamps, proofs."""
    LOOK = 1
    """Signatures may allow it; a person has to look."""
    BREACH = 2
    """A breach where the file was certified or locked, else a person has to look."""
    GRAVE = 3
    """What was signed is not what is shown."""


CHANGES: Final[Mapping[str, tuple[Gravity, str]]] = {
    "signed": (Gravity.NONE, "Another signature was added: %(fields)s."),
    "timestamped": (Gravity.NONE, "A time-stamp for the archive was added."),
    "proofs": (Gravity.NONE, "Proofs for the archive were added."),
    "place_for_signature": (Gravity.NONE, "An invisible place for a signature was added: %(fields)s."),
    "filled": (Gravity.NONE, "Fields of the form were filled: %(fields)s."),
    "visible_place_for_signature": (Gravity.LOOK, "A visible signature field was put on page %(page)s: %(fields)s."),
    "note_added": (Gravity.LOOK, "A note was added on page %(page)s (%(kind)s)."),
    "note_changed": (Gravity.LOOK, "A note on page %(page)s was changed (%(kind)s)."),
    "note_removed": (Gravity.LOOK, "A note was removed from page %(page)s (%(kind)s)."),
    "covered": (Gravity.LOOK, "Something that can hide the text was put over page %(page)s (%(kind)s)."),
    "structure": (Gravity.LOOK, "What reading aids use was changed; the pages look the same."),
    "information": (Gravity.BREACH, "Title, author or other information about the file was changed."),
    "field_added": (Gravity.BREACH, "A form field was added: %(fields)s."),
    "file_attached": (Gravity.BREACH, "A file was attached inside the PDF."),
    "page_added": (Gravity.BREACH, "Page %(page)s was added."),
    "permissions": (Gravity.BREACH, "What the signatures allow was changed."),
    "other": (Gravity.BREACH, "Something in the file was changed that has no name here."),
    "page_removed": (Gravity.GRAVE, "Page %(page)s was removed."),
    "page_order": (Gravity.GRAVE, "The pages were put in another order."),
    "page_content": (Gravity.GRAVE, "What is printed on page %(page)s was replaced."),
    "page_font": (Gravity.GRAVE, "A font of page %(page)s was replaced, so it may read differently."),
    "page_picture": (Gravity.GRAVE, "A picture or form on page %(page)s was replaced."),
    "page_shape": (Gravity.GRAVE, "The shown part or the direction of page %(page)s was changed."),
    "field_look": (Gravity.GRAVE, "How form fields look was changed, though their values stayed: %(fields)s."),
    "field_changed": (Gravity.GRAVE, "Form fields were moved or changed: %(fields)s."),
    "field_removed": (Gravity.GRAVE, "Form fields were removed: %(fields)s."),
    "signature_replaced": (Gravity.GRAVE, "A signature was replaced or removed: %(fields)s."),
    "layers": (Gravity.GRAVE, "Layers of the pages were switched on or off."),
    "action": (Gravity.GRAVE, "Something that runs by itself was added (script, program, link)."),
}
"""Code (behind 'change.'), gravity and sentence."""
_NAMES: Final = {NUMBER_FIELD: "Số", DATE_FIELD: "Ngày", SIGNER_FIELD: "Chữ ký", SEAL_FIELD: "Dấu"}
"""Our own fields as the clerk knows them."""
_MOST_NAMES: Final = 12


def change(name: str, /, *, fields: tuple[str, ...] = (), **facts: object) -> Change:
    """Return the change of this name; *fields* are names of form fields."""
    told = {fact: str(value) for fact, value in facts.items()}
    if fields:
        named = [_NAMES.get(field, field) for field in sorted(fields)]
        told["fields"] = ", ".join(named[:_MOST_NAMES]) + (" …" if len(named) > _MOST_NAMES else "")
    return Change(code=f"change.{name}", template=CHANGES[name][1], facts=told)


def gravity(found: Change) -> Gravity:
    """Return how grave the change is by itself."""
    return CHANGES[found.code.removeprefix("change.")][0]
