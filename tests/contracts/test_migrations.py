"""The migrations make what the models say, on both databases, and can be taken back."""

import ast
import json

import flask_migrate
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.orm import Session

from companion.app import build
from companion.board import history
from companion.moderation.role_links import opened
from companion.paths import resource_dir
from companion.store.engine import Base, db, prepare
from companion.store.migrate import prepare_migrations
from companion.store.models import (
    Action,
    Question,
    Rehearsal,
    Role,
    RoleGrant,
    RoleLink,
    SignIn,
    Status,
    Talk,
    Vote,
)
from tests.support.clock import STARTS
from tests.support.databases import on_both_databases
from tests.support.factories import count_rows, make_question

pytestmark = pytest.mark.slow
KINDS = ("check_constraints", "unique_constraints", "foreign_keys", "indexes", "columns")


@pytest.fixture(params=["sqlite", "postgresql"])
def new_url(request, tmp_path):
    """Return the address of a database with nothing in it."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/new.sqlite3"
        return
    postgres = request.getfixturevalue("postgres")
    name = postgres.new()
    yield postgres.url(name)
    postgres.drop(name)


@pytest.fixture
def migrated(make_settings, new_url):
    """Return an application whose database the migrations have made."""
    settings = make_settings(database_url=new_url, talks=str(resource_dir("migrations")))
    app = prepare_migrations(build(settings))
    with app.app_context():
        flask_migrate.upgrade()
        yield app
        db.engine.dispose()


def shape(engine: sa.Engine) -> dict[str, object]:
    """Return all that the database says about its tables."""
    inspector = sa.inspect(engine)
    found: dict[str, object] = {}
    for table in sorted(set(inspector.get_table_names()) - {"alembic_version"}):
        found[table] = inspector.get_pk_constraint(table)
        for kind in KINDS:
            listed = getattr(inspector, f"get_{kind}")(table)
            found[f"{table} {kind}"] = sorted(str(item) for item in listed)
    return found


NARROWING = {"drop_column", "drop_table", "rename_table", "drop_constraint", "alter_column"}
BEFORE_THE_RULE = {"0005_names_alone.py", "0006_standard_terms.py"}
WIDENS = {"0007_archived.py"}  # it drops a check to put a wider one in its place


def narrowing_steps(source: str) -> set[str]:
    """Return what a migration's upgrade takes away from a server that runs still."""
    functions = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]
    steps = [
        node
        for function in functions
        if function.name != "downgrade"
        for node in ast.walk(function)
    ]
    return {node.attr for node in steps if isinstance(node, ast.Attribute)} & NARROWING


def test_a_migration_leaves_what_a_server_of_the_last_version_uses():
    """Expand first and contract a version later: the old server goes on beside the new database."""
    files = (resource_dir("migrations") / "versions").glob("[0-9]*.py")
    found = {path.name for path in files if narrowing_steps(path.read_text())}

    assert found <= BEFORE_THE_RULE | WIDENS


def test_up_down_and_up_again(migrated):
    whole = shape(db.engine)
    assert {"talk", "question", "vote"} <= set(whole)

    flask_migrate.downgrade(revision="base")
    assert shape(db.engine) == {}

    flask_migrate.upgrade()
    assert shape(db.engine) == whole


def test_names_that_were_asked_for_stay_asked_for(migrated):
    flask_migrate.downgrade(revision="0004")
    talk = sa.table("talk", *(sa.column(name) for name in ("slug", "key", "revision", "listed")))
    row = {"key": "k", "revision": 0, "listed": 0}
    anonymous = sa.table("talk", sa.column("slug"), sa.column("anonymous", sa.Boolean))
    with db.engine.begin() as connection:
        connection.execute(sa.insert(talk), [{"slug": "named", **row}, {"slug": "free", **row}])
        connection.execute(
            sa.update(anonymous).where(anonymous.c.slug == "named").values(anonymous=False)
        )

    flask_migrate.upgrade()
    with db.engine.connect() as connection:
        found = dict(connection.execute(sa.select(Talk.slug, Talk.requires_name)).all())
    flask_migrate.downgrade(revision="0004")
    with db.engine.connect() as connection:
        columns = (anonymous.c.slug, anonymous.c.anonymous)
        back = dict(connection.execute(sa.select(*columns)).all())

    assert found == {"named": True, "free": False}
    assert back == {"named": False, "free": True}


def test_a_deed_on_a_column_that_goes_is_no_more_to_be_undone(migrated):
    flask_migrate.downgrade(revision="0004")
    setting = '{"questions": {}, "talk": {"anonymous": [true, false]}}'
    other = '{"questions": {"1": {"text": ["\\"anonymous\\": [", "b"]}}, "talk": {}}'
    kept = {"role": "organiser", "what": "did it", "at": STARTS, "talk_id": 1, "who": ""}
    kept["undone"] = False
    talk = sa.table(
        "talk", *(sa.column(name) for name in ("id", "slug", "key", "revision", "listed"))
    )
    with db.engine.begin() as connection:
        row = {"id": 1, "slug": "talk", "key": "k", "revision": 0, "listed": 0}
        connection.execute(sa.insert(talk), row)
        actions = [{**kept, "before": before} for before in (setting, other)]
        deed = sa.table(
            "deed",
            sa.column("at", sa.DateTime(timezone=True)),
            *map(sa.column, ("role", "what", "talk_id", "before", "who", "undone")),
        )
        connection.execute(sa.insert(deed), actions)

    flask_migrate.upgrade()

    with db.engine.connect() as connection:
        assert connection.scalars(sa.select(Action.before).order_by(Action.id)).all() == ["", other]


def test_an_action_can_still_be_undone_when_its_fields_have_other_names(migrated):
    flask_migrate.downgrade(revision="0005")
    questions = {"1": {"text": ['"names": [', "b"]}}
    before = json.dumps({"questions": questions, "talk": {"names": [False, True]}})
    values = {"role": "moderator", "what": "asked for names", "at": STARTS, "talk_id": 1}
    with db.engine.begin() as connection:
        talk = sa.table("talk", *map(sa.column, ("id", "slug", "key", "revision", "listed")))
        row = {"id": 1, "slug": "talk", "key": "k", "revision": 3, "listed": 2}
        connection.execute(sa.insert(talk), row)
        deed = sa.table(
            "deed",
            sa.column("at", sa.DateTime(timezone=True)),
            *map(sa.column, ("role", "what", "talk_id", "before", "who", "undone")),
        )
        values |= {"before": before, "who": "Grace", "undone": False}
        connection.execute(sa.insert(deed), values)

    flask_migrate.upgrade()

    with db.engine.begin() as connection:
        found = json.loads(connection.scalars(sa.select(Action.before)).one())
        assert found["talk"] == {"requires_name": [False, True]}
        assert found["questions"] == questions
        assert connection.scalars(sa.select(Talk.public_revision)).one() == 2
        added = sa.insert(Action).values(**{**values, "role": Role.MODERATOR}).returning(Action.id)
        assert connection.scalars(added).one() == 2


def test_whoever_was_signed_in_stays_signed_in(migrated):
    flask_migrate.downgrade(revision="0005")
    at = sa.DateTime(timezone=True)
    known = sa.table(
        "role_session", *map(sa.column, ("token_hash", "name")), sa.column("seen_at", at)
    )
    names = ("session", "talk", "role", "generation")
    grant = sa.table("role_grant", *map(sa.column, names), sa.column("began_at", at))
    given = {
        "session": "a",
        "talk": "talk",
        "role": "moderator",
        "generation": 2,
        "began_at": STARTS,
    }
    with db.engine.begin() as connection:
        grace = {"token_hash": "a", "name": "Grace", "seen_at": STARTS}
        connection.execute(sa.insert(known), grace)
        connection.execute(sa.insert(grant), given)

    flask_migrate.upgrade()
    with db.engine.begin() as connection:
        found = sa.select(SignIn.name, SignIn.seen_at, RoleGrant.role, RoleGrant.generation)
        joined = found.join(RoleGrant, RoleGrant.sign_in == SignIn.token_hash)
        assert connection.execute(joined).all() == [("Grace", STARTS, Role.MODERATOR, 2)]
    flask_migrate.downgrade(revision="0005")
    with db.engine.begin() as connection:
        assert connection.execute(sa.select(grant.c.session, grant.c.role)).all() == [
            ("a", "moderator")
        ]


def test_the_models_match_the_migrations(migrated):
    with db.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, Base.metadata) == []


def test_the_migrations_make_what_the_models_would(migrated, new_url, tmp_path, request):
    if new_url.startswith("sqlite"):
        name, url = "", f"sqlite:///{tmp_path}/from-the-models.sqlite3"
    else:
        postgres = request.getfixturevalue("postgres")
        name = postgres.new()
        url = postgres.url(name)
    engine = sa.create_engine(url)
    Base.metadata.create_all(engine)

    made = shape(engine)

    engine.dispose()
    if name:
        postgres.drop(name)
    assert shape(db.engine) == made


def test_there_is_one_newest_migration():
    from alembic.script import ScriptDirectory

    assert len(ScriptDirectory(str(resource_dir("migrations"))).get_heads()) == 1


def refused(engine: sa.Engine, statement: sa.Executable) -> bool:
    try:
        with engine.begin() as connection:
            connection.execute(statement)
    except sa.exc.IntegrityError:
        return True
    return False


@on_both_databases
def test_the_database_itself_is_the_last_line(engine):
    question = make_question(engine, voters=("bob",), key="the-key-of-one")
    with engine.begin() as connection:
        vote = connection.execute(sa.select(Vote.__table__)).mappings().one()
        row = dict(connection.execute(sa.select(Question.__table__)).mappings().one())
    another = {**row, "id": question + 1}

    assert refused(engine, sa.insert(Vote).values(**vote))
    assert refused(engine, sa.insert(Vote).values(**{**vote, "question_id": 999}))
    assert refused(engine, sa.insert(Question).values(**another))
    assert refused(engine, sa.insert(Question).values(**{**another, "key": "2", "talk_id": 999}))
    assert refused(engine, sa.update(Question).values(votes=-1))
    assert refused(engine, sa.update(Question.__table__).values(status=sa.literal_column("'no'")))
    assert refused(engine, sa.update(Question.__table__).values(kind=sa.literal_column("'no'")))
    assert refused(
        engine, sa.insert(Talk).values(slug="talk", key="k", revision=0, public_revision=0)
    )


@on_both_databases
def test_what_hangs_on_a_talk_goes_with_it(engine):
    make_question(engine, voters=("bob",))

    with engine.begin() as connection:
        connection.execute(sa.delete(Talk))

    assert [count_rows(engine, table) for table in (Talk, Question, Vote)] == [0, 0, 0]


@on_both_databases
def test_an_id_is_never_given_twice(engine):
    first = make_question(engine)
    with engine.begin() as connection:
        connection.execute(sa.delete(Question))

    assert make_question(engine) > first


@on_both_databases
def test_a_moment_without_a_zone_is_a_mistake(engine):
    question = make_question(engine)
    naive = STARTS.replace(tzinfo=None)
    vote = sa.insert(Vote).values(question_id=question, voter="bob", voted_at=naive)

    with engine.connect() as connection, pytest.raises(sa.exc.StatementError, match="no time zone"):
        connection.execute(vote)


def test_preparing_an_engine_is_all_that_it_takes(new_url):
    engine = sa.create_engine(new_url)
    prepare(engine)
    with engine.connect() as connection:
        assert connection.scalar(sa.select(1)) == 1
    engine.dispose()


def test_what_was_archived_stays_so_with_its_votes_and_its_way_back(migrated):
    number = make_question(db.engine, status=Status.DECLINED)
    other = make_question(db.engine, status=Status.DECLINED)
    diffs = {"status": ["open", "declined"], "reason": ["", "no_time"]}
    before = json.dumps({"questions": {str(number): diffs}, "talk": {}})
    with Session(db.engine) as session:
        session.get_one(Question, number).reason = "no_time"
        voted_at, talk = STARTS, session.get_one(Question, number).talk_id
        session.add(Vote(question_id=number, voter="v", voted_at=voted_at))
        done = {"talk_id": talk, "at": STARTS, "role": Role.MODERATOR, "what": "archived"}
        session.add(Action(**done, before=before))
        session.commit()
    flask_migrate.downgrade(revision="0006")

    flask_migrate.upgrade()

    assert count_rows(db.engine, Vote) == 1
    with Session(db.engine) as session:
        assert session.get_one(Question, number).status is Status.ARCHIVED
        assert session.get_one(Question, other).status is Status.DECLINED
        before = history.statuses_before(session, [talk], Status.ARCHIVED)
        assert before[number] is Status.OPEN


def test_a_version_without_rehearsals_finds_none_of_their_boards(migrated):
    own = "talk~rehearsal-1234abcd"
    for slug in ("talk", own):
        make_question(db.engine, "How do bees find home?", talk=slug)
    with Session(db.engine) as session, session.begin():
        row = session.scalars(sa.select(Talk).filter_by(slug=own)).one()
        session.add(Rehearsal(talk_id=row.id, talk="talk", starts_at=STARTS, ends_at=STARTS))
        session.add(RoleLink(talk=own, role=Role.SPEAKER, generation=1))

    flask_migrate.downgrade(revision="0013")

    with db.engine.connect() as connection:
        assert connection.scalars(sa.select(Talk.slug)).all() == ["talk"]
    assert count_rows(db.engine, Question) == 1
    assert count_rows(db.engine, RoleLink) == 0


def test_links_whose_openers_are_signed_in_still_have_been_opened(migrated):
    flask_migrate.downgrade(revision="0013")
    links = [("kept", "moderator", 0), ("changed", "moderator", 2), ("changed", "speaker", 1)]
    links += [("", "organiser", 0)]
    row = {"seen_at": STARTS, "name": ""}
    link = sa.table("role_link", *map(sa.column, ("talk", "role", "generation")))
    with db.engine.begin() as connection:
        connection.execute(sa.insert(SignIn).values(token_hash="ada", **row))
        grants = [
            {"sign_in": "ada", "talk": talk, "role": role, "generation": of, "began_at": STARTS}
            for talk, role, of in links
        ]
        connection.execute(sa.insert(RoleGrant.__table__), grants)
        rows = [{"talk": "changed", "role": "moderator", "generation": 2}]
        rows += [{"talk": "changed", "role": "speaker", "generation": 5}]
        connection.execute(sa.insert(link), rows)

    flask_migrate.upgrade()

    with Session(db.engine) as session:
        assert {talk: dict(found) for talk, found in opened(session).items()} == {
            "kept": {Role.MODERATOR: STARTS},
            "changed": {Role.MODERATOR: STARTS},
        }
    flask_migrate.downgrade(revision="0013")
    flask_migrate.upgrade()
