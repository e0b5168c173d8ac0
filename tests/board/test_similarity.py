import pytest

from companion.board.similarity import alike

DRIFT = "How do you notice that the data has drifted before your users do?"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("How do you notice data drift?", DRIFT),
        ("Will the slides be shared afterwards?", "Can you share the slides, please?"),
        ("Is there a recording of the talk?", "Will the talk be recorded?"),
        ("How do you deploy a model?", "What about the deployment of models?"),
        ("How is fairness measured?", "How do you measure if a model is fair?"),
        ("When do you stop training?", "How do you know training can be stopped?"),
        ("Wie finden Bienen nach Hause?", "Wie findet eine Biene nach Hause?"),
        ("DO YOU RETRAIN ON A SCHEDULE??", "Do you retrain on a schedule, or when it looks wrong?"),
    ],
)
def test_the_same_asked_differently_is_found(one, other):
    assert alike(one, [(7, other)]) == ((7, other),)
    assert alike(other, [(7, one)]) == ((7, one),)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Would you deploy on a Friday?", "Who should own a model once the project has ended?"),
        ("How do bees find home?", "Do bees sleep at home?"),
        ("How do you do it?", "How do they do it?"),
        ("", DRIFT),
        ("data", DRIFT),
    ],
)
def test_what_is_different_is_left_alone(one, other):
    assert alike(one, [(7, other)]) == ()


def test_the_likeliest_three_come_first():
    others = [(n, f"How do you notice data drift{' in time' * n}?") for n in range(5)]

    found = alike("How do you notice data drift?", others)

    assert [id for id, _ in found] == [0, 1, 2]
