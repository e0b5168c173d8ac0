"""Polls as a test needs them, written straight into the database."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import count

from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from companion.store.polls import Ballot, Poll, PollOption, PollState, Reveal
from tests.support.clock import STARTS
from tests.support.factories import make_talk

ASKED = "Which scheduler do you use?"
_numbers = count(1)


def make_poll(
    engine: Engine,
    options: Mapping[str, int],
    text: str = ASKED,
    *,
    state: PollState = PollState.CLOSED,
    right: str = "",
    gone: str = "",
    opened_at: datetime | None = STARTS + timedelta(minutes=5),
    **values: object,
) -> int:
    """Ask something on the usual talk, and have each answer be chosen so often; returns its id.

    Nobody chooses two answers; what is ``gone`` was dropped from the page since.
    """
    number = next(_numbers)
    with Session(engine) as session, session.begin():
        talk = make_talk(session)
        talk.polls += 1
        is_closed = state is PollState.CLOSED
        usual = {
            "several": False,
            "reveal": Reveal.CLOSING,
            "closed_at": opened_at + timedelta(minutes=1) if opened_at and is_closed else None,
        }
        poll = Poll(
            talk_id=talk.id,
            key=f"made-for-a-test-{number}",
            text=text,
            state=state,
            from_page=False,
            opened_at=opened_at,
            **usual | values,
        )
        session.add(poll)
        session.flush()
        for place, (words, votes) in enumerate(options.items()):
            option = PollOption(
                poll_id=poll.id,
                text=words,
                position=place,
                is_right=words == right,
                is_gone=words == gone,
            )
            session.add(option)
            session.flush()
            for voter in range(votes):
                author = f"poll-{number}-{place}-{voter}"
                session.add(Ballot(poll_id=poll.id, author=author, slot=0, option_id=option.id))
        return poll.id
