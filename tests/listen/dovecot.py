"""A real IMAP server: Debian's Dovecot, started on a loopback port with a folder and a certificate of its own."""

from __future__ import annotations

import getpass
import grp
import imaplib
import os
import shutil
import socket
import subprocess
import time
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Self

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "desk@own.example", 'hunter2 "żółw"'
_CONFIG = """
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
instance_name = flywheel-test-{port}
default_internal_user = {internal}
default_internal_group = {internal_group}
default_login_user = {login}
mail_location = maildir:{folder}/mail
ssl = yes
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
first_valid_uid = 0
first_valid_gid = 0
mail_uid = {user}
mail_gid = {group}
passdb {{
  driver = passwd-file
  args = {folder}/users
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
"""


class Dovecot:
    """A running server with one mailbox."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.port, self.tls_port = _free_port(), _free_port()
        self.certificate = folder / "cert.pem"
        me, group = getpass.getuser(), grp.getgrgid(os.getgid()).gr_name
        root = os.geteuid() == 0
        names = {
            "internal": "dovecot" if root else me, "internal_group": "dovecot" if root else group,
            "login": "dovenull" if root else me, "user": "mail" if root else me, "group": "mail" if root else group,
        }  # fmt: skip
        _certify(folder)
        (folder / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}\n", encoding="utf-8")
        for name in ("mail", "run", "state"):
            (folder / name).mkdir(mode=0o755)
        if root:  # it serves nobody's mail as root
            folder.chmod(0o755)
            shutil.chown(folder / "mail", "mail", "mail")
        (folder / "dovecot.conf").write_text(
            _CONFIG.format(folder=folder, port=self.port, tls_port=self.tls_port, **names), encoding="utf-8"
        )

    def __enter__(self) -> Self:
        program = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
        assert program is not None
        config = str(self._folder / "dovecot.conf")
        self._process = subprocess.Popen([program, "-F", "-c", config], stdin=subprocess.DEVNULL)
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", self.tls_port), timeout=1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return self
        self.__exit__()
        raise RuntimeError((self._folder / "log").read_text(encoding="utf-8"))

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(timeout=20)

    def settings(self, **more: Any) -> dict[str, Any]:
        """Return the settings of a source that reads the mailbox."""
        return {
            "id": "mail", "brand": "Own", "host": "127.0.0.1", "port": self.tls_port, "ca_file": self.certificate,
            "user": USER, "password": PASSWORD,
        } | more  # fmt: skip

    def session(self) -> imaplib.IMAP4:
        """Return a session of a mail program."""
        server = imaplib.IMAP4("127.0.0.1", self.port)
        server.authenticate("PLAIN", lambda _: f"\0{USER}\0{PASSWORD}".encode())
        return server

    def put(self, *mails: bytes, folder: str = "INBOX") -> None:
        """Put mails into a folder, which is made if need be."""
        with self.session() as server:
            server.create(folder)
            for mail in mails:
                assert server.append(folder, "", "", mail)[0] == "OK"

    def delete(self, folder: str) -> None:
        with self.session() as server:
            assert server.delete(folder)[0] == "OK"


def require_dovecot() -> None:
    """Skip where there is no Dovecot."""
    if shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin") is None:
        pytest.skip("no Dovecot here: apt-get install dovecot-imapd")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _certify(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)  # noqa: TID251 - a real server checks it by its own clock
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    ))  # fmt: skip
