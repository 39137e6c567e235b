"""The systemd units are well-formed and do what the page about installing says; the look at /livez restarts
on 503 and on nothing else; alerts speak of figures that exist."""
import http.server
import pathlib
import re
import shutil
import subprocess
import tempfile
import threading
import unittest

try:
    import yaml
except ImportError:
    yaml = None

TOP = pathlib.Path(__file__).resolve().parents[2]
UNITS = TOP / 'deploy/systemd'
METRICS = (TOP / 'docs/reference/metrics.md').read_text()


def settings(unit):
    """Of a unit file: every value of each key."""
    found = {}
    for line in (UNITS / unit).read_text().splitlines():
        if re.match(r'[A-Za-z]+=', line):
            key, value = line.split('=', 1)
            found.setdefault(key, []).append(value)
    return found


class UnitTest(unittest.TestCase):
    def test_the_service(self):
        unit = settings('kap-gateway.service')
        self.assertEqual(unit['Restart'], ['on-failure'])
        self.assertEqual(unit['ExecReload'], ['/bin/kill -HUP $MAINPID'])
        self.assertEqual(unit['StateDirectory'], ['kap-gateway'])
        self.assertEqual(unit['StateDirectoryMode'], ['0700'])
        self.assertEqual(unit['ProtectSystem'], ['strict'])
        self.assertEqual(unit['CapabilityBoundingSet'], [''])
        self.assertNotIn(unit['User'], (['root'], None))
        # As limits.drain_timeout is by default.
        self.assertGreater(int(unit['TimeoutStopSec'][0]), 20)

    @unittest.skipUnless(shutil.which('systemd-analyze'), 'systemd-analyze is not on this machine')
    def test_systemd_finds_nothing_wrong(self):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            for unit in UNITS.iterdir():
                text = unit.read_text().replace('/opt/kap-gateway/bin/kap-gateway', '/bin/true')
                (folder / unit.name).write_text(text)
            done = subprocess.run(['systemd-analyze', 'verify', *sorted(folder.iterdir())], text=True,
                                  capture_output=True, check=False)
            self.assertEqual((done.returncode, done.stderr), (0, ''))
            # It would find something.
            broken = folder / 'kap-gateway.service'
            broken.write_text(broken.read_text().replace('Restart=on-failure', 'Restart=perhaps'))
            done = subprocess.run(['systemd-analyze', 'verify', broken], text=True, capture_output=True, check=False)
            self.assertIn('perhaps', done.stderr)

    def test_the_page_installs_every_unit(self):
        page = (TOP / 'docs/operators/install.md').read_text()
        for unit in UNITS.iterdir():
            self.assertIn(f'deploy/systemd/{unit.name} ', page.replace('\n', ' '))

    def restarts(self, status):
        """Whether the look at /livez restarts the gateway when that answers so; None: nobody listens."""
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(status)
                self.end_headers()

            def log_message(self, *_):
                pass

        server = http.server.HTTPServer(('127.0.0.1', 0), Handler)
        if status is None:
            server.server_close()
        else:
            threading.Thread(target=server.serve_forever, daemon=True).start()
        line = re.fullmatch(r"/bin/sh -c '(.*)'", settings('kap-gateway-livez.service')['ExecStart'][0])[1]
        line = line.replace('%%', '%').replace('127.0.0.1:8080', f'127.0.0.1:{server.server_port}')
        done = subprocess.run(['sh', '-c', line.replace('systemctl', 'echo')], text=True, timeout=20,
                              capture_output=True, check=False)
        if status is not None:
            server.shutdown()
            server.server_close()
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout == 'try-restart kap-gateway.service\n'

    @unittest.skipUnless(shutil.which('curl'), 'curl is not on this machine')
    def test_only_503_restarts(self):
        self.assertEqual([self.restarts(status) for status in (503, 200, 500, None)],
                         [True, False, False, False])


@unittest.skipIf(yaml is None, 'python3-yaml is not on this machine')
class AlertTest(unittest.TestCase):
    def test_alerts_speak_of_figures_that_exist(self):
        rows = {}
        for names, labels in re.findall(r'^\| (`kgw_[^|]*)\| \w+ \|([^|]*)\|', METRICS, re.MULTILINE):
            for name in re.findall(r'kgw_\w+', names):
                rows[name] = set(re.findall(r'`(\w+)`', labels))
        self.assertGreater(len(rows), 15)
        (group,) = yaml.safe_load((TOP / 'deploy/prometheus/rules.yaml').read_text())['groups']
        self.assertGreater(len(group['rules']), 8)
        for rule in group['rules']:
            with self.subTest(alert=rule['alert']):
                self.assertRegex(rule['for'], r'^\d+[mh]$')
                self.assertIn(rule['labels']['severity'], ('critical', 'warning'))
                names = re.findall(r'kgw_\w+', rule['expr'])
                self.assertTrue(names or rule['expr'].startswith('up{'))
                self.assertEqual([name for name in names if name not in rows], [])
                known = {'instance', *(label for name in names for label in rows[name])}
                used = set(re.findall(r'\$labels\.(\w+)', str(rule['annotations'])))
                if names:
                    used |= set(re.findall(r'(\w+)=', rule['expr'].replace('==', '')))
                self.assertLessEqual(used, known)
                self.assertTrue(rule['annotations']['summary'])


if __name__ == '__main__':
    unittest.main()
