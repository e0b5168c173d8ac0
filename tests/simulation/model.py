"""What a talk's board must be, in plain Python: the second oracle beside the real domain."""

from dataclasses import dataclass, field

from companion.board.questions import GONE_WORDS
from companion.errors import Refused
from companion.store.models import EDITABLE, PUBLIC, Status

W, P, A, D, N = Status.WAITING, Status.OPEN, Status.ANSWERED, Status.DECLINED, Status.ARCHIVED
M = Status.MERGED
# By which actions a question may come from one status to another; undoing goes back by any.
WAYS = {
    "approve": {(W, P), (D, P), (N, P)},
    "decline": {(W, D), (P, D), (A, D)},
    "archive": {(W, N), (P, N), (A, N)},
    "restore": {(A, P), *((aside, back) for aside in (D, N) for back in (W, P, A))},
    "answered": {(P, A)},
    "now": {(W, P), (A, P), (P, A)},  # the last: what was Now before
    "next": {(W, P), (A, P)},
    "unnext": {(P, A)},
    "pin": set(),
    "merge": {(W, M), (P, M)},
    "unmerge": {(M, W), (M, P)},
    "end": {(P, A)},
    "withdraw": {(W, Status.WITHDRAWN), (P, Status.WITHDRAWN), (M, W), (M, P)},
}


@dataclass
class Entry:
    """A question; ``voters`` are those who voted for itself."""

    key: str
    author: str
    text: str
    status: Status
    voters: set[str] = field(default_factory=set)
    into: int | None = None


@dataclass
class Stand:
    """How questions stand, by number, and what is taken up; read from the database."""

    status: dict[int, Status]
    into: dict[int, int | None]
    now: int | None
    next: int | None
    is_over: bool


class Model:
    """What attendees do is foretold to the letter; of the desk, which ways it may go."""

    def __init__(self, *, moderated: bool) -> None:
        self.moderated, self.is_closed = moderated, False
        self.entries: dict[int, Entry] = {}
        self.now: int | None = None
        self.next: int | None = None
        self.ever_public: set[tuple[int, str]] = set()
        self.ever_merged: set[int] = set()
        self.ever_hidden: set[int] = set()

    def group(self, id: int) -> list[Entry]:
        return [e for n, e in self.entries.items() if id in (n, e.into)]

    def votes(self, id: int) -> int:
        group = self.group(id)
        voters = set[str]().union(*(entry.voters for entry in group))
        return len(voters - {entry.author for entry in group})

    def has_voted(self, id: int, who: str) -> bool:
        return any(who in entry.voters for entry in self.group(id))

    def ask(self, who: str, key: str, text: str, id: int | None) -> None:
        known = [entry for entry in self.entries.values() if entry.key == key]
        if known:
            assert not id or known == [self.entries[id]], "one key is one question"
            return
        self._refuse_when_closed()
        assert id is not None
        assert id not in self.entries
        self.entries[id] = Entry(key, who, text, W if self.moderated else P)

    def edit(self, who: str, id: int, text: str) -> None:
        self._refuse_when_closed()
        entry = self._own(who, id)
        if text == entry.text:
            return
        if id == self.now:
            raise Refused("it is answered now")
        entry.text = text
        if self.moderated:
            entry.status = W
            self.ever_hidden.add(id)
            self._free(id)

    def withdraw(self, who: str, id: int) -> None:
        entry = self.entries[id]
        if entry.author == who and entry.status is Status.WITHDRAWN:
            return
        entry = self._own(who, id)
        entry.status, entry.text = Status.WITHDRAWN, GONE_WORDS
        self._free(id)

    def vote(self, who: str, id: int, wanted: bool) -> None:
        self._refuse_when_closed()
        if self.entries[id].status is not P or who in {e.author for e in self.group(id)}:
            raise Refused("it takes no vote of theirs")
        if not wanted:
            for entry in self.group(id):
                entry.voters.discard(who)
        elif not self.has_voted(id, who):
            self.entries[id].voters.add(who)

    def adopt(self, verb: str, stand: Stand) -> None:
        """Take over how the questions stand after an action, if they may have come to that."""
        for id, status in stand.status.items():
            entry = self.entries[id]
            way = entry.status, status
            assert way[0] is way[1] or verb == "undo" or way in WAYS[verb], (verb, id, way)
            if entry.status in PUBLIC and status not in PUBLIC:
                self.ever_hidden.add(id)
            entry.status, entry.into = status, stand.into[id]
            if entry.into:
                self.ever_merged |= {id, entry.into}
        self.now, self.next, self.is_closed = stand.now, stand.next, stand.is_over

    def check(self) -> None:
        """Say what is always so, and remember what everybody could read."""
        assert self.now is None or self.now != self.next, "Now and Next are two"
        for id in (self.now, self.next):
            assert id is None or self.entries[id].status is P, "what is taken up is open"
        for id, entry in self.entries.items():
            assert (entry.into is not None) is (entry.status is M)
            root = self.entries[entry.into] if entry.into else None
            assert root is None or root.status is not M, "nothing is merged into what is merged"
            if entry.status in PUBLIC:
                self.ever_public.add((id, entry.text))

    def _own(self, who: str, id: int) -> Entry:
        entry = self.entries[id]
        if entry.author != who or entry.status not in EDITABLE:
            raise Refused("not theirs, or dealt with")
        return entry

    def _free(self, id: int) -> None:
        self.now = None if self.now == id else self.now
        self.next = None if self.next == id else self.next

    def _refuse_when_closed(self) -> None:
        if self.is_closed:
            raise Refused("the board is closed")
