"""Steps that sign: what a model cannot ask for is found before it is deployed."""

import pytest

from tests.engine.runtime.drawing import event, exclusive, findings, flows, human, parallel

START, END = event("start", "start"), event("end", "end")
TOGETHER = flows("start > split > one > join > end", "split > two > join")
ROUNDS = '<multiInstanceLoopCharacteristics vanthu:collection="[1, 2]" vanthu:item="place"/>'


def signing(element_id: str, by: str = "person", inside: str = "", **attributes: str) -> str:
    """Draw a task done by a signature."""
    drawn = human(element_id, "sign", **attributes).replace('id="sign"', f'id="sign" signature="{by}"', 1)
    return drawn.replace("</userTask>", f"{inside}</userTask>")


def beside(one: str, two: str) -> set[str]:
    return set(findings(START, parallel("split"), one, two, parallel("join"), END, TOGETHER))


def test_two_people_sign_beside_each_other_in_fields_of_their_own() -> None:
    assert beside(signing("one", signs="'ChuKy'"), signing("two", signs="'ChuKy2'")) == set()


@pytest.mark.parametrize(("first", "second"), [("'ChuKy2'", "'ChuKy2'"), ("'ChuKy'", None)])
def test_nobody_signs_a_field_that_somebody_else_signs_at_the_same_time(first: str, second: str | None) -> None:
    other = signing("two") if second is None else signing("two", signs=second)

    assert beside(signing("one", signs=first), other) == {"signs.same_field"}


def test_rounds_side_by_side_do_not_sign_one_field() -> None:
    one = signing("work", inside=ROUNDS, signs="'ChuKy2'")

    assert set(findings(START, one, END, flows("start > work > end"))) == {"signs.same_field"}


def test_rounds_sign_the_field_of_their_element() -> None:
    one = signing("work", inside=ROUNDS, signs="place.field")

    assert findings(START, one, END, flows("start > work > end")) == {}


@pytest.mark.parametrize("field", ["'Dau'", "'ChuKy21'", "'ChuKy1'", "'Ký'"])
def test_a_field_that_no_document_has_is_refused(field: str) -> None:
    assert set(findings(START, signing("work", signs=field), END, flows("start > work > end"))) == {"signs.unknown"}


def test_only_a_step_given_by_a_person_s_signature_names_a_field() -> None:
    found = findings(START, human("work", signs="'ChuKy2'"), END, flows("start > work > end"))

    assert set(found) == {"signs.without_signature"}


def test_nobody_signs_after_the_seal() -> None:
    one, seal = signing("one"), signing("seal", by="agency")

    assert set(findings(START, seal, one, END, flows("start > seal > one > end"))) == {"signs.after_seal"}


def test_the_seal_is_not_given_beside_a_signature() -> None:
    assert beside(signing("one"), signing("two", by="agency")) == {"signs.seal_beside"}


def test_what_goes_back_from_the_seal_to_its_signer_is_well() -> None:
    one, seal = signing("one"), signing("seal", by="agency")
    ways = flows("start > one > seal > way > end", "way > one", way_one="outcome == 'return'")

    assert findings(START, one, seal, exclusive("way", "end"), END, ways) == {}


def test_only_content_and_form_are_initialled() -> None:
    drawn = human("work", "done").replace('id="done"', 'id="done" initial="spelling"', 1)

    assert set(findings(START, drawn, END, flows("start > work > end"))) == {"outcome.initial"}
