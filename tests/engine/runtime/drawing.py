"""Small BPMN models for tests, drawn with few words; sequence flows are written 'a > b', with ids a_b."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from xml.sax.saxutils import quoteattr

from engine.definitions import Finding, Interface, OperationKind, Vocabulary
from engine.ids import TaskId
from engine.runtime.bundles import check
from engine.runtime.procedures import Procedure, procedure
from engine.runtime.progress import Progress
from engine.runtime.run import Run
from engine.runtime.surroundings import Inline

VOCABULARY = Vocabulary(
    operations={"note": OperationKind.INLINE, "count": OperationKind.INLINE, "archive": OperationKind.JOB},
    roles={"clerk": True, "head": True, "council": False},
    installed=lambda key, _version: {"issue_decision": Interface(key=key, name="", starts_with=("signer",))}.get(key),
)
NOON = datetime(2026, 3, 2, 5, tzinfo=UTC)
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:vanthu="urn:vanthu:bpmn:1" '
    'targetNamespace="urn:test" id="definitions">\n'
)


def human(element_id: str, *outcomes: str, roles: str = "clerk", inside: str = "", **attributes: str) -> str:
    """A user task; an outcome is 'id' or 'id:form'."""
    own = "".join(_outcome(*outcome.split(":")) for outcome in outcomes or ("done",))
    named = {"roles": roles, **attributes} if roles else attributes
    written = "".join(f" vanthu:{name}={quoteattr(value)}" for name, value in named.items())
    return (
        f'<userTask id="{element_id}" name="{element_id}"{written}>'
        f"<extensionElements>{own}{inside}</extensionElements></userTask>"
    )


def _outcome(outcome_id: str, form: str = "") -> str:
    asked = f' form="{form}"' if form else ""
    return f'<vanthu:outcome id="{outcome_id}" label="{outcome_id}" labelEn="{outcome_id}"{asked}/>'


def service(element_id: str, operation: str, **parameters: str) -> str:
    """A service task."""
    own = "".join(
        f'<vanthu:parameter name="{name}" expression={quoteattr(value)}/>' for name, value in parameters.items()
    )
    return (
        f'<serviceTask id="{element_id}" name="{element_id}" vanthu:operation="{operation}">'
        f"<extensionElements>{own}</extensionElements></serviceTask>"
    )


def rule(element_id: str, decision: str, **parameters: str) -> str:
    """A business rule task."""
    drawn_as_service = service(element_id, "", **parameters).replace("serviceTask", "businessRuleTask")
    return drawn_as_service.replace('vanthu:operation=""', f'vanthu:decision="{decision}"')


def exclusive(element_id: str, default: str = "") -> str:
    """An exclusive gateway; *default* is the element its default flow leads to."""
    chosen = f' default="{element_id}_{default}"' if default else ""
    return f'<exclusiveGateway id="{element_id}" name="{element_id}"{chosen}/>'


def parallel(element_id: str) -> str:
    """A parallel gateway."""
    return f'<parallelGateway id="{element_id}" name="{element_id}"/>'


def event(kind: str, element_id: str, inside: str = "") -> str:
    """A start or end event."""
    return f'<{kind}Event id="{element_id}" name="{element_id}">{inside}</{kind}Event>'


def flows(*ways: str, **conditions: str) -> str:
    """Sequence flows for ways like 'a > b > c'; conditions by flow id."""
    pairs = [pair for way in ways for pair in _pairs(way.split(" > "))]
    return "\n".join(_flow(source, target, conditions.get(f"{source}_{target}")) for source, target in pairs)


def _pairs(steps: Sequence[str]) -> list[tuple[str, str]]:
    return list(pairwise(steps))


def _flow(source: str, target: str, condition: str | None) -> str:
    inside = f"<conditionExpression>{condition}</conditionExpression>" if condition is not None else ""
    return f'<sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}">{inside}</sequenceFlow>'


def drawn(*body: str, key: str = "test") -> bytes:
    """A BPMN file with one executable process of these parts, one a line."""
    inside = "\n".join(body)
    return f'{HEAD}<process id="{key}" name="Thử" isExecutable="true">\n{inside}\n</process>\n</definitions>'.encode()


def made(*body: str, files: Mapping[str, bytes] | None = None) -> Procedure:
    """The procedure of a drawn model that has no findings."""
    bundle = {"test.bpmn": drawn(*body), **(files or {})}
    assert check(bundle, VOCABULARY) == ()
    return procedure(bundle, VOCABULARY.operations)


def findings(*body: str, files: Mapping[str, bytes] | None = None) -> dict[str, Finding]:
    """What is wrong with a drawn model, by code."""
    return {finding.code: finding for finding in check({"test.bpmn": drawn(*body), **(files or {})}, VOCABULARY)}


def quiet(_operation: str, parameters: Mapping[str, Any], _data: Mapping[str, Any]) -> Mapping[str, object]:
    """An inline operation that finds out nothing new."""
    return dict(parameters)


class Walk:
    """An instance kept only as bytes: each step loads it, moves it, keeps it again."""

    def __init__(
        self,
        model: Procedure,
        data: Mapping[str, object] | None = None,
        inline: Inline = quiet,
        *,
        compacted: bool = True,
    ) -> None:
        self.model = model
        self.inline = inline
        self.compacted = compacted
        self.at = NOON
        self.progress = Run.start(model, data or {}, inline, at=NOON, compacted=compacted).progress
        self.path: list[str] = []
        self._remember()

    def run(self) -> Run:
        """The instance as it is kept."""
        return Run.resume(self.model, self.progress.state, self.inline, compacted=self.compacted)

    def complete(self, element: str, outcome: str = "done", by: str = "an", **data: object) -> Progress:
        """Complete the open task of that element."""
        run = self.run()
        self.progress = run.complete(self.open(element), outcome, data, by, self.at)
        return self._remember()

    def finish(self, element: str, **result: object) -> Progress:
        """Finish the open job of that element."""
        run = self.run()
        task_id = next(job.task_id for job in run.open_jobs if job.element_id == element)
        self.progress = run.finish_job(task_id, result, self.at)
        return self._remember()

    def fire(self, element: str, late: timedelta = timedelta()) -> Progress:
        """Let the timer of that element fire when it is due, or *late*."""
        waiting = next(timer for timer in self.progress.timers if timer.element_id == element)
        self.at = waiting.due_at + late
        self.progress = self.run().fire(waiting.task_id, self.at)
        return self._remember()

    def open(self, element: str) -> TaskId:
        """The task id of the first open task of that element."""
        return next(task.task_id for task in self.run().open_tasks if task.element_id == element)

    @property
    def waiting(self) -> list[str]:
        """The elements that wait for a person or a job."""
        run = self.run()
        return [task.element_id for task in run.open_tasks] + [job.element_id for job in run.open_jobs]

    @property
    def data(self) -> Mapping[str, Any]:
        """What the instance knows."""
        return self.run().data

    def _remember(self) -> Progress:
        self.path += [f"{one.movement.value} {one.element_id}" for one in self.progress.activities]
        return self.progress
