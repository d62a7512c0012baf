"""Take out of a PDF, before it is signed, whatever could change what it shows or do something by itself.

What is signed must be what everybody sees: notes become part of the page, layers are for good, nothing runs.
"""

from collections.abc import Sequence

import pikepdf

from engine.pdfs import PdfHidesFiles, PdfHidesLayers
from signing.active_content import has_hidden_layers

_OF_THE_FILE = ("/OpenAction", "/AA", "/OCProperties", "/Collection", "/Threads")
_LINK_ACTIONS = ("/URI", "/GoTo", "/Named")


def strip(pdf: pikepdf.Pdf) -> bool:
    """Strip the open file in place; say whether there was anything to take out.

    Raises:
        PdfHidesLayers, PdfHidesFiles: Taking them out would take content away.
    """
    _require_nothing_hidden(pdf)
    return any([_flatten(pdf), _without(pdf.Root, _OF_THE_FILE), _without_scripts(pdf), *map(_still, pdf.pages)])


def _without(container: pikepdf.Object, names: Sequence[str]) -> bool:
    found = [name for name in names if name in container]
    for name in found:
        del container[name]
    return bool(found)


def _without_scripts(pdf: pikepdf.Pdf) -> bool:
    return "/Names" in pdf.Root and _without(pdf.Root.Names, ("/JavaScript",))


def _still(page: pikepdf.Page) -> bool:
    """Take from a page what happens when it is shown, and from its links everything but leading somewhere."""
    links = [_only_leading(link) for link in page.obj.get("/Annots", [])]
    return any([_without(page.obj, ("/AA",)), *links])


def _require_nothing_hidden(pdf: pikepdf.Pdf) -> None:
    if has_hidden_layers(pdf):
        raise PdfHidesLayers
    attached = "/AF" in pdf.Root or ("/Names" in pdf.Root and "/EmbeddedFiles" in pdf.Root.Names)
    notes = (note for page in pdf.pages for note in page.obj.get("/Annots", []))
    if attached or any(note.get("/Subtype") == "/FileAttachment" for note in notes):
        raise PdfHidesFiles


def _flatten(pdf: pikepdf.Pdf) -> bool:
    """Turn form and notes into page content: left open they could be filled, moved or taken away after signing."""
    has_form = "/AcroForm" in pdf.Root
    notes = [note for page in pdf.pages for note in page.obj.get("/Annots", []) if note.get("/Subtype") != "/Link"]
    if not (has_form or notes):
        return False
    if has_form:
        pdf.generate_appearance_streams()
    pdf.flatten_annotations("print")
    _without(pdf.Root, ("/AcroForm",))
    for page in pdf.pages:
        links = [note for note in page.obj.get("/Annots", []) if note.get("/Subtype") == "/Link"]
        if "/Annots" in page.obj:
            page.obj["/Annots"] = pikepdf.Array(links)
    return True


def _only_leading(link: pikepdf.Object) -> bool:
    action = link.get("/A")
    leads = isinstance(action, pikepdf.Dictionary) and str(action.get("/S", "")) in _LINK_ACTIONS
    further = isinstance(action, pikepdf.Dictionary) and _without(action, ("/Next",))
    return _without(link, ("/AA",) if leads else ("/AA", "/A")) or further
