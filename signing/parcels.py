"""How PDFs travel to the processes of the pool and back: large ones by way of a file, and of an answer only its news.

A pipe would have each side hold a file three times: as it is, on its way, and as the answer.
"""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from engine.signatures import PreparedSignature

LARGE: Final = 1 << 20
"""From how many bytes on a PDF goes by way of a file."""


@dataclass(frozen=True, slots=True)
class _InFile:
    path: Path


@dataclass(frozen=True, slots=True)
class _Appended:
    """The answer is the PDF that was sent, and then this."""

    tail: bytes


@dataclass(frozen=True, slots=True)
class _Filled:
    """The answer is the PDF that was sent with its open place filled."""

    place: bytes


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A prepared signature whose content goes apart."""

    signature: PreparedSignature
    content: object


@contextmanager
def packed(arguments: Sequence[object]) -> Iterator[tuple[object, ...]]:
    """Yield the arguments of a call as they are sent; files made for it are there until the block ends."""
    with ExitStack() as files:
        yield tuple(_packed(argument, files) for argument in arguments)


def unpacked(arguments: Sequence[object], *, in_files: bool = False) -> tuple[object, ...]:
    """Return the arguments as they were before they were sent; *in_files* leaves large ones where they are."""
    return tuple(one.path if in_files and isinstance(one, _InFile) else _unpacked(one) for one in arguments)


def shortened(answer: object, arguments: Sequence[object]) -> object:
    """Return the answer without what the caller has already: the PDF among the arguments it begins with."""
    sent = arguments[0] if arguments else None
    if isinstance(sent, bytes):
        if isinstance(answer, PreparedSignature) and answer.content.startswith(sent):
            return _Prepared(replace(answer, content=b""), _Appended(answer.content[len(sent) :]))
        if isinstance(answer, bytes) and answer.startswith(sent):
            return _Appended(answer[len(sent) :])
    if isinstance(sent, PreparedSignature) and isinstance(answer, bytes):
        return _Filled(answer[sent.region_start : sent.region_end])
    return answer


def whole(answer: object, arguments: Sequence[object]) -> object:
    """Return the answer that was shortened."""
    sent = arguments[0] if arguments else None
    match answer, sent:
        case _Appended(tail), bytes():
            return sent + tail
        case _Prepared(signature, _Appended(tail)), bytes():
            return replace(signature, content=sent + tail)
        case _Filled(place), PreparedSignature():
            content = memoryview(sent.content)
            return b"".join((content[: sent.region_start], place, content[sent.region_end :]))
        case _:
            return answer


def _packed(argument: object, files: ExitStack) -> object:
    if isinstance(argument, PreparedSignature):
        return _Prepared(replace(argument, content=b""), _packed(argument.content, files))
    if not isinstance(argument, bytes) or len(argument) < LARGE:
        return argument
    made = tempfile.NamedTemporaryFile(prefix="vanthu-", suffix=".pdf")  # noqa: SIM115  the stack closes it
    file = files.enter_context(made)
    file.write(argument)
    file.flush()
    return _InFile(Path(file.name))


def _unpacked(argument: object) -> object:
    if isinstance(argument, _InFile):
        return argument.path.read_bytes()
    if isinstance(argument, _Prepared):
        content = _unpacked(argument.content)
        assert isinstance(content, bytes)  # noqa: S101  what _packed made of it
        return replace(argument.signature, content=content)
    return argument
