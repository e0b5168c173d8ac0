"""The databases that the same tests run on, where the database has a say in the outcome."""

import pytest

on_both_databases = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
