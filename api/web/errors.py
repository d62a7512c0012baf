"""Error pages: what is the case and what to do next, in the reader's language."""

from typing import Final
from urllib.parse import quote, urlsplit

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from starlette.routing import Match

from api.problems import status_of
from api.sessions import COOKIE
from api.texts import field_sentence, sentence, texts
from api.web.desk import SEE_OTHER
from api.web.rendering import rendered
from api.web.words import msgid
from engine.errors import FieldError, Invalid, VanthuError
from engine.people import NotSignedIn

TITLES: Final = {
    400: msgid("This request cannot be read"),
    403: msgid("This is not yours to do"),
    404: msgid("There is no such page"),
    405: msgid("This cannot be done here"),
    409: msgid("This cannot be done now"),
    413: msgid("The file is too large"),
    422: msgid("Some fields are not right"),
    429: msgid("Please wait"),
    500: msgid("Something went wrong on our side"),
    503: msgid("A service does not answer"),
}

WORDS: Final = {
    404: msgid("The address is wrong, or the thing is not there for you to see. Go to your work, or search for it."),
    405: msgid("The address is right, but not for this. Go back and use the buttons of the page."),
    413: msgid("The file is larger than this installation takes. Make it smaller, or split it, and upload it again."),
    422: msgid("The address has something this page cannot read. Go back and use the fields of the page."),
    500: msgid("Nothing was changed. Try again, or tell the administrator what you were doing."),
}
"""What is said where an error brings no sentence of its own."""

FIELDS: Final = {
    "reason": msgid("Reason"),
    "data": msgid("New values"),
    "to": msgid("To the step"),
    "parameters": msgid("Parameters of the step"),
}
"""Fields of the small forms that are answered here when they are wrong, by what their pages call them."""


def error_page(request: Request, error: VanthuError | int, language: str) -> Response:
    """Return the page for an error or an HTTP status; who is not signed in is sent to the sign-in page."""
    if isinstance(error, NotSignedIn):
        return _to_sign_in(request)
    status = error if isinstance(error, int) else status_of(error)
    said = texts(language).gettext
    values = {
        "here": quote(request.url.path if request.method == "GET" else "/", safe="/"),
        "status": status,
        "title": said(TITLES.get(status, TITLES[500])),
        "sentence": said(WORDS.get(status, WORDS[500])) if isinstance(error, int) else sentence(error, language),
        "errors": [_field_said(wrong, language) for wrong in error.errors] if isinstance(error, Invalid) else [],
        "left": _page_left(request),
        # Whoever has no session of ours reads a public page, and work or documents would only ask them to sign in.
        "known": COOKIE in request.cookies,
        "code": None if isinstance(error, int) else error.code,
    }
    return rendered("errors/error.html", language, values, status)


def _field_said(wrong: FieldError, language: str) -> str:
    said = field_sentence(wrong, language)
    return f"{texts(language).gettext(FIELDS[wrong.field])}: {said}" if wrong.field in FIELDS else said


def _page_left(request: Request) -> str | None:
    """Return the page of ours from which a form was sent, None where that can only be sent to."""
    try:
        referer = urlsplit(request.headers.get("referer", ""))
    except ValueError:
        return None
    if request.method != "POST" or referer.netloc != request.headers.get("host"):
        return None
    asked = {"type": "http", "method": "GET", "path": referer.path}
    shown = any(route.matches(asked)[0] is Match.FULL for route in request.app.router.routes)
    return f"{referer.path}?{referer.query}" if shown and referer.query else referer.path if shown else None


def _to_sign_in(request: Request) -> Response:
    if request.headers.get("HX-Request"):
        # A fragment would be swapped into the page; the whole page has to go instead.
        return Response(status_code=SEE_OTHER, headers={"HX-Redirect": "/sign-in"})
    goal = request.url.path if request.method in ("GET", "HEAD") else "/"
    query = f"?{request.url.query}" if request.url.query and goal != "/" else ""
    return RedirectResponse(f"/sign-in?goal={quote(goal + query, safe='')}", status_code=SEE_OTHER)
