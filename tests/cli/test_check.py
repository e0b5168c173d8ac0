"""`companion talks check` says of each page whether it is in order, and where it is not."""

import json

import pytest

from tests.support.talks import write_talk

pytestmark = pytest.mark.slow


def test_a_page_in_order_is_said_to_be(run):
    result = run("talks", "check")

    assert (result.exit_code, result.stderr) == (0, "Every page is in order.\n")
    head, row, totals = result.stdout.splitlines()
    assert head.split()[:4] == ["FILE", "ADDRESS", "WHEN", "TITLE"]
    assert row.startswith("talk.md  /talks/talk  Thursday 5 March 2026, 12:00–13:00 (London)")
    assert row.endswith("title: title:2; when: from:4, to:5, date:3")
    assert totals.startswith("1 talk shown: ")


def test_every_page_has_a_line_broken_ones_too_and_all_are_counted(run, folder):
    (folder / "2026").mkdir()
    (folder / "2026" / "README.md").write_text("Just text")
    write_talk(folder / "2026", "talk", extra="speakers: [Ada, Bo]\nzoom: https://zoom.us/j/99\n")
    write_talk(folder, "later", extra="draft: true\nrecording_url: https://vimeo.com/12345\n")
    write_talk(folder, "seen", extra="recording_url: https://vimeo.com/12345\nsite: x\nfrom: x\n")
    write_talk(folder, "broken", front="title: Late\ndate: soon\n")

    result = run("talks", "check")

    *_, head, talk, broken, later, seen, second, others, totals = result.stdout.splitlines()
    assert result.exit_code == 1
    assert head.split("  ")[0] == "FILE"
    assert broken.split() == ["broken.md", "(broken)", "1", "error"]
    assert later.split()[:2] == ["later.md", "(private)"]
    assert seen.split()[:2] == ["seen.md", "/talks/seen"]
    assert "https://vimeo.com/12345" in seen
    assert second.split()[:2] == ["talk.md", "/talks/talk"]
    assert talk.split()[:2] == ["2026/talk.md", "/talks/2026-talk"]
    assert "Ada, Bo" in talk
    assert "https://zoom.us/j/99" in talk
    assert others == "1 page without a day, taken for no talk: 2026/README.md"
    assert totals.startswith("3 talks shown: ")
    assert totals.endswith(
        "1 with a speaker, 1 with a meeting link, 1 with a recording. "
        "Not shown: 1 private, 1 broken."
    )


def test_the_report_is_there_for_programs_too(run, folder):
    broken = write_talk(folder, "broken", front="title: Late\ndate: soon\n")
    write_talk(folder, "talk", extra="speaker: Ada\ntags: [bees]\n")

    result = run("talks", "check", "--json")

    report = json.loads(result.stdout)
    assert (result.exit_code, result.stderr) == (1, "")
    bad, good = report["talks"]
    assert bad == {"file": "broken.md", "state": "broken", "errors": 1, "warnings": 0}
    assert (good["slug"], good["state"], good["address"]) == ("talk", "shown", "/talks/talk")
    assert (good["starts"], good["timezone"]) == ("2026-03-05T12:00:00+00:00", "Europe/London")
    assert (good["speakers"], good["tags"], good["meeting_url"]) == (["Ada"], ["bees"], None)
    [problem] = report["problems"]
    assert (problem["file"], problem["line"], problem["kind"]) == (broken.name, 3, "error")
    assert report["totals"]["shown"] == report["totals"]["broken"] == 1


def test_two_files_for_one_address_are_told_apart(run, folder):
    write_talk(folder, "Talk")

    result = run("talks", "check", "--json")

    first, second = json.loads(result.stdout)["talks"]
    assert (first["file"], first["state"], second["file"], second["state"]) == (
        *("Talk.md", "shown", "talk.md", "broken"),
    )
    assert result.exit_code == 1


def test_a_folder_without_a_talk_says_so_and_where_some_may_be(run, folder):
    (folder / "talk.md").unlink()
    (folder / "README.md").write_text("Just text")
    (folder / "_talks").mkdir()
    write_talk(folder / "_talks")

    result = run("talks", "check")

    assert (result.exit_code, result.stderr) == (1, "")
    assert result.stdout.splitlines() == [
        "1 page without a day, taken for no talk: README.md",
        f"There is no talk in {folder}.",
        f"There are pages in {folder / '_talks'}: 1; name that folder instead.",
    ]


def test_a_broken_page_is_named_by_file_and_line_and_fails(run, folder):
    broken = write_talk(folder, "broken", front="title: Late\ndate: soon\n")
    undated = write_talk(folder, "undated", front="title: Never\n")

    result = run("talks", "check")

    assert (result.exit_code, result.stderr) == (1, "2 errors\n")
    found = [line.split(": ", 2) for line in result.stdout.splitlines()[:2]]
    assert [(place, kind) for place, kind, _reason in found] == [
        (f"{broken}:3", "error"),
        (f"{undated}:1", "error"),
    ]
    assert all(reason for *_, reason in found)


def test_a_warning_does_not_fail(run, folder):
    frame = '<iframe src="https://www.youtube.com/embed/aaaaaaaaaaa"></iframe>\n'
    write_talk(folder, extra="location: Zoom\n", body=frame)

    result = run("talks", "check", str(folder))

    assert result.exit_code == 0
    assert ": warning: " in result.stdout
    assert "warning" in result.stderr


def test_check_takes_another_folder(run, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    write_talk(other, front="title: Never\n")

    assert run("talks", "check").exit_code == 0
    assert run("talks", "check", str(other)).exit_code == 1
