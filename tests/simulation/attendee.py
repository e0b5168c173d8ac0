"""A browser at the board: what static/js/board does with what comes down, and its outbox."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from companion.board.cards import Card
from companion.board.queries import Board
from companion.store.models import Status
from tests.support.open_page import Ballot, ballot_of

from .server import Connection, Outcome, Request, Server, Told
from .world import World

PATIENCE = 6.0
AGAIN = 5.0


@dataclass(frozen=True)
class Shown:
    """A card as it stands on the page."""

    text: str
    askers: int
    mark: tuple[Status, bool, bool, bool]
    votes: int
    voted: Ballot


@dataclass
class Wish:
    """What is wanted of a question; ``at`` is when the server is known to have it."""

    wanted: bool
    votes: int | None = None
    at: float | None = None


@dataclass
class Tally:
    votes: int
    revision: int


def shown(card: Card) -> Shown:
    mark = (card.status, card.now, card.next, card.pinned)
    return Shown(card.text, card.askers, mark, card.votes, ballot_of(card))


def _wished(card: Shown, wish: Wish) -> Shown:
    """Have a card that does not say so yet say what is wished."""
    if card.voted in (None, wish.wanted):
        return card
    step = 1 if wish.wanted else -1
    votes = card.votes + step if wish.votes is None else wish.votes
    return replace(card, voted=wish.wanted, votes=votes)


class Attendee:
    """One person with one page; what is kept on the device outlives the page."""

    def __init__(self, world: World, server: Server, name: str) -> None:
        self.world, self.server, self.name = world, server, name
        self.outbox: dict[str, str] = {}
        self.wishes: dict[int, Wish] = {}
        self.last_wish: dict[int, bool] = {}
        self.page = 0
        self.open()

    # The page

    def open(self) -> None:
        """Open the page anew; what was not acknowledged is on the device still."""
        self.page += 1
        self.epoch, self.revision, self.public, self.fetched = "", 0, 0, 0
        self.cards: dict[int, Shown] = {}
        self.mine: dict[int, Status] = {}
        self.tallied: dict[int, Tally] = {}
        self.connection: Connection | None = None
        self._in_flight: set[int] = set()
        self._turns: dict[int, list[Callable[[], None]]] = {}
        self._is_sending = self._is_whole = self._is_fetching = self._is_wanted = False
        self._is_fresh = True
        self._due = float("inf")
        self.wishes = {id: Wish(wish.wanted) for id, wish in self.wishes.items() if not wish.at}
        self._fetch_page()

    def _fetch_page(self) -> None:
        """Load it: a server that is down is asked again."""
        if not self.server.is_up:
            self._soon(1, 3, self._fetch_page)
            return
        board = self.server.board(self.name)
        assert board
        self._lay_in(board, float("-inf"))
        self._connect()

    def _soon(self, least: float, most: float, do: Callable[[], None]) -> None:
        """Do something later, if this page is still open then."""
        page = self.page
        self.world.soon(least, most, lambda: do() if page == self.page else None)

    # The socket

    def _connect(self) -> None:
        connection = Connection(self.name, lambda name, payload: None)
        line = Line(self, connection)
        connection.down = line.down
        if not self.server.connect(connection):
            self._soon(1, 4, self._connect)
            return
        self.connection = connection
        if self._is_fresh:
            self.refresh_soon(1, 4)
        else:
            self.refresh()
        self._is_fresh = False
        self.send_kept()

    def lose_socket(self) -> None:
        """Notice that the socket is gone: come back, and look meanwhile."""
        if self.connection in self.server.connections:
            self.server.connections.remove(self.connection)
        self.connection = None
        self._soon(1, 5, self._connect)
        self._soon(1.5, 3.5, lambda: None if self.connection else self.refresh())

    def hear(self, name: str, payload: Any) -> None:
        if name == "refetch":
            self.refresh_soon(0, 1, whole=True)
        elif name == "tally":
            for question, votes in payload["votes"].items():
                self._take_tally(int(question), votes, payload["revision"])
        else:
            self._take_fragment(payload["told"])

    def _take_fragment(self, told: Told) -> None:
        if told.after != self.public:
            self.refresh_soon(0, 1, whole=True)
            return
        if told.revision == self.revision + 1:  # else a vote's tally may be under way, or lost
            self.revision = told.revision
        self.public = max(self.public, told.revision)
        for swap, template in told.swaps:
            self._swap(told, swap, template)
        self._check_secrecy()

    def _swap(self, told: Told, swap: str, template: str) -> None:
        here, card = self.cards.get(told.question), told.card
        if swap == "delete":
            self.cards.pop(told.question, None)
            self._look_again_if(here is not None and bool(here.voted))
        elif card and not here and template == "question/_card.html":
            wish = self.wishes.get(told.question)
            self.cards[told.question] = _wished(shown(card), wish) if wish else shown(card)
            self._look_again_if(card.votes > 0)
        elif card and here and template == "question/_status.html":
            self.cards[told.question] = replace(here, mark=shown(card).mark)
            is_open_again = card.status is Status.OPEN and here.mark[0] is not Status.OPEN
            self._look_again_if(is_open_again)
        elif card and here and template == "board/_vote.html":
            self.cards[told.question] = replace(here, voted=ballot_of(card))
        elif card and here:
            self.cards[told.question] = replace(here, text=card.text, askers=card.askers)

    def _look_again_if(self, is_unsure: bool) -> None:
        """What was voted for went into another question, or came back as for a stranger."""
        if is_unsure:
            self.refresh_soon(0.5, 3, whole=True)

    def _take_tally(self, question: int, votes: int, revision: int) -> None:
        last = self.tallied.get(question)
        if revision < max(self.fetched, last.revision if last else 0):
            return
        self.tallied[question] = Tally(votes, revision)
        self._show_votes(question, votes)

    def _show_votes(self, question: int, votes: int) -> None:
        if question in self.cards:
            self.cards[question] = replace(self.cards[question], votes=votes)

    def _last_tally(self, question: int) -> int | None:
        tally = self.tallied.get(question)
        return tally.votes if tally else None

    # Fetching

    def refresh_soon(self, least: float, most: float, *, whole: bool = False) -> None:
        self._is_whole |= whole
        at = self.world.now + self.world.random.uniform(least, most)
        if at >= self._due:
            return
        self._due = at
        self._soon(at - self.world.now, at - self.world.now, partial(self._on_due, at))

    def _on_due(self, at: float) -> None:
        if at == self._due:
            self._due = float("inf")
            self.refresh()

    def refresh(self, *, whole: bool = False) -> None:
        """Fetch the board; one request at a time, and one more for whoever asked meanwhile."""
        self._is_whole |= whole
        if self._is_fetching:
            self._is_wanted = True
            return
        self._is_fetching = True
        asked_at, was_whole, self._is_whole = self.world.now, self._is_whole, False
        since = None if was_whole else self.revision
        self._soon(0.01, 0.5, lambda: self._ask_for_board(asked_at, since, was_whole))

    def _ask_for_board(self, asked_at: float, since: int | None, was_whole: bool) -> None:
        if self.world.fault(0.1) or not self.server.is_up:
            self._soon(0, 1, lambda: self._fetched_nothing(was_whole))
            return
        board = self.server.board(self.name, since)
        self._soon(0.01, 1, lambda: self._fetched_board(board, asked_at))

    def _fetched_nothing(self, was_whole: bool) -> None:
        self.refresh_soon(5, 10, whole=was_whole)
        self._end_fetching()

    def _fetched_board(self, board: Board | None, asked_at: float) -> None:
        self.send_kept()
        if board:
            self.lay_in_unless_old(board, asked_at)
        self._end_fetching()

    def _end_fetching(self) -> None:
        self._is_fetching = False
        if self._is_wanted:
            self._is_wanted = False
            self.refresh()

    def lay_in_unless_old(self, board: Board, asked_at: float) -> None:
        is_old = board.public_revision < self.public or board.revision < self.fetched
        if board.epoch == self.epoch and is_old:
            self.refresh_soon(0.1, 0.6, whole=True)
        else:
            self._lay_in(board, asked_at)

    def _lay_in(self, board: Board, asked_at: float) -> None:
        if board.epoch != self.epoch:
            self._look_again_if(board.public_revision < self.public)
            self.epoch, self.revision, self.public, self.fetched = board.epoch, 0, 0, 0
            self.tallied.clear()
        cards = {card.id: shown(card) for card in board.cards}
        self._apply_wishes(cards, asked_at)
        for question, tally in self.tallied.items():
            if tally.revision > board.revision and question in cards:
                cards[question] = replace(cards[question], votes=tally.votes)
        self.cards = cards
        self.mine = {card.id: card.status for card in board.mine}
        self.fetched = max(self.fetched, board.revision)
        self.revision = max(self.revision, board.revision)
        self.public = max(self.public, board.public_revision)
        self._check_secrecy()

    def _apply_wishes(self, cards: dict[int, Shown], asked_at: float) -> None:
        for question, wish in list(self.wishes.items()):
            if wish.at is not None and wish.at < asked_at:
                del self.wishes[question]
            elif question in cards:
                cards[question] = _wished(cards[question], wish)

    def _check_secrecy(self) -> None:
        for id, card in self.cards.items():
            assert (id, card.text) in self.server.model.ever_public, "nobody sees what waits"

    # What goes up

    def send_kept(self) -> None:
        """Send what waits: the questions one after the other, and every vote."""
        self._send_question()
        for question, wish in list(self.wishes.items()):
            if wish.at is None and question not in self._turns:
                self._in_turn(question, partial(self._deliver, question, wish.wanted))

    def ask(self, key: str, text: str) -> None:
        self.outbox[key] = text
        self._send_question()

    def _send_question(self) -> None:
        if self._is_sending or not self.outbox:
            return
        self._is_sending = True
        key, text = next(iter(self.outbox.items()))
        self._send("ask", (key, text), partial(self._question_answered, key))

    def _question_answered(self, key: str, outcome: Outcome | None) -> None:
        self._is_sending = False
        if outcome is None or outcome.problem == "later":
            self._soon(AGAIN, AGAIN, self._send_question)
            return
        self.outbox.pop(key, None)
        if not outcome.problem:
            self.refresh(whole=True)
        self._send_question()

    def vote(self, question: int, *, wanted: bool) -> None:
        """Press the button, if there is one, unless that is under way."""
        if question in self._in_flight or question not in self.cards:
            return
        if self.cards[question].voted is None:
            return
        self.wishes[question] = Wish(wanted)
        self.last_wish[question] = wanted
        was = self.cards[question].votes
        self._in_flight.add(question)
        step = 1 if wanted else -1
        self.cards[question] = replace(self.cards[question], voted=wanted, votes=was + step)
        self._in_turn(question, partial(self._deliver, question, wanted, was))

    def _in_turn(self, question: int, send: Callable[[], None]) -> None:
        """Send once what was sent before for this question has been answered, or was given up."""
        is_first = question not in self._turns
        self._turns.setdefault(question, []).append(send)
        if is_first:
            send()

    def _end_turn(self, question: int) -> None:
        waiting = self._turns[question]
        waiting.pop(0)
        if waiting:
            waiting[0]()
        else:
            del self._turns[question]

    def _deliver(self, question: int, wanted: bool, was: int | None = None) -> None:
        then = self._last_tally(question), self.fetched

        def answered(outcome: Outcome | None) -> None:
            take(outcome)
            self._end_turn(question)

        def take(outcome: Outcome | None) -> None:
            if was is not None:
                self._in_flight.discard(question)
            if outcome is None or outcome.problem == "later":
                self._soon(AGAIN, AGAIN, self.send_kept)
                return
            wish = self.wishes.get(question)
            is_newest = wish is not None and wish.wanted is wanted
            if outcome.problem and is_newest:
                self._refused_vote(question, wanted, was)
            elif is_newest:
                self.wishes[question] = Wish(wanted, outcome.value, self.world.now)
                if then == (self._last_tally(question), self.fetched):
                    self._show_votes(question, outcome.value)

        self._send("vote", (question, wanted), answered)

    def _refused_vote(self, question: int, wanted: bool, was: int | None) -> None:
        del self.wishes[question]
        self.last_wish.pop(question, None)
        self.refresh(whole=True)
        if was is None or question not in self.cards:
            return
        last = self._last_tally(question)
        votes = was if last is None else last
        pressed = None if self.cards[question].voted is None else not wanted
        self.cards[question] = replace(self.cards[question], voted=pressed, votes=votes)

    def form(self, kind: str, *args: Any) -> None:
        """Edit or withdraw: a form over HTTP, which answers with the board."""
        asked_at = self.world.now

        def answered(outcome: Outcome | None) -> None:
            if outcome is None or outcome.problem == "later":
                self.refresh_soon(1, 4, whole=True)
            elif not outcome.problem and outcome.value is not None:
                self.lay_in_unless_old(outcome.value, asked_at)

        self._post(kind, args, answered, with_board=True)

    def _send(self, kind: str, args: tuple[Any, ...], done: Callable[..., None]) -> None:
        """Send over the socket; where no answer comes in time, over HTTP."""
        connection, is_answered = self.connection, []

        def answered(outcome: Outcome) -> None:
            if not is_answered:
                is_answered.append(True)
                done(outcome)

        def give_up() -> None:
            if not is_answered:
                is_answered.append(True)
                self._post(kind, args, done)

        if connection is None:
            self._post(kind, args, done)
            return
        self._soon(PATIENCE, PATIENCE, give_up)
        line = connection.down.__self__  # type: ignore[attr-defined]  # the line it goes down
        line.up(Request(kind, self.name, args, partial(line.answer, answered)))

    def _post(
        self, kind: str, args: Any, done: Callable[..., None], *, with_board: bool = False
    ) -> None:
        """Send over HTTP: the request, or its answer, may be lost."""
        page, is_done = self.page, []

        def finish(outcome: Outcome | None) -> None:
            if page == self.page and not is_done:
                is_done.append(True)
                done(outcome)

        def answer(outcome: Outcome) -> None:
            if with_board and not outcome.problem:
                outcome = Outcome(value=self.server.board(self.name))
            if not self.world.fault(0.1):
                self.world.soon(0.01, 1, lambda: finish(outcome))

        if not self.world.fault(0.1):
            request = Request(kind, self.name, args, answer)
            self.world.soon(0.01, 2, lambda: self.server.receive(request))
        self._soon(PATIENCE, PATIENCE, lambda: finish(None))


class Line:
    """A socket's way through the network: in order while it holds, until it breaks."""

    def __init__(self, attendee: Attendee, connection: Connection) -> None:
        self.attendee, self.world, self.connection = attendee, attendee.world, connection
        self.page = attendee.page
        self._last = {"up": 0.0, "down": 0.0}
        self._is_broken = False

    def down(self, name: str, payload: Any) -> None:
        """Bring a message down; it may come twice, late, out of its turn, or never."""
        if name == "disconnect":
            self._break()
            return
        if self.world.fault(0.03):
            self._break()
            return
        for _ in range(2 if self.world.fault(0.05) else 1):
            self._carry("down", lambda: self.attendee.hear(name, payload))

    def up(self, request: Request) -> None:
        request.own_room = lambda: self.attendee.server.join_own_room(self.connection)
        if self.world.fault(0.05):
            self._break()
            return
        for _ in range(2 if self.world.fault(0.05) else 1):
            self._carry("up", lambda: self.attendee.server.receive(request))

    def answer(self, answered: Callable[[Outcome], None], outcome: Outcome) -> None:
        if not self.world.fault(0.03):
            self._carry("down", lambda: answered(outcome))
        else:
            self._break()

    def _carry(self, way: str, do: Callable[[], None]) -> None:
        at = self.world.now + self.world.random.uniform(0.005, 0.3)
        if way == "up" or not self.world.fault(0.05):
            at = max(at, self._last[way])
        self._last[way] = max(at, self._last[way])
        self.world.later(at - self.world.now, lambda: self._arrive(do))

    def _arrive(self, do: Callable[[], None]) -> None:
        if not self._is_broken and self.page == self.attendee.page:
            do()

    def _break(self) -> None:
        """Lose the socket, and all that is on its way."""
        if not self._is_broken:
            self._is_broken = True
            self.world.soon(0, 2, self._notice)

    def _notice(self) -> None:
        if self.attendee.connection is self.connection:
            self.attendee.lose_socket()
        elif self.connection in self.attendee.server.connections:
            self.attendee.server.connections.remove(self.connection)
