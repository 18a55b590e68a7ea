"""Tests at another moment: `python -m tests.tools.moment "2027-01-01 00:10" tests/pages/manage`.

The time goes on from then, in Huế's zone where none is named, for pytest and for the servers that it starts.
Only the clock of the wall is moved: what is waited for takes as long as ever, and files keep their true times
(three tests that compare these with the clock fail: of orphans, of photos' pieces, of Dovecot). It needs a C
compiler.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

HUE = ZoneInfo("Asia/Ho_Chi_Minh")
SOURCE = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <semaphore.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

#define REAL(name) \
  static __typeof__(&name) real; \
  if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

static time_t ahead(void) {
  const char *said = getenv("MOMENT_AHEAD_S");
  return said ? atol(said) : 0;
}
static int of_the_wall(clockid_t clock) { return clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE; }

int clock_gettime(clockid_t clock, struct timespec *at) {
  REAL(clock_gettime);
  int failed = real(clock, at);
  if (!failed && of_the_wall(clock)) at->tv_sec += ahead();
  return failed;
}
int gettimeofday(struct timeval *at, void *zone) {
  REAL(gettimeofday);
  int failed = real(at, zone);
  if (!failed) at->tv_sec += ahead();
  return failed;
}
time_t time(time_t *kept) {
  struct timespec at;
  clock_gettime(CLOCK_REALTIME, &at);
  if (kept) *kept = at.tv_sec;
  return at.tv_sec;
}
int clock_nanosleep(clockid_t clock, int flags, const struct timespec *until, struct timespec *left) {
  REAL(clock_nanosleep);
  struct timespec meant = *until;
  if (of_the_wall(clock) && flags & TIMER_ABSTIME) meant.tv_sec -= ahead();
  return real(clock, flags, &meant, left);
}
int sem_timedwait(sem_t *waited, const struct timespec *until) {
  REAL(sem_timedwait);
  struct timespec meant = *until;
  meant.tv_sec -= ahead();
  return real(waited, &meant);
}
"""


def main(words: Sequence[str]) -> int:
    """Run pytest with the arguments after the moment, without a browser; return its exit code.

    Raises ValueError for what is no moment.
    """
    at = datetime.fromisoformat(words[0])
    at = at if at.tzinfo else at.replace(tzinfo=HUE)
    with TemporaryDirectory() as folder:
        library = Path(folder) / "moment.so"
        compiler = ["cc", "-shared", "-fPIC", "-O1", "-x", "c", "-", "-o", str(library), "-ldl"]
        subprocess.run(compiler, input=SOURCE, text=True, check=True)
        moved = {"LD_PRELOAD": str(library), "MOMENT_AHEAD_S": str(round(at.timestamp() - time.time()))}
        tests = [sys.executable, "-m", "pytest", "-m", "not browser", *words[1:]]
        return subprocess.run(tests, env={**os.environ, **moved}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]) if sys.argv[1:] else __doc__)
