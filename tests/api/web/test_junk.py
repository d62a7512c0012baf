"""Nonsense in every field of every form people come by: the page says so, and nothing of ours breaks."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from lxml import html

from tests.api.rest.test_anonymous_first import ids
from tests.api.web.visitors import Form, Visitor, Visitors

__all__ = ["ids"]

JUNK = ("\x00", "9" * 4_900)
QUERY = {"language": "x", "labels": "x", "year": "9" * 4_900, "after": "\x00", "q": "\x00%_", "on": "9999-12-31"}


def addresses(visitor: Visitor, ids: dict[str, str]) -> list[str]:
    """Return the address of every page, with the ids of things that are there."""
    known = {str(getattr(route, "path", "")) for route in _routes(visitor.client.app)}
    pages = [
        path for path in sorted(known) if not path.startswith(("/api", "/static", "/assets")) and "events" not in path
    ]
    return [re.sub(r"{(\w+)[^}]*}", lambda part: ids.get(part[1], "x"), path) for path in pages if path.startswith("/")]


def _routes(app: Any) -> Iterator[Any]:
    for route in app.routes:
        inner = getattr(route, "original_router", None)
        yield from _routes(inner) if inner is not None else (route,)


def forms_of(source: str, path: str) -> Iterator[Form]:
    if "<form" in source:
        document: html.HtmlElement = html.document_fromstring(source, base_url=f"http://testserver{path}")
        yield from (Form(form) for form in document.forms)


@pytest.mark.parametrize("username", ["vanthu", "quantri"])
def test_nonsense_in_any_field_of_any_page_is_no_fault_of_ours(
    visitors: Visitors, ids: dict[str, str], username: str
) -> None:
    visitor, forms, faults = visitors[username], dict[tuple[str, str], Form](), []
    for path in addresses(visitor, ids):
        for answer in (visitor.get(path), visitor.client.get(path, params=QUERY)):
            faults += [path] if answer.status_code >= 500 else []
            for form in forms_of(answer.text, path) if answer.status_code == 200 else ():
                forms.setdefault((form.action, str(form.fields.get("outcome"))), form)
    assert len(forms) > 5

    for form in forms.values():
        alike = {re.sub(r"_\d+$", "", name): name for name in form.names if "sign-out" not in form.action}
        for name in alike.values():
            faults += [f"{form.action} {name}" for value in JUNK if broken(visitor, form, {name: value})]

    assert faults == []


def broken(visitor: Visitor, form: Form, typed: Mapping[str, str]) -> bool:
    """Say whether sending the form with this in it is a fault of ours."""
    fields = {**form.fields, **{name: [value] for name, value in typed.items()}}
    if form.method == "GET":
        return visitor.client.get(form.action, params=fields).is_server_error
    return visitor.client.post(form.action, data=fields).is_server_error
