"""A temporary Prefect server of our own: private to the project, quiet, and gone when this process goes."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from fcntl import LOCK_EX, LOCK_NB, LOCK_UN, flock
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import BinaryIO

from flows.interrupts import interrupts_kept
from flywheel.errors import PermanentError

START_SECONDS = 180  # a first start builds Prefect's database: 15 to 40 s, seen up to 75 s on a busy machine
_STOP_SECONDS = 15  # the process itself allows five for what is still open
_TELL_EVERY_SECONDS = 10
_POLL_SECONDS = 0.1

# What one run does not need: each of these costs time at the start.
_LEAN = {
    "PREFECT_UI_ENABLED": "false",
    "PREFECT__SERVER_EPHEMERAL": "1",
    "PREFECT_API_BLOCKS_REGISTER_ON_START": "false",
    "PREFECT_SERVER_SERVICES_TRIGGERS_ENABLED": "false",
}


class TemporaryServer:
    """A server process that listens on this machine only, asks for a password, and writes to `home`/server.log.

    It reads its standard input and stops at its end: so it never outlives us for long, however we end.
    """

    def __init__(self, home: Path, *, lean: bool, port: int = 0) -> None:
        self.home = home
        self.password = f"flywheel:{secrets.token_urlsafe(24)}"
        self._lean = lean
        self._port = port
        self._process: subprocess.Popen[bytes] | None = None
        self._ready = False

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def client_environment(self) -> dict[str, str]:
        """Return what points a Prefect that is imported afterwards at this server, once `start` gave it a port."""
        return {
            "PREFECT_HOME": str(self.home),
            "PREFECT_API_URL": f"{self.address}/api",
            "PREFECT_API_AUTH_STRING": self.password,
        }

    def write_password(self) -> Path:
        """Return the file, readable by this user only, that now holds the password."""
        file = self.home / "password"
        file.unlink(missing_ok=True)
        file.touch(mode=0o600)
        file.write_text(f"{self.password}\n", encoding="utf-8")
        return file

    def start(self, say: Callable[[str], None], *, meanwhile: Callable[[], object] = lambda: None) -> None:
        """Return when the server answers; `meanwhile` is done while it starts. A failed start is tried once more."""
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        began = time.monotonic()
        with self._alone(say) as lock:
            say("Starting a temporary Prefect server (5 to 15 seconds, up to 40 the first time) ...")
            try:
                self._launch(lock)
                with interrupts_kept():
                    meanwhile()
                self._ready = self._answers(say) or self._answers_at_last(lock, say)
            finally:
                if not self._ready:
                    self.stop()
        say(f"The Prefect server answers after {time.monotonic() - began:.0f} seconds.")

    def stop(self) -> None:
        """End the server in order; safe to call twice. One that is still starting ends by itself, later.

        To kill it before it answers could leave its database half built.
        """
        process, self._process = self._process, None
        if process is None or process.stdin is None:
            return
        process.stdin.close()
        if self._ready:
            with suppress(subprocess.TimeoutExpired):
                process.wait(_STOP_SECONDS)
                return
            process.kill()
            process.wait()

    @contextmanager
    def _alone(self, say: Callable[[str], None]) -> Iterator[int]:
        """One start at a time: two first ones would both build the database. The server inherits the lock."""
        with (self.home / "starting.lock").open("w") as file:
            try:
                flock(file, LOCK_EX | LOCK_NB)
            except BlockingIOError:
                say("Another run is starting its Prefect server; waiting for it ...")
                flock(file, LOCK_EX)
            yield file.fileno()
            flock(file, LOCK_UN)

    def _launch(self, lock: int) -> None:
        with socket.socket() as listener, self._log() as log:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(("127.0.0.1", self._port))
            self._port = listener.getsockname()[1]
            self._process = subprocess.Popen(  # noqa: S603  a module of ours
                [sys.executable, "-P", "-m", "flows.server_process", str(listener.fileno())],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                env=self._environment(),
                pass_fds=(listener.fileno(), lock),
                umask=0o077,  # its database is for this user only
                start_new_session=True,  # Ctrl-C is for us; we end it in order
            )

    def _log(self) -> BinaryIO:
        return os.fdopen(os.open(self.home / "server.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab")

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
        ours = {
            "PREFECT_HOME": str(self.home),
            "PREFECT_SERVER_API_AUTH_STRING": self.password,
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "DO_NOT_TRACK": "1",
        }
        return kept | ours | (_LEAN if self._lean else {})

    def _answers_at_last(self, lock: int, say: Callable[[str], None]) -> bool:
        """Try once more; what ended by itself may have met a damaged or newer database: begin a new one."""
        if self._process is not None and self._process.poll() is not None:
            for file in self.home.glob("prefect.db*"):
                file.replace(file.with_name(f"damaged-{file.name}"))
        elif self._process is not None:
            self._process.kill()
            self._process.wait()
        say("The Prefect server did not answer; starting it once more ...")
        self._launch(lock)
        if self._answers(say):
            return True
        raise PermanentError(
            f"The temporary Prefect server did not start, twice; see {self.home / 'server.log'}. "
            "Run with --engine local, or set PREFECT_API_URL to a server that runs."
        )

    def _answers(self, say: Callable[[str], None]) -> bool:
        began = told = time.monotonic()
        while self._process is not None and self._process.poll() is None:
            now = time.monotonic()
            if now - began > START_SECONDS:
                return False
            if now - told > _TELL_EVERY_SECONDS:
                say(f"... still starting the Prefect server ({now - began:.0f} seconds)")
                told = now
            if self._healthy():
                return True
            time.sleep(_POLL_SECONDS)
        return False

    def _healthy(self) -> bool:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=5)
        token = b64encode(self.password.encode()).decode()
        try:
            connection.request("GET", "/api/health", headers={"Authorization": f"Basic {token}"})
            return connection.getresponse().status == HTTPStatus.OK
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()
