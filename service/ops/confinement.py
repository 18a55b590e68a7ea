"""Rights that a process gives up for good: readers of its secrets or, where it reads strangers' files, its
powers.

All of it is the kernel's (Linux); elsewhere, and where a container forbids a call, the rest still holds.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38
_CAPABILITY_VERSION = 0x20080522
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000

STRANGER = 61_234
"""User and group of a child that a root process starts to read strangers' files: nobody else's, so that it
may neither look into another process nor send it a signal. No account has to exist for it.
"""

# Loaded before any fork: between fork and exec only the call itself may happen.
_libc: Any = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def keep_secrets() -> None:
    """Let no other process of the same user read this one's memory or environment, nor a crash write it down.

    Children that are forked keep this, those that are another program (`exec`) do not.
    """
    if _libc is None:
        return
    from setproctitle import getproctitle, setproctitle

    # The first title moves the environment to the heap and writes over what /proc/PID/environ shows: root
    # reads that whatever else is forbidden.
    setproctitle(getproctitle())
    _libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def end_with(parent: int, number: int = signal.SIGKILL) -> None:
    """Have the kernel send `number` to this process when the thread of `parent` that started it ends."""
    hear_of_parents_end(number)
    if os.getppid() != parent:  # it ended before the call: nobody will send the signal
        os._exit(1)


def hear_of_parents_end(number: int) -> None:
    """Have the kernel send `number` to this process when its parent ends, however it does."""
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, int(number), 0, 0, 0)


def leave_network() -> None:
    """Move to a network of one's own in which nothing can be reached; before any thread is made."""
    if _libc is not None:
        _libc.unshare(_CLONE_NEWNET if os.geteuid() == 0 else _CLONE_NEWUSER | _CLONE_NEWNET)


def confine_process(limits: Mapping[int, int], *, may_open: bool) -> None:
    """Keep to these limits, and, unless `may_open`, open no file, socket or /proc entry any more.

    A root process becomes STRANGER: limits bind no root, and it could look into every other process. One that
    still opens files stays who it is, since its program may lie where only root reads, but without root's
    powers.
    """
    wanted = {resource.RLIMIT_CORE: 0, **limits, **({} if may_open else {resource.RLIMIT_NOFILE: 0})}
    for what, limit in wanted.items():
        _, hard = resource.getrlimit(what)
        bound = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        # RLIMIT_CPU keeps its second step: the first one ends the process by SIGXCPU.
        resource.setrlimit(what, (bound, hard if what == resource.RLIMIT_CPU else bound))
    os.nice(5)
    if os.geteuid() == 0 and may_open:
        _drop_capabilities()
    elif os.geteuid() == 0:
        with suppress(OSError):  # a container may know of few users
            os.setgroups([])
            os.setresgid(STRANGER, STRANGER, STRANGER)
            os.setresuid(STRANGER, STRANGER, STRANGER)
    if _libc is not None:
        _libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        _libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def _drop_capabilities() -> None:
    """Leave root's user without its powers: among them that of looking into processes that keep secrets."""
    if _libc is None:
        return
    head = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0)
    _libc.capset(head, (ctypes.c_uint32 * 6)())
