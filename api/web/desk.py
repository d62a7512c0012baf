"""The desk of a page: who asks, in which language, and how pages and redirects are made for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final
from urllib.parse import quote

from fastapi import Depends, Request
from fastapi.responses import RedirectResponse, Response

from api.deps import LanguageDep, ServicesDep
from api.sessions import COOKIE, csrf_of, digest_of
from api.texts import explained, sentence, spoken
from api.web import notes
from api.web.rendering import rendered
from api.web.words import msgid
from engine import access
from engine.deadlines import office_date
from engine.errors import VanthuError
from engine.explanations import Sentence
from engine.people import Agency, NotSignedIn, Person, Session

SEE_OTHER: Final = 303


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the navigation: where it leads, what it is called, and the action it needs, if any."""

    path: str
    label: str
    needs: str | None = None


NAVIGATION: Final = (
    Entry(path="/work-items", label=msgid("My work")),
    Entry(path="/incoming-documents/new", label=msgid("Register an incoming document"), needs="register_document"),
    Entry(path="/outgoing-documents/new", label=msgid("Draft an outgoing document"), needs="draft_document"),
    Entry(path="/documents", label=msgid("Documents")),
    Entry(path="/progress", label=msgid("Progress of new rural development"), needs="read_criteria"),
    Entry(path="/targets", label=msgid("Registered targets"), needs="read_criteria"),
    Entry(path="/dossiers", label=msgid("Dossiers")),
    Entry(path="/localities", label=msgid("Localities"), needs="read_criteria"),
    Entry(path="/criteria-sets", label=msgid("Sets of criteria"), needs="read_criteria"),
    Entry(path="/cases", label=msgid("One-stop cases"), needs="read_cases"),
    Entry(path="/case-procedures", label=msgid("One-stop procedures"), needs="configure_case_procedures"),
    Entry(path="/ocop-products", label=msgid("OCOP products"), needs="read_ocop_register"),
    Entry(path="/forecast", label=msgid("What will be late"), needs="read_forecast"),
    Entry(path="/councils", label=msgid("Councils")),
    Entry(path="/circulations", label=msgid("Directives to localities"), needs="read_circulations"),
    Entry(path="/registers", label=msgid("Registers"), needs="read_registers"),
    Entry(path="/stand-ins", label=msgid("Stand-ins")),
    Entry(path="/signature-images", label=msgid("Signature images"), needs="store_file"),
    Entry(path="/document-templates", label=msgid("Document templates"), needs="save_templates"),
    Entry(path="/incidents", label=msgid("Incidents"), needs="read_incidents"),
    Entry(path="/instances", label=msgid("Administration of procedures"), needs="administer_instance"),
    Entry(path="/instance-migrations", label=msgid("Change of version"), needs="migrate_instances"),
    Entry(path="/definitions", label=msgid("Procedures"), needs="read_definitions"),
    Entry(path="/calendar", label=msgid("Working days"), needs="read_calendar"),
    Entry(path="/audit/events", label=msgid("Audit log"), needs="read_audit"),
    Entry(path="/trust-anchors", label=msgid("Trusted authorities"), needs="manage_trust"),
    Entry(path="/signing-keys", label=msgid("Signing keys"), needs="choose_keys"),
    Entry(path="/webhooks", label=msgid("Webhooks"), needs="manage_webhooks"),
    Entry(path="/renewals", label=msgid("Renewals"), needs="read_renewals"),
    Entry(path="/status", label=msgid("Status"), needs="read_status"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One signed-in person's request for a page.

    Attributes:
        token: The session's token, from the cookie.
        at: The moment of the request.
        unread: How many notices the person has not read.
    """

    request: Request
    session: Session
    person: Person
    agency: Agency
    token: str
    language: str
    at: datetime
    unread: int

    def page(self, template: str, *, status: int = 200, **values: object) -> Response:
        """Return the template as a page with navigation, the note left by the last action shown once."""
        note = notes.read(self.request, self.language)
        page = rendered(template, self.language, {**self._frame(), "note": note, **values}, status)
        if note is not None:
            notes.forget(page)
        return page

    def to(self, path: str, note: str | None = None, **facts: str) -> Response:
        """Return a redirect after an action, with a note (a key of `notes.NOTES`) to show there."""
        answer = RedirectResponse(path, status_code=SEE_OTHER)
        if note is not None:
            notes.leave(answer, note, facts, secure=self.request.app.state.house.settings.secure_cookies)
        return answer

    def may(self, action: str) -> bool:
        """Say whether the person's posts include an action of `engine.access`."""
        return access.may(self.person, action)

    def says(self, error: VanthuError) -> str:
        """Return the sentence of an error in the reader's language."""
        return sentence(error, self.language)

    def explains(self, said: Sentence) -> str:
        """Return an explanation in the reader's language."""
        return explained(said, self.language)

    def speaks(self, text: str) -> str:
        """Return a kept English sentence in the reader's language."""
        return spoken(text, self.language)

    def pick(self, vietnamese: str, english: str) -> str:
        """Return the one of two given names that is in the reader's language."""
        return vietnamese if self.language == "vi" else english

    def _frame(self) -> Mapping[str, object]:
        path = self.request.url.path
        query = f"?{self.request.url.query}" if self.request.url.query else ""
        return {
            "person": self.person,
            "agency": self.agency,
            "navigation": [entry for entry in NAVIGATION if entry.needs is None or self.may(entry.needs)],
            "path": path,
            "here": quote(f"{path}{query}", safe="/"),
            "csrf_token": csrf_of(self.token),
            "today": office_date(self.at),
            "unread": self.unread,
        }


def desk(request: Request, needed: ServicesDep, language: LanguageDep) -> Desk:
    """Return the desk of whoever the session cookie names.

    Raises:
        NotSignedIn: There is no cookie, or its session has ended.
    """
    token, at = request.cookies.get(COOKIE), needed.clock()
    if token is None:
        raise NotSignedIn
    with needed.begin() as work:
        found = work.people.find_session(digest_of(token), at)
        if found is None:
            raise NotSignedIn
        session, person = found
        agency = work.people.get_agency(person.agency_id)
        unread = work.notices.unread(person.id)
    return Desk(
        request=request,
        session=session,
        person=person,
        agency=agency,
        token=token,
        language=language,
        at=at,
        unread=unread,
    )


DeskDep = Annotated[Desk, Depends(desk)]
