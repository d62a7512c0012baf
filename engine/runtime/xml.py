"""What reading BPMN needs of XML: children by tag, lines, references without their prefix."""

import re
from collections.abc import Iterator
from typing import Any, Final

from lxml import etree

BPMN: Final = "http://www.omg.org/spec/BPMN/20100524/MODEL"
VANTHU: Final = "urn:vanthu:bpmn:1"

ENCODINGS: Final = {"UTF-8", "ASCII", "US-ASCII", "ISO-8859-1", "WINDOWS-1252"}
"""Encodings a model may be written in; drawing programs use these."""

_DECLARED: Final = re.compile(rb"<\?xml[^>]*?encoding=[\"']([A-Za-z0-9-]+)[\"']")


def text_of(content: bytes) -> str:
    """Return a model as text, which says of itself that it is UTF-8."""
    declared = _DECLARED.search(content[:200])
    if declared is None:
        return content.decode("utf-8-sig", "replace")
    encoding = declared[1].decode()
    known = encoding if encoding.upper() in ENCODINGS else "utf-8"
    return content.decode(known, "replace").replace(encoding, "UTF-8", 1)


def children(element: etree._Element, *tags: str, namespace: str = BPMN) -> Iterator[etree._Element]:
    """Yield the children with one of these tags, or all of the namespace; comments are none."""
    return element.iterchildren(*(f"{{{namespace}}}{one}" for one in tags or ("*",)))


def tag(element: etree._Element) -> str:
    """Return the tag without its namespace."""
    return etree.QName(element).localname


def line(element: etree._Element) -> int:
    """Return the line in the file, from 1."""
    found: Any = element.sourceline
    return int(found or 0)


def reference(text: str) -> str:
    """Return the id that a reference names, without the prefix of its namespace."""
    return text.strip().rpartition(":")[2]
