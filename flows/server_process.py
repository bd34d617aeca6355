"""What the temporary Prefect server's own process runs: the API on a socket that it is handed, until its input ends."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
import time

_GRACE_SECONDS = 5
_LAST_RESORT_SECONDS = 60  # it may still build its database, which is not to be cut short


def main() -> None:
    """Serve until standard input ends: that is when the process that started us stopped us, or died."""
    import uvicorn

    threading.Thread(target=_stop_at_end_of_input, daemon=True).start()
    settings = uvicorn.Config(
        "prefect.server.api.server:create_app",
        factory=True,
        lifespan="on",
        log_level="error",
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    uvicorn.Server(settings).run(sockets=[socket.socket(fileno=int(sys.argv[1]))])


def _stop_at_end_of_input() -> None:
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_LAST_RESORT_SECONDS)
    os._exit(1)  # it did not end in order; nobody is left who could end it


if __name__ == "__main__":
    main()
