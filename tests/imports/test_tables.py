"""Tables of other tools, forms and people, in many languages: what is a question in them."""

import pytest
from sqlalchemy.orm import Session

from companion import imports
from companion.errors import Refused
from companion.imports import RowDefaults, decoded, read

pytestmark = pytest.mark.slow

ASKED = ["How large is the model, roughly?", "Will slides be shared after the talk?"]
ONE, TWO = ASKED
ADDRESS = "ada@example.org"


def look(engine, text, picks=None):
    with Session(engine) as session:
        reading = read(text, "", picks)
        return imports.look(session, "talk", reading, RowDefaults(name=""), "token-of-the-test")


def found(text):
    return [(row.text, row.name) for row in read(text).rows]


WEBINAR = f"""Q&A Report
Report Generated:,"Nov 20, 2027 10:00 AM"
Topic,Webinar ID,Actual Start Time,Actual Duration (minutes),# Question
"Bees",800 0000 0000,"Nov 19, 2027 12:00 PM",60,3
Question Details
#,Question,Asker Name,Asker Email,Answer(s)
1,"{ONE}",Ada Example,{ADDRESS},"About seven billion"
,,,,"A second answer to the same one"
2,"{TWO}",Anonymous Attendee,,
"""
EVENT = f"""Source,Type,Identity,Timestamp,Content,Upvotes
Q&A,Question,Ada Example,2027-11-19T12:00:00Z,"{ONE}",3
Q&A,Reply,Grace Example,2027-11-19T12:01:00Z,"Seven billion parameters it is",0
Q&A,Question,Bob Example,2027-11-19T12:02:00Z,"{TWO}",1
"""
SESSION = f"""Session Name:\tBees\nSession Date:\t2027-11-19
\nQuestion\tFirst Name\tLast Name\tEmail\tAsked At\tAnswered By\tAnswer
{ONE}\tAda\tExample\t{ADDRESS}\t12:01 PM\tGrace\tSeven
{TWO}\tBob\tExample\tbob@example.org\t12:03 PM\t\t
"""
ORGANISER = f"""Attendee Report\n\nQuestions asked by attendees
Attendee Name;Email Address;Question Asked;Answer;Date/Time
Ada;{ADDRESS};{ONE};Seven;19.11.2027 12:00
Bob;bob@example.org;{TWO};;19.11.2027 12:01
Poll Report
#;Poll Question;Number of answers
1;What is your favourite bee of all?;12
"""
BOARD = f"""Question ID,Question text,Author,Author email,Score,Labels,Status,Parent ID
1,"{ONE}",Ada,{ADDRESS},12,flight,open,
2,"It is seven billion, as far as I know",Grace,,0,,open,1
3,"{TWO}",Bob,,3,,open,
"""
PRESENTATION = f"""Session,1,,
Date,19.11.2027,,
Slide,Type,Question,Participant
7,qna,"{ONE}",Ada
7,poll,"What is your favourite bee of all?",
7,qna,"{TWO}",Bob
"""


@pytest.mark.parametrize("report", [WEBINAR, EVENT, SESSION, ORGANISER, BOARD, PRESENTATION])
def test_of_a_tools_report_the_questions_alone_are_ticked(engine, report):
    preview = look(engine, report)

    ticked = [row.draft for row in preview.rows if row.ticked]
    assert [draft.text for draft in ticked] == ASKED
    assert ticked[0].name.startswith("Ada")
    assert ticked[1].name in ("", "Bob", "Bob Example")
    assert "@" not in str([row.draft for row in preview.rows])


def test_what_stands_around_a_table_is_said_to_be_left_out(engine):
    notes = " ".join(look(engine, WEBINAR).notes)
    assert "What stands above the row with the columns' names is left out." in notes
    assert "Left out, with no question in it: 1 row." in notes
    assert "Not taken over: #, Asker Email, Answer(s)." in notes

    notes = " ".join(look(engine, ORGANISER).notes)
    assert "Left out, from another table or list: 3 rows." in notes


HEADERS = [
    *("Frage;Name;Stimmen", "Fragen;Teilnehmer;Bewertung", "Fragetext;Gestellt von;Status"),
    *("Question;Nom;Votes", "Questions;Prénom;Réponse", "Contenu;Auteur;Horodatage"),
    *("Pregunta;Nombre;Votos", "Preguntas;Participante;Me gusta", "Domanda;Nome;Voti"),
    *("Cwestiwn;Enw;Pleidleisiau", "Cwestiynau;Eich enw;Ateb", "Ceist;Ainm;Freagra"),
    *(
        "質問;名前;投票数",
        "ご質問;お名前;いいね",
        "問題;姓名;票數",
        "问题;姓名;投票",
        "질문;이름;추천",
    ),
    *("Вопрос;Имя;Голоса", "Питання;Ім’я;Голоси", "Ερώτηση;Όνομα;Ψήφοι", "Pytanie;Imię;Głosy"),
    *(
        "Otázka;Jméno;Hlasy",
        "Kérdés;Név;Szavazatok",
        "Vraag;Naam;Stemmen",
        "Spørgsmål;Navn;Stemmer",
    ),
    *("Fråga;Namn;Röster", "Kysymys;Nimi;Vastaus", "Soru;İsim;Cevap", "سؤال;الاسم;الجواب"),
    *("שאלה;שם;תשובה", "प्रश्न;नाम;उत्तर", "คำถาม;ชื่อ;Votes", "Pergunta;Nome;Votos"),
    *(
        "QUESTION;AUTHOR;UPVOTES",
        " question_text ; user_name ;score",
        "Question*;Name (optional);#",
    ),
]


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("header", HEADERS)
def test_a_header_in_other_words_is_a_header(engine, header, separator):
    rows = [header, f"{ONE};Jörg;3", f"{TWO};Eva;1"]
    quoted = ['"' + row.replace(";", '";"') + '"' for row in rows]
    preview = look(engine, "\n".join(quoted).replace(";", separator))

    assert [(row.draft.text, row.draft.name, row.ticked) for row in preview.rows] == [
        (ONE, "Jörg", True),
        (TWO, "Eva", True),
    ]


FORMS = [
    "Timestamp,Email Address,What would you like to ask?,Your name (optional)",
    "Timestamp,Email Address,Your question for the speaker,Your name",
    "Zeitstempel,E-Mail-Adresse,Was möchten Sie fragen?,Ihr Name",
    "Zeitstempel,E-Mail-Adresse,Ihre Frage an die Referentin,Name",
    "Horodateur,Adresse e-mail,Votre question,Votre nom",
    "Marca temporal,Dirección de correo electrónico,¿Cuál es su pregunta?,Su nombre",
    "Stamp amser,Cyfeiriad e-bost,Eich cwestiwn,Eich enw",
    "タイムスタンプ,メールアドレス,質問,名前",
]


@pytest.mark.parametrize("header", FORMS)
def test_the_answers_of_a_form_are_questions_with_names(engine, header):
    rows = f'"2027/11/19 12:00:01 PM GMT",{ADDRESS},"{ONE}",Ada\n"2027/11/19 12:01",,"{TWO}",\n'

    preview = look(engine, f"{header}\n{rows}")

    assert [(row.draft.text, row.draft.name, row.ticked) for row in preview.rows] == [
        (ONE, "Ada", True),
        (TWO, "", True),
    ]


UNKNOWN = [
    f'Zeit,Kontakt,Wortmeldung,Wer\n12:01,{ADDRESS},"{ONE}",Ada\n12:02,b@example.org,"{TWO}",Bob',
    f"12:01;{ADDRESS};{ONE};Ada\n12:02;bob@example.org;{TWO};Bob",
    f"When\tWho\tWords\tThrough\n19 Nov 2027\tAda\t{ONE}\t{ADDRESS}\n20 Nov 2027\tBob\t{TWO}\t-",
    f"Bees 2027\nall of them\n\nA|B|C\n7|{ONE}|{ADDRESS}\n8|{TWO}|bob@example.org",
    f'Timestamp,E-mail,Anything on your mind\n2027-11-19,{ADDRESS},"{ONE}"\n2027-11-20,,"{TWO}"',
]


@pytest.mark.parametrize("text", UNKNOWN)
def test_of_a_table_that_is_not_understood_nothing_is_ticked(engine, text):
    preview = look(engine, text)

    assert [row.draft.text for row in preview.rows] == ASKED
    assert not any(row.ticked for row in preview.rows)
    assert "nothing is ticked" in " ".join(preview.notes)
    assert "@" not in str([row.draft for row in preview.rows])


@pytest.mark.parametrize("text", UNKNOWN)
def test_its_columns_are_chosen_by_hand(engine, text):
    columns = look(engine, text).columns
    place = next(at for at, row in enumerate(_cells(text)) if row == ONE)

    preview = look(engine, text, {"text": place, "name": -1})

    assert len(columns) >= 3
    assert [(row.draft.text, row.draft.name, row.ticked) for row in preview.rows] == [
        (ONE, "", True),
        (TWO, "", True),
    ]


def _cells(text):
    line = next(line for line in text.split("\n") if ONE in line).replace(f'"{ONE}"', "ONE")
    separator = next(mark for mark in "\t;|," if mark in line.replace(ONE, "ONE"))
    return [cell.replace("ONE", ONE) for cell in line.split(separator)]


def test_a_column_of_addresses_that_is_chosen_brings_none_of_them(engine):
    preview = look(engine, UNKNOWN[0], {"text": 1, "name": 2})

    assert all(row.problem or not row.ticked for row in preview.rows)
    assert "@" not in str([row.draft for row in preview.rows])


@pytest.mark.parametrize(
    "text",
    [
        "How do I reach you, is it ada@example.org?",
        "- How do I reach you?\n  Write to ada@example.org",
        "How do I reach ada＠example．org, please?",
        "How do I reach ada.b+c@mail.example.co.uk at all?",
        "How do I reach <mailto:ada@example.org> by mail?",
        "How do I reach ada [at] example [dot] org by mail?",
        'question,author\nHow do I reach you at all?,"Ada <ada@example.org>"',
        'question,author\n"Is it ada@bienen.bücher.example, or what?",ada@example.org',
    ],
)
def test_an_address_is_never_brought_in_wherever_it_stands(engine, text):
    [row] = look(engine, text).rows

    written = f"{row.draft.text} {row.draft.detail} {row.draft.name}"
    assert not any(part in written for part in ("@", "＠", "[at]", "mailto:"))
    assert row.ticked is ("Ada <" in text)
    assert row.draft.name in ("", "Ada")


@pytest.mark.parametrize("text", ["Does meeting @ noon work?", "Is a@b a matrix product here?"])
def test_what_is_no_address_is_a_word(engine, text):
    [row] = look(engine, text).rows

    assert (row.draft.text, row.ticked) == (text, True)


@pytest.mark.parametrize(
    "text",
    [
        f'Question\n"{ONE}"\n"{TWO}"',
        f'"Question"\n"{ONE}"\n"{TWO}"',
        f'"Frage"\r\n"{ONE}"\r\n"{TWO}"'.replace("\r", ""),
        f'"{ONE}"\n"{TWO}"',
        f'{ONE.replace(",", "")}\n"{TWO}"',
    ],
)
def test_a_table_of_one_column_is_read_as_one(text):
    assert [row[0].replace(",", "") for row in found(text)] == [ONE.replace(",", ""), TWO]


def test_its_cells_may_hold_quotes_and_lines():
    text = 'Question\n"Is ""open"" the right word,\nor is it not?"\nHow do bees find home?'

    assert [row[0] for row in found(text)] == [
        'Is "open" the right word,\nor is it not?',
        "How do bees find home?",
    ]
    assert found(text.partition("\n")[2]) == found(text)


def test_a_line_that_begins_with_a_word_in_quotes_is_a_line():
    lines = ['"Open" is what, exactly, in here?', 'And "closed", what about that?']

    assert [row[0] for row in found("\n".join(lines))] == lines


@pytest.mark.parametrize(
    "text",
    [
        f'question,author\n"{ONE},Ada\n{TWO},Bob',
        f'question,author\n"{ONE}",Ada\n"{TWO},Bob\nWhy so?,"Eve"',
        f'question;author\n"How "large" is it?";Ada\n{TWO};Bob',
        f'question\n"{ONE}\n{TWO}',
        f'1,"{ONE}",Ada\n2,"{TWO},Bob\n3,Why?,Eve',
        f'Frage\tName\n"{ONE}"\tAda\n"{TWO}\tBob',
    ],
)
def test_a_damaged_table_is_refused_and_not_glued(text):
    with pytest.raises(Refused, match="damaged"):
        read(text)


def test_a_row_that_may_be_glued_cannot_be_added_as_it_is():
    [row] = read('question,author\n"How do bees fly?,Ada\nWhy do they dance?,Bob"').rows

    assert "a quote may be missing" in row.problem


def test_a_table_of_markdown_is_one():
    text = f"| Question | Name |\n|:---|---:|\n| {ONE} | Ada |\n| {TWO} | |\n"

    assert [(row[0].strip(), row[1].strip()) for row in found(text)] == [(ONE, "Ada"), (TWO, "")]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        *(("Anonymous Attendee", ""), ("Anonymer Teilnehmer", ""), ("Anónimo", ""), ("匿名", "")),
        *(("Guest", ""), ("Аноним", ""), ("Ann Onymous", "Ann Onymous"), ("ada@example.org", "")),
    ],
)
def test_who_is_nobody_has_no_name(engine, name, shown):
    [row] = look(engine, f'question,author\n"{ONE}",{name}').rows

    assert row.draft.name == shown


IN_LETTERS = {
    "cp1252": "Warum tanzen Bienen überhaupt? Und für wen?",
    "mac_roman": "Was ist daran ähnlich?",
    "cp850": "Warum ist die Übung so groß?",
    "cp1250": "Jak to działa? Czy można to zrobić szybciej?",
    "iso8859_2": "Jak to funguje? Příliš žluťoučký kůň, děkuji",
    "cp1251": "Как это работает? Почему так медленно?",
    "koi8_u": "Як це працює? Чому так повільно є?",
    "cp866": "Как это работает? Почему так медленно?",
    "cp1253": "Πώς λειτουργεί αυτό το πράγμα;",
    "cp1254": "Bu nasıl çalışıyor? Neden böyle yavaş, değil mi?",
    "cp1255": "איך זה עובד?",
    "cp1256": "كيف يعمل هذا؟",
    "cp1257": "Kaip tai veikia? Kodėl taip lėtai, šešėlį",
    "iso8859_14": "Sut mae hyn yn gweithio? Pam mae'r tŷ a'r dŵr yma?",
    "cp932": "このモデルはどのくらい大きいですか？",
    "euc_jp": "このモデルはどのくらい大きいですか？",
    "gb18030": "为什么这个模型这么慢？",
    "big5": "為什麼這個模型這麼慢？",
    "cp949": "이 모델은 왜 느린가요?",
    "cp874": "ทำไมช้ามาก",
}


@pytest.mark.parametrize(("encoding", "text"), IN_LETTERS.items())
def test_an_encoding_is_guessed_by_its_language_and_said_to_be(engine, encoding, text):
    sent = decoded(f"Question\tName\r\n{text}\tAda\r\n".encode(encoding))

    [row] = read(sent.text).rows
    assert row.text == text
    with Session(engine) as session:
        choice = RowDefaults(name="")
        reading = read(sent.text)
        preview = imports.look(session, "talk", reading, choice, "token-1", None, sent.encoding)
    assert "is not UTF-8" in preview.notes[0]
    assert not preview.rows[0].ticked


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_what_is_not_guessed_is_not_said_to_be(encoding):
    assert decoded("Question;Name\r\nWarum tanzen Bienen?;Jörg".encode(encoding)).encoding == ""


def test_what_was_guessed_wrongly_is_read_as_somebody_chooses():
    sent = "Question;Name\nWhat is it all about?;Łukasz Żak".encode("cp1250")
    wrong = sent.decode("mac_roman")

    assert imports.read_as(wrong, "mac_roman", "cp1250").text.endswith("Łukasz Żak")
    with pytest.raises(Refused, match="cannot be read as Japanese"):
        imports.read_as("Jörg ÿ", "cp1252", "euc_jp")
