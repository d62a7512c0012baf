"""Bundles: everything that is wrong with a model is found before it is deployed, all at once, with its line."""

import gzip

import pytest

from engine.definitions import DefinitionInvalid
from engine.runtime.bundles import MAX_BYTES, bundle_sha256, check
from tests.engine.runtime.drawing import (
    HEAD,
    VOCABULARY,
    drawn,
    event,
    exclusive,
    findings,
    flows,
    human,
    parallel,
    service,
)

START, END = event("start", "start"), event("end", "end")
STRAIGHT = flows("start > work > end")
FORM = b'{"type": "object", "properties": {"reason": {"type": "string"}}}'


def codes(content: bytes) -> set[str]:
    return {finding.code for finding in check({"test.bpmn": content}, VOCABULARY)}


def test_a_good_bundle_has_no_findings() -> None:
    assert findings(START, human("work", "done", "return:reason"), END, STRAIGHT, files={"reason.json": FORM}) == {}


def test_every_mistake_is_found_at_once_with_element_and_line() -> None:
    found = findings(
        START,
        human("work", "done:nowhere", roles="king"),
        '<scriptTask id="hack" name="hack"><script>import os</script></scriptTask>',
        service("store", "teleport"),
        exclusive("way"),
        END,
        flows("start > work > store > way > end", "way > work", way_work="__import__('os')"),
        files={"broken.json": b"{", "open.json": b'{"type": "object", "additionalProperties": true}'},
    )

    assert {(code, one.file, one.element_id, one.line) for code, one in found.items()} >= {
        ("form.missing", "test.bpmn", "work", 5),
        ("role.unknown", "test.bpmn", "work", 5),
        ("script.refused", "test.bpmn", "hack", 6),
        ("operation.unknown", "test.bpmn", "store", 7),
        ("gateway.no_default", "test.bpmn", "way", 8),
        ("flow.no_condition", "test.bpmn", "way_end", 13),
        ("expression.refused", "test.bpmn", "way_work", 14),
        ("form.malformed", "broken.json", None, 1),
        ("form.open", "open.json", None, None),
    }


def test_findings_become_one_refusal_that_names_them_all() -> None:
    found = tuple(findings(START, human("work", roles=""), END, STRAIGHT).values())

    refusal = DefinitionInvalid(findings=found)

    assert refusal.findings == found
    assert [(error.field, error.code) for error in refusal.errors] == [("test.bpmn:work:5", "task.nobody")]


SECOND = (event("start", "begin") + event("end", "over") + flows("begin > over")).encode()
LAUGHS = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
INCLUSION = b'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/passwd" parse="text"/>'
LOL = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
BILLION = f'<!DOCTYPE lolz [<!ENTITY l0 "lol">{LOL}]><definitions>&l9;</definitions>'.encode()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (BILLION, "xml.doctype"),
        (drawn(START, END).replace(b"<process", INCLUSION + b"<process"), "xml.inclusion"),
        (drawn(START, INCLUSION.decode(), END), "xml.inclusion"),
        (b"", "xml.malformed"),
        (b"\x00\xff", "xml.malformed"),
        (b"<definitions>", "xml.malformed"),
        (b"<definitions/>", "xml.not_bpmn"),
        (f"{LAUGHS}<x>&b;</x>".encode(), "xml.doctype"),
        (f"{LAUGHS}<x>&b;</x>".encode("utf-16"), "xml.doctype"),
        (b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>', "xml.doctype"),
        (b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>', "xml.doctype"),
        (b"<a>" * 300 + b"</a>" * 300, "xml.malformed"),
        (b"<a %s/>" % b" ".join(b'a%d="1"' % n for n in range(100_000)), "xml.too_large"),
        (
            b'<?xml version="1.0" encoding="UTF-7"?>' + '<!DOCTYPE x [<!ENTITY e "y">]><x>&e;</x>'.encode("utf-7"),
            "xml.doctype",
        ),
        (b'<!DOCTYPE x [<!ENTITY % e SYSTEM "http://127.0.0.1:9/x.dtd">%e;]><x/>', "xml.doctype"),
        (gzip.compress(drawn(START, END)), "xml.malformed"),
        (f"{HEAD}</definitions>".replace("UTF-8", "UTF-16").encode("utf-16"), "xml.encoding"),
        (f"{HEAD}</definitions>".encode(), "process.none"),
        (f'{HEAD}<process id="p"/></definitions>'.encode(), "process.none"),
        (
            drawn(START, END, flows("start > end")).replace(
                b"</definitions>", b'<process id="q" isExecutable="true">%s</process></definitions>' % SECOND
            ),
            "bundle.several_procedures",
        ),
    ],
)
def test_what_is_no_model_is_refused(content: bytes, code: str) -> None:
    assert codes(content) == {code}


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({}, "bundle.no_model"),
        ({"a.bpmn": b" " * (MAX_BYTES + 1)}, "bundle.too_large"),
        ({"a.bpmn": b"", "run.py": b""}, "file.unsupported"),
        ({"a.bpmn": b"", "../reason.json": b""}, "file.unsupported"),
        ({"a.bpmn": b"", "a\x00.json": b""}, "file.unsupported"),
        ({"a.bpmn": b"", "\u202enosj.json": b""}, "file.unsupported"),
        ({"a.bpmn": b"", "x" * 200 + ".json": b""}, "file.unsupported"),
    ],
)
def test_what_is_no_bundle_is_refused(files: dict[str, bytes], code: str) -> None:
    assert {finding.code for finding in check(files, VOCABULARY)} == {code}


@pytest.mark.parametrize("content", [BILLION, b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>', INCLUSION])
def test_decisions_are_parsed_as_carefully_as_models(content: bytes) -> None:
    found = check({"test.bpmn": drawn(START, END, flows("start > end")), "rules.dmn": content}, VOCABULARY)

    assert {(one.file, one.code) for one in found} <= {("rules.dmn", "xml.doctype"), ("rules.dmn", "xml.inclusion")}
    assert len(found) == 1


def test_a_model_of_fifty_megabytes_is_refused_unread() -> None:
    found = check({"test.bpmn": b"<" * 50_000_000}, VOCABULARY)

    assert [(one.file, one.code) for one in found] == [("", "bundle.too_large")]


UNSUPPORTED = [
    event("end", "x", "<compensateEventDefinition/>"),
    event("end", "x", "<terminateEventDefinition/><signalEventDefinition/>"),
    event("intermediateCatch", "x", "<conditionalEventDefinition/>"),
    event("intermediateThrow", "x", "<compensateEventDefinition/>"),
    '<boundaryEvent id="x" attachedToRef="work"><cancelEventDefinition/></boundaryEvent>',
    '<complexGateway id="x"/>',
    '<transaction id="x"/>',
    '<adHocSubProcess id="x"/>',
    '<callConversation id="x"/>',
    '<userTask id="x"><potentialOwner/></userTask>',
    '<serviceTask id="x"><dataOutputAssociation><transformation/></dataOutputAssociation></serviceTask>',
]


@pytest.mark.parametrize("element", UNSUPPORTED, ids=lambda text: text[1:40])
def test_what_is_not_proved_is_refused_by_name_and_line(element: str) -> None:
    found = findings(START, human("work"), element, END, STRAIGHT)["element.unsupported"]

    assert (found.element_id, found.line) == ("x", 6)


@pytest.mark.parametrize(
    "script",
    [
        '<scriptTask id="x"><script>print(1)</script></scriptTask>',
        '<serviceTask id="x"><extensionElements><s:preScript xmlns:s="urn:o">1</s:preScript></extensionElements>'
        "</serviceTask>",
    ],
)
def test_python_in_a_model_is_refused_with_its_line(script: str) -> None:
    found = findings(START, human("work"), script, END, STRAIGHT)["script.refused"]

    assert (found.element_id, found.line) == ("x", 6)


@pytest.mark.parametrize(
    ("task", "code"),
    [
        (human("work", roles=""), "task.nobody"),
        (human("work", roles="king"), "role.unknown"),
        (human("work", roles="council"), "role.nobody"),
        (human("work", roles="", unit="unit_id", assignee="lan"), "task.unit_without_role"),
        (human("work", unit="lambda: 1"), "expression.refused"),
        (human("work", roles="", assignee="a ** b"), "expression.refused"),
        (human("work", "a", "a"), "outcome.twice"),
        (human("work", "not an id"), "outcome.id"),
        (human("work", "a:missing"), "form.missing"),
        (human("work", inside='<vanthu:outcome id="b"/>'), "outcome.no_label"),
        (human("work", inside='<vanthu:outcome id="b" label="B" signature="blood"/>'), "outcome.signature"),
        (human("work", inside='<vanthu:notSameAs element="nothing"/>'), "not_same_as.unknown"),
        (human("work", inside='<vanthu:notSameAs element="work"/>'), "not_same_as.unknown"),
        (human("work", inside='<vanthu:outcom id="b"/>'), "extension.unknown"),
        (human("work", inside='<vanthu:outcome id="b" label="B" colour="red"/>'), "extension.unknown"),
        (human("work", operation="note"), "extension.unknown"),
        ('<serviceTask id="work"/>', "operation.missing"),
        (service("work", "teleport"), "operation.unknown"),
        (service("work", "note", text="f'{x}'"), "expression.refused"),
    ],
)
def test_a_task_without_people_outcomes_or_operation_is_refused(task: str, code: str) -> None:
    assert set(findings(START, task, END, STRAIGHT)) == {code}


def lane(roles: str) -> str:
    own = f' vanthu:roles="{roles}"' if roles else ""
    return f'<laneSet id="lanes"><lane id="lane" name="Văn thư"{own}><flowNodeRef>work</flowNodeRef></lane></laneSet>'


def test_a_task_takes_the_roles_of_its_lane() -> None:
    assert findings(lane("clerk"), START, human("work", roles=""), END, STRAIGHT) == {}


@pytest.mark.parametrize(("roles", "code"), [("", "lane.nobody"), ("council", "role.nobody"), ("king", "role.unknown")])
def test_a_lane_that_gives_a_task_to_nobody_is_refused(roles: str, code: str) -> None:
    assert set(findings(lane(roles), START, human("work", roles=""), END, STRAIGHT)) == {code}


@pytest.mark.parametrize("name", ["outcome", "Start", "End", "my-task", "if", "a.b"])
def test_an_id_that_expressions_cannot_name_is_refused(name: str) -> None:
    assert "element.id_unusable" in findings(START, human(name), END, flows(f"start > {name} > end"))


def test_an_id_used_twice_and_one_that_is_missing_are_refused() -> None:
    assert set(findings(START, human("work"), human("work"), "<userTask/>", END, STRAIGHT)) >= {
        "element.duplicate_id",
        "element.no_id",
    }


WORK = human("work")


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ([WORK, END, flows("work > end")], "process.no_start"),
        ([START, event("start", "two"), WORK, END, STRAIGHT, flows("two > work")], "process.several_starts"),
        ([START, WORK, END, STRAIGHT, flows("work > nowhere")], "flow.dangling"),
        ([START, WORK, END, flows("start > work > start", "work > end")], "flow.into_start"),
        ([START, WORK, END, STRAIGHT, flows("end > work")], "flow.out_of_end"),
        ([START, WORK, END, flows("start > work")], "element.dead_end"),
        ([START, WORK, human("other"), END, STRAIGHT, flows("work > other > end")], "flow.implicit_split"),
        ([START, WORK, human("lost"), END, STRAIGHT, flows("lost > end")], "element.unreachable"),
        ([START, WORK, human("round"), END, flows("start > work > round > work")], "element.no_way_out"),
        ([START, WORK, exclusive("way"), END, flows("start > work > way > end", way_end="True")], "gateway.no_default"),
        ([START, WORK, END, flows("start > work > end", work_end="True")], "flow.condition_unused"),
        (
            [
                START,
                WORK,
                exclusive("way", "end"),
                END,
                flows("start > work > way > end", "way > work", way_end="True"),
            ],
            "flow.condition_unused",
        ),
        (
            [START, WORK, parallel("join"), END, flows("start > join > work > end"), exclusive("way", "end")],
            "element.unreachable",
        ),
        (
            [
                START,
                parallel("join"),
                WORK,
                exclusive("way", "end"),
                END,
                flows("start > join > work > way > end", "way > join", way_join="True"),
            ],
            "gateway.waits_for_itself",
        ),
        (
            [START, exclusive("way", "join"), parallel("join"), END, flows("start > way > join > end", "way > join")],
            "gateway.double_flow",
        ),
    ],
)
def test_arrows_that_lead_nowhere_twice_or_round_are_refused(parts: list[str], code: str) -> None:
    assert code in findings(*parts)


def test_a_flow_does_not_cross_the_border_of_a_sub_process() -> None:
    inner = f'<subProcess id="inner">{event("start", "into")}{human("work")}{event("end", "out")}'
    body = [
        START,
        inner,
        flows("into > work > out"),
        "</subProcess>",
        END,
        flows("start > inner > end", "inner > work"),
    ]

    assert "flow.dangling" in findings(*body)


def test_a_model_larger_than_anybody_can_read_is_refused() -> None:
    names = [f"n{number}" for number in range(1001)]

    found = findings(START, *map(parallel, names), END, flows(" > ".join(["start", *names, "end"])))

    assert set(found) == {"model.too_large"}


def test_the_digest_depends_on_every_name_and_byte_but_not_on_order() -> None:
    one = bundle_sha256({"a.bpmn": b"1", "b.json": b"2"})

    assert one == bundle_sha256({"b.json": b"2", "a.bpmn": b"1"})
    assert (
        len({one, bundle_sha256({"a.bpmn": b"12", "b.json": b""}), bundle_sha256({"a.bpmn1": b"", "b.json": b"2"})})
        == 3
    )


def test_sub_processes_in_one_another_without_end_are_refused() -> None:
    opened = "".join(f'<subProcess id="s{level}">' for level in range(100))

    assert "element.unsupported" in findings(START, opened + "</subProcess>" * 100, END, flows("start > s0 > end"))
