"""Runs a stand-in for AWS on loopback and stops it again."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import account_api
from limits import Limits

HOST = "127.0.0.1"
# Starting is quick; a loaded machine is not.
PATIENCE_SECONDS = 120
# What would make an SDK or an emulator look anywhere but here.
FOREIGN = ("AWS_", "MINISTACK_", "MOTO_", "GATEWAY_", "EDGE_PORT", "LOCALSTACK_", "S3_PERSIST", "SERVICES")


@dataclass(frozen=True)
class Emulator:
    """A running stand-in."""

    name: str
    endpoint: str
    account_endpoint: str
    account: str
    pid: int

    def environment(self) -> dict[str, str]:
        """The variables that send every SDK here, and nowhere else."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ENDPOINT_URL_ACCOUNT": self.account_endpoint,
            "AWS_ACCESS_KEY_ID": self.account,
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def json(self) -> str:
        """One line for programs: where it is and the variables to set."""
        return json.dumps({**asdict(self), "environment": self.environment()})


def leave_aws() -> None:
    """Takes everything that speaks of an AWS account out of this process's environment."""
    for name in [name for name in os.environ if name.startswith(FOREIGN)]:
        del os.environ[name]
    os.environ.update(AWS_CONFIG_FILE=os.devnull, AWS_SHARED_CREDENTIALS_FILE=os.devnull)


@contextmanager
def running(name: str, auth: bool = False) -> Iterator[Emulator]:
    """The emulator of that name, for as long as the block runs."""
    limits = Limits.of(name)
    home = Path(tempfile.mkdtemp(prefix=f"lambastion-{name}-"))
    try:
        with _process(limits, auth, home) as (process, endpoint):
            upstream = endpoint if limits.lists_regions else None
            with account_api.serving(upstream) as account_endpoint:
                yield Emulator(name, endpoint, account_endpoint, limits.account, process.pid)
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def _process(limits: Limits, auth: bool, home: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    port = _free_port()
    endpoint = f"http://{HOST}:{port}"
    log = home / "log"
    with log.open("wb") as output:
        # A session of its own: Ctrl-C reaches us alone, and its workers can be ended with it.
        process = subprocess.Popen(
            [sys.executable, "-m", *(word.format(host=HOST, port=port) for word in limits.command)],
            env={**os.environ, **_settings(limits.name, port, auth, home)},
            cwd=home,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _await_answer(endpoint + limits.health, process, log)
        yield process, endpoint
    finally:
        _stop(process)


def _settings(name: str, port: int, auth: bool, home: Path) -> Mapping[str, str]:
    if name != "ministack":
        if auth:
            raise SystemExit(f"{name} does not enforce IAM well enough for --auth")
        return {"TMPDIR": str(home)}
    return {
        "BIND_HOST": HOST,
        "GATEWAY_PORT": str(port),
        "AUTH": "true" if auth else "false",
        "S3_DATA_DIR": str(home / "s3"),
        "TMPDIR": str(home),
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _await_answer(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    tail = log.read_text(errors="replace")[-2000:]
    raise SystemExit(f"the emulator did not answer at {url}:\n{tail}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    for sign in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is not None:
            return
        os.killpg(process.pid, sign)
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            continue
