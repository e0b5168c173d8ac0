"""Who has pressed what in the last minute, at whichever worker: in memory alone, and soon gone.

Workers tell each other of each press, under a name that leads back to nobody. What is kept for
later is how many there were in a minute.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

from companion.board.others import Others
from companion.board.rate_limits import TEN_SECONDS
from companion.store.pulse import PulseKind

FADES_SECONDS, CLAPPING_SECONDS = 60.0, 900.0
SWEEP_SECONDS = 60.0
PRESSED = "pressed"  # what workers tell each other
LASTS = dict.fromkeys(PulseKind, FADES_SECONDS) | {PulseKind.CLAP: CLAPPING_SECONDS}
# From here on it is worth stopping for: one in five, and not one or two who pressed by mistake.
ALERT_SHARE, ALERT_PEOPLE = 5, 3
ALERTING = (PulseKind.LOST, PulseKind.LOUDER)
Minute = tuple[str, datetime, PulseKind]


@dataclass
class _Person:
    """What somebody pressed last, and in which minute each thing was counted last."""

    kind: PulseKind
    at: float
    counted: dict[PulseKind, float] = field(default_factory=dict)


class Pulse(NamedTuple):
    """How a talk's people follow, ``of`` so many who are here; ``at`` tells older from newer."""

    clear: int
    lost: int
    louder: int
    claps: int
    of: int
    at: int
    is_alone: bool = False

    @property
    def alerts(self) -> tuple[str, ...]:
        """Return what so many press that somebody should do something."""
        return tuple(kind for kind in ALERTING if _is_alert(getattr(self, kind), self.of))

    @property
    def digest(self) -> str:
        """Return what tells whether a browser shows the same."""
        return ".".join(map(str, (*self[:5], int(self.is_alone))))

    def told(self) -> dict[str, object]:
        """Return what is sent of it."""
        return {**self._asdict(), "alerts": self.alerts, "digest": self.digest}


def _is_alert(people: int, of: int) -> bool:
    return people >= ALERT_PEOPLE and people * ALERT_SHARE >= of


class Pulses:
    """Takes presses, hears of those at other workers, and forgets them."""

    def __init__(self, others: Others, clock: Callable[[], datetime]) -> None:
        """Begin with nobody; the ``others`` are told of all that is pressed here, and tell it."""
        self._others, self._clock = others, clock
        self._people: dict[str, dict[str, _Person]] = {}
        self._unsaved: Counter[Minute] = Counter()
        self._swept_at = 0.0
        self.on_press: Callable[[str], None] = lambda talk: None
        others.on(PRESSED, self._hear)

    def press(self, talk: str, visitor: str, kind: PulseKind) -> None:
        """Have somebody have pressed something, in the place of what they pressed before."""
        now = self._now
        self._sweep(now)
        who = self._others.known_as(f"{talk} {visitor}")
        if self._note(talk, who, kind, now):
            self._unsaved[talk, datetime.fromtimestamp(_minute(now), UTC), kind] += 1
        self._others.tell(PRESSED, talk, [[who, kind, now]])
        self.on_press(talk)

    def is_repeated(self, talk: str, visitor: str, kind: PulseKind) -> bool:
        """Whether somebody has just pressed it, within their limit: they may have had no answer."""
        person = self._people.get(talk, {}).get(self._others.known_as(f"{talk} {visitor}"))
        return bool(person and person.kind is kind and person.at > self._now - TEN_SECONDS)

    def talks(self) -> list[str]:
        """Return where anything was pressed that still counts, or did a moment ago."""
        self._sweep(self._now)
        return list(self._people)

    def counts(self, talk: str) -> Counter[PulseKind]:
        """Return how many people's last press is what, of those that still count."""
        now = self._now
        people = self._people.get(talk, {}).values()
        return Counter(person.kind for person in people if _counts(person, now))

    def tell_all(self, *_: object) -> None:
        """Tell the others what was pressed: they may have missed something, or have just begun."""
        for talk, people in self._people.items():
            pressed = [[who, person.kind, person.at] for who, person in people.items()]
            self._others.tell(PRESSED, talk, pressed)

    def take_unsaved(self) -> Counter[Minute]:
        """Return how many pressed what in which minute, since this was asked for last."""
        taken, self._unsaved = self._unsaved, Counter()
        return taken

    def give_back(self, taken: Counter[Minute]) -> None:
        """Take back what could not be saved."""
        self._unsaved.update(taken)

    @property
    def _now(self) -> float:
        return self._clock().timestamp()

    def _hear(self, _worker: str, talk: str, pressed: Iterable[tuple[str, str, float]]) -> None:
        now = self._now
        for who, kind, at in pressed:
            self._note(talk, who, PulseKind(kind), min(at, now))
        self.on_press(talk)

    def _note(self, talk: str, who: str, kind: PulseKind, at: float) -> bool:
        """Note a press; return whether it counts: once a minute, and a clap once."""
        people = self._people.setdefault(talk, {})
        person = people.setdefault(who, _Person(kind, at))
        if at >= person.at:
            person.kind, person.at = kind, at
        before, minute = person.counted.get(kind), _minute(at)
        person.counted[kind] = max(minute, before or minute)
        return before is None or (kind is not PulseKind.CLAP and minute > before)

    def _sweep(self, now: float) -> None:
        """Forget, once a minute, whose presses count no more."""
        if now - self._swept_at < SWEEP_SECONDS:
            return
        self._swept_at = now
        for talk, people in list(self._people.items()):
            kept = {who: person for who, person in people.items() if _is_kept(person, now)}
            self._people[talk] = kept
            if not kept:
                del self._people[talk]


def _minute(at: float) -> float:
    return at - at % 60


def _counts(person: _Person, now: float) -> bool:
    return person.at > now - LASTS[person.kind]


def _is_kept(person: _Person, now: float) -> bool:
    """Whether a press counts, or has just ceased to; who has clapped is to do so once."""
    longest = CLAPPING_SECONDS if PulseKind.CLAP in person.counted else FADES_SECONDS
    return person.at > now - longest - SWEEP_SECONDS
