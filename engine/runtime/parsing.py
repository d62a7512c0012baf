"""Parsing of uploaded XML: no entity is resolved, no DTD loaded, no other file or address opened.

A document type, an inclusion and an uncommon encoding are refused as such; lxml itself refuses trees that are
huge or too deep. SpiffWorkflow's own parsers never see an uploaded file.
"""

from typing import Any, Final

from lxml import etree

from engine.runtime.findings import Findings
from engine.runtime.xml import ENCODINGS, line

MAX_ATTRIBUTES: Final = 200
"""Attributes of one element; reading very many of them takes lxml very long."""

_XINCLUDE: Final = frozenset({"http://www.w3.org/2001/XInclude", "http://www.w3.org/2003/XInclude"})


def parse(findings: Findings, content: bytes) -> etree._Element | None:
    """Return the root element, or None where the file cannot be taken; *findings* says why."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as cause:
        # libxml2 gives up on entities that grow without end; the author is told of the entities.
        if b"<!DOCTYPE" in content.replace(b"\0", b""):
            _refuse_doctype(findings)
        else:
            findings.add("xml.malformed", f"This is not well-formed XML: {cause.msg}", line=cause.lineno)
        return None
    document: Any = root.getroottree().docinfo
    if document.doctype:
        _refuse_doctype(findings)
        return None
    if str(document.encoding or "UTF-8").upper() not in ENCODINGS:
        findings.add("xml.encoding", f"The file is written in {document.encoding}; save it as UTF-8.", line=1)
        return None
    crowded = next((element for element in root.iter("{*}*") if len(element.attrib) > MAX_ATTRIBUTES), None)
    if crowded is not None:
        message = f"The element has {len(crowded.attrib)} attributes, at most {MAX_ATTRIBUTES} are allowed."
        findings.add("xml.too_large", message, line=line(crowded))
        return None
    including = [element for element in root.iter("{*}*") if etree.QName(element).namespace in _XINCLUDE]
    for element in including:
        message = "A model cannot include other files (XInclude). Put everything into this one."
        findings.add("xml.inclusion", message, line=line(element))
    return None if including else root


def _refuse_doctype(findings: Findings) -> None:
    findings.add("xml.doctype", "A document type or entities are not allowed in a model.", line=1)
