"""The databases that the same tests run on, where the database has a say in the outcome."""

import pytest

# The same code has been counted with SQLite.
POSTGRESQL = pytest.param("postgresql", marks=(pytest.mark.slow, pytest.mark.no_cover))
on_both_databases = pytest.mark.parametrize("database_url", ["sqlite", POSTGRESQL], indirect=True)
