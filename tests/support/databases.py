"""The databases that the same tests run on, where the database has a say in the outcome."""

import pytest

POSTGRESQL = pytest.param("postgresql", marks=pytest.mark.slow)
on_both_databases = pytest.mark.parametrize("database_url", ["sqlite", POSTGRESQL], indirect=True)
