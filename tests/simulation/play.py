"""Who does what in one simulation, and when: attendees, a moderator, and bad luck."""

from functools import partial

from companion.store.models import Status

from .attendee import Attendee
from .server import Request, Server
from .world import FAULTY_SECONDS, World

PEOPLE = ("ada", "bob", "eve")
VERBS = ("approve", "approve", "decline", "archive", "restore", "answered", "now", "next", "unnext")
MORE = ("pin", "merge", "merge", "unmerge", "undo", "undo", "undo")
DEEDS = 30


def play(world: World, server: Server) -> list[Attendee]:
    """Let a minute of faults pass, and then all come to rest."""
    random = world.random
    attendees = [Attendee(world, server, name) for name in PEOPLE]
    for number in range(DEEDS):
        do = random.choice((_ask, _vote, _vote, _change, _moderate, _moderate))
        world.soon(0, FAULTY_SECONDS, partial(do, world, server, attendees, number))
    for _ in range(random.choice((0, 1, 2))):
        world.soon(0, FAULTY_SECONDS, lambda: world.kill_within(12))
    for _ in range(random.choice((0, 1, 2))):
        world.soon(0, FAULTY_SECONDS, partial(_fail, world, server))
    if random.random() < 0.2:
        world.soon(FAULTY_SECONDS / 2, FAULTY_SECONDS, partial(_send, server, "end", ()))
    if random.random() < 0.3:
        world.soon(0, FAULTY_SECONDS, random.choice(attendees).open)
    world.later(FAULTY_SECONDS + 1, partial(_calm, world, server))
    world.run()
    return attendees


def _calm(world: World, server: Server) -> None:
    world.kill_never()
    server.failing_commits = 0


def _fail(world: World, server: Server) -> None:
    server.failing_commits = world.random.choice((1, 2, 4))


def _ask(world: World, server: Server, attendees: list[Attendee], number: int) -> None:
    who = world.random.choice(attendees)
    who.ask(f"key-{number}-{server.slug}", f"How do bees find home, take {number}?")


def _vote(world: World, server: Server, attendees: list[Attendee], number: int) -> None:
    who = world.random.choice(attendees)
    if who.cards:
        question = world.random.choice(sorted(who.cards))
        who.vote(question, wanted=not who.cards[question].voted)


def _change(world: World, server: Server, attendees: list[Attendee], number: int) -> None:
    who = world.random.choice(attendees)
    if not who.mine:
        return
    question = world.random.choice(sorted(who.mine))
    if world.random.random() < 0.6:
        who.form("edit", question, f"In other words, take {number}?")
    else:
        who.form("withdraw", question)


def _moderate(world: World, server: Server, attendees: list[Attendee], number: int) -> None:
    random, entries = world.random, server.model.entries
    kept = [id for id, entry in entries.items() if entry.status is not Status.WITHDRAWN]
    verb = random.choice(VERBS + MORE)
    if verb == "undo":
        done = sorted(server.undoable)
        if done:
            _send(server, "undo", (random.choice(done[-3:]),))
    elif kept:
        number = 2 if verb == "merge" else 1
        _send(server, verb, tuple(random.choice(kept) for _ in range(number)))


def _send(server: Server, kind: str, args: tuple[int, ...]) -> None:
    """Press a button at the desk."""
    server.receive(Request(kind, "Grace", args, lambda outcome: None))
