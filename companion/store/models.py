"""The tables: a talk's board, its questions and votes, and those who run it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, MappedColumn, column_property, mapped_column

from companion.store import accounts, polls, pulse, rating, wall  # noqa: F401 (their tables are among all tables)
from companion.store.engine import Base


class Kind(StrEnum):
    """What an entry on the board is."""

    QUESTION = "question"
    COMMENT = "comment"


class Status(StrEnum):
    """Where a question stands; what is true of which is said below, and nowhere else."""

    WAITING = "waiting"
    OPEN = "open"
    ANSWERED = "answered"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"
    ARCHIVED = "archived"

    @property
    def words(self) -> str:
        """Return it as people say it."""
        return "not reached" if self is Status.ARCHIVED else self.value


PUBLIC = (Status.OPEN, Status.ANSWERED)  # everybody sees them
ACTIVE = (Status.WAITING, *PUBLIC)  # can be taken up, be merged into, and be what another repeats
EDITABLE = (Status.WAITING, Status.OPEN)  # by whoever asked
MERGEABLE = (Status.WAITING, Status.OPEN)  # into another
# Those that figures count, in their order, and those that everybody is told of in the end.
COUNTED = (
    Status.OPEN,
    Status.ANSWERED,
    Status.MERGED,
    Status.ARCHIVED,
    Status.DECLINED,
    Status.WAITING,
)
TOLD = (Status.ANSWERED, Status.MERGED, Status.ARCHIVED, Status.DECLINED)
# What is exported, in its order, and what stands above it.
HEADINGS = {
    Status.ANSWERED: "Answered",
    Status.OPEN: "Open",
    Status.WAITING: "Waiting for a moderator",
    Status.MERGED: "Merged into others",
    Status.ARCHIVED: "Not reached",
    Status.DECLINED: "Declined",
}


class Tab(StrEnum):
    """One of the desk's lists."""

    INCOMING = "incoming"
    OPEN = "open"
    ANSWERED = "answered"
    DECLINED = "declined"
    ARCHIVED = "archived"

    @property
    def words(self) -> str:
        """Return it as people say it."""
        return "Not reached" if self is Tab.ARCHIVED else self.value.capitalize()


TABS = {
    Status.WAITING: Tab.INCOMING,
    Status.OPEN: Tab.OPEN,
    Status.ANSWERED: Tab.ANSWERED,
    Status.DECLINED: Tab.DECLINED,
    Status.ARCHIVED: Tab.ARCHIVED,
}


class HeldState(StrEnum):
    """What the desk has said of somebody who came past the budget of new people."""

    HELD = "held"
    LET_IN = "let_in"
    EXCLUDED = "excluded"


class Role(StrEnum):
    """What somebody may do who has a role link, or has signed in."""

    MODERATOR = "moderator"
    SPEAKER = "speaker"
    ORGANISER = "organiser"


def _one_of(column: str, values: type[StrEnum]) -> sa.CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=column)


def _stored(values: type[StrEnum]) -> sa.Enum:
    return sa.Enum(
        values,
        native_enum=False,
        create_constraint=False,
        length=16,
        values_callable=lambda kinds: [kind.value for kind in kinds],
    )


def _filled(value: str | int, kind: Any = None) -> MappedColumn[Any]:
    """Return a column of a later migration: rows that were there before have ``value``."""
    booleans = {True: sa.true(), False: sa.false()}
    given = booleans[value] if isinstance(value, bool) else sa.text(repr(value))
    return mapped_column(kind, default=value, server_default=given)


class Talk(Base):
    """A talk that somebody has written on; the page itself stays in its file.

    ``revision`` counts the changes of the board, ``public_revision`` is that of the last one that
    everybody hears of, and ``key`` turns visitors into pseudonyms that mean nothing elsewhere.
    ``board`` is "" where it follows the schedule, ``approve_first`` None where it follows the page.
    ``code_number`` counts the room codes that there were: with the key it makes the present one.
    ``recorded_from`` is the moment at which the recording starts, once somebody has said so, and
    ``forgotten_at`` when the key was last destroyed, and nobody's cookie meant anything here.
    ``wall`` says who sees the wall and who arranges it, ``wall_pen`` who draws on it, and ``polls``
    counts what was done to its polls, 0 where it has none. ``rating`` says whether people are asked
    to rate it, ``pulse`` whether they say how they follow, None where that follows the page.
    """

    __tablename__ = "talk"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(100), unique=True)
    key: Mapped[str] = mapped_column(sa.String(64))
    revision: Mapped[int] = mapped_column(default=0)
    public_revision: Mapped[int] = mapped_column(default=0)
    board: Mapped[str] = _filled("", sa.String(16))
    approve_first: Mapped[bool | None]
    requires_name: Mapped[bool] = _filled(False)
    requires_code: Mapped[bool] = _filled(False)
    code_number: Mapped[int] = _filled(0)
    ranked: Mapped[bool] = _filled(False)
    speaker_may_advance: Mapped[bool] = _filled(False)
    qa_began_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    extra_minutes: Mapped[int] = _filled(0)
    slow_until: Mapped[datetime | None]
    now_id: Mapped[int | None]
    next_id: Mapped[int | None]
    message: Mapped[str] = _filled("", sa.String(300))
    message_at: Mapped[datetime | None]
    message_read_at: Mapped[datetime | None]
    recorded_from: Mapped[datetime | None]
    forgotten_at: Mapped[datetime | None]
    wall: Mapped[str] = _filled("shown", sa.String(8))
    wall_pen: Mapped[str] = _filled("staff", sa.String(8))
    polls: Mapped[int] = _filled(0)
    rating: Mapped[bool | None]
    pulse: Mapped[bool | None]


class Question(Base):
    """A question or comment; ``votes`` counts who voted for it or for one merged into it.

    ``askers`` is how many asked it: one, and one for each merged into it. What was taken from the
    room is ``asked_aloud`` and has no author. ``original_text`` is set once a moderator changed it.
    ``answers_to`` is the poll that it answers, if any, and ``prompt`` what that asks.
    """

    __tablename__ = "question"
    __table_args__ = (
        sa.UniqueConstraint("talk_id", "key"),
        _one_of("kind", Kind),
        _one_of("status", Status),
        sa.CheckConstraint("votes >= 0", name="votes"),
        sa.Index("ix_question_talk_id_status", "talk_id", "status"),
        sa.Index("ix_question_talk_id_author", "talk_id", "author"),
        sa.Index("ix_question_merged_into", "merged_into"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    talk_id: Mapped[int] = mapped_column(sa.ForeignKey("talk.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(sa.String(64))
    author: Mapped[str] = mapped_column(sa.String(32))
    kind: Mapped[Kind] = mapped_column(_stored(Kind))
    text: Mapped[str] = mapped_column(sa.Text)
    detail: Mapped[str] = mapped_column(sa.Text, default="")
    name: Mapped[str] = mapped_column(sa.String(60), default="")
    status: Mapped[Status] = mapped_column(_stored(Status))
    votes: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    original_text: Mapped[str | None] = mapped_column(sa.Text)
    original_detail: Mapped[str | None] = mapped_column(sa.Text)
    labels: Mapped[str] = _filled("", sa.String(500))
    pinned: Mapped[bool] = _filled(False)
    answer: Mapped[str] = _filled("", sa.Text)
    answered_at: Mapped[datetime | None]
    now_at: Mapped[datetime | None]
    reason: Mapped[str] = _filled("", sa.String(20))
    reason_words: Mapped[str] = _filled("", sa.String(200))
    handled_by: Mapped[str] = _filled("", sa.String(60))
    merged_into: Mapped[int | None]
    askers: Mapped[int] = _filled(1)
    asked_aloud: Mapped[bool] = _filled(False)
    answers_to: Mapped[int | None] = mapped_column()
    prompt: Mapped[str | None] = column_property(
        sa.select(polls.Poll.text).where(polls.Poll.id == answers_to).scalar_subquery(),
        expire_on_flush=False,  # what is asked stays, so that no write asks again
    )


class Vote(Base):
    """One visitor's vote for one question; the primary key is what makes it one."""

    __tablename__ = "vote"

    question_id: Mapped[int] = mapped_column(
        sa.ForeignKey("question.id", ondelete="CASCADE"), primary_key=True
    )
    voter: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    voted_at: Mapped[datetime]


class HeldPerson(Base):
    """Somebody who came when many new people came at once; ``batch`` counts what was decided."""

    __tablename__ = "held_person"
    __table_args__ = (sa.PrimaryKeyConstraint("talk_id", "author"), _one_of("state", HeldState))

    talk_id: Mapped[int] = mapped_column(sa.ForeignKey("talk.id", ondelete="CASCADE"))
    author: Mapped[str] = mapped_column(sa.String(32))
    at: Mapped[datetime]
    state: Mapped[HeldState] = mapped_column(_stored(HeldState))
    batch: Mapped[int]


class Admission(Base):
    """Somebody who has given a talk's room code."""

    __tablename__ = "admission"
    __table_args__ = (sa.PrimaryKeyConstraint("talk_id", "author"),)

    talk_id: Mapped[int] = mapped_column(sa.ForeignKey("talk.id", ondelete="CASCADE"))
    author: Mapped[str] = mapped_column(sa.String(32))
    at: Mapped[datetime]


class HeldVote(Base):
    """A vote that does not count, for its voter is held or excluded."""

    __tablename__ = "held_vote"
    __table_args__ = (sa.Index("ix_held_vote_voter", "voter"),)

    question_id: Mapped[int] = mapped_column(
        sa.ForeignKey("question.id", ondelete="CASCADE"), primary_key=True
    )
    voter: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    voted_at: Mapped[datetime]


class Rehearsal(Base):
    """A board that a talk is tried out on, until it ``ends_at``; what is on it goes with its talk.

    ``talk`` is the slug of the talk that is rehearsed, the board's own is that of ``talk_id``.
    """

    __tablename__ = "rehearsal"

    talk_id: Mapped[int] = mapped_column(
        sa.ForeignKey("talk.id", ondelete="CASCADE"), primary_key=True
    )
    talk: Mapped[str] = mapped_column(sa.String(100), unique=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]


class RoleLink(Base):
    """How often a role's link has been changed; one never changed nor opened may have no row.

    ``opened_at`` is when somebody first came by it as it is now.
    """

    __tablename__ = "role_link"
    __table_args__ = (_one_of("role", Role), sa.PrimaryKeyConstraint("talk", "role"))

    talk: Mapped[str] = mapped_column(sa.String(100))
    role: Mapped[Role] = mapped_column(_stored(Role))
    generation: Mapped[int]
    opened_at: Mapped[datetime | None]


class Invitation(Base):
    """A sign-in link for an organiser that works once; only its hash is kept."""

    __tablename__ = "invitation"

    token_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    made_at: Mapped[datetime]


class SignIn(Base):
    """A browser that has entered by a role link; only the hash of its cookie is kept."""

    __tablename__ = "sign_in"

    token_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(60), default="")
    seen_at: Mapped[datetime]


class RoleGrant(Base):
    """What a sign-in may do; it counts while its generation is its link's."""

    __tablename__ = "role_grant"
    __table_args__ = (_one_of("role", Role), sa.PrimaryKeyConstraint("sign_in", "talk", "role"))

    sign_in: Mapped[str] = mapped_column(sa.ForeignKey("sign_in.token_hash", ondelete="CASCADE"))
    talk: Mapped[str] = mapped_column(sa.String(100))
    role: Mapped[Role] = mapped_column(_stored(Role))
    generation: Mapped[int]
    began_at: Mapped[datetime]


class Action(Base):
    """What somebody did at the desk; ``before`` is what undoing it puts back, as JSON.

    ``sign_in`` tells one browser's actions from another's, and is shown to nobody.
    """

    __tablename__ = "action"
    __table_args__ = (
        _one_of("role", Role),
        sa.Index("ix_action_talk_id", "talk_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    talk_id: Mapped[int] = mapped_column(sa.ForeignKey("talk.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    who: Mapped[str] = mapped_column(sa.String(60), default="")
    role: Mapped[Role] = mapped_column(_stored(Role))
    what: Mapped[str] = mapped_column(sa.String(40))
    question_id: Mapped[int | None]
    before: Mapped[str] = mapped_column(sa.Text, default="")
    undone: Mapped[bool] = mapped_column(default=False)
    sign_in: Mapped[str] = _filled("", sa.String(16))


class Mute(Base):
    """An author whose posts on one talk are held for a moderator."""

    __tablename__ = "mute"
    __table_args__ = (sa.PrimaryKeyConstraint("talk_id", "author"),)

    talk_id: Mapped[int] = mapped_column(sa.ForeignKey("talk.id", ondelete="CASCADE"))
    author: Mapped[str] = mapped_column(sa.String(32))
    at: Mapped[datetime]


class Presence(Base):
    """How many people one worker had on a talk's page in one minute."""

    __tablename__ = "presence"
    __table_args__ = (
        sa.PrimaryKeyConstraint("talk_id", "minute", "worker"),
        sa.CheckConstraint("here >= 0", name="here"),
    )

    talk_id: Mapped[int] = mapped_column(sa.ForeignKey("talk.id", ondelete="CASCADE"))
    minute: Mapped[datetime]
    worker: Mapped[str] = mapped_column(sa.String(16))
    here: Mapped[int]


class ApiToken(Base):
    """What lets a program read as organisers do; only its hash is kept.

    ``used_at`` is the midnight that began the last day on which it was used. ``made_by`` is who
    made it on the organisers' page, "" where it was whoever runs the server.
    """

    __tablename__ = "api_token"

    name: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    made_by: Mapped[str] = _filled("", sa.String(60))


class Webhook(Base):
    """An address that is told what happens; ``events`` are the names of what, with spaces between.

    Its secret follows from the server's key and ``generation``, which counts how often it was
    changed. ``made_by`` is as with a token; what has one is sent to public addresses alone.
    """

    __tablename__ = "webhook"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(sa.String(500))
    events: Mapped[str] = mapped_column(sa.String(60))
    generation: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime]
    rotated_at: Mapped[datetime | None]
    made_by: Mapped[str] = _filled("", sa.String(60))


class Delivery(Base):
    """Something that a webhook is to be told, and what came of it; none of anybody's words.

    It waits while ``done_at`` is None, and is tried when it is due. ``question_id`` is None where
    it is about no question, and ``result`` is what the last attempt was answered.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        sa.Index("ix_delivery_done_at_due_at", "done_at", "due_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    webhook_id: Mapped[int] = mapped_column(sa.ForeignKey("webhook.id", ondelete="CASCADE"))
    message_id: Mapped[str] = mapped_column(sa.String(40), unique=True)
    event: Mapped[str] = mapped_column(sa.String(16))
    talk: Mapped[str] = mapped_column(sa.String(100))
    question_id: Mapped[int | None]
    at: Mapped[datetime]
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    delivered: Mapped[bool] = mapped_column(default=False)
    result: Mapped[str] = mapped_column(sa.String(60), default="")


TABLES = Base.metadata.sorted_tables  # those that others refer to first
