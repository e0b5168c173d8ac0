"""What is true of every connection."""

import pytest
import sqlalchemy as sa

from tests.support.databases import on_both_databases


@on_both_databases
def test_no_error_repeats_what_people_wrote(engine):
    words = "How do bees find home without being seen?"

    with pytest.raises(sa.exc.DBAPIError) as failed, engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO nothing VALUES (:words)"), {"words": words})

    assert "nothing" in str(failed.value)
    assert words not in str(failed.value)
