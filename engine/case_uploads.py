"""Files that come online with an application or a supplement: all judged before any is kept, by what they are.

They are read in the room of outsiders' files, which has no keys and no network. What is put into the store for an
application that is refused after all, no record names, and the worker's daily sweep removes it (``sweep_contents``).
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from engine.case_dossiers import MAX_FILE_MB, MAX_FILES, BroughtFile
from engine.cases import CaseInvalid
from engine.dossiers import MAX_NAME
from engine.errors import FieldError, Invalid
from engine.files import StoredFile
from engine.ids import SYSTEM, AgencyId
from engine.neighbours import PdfRoom, Services
from engine.ports import UnitOfWork

_MB: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A file somebody sent for the component of this code, not kept yet."""

    code: str
    name: str
    content: bytes = field(repr=False)

    @property
    def digest(self) -> str:
        """SHA-256 of the content."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedFile:
    """A file that can be kept, and for which component; the store has still to take it, a transaction to note it."""

    brought: BroughtFile
    file: StoredFile
    content: bytes = field(repr=False)


def digests(sent: Sequence[Sent]) -> tuple[tuple[str, str, str], ...]:
    """Return of each file its component, its name and its SHA-256."""
    return tuple((one.code, one.name, one.digest) for one in sent)


def sent_errors(sent: Sequence[Sent], codes: Collection[str]) -> Iterator[FieldError]:
    """Yield what is wrong with number, size and place of files that were sent; their fields are 'files/<code>'."""
    if len(sent) > MAX_FILES:
        yield _error("files", "too_many", f"At most {MAX_FILES} files at once. Put several pages into one PDF.")
    for one in sent:
        if one.code not in codes:
            yield _error("files", "unknown", "The procedure has no such paper.")
        elif len(one.content) > MAX_FILE_MB * _MB:
            message = f"A file has at most {MAX_FILE_MB} MB. Make it smaller, or split it, and choose it again."
            yield _error(f"files/{one.code}", "too_large", message)
    copied = Counter((one.code, one.digest) for one in sent)
    for code in sorted({code for (code, _), times in copied.items() if times > 1}):
        yield _error(f"files/{code}", "twice", "The same is given twice.")


def judge_sent(
    sent: Sequence[Sent], agency_id: AgencyId, *, services: Services, room: PdfRoom
) -> tuple[JudgedFile, ...]:
    """Return the files if each is a PDF or a photo; none is kept yet.

    Raises:
        CaseInvalid: Some are neither; all of them are named.
    """
    outside = replace(services, pdfs=room)
    judged: list[JudgedFile] = []
    errors: list[FieldError] = []
    for one in sent:
        try:
            file = outside.judge_content(one.content, by=SYSTEM, agency_id=agency_id)
        except Invalid as refusal:
            errors.append(_error(f"files/{one.code}", refusal.code, refusal.template % refusal.facts))
        else:
            brought = BroughtFile(code=one.code, file_id=file.id, name=one.name.strip()[:MAX_NAME] or "Tệp")
            judged.append(JudgedFile(brought=brought, file=file, content=one.content))
    if errors:
        raise CaseInvalid(errors=errors)
    return tuple(judged)


def keep_judged(judged: Sequence[JudgedFile], services: Services) -> None:
    """Put the files into the store."""
    for one in judged:
        services.put(one.content)


def note_kept(kept: Sequence[JudgedFile], work: UnitOfWork) -> tuple[BroughtFile, ...]:
    """Note the files in the transaction that makes use of them; return for which component each came."""
    for one in kept:
        if work.files.find(one.file.id) is None:
            work.files.add(one.file)
    return tuple(one.brought for one in kept)


def _error(name: str, code: str, message: str) -> FieldError:
    return FieldError(field=name, code=code, message=message)
