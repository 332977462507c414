"""Tonight's message, through real servers on this machine: mail, webhooks, and servers that refuse or are not there."""

from __future__ import annotations

import json
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from complaints.run.night import Night
from complaints.settings import Notify, Settings
from reports.notify import notify
from reports.stage import Stage


class Mailbox(socketserver.StreamRequestHandler):
    """As much of SMTP (RFC 5321) as a client without extensions speaks."""

    def handle(self) -> None:
        def say(line: str) -> None:
            self.wfile.write(f"{line}\r\n".encode())

        say("220 test")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                say("354 go on")
                body = b""
                while (part := self.rfile.readline()) != b".\r\n":
                    body += part
                self.server.received.append(body)  # type: ignore[attr-defined]
            say("250 ok" if verb != b"QUIT" else "221 bye")


class Hook(BaseHTTPRequestHandler):
    answer = b"{}"

    def do_POST(self) -> None:
        self.server.received.append(self.rfile.read(int(self.headers["Content-Length"])))  # type: ignore[attr-defined]
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.answer)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class Refusing(Hook):
    answer = b'{"errcode": 93000, "code": 19001}'


@contextmanager
def serving(server: socketserver.TCPServer) -> Iterator[tuple[int, list[bytes]]]:
    server.received = []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1], server.received  # type: ignore[attr-defined]
    finally:
        server.shutdown()
        server.server_close()


def asking(night: Night, **wanted: Any) -> Night:
    return replace(night, settings=Settings(notify=Notify(site_url="https://plant.example/site/", **wanted)))


def test_a_mail_brings_the_five_lines_and_the_link(night: Night) -> None:
    with serving(socketserver.TCPServer(("127.0.0.1", 0), Mailbox)) as (port, received):
        sent = notify(asking(night, mail_to=["a@plant.example"], smtp_host="127.0.0.1", smtp_port=port))
    assert sent == (1, 0)
    mail = message_from_bytes(received[0], policy=policy.default)
    text = mail.get_content()
    assert mail["To"] == "a@plant.example"
    assert [line.partition("：")[0] for line in text.splitlines() if "：" in line][-5:] == [
        "投诉", "问题", "预警", "工位", "数据",
    ]  # fmt: skip
    assert text.strip().endswith("https://plant.example/site/")


@pytest.mark.parametrize("kind", ["generic", "wecom", "dingtalk", "feishu"])
def test_a_webhook_gets_the_form_of_its_service(night: Night, kind: str) -> None:
    with serving(HTTPServer(("127.0.0.1", 0), Hook)) as (port, received):
        sent = notify(asking(night, webhook=f"http://127.0.0.1:{port}/hook", webhook_kind=kind))
    assert sent == (1, 0)
    body = json.loads(received[0])
    text = "\n".join(body["lines"]) if kind == "generic" else (body.get("text") or body["content"]).popitem()[1]
    assert "投诉：" in text and "工位：" in text


@pytest.mark.parametrize("kind", ["wecom", "dingtalk", "feishu"])
def test_a_service_that_refuses_is_counted_as_failed(night: Night, kind: str) -> None:
    with serving(HTTPServer(("127.0.0.1", 0), Refusing)) as (port, _):
        assert notify(asking(night, webhook=f"http://127.0.0.1:{port}/", webhook_kind=kind)) == (0, 1)


def test_a_server_that_is_not_there_does_not_fail_the_night(night: Night) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    report = Stage().run(asking(night, mail_to=["a@plant.example"], smtp_host="127.0.0.1", smtp_port=port))
    assert (report.counts["messages sent"], report.counts["messages failed"]) == (0, 1)
    assert (night.workspace.site / "index.html").is_file()


def test_the_log_of_a_failure_holds_no_address(night: Night, tmp_path: Path) -> None:
    from complaints.run_log import RunLog

    log = RunLog(tmp_path / "log.jsonl", "R1")
    hook = "http://127.0.0.1:9/secret-token"
    notify(replace(asking(night, webhook=hook, mail_to=["a@plant.example"], smtp_port=9), log=log))
    text = (tmp_path / "log.jsonl").read_text(encoding="utf-8")
    assert "message failed" in text
    assert "secret" not in text and "plant.example" not in text


def test_nothing_is_sent_unless_asked(night: Night) -> None:
    assert notify(night) == (0, 0)
    assert "messages sent" not in Stage().run(night).counts


def test_a_night_that_changed_nothing_sends_nothing_again(night: Night) -> None:
    with serving(HTTPServer(("127.0.0.1", 0), Hook)) as (port, received):
        asked = asking(night, webhook=f"http://127.0.0.1:{port}/")
        Stage().run(asked)
        Stage().run(asked)
    assert len(received) == 1
