import io
import json
import logging
from typing import Any

import pytest

from morello.app.logs.form import for_machines, for_people
from morello.kernel.caller import Call
from morello.kernel.principal import LOCAL_PRINCIPAL
from morello.pipeline.observe.trace import Trace

HOSTILE = 'one\n{"log.level": "info", "message": "forged"}\r\x1b[2J\u2028two\u202e'


def written(form: logging.Formatter, *given: Any, **named: Any) -> str:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(form)
    logger = logging.getLogger("morello.test_form")
    logger.propagate, logger.handlers = False, [handler]
    logger.error(*given, **named)
    return stream.getvalue()


def test_a_line_is_one_object_in_the_schema() -> None:
    text = written(
        for_machines("api"),
        "call %s",
        HOSTILE,
        extra={"said": {"call": "1", "tool": HOSTILE, "code": "busy", "elapsed_ms": 1.5}},
    )
    assert text.count("\n") == 1
    line = json.loads(text)
    assert line["message"] == f"call {HOSTILE}"
    assert (line["log.level"], line["service.name"]) == ("error", "morello-api")
    assert line["labels"] == {"call": "1", "tool": HOSTILE, "code": "busy"}
    assert line["event.duration"] == 1_500_000
    assert line["@timestamp"].endswith("+00:00")


def test_nothing_begins_a_line_or_moves_the_cursor_on_a_terminal() -> None:
    text = written(for_people(), "call %s", HOSTILE, extra={"said": {"tool": HOSTILE}})
    assert text.count("\n") == 1
    assert "\x1b[2J" not in text
    assert not {"\r", "\u2028", "\u202e"} & set(text)


@pytest.mark.parametrize("form", [for_machines("api"), for_people()])
def test_a_traceback_is_there_without_its_secrets(form: logging.Formatter) -> None:
    try:
        int("password=hunter2 of ada@example.com \x1b[2J")
    except ValueError as error:
        text = written(form, "broke", exc_info=error)
    assert "ValueError" in text
    assert "test_form.py" in text
    assert "hunter2" not in text
    assert "ada@" not in text
    assert "\x1b[2J" not in text


def test_whatever_is_written_in_a_call_names_it() -> None:
    call = Call(tool="data.list", given={}, principal=LOCAL_PRINCIPAL)
    trace = Trace.begin(call)
    inside = json.loads(written(for_machines("api"), "something"))
    trace.end()
    after = json.loads(written(for_machines("api"), "something"))
    assert inside["labels"] == {"call": str(call.call_id), "tool": "data.list"}
    assert inside["organization.id"] == str(LOCAL_PRINCIPAL.organization_id)
    assert inside["trace.id"] == call.call_id.hex
    assert "labels" not in after


def test_half_a_character_does_no_harm() -> None:
    assert json.loads(written(for_machines("api"), "\ud800"))["message"] == "\ud800"
