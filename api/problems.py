"""Problems: every error as an RFC 9457 answer with a stable code, a sentence for people, all field errors at once."""

from typing import Final

from api.inboxes import TooManyStreams
from api.texts import field_sentence, sentence, texts
from engine.definitions import DefinitionInvalid, Finding
from engine.errors import (
    Conflict,
    Fault,
    FieldError,
    Forbidden,
    Invalid,
    NeighbourAway,
    NotFound,
    OurFault,
    VanthuError,
)
from engine.files import FileTooLarge
from engine.people import NotSignedIn, SignInCrowded, SignInRefused, SignInSlowed, SignInThrottled
from engine.verifications import VerificationBusy, VerificationThrottled

MEDIA_TYPE: Final = "application/problem+json"

Problem = dict[str, object]


class Unexpected(OurFault):
    """Something nobody thought of; its traceback is in the log."""

    code = "fault.unexpected"
    template = "Something went wrong on our side; nothing was changed. Try again, or tell the administrator."


class RequestTooLarge(Invalid):
    """The body of a request is larger than any request needs."""

    code = "request.too_large"
    template = "The request is larger than %(limit_mb)s MB. Send less at once."


class FormTooLarge(Invalid):
    """The body is longer than a form without files ever is."""

    code = "request.form_too_large"
    template = "This form is longer than %(limit_kb)s kB. Write less and send it again."


class MediaTypeRefused(Invalid):
    """The body is of a kind this address does not take, such as a file."""

    code = "request.media_type_refused"
    template = "This address takes no files. Send what is asked for as a plain form, or as JSON to the interface."


class RequestTooSlow(Conflict):
    """The body did not arrive in time."""

    code = "request.too_slow"
    template = "What you sent took longer than %(seconds)s seconds to arrive. Check your connection and send it again."


class PreconditionFailed(Conflict):
    """The thing has changed since its ETag was read."""

    code = "request.precondition_failed"
    template = "Somebody changed this after you opened it. Reload it, look at what is new, then do it again."


class RequestUnreadable(Invalid):
    """The request is not what HTTP, or the media type it names, says it should be."""

    code = "request.unreadable"
    template = "This request cannot be read. Check how it is written and send it again."


class HostUnknown(Invalid):
    """The call names a host this installation does not answer to."""

    code = "request.host_unknown"
    template = "This installation does not answer to the name '%(host)s'. Use the address your administrator gave you."


class AddressUnknown(NotFound):
    """There is nothing at this address."""

    code = "request.address_unknown"
    template = "There is nothing at this address. The description of the interface names every address there is."


class MethodRefused(Conflict):
    """The address exists, but does not take this method."""

    code = "request.method_refused"
    template = "This address does not take this kind of request. The description of the interface says which it takes."


STATUS: Final[tuple[tuple[type[VanthuError], int], ...]] = (
    (NotSignedIn, 401),
    (SignInRefused, 401),
    (SignInThrottled, 429),
    (SignInSlowed, 429),
    (SignInCrowded, 429),
    (TooManyStreams, 429),
    (VerificationThrottled, 429),
    (FileTooLarge, 413),
    (RequestTooLarge, 413),
    (FormTooLarge, 413),
    (MediaTypeRefused, 415),
    (RequestTooSlow, 408),
    (PreconditionFailed, 412),
    (RequestUnreadable, 400),
    (HostUnknown, 400),
    (MethodRefused, 405),
    (NotFound, 404),
    (Forbidden, 403),
    (Conflict, 409),
    (Invalid, 422),
    (NeighbourAway, 503),
    (Fault, 500),
)
"""The HTTP status of each family, the particular before the general."""


def status_of(error: VanthuError) -> int:
    """Return the HTTP status of an error."""
    return next(status for family, status in STATUS if isinstance(error, family))


def headers_of(error: VanthuError) -> dict[str, str]:
    """Return what the answer to an error says beside its body: when to come again, where that is known."""
    if isinstance(error, VerificationBusy | VerificationThrottled | SignInThrottled | SignInSlowed | SignInCrowded):
        return {"Retry-After": str(error.retry_after_s)}
    return {}


def problem_of(error: VanthuError, language: str) -> Problem:
    """Return the body of the answer to *error*: type, title, status, code, detail; errors where there are fields."""
    status = status_of(error)
    detail = sentence(error, language)
    body: Problem = {
        "type": f"urn:vanthu:problem:{error.code}",
        "title": detail.split(". ")[0].rstrip("."),
        "status": status,
        "code": error.code,
        "detail": detail,
    }
    if isinstance(error, Invalid):
        body["errors"] = [field_problem(wrong, language) for wrong in error.errors]
    if isinstance(error, DefinitionInvalid):
        body["findings"] = [finding_problem(finding, language) for finding in error.findings]
    return body


def finding_problem(finding: Finding, language: str) -> dict[str, object]:
    """Return one mistake of a procedure model as the answers show it."""
    return {
        "file": finding.file,
        "element_id": finding.element_id,
        "line": finding.line,
        "code": finding.code,
        "message": texts(language).gettext(finding.message),
    }


def field_problem(error: FieldError, language: str) -> dict[str, str]:
    """Return one wrong field as the answers show it."""
    return {"field": error.field, "code": error.code, "message": field_sentence(error, language)}
