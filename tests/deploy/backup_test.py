"""A store that is in use can be copied, by deploy/copy-store and by the line for the image; half a copy never
takes the place of a good one."""
import contextlib
import os
import pathlib
import re
import shutil
import sqlite3
import stat
import subprocess
import tempfile
import threading
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]
PAGE = (TOP / 'docs/operators/backup.md').read_text()


def rows(path):
    with contextlib.closing(sqlite3.connect(path)) as database:
        return database.execute('SELECT count(*) FROM record').fetchone()[0]


class Writer:
    """Writes to a store without a pause, as the gateway does: WAL, and no copying of the log meanwhile."""

    def __init__(self, path):
        self.stopping = threading.Event()
        self.written = threading.Event()
        self.path = path
        self.thread = threading.Thread(target=self.run)
        self.thread.start()
        self.written.wait(60)

    def run(self):
        with contextlib.closing(sqlite3.connect(self.path, isolation_level=None)) as database:
            database.execute('PRAGMA journal_mode=WAL')
            database.execute('PRAGMA synchronous=OFF')
            database.execute('PRAGMA wal_autocheckpoint=0')
            database.execute('CREATE TABLE record (body BLOB)')
            database.execute('BEGIN')
            for _ in range(201):
                database.execute('INSERT INTO record VALUES (randomblob(20000))')
            database.execute('COMMIT')
            self.written.set()
            while not self.stopping.wait(0.005):
                database.execute('INSERT INTO record VALUES (randomblob(200))')

    def stop(self):
        self.stopping.set()
        self.thread.join()


class BackupTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix='backup-test-')
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.store, self.copy = self.folder / 'gateway.db', self.folder / 'copy.db'

    def write(self):
        writer = Writer(self.store)
        self.addCleanup(writer.stop)

    def run_copy(self):
        return subprocess.run([TOP / 'deploy/copy-store', self.store, self.copy], text=True, timeout=300,
                              capture_output=True, check=False)

    def test_a_store_in_use_is_copied_whole(self):
        self.write()
        done = self.run_copy()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertGreater(rows(self.copy), 200)
        self.assertEqual(stat.S_IMODE(self.copy.stat().st_mode), 0o600)
        self.assertFalse(self.folder.joinpath('copy.db-wal').exists())

    def test_the_main_file_alone_holds_nothing(self):
        """What the page warns of is true."""
        self.write()
        alone = self.folder / 'alone.db'
        shutil.copy(self.store, alone)
        with self.assertRaises(sqlite3.Error):
            rows(alone)

    def test_a_failed_copy_leaves_the_older_one(self):
        self.copy.write_text('the older one')
        self.store.write_bytes(b'no store' * 1000)
        done = self.run_copy()
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, r'^copy-store: .')
        self.assertEqual(self.copy.read_text(), 'the older one')

    def test_no_store_is_made_where_none_is(self):
        done = self.run_copy()
        self.assertEqual(done.returncode, 1)
        self.assertFalse(self.store.exists() or self.copy.exists())

    @unittest.skipUnless(os.geteuid() == 0, 'only root can run it as somebody else')
    def test_it_runs_as_the_owner_only(self):
        self.write()
        for file in self.folder.glob('gateway.db*'):
            os.chown(file, 10001, 10001)
        done = self.run_copy()
        self.assertEqual(done.returncode, 1)
        self.assertIn('run it as the owner', done.stderr)

    def test_the_image_has_what_the_page_runs_in_it(self):
        self.assertRegex(PAGE, r'kubectl -n kap exec .*sqlite3 ')
        self.assertRegex((TOP / 'deploy/Dockerfile').read_text(), r'(?m)^      sqlite3 \\$')

    @unittest.skipUnless(shutil.which('sqlite3'), 'the program sqlite3 is not on this machine')
    def test_the_line_for_the_image_copies_a_store_in_use(self):
        self.write()
        line = re.search(r'sh -c "(umask .*)"$', PAGE, re.MULTILINE)[1]
        line = line.replace('/var/lib/kap-gateway', str(self.folder))
        done = subprocess.run(['sh', '-c', line], capture_output=True, text=True, timeout=300, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertGreater(rows(self.copy), 200)
        self.assertEqual(stat.S_IMODE(self.copy.stat().st_mode), 0o600)


if __name__ == '__main__':
    unittest.main()
