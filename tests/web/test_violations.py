"""Reports of what a page tried against its policy are noted, in few words and not too often."""

import logging

import pytest

LOG = "companion.web.violations"
SITE = "http://localhost:8000"


@pytest.fixture
def sent(app, caplog):
    """Return what sends a report, and gives the answer's status and what was logged."""
    caplog.set_level(logging.WARNING, LOG)
    client = app.test_client()

    def send(report, kind="application/csp-report"):
        caplog.clear()
        answer = client.post("/csp", json=report, base_url=SITE, content_type=kind)
        lines = [record.getMessage() for record in caplog.records if record.name == LOG]
        return answer.status_code, lines

    return send


def old_report(**body):
    usual = {"document-uri": f"{SITE}/talks/talk", "effective-directive": "script-src-elem"}
    return {"csp-report": usual | {name.replace("_", "-"): value for name, value in body.items()}}


def new_report(**body):
    usual = {"documentURL": f"{SITE}/talks/talk", "effectiveDirective": "img-src"}
    return {"type": "csp-violation", "body": usual | body}


def test_both_shapes_of_report_are_a_line_each(sent):
    evil = "https://evil.example/steal?what=everything"

    assert sent(old_report(blocked_uri=evil)) == (
        204,
        ["script-src-elem kept pages.talk from https://evil.example"],
    )
    assert sent([new_report(blockedURL=evil), new_report(blockedURL="inline")]) == (
        204,
        [
            "img-src kept pages.talk from https://evil.example",
            "img-src kept pages.talk from inline",
        ],
    )


@pytest.mark.parametrize(
    "body",
    [
        {"blocked_uri": "https://evil.example\nCRITICAL all is lost"},
        {"blocked_uri": "https://ada:secret@evil.example:99999999/?token=secret#secret"},
        {"effective_directive": "img-src\nsecret", "blocked_uri": "x" * 60_000},
        {"document_uri": f"{SITE}/enter?secret", "blocked_uri": "https://[secret"},
        {"document_uri": 7, "effective_directive": None, "blocked_uri": {"secret": 1}},
    ],
)
def test_a_report_brings_nothing_of_its_own_into_the_log(sent, body):
    code, lines = sent(old_report(**body))

    assert (code, len(lines)) == (204, 1)
    assert len(lines[0]) < 120
    assert not {"secret", "CRITICAL", "\n"} & {
        word for word in ("secret", "CRITICAL", "\n") if word in lines[0]
    }


@pytest.mark.parametrize(
    "report", [None, [], {}, "x", 1, [[]], {"csp-report": "x"}, [{"body": []}]]
)
def test_what_is_no_report_is_nothing(sent, report):
    assert sent(report) == (204, [])


def test_nobody_fills_the_log(sent):
    answers = [sent([new_report(blockedURL="inline")] * 50) for _ in range(6)]

    assert [code for code, _ in answers] == [204, 204, 204, 204, 429, 429]
    assert sum(len(lines) for _, lines in answers) == 20
