"""Visitors of the pages: people at browsers that run no script, who follow links and send forms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fastapi.testclient import TestClient
from lxml import html

from tests.support.house import PASSWORD

Upload = tuple[str, bytes]
"""A file as one chooses it: its name and content."""
Files = Mapping[str, Sequence[Upload]]
"""Files chosen, by the name of their field."""
MOST_REDIRECTS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page as a visitor has it before them."""

    status: int
    path: str
    source: str
    headers: Mapping[str, str]
    document: html.HtmlElement = field(repr=False)

    @property
    def heading(self) -> str:
        """The one heading of the page."""
        return self.texts("//h1")[0]

    @property
    def note(self) -> str:
        """What the last action left to be said, or ''."""
        return next(iter(self.texts('//p[@class="note"]')), "")

    def texts(self, xpath: str) -> list[str]:
        """Return the words of each element found."""
        return [" ".join(element.text_content().split()) for element in self.document.xpath(xpath)]

    def says(self, words: str) -> bool:
        """Say whether these words stand on the page."""
        return words in " ".join(self.document.find("body").text_content().split())

    def links(self) -> list[str]:
        """Return where the page leads to."""
        return [str(link) for link in self.document.xpath("//main//a/@href")]

    def navigation(self) -> list[str]:
        """Return what the navigation offers."""
        return self.texts('//nav[@class="rail"]//a')

    def errors(self) -> list[str]:
        """Return the sentences of the summary above a form."""
        return self.texts('//div[@class="summary"]//li')

    def form(self, ending: str) -> "Form":
        """Return the form whose address ends so; of several the first."""
        found = [one for one in self.document.forms if str(one.action).endswith(ending)]
        assert found, f"{self.path} has no form to …{ending}, only {[one.action for one in self.document.forms]}"
        return Form(found[0])

    def form_of(self, outcome: str) -> "Form":
        """Return the form of an outcome of a work item."""
        found = [one for one in self.document.forms if one.fields.get("outcome") == outcome]
        assert found, f"{self.path} does not offer {outcome}"
        return Form(found[0])


class Form:
    """A form of a page, with what stands in it."""

    def __init__(self, element: Any) -> None:
        self.action = str(element.action)
        self.method = str(element.method).upper()
        self.fields: dict[str, list[str]] = {}
        for name, value in element.form_values():
            self.fields.setdefault(name, []).append(value)
        self.names = {str(one.name) for one in element.inputs if one.name}
        self._choices: dict[str, dict[str, str]] = {
            str(select.get("name")): {
                str(option.get("value")): " ".join(option.text_content().split()) for option in select.iter("option")
            }
            for select in element.iter("select")
        }

    def choices(self, name: str) -> dict[str, str]:
        """Return what there is to choose in a field: value to label."""
        return {value: label for value, label in self._choices[name].items() if value}

    def named(self, name: str, label: str) -> str:
        """Return the value whose label begins so."""
        return next(value for value, shown in self.choices(name).items() if shown.startswith(label))


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """A browser without script, perhaps somebody's."""

    client: TestClient

    def open(self, path: str, status: int = 200) -> Page:
        """Follow a link to its page."""
        return self._arrive(self.client.get(path), status)

    def get(self, path: str) -> Any:
        """Return the bare answer for a path."""
        return self.client.get(path)

    def send(self, form: Form, status: int = 200, files: Files | None = None, **typed: Any) -> Page:
        """Send a form with what was typed or chosen besides what stands in it."""
        unknown = sorted(({*typed} | {*(files or {})}) - form.names)
        assert not unknown, f"the form has no fields {unknown}"
        fields = {**form.fields, **{name: _values(value) for name, value in typed.items()}}
        chosen = [
            (name, (file, content, "application/pdf"))
            for name, several in (files or {}).items()
            for file, content in several
        ]
        answer = self.client.request(form.method, form.action, data=fields, files=chosen or None)
        return self._arrive(answer, status)

    def _arrive(self, answer: Any, status: int) -> Page:
        for _ in range(MOST_REDIRECTS):
            if answer.status_code != 303:
                break
            answer = self.client.get(answer.headers["Location"])
        assert answer.status_code == status, f"{answer.status_code} at {answer.url}: {answer.text[:2000]}"
        return Page(
            status=answer.status_code,
            path=answer.url.path,
            source=answer.text,
            headers=answer.headers,
            document=html.document_fromstring(answer.text, base_url=str(answer.url)),
        )


def _values(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list | tuple) else [str(value)]


@dataclass(frozen=True, slots=True)
class Visitors:
    """Everybody's browsers, by user name."""

    client: TestClient
    _known: dict[str, Visitor] = field(default_factory=dict)

    def nobody(self) -> Visitor:
        """Return the browser of somebody who is not signed in."""
        return Visitor(client=TestClient(self.client.app, follow_redirects=False))

    def __getitem__(self, username: str) -> Visitor:
        if username not in self._known:
            visitor = self.nobody()
            visitor.send(visitor.open("/sign-in").form("/sign-in"), username=username, password=PASSWORD)
            self._known[username] = visitor
        return self._known[username]
