"""A dossier with hundreds of files of evidence: its page asks the database no more for them than for three."""

from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

from fastapi.testclient import TestClient

from api.app import create_app
from api.wiring import House
from bench.dossiers import COMPOSERS, FEW, MANY, dossier_with
from tests.api.web.visitors import Visitors
from tests.support.wire import listened_to


def test_the_page_of_a_dossier_is_no_dearer_with_300_files_than_with_3(house: House, tmp_path: Path) -> None:
    paths = {files: f"/dossiers/{dossier_with(files, house).id}" for files in (FEW, MANY)}
    asked, sizes = [], []
    with listened_to(house.settings, tmp_path / "wire") as wire:
        heard = replace(house, services=replace(house.services, begin=wire.begin))
        with TestClient(create_app(lambda: nullcontext(heard)), base_url="https://127.0.0.1") as client:
            visitors = Visitors(client)
            for files, path in paths.items():
                composer = visitors[COMPOSERS[files][1]]
                composer.open(path)  # The process learns the set and the organisation.
                wire.forget()
                sizes.append(len(composer.open(path).source))
                asked.append(wire.statements())

    assert asked[0] == asked[1] > 3
    assert sizes[1] < sizes[0] * 1.05
