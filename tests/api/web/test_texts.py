"""The words of the pages: every one of them in Vietnamese, facts and all."""

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from api.texts import LOCALE, explained, sentence, spoken, written
from engine.documents import DocumentNotInState
from engine.explanations import Sentence
from engine.signatures import TimestampUnavailable
from tests.api.web.msgids import ROOT, msgids

EVENING = datetime(2026, 11, 22, 18, 5, tzinfo=UTC)


def catalogue() -> dict[str, str]:
    with (LOCALE / "vi.po").open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file, locale="vi") if message.id}


def places(text: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)s", text))


def test_everything_people_may_read_is_translated() -> None:
    known = catalogue()

    assert sorted(text for text in msgids() if not known.get(text)) == []


def test_nothing_is_translated_that_nobody_says() -> None:
    assert sorted(catalogue().keys() - msgids()) == []


def test_nothing_is_translated_twice() -> None:
    written = (LOCALE / "vi.po").read_text()
    said = Counter(re.findall(r'^msgid (".+"(?:\n".+")*)$', written, re.MULTILINE))

    assert [text for text, times in said.items() if times > 1] == []


def test_a_translation_has_the_same_facts_as_its_sentence() -> None:
    assert {text: said for text, said in catalogue().items() if not places(said) <= places(text)} == {}


def test_no_page_has_words_that_are_not_in_the_catalogue() -> None:
    """Words between tags go through the catalogue; what is left are signs."""
    bare = re.compile(r">([^<>{}=]*[A-Za-zÀ-ỹ]{2}[^<>{}=]*)<")
    names_of_languages = {"English", "Tiếng Việt"}
    found = {
        str(path.relative_to(ROOT)): hits
        for path in sorted((ROOT / "api/web/templates").rglob("*.html"))
        if (hits := {hit.strip() for hit in bare.findall(_without_code(path))} - names_of_languages)
    }

    assert found == {}


def _without_code(path: Path) -> str:
    return re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)


def test_every_word_of_the_glossary_stands_on_a_page() -> None:
    shown = " ".join([*catalogue().values(), *(path.read_text("utf-8") for path in (ROOT / "bpmn").rglob("*.*"))])
    rows = re.findall(
        r"^\| ([^|]+) \| [^|]+ \| [^|]+ \|$", (ROOT / "docs/glossary.md").read_text("utf-8"), re.MULTILINE
    )
    words = [row for row in rows if row not in ("On the screen", "---")]

    missing = [row for row in words if not any(word in shown.casefold() for word in re.split(r"[,:] | \(", row))]

    assert len(words) > 40
    assert missing == []


@pytest.mark.parametrize(
    ("english", "vietnamese"),
    [
        ("This field takes at most 11 characters.", "Mục này dài tối đa 11 ký tự."),
        ("Choose at least 2.", "Chọn ít nhất 2."),
        (str(TimestampUnavailable()), "Dịch vụ cấp dấu thời gian không phản hồi. Văn bản chờ và sẽ tự tiếp tục."),
        (
            "'A', 2/2: it cannot go on: Choose at least 2. Mend the model or the scenario.",
            "'A', 2/2: không đi tiếp được: Chọn ít nhất 2. Hãy sửa mô hình hoặc kịch bản.",
        ),
        ("Nobody ever wrote this sentence.", "Nobody ever wrote this sentence."),
        ("", ""),
    ],
)
def test_a_kept_sentence_is_said_in_vietnamese_by_the_template_it_was_made_from(english: str, vietnamese: str) -> None:
    assert spoken(english, "vi") == vietnamese
    assert spoken(english, "en") == english


def test_a_fact_that_is_a_word_of_ours_is_translated_with_its_sentence() -> None:
    refusal = DocumentNotInState(state="closed")

    assert "'đã kết thúc'" in sentence(refusal, "vi")
    assert "'closed'" in sentence(refusal, "en")


def test_an_explanation_has_its_terms_causes_and_times_in_the_readers_words() -> None:
    said = Sentence(
        template="Stuck at '%(step)s' since %(since)s: %(cause)s",
        facts={"step": "Ký số", "since": EVENING, "cause": str(TimestampUnavailable())},
    )
    waiting = Sentence(
        template="'%(step)s' waits for %(roles)s.", facts={"step": "Ký số"}, terms={"roles": ["clerk", "auditor"]}
    )

    assert explained(said, "vi").startswith("Vướng ở bước 'Ký số' từ 23/11/2026 01:05: Dịch vụ cấp dấu thời gian")
    assert explained(waiting, "vi") == "Bước 'Ký số' đang chờ văn thư hoặc kiểm tra viên."
    assert explained(waiting, "en") == "'Ký số' waits for clerk or auditor."


def test_days_and_moments_are_written_as_the_office_writes_them() -> None:
    assert written(date(2026, 2, 8)) == "08/02/2026"
    assert written(EVENING) == "23/11/2026 01:05"
    assert written(None) == ""


@pytest.mark.parametrize(
    "end", [datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=timezone(timedelta(hours=14)))]
)
def test_a_moment_at_the_end_of_the_calendar_is_told_as_it_was_written(end: datetime) -> None:
    # A certificate without an end says 31/12/9999.
    assert written(end).startswith(("31/12/9999", "01/01/"))
