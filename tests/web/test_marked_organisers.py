"""What organisers' pages say is said in their language, in every state, and so is each refusal.

All that is somebody's own is in Greek letters here: what is in Latin ones outside of the marks has
escaped.
"""

import io
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from companion.store.models import Kind, Presence, Question, Role, Status
from companion.talks import qablock
from tests.support.authenticator import Authenticator
from tests.support.clock import STARTS
from tests.support.escaped_words import escaped_words
from tests.support.factories import make_question, make_talk
from tests.support.git import git
from tests.support.marked_language import LANGUAGE, write_marked
from tests.support.organisers import ACCOUNT, CHROME, FIREFOX, PASSWORD, SIGN_IN
from tests.support.pages import Browser, Page, text_of
from tests.support.sign_in import enter
from tests.support.talks import write_talk

pytestmark = pytest.mark.slow
ORGANISE = "/talks/talk/organise"
IMPORT, PUBLISH = "/talks/talk/import", "/talks/talk/publish"
# Names: of formats, files, places, columns of data, settings and addresses.
NAMES = {
    *(
        "CSV",
        "JSON",
        "Excel",
        "Markdown",
        "PDF",
        "PNG",
        "SVG",
        "UTF",
        "London",
        "Firefox",
        "Chrome",
        "Linux",
    ),
    *("Windows", "talk", "md", "COMPANION_EMBED_PARENTS", "localhost", "http", "talks"),
    *("English", "Esperanto", "de", "la"),  # the last two: in dates
}
# What was typed; what is published and what checks of a file say is in English.
LEFT_OUT = ("import__text", "diff", "preview__page", "languages", "troubles__list")


@pytest.fixture
def marked_app(make_app, tmp_path, folder):
    write_talk(folder, title="Μέλισσες", extra="speaker: Δανάη\nlocation: Αθήνα\n", body="Α.\n")
    translations = str(write_marked(tmp_path / "translations"))
    return make_app(translations=translations, language="en", series="Σειρά")


def reading(app, role: Role | None = None, name: str = "Όλγα") -> Browser:
    browser = Browser(app)
    browser.client.set_cookie("language", LANGUAGE, domain="localhost")
    return enter(browser, role, name=name) if role else browser


@pytest.fixture
def olga(marked_app):
    return reading(marked_app, Role.ORGANISER)


def escaped(answer) -> list[str]:
    assert "⟦" in answer.text, answer.text[:500]
    return [word for word in escaped_words(answer.text, *LEFT_OUT) if word not in NAMES]


def assert_marked(browser, address: str, status: int = 200, **options):
    answer = browser.get(address, **options)
    assert answer.status_code == status, Page(answer.text).text("main")
    assert escaped(answer) == [], address
    return answer


def assert_refused(browser, address: str, said: str, form=None, status: int = 422, **options):
    """Send a form, and find why it is refused within marks."""
    answer = browser.post(address, form, **options)
    assert answer.status_code == status, Page(answer.text).text("main")
    assert escaped(answer) == [], address
    assert said in answer.text, Page(answer.text).text("main")
    return answer


def assert_done(browser, address: str, said: str, form=None, **options):
    """Send a form, and find on the next page what came of it within marks."""
    answer = browser.post(address, form, **options)
    assert answer.status_code == 303, Page(answer.text).text("main")
    after = assert_marked(browser, answer.location.partition("#")[0])
    assert f"⟦{said}" in after.text
    return after


def ask(engine, **more) -> int:
    return make_question(engine, **{"text": "Πώς;", "name": "Ελένη"} | more)


def told_in_all(engine) -> None:
    """Put what can be asked on the board, in every status, with people here."""
    for status in Status:
        ask(engine, status=status, votes=2)
    ask(engine, kind=Kind.COMMENT, text="Ναι.")
    with Session(engine) as session, session.begin():
        row = make_talk(session)
        at = STARTS + timedelta(minutes=20)
        session.add(Presence(talk_id=row.id, minute=at, worker="a", here=5))


def test_all_talks(marked_app, olga, engine, clock, folder):
    assert_marked(olga, "/organise")
    told_in_all(engine)
    write_talk(folder, "wrong", title="Σφήκες", extra="board: πολύ\nfrom: ποτέ\n")
    write_talk(folder, "none", title="Μύγες", extra="board: false\n")
    marked_app.extensions["boards"].programme.refresh()
    for minutes in (-10_000, 20, 70, 60 * 24 * 9, 60 * 24 * 90):
        clock.set_to(minutes)
        olga = reading(marked_app, Role.ORGANISER)
        assert_marked(olga, "/organise")
        assert_marked(olga, "/organise?from=2026-03-05")


def test_a_search_through_all_talks(olga, engine):
    ask(engine)
    with Session(engine) as session, session.begin():
        made = session.get_one(Question, ask(engine, status=Status.ANSWERED, detail="Πού;"))
        made.answer = "Έτσι."
    ask(engine, kind=Kind.COMMENT)
    for query in ("", "?find=Πώς", "?find=xyz", "?only=unanswered"):
        assert_marked(olga, f"/organise/questions{query}")
    for _ in range(31):
        ask(engine)
    assert_marked(olga, "/organise/questions?page=1")
    assert_marked(olga, "/organise/questions?page=2")


def test_an_export_of_all_talks_that_is_refused(olga):
    for query, status in (("csv?from=αύριο", 422), ("csv?from=2026-03-06&to=2026-03-05", 422)):
        assert_marked(olga, f"/organise/export/{query}", status)
    assert_marked(olga, "/organise/export/xyz", 404)


@pytest.mark.parametrize("minutes", [-60 * 24 * 10, -100, 20, 50, 61, 60 * 24 * 9])
@pytest.mark.parametrize("with_questions", [False, True])
def test_one_talk_at_any_time(marked_app, engine, clock, minutes, with_questions):
    clock.set_to(minutes)
    olga = reading(marked_app, Role.ORGANISER)
    if with_questions:
        told_in_all(engine)
        reading(marked_app, Role.MODERATOR, name="")
    assert_marked(olga, ORGANISE)


def test_what_is_handed_out_is_in_the_organisers_language(olga):
    page = Page(olga.get(ORGANISE).text)

    assert page.text("text-speaker").startswith(
        "⟦“Μέλισσες” by Δανάη⟧ ⟦ĵaŭdo, la 5-a de Marto 2026"
    )
    assert "⟦This link shows you the questions" in page.text("text-speaker")
    [mail] = [link for link in page.links() if "Your%20questions" in link]
    assert mail.startswith("mailto:?subject=%E2%9F%A6Your%20questions%E2%9F%A7%3A")


def test_what_is_wrong_with_a_talks_file_and_what_is_done(marked_app, olga, engine, clock, folder):
    extra = "slides_url: /s.pdf\nrecording_url: https://video.example.org/1\n"
    write_talk(folder, title="Μέλισσες", extra=extra, body="Α.\n")
    marked_app.extensions["boards"].programme.refresh()
    assert_marked(olga, ORGANISE)
    clock.set_to(61)
    ask(engine, status=Status.ANSWERED)
    olga = reading(marked_app, Role.ORGANISER)
    assert_marked(olga, ORGANISE)
    assert_done(olga, PUBLISH, "Published in", publish_form(olga))
    marked_app.extensions["boards"].programme.refresh()
    assert "⟦The questions and answers are published⟧" in assert_marked(olga, ORGANISE).text
    ask(engine, status=Status.ANSWERED)
    assert "have changed since they were published⟧" in assert_marked(olga, ORGANISE).text
    for extra in ("moderated: true\n", "moderated: false\n", "moderated: πολύ\nfrom: x\n"):
        write_talk(folder, title="Μέλισσες", extra=extra, body="Α.\n")
        marked_app.extensions["boards"].programme.refresh()
        assert_marked(olga, ORGANISE)


def test_settings_and_links_of_a_talk(olga):
    assert_done(olga, f"{ORGANISE}/links", "There is a new link", {"role": "moderator"})
    assert_refused(olga, f"{ORGANISE}/links", "⟦Choose whose link", {"role": "x"})
    assert_refused(olga, f"{ORGANISE}/settings", "⟦Choose", {"board": "x"})
    for name in ("approve_first", "requires_name", "requires_code", "ranked", "pulse", "slow"):
        olga.post(f"{ORGANISE}/settings", {name: "1"})
    for state in ("open", "votes", "closed", ""):
        olga.post(f"{ORGANISE}/settings", {"board": state})
        assert_marked(olga, ORGANISE)


def test_the_poster_is_and_its_file_is_not(olga):
    said = assert_marked(olga, "/talks/talk/poster").text

    assert "⟦ĵaŭdo, la 5-a de Marto 2026, 12:00–13:00 (London)⟧" in said
    file = olga.get("/talks/talk/poster.pdf")
    assert file.get_data().startswith(b"%PDF")
    file.close()


def test_exports_and_the_run_sheet(marked_app, olga, engine, clock):
    assert_marked(olga, "/talks/talk/runsheet")
    for _ in range(14):
        ask(engine)
    with Session(engine) as session, session.begin():
        row = make_talk(session)
        row.now_id, row.next_id, row.revision = 1, 2, row.revision + 1
        question = session.get_one(Question, 3)
        question.askers, question.pinned = 2, True
    for address in ("runsheet", "export"):
        assert_marked(olga, f"/talks/talk/{address}")
    assert_marked(olga, "/talks/talk/export/xyz", 404)
    assert_marked(olga, "/talks/talk/export/csv?only=x", 404)
    grace = reading(marked_app, Role.MODERATOR)
    assert_marked(grace, "/talks/talk/export/csv?declined=1", 403)


@pytest.mark.parametrize("minutes", [-60 * 24 * 10, 20, 61, 60 * 24 * 9])
def test_a_report(marked_app, engine, clock, minutes):
    clock.set_to(minutes)
    olga = reading(marked_app, Role.ORGANISER)
    assert_marked(olga, "/talks/talk/report")
    told_in_all(engine)
    answered = [ask(engine, status=Status.ANSWERED) for _ in range(6)]
    with Session(engine) as session, session.begin():
        for at, number in enumerate(answered):
            session.get_one(Question, number).answered_at = STARTS + timedelta(minutes=at)
    assert_marked(olga, "/talks/talk/report")
    assert "<title" in assert_marked(olga, "/talks/talk/report/votes.svg").text


def publish_form(browser: Browser, do: str = "publish") -> dict[str, str]:
    page = Page(browser.get(PUBLISH).text)
    return {**page.form_to("/publish").fields, "do": do}


def test_publishing_in_every_state(olga, engine, folder):
    assert_marked(olga, PUBLISH)
    first = ask(engine)
    assert_marked(olga, PUBLISH)
    assert_marked(olga, f"{PUBLISH}?comments=1")
    assert_refused(olga, PUBLISH, "⟦The file or the board has changed", {"expected_version": "x"})
    assert_done(olga, PUBLISH, "Published in talk.md.", publish_form(olga))
    with Session(engine) as session, session.begin():
        session.get_one(Question, first).status = Status.DECLINED
    assert_marked(olga, PUBLISH)
    text = (folder / "talk.md").read_text().replace(qablock.CLOSING, "")
    (folder / "talk.md").write_text(text)
    assert_marked(olga, PUBLISH, 422)
    (folder / "talk.md").unlink()
    assert_marked(olga, PUBLISH, 422)


def test_committing(olga, engine, folder):
    ask(engine)
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", "--all")
    git(folder, *("-c", "user.name=Grace", "-c", "user.email=grace@example.org"), "commit", "-qmx")
    assert_marked(olga, PUBLISH)
    git(folder, "checkout", "--quiet", "--detach")
    assert_refused(olga, PUBLISH, "is on no branch", publish_form(olga, "commit"))
    git(folder, "checkout", "--quiet", "main")
    assert_marked(olga, PUBLISH)
    form = publish_form(olga, "commit")
    answer = olga.post(PUBLISH, form)
    assert answer.status_code == 303
    assert "⟦Committed as" in olga.get(answer.location).text
    assert_done(olga, PUBLISH, "It was committed already.", form)


HOME, WHERE, WHY = ("Πώς βρίσκουν σπίτι;", "Πού πάνε τον χειμώνα;", "Γιατί χορεύουν τόσο;")
LISTS = (
    f"- {HOME}\n  Πού;\n- {HOME}\n\nΜεταξύ\n\n- {WHY}",
    f"question,name,votes,kind\n{HOME},Ελένη,3,comment\n1234567890,Ελένη,1,question\n"
    f"{WHERE} ε@ε.ελ,Ελένη,2,question\n{WHERE},,1,poll\n,,1,question\n",
    f"Ώρα;Πρόσωπο;Λόγος\n1;Ελένη;{HOME}\n2;Ελένη;{WHERE}\n",
    f'question,name\n{HOME},Ελένη,πολύ\n"{WHERE}\nκαι;"\nΠώς;,Ελένη\n',
    f'{{"questions": [{{"text": "{HOME}", "kind": "comment", "status": "declined"}}]}}',
)


@pytest.mark.parametrize("text", LISTS)
def test_looking_at_what_is_brought_in(olga, engine, text):
    ask(engine, text=WHY)
    assert_marked(olga, IMPORT)

    answer = olga.post(IMPORT, {"text": text, "do": "look"})

    assert answer.status_code == 200
    # The names of columns, and what stands there for an address that was left out.
    named = {*("question", "name", "votes", "kind", "author", "asked_by"), "mail", "address"}
    known = named | {"left", "out"}
    escapes = [word for word in escaped(answer) if word not in known]
    assert escapes == []


def test_a_file_that_does_not_say_how_to_read_it(olga):
    file = (io.BytesIO(f"{HOME}\n{WHERE}".encode("cp1253")), "a.txt")

    answer = olga.post(IMPORT, {"do": "look", "file": file}, content_type="multipart/form-data")

    assert answer.status_code == 200
    assert "⟦This file is not UTF-8, and does not say what it is. It was read as ⟦" in answer.text
    assert escaped(answer) == []
    wrong = {"text": "Πώς;", "do": "look", "decoded_as": "cp1253", "encoding": "cp874"}
    assert_refused(olga, IMPORT, "It cannot be read as ⟦Thai", wrong)


def test_adding(olga, engine):
    text = f"- {HOME}\n- {WHERE}"
    page = Page(olga.post(IMPORT, {"text": text, "do": "look"}).text)
    form = {**page.form_to("/import").fields, "do": "add"}
    assert form["name"] == "⟦the organisers⟧"
    assert_refused(olga, IMPORT, "⟦Tick at least one", {**form, "rows": []})
    assert_refused(olga, IMPORT, "⟦The text is not the one", {**form, "text": f"- {WHY}"})
    answer = olga.post(IMPORT, {**form, "rows": ["1", "2"]})
    assert "⟦Added 2.⟧" in olga.get(answer.location).text
    answer = olga.post(IMPORT, {**form, "rows": ["1", "2"]})
    assert "⟦These have been added already.⟧" in olga.get(answer.location).text
    again = {**form, "name": "ω" * 61, "rows": ["1"]}
    assert "⟦⟦Line 1⟧: " in olga.post(IMPORT, again).text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n" * 20_001,
        f"- {HOME}\n" * 501,
        "<!doctype html>",
        "# Μέλισσες\n\n3 asked · 2 answered\n",
        "[1]",
        'question,name\n"Πώς;,Ελένη\n',
    ],
)
def test_what_cannot_be_brought_in(olga, text):
    said = olga.post(IMPORT, {"text": text, "do": "look"})
    assert said.status_code == 422
    assert escaped(said) == []


def test_what_is_no_text_or_too_much(olga):
    for content in (b"%PDF", b"\0" * 9):
        form = {"do": "look", "file": (io.BytesIO(content), "a.txt")}
        answer = olga.post(IMPORT, form, content_type="multipart/form-data")
        assert (answer.status_code, escaped(answer)) == (422, [])
    answer = olga.post(IMPORT, {"text": "x" * 1_200_000, "do": "look"})
    assert (answer.status_code, escaped(answer)) == (413, [])
    form = {"text": "α\nβ", "do": "look", "shape": "table"}
    assert escaped(olga.post(IMPORT, form)) == []


def first_of(app) -> Browser:
    """Return the browser of who came by the server's own link."""
    browser = reading(app)
    secret = app.extensions["moderation"].invite().partition("#")[2]
    assert browser.post("/enter", {"token": secret}).status_code == 303
    return browser


def test_an_account_from_the_first_link_on(marked_app, clock):
    olga = first_of(marked_app)
    assert_marked(olga, "/organise")
    assert_marked(olga, ACCOUNT)
    for name in ("", "ω" * 61):
        assert_refused(olga, ACCOUNT, "⟦", {"name": name})
    answer = olga.post(f"{ACCOUNT}/passkeys/challenge")
    assert answer.text.startswith("⟦Say first")
    assert_refused(olga, f"{ACCOUNT}/password", "⟦Say first", passwords(PASSWORD))
    assert_done(olga, ACCOUNT, "You have an account", {"name": "Όλγα"})
    assert_refused(olga, ACCOUNT, "⟦You have an account already", {"name": "Όλγα"})
    for password in ("short", "ω" * 201):
        assert_refused(olga, f"{ACCOUNT}/password", "⟦A password", passwords(password))
    different = {"password": PASSWORD, "again": "another"}
    assert_refused(olga, f"{ACCOUNT}/password", "⟦The two passwords", different)
    assert_done(olga, f"{ACCOUNT}/password", "Your password is kept", passwords(PASSWORD))
    assert_done(olga, f"{ACCOUNT}/password", "Your new password", passwords(PASSWORD))
    assert_refused(olga, f"{ACCOUNT}/password", "⟦You could not", {"do": "drop"})


def passwords(password: str) -> dict[str, str]:
    return {"password": password, "again": password}


def with_account(app) -> Browser:
    olga = first_of(app)
    olga.post(ACCOUNT, {"name": "Όλγα"})
    olga.post(f"{ACCOUNT}/password", passwords(PASSWORD))
    return olga


def test_passkeys(marked_app):
    olga, device = with_account(marked_app), Authenticator()
    assert_refused(olga, f"{ACCOUNT}/passkeys", "⟦That took too long", {"answer": "x"})
    asked = olga.post(f"{ACCOUNT}/passkeys/challenge").get_json()
    assert_refused(olga, f"{ACCOUNT}/passkeys", "⟦That passkey was not", {"answer": "x"})
    answer = {"answer": device.make(asked)}
    agent = {"User-Agent": FIREFOX}
    after = assert_done(olga, f"{ACCOUNT}/passkeys", "Your passkey", answer, headers=agent)
    assert "⟦Made with ⟦Firefox on Linux⟧⟧" in after.text
    assert_done(olga, f"{ACCOUNT}/password", "You have no password now.", {"do": "drop"})
    gone = {"passkey": Page(after.text).form_to("/passkeys/remove").fields["passkey"]}
    assert_refused(olga, f"{ACCOUNT}/passkeys/remove", "⟦You could not", gone)
    olga.post(f"{ACCOUNT}/password", passwords(PASSWORD))
    assert_done(olga, f"{ACCOUNT}/passkeys/remove", "That passkey is removed.", gone)


def test_sign_ins(marked_app, clock):
    olga, other = with_account(marked_app), reading(marked_app)
    assert_marked(other, SIGN_IN)
    assert_refused(other, SIGN_IN, "⟦This name and", {"name": "Όλγα", "password": "x"})
    clock.now += timedelta(minutes=1)
    mac = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Safari/605.1.15"
    form = {"name": "Όλγα", "password": PASSWORD}
    for agent in (CHROME, mac, "curl"):
        assert other.post(SIGN_IN, form, headers={"User-Agent": agent}).status_code == 303
    ends, confirms = f"{ACCOUNT}/sign-ins/end", f"{ACCOUNT}/sign-ins/confirm"
    assert_marked(other, ACCOUNT)
    assert "on ⟦a Mac⟧⟧" in assert_marked(olga, "/organise").text.replace("Safari", "")
    assert_refused(other, confirms, "⟦This browser is new", {"which": "2"})
    assert_refused(olga, ends, "⟦This sign-in has ended", {"which": "99"})
    assert_done(olga, ends, "That sign-in has ended.", {"which": "4"})
    assert_done(olga, ends, "That sign-in has ended. Who", {"which": "3", "was": "unknown"})
    assert olga.post(confirms, {"which": "2"}).status_code == 303
    assert_marked(olga, "/organise")
    assert_done(olga, ends, "All others have ended.", {"which": "others"})


def test_invitations(marked_app, clock):
    olga, invite = with_account(marked_app), f"{ACCOUNT}/organisers"
    said = olga.post(invite, {"name": "Ιβάν"})
    assert "⟦The link for Ιβάν⟧" in said.text
    assert escaped(said) == []
    assert_refused(olga, invite, "⟦Write a name", {"name": ""})
    assert_refused(olga, invite, "Όλγα is an organiser already", {"name": "Όλγα"})
    page = Page(said.text)
    ivan = reading(marked_app)
    secret = page.element("new-link").get("value").partition("#")[2]
    ivan.post("/enter", {"token": secret})
    assert_marked(olga, ACCOUNT)
    assert_marked(ivan, ACCOUNT)
    page = Page(olga.post(invite, {"name": "Ρέα"}).text)
    clock.now += timedelta(days=8)
    olga = reading(marked_app)
    olga.post(SIGN_IN, {"name": "Όλγα", "password": PASSWORD})
    assert "⟦has not come; the link has ended⟧" in assert_marked(olga, ACCOUNT).text
    form = page.form_to("/organisers/revoke").fields
    assert_done(olga, f"{invite}/revoke", "That link is void.", form)


def test_without_passkeys(marked_app, monkeypatch):
    monkeypatch.setattr("companion.web.passkeys.are_offered", lambda: False)
    olga = with_account(marked_app)
    assert "⟦None can be added here" in assert_marked(olga, ACCOUNT).text
    assert_marked(olga, SIGN_IN)
    assert escaped(olga.post(f"{ACCOUNT}/passkeys")) == []


def test_versions_of_a_page_say_what_was_done_and_by_whom(marked_app, folder):
    nameless = reading(marked_app, Role.ORGANISER, name="")
    form = nameless.page(f"{ORGANISE}/edit").form_to("/edit")
    text = (folder / "talk.md").read_text()
    assert nameless.submit(form, text=f"{text}Β.\n", do="save").status_code == 303
    oldest = [each for each in nameless.page(f"{ORGANISE}/versions").links() if "version=" in each]
    shown = nameless.page(oldest[-1])
    assert nameless.submit(shown.form_to("/versions")).status_code == 303

    page = Page(assert_marked(nameless, f"{ORGANISE}/versions").text)

    said = [text_of(what) for what in page.classed("versions__what")]
    assert said == [
        "⟦An organiser⟧ · ⟦Put back talk.md⟧",
        "⟦An organiser⟧ · ⟦Edit talk.md⟧",
        "⟦As it was on the disk⟧",
    ]
    assert_marked(nameless, oldest[-1])
    assert "⟦put back a version of the page⟧" in assert_marked(nameless, ORGANISE).text
