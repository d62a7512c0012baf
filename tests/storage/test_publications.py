"""The public register and the templates of agencies, as PostgreSQL keeps them."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from engine.ids import PublicationId, TemplateId
from engine.ports import Begin
from engine.publications import Announcement, PublicationKind, PublicationNotFound, PublicationQuery
from engine.queries import PageRequest
from tests.storage.builders import NOON, TODAY, a_desk, new_id
from tests.storage.published import a_publication, a_template


def test_a_publication_is_found_by_code_words_kind_and_year_and_kept_as_it_ended(begin: Begin) -> None:
    with begin() as work:
        desk = a_desk(work)
        made = a_publication(desk)
        work.publications.add(made)
        found = {
            "words": work.publications.search(PublicationQuery(text="hoang thu"), PageRequest(limit=5)).items,
            "kind": work.publications.search(PublicationQuery(kind=PublicationKind.RATING), PageRequest(limit=5)).items,
            "year": work.publications.search(PublicationQuery(year=TODAY.year), PageRequest(limit=5)).items,
        }
        said = Announcement(on=TODAY, at="Hội trường", media="Báo", noted_at=NOON, noted_by=made.published_by)
        kept = work.publications.lock(made.id).announced_as(said)
        work.publications.save(kept)

        assert found == {"words": (made,), "kind": (), "year": (made,)}
        assert work.publications.find(made.code) == kept == work.publications.find_of_document(made.document_id)
        with pytest.raises(PublicationNotFound):
            work.publications.get(PublicationId(new_id()))


def test_an_agency_drafts_from_its_newest_text_that_holds_on_the_day(begin: Begin) -> None:
    with begin() as work:
        desk = a_desk(work)
        agency = desk.office.agency.id
        first, later = a_template(desk), a_template(desk, 2, TODAY + timedelta(days=10))
        for one in (first, later):
            work.templates.add(TemplateId(new_id()), one)

        def on(day: date) -> int | None:
            found = work.templates.find(agency, "announcement", day)
            return found.version if found else None

        assert [on(TODAY - timedelta(days=1)), on(TODAY), on(later.effective_from)] == [None, 1, 2]
        assert list(work.templates.versions(agency, "announcement")) == [later, first]
        assert work.templates.next_version(agency, "announcement") == 3
        assert list(work.templates.of_agency(agency)) == [later]
        assert first == replace(a_template(desk), version=1)
