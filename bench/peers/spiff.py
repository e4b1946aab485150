"""SpiffWorkflow doing the small request: start, compute, choose, a person answers, compute, end."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.util.task import TaskState

PROCESS = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:bench" id="bench">
  <process id="request" isExecutable="true">
    <startEvent id="start"><outgoing>f1</outgoing></startEvent>
    <scriptTask id="compute"><incoming>f1</incoming><outgoing>f2</outgoing>
      <script>available = balance // 2</script></scriptTask>
    <exclusiveGateway id="choose" default="f4"><incoming>f2</incoming><outgoing>f3</outgoing><outgoing>f4</outgoing>
    </exclusiveGateway>
    <manualTask id="person"><incoming>f3</incoming><outgoing>f5</outgoing></manualTask>
    <scriptTask id="finish"><incoming>f5</incoming><outgoing>f6</outgoing>
      <script>net = amount - 10</script></scriptTask>
    <endEvent id="end"><incoming>f6</incoming></endEvent>
    <endEvent id="refused"><incoming>f4</incoming></endEvent>
    <sequenceFlow id="f1" sourceRef="start" targetRef="compute"/>
    <sequenceFlow id="f2" sourceRef="compute" targetRef="choose"/>
    <sequenceFlow id="f3" sourceRef="choose" targetRef="person">
      <conditionExpression>amount &lt;= available</conditionExpression></sequenceFlow>
    <sequenceFlow id="f4" sourceRef="choose" targetRef="refused"/>
    <sequenceFlow id="f5" sourceRef="person" targetRef="finish"/>
    <sequenceFlow id="f6" sourceRef="finish" targetRef="end"/>
  </process>
</definitions>"""

KEPT = ("journal_mode", "synchronous")


def specification() -> Any:
    """The process, parsed once, as a server would keep it."""
    parser = BpmnParser()
    parser.add_bpmn_str(PROCESS.encode())
    return parser.get_spec("request")


def in_memory(spec: Any, times: int) -> None:
    """Run whole instances without saving any."""
    for _ in range(times):
        workflow = _started(spec)
        _answer(workflow)
        if not workflow.completed or workflow.data.get("net") != 290:
            raise RuntimeError("the request did not end as it must")


def persisted(spec: Any, times: int, path: Path, *, wal: bool) -> tuple[str, int]:
    """Save each instance where it waits, load it for the answer, and save it at its end; answers the journal mode and
    the synchronous level, as the connection that did so tells them."""
    database = sqlite3.connect(path)
    if wal:
        database.execute("pragma journal_mode=wal")
        database.execute("pragma synchronous=normal")
    database.execute("create table instance (id integer primary key, state text not null)")
    registry = BpmnWorkflowSerializer.configure()
    serializer = BpmnWorkflowSerializer(registry)
    for number in range(times):
        with database:
            state = serializer.serialize_json(_started(spec))
            database.execute("insert into instance values (?, ?)", (number, state))
        with database:
            (state,) = database.execute("select state from instance where id = ?", (number,)).fetchone()
            workflow = serializer.deserialize_json(state)
            _answer(workflow)
            state = serializer.serialize_json(workflow)
            database.execute("update instance set state = ? where id = ?", (state, number))
    (journal,), (synchronous,) = (database.execute(f"pragma {name}").fetchone() for name in KEPT)
    database.close()
    return str(journal), int(synchronous)


def _started(spec: Any) -> BpmnWorkflow:
    workflow = BpmnWorkflow(spec)
    workflow.get_next_task(state=TaskState.READY).data.update(balance=1000, amount=300)
    workflow.do_engine_steps()
    return workflow


def _answer(workflow: BpmnWorkflow) -> None:
    task = workflow.get_next_task(state=TaskState.READY, manual=True)
    task.data["approved"] = True
    task.run()
    workflow.do_engine_steps()
