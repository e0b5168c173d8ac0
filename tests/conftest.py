"""What every test may ask for: a database from the real migrations, settings, an application."""

import logging
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import settings as hypothesis_settings

from companion.app import build, release
from companion.settings import Settings, read_settings
from companion.store.engine import Base, prepare
from companion.store.events import Bus
from companion.store.migrate import bring_up_to_date, prepare_migrations
from companion.store.writer import Writer
from tests.support import behind
from tests.support.clock import Clock
from tests.support.compiled import TemplatesInMemory, share_routes, share_statements
from tests.support.indoors import sitecustomize  # noqa: F401 (this process stays here, too)
from tests.support.listener import Listener
from tests.support.moderation import Moderation
from tests.support.pages import Browser
from tests.support.postgres import Postgres, running_postgres
from tests.support.room import Room
from tests.support.talks import programme_of, write_talk

SECRET = "0123456789abcdef-of-the-tests"
MakeSettings = Callable[..., Settings]
MakeApp = Callable[..., Flask]
hypothesis_settings.register_profile("companion", deadline=None, database=None)
hypothesis_settings.load_profile("companion")


@pytest.fixture(autouse=True)
def _no_errors_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail a test that logs an error; one that means to looks at it and clears it."""
    yield
    # Only Playwright runs on asyncio, and says so of a request that a closing page has left.
    ours = (record for record in caplog.get_records("call") if record.name != "asyncio")
    assert [one.getMessage() for one in ours if one.levelno >= logging.ERROR] == []


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    for name in os.environ:
        if name.startswith("COMPANION_"):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session", autouse=True)
def _compiled_once() -> Iterator[None]:
    """Compile routes and statements once, not for each test's application and engine."""
    with pytest.MonkeyPatch.context() as patch:
        share_routes(patch)
        share_statements(patch)
        yield


@pytest.fixture(scope="session")
def template_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an SQLite file that the real migrations have made."""
    folder = tmp_path_factory.mktemp("template")
    path = folder / "template.sqlite3"
    app = build(_settings(talks=str(folder), database_url=f"sqlite:///{path}"))
    assert bring_up_to_date(app) == ""
    _let_go(app)
    with sa.create_engine(f"sqlite:///{path}").connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """Return a running PostgreSQL server."""
    with running_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def migrated_postgres(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the name of a PostgreSQL database that the real migrations have made."""
    import flask_migrate

    name = postgres.new()
    folder = tmp_path_factory.mktemp("migrated-postgres")
    app = prepare_migrations(build(_settings(talks=str(folder), database_url=postgres.url(name))))
    with app.app_context():
        flask_migrate.upgrade()
    _let_go(app)
    return name


@pytest.fixture(scope="session", autouse=True)
def _behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """Have all servers of the run stand behind nginx, where `BEHIND` says so."""
    if not behind.PROXY:
        yield
        return
    found = [request.getfixturevalue(name) for name in ("postgres", "migrated_postgres")]
    with behind.everything_behind(*found):
        yield


@pytest.fixture
def sqlite_url(template_database: Path, tmp_path: Path) -> str:
    """Return the address of a fresh SQLite file."""
    path = tmp_path / "companion.sqlite3"
    shutil.copyfile(template_database, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_url(postgres: Postgres, migrated_postgres: str) -> Iterator[str]:
    """Return the address of a PostgreSQL database with empty tables; emptying one is cheaper."""
    yield postgres.url(migrated_postgres)
    postgres.empty(migrated_postgres, Base.metadata)


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """Return a fresh database: SQLite, unless a test asks for both."""
    kind = getattr(request, "param", "sqlite")
    return str(request.getfixturevalue("postgres_url" if kind == "postgresql" else "sqlite_url"))


@pytest.fixture
def engine(database_url: str) -> Iterator[sa.Engine]:
    """Return a way into the same database, beside the application's own."""
    engine = sa.create_engine(database_url)
    prepare(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def clock() -> Clock:
    """Return the clock: twenty minutes into the usual talk."""
    return Clock()


@pytest.fixture
def bus() -> Bus:
    return Bus()


@pytest.fixture
def listener(bus: Bus) -> Listener:
    """Return somebody who hears all that happens."""
    return Listener(bus)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder of talks, with the usual one in it."""
    folder = tmp_path / "talks"
    folder.mkdir()
    write_talk(folder)
    return folder


@pytest.fixture
def make_settings(folder: Path, database_url: str) -> MakeSettings:
    """Return what reads settings; each is named as in the environment, in lower case."""

    def make(**given: str) -> Settings:
        return _settings(**{"talks": str(folder), "database_url": database_url} | given)

    return make


def _settings(**given: str) -> Settings:
    usual = {"secret_key": SECRET, "password_mib": "1"}
    return read_settings({f"COMPANION_{name.upper()}": v for name, v in (usual | given).items()})


@pytest.fixture(scope="session")
def compiled_templates() -> TemplatesInMemory:
    """Return where compiled templates are kept, since every test has its own application."""
    return TemplatesInMemory()


@pytest.fixture
def make_app(
    make_settings: MakeSettings, clock: Clock, compiled_templates: TemplatesInMemory
) -> Iterator[MakeApp]:
    """Return what builds an application.

    It is given its programme, whose pages are rendered in this process: starting the process that
    does it otherwise takes longer than most tests.
    """
    apps: list[Flask] = []

    def make(**given: str) -> Flask:
        settings = make_settings(**given)
        app = build(settings, clock, programme_of(settings))
        app.jinja_env.bytecode_cache = compiled_templates
        apps.append(app)
        return app

    yield make
    for app in apps:
        _let_go(app)


def _let_go(app: Flask) -> None:
    release(app)


@pytest.fixture
def app(make_app: MakeApp) -> Flask:
    """Return the application with the usual talk."""
    return make_app()


@pytest.fixture
def ada(app: Flask) -> Browser:
    return Browser(app)


@pytest.fixture
def bob(app: Flask) -> Browser:
    return Browser(app)


@pytest.fixture
def eve(app: Flask) -> Browser:
    return Browser(app)


@pytest.fixture
def stranger(app: Flask) -> Browser:
    """Return a browser that has never been here."""
    return Browser(app, known=False)


@pytest.fixture
def writing_engine(database_url: str) -> Iterator[sa.Engine]:
    """Return an engine of one connection, as the application's writer has it."""
    engine = sa.create_engine(database_url, pool_size=1, max_overflow=0)
    prepare(engine, writing=True)
    yield engine
    engine.dispose()


@pytest.fixture
def writer(writing_engine: sa.Engine, bus: Bus) -> Writer:
    return Writer(writing_engine, bus.publish, lambda commit: commit())


@pytest.fixture
def room(engine: sa.Engine, writer: Writer) -> Room:
    """Return the usual talk's board, open and not moderated."""
    return Room(engine, writer)


@pytest.fixture
def other_room(engine: sa.Engine, writer: Writer) -> Room:
    return Room(engine, writer, "other-talk")


@pytest.fixture
def grace(room: Room) -> Moderation:
    """Return the usual talk's desk; Grace moderates."""
    return Moderation(room)
