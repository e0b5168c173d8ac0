import time

import pytest

from companion.board.others import Nobody
from companion.board.rate_limits import LIMITS, RateLimits
from companion.errors import Refused
from tests.support.colleagues import colleagues
from tests.support.people import ADA, BOB, GRACE


def spend(limits: RateLimits, action: str, times: int, talk: str = "talk", who: str = ADA) -> None:
    for _ in range(times):
        limits.spend(action, talk, who)


@pytest.mark.parametrize(
    ("action", "allowed", "reason"),
    [
        ("ask", 3, "That was 3 questions in a short time. Try again in "),
        ("edit", 10, "That was 10 changes in a short time. Try again in "),
        ("vote", 60, "That was 60 votes in a short time. Try again in "),
        ("draw", 5, "That was 5 marks in a short time. Try again in "),
    ],
)
def test_past_a_limit_the_refusal_says_when(action, allowed, reason):
    limits = RateLimits(on=True, others=Nobody())
    spend(limits, action, allowed)

    with pytest.raises(Refused) as refusal:
        limits.spend(action, "talk", ADA)

    assert refusal.value.retry_after is not None
    assert 1 <= refusal.value.retry_after <= 60
    seconds = refusal.value.retry_after
    assert str(refusal.value) == f"{reason}{seconds} seconds; nothing you typed is lost."


def test_twenty_questions_an_hour_and_the_wait_is_said_in_minutes(monkeypatch):
    limits = RateLimits(on=True, others=Nobody())
    clock = [1_000_000.0]
    monkeypatch.setattr("time.monotonic", lambda: clock[0])
    for _ in range(20):
        limits.spend("ask", "talk", ADA)
        clock[0] += 61

    with pytest.raises(Refused, match=r"20 questions .* in 40 minutes") as refusal:
        limits.spend("ask", "talk", ADA)

    assert refusal.value.retry_after == 3_600 - 20 * 61
    clock[0] += 3_600 - 20 * 61 + 1
    limits.spend("ask", "talk", ADA)


def test_a_limit_counts_for_one_visitor_on_one_talk(monkeypatch):
    limits = RateLimits(on=True, others=Nobody())
    spend(limits, "ask", 3)

    spend(limits, "ask", 3, who=BOB)
    spend(limits, "ask", 3, talk="other-talk")
    spend(limits, "vote", 3)
    with pytest.raises(Refused):
        limits.spend("ask", "talk", ADA)


def test_a_repeat_is_free():
    limits = RateLimits(on=True, others=Nobody())
    spend(limits, "ask", 2)
    for _ in range(9):
        limits.spend("ask", "talk", ADA, once="the-same-key")

    with pytest.raises(Refused):
        limits.spend("ask", "talk", ADA, once="another-key")


def test_those_who_are_gone_are_forgotten(monkeypatch):
    clock = [1_000_000.0]
    monkeypatch.setattr("time.monotonic", lambda: clock[0])
    limits = RateLimits(on=True, others=Nobody())
    for number in range(50):
        limits.spend("vote", "talk", f"visitor-{number}")
    clock[0] += 300
    limits.spend("vote", "talk", ADA)

    assert [action for action, _ in limits._spent] == ["vote"]


def test_off_means_off():
    spend(RateLimits(on=False, others=Nobody()), "ask", 500)


def test_every_action_has_a_limit():
    assert all(most > 0 and seconds > 0 for limits in LIMITS.values() for most, seconds in limits)


def test_a_clock_that_is_set_back_keeps_nobody_waiting(monkeypatch):
    limits = RateLimits(on=True, others=Nobody())
    spend(limits, "ask", 3)
    monkeypatch.setattr("time.time", lambda real=time.time: real() - 3600)

    with pytest.raises(Refused) as refusal:
        limits.spend("ask", "talk", ADA)

    assert refusal.value.retry_after <= 60


@pytest.mark.parametrize("action", LIMITS)
def test_two_workers_have_one_allowance(action):
    pair = [RateLimits(on=True, others=each) for each in colleagues(2)]
    most = LIMITS[action][0][0]
    for number in range(most):
        pair[number % 2].spend(action, "talk", ADA)

    for limits, other in zip(pair, (BOB, GRACE), strict=True):
        with pytest.raises(Refused):
            limits.spend(action, "talk", ADA)
        with pytest.raises(Refused):
            limits.refuse_past(action, "talk", ADA)
        limits.spend(action, "talk", other)


def test_what_counts_apart_is_not_taken_together():
    first, second = colleagues(2)
    limits = RateLimits(on=True, others=first)
    reports = RateLimits(on=True, others=second, kind="reported")
    spend(limits, "ask", 3)

    reports.spend("ask", "talk", ADA)


def test_a_repeat_at_another_worker_is_a_repeat():
    pair = [RateLimits(on=True, others=each) for each in colleagues(2)]
    for number in range(6):
        pair[number % 2].spend("ask", "talk", ADA, once="the same")

    spend(pair[1], "ask", 2)
    with pytest.raises(Refused):
        pair[0].spend("ask", "talk", ADA)
