"""Signing in and out, and choosing the language of the pages."""

import hmac
import secrets
from typing import Final
from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from api.deps import HouseDep, LanguageDep, WorkDep
from api.outsiders import SmallBody, network_of
from api.problems import status_of
from api.sessions import COOKIE, CSRF_FIELD, LANGUAGE_COOKIE, digest_of, new_token
from api.texts import LANGUAGES
from api.web.desk import SEE_OTHER, DeskDep
from api.web.forms import FormDep, FormNotOurs, SentFormDep, Typed
from api.web.rendering import rendered
from api.web.words import msgid
from engine.actions.sign_in import LIFETIME, SignIn, sign_in
from engine.actions.sign_out import sign_out
from engine.people import SignInCrowded, SignInRefused, SignInSlowed, SignInThrottled

router = APIRouter(route_class=SmallBody)

SIGN_IN_COOKIE: Final = "vanthu_sign_in"
"""Holds the same random value as the sign-in form: only our own page can send both."""
LABELS: Final = {"username": msgid("User name"), "password": msgid("Password")}
A_YEAR_S: Final = 31_536_000


@router.get("/sign-in")
def show(house: HouseDep, language: LanguageDep, goal: str = "/") -> Response:
    """Show the sign-in form; *goal* is the page wanted."""
    return _form(house, language, Typed.of(LABELS, language), goal)


@router.post("/sign-in")
def enter(request: Request, house: HouseDep, language: LanguageDep, form: SentFormDep) -> Response:
    """Sign in and go to the page wanted, or show the form again with the reason."""
    expected = request.cookies.get(SIGN_IN_COOKIE, "")
    if not expected or not hmac.compare_digest(expected.encode(), form.text(CSRF_FIELD).encode()):
        raise FormNotOurs
    token = new_token()
    address = request.client.host if request.client else ""
    asked = SignIn(
        username=form.text("username").strip(),
        password=form.text("password"),
        address=address,
        network=network_of(address),
        token_sha256=digest_of(token),
    )
    try:
        sign_in(asked, services=house.services, hasher=house.hasher)
    except (SignInRefused, SignInThrottled, SignInSlowed, SignInCrowded) as refusal:
        typed = Typed.of(LABELS, language, username=asked.username).refused(refusal, language)
        return _form(house, language, typed, form.text("goal"), status_of(refusal))
    answer = RedirectResponse(local(form.text("goal")), status_code=SEE_OTHER)
    lifetime = int(LIFETIME.total_seconds())
    secure = house.settings.secure_cookies
    answer.set_cookie(COOKIE, token, max_age=lifetime, httponly=True, samesite="lax", secure=secure)
    answer.delete_cookie(SIGN_IN_COOKIE, httponly=True, samesite="strict")
    return answer


@router.post("/sign-out")
def leave(desk: DeskDep, _: FormDep, work: WorkDep) -> Response:
    """End the session."""
    sign_out(desk.session, by=desk.person, at=desk.at, work=work)
    answer = RedirectResponse("/sign-in", status_code=SEE_OTHER)
    answer.delete_cookie(COOKIE, httponly=True, samesite="lax")
    return answer


@router.get("/language/{chosen}")
def choose_language(house: HouseDep, chosen: str, goal: str = "/") -> Response:
    """Keep the language in a cookie and go back to where it was chosen; it changes nothing else."""
    answer = RedirectResponse(local(goal), status_code=SEE_OTHER)
    if chosen in LANGUAGES:
        secure = house.settings.secure_cookies
        answer.set_cookie(LANGUAGE_COOKIE, chosen, max_age=A_YEAR_S, httponly=True, samesite="lax", secure=secure)
    return answer


def local(goal: str) -> str:
    """Return *goal* if it is a path of this site, else the first page: nobody is sent elsewhere by our links."""
    parts = urlsplit(goal)
    ours = goal.startswith("/") and not goal.startswith("//") and not parts.scheme and not parts.netloc
    return goal if ours and "\\" not in goal and goal.isprintable() else "/"


def _form(house: HouseDep, language: str, typed: Typed, goal: str, status: int = 200) -> Response:
    value = secrets.token_urlsafe(32)
    page = rendered(
        "sessions/sign_in.html", language, {"form": typed, "goal": local(goal), "csrf_token": value}, status
    )
    secure = house.settings.secure_cookies
    page.set_cookie(SIGN_IN_COOKIE, value, httponly=True, samesite="strict", secure=secure)
    return page
