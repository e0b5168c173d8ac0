"""The tables of organisers' accounts: who they are, how they sign in, and from which browsers."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from companion.store.engine import Base


def _of_organiser(*, primary_key: bool = False) -> Mapped[str]:
    owner = sa.ForeignKey("organiser.id", ondelete="CASCADE")
    return mapped_column(sa.String(32), owner, primary_key=primary_key)


class Organiser(Base):
    """Somebody who runs the series; ``password`` is its hash, "" where there is none.

    ``id`` is random, and what passkeys know them by. The cookies of the browsers that they have
    used are made of ``browsers``, so that another value there makes all of them unknown.
    """

    __tablename__ = "organiser"

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(60))
    folded: Mapped[str] = mapped_column(sa.String(250), unique=True)
    password: Mapped[str] = mapped_column(sa.String(200), default="")
    browsers: Mapped[str] = mapped_column(sa.String(32))
    made_at: Mapped[datetime]
    came_at: Mapped[datetime | None]


class OrganiserLink(Base):
    """A link by which one organiser signs in, once; only its hash is kept."""

    __tablename__ = "organiser_link"

    organiser: Mapped[str] = _of_organiser(primary_key=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    made_by: Mapped[str] = mapped_column(sa.String(60))
    ends_at: Mapped[datetime]


class Passkey(Base):
    """A key that an organiser's device or browser keeps; ``uses`` is what it has counted."""

    __tablename__ = "passkey"
    __table_args__ = (sa.Index("ix_passkey_organiser", "organiser"),)

    id: Mapped[str] = mapped_column(sa.String(1400), primary_key=True)
    organiser: Mapped[str] = _of_organiser()
    public_key: Mapped[str] = mapped_column(sa.Text)
    uses: Mapped[int]
    browser: Mapped[str] = mapped_column(sa.String(60))
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class OrganiserSignIn(Base):
    """An organiser's sign-in, in words; ``sign_in`` is gone once it has ended.

    It is ``unconfirmed`` where it was by a browser that they had not used, until they have said
    that it was theirs.
    """

    __tablename__ = "organiser_sign_in"
    __table_args__ = (
        sa.Index("ix_organiser_sign_in_organiser", "organiser"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organiser: Mapped[str] = _of_organiser()
    sign_in: Mapped[str | None] = mapped_column(
        sa.String(64), sa.ForeignKey("sign_in.token_hash", ondelete="SET NULL"), unique=True
    )
    began_at: Mapped[datetime]
    browser: Mapped[str] = mapped_column(sa.String(60))
    unconfirmed: Mapped[bool]


class SpentChallenge(Base):
    """What a passkey has answered to, so that no answer counts twice."""

    __tablename__ = "spent_challenge"

    challenge: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    at: Mapped[datetime]
