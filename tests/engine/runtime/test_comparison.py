"""Two versions of a bundle are told apart element by element; where something is drawn is no difference."""

import json

from api.demo import shipped_model
from engine.runtime.comparison import Change, ChangeKind, Detail, compare
from tests.engine.runtime import tables
from tests.engine.runtime.drawing import drawn, event, flows, human

START, END = event("start", "start"), event("end", "end")
STRAIGHT = flows("start > work > end")


def compared(*later: str, before: tuple[str, ...] = (START, human("work"), END, STRAIGHT)) -> dict[str, Change]:
    found = compare({"a.bpmn": drawn(*before)}, {"b.bpmn": drawn(*later)})
    return {f"{one.kind} {one.element_id}": one for one in found}


def test_the_same_model_under_another_name_or_drawn_elsewhere_is_no_change() -> None:
    files = shipped_model("incoming_document")
    moved = files["incoming_document.bpmn"].replace(b'<dc:Bounds x="', b'<dc:Bounds x="1')

    assert moved != files["incoming_document.bpmn"]
    assert compare(files, {**files, "incoming_document.bpmn": moved}) == ()
    assert compared(START, human("work"), END, STRAIGHT) == {}


def test_what_was_added_removed_or_changed_is_told_with_what_it_was() -> None:
    found = compared(
        START,
        human("work", "done", "return", roles="head").replace('name="work"', 'name="Làm"'),
        human("more"),
        END,
        flows("start > work > more > end"),
    )

    assert set(found) == {"changed work", "added more", "added work_more", "added more_end", "removed work_end"}
    changed = found["changed work"]
    assert (changed.kind, changed.file, changed.tag, changed.name) == (ChangeKind.CHANGED, "b.bpmn", "userTask", "Làm")
    assert [detail for detail in changed.details if detail.name != "outcome"] == [
        Detail(name="name", before="work", after="Làm"),
        Detail(name="vanthu:roles", before="clerk", after="head"),
    ]
    assert [detail.after for detail in changed.details if detail.name == "outcome"] == [
        "id=done label=done labelEn=done; id=return label=return labelEn=return"
    ]


def test_a_condition_is_a_property_of_its_flow() -> None:
    found = compared(START, human("work"), END, flows("start > work > end", work_end="outcome == 'done'"))

    assert found["changed work_end"].details == (
        Detail(name="conditionExpression", before="", after="outcome == 'done'"),
    )


def test_rules_of_a_decision_and_fields_of_a_form_are_told_one_by_one() -> None:
    before = {
        "r.dmn": tables.drawn(tables.table("x | y", "1 | 1", "2 | 2")),
        "f.json": form(a="A", b="B"),
        "n.md": b"1",
    }
    after = {"r.dmn": tables.drawn(tables.table("x | y", "1 | 9", "2 | 2")), "f.json": form(a="A", b="C"), "n.md": b"2"}

    found = compare(before, {**after, "new.json": form()})

    assert [(one.kind, one.file, one.element_id) for one in found] == [
        (ChangeKind.CHANGED, "r.dmn", "r1"),
        (ChangeKind.CHANGED, "f.json", "b"),
        (ChangeKind.ADDED, "new.json", None),
        (ChangeKind.CHANGED, "n.md", None),
    ]
    assert found[0].details == (Detail(name="text", before="1; 1", after="1; 9"),)
    assert found[1].details == (Detail(name="title", before='"B"', after='"C"'),)


def form(**titles: str) -> bytes:
    properties = {name: {"type": "string", "title": title} for name, title in titles.items()}
    return json.dumps({"type": "object", "properties": properties}).encode()
