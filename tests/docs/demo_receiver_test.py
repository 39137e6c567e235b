"""scripts/demo --gateway-only: its receiver gives back what it got, and the whole road runs without Java."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import unittest
import urllib.error
import urllib.request

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TOP / 'scripts'), str(TOP / 'tests' / 'support' / 'python')]
sys.dont_write_bytecode = True
import demo_receiver  # noqa: E402
from running_gateway import BIN  # noqa: E402

MRN = 'https://clinic.example.org/mrn'


def patient(name='one', number='1'):
    return {'resourceType': 'Patient', 'id': name, 'identifier': [{'system': MRN, 'value': number}]}


def put(resource, **request):
    place = f'{resource["resourceType"]}/{resource["id"]}'
    return {'resource': resource, 'request': {'method': 'PUT', 'url': place, **request}}


class ReceiverTest(unittest.TestCase):
    def setUp(self):
        demo_receiver.Handler.store = demo_receiver.Store()
        server = demo_receiver.http.server.ThreadingHTTPServer(('127.0.0.1', 0), demo_receiver.Handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.url = f'http://127.0.0.1:{server.server_port}/fhir'

    def ask(self, path='', body=None, method=None):
        """(status, answer)."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f'{self.url}{path}', data=data, method=method)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, json.loads(answer.read() or b'{}')
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())

    def send(self, *entries):
        return self.ask(body={'resourceType': 'Bundle', 'type': 'transaction', 'entry': list(entries)})

    def total(self, query):
        return self.ask(f'/{query}')[1]['total']

    def test_what_it_got_is_read_back(self):
        status, answer = self.send(put(patient()), put(patient('two', '2')))
        self.assertEqual(status, 200)
        self.assertEqual([e['response']['status'] for e in answer['entry']], ['201', '201'])
        self.assertEqual(self.ask('/Patient/one')[1]['identifier'], patient()['identifier'])
        found = self.ask(f'/Patient?identifier={MRN}|2')[1]
        self.assertEqual([e['resource']['id'] for e in found['entry']], ['two'])
        self.assertEqual(self.total('Patient?_summary=count'), 2)
        self.assertEqual(self.total(f'Patient?identifier={MRN}|3'), 0)

    def test_searches_by_patient_and_code(self):
        code = {'coding': [{'system': 'http://loinc.org', 'code': '44261-6'}]}
        self.send(put({'resourceType': 'Observation', 'id': 'a', 'code': code,
                       'subject': {'reference': 'Patient/one'}}),
                  put({'resourceType': 'Observation', 'id': 'b', 'code': code,
                       'subject': {'reference': 'Patient/two'}}))
        self.assertEqual(self.total('Observation?code=http://loinc.org|44261-6'), 2)
        self.assertEqual(self.total('Observation?code=http://loinc.org|44261-6&patient=one'), 1)
        self.assertEqual(self.total('Observation?code=http://loinc.org|1'), 0)
        self.assertEqual(self.ask('/Observation?date=2026')[0], 400, 'what it cannot search by it refuses')

    def test_a_transaction_is_taken_whole_or_not_at_all(self):
        self.send(put(patient()))
        changed = patient(number='9')
        status, _ = self.send(put(changed), put(patient('two'), ifMatch='W/"7"'))
        self.assertEqual(status, 412)
        self.assertEqual(self.ask('/Patient/one')[1]['identifier'][0]['value'], '1')
        self.assertEqual(self.ask('/Patient/two')[0], 404)
        status, answer = self.send(put(changed, ifMatch='W/"1"'))
        self.assertEqual((status, answer['entry'][0]['response']['status']), (200, '200'))
        self.assertEqual(self.ask('/Patient/one')[1]['meta']['versionId'], '2')

    def test_single_requests(self):
        self.assertEqual(self.ask('/Patient/one', patient(), 'PUT')[0], 201)
        self.assertEqual(self.ask('/Patient/one', patient('two'), 'PUT')[0], 400)
        self.assertEqual(self.ask('/Patient/one', method='DELETE')[0], 204)
        self.assertEqual(self.ask('/Patient/one')[0], 404)


@unittest.skipUnless((BIN / 'kap-gateway').exists(), 'this build has no gRPC, so no gateway')
class RoadTest(unittest.TestCase):
    def test_the_whole_road_without_a_fhir_server(self):
        with tempfile.TemporaryDirectory(prefix='demo-test-') as folder:
            # No Java on this path.
            environment = {**os.environ, 'PATH': '/nowhere', 'KGW_BIN_DIR': str(BIN), 'PYTHONDONTWRITEBYTECODE': '1'}
            done = subprocess.run(['/usr/bin/python3', TOP / 'scripts/demo.py', '--gateway-only', '--out', folder],
                                  capture_output=True, text=True, timeout=240, check=False, env=environment)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            last = done.stdout.rstrip('\n').splitlines()[-1]
            self.assertRegex(last, r'^demo: ok, the gateway alone: .* books agree; no FHIR server took part$')
            self.assertIn('Left out: ', done.stdout)
            self.assertIn('killed the gateway with kill -9', done.stdout)
            self.assertRegex(done.stdout, r'(?m)^  \d{4}-\d\d-\d\d \d\d:\d\d    PHQ-9 \d+')
            self.assertNotIn('\x1b', done.stdout + done.stderr)
            summary = json.loads(pathlib.Path(folder, 'summary.json').read_text())
            self.assertIsNone(summary['fhir'])
            self.assertIs(summary['agrees'], True)
            self.assertGreater(summary['delivered'], 10)


if __name__ == '__main__':
    unittest.main()
