"""What doors without a sign-in are given: an outsider who may ask once more, a small form, and files sent in.

A form without files is small and quick: everybody who sends none goes through a :class:`SmallBody`. Files are taken in
as few at a time. Nothing of an upload to be checked is kept: what is too large for memory lies in a temporary file
without a name until it is answered.
"""

import asyncio
import hashlib
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Depends, Request
from fastapi.responses import Response
from fastapi.routing import APIRoute
from starlette.datastructures import FormData, UploadFile
from starlette.types import Message, Receive

from api.deps import HouseDep
from api.limits import ENVELOPE, MB, announced
from api.problems import FormTooLarge, MediaTypeRefused, RequestTooSlow
from engine.files import FileTooLarge
from engine.ids import CaseProcedureId
from engine.neighbours import Services
from engine.queries import Once
from engine.tracking import tracked_case
from engine.verifications import (
    Limits,
    Question,
    VerificationBusy,
    VerificationFileMissing,
    read_code,
)
from engine.verifying import Asker, admit

VERIFICATIONS_AT_ONCE: Final = 8
"""So many files of outsiders a process takes in and has checked at once; others are told to come again."""
SECONDS_TO_SEND: Final = 60
MOST_EACH: Final = 2
"""Files taken in at once from one address: nobody keeps the place of everybody by sending slowly."""
_MOST_FIELDS: Final = 5
APPLICATIONS_AT_ONCE: Final = 8
"""The same for applications, which have places of their own: a slow line keeps nobody from checking a document."""
SECONDS_TO_APPLY: Final = 300
_MOST_FILES: Final = 60
"""Fields for files that were left empty are counted by the reader too."""
_MOST_ANSWERS: Final = 200
_MOST_OF_A_FIELD: Final = 65_536
"""Bytes of one field that is no file; such fields are kept in memory."""
_SITE_BITS: Final = 64
_PROVIDER_BITS: Final = 80
"""Of IPv6: what is left beside a /48, which anybody can rent whole."""
SMALL: Final = ENVELOPE
"""Bytes of a body without files: the longest opinion, each of its characters escaped, several times."""
SECONDS_TO_WRITE: Final = 20
SECONDS_AT_FIRST: Final = 20
PACE: Final = 16_000
"""Bytes a second: slower than any line that files are sent by. Who sends nothing soon loses the place among the few."""
_PLAIN: Final = frozenset({"", "application/x-www-form-urlencoded", "application/json"})

About = Callable[[Request, Services], str]
"""Says what a request to take something in is about: the office, the case, the draft; raises where it is not there."""


class SmallBody(APIRoute):
    """The route of a form or of JSON from whoever has no account: no files, SMALL bytes, SECONDS_TO_WRITE.

    It holds before anything of the body is read, whatever reads it.

    Raises:
        MediaTypeRefused: It may hold files.
        FormTooLarge: It is longer, by what it announces or while it arrives.
        RequestTooSlow: It is not whole in time.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler, given a body it can read without harm."""
        handle = super().get_route_handler()

        async def handled(request: Request) -> Response:
            if request.method == "GET":
                return await handle(request)
            kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
            if kind not in _PLAIN:
                raise MediaTypeRefused
            if announced(request.headers) > SMALL:
                raise FormTooLarge(limit_kb=SMALL // 1_000)
            return await handle(Request(request.scope, _small(request.receive)))

        return handled


def _small(receive: Receive) -> Receive:
    """Return what receives a body, and raises as soon as that is too long or too slow."""
    in_time, taken = in_pace(receive, SECONDS_TO_WRITE), 0

    async def received() -> Message:
        nonlocal taken
        message = await in_time()
        taken += len(message.get("body", b""))
        if taken > SMALL:
            raise FormTooLarge(limit_kb=SMALL // 1_000)
        return message

    return received


def in_pace(receive: Receive, seconds: int) -> Receive:
    """Return what receives a body while it comes: SECONDS_AT_FIRST, one more for each PACE bytes, *seconds* at most.

    Raises:
        RequestTooSlow: Later than that.
    """
    taken, began = 0, 0.0

    async def received() -> Message:
        nonlocal taken, began
        began = began or asyncio.get_running_loop().time()
        given = min(seconds, SECONDS_AT_FIRST + taken // PACE)
        try:
            async with asyncio.timeout_at(began + given):
                message = await receive()
        except TimeoutError as cause:
            raise RequestTooSlow(seconds=given) from cause
        taken += len(message.get("body", b""))
        return message

    return received


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """What an outsider handed in: the file, and the code of the document it is said to be, '' without one."""

    content: bytes
    code: str


def admitted(question: Question, about: About | None = None) -> Callable[[Request, HouseDep], None]:
    """Return the dependency that counts a question and refuses it above the limits, before its body is read.

    Where it is *about* something, that has a limit of its own, and the one of all together lies far above.
    """

    def count(request: Request, house: HouseDep) -> None:
        settings, services = house.settings, house.services
        limits = Limits(per_address=settings.verifications_per_address, overall=settings.verifications_overall)
        host = request.client.host if request.client else ""
        around = provider_of(host)
        asker = Asker(
            address=services.safe.mark(network_of(host)),
            around=services.safe.mark(around) if around else "",
            about=about(request, services) if about else "",
        )
        with services.begin() as work:
            admit(question, asker, limits, at=services.clock(), work=work)

    return count


def office_asked(request: Request, services: Services) -> str:
    """Return which office an application is for. Raises CaseProcedureNotFound."""
    with services.begin() as work:
        return str(work.case_procedures.get(CaseProcedureId(_id(request.path_params["procedure_id"]))).agency_id)


def case_asked(request: Request, services: Services) -> str:
    """Return which case a supplement is for. Raises TrackCodeUnknown."""
    with services.begin() as work:
        return str(tracked_case(request.path_params["code"], work).id)


def draft_asked(request: Request, services: Services) -> str:
    """Return which dossier an opinion is on, '' where its code is unknown and nothing will be kept."""
    with services.begin() as work:
        draft = work.public_drafts.find_by_code(read_code(request.path_params["code"]) or "")
    return str(draft.dossier_id) if draft else ""


def once_of(key: str, whose: str, *said: object) -> Once | None:
    """Return what makes sending the same twice harmless to somebody without an account, None without a key.

    Args:
        key: Made up by the sender; so that two who made up the same do not meet, it counts together with *whose*.
        whose: What it is sent as and under: an identity number, a message by the code of a case, the code of a draft.
        said: Everything that was sent, with the digests of files: sent otherwise, it is not the same.
    """
    if not key:
        return None
    return Once(key=_digest((whose, key)), fingerprint=_digest(said))


def _digest(said: object) -> str:
    return hashlib.sha256(repr(said).encode("utf-8", "surrogatepass")).hexdigest()


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


def network_of(host: str) -> str:
    """Return what is counted as one address: of IPv6 the /64, since any subscriber has all of that."""
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if not isinstance(address, IPv6Address):
        return str(address)
    return str(address.ipv4_mapped or int(address) >> _SITE_BITS)


async def handed(
    request: Request, house: HouseDep, _: Annotated[None, Depends(admitted(Question.FILE))]
) -> AsyncIterator[Handed]:
    """Take in the file of the field 'file', as one of few at a time, and of very few from one address.

    Raises:
        VerificationBusy: As many as may be are being checked already.
        VerificationFileMissing: There is none.
        RequestTooSlow: It took too long to arrive.
        FileTooLarge: It is larger than this installation takes.
    """
    async with _one_of_few(request, "verification"):
        yield await _taken(timed(request, SECONDS_TO_SEND), house.settings.max_upload_mb)


async def applied(
    request: Request,
    _: Annotated[None, Depends(admitted(Question.CODE))],
    __: Annotated[None, Depends(admitted(Question.APPLICATION, office_asked))],
) -> AsyncIterator[FormData]:
    """Take in an application (see _sent_in); its office takes so many within the window, and every address fewer."""
    async with _sent_in(request) as form:
        yield form


async def supplied(
    request: Request,
    _: Annotated[None, Depends(admitted(Question.CODE))],
    __: Annotated[None, Depends(admitted(Question.SUPPLEMENT, case_asked))],
) -> AsyncIterator[FormData]:
    """Take in a supplement (see _sent_in) for a case there is."""
    async with _sent_in(request) as form:
        yield form


@asynccontextmanager
async def _sent_in(request: Request) -> AsyncIterator[FormData]:
    """Take in the fields and files of an application, as one of few at a time; its size is limited as every body's.

    Raises:
        VerificationBusy: As many as may be are being taken in already.
        RequestTooSlow: It took too long to arrive.
    """
    async with (
        _one_of_few(request, "application"),
        timed(request, SECONDS_TO_APPLY).form(
            max_files=_MOST_FILES, max_fields=_MOST_ANSWERS, max_part_size=_MOST_OF_A_FIELD
        ) as form,
    ):
        yield form


def provider_of(host: str) -> str:
    """Return the network around an IPv6 address (/48), '' for any other: there an address is hard to come by."""
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return ""
    if not isinstance(address, IPv6Address) or address.ipv4_mapped:
        return ""
    return f"around {int(address) >> _PROVIDER_BITS}"


@asynccontextmanager
async def _one_of_few(request: Request, kind: str) -> AsyncIterator[None]:
    """Hold a place among those of this process and address; raises VerificationBusy where there is none."""
    gate, senders = getattr(request.app.state, f"{kind}_gate"), getattr(request.app.state, f"{kind}_senders")
    address = network_of(request.client.host if request.client else "")
    if senders[address] >= MOST_EACH or not gate.acquire(blocking=False):
        raise VerificationBusy
    senders[address] += 1
    try:
        yield
    finally:
        gate.release()
        senders[address] -= 1
        senders += Counter()  # forgets whoever has none left


def timed(request: Request, seconds: int) -> Request:
    """Return the request as one whose body must keep coming (see in_pace)."""
    return Request(request.scope, in_pace(request.receive, seconds))


async def _taken(request: Request, limit_mb: int) -> Handed:
    async with request.form(max_files=1, max_fields=_MOST_FIELDS) as form:
        file, code = form.get("file"), form.get("code")
        if not isinstance(file, UploadFile) or not (file.filename or file.size):
            raise VerificationFileMissing
        if (file.size or 0) > limit_mb * MB:
            raise FileTooLarge(limit_mb=limit_mb)
        return Handed(content=await file.read(), code=code.strip() if isinstance(code, str) else "")


HandedDep = Annotated[Handed, Depends(handed, scope="function")]
AppliedDep = Annotated[FormData, Depends(applied, scope="function")]
SuppliedDep = Annotated[FormData, Depends(supplied, scope="function")]
