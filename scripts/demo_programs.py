"""Programs that scripts/demo starts, its folder, and the words while it waits. Standard library only."""
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import time

TOP = pathlib.Path(__file__).resolve().parent.parent
OWN_FOLDER = TOP / "build" / "demo"


class Waiting:
    """Says what is waited for, and how long that usually takes: one line that changes on a terminal,
    elsewhere a line every four seconds."""

    def __init__(self, what, usual):
        self.what, self.usual = what, usual
        self.began = self.said = time.monotonic()
        self.terminal = sys.stderr.isatty()

    def tick(self, far=""):
        now = time.monotonic()
        if now - self.said < (1 if self.terminal else 4):
            return
        self.said = now
        text = f"{self.what}{', ' if far else ''}{far}, {now - self.began:.0f} s (usually {self.usual})"
        print(f"\r\033[K{text}" if self.terminal else text, end="" if self.terminal else "\n",
              file=sys.stderr, flush=True)

    def done(self):
        """The seconds it took."""
        if self.terminal:
            print("\r\033[K", end="", file=sys.stderr, flush=True)
        return time.monotonic() - self.began


class Process:
    """A program this demo started; stopped by its own pid."""

    def __init__(self, command, log, ready, waiting, timeout=300):
        self.log = open(log, "ab")
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.log, cwd=TOP,
                                        start_new_session=True)
        self.ready = self._wait(ready, timeout, command, log, waiting)

    def _wait(self, pattern, timeout, command, log, waiting):
        deadline = time.monotonic() + timeout
        os.set_blocking(self.process.stdout.fileno(), False)
        text = ""
        while time.monotonic() < deadline:
            chunk = self.process.stdout.read()
            text += chunk.decode() if chunk else ""
            match = re.search(pattern, text)
            if match:
                waiting.done()
                return match
            if self.process.poll() is not None:
                break
            waiting.tick()
            time.sleep(0.02)
        waiting.done()
        ended = self.process.poll()
        self.stop()
        what = "ended" if ended is not None else f"did not become ready within {timeout} s"
        last = "\n".join(pathlib.Path(log).read_text(errors="replace").splitlines()[-8:])
        raise SystemExit(f"demo: {pathlib.Path(command[0]).name} {what}. Its log {log} ends:\n{last}")

    def stop(self, how=signal.SIGTERM):
        if self.process.poll() is None:
            os.kill(self.process.pid, how)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                os.kill(self.process.pid, signal.SIGKILL)
                self.process.wait()


class Folder:
    """Where the demo's files go. Only files of an earlier demo are ever removed.

    A marker says that a demo made the folder's files; it also names the programs that an earlier
    --keep left running on them.
    """

    FILES = ("demo.db", "demo.db.lock", "demo.db-wal", "demo.db-shm", "records.jsonl",
             "expected.json", "sent.txt", "bad.json", "summary.json", "gateway.log",
             "fhir-server.log")

    def __init__(self, path):
        self.path = path
        self.marker = path / ".kap-gateway-demo.json"

    def clear(self):
        try:
            self.path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SystemExit(f"demo: --out {self.path}: {error.strerror}") from error
        there = [name for name in self.FILES if (self.path / name).exists()]
        if there and not self.marker.exists() and self.path != OWN_FOLDER:
            raise SystemExit(f"demo: {self.path} holds {there[0]}, which no demo made: "
                             "choose another folder with --out")
        if self.marker.exists():
            self._stop_kept(json.loads(self.marker.read_text() or "{}"))
        for name in there:
            (self.path / name).unlink()
        self.marker.write_text("{}\n")

    def keep(self, processes):
        self.marker.write_text(json.dumps({str(process.process.pid): started(process.process.pid)
                                           for process in processes}) + "\n")

    @staticmethod
    def _stop_kept(kept):
        """Ends what an earlier demo left running on these files; a pid that was given again is not it."""
        for pid, start in kept.items():
            if started(pid) != start:
                continue
            print(f"an earlier demo was kept running here: ending process {pid}")
            os.kill(int(pid), signal.SIGTERM)
            deadline = time.monotonic() + 30
            while started(pid) == start and time.monotonic() < deadline:
                time.sleep(0.1)


def started(pid):
    """When a process began, in the machine's own ticks; None when there is no such process."""
    try:
        stat = pathlib.Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    fields = stat.rsplit(")", 1)[1].split()
    return None if fields[0] == "Z" else fields[19]
