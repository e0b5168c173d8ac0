"""The image and the set-up in `deploy/`: what linters say, and what we want of them ourselves.

No container is started. What the files speak of is held against what is: settings and folders.
"""

import json
import re
import subprocess
import sysconfig
from pathlib import Path

import pytest
import yaml
from compose_spec import PyCompose

from companion.settings import OPTIONS

ROOT = Path(__file__).resolve().parents[2]
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text()
COMPOSE = (ROOT / "deploy" / "compose.yaml").read_text()
# Anchors are merged, and what the environment has to say is there.
MERGED = yaml.safe_load(re.sub(r"\$\{\w+(?::-([^}]*)|[^}]*)\}", r"\1", COMPOSE))
SERVICES = MERGED["services"]
SETTINGS = {name for option in OPTIONS for name in (option.env, option.file_env) if name}
PINNED = re.compile(r"[\w./-]+:\d+\.\d+(\.\d+)?(-[\w.-]+)?")
SECRET = re.compile("PASSWORD|SECRET|TOKEN|DATABASE_URL")
# A tag is pinned here, and not a digest, which would be another one for each kind of machine; and a
# server on the internet is what the two ports are for.
ACCEPTED = {"CL-0019", "CL-0005"}


def run(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a linter from a wheel."""
    command = [Path(sysconfig.get_path("scripts")) / program, *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def instructions(word: str) -> list[str]:
    """Return what follows a word in the Dockerfile, with lines that are continued as one."""
    joined = re.sub(r"\s*\\\n\s*", " ", DOCKERFILE)
    return re.findall(rf"^\s*{word} (.+)$", joined, re.MULTILINE)


def test_a_linter_has_nothing_to_say_of_the_image():
    done = run("hadolint", "deploy/Dockerfile")

    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)


def test_a_linter_has_little_to_say_of_the_services():
    done = run("compose-lint", "check", "--format", "json", "deploy/compose.yaml")

    assert {found["rule_id"] for found in json.loads(done.stdout)["findings"]} == ACCEPTED


def test_the_services_are_written_as_the_specification_of_compose_wants_them():
    written = yaml.safe_dump(MERGED)

    assert sorted(PyCompose.from_yaml(written).service_names()) == sorted(SERVICES)
    with pytest.raises(ValueError, match="cap_dorp"):
        PyCompose.from_yaml(written.replace("cap_drop", "cap_dorp"))


def test_the_image_is_made_of_what_was_written_down():
    bases = [base.split()[0] for base in instructions("FROM")]
    installs = [line for run in instructions("RUN") for line in run.split("&&") if "/pip" in line]

    assert len(bases) == 2
    assert len(set(bases)) == 1
    assert PINNED.fullmatch(bases[0])
    assert [install for install in installs if "--no-deps" not in install] == [
        " /opt/companion/bin/pip uninstall --yes pip setuptools"
    ]
    fetching = [install for install in installs if "--requirement" in install]
    assert len(fetching) == 2
    assert all("--require-hashes --only-binary :all:" in install for install in fetching)


def test_the_image_runs_as_nobody_special_and_says_how_it_is():
    final = DOCKERFILE.rpartition("\nFROM ")[2]

    assert re.findall(r"^USER (.+)$", final, re.MULTILINE) == ["10001:10001"]
    assert final.index("\nUSER ") < final.index("\nENTRYPOINT ")
    for wanted in ("HEALTHCHECK", "STOPSIGNAL SIGTERM", 'VOLUME ["/data"]', "EXPOSE 8000"):
        assert f"\n{wanted}" in final
    assert "curl" not in DOCKERFILE
    assert not instructions("ADD")
    assert not re.search(r"(?i)\b(ARG|ENV)\b.*(secret|password|token)", DOCKERFILE)


def test_the_health_check_is_a_program_that_runs():
    [words] = re.findall(r"^\s*CMD (\[.+\])$", DOCKERFILE, re.MULTILINE)[:1]
    program = json.loads(words)[-1]

    compile(program, "HEALTHCHECK", "exec")
    assert {"COMPANION_PORT", "COMPANION_PATH"} <= set(re.findall(r"COMPANION_\w+", program))
    assert "/healthz" in program


def test_nothing_but_what_the_image_is_made_of_is_sent_to_be_built():
    lines = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line[0] != "#"]

    assert lines[0] == "*"
    let_in = {line.removeprefix("!") for line in lines[1:-1]}
    assert all((ROOT / path).exists() for path in let_in)
    project = (ROOT / "pyproject.toml").read_text()
    packed = re.search(r"force-include\]\n((?:\".+\n)+)", project)
    assert {line.split('"')[1] for line in packed[1].splitlines()} < let_in


def test_every_setting_in_there_is_one():
    spoken_of = set(re.findall(r"\bCOMPANION_[A-Z_]*[A-Z]\b", DOCKERFILE + COMPOSE))

    assert spoken_of
    assert spoken_of <= SETTINGS


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_may_do_as_little_as_it_can(name):
    service = SERVICES[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service.get("cap_add", []) == (["NET_BIND_SERVICE"] if name == "caddy" else [])
    assert "privileged" not in service
    assert name == "caddy" or re.fullmatch(r"[1-9]\d*:[1-9]\d*", service["user"])
    assert PINNED.fullmatch(service["image"])
    assert {"mem_limit", "cpus", "pids_limit", "tmpfs", "networks"} <= set(service)
    assert not [volume for volume in service.get("volumes", []) if "docker.sock" in volume]


def test_only_the_proxy_can_be_reached_and_only_it_reaches_others():
    networks = MERGED["networks"]
    outside = {name for name, network in networks.items() if not network.get("internal")}

    assert [name for name, service in SERVICES.items() if "ports" in service] == ["caddy"]
    assert [name for name in SERVICES if outside & set(SERVICES[name]["networks"])] == ["caddy"]


def test_every_service_that_stays_says_how_it_is_and_waits_for_what_it_needs():
    checked = {name for name, one in SERVICES.items() if "test" in one.get("healthcheck", {})}

    assert checked | {"companion", "upgrade"} == set(SERVICES)  # the image has a check of its own
    for service in SERVICES.values():
        for other, wanted in service.get("depends_on", {}).items():
            ends = other == "upgrade"
            condition = "service_completed_successfully" if ends else "service_healthy"
            assert (other, wanted["condition"]) == (other, condition)


def test_no_secret_stands_in_the_set_up():
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            assert name.endswith("_FILE") or not value or not SECRET.search(name), name
    files = MERGED["secrets"]
    assert all(set(secret) == {"file"} for secret in files.values())
    assert {secret for one in SERVICES.values() for secret in one.get("secrets", [])} == set(files)
    assert "deploy/secrets/" in (ROOT / ".gitignore").read_text().splitlines()
