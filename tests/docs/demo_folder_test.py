"""Where scripts/demo puts its files: it removes its own, never a person's, and ends what it kept running."""
import importlib.util
import pathlib
import subprocess
import tempfile
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]
SPEC = importlib.util.spec_from_file_location('demo', TOP / 'scripts' / 'demo.py')
demo = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(demo)


class Kept:
    """As the demo holds a program it started."""

    def __init__(self, *command):
        self.process = subprocess.Popen(command)


class DemoFolderTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix='demo-test-')
        self.addCleanup(self.folder.cleanup)
        self.path = pathlib.Path(self.folder.name) / 'out'

    def test_a_file_that_no_demo_made_is_kept(self):
        self.path.mkdir()
        (self.path / 'records.jsonl').write_text('mine')
        with self.assertRaisesRegex(SystemExit, 'records.jsonl, which no demo made'):
            demo.Folder(self.path).clear()
        self.assertEqual((self.path / 'records.jsonl').read_text(), 'mine')

    def test_only_its_own_files_go(self):
        demo.Folder(self.path).clear()
        (self.path / 'demo.db').write_text('old')
        (self.path / 'notes.txt').write_text('mine')
        demo.Folder(self.path).clear()
        self.assertFalse((self.path / 'demo.db').exists())
        self.assertEqual((self.path / 'notes.txt').read_text(), 'mine')

    def test_what_was_kept_running_ends(self):
        folder = demo.Folder(self.path)
        folder.clear()
        kept, other = Kept('sleep', '60'), Kept('sleep', '60')
        self.addCleanup(other.process.wait)
        self.addCleanup(other.process.kill)
        folder.keep((kept,))
        # As if the number had been given to another program since.
        text = folder.marker.read_text()
        folder.marker.write_text(text.replace('}', f', "{other.process.pid}": "1"}}'))
        demo.Folder(self.path).clear()
        self.assertEqual(kept.process.wait(10), -15)
        self.assertIsNone(other.process.poll())

    def test_a_folder_that_cannot_be_made(self):
        (self.path.parent / 'file').write_text('')
        with self.assertRaisesRegex(SystemExit, '--out'):
            demo.Folder(self.path.parent / 'file' / 'out').clear()


if __name__ == '__main__':
    unittest.main()
