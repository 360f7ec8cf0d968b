"""The optional extra that asks a model, against a server on this machine that answers as the interface says."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from innocity.actions.ask_model import RULE, Endpoint, ask_model, unread
from innocity.cli.main import app
from innocity.core.errors import InnoCityError
from innocity.engines.reading.pipeline import read

pytest.importorskip("httpx")
READ = "对新认定的省级中心，给予50万元奖励。"
UNREAD = "凡在本市落户的检测机构由财政出钱送上贺金8万元。"
TEXT = f"{READ}\n{UNREAD}\n"
Answer = Callable[[str], str]


class Server:
    """What was asked, and how to answer."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.answer: Answer = lambda sentence: json.dumps({"benefits": []})
        self.status = 200
        self.url = ""


@pytest.fixture
def server() -> Iterator[Server]:
    told = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            told.asked.append(body)
            told.keys.append(self.headers.get("Authorization"))
            content = told.answer(body["messages"][-1]["content"])
            raw = json.dumps({"choices": [{"message": {"content": content}}]}).encode()
            self.send_response(told.status)
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *args: object) -> None:
            pass

    http = HTTPServer(("127.0.0.1", 0), Handler)
    told.url = f"http://127.0.0.1:{http.server_port}/v1"
    thread = threading.Thread(target=http.serve_forever, args=(0.01,), daemon=True)  # seconds until it sees the end
    thread.start()
    yield told
    http.shutdown()
    http.server_close()
    thread.join()


def proposal(quote: str, value: float | None = 80000, **more: Any) -> str:
    amounts = [{"value_yuan": value}] if value is not None else []
    return json.dumps({"benefits": [{"quote": quote, "subject": "检测机构", "amounts": amounts, **more}]})


def asked(server: Server, text: str = TEXT) -> Any:
    return ask_model(text, read(text), Endpoint(server.url, "small", "secret"))


def test_only_sentences_that_no_rule_has_read_are_sent(server: Server) -> None:
    asked(server)
    assert [a["messages"][-1]["content"] for a in server.asked] == [UNREAD[:-1]]
    assert server.asked[0]["model"] == "small" and server.keys == ["Bearer secret"]
    assert [TEXT[a:b] for a, b in unread(TEXT, read(TEXT))] == [UNREAD[:-1]]


def test_a_proposal_is_marked_and_trusted_less_than_the_rules(server: Server) -> None:
    server.answer = lambda sentence: f"```json\n{proposal(sentence)}\n```"
    reading = asked(server)
    (rule,) = read(TEXT).benefits
    (model,) = [b for b in reading.benefits if b.rule == RULE]
    assert rule in reading.benefits and model.confidence < rule.confidence
    assert TEXT[model.start : model.end] == UNREAD[:-1] and model.amounts[0].value_yuan == 80000


@pytest.mark.parametrize(
    "answer",
    [
        lambda s: proposal(s, 90000),  # a number that the sentence does not hold
        lambda s: proposal("对所有企业给予8万元"),  # a quote that is none
        lambda s: proposal(READ[:-1], 500000),  # another sentence
        lambda s: json.dumps({"benefits": [7, {"quote": ""}, {"quote": s, "amounts": [{"value_yuan": True}]}]}),
    ],
)
def test_what_the_sentence_does_not_say_is_dropped(server: Server, answer: Answer) -> None:
    server.answer = answer
    assert asked(server) == read(TEXT)


@pytest.mark.parametrize("answer", ["没有", "[]", '{"benefits": 3}', "{" * 5000])
def test_an_answer_of_another_form_is_an_error(server: Server, answer: str) -> None:
    server.answer = lambda sentence: answer
    with pytest.raises(InnoCityError, match="E-MODEL-ANSWER"):
        asked(server)


def test_a_server_that_fails_or_is_not_there_is_an_error(server: Server) -> None:
    server.status = 500
    with pytest.raises(InnoCityError, match="E-MODEL-REACH"):
        asked(server)
    with pytest.raises(InnoCityError, match="E-MODEL-REACH"):
        ask_model(TEXT, read(TEXT), Endpoint("http://127.0.0.1:1/v1", "small", seconds=2))


@pytest.mark.parametrize("mark", ["机密★10年", "内部资料"])
def test_a_marked_document_is_not_sent(server: Server, mark: str) -> None:
    with pytest.raises(InnoCityError, match="E-MODEL-MARKED"):
        asked(server, f"{mark}\n{TEXT}")
    assert server.asked == []


def test_the_command_asks_only_when_told(server: Server, tmp_path: Path) -> None:
    server.answer = proposal
    path = tmp_path / "a.txt"
    path.write_text(TEXT, "utf-8")
    assert len(json.loads(CliRunner().invoke(app, ["read", str(path), "--json"]).stdout)["benefits"]) == 1
    assert server.asked == []
    told = CliRunner().invoke(app, ["read", str(path), "--json", "--ask-model", server.url])
    assert [b["rule"] for b in json.loads(told.stdout)["benefits"]][-1] == RULE
