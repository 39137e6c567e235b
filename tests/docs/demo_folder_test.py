"""scripts/demo's files, its verdict, and what it tells people to try.

It removes its own files, never a person's, ends what it kept running, and says ok of nothing that failed.
"""
import contextlib
import io
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import types
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TOP / 'scripts'), str(TOP / 'tests' / 'support' / 'python')]
sys.dont_write_bytecode = True
import demo  # noqa: E402
from running_gateway import BIN  # noqa: E402


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


class VerdictTest(unittest.TestCase):
    def summarize(self, gateway_only=False, **deliveries):
        with tempfile.TemporaryDirectory(prefix='demo-test-') as folder:
            told = demo.Demo(pathlib.Path(folder), gateway_only)
            told.fhir = 'http://127.0.0.1:1/fhir'
            (told.out / 'expected.json').write_text('{"records": {"total": 3}, "feed": {"rows": 1}}')
            told.ask = lambda *_: [{'records': {'mapped': 3}, 'deliveries': deliveries,
                                    'feed': {'charges': 1}, 'agrees': True}]
            told.kapctl = lambda *_, **__: 0
            summary = told.summarize(12)
            self.assertEqual(json.loads((told.out / 'summary.json').read_text()), summary)
            return summary

    def test_all_delivered(self):
        self.assertEqual(self.summarize(created=3, delivered=3, dead=0)['delivered'], 3)

    def test_dead_deliveries_are_no_success(self):
        with self.assertRaisesRegex(SystemExit, '3 deliveries were made and 1 delivered.*: 2 dead'):
            self.summarize(created=3, delivered=1, dead=2, pending=0)


    def test_the_last_line_says_when_no_fhir_server_took_part(self):
        for gateway_only, address in ((False, 'http://127.0.0.1:1/fhir'), (True, None)):
            summary = self.summarize(gateway_only, created=3, delivered=3)
            self.assertEqual(summary['fhir'], address)
            line = demo.verdict(summary, gateway_only)
            self.assertRegex(line, r'^demo: ok\b.* 3 records, 12 resources, 3 delivered, 1 billed, books agree')
            self.assertEqual('no FHIR server' in line, gateway_only)


class WaitingTest(unittest.TestCase):
    def test_it_says_what_it_waits_for_every_few_seconds(self):
        said = io.StringIO()
        with contextlib.redirect_stderr(said):
            waiting = demo.Waiting('HAPI FHIR starts', '15 s')
            waiting.tick()
            self.assertEqual(said.getvalue(), '')
            waiting.began -= 5
            waiting.said -= 5
            waiting.tick('a half')
            waiting.tick('a half')
        self.assertEqual(said.getvalue(), 'HAPI FHIR starts, a half, 5 s (usually 15 s)\n')


@unittest.skipUnless((BIN / 'kap-gateway').exists(), 'this build has no gRPC, so no gateway')
class TryNextTest(unittest.TestCase):
    def test_the_command_for_another_server_trusts_only_its_metadata(self):
        said = io.StringIO()
        running = types.SimpleNamespace(process=types.SimpleNamespace(pid=1))
        with contextlib.redirect_stdout(said):
            demo.try_next(types.SimpleNamespace(gateway=running, far_side=running, grpc='x', http='x',
                                                fhir='x', gateway_only=False))
        command = re.search(r'build/bin/kap-gateway (.*?)\nStop', said.getvalue(), re.DOTALL)[1]
        self.assertIn('settings[0].value=auto', command)
        line = f'{BIN}/kap-gateway {command.replace(chr(92) + chr(10), " ")} --check-config'
        done = subprocess.run(['bash', '-c', line], cwd=TOP, capture_output=True, text=True,
                              check=False, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)


if __name__ == '__main__':
    unittest.main()
