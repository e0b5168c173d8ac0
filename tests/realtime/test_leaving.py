"""Somebody goes while the server is still at work for them."""

import sqlalchemy as sa


def test_whoever_goes_before_their_question_is_answered_leaves_no_trace(app, arrive):
    ada, bob = arrive(), arrive()
    gone = []

    def go(_connection: sa.Connection) -> None:
        if not gone:
            gone.append(ada)
            ada.leave()

    sa.event.listen(sa.Engine, "commit", go)
    try:
        ada.ask("Does anybody hear this after I am gone?")
    finally:
        sa.event.remove(sa.Engine, "commit", go)

    assert gone == [ada]
    assert bob.here() == 1
    assert bob.heard() == [("#questions", "beforeend")]
