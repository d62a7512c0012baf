"""What pages load: our own files and the exposed ones of the packages, nothing else of them."""

import pytest

from api.web.assets import EXPOSED, FOLDERS, NODE_MODULES
from tests.api.web.visitors import Visitors


@pytest.mark.parametrize("name", EXPOSED)
def test_every_exposed_file_is_there_for_everybody(visitors: Visitors, name: str) -> None:
    answer = visitors.nobody().get(f"/assets/{name}")

    assert answer.status_code == 200
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    [
        "/assets/htmx/package.json",
        "/assets/pdfjs/wasm/..",
        "/assets/pdfjs/wasm/../../package.json",
        "/assets/pdfjs/wasm/%2e%2e%2fpackage.json",
        "/assets/bpmn-js/LICENSE",
        "/static/../pages.py",
        "/static/%2e%2e%2fpages.py",
        "/static/.hidden",
        "/static/" + "x" * 3_000,
        "/assets/pdfjs/iccs/" + "x" * 3_000,
    ],
)
def test_nothing_else_of_a_package_or_of_ours_can_be_reached(visitors: Visitors, path: str) -> None:
    assert visitors.nobody().get(path).status_code == 404


def test_every_folder_that_is_exposed_is_there() -> None:
    assert [folder for folder in FOLDERS.values() if not (NODE_MODULES / folder).is_dir()] == []


def test_our_own_files_may_be_kept_because_their_address_changes_with_them(visitors: Visitors) -> None:
    page = visitors.nobody().open("/sign-in")
    style = str(page.document.xpath("//link[@rel='stylesheet']/@href")[0])

    answer = visitors.nobody().get(style)

    assert "?v=" in style
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Type"].startswith("text/css")


def test_the_style_loads_nothing_from_elsewhere(visitors: Visitors) -> None:
    style = visitors.nobody().get("/static/vanthu.css").text

    assert "@import" not in style
    assert "http" not in style
