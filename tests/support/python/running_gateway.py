"""A built gateway on a store of its own, and a far side made of memory, for tests in Python."""
import http.server
import json
import os
import pathlib
import re
import signal
import subprocess
import threading

TOP = pathlib.Path(__file__).resolve().parents[3]
BIN = pathlib.Path(os.environ.get('KGW_BIN_DIR', TOP / 'build' / 'bin')).resolve()


class RunningGateway:
    """Starts kap-gateway and waits until it serves; stopped by its own pid.

    Its plug-ins are found beside it, its files lie in `folder`.
    """

    def __init__(self, folder, config='deploy/config/development.yaml', settings=(), grpc='127.0.0.1:0'):
        self.folder = pathlib.Path(folder)
        command = [str(BIN / 'kap-gateway'), '--config', str(TOP / config)]
        for setting in (f'store.path={self.folder / "gateway.db"}', f'grpc.listen={grpc}',
                        'http.listen=127.0.0.1:0', *settings):
            command += ['--set', setting]
        self.log = self.folder / 'gateway.log'
        with open(self.log, 'ab') as log:
            self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
        line = self.process.stdout.readline()
        ready = re.match(r'READY grpc=(\S+) http=(\S+)', line)
        if not ready:
            self.stop()
            raise RuntimeError(f'the gateway did not start: {self.log.read_text()}')
        self.grpc, self.http = ready.groups()

    def stop(self, how=signal.SIGTERM):
        """The exit code; None when it had to be killed."""
        if self.process.poll() is None:
            os.kill(self.process.pid, how)
        try:
            code = self.process.wait(30)
        except subprocess.TimeoutExpired:
            os.kill(self.process.pid, signal.SIGKILL)
            self.process.wait()
            code = None
        self.process.stdout.close()
        return code


class FarSide:
    """A FHIR server that keeps nothing: it takes transactions of resources under our ids.

    `refuse` makes it answer everything but /metadata with that status and an OperationOutcome.
    """

    def __init__(self):
        self.refuse = 0
        self.written = []
        far_side = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = 'HTTP/1.1'

            def log_message(self, *_):
                pass

            def answer(self, status, body):
                data = json.dumps(body).encode()
                self.send_response(status)
                self.send_header('Content-Type', 'application/fhir+json')
                self.send_header('X-Request-Id', 'request-1')
                self.send_header('Content-Length', str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def do_GET(self):
                if self.path.endswith('/metadata'):
                    self.answer(200, far_side.capabilities())
                elif far_side.refuse:
                    self.answer(far_side.refuse, far_side.outcome())
                else:
                    self.answer(200, {'resourceType': 'Bundle', 'type': 'searchset', 'total': 0})

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers['Content-Length'])))
                if far_side.refuse:
                    self.answer(far_side.refuse, far_side.outcome())
                    return
                entries = []
                for entry in body.get('entry', []):
                    far_side.written.append(entry['request']['url'])
                    entries.append({'response': {
                        'status': '201 Created', 'etag': 'W/"1"',
                        'location': f'{entry["request"]["url"]}/_history/1'}})
                self.answer(200, {'resourceType': 'Bundle', 'type': 'transaction-response',
                                  'entry': entries})

        self.server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        self.server.daemon_threads = True
        self.url = f'http://127.0.0.1:{self.server.server_port}/fhir'
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @staticmethod
    def outcome():
        return {'resourceType': 'OperationOutcome',
                'issue': [{'severity': 'error', 'code': 'processing',
                           'diagnostics': 'The far side says no.'}]}

    @staticmethod
    def capabilities():
        types = ('Account AdverseEvent AllergyIntolerance ChargeItem Condition Coverage DetectedIssue '
                 'DocumentReference Encounter Flag HealthcareService Location MedicationAdministration '
                 'MedicationDispense MedicationRequest MedicationStatement Observation Organization '
                 'Patient Practitioner PractitionerRole Procedure Provenance QuestionnaireResponse '
                 'RelatedPerson').split()
        interactions = [{'code': code} for code in ('create', 'read', 'update', 'search-type')]
        return {'resourceType': 'CapabilityStatement', 'status': 'active', 'kind': 'instance',
                'date': '2026-01-01', 'fhirVersion': '4.0.1', 'format': ['json'],
                'software': {'name': 'Far Side', 'version': '1'},
                'rest': [{'mode': 'server', 'interaction': [{'code': 'transaction'}],
                          'resource': [{'type': name, 'interaction': interactions,
                                        'updateCreate': True, 'conditionalCreate': True}
                                       for name in types]}]}

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
