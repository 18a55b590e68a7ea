"""A private dovecot: one mailbox over IMAP on the loopback, run by whoever runs the tests."""

from __future__ import annotations

import getpass
import grp
import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

CONF = """
base_dir = {base}/run
state_dir = {base}/state
log_path = {base}/log
ssl = no
protocols = imap
disable_plaintext_auth = no
default_internal_user = {internal}
default_login_user = {login}
default_internal_group = {group}
first_valid_uid = 0
mail_location = maildir:{base}/mail
passdb {{
  driver = static
  args = password=mat
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={base}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
"""


@contextmanager
def dovecot(base: Path) -> Iterator[tuple[str, Callable[[bytes], None]]]:
    """The address of a mailbox, and what delivers into it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    conf, new = base / "dovecot.conf", base / "mail" / "new"
    for folder in (new, base / "mail" / "cur", base / "mail" / "tmp"):
        folder.mkdir(parents=True)
    me, group = getpass.getuser(), grp.getgrgid(os.getgid()).gr_name
    # Its doorkeeper refuses to be root; the package brings users for it.
    users = ("dovecot", "dovenull", "dovecot") if me == "root" else (me, me, group)
    told = CONF.format(
        base=base,
        internal=users[0],
        login=users[1],
        group=users[2],
        uid=pwd.getpwnam(users[0]).pw_uid,
        gid=pwd.getpwnam(users[0]).pw_gid,
        port=port,
    )
    for folder in (base, *list(base.parents)[:3]):
        folder.chmod(folder.stat().st_mode | 0o055)
    for folder in (base / "mail", *(base / "mail").iterdir()):
        shutil.chown(folder, users[0])
    conf.write_text(told, encoding="utf-8")
    process = subprocess.Popen(["dovecot", "-F", "-c", str(conf)], stderr=subprocess.DEVNULL)
    try:
        _wait(port)

        def deliver(raw: bytes) -> None:
            (new / f"{time.time_ns()}.test").write_bytes(raw)

        yield f"imap://lan:mat@127.0.0.1:{port}/INBOX", deliver
    finally:
        process.terminate()
        process.wait(timeout=10)


def _wait(port: int) -> None:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("dovecot did not start")
