"""Verification by outsiders: a page for whoever holds a document, with no account, no cookie and no script."""

from typing import Final
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from api.deps import HouseDep, LanguageDep, ServicesDep
from api.outsiders import HandedDep, admitted
from api.problems import status_of
from api.web.case_words import SLIPS
from api.web.desk import SEE_OTHER
from api.web.forms import FormNotOurs, Typed
from api.web.rendering import rendered
from api.web.sayings import signature_said, verdict_said
from api.web.words import msgid
from engine.documents import OutgoingState, VersionKind
from engine.errors import Refusal
from engine.ids import FileId
from engine.validations import Modification, Verdict
from engine.verifications import (
    FileMatch,
    IssuedDocument,
    Question,
    Verification,
    VerificationCodeUnknown,
    read_code,
)
from engine.verifying import look_up, verify_file

router = APIRouter()

LABELS: Final = {"file": msgid("PDF to be checked"), "code": msgid("Code printed on the document")}
NOT_INDEXED: Final = {"X-Robots-Tag": "noindex, nofollow"}

MATCHES: Final = {
    FileMatch.CURRENT: msgid("This is the document as it was issued, byte for byte, in its last version."),
    FileMatch.EARLIER: msgid("This is an earlier version of the document, not the last one."),
    FileMatch.SET_ASIDE: msgid("This version was given up before the document was issued. Do not rely on it."),
    FileMatch.CHANGED: msgid(
        "This file was changed: it begins as the document does, but something was added or changed afterwards."
    ),
    FileMatch.UNKNOWN: msgid("This file was not issued here: no document of this installation has this content."),
}
TONES: Final = {
    FileMatch.CURRENT: "valid",
    FileMatch.EARLIER: "review",
    FileMatch.SET_ASIDE: "invalid",
    FileMatch.CHANGED: "invalid",
    FileMatch.UNKNOWN: "review",
}
ATTACHED: Final = {
    FileMatch.CURRENT: msgid("This is an attachment of the document below, byte for byte as it was issued with it."),
    FileMatch.EARLIER: msgid("This is an attachment of the document below, in an earlier version of the file."),
    FileMatch.CHANGED: msgid(
        "This file was changed: it begins as an attachment of the document below, but something was added or changed."
    ),
}
SLIP_WHOLE: Final = msgid("This is a slip of the one-stop office, byte for byte as it was given out.")
SLIP_CHANGED: Final = msgid(
    "This file was changed: it begins as a slip of the one-stop office, but something was added or changed."
)
ALTERED: Final = msgid("This file was changed after it was signed. Do not rely on it.")
REFUTED: Final = msgid("The signatures of this file do not hold. Do not rely on it.")
NOT_OURS: Final = msgid("Besides, no document of this installation has this content.")
MISSING: Final = {
    VersionKind.SIGNED: msgid("It is from before the number, the date and the agency's seal."),
    VersionKind.NUMBERED: msgid("It is from before the agency's seal."),
    VersionKind.SEALED: msgid("It is signed and sealed, from before the proofs for the archive were added."),
    VersionKind.FINAL: msgid("It is complete; since then only the proofs for the archive were renewed."),
}
ANOTHER: Final = msgid("This file is not the document of this code.")
COPIED: Final = msgid(
    "A code can be copied from one page to another. Rely neither on this file nor on the page before the issuing agency"
    " has confirmed it."
)
ADVICE: Final = {
    FileMatch.EARLIER: msgid("Ask whoever gave it to you, or the issuing agency, for the document as it was issued."),
    FileMatch.CHANGED: msgid("Do not rely on it. Ask the issuing agency for the document as it was issued."),
    FileMatch.SET_ASIDE: msgid("Ask the issuing agency for the document as it was issued."),
}
UNSIGNED: Final = msgid(
    "Without a signature nothing shows who made this file or whether it was changed. If it was printed and scanned,"
    " check the code on the page instead, or ask for the file that was signed."
)
STRANGER: Final = msgid(
    "The signatures were judged by the authorities that are trusted here. Ask the agency that is named in the document"
    " whether it issued it."
)


def own_origin(request: Request) -> None:
    """Refuse a form that another site sent; browsers say in Origin where a form came from.

    Raises:
        FormNotOurs: It came from elsewhere.
    """
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise FormNotOurs


@router.get("/verify")
def ask(language: LanguageDep, code: str = "") -> Response:
    """Show the form for a file or a code; a code that was typed leads to its page."""
    read = read_code(code)
    if read is not None:
        return RedirectResponse(f"/verify/{read}", status_code=SEE_OTHER)
    form = Typed.of(LABELS, language, code=code[:100])
    wrong = form.refused(VerificationCodeUnknown(), language) if code else form
    return _page(language, wrong, status=404 if code else 200)


@router.post("/verify", dependencies=[Depends(own_origin)])
def check(handed: HandedDep, house: HouseDep, language: LanguageDep) -> Response:
    """Show what the file is; what cannot be checked is said above the form."""
    form = Typed.of(LABELS, language)
    try:
        found = verify_file(handed.content, None, services=house.services, room=house.outsiders)
    except Refusal as refusal:
        return _page(language, form.refused(refusal, language), status=status_of(refusal))
    return _page(language, form, found=found)


@router.get("/verify/{code}", dependencies=[Depends(admitted(Question.CODE))])
def show(services: ServicesDep, language: LanguageDep, code: str) -> Response:
    """Show the document of a code, and a form to compare a file with it."""
    try:
        document = look_up(code, services=services)
    except VerificationCodeUnknown as refusal:
        form = Typed.of(LABELS, language).refused(refusal, language)
        return _page(language, form, status=status_of(refusal))
    return _page(language, Typed.of(LABELS, language), document=document, code=read_code(code) or "")


@router.post("/verify/{code}", dependencies=[Depends(own_origin)])
def compare(handed: HandedDep, house: HouseDep, language: LanguageDep, code: str) -> Response:
    """Show what the file is, and whether it is of the document of this code."""
    form, services = Typed.of(LABELS, language), house.services
    try:
        document = look_up(code, services=services)
    except VerificationCodeUnknown as refusal:
        return _page(language, form.refused(refusal, language), status=status_of(refusal))
    read = read_code(code) or ""
    try:
        found = verify_file(handed.content, read, services=services, room=house.outsiders)
    except Refusal as refusal:
        wrong = form.refused(refusal, language)
        return _page(language, wrong, document=document, code=read, status=status_of(refusal))
    return _page(language, form, document=document, code=read, found=found)


def _page(
    language: str,
    form: Typed,
    *,
    document: IssuedDocument | None = None,
    code: str = "",
    found: Verification | None = None,
    status: int = 200,
) -> Response:
    another = found is not None and found.fits_code is False
    match, tone = _headline(found) if found else (None, "")
    shown = found.document if found and found.document and not another else document
    report = found.report if found else None
    values = {
        "form": form,
        "code": code,
        "here": f"/verify/{code}" if code else "/verify",
        "found": found,
        "slips": SLIPS,
        "document": shown,
        "recalled": shown is not None and shown.state is OutgoingState.RECALLED,
        "signers": [signature_said(one, language) for one in shown.signatures] if shown else [],
        "another": found.document if another and found else None,
        "match": match,
        "tone": tone,
        "missing": _missing(found) if found else None,
        "advice": _advice(found) if found else None,
        "verdict": verdict_said(FileId(""), report, language) if report else None,
    }
    page = rendered("verifications/show.html", language, values, status)
    page.headers.update(NOT_INDEXED)
    return page


def _headline(found: Verification) -> tuple[str, str]:
    """Return what is said of a file before anything else, and how it is meant: what refutes it comes first.

    What is byte for byte ours is not called good where its document was recalled, or its signatures hold no more.
    """
    invalid = found.report.verdict is Verdict.INVALID
    if found.fits_code is False:
        return ANOTHER, "invalid"
    if found.match is FileMatch.UNKNOWN and invalid:
        intact = all(one.intact and one.modification is not Modification.OTHER for one in found.report.signatures)
        return REFUTED if intact and found.report.signatures else ALTERED, "invalid"
    if found.slip is not None:
        return (SLIP_WHOLE, "review" if invalid else "valid") if found.slip.whole else (SLIP_CHANGED, "invalid")
    said = (ATTACHED if found.attachment else MATCHES).get(found.match, MATCHES[found.match])
    tone = TONES[found.match]
    recalled = found.document is not None and found.document.state is OutgoingState.RECALLED
    return said, "review" if tone == "valid" and (invalid or recalled) else tone


def _missing(found: Verification) -> str | None:
    if found.match is FileMatch.EARLIER and found.version:
        return MISSING.get(found.version)
    is_strange = found.match is FileMatch.UNKNOWN and found.report.verdict is Verdict.INVALID
    return NOT_OURS if is_strange and found.fits_code is not False else None


def _advice(found: Verification) -> str | None:
    if found.fits_code is False:
        return COPIED
    if found.match is FileMatch.EARLIER and found.version is VersionKind.FINAL:
        return None
    if found.match is not FileMatch.UNKNOWN:
        return ADVICE.get(found.match)
    return UNSIGNED if found.report.verdict is Verdict.UNSIGNED else STRANGER
