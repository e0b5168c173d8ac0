import pytest

from companion.board.plural import plural


@pytest.mark.parametrize(
    ("count", "said"), [(0, "0 votes"), (1, "1 vote"), (2, "2 votes"), (2_000, "2,000 votes")]
)
def test_one_is_one_and_all_else_is_many(count, said):
    assert plural(count, "vote") == said
