"""What a column of a table holds, by its name: as other boards, forms and people call it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

TEXT, DETAIL, NAME, KIND, STATUS = "text", "detail", "name", "kind", "status"
TAKEN = (TEXT, DETAIL, NAME, KIND, STATUS)
# Known, and not taken over: they say that a row is a header, or that a row is a reply.
VOTES, PARENT, LAST, OTHER = "votes", "parent", "last name", "other"
# What each goes by. Names of one word stand for themselves in longer ones, too: "your name".
NAMES: Mapping[str, str] = {
    TEXT: """
        question text|question|questions|text|content|message|question asked|questions asked
        frage|fragen|fragetext|inhalt|nachricht|contenu|mensaje|contenido|pregunta|preguntas
        domanda|domande|testo|vraag|vragen|pergunta|perguntas|mensagem|pytanie|pytania|tresc
        otazka|otazky|kerdes|kerdesek|intrebare|intrebari|vprasanje|vprasanja|pitanje|pitanja
        spørgsmal|spørsmal|fraga|fragor|kysymys|kysymykset|soru|sorular|cwestiwn|cwestiynau|ceist
        ceisteanna|ceistean|kusimus|kusimused|klausimas|klausimai|jautajums|jautajumi|spurning
        spurningar|galdera|galderak|pertanyaan|cau hoi|pyetje|вопрос|вопросы|питання|запитання
        въпрос|въпроси|питање|питања|пытанне|прашање|ερωτηση|ερωτησεις|質問|質問内容|ご質問|问题
        問題|提问|提問|问题内容|질문|질문 내용|سؤال|السؤال|اسئلة|الاسئلة|שאלה|שאלות|प्रश्न|सवाल
        คำถาม|kwestie|pregunta del asistente|galdetu|swali
    """,
    DETAIL: """
        detail|details|description|beschreibung|einzelheiten|erlauterung|descripcion|detalle
        detalles|descrizione|dettagli|descricao|detalhes|toelichting|opis|popis|manylion
        manylion ychwanegol|описание|подробности|詳細|説明|详情|說明|상세
    """,
    NAME: """
        author|author name|name|user name|username|user|participant|participant name|asker
        asker name|from|speaker|asked by|submitted by|sender|display name|displayname|full name
        attendee|attendee name|identity|posted by|created by|questioner|first name|your name
        autor|autorin|teilnehmer|teilnehmername|benutzername|gestellt von|fragesteller|vorname
        nom|auteur|participant e|prenom|pose par|nombre|usuario|participante|nome|autore|utente
        naam|deelnemer|gesteld door|imie|imie i nazwisko|uczestnik|jmeno|ucastnik|meno|nev|nume
        navn|namn|deltager|deltagare|nimi|osallistuja|isim|ad soyad|enw|eich enw|ainm|vards|vardas
        ime|nafn|izena|nama|ten|emri|имя|автор|участник|ім я|імя|име|όνομα|ονομα|名前|お名前|氏名
        質問者|投稿者|姓名|名字|提问者|提問者|이름|작성자|질문자|الاسم|اسم|שם|नाम|ชื่อ|jina
    """,
    KIND: """
        kind|type|entry type|post type|art|typ|typen|tipo|tipe|soort|rodzaj|tuuppi|typ wpisu
        тип|τυπος|種類|種別|类型|類型|유형
    """,
    STATUS: "status|state|zustand|statut|estado|stato|stan|stav|statws|статус|状態|状态|狀態|상태",
    VOTES: """
        votes|vote|upvotes|upvote|likes|score|question upvotes|number of votes|vote count|stimmen
        anzahl stimmen|bewertung|punkte|votos|voti|stemmen|głosy|hlasy|szavazatok|voturi|roster
        stemmer|aanet|oylar|pleidleisiau|голоса|голоси|ψηφοι|投票数|投票|票数|票數|いいね|투표
        추천|الاصوات|nombre de votes|me gusta|j aime
    """,
    PARENT: "parent|parent id|in reply to|reply to|parent question|replied to|antwort auf",
    LAST: "last name|surname|family name|nachname|familienname|nom de famille|apellido|apellidos"
    "|cognome|achternaam|nazwisko|prijmeni|vezeteknev|efternavn|efternamn|sukunimi|soyad|cyfenw"
    "|фамилия|прізвище|επωνυμο",
    OTHER: """
        #|no|nr|id|number|timestamp|time stamp|time|date|date time|submitted at|created at|email
        email address|e mail|e mail address|asker email|user email|mail|phone|phone number|answer
        answers|answer s|reply|replies|response|responses|answered by|company|organisation
        organization|country|ip address|language|labels|tags|session|event
        question id|question time|question date|asked at|uhrzeit|datum|zeit|zeitstempel|zeitpunkt
        e mail adresse|antwort|antworten|horodateur|horodatage|adresse e mail
        adresse electronique|courriel|heure|date heure|reponse|reponses|numero
        marca temporal|fecha|hora|correo|correo electronico|direccion de correo electronico
        respuesta|respuestas|informazioni cronologiche|data|ora|indirizzo email|risposta
        risposte|tijdstempel|tijd|e mailadres|antwoord|antwoorden|carimbo de data hora
        endereco de email|resposta|respostas|sygnatura czasowa|adres e mail|odpowiedz|odpowiedzi
        casove razitko|casova znacka|odpoved|odpovedi|idobelyeg|valasz|raspuns|tidspunkt|tidsstempel
        tidsstampel|svar|aikaleima|vastaus|zaman damgası|e posta|cevap|yanıt|stamp amser|amser
        dyddiad|e bost|cyfeiriad e bost|ebost|ateb|atebion|rhif|freagra|data i godzina
        отметка времени|время|дата|почта|электронная почта|адрес электронной почты|ответ|ответы
        позначка часу|час|відповідь|χρονικη σημανση|ωρα|ημερομηνια|απαντηση|タイムスタンプ|日時|時刻
        メールアドレス|メール|回答|番号|时间戳记|时间|時間|日期|邮箱|电子邮件|電子郵件|答案|回复|编号
        序号|타임스탬프|시간|날짜|이메일|답변|번호|الطابع الزمني|البريد الالكتروني|الوقت|الجواب
        חותמת זמן|דוא ל|תשובה|समय|ईमेल|उत्तर
    """,
}
EXACT = {
    name.strip(): role
    for role, names in NAMES.items()
    for line in names.strip().splitlines()
    for name in line.split("|")
}


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ASKING = _words(
    "ask asking fragen demander preguntar chiedere vragen perguntar zapytac zeptat fraga spørge "
    "sporre kysya sormak gofyn спросить спитати"
)
# With these beside it, "question" is not what a column holds.
ABOUT = _words(
    "# no nr number count id type date time status poll polls quiz survey answer answers reply "
    "replies response by upvotes votes score title umfrage sondage encuesta sondaggio ankieta "
    "anzahl nombre numero antwort reponse respuesta risposta"
)
LONGEST = 12  # words in the name of a column; a form's are whole sentences
MOST_LETTERS = 200
TOKEN = re.compile(r"#|[^\W_]+")


def plain_name(name: str) -> str:
    """Return a name without what people write it with: accents, capitals, marks, asides."""
    if len(name) > MOST_LETTERS:
        return ""
    bare = re.sub(r"\(.*?\)|\[.*?\]", " ", name) if not name.strip().startswith("(") else name
    letters = unicodedata.normalize("NFKD", bare.casefold())
    return " ".join(TOKEN.findall("".join(c for c in letters if not unicodedata.combining(c))))


def role_of(name: str) -> str:
    """Return what a column of exactly this name holds, "" when the name is not known."""
    plain = plain_name(name)
    return EXACT.get(plain, "") or EXACT_PLAIN.get(plain, "")


def roles(header: Sequence[str]) -> dict[str, int]:
    """Return the columns whose names are known, by what they hold; the best name of each counts.

    Where no column is called a question, one may be by a whole sentence, as a form's are, if it
    stands among others that are known.
    """
    best: dict[str, tuple[int, int]] = {}
    for place, name in enumerate(header):
        role = role_of(name)
        if role:
            best[role] = min(best.get(role, (len(ORDER), 0)), (_order(name), place))
    found = {role: place for role, (_, place) in best.items()}
    for role, is_meant in ((TEXT, _asks), (NAME, _names)) if found else ():
        told = [at for at, name in enumerate(header) if not role_of(name) and is_meant(name)]
        if role not in found and told:
            found[role] = told[0]
    return found


def _asks(name: str) -> bool:
    words = plain_name(name).split()
    if len(words) > LONGEST or ABOUT & set(words):
        return False
    return bool(ASKING & set(words)) or any(role_of(word) == TEXT for word in words)


def _names(name: str) -> bool:
    words = plain_name(name).split()
    is_private = any(word in ("email", "mail", "last", "company", "event") for word in words)
    return len(words) <= LONGEST and not is_private and any(word in PERSONAL for word in words)


def _order(name: str) -> int:
    return ORDER.get(plain_name(name), len(ORDER))


EXACT_PLAIN = {plain_name(name): role for name, role in EXACT.items() if plain_name(name)}
ORDER = {plain_name(name): at for at, name in enumerate(EXACT)}
PERSONAL = _words(
    "name nom nombre nome naam imie jmeno meno nev nume navn namn nimi isim enw ainm vards vardas "
    "ime nafn izena nama имя имени імя име ονομα"
)
