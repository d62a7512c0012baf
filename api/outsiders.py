"""What doors without a sign-in are given: an outsider who may ask once more, and the file to be checked.

Nothing of an upload is kept: what is too large for memory lies in a temporary file without a name until it is answered.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from typing import Annotated, Final

from fastapi import Depends, Request
from starlette.datastructures import FormData, UploadFile

from api.deps import HouseDep
from api.limits import MB
from engine.files import FileTooLarge
from engine.verifications import Limits, Question, VerificationBusy, VerificationFileMissing, VerificationGaveUp
from engine.verifying import admit

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
_MOST_ANSWERS: Final = 200
_SITE_BITS: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """What an outsider handed in: the file, and the code of the document it is said to be, '' without one."""

    content: bytes
    code: str


def admitted(question: Question) -> Callable[[Request, HouseDep], None]:
    """Return the dependency that counts a question and refuses it above the limits, before its body is read."""

    def count(request: Request, house: HouseDep) -> None:
        settings, services = house.settings, house.services
        limits = Limits(per_address=settings.verifications_per_address, overall=settings.verifications_overall)
        address = services.safe.mark(network_of(request.client.host if request.client else ""))
        with services.begin() as work:
            admit(question, address, limits, at=services.clock(), work=work)

    return count


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
        VerificationGaveUp: It took too long to arrive.
        FileTooLarge: It is larger than this installation takes.
    """
    async with _one_of_few(request, "verification"):
        yield await _taken_in_time(request, house.settings.max_upload_mb)


async def sent_in(
    request: Request, _: Annotated[None, Depends(admitted(Question.APPLICATION))]
) -> AsyncIterator[FormData]:
    """Take in the fields and files of an application, as one of few at a time; its size is limited as every body's.

    Raises:
        VerificationBusy: As many as may be are being taken in already.
        VerificationGaveUp: It took too long to arrive.
    """
    async with _one_of_few(request, "application"):
        try:
            async with asyncio.timeout(SECONDS_TO_APPLY):
                form = await request.form(max_files=_MOST_FILES, max_fields=_MOST_ANSWERS)
        except TimeoutError as cause:
            raise VerificationGaveUp from cause
        try:
            yield form
        finally:
            await form.close()


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


async def _taken_in_time(request: Request, limit_mb: int) -> Handed:
    try:
        async with asyncio.timeout(SECONDS_TO_SEND):
            return await _taken(request, limit_mb)
    except TimeoutError as cause:
        raise VerificationGaveUp from cause


async def _taken(request: Request, limit_mb: int) -> Handed:
    async with request.form(max_files=1, max_fields=_MOST_FIELDS) as form:
        file, code = form.get("file"), form.get("code")
        if not isinstance(file, UploadFile) or not (file.filename or file.size):
            raise VerificationFileMissing
        if (file.size or 0) > limit_mb * MB:
            raise FileTooLarge(limit_mb=limit_mb)
        return Handed(content=await file.read(), code=code.strip() if isinstance(code, str) else "")


HandedDep = Annotated[Handed, Depends(handed, scope="function")]
SentInDep = Annotated[FormData, Depends(sent_in, scope="function")]
