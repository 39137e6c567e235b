"""Every golden bundle is accepted by HAPI FHIR, which validates against US Core and our own package.

HAPI holds each QuestionnaireResponse to our Questionnaire too. Of what it refuses only that may stand
which it cannot know offline: the few codes of `LACKING`. A bundle that has one is sent again without
the element in question, and all else of it must be accepted.
"""
import copy
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import typing
import unittest
import urllib.error
import urllib.request

TOP = pathlib.Path(__file__).resolve().parents[3]
HAPI = pathlib.Path(os.environ.get('HAPI_BUILD', TOP / '.cache/hapi-server')) / 'hapi-server-1.jar'
US_CORE = TOP.parent / 'shared/fhir-packages/hl7.fhir.us.core-6.1.0.tgz'
START_SECONDS = 180
CORE = 'http://hl7.org/fhir/us/core'
NULL_FLAVOR = 'http://terminology.hl7.org/CodeSystem/v3-NullFlavor'
RACES = 'urn:oid:2.16.840.1.113883.6.238'


class Lack(typing.NamedTuple):
    """Codes that HAPI cannot judge without a terminology server."""
    type: str
    element: str  # a member of the resource, or the URL of its extension
    value_set: str
    codings: set  # system#code; without a system where the element is a code
    why: str


VSAC = 'US Core names value sets of VSAC here and does not bring them along'
LACKING = [
    Lack('DocumentReference', 'type', f'{CORE}/ValueSet/us-core-documentreference-type',
         {'http://loinc.org#34904-3'}, 'the value set is a filter over LOINC, which HAPI has not'),
    Lack('Patient', f'{CORE}/StructureDefinition/us-core-race', f'{CORE}/ValueSet/omb-race-category',
         {f'{RACES}#2106-3', f'{RACES}#2028-9', f'{NULL_FLAVOR}#ASKU'}, VSAC),
    Lack('Patient', f'{CORE}/StructureDefinition/us-core-ethnicity', f'{CORE}/ValueSet/omb-ethnicity-category',
         {f'{RACES}#2186-5', f'{NULL_FLAVOR}#UNK'}, VSAC),
    Lack('Patient', f'{CORE}/StructureDefinition/us-core-birthsex', f'{CORE}/ValueSet/birthsex', {'M', 'UNK'}, VSAC),
]


def says_no_more_than(lack, text):
    """Whether HAPI's words are about a coding of this row, and only say that it cannot look it up."""
    in_set = re.search(re.escape(f'({lack.value_set}|'), text)
    for coding in lack.codings:
        system = coding.rpartition('#')[0]
        if text in (f"CodeSystem is unknown and can't be validated: {system} for '{coding}'",
                    f'Unable to expand ValueSet because CodeSystem could not be found: {system}'):
            return True
        if in_set and (text.startswith(f'The Coding provided ({coding}) was not found in the value set')
                       or text.startswith(f"The value provided ('{coding}') was not found in the value set")
                       or text.startswith('None of the codings provided are in the value set')
                       and text.endswith(f'(codes = {coding})')):
            return True
    return False


def place_of(bundle, expression):
    """The resource that an error is about, and the name of its element or extension."""
    found = re.match(r'Bundle\.entry\[(\d+)\]\.resource(?:/\*[^*]*\*/)?\.(\w+)(?:\[(\d+)\])?', expression)
    if not found:
        return None, None
    resource = bundle['entry'][int(found[1])]['resource']
    if found[2] == 'extension':
        return resource, resource['extension'][int(found[3])]['url']
    return resource, found[2]


def without(resource, element):
    """A required binding of a profile goes with the claim of the profile, one of an extension with that."""
    if '://' in element:
        left = [e for e in resource.pop('extension', []) if e['url'] != element]
        resource.update({'extension': left} if left else {})
    else:
        resource['meta'].pop('profile', None)


class Server:
    """HAPI, started as a process of its own and stopped by its own id."""

    def __init__(self, folder, packages):
        self.out = folder / 'hapi.out'
        self.err = folder / 'hapi.err'
        environment = {**os.environ, 'HAPI_VALIDATE': '1', 'HAPI_REFINT': '0',
                       'HAPI_PACKAGES': ':'.join(map(str, packages))}
        with self.out.open('w') as out, self.err.open('w') as err:
            self.process = subprocess.Popen([TOP / 'tests/support/hapi-server/run.sh', '0'], env=environment,
                                            stdin=subprocess.DEVNULL, stdout=out, stderr=err)

    def wait(self):
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until and self.process.poll() is None:
            if ready := re.search(r'^READY (\S+)$', self.out.read_text(), re.MULTILINE):
                self.base = ready[1]
                return
            time.sleep(0.2)
        raise RuntimeError('HAPI did not start:\n' + self.err.read_text()[-2000:])

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def send(self, resources):
        """One transaction of PUTs: the status and the answer."""
        entries = [{'fullUrl': f'{self.base}/{r["resourceType"]}/{r["id"]}', 'resource': r,
                    'request': {'method': 'PUT', 'url': f'{r["resourceType"]}/{r["id"]}'}} for r in resources]
        body = json.dumps({'resourceType': 'Bundle', 'type': 'transaction', 'entry': entries}).encode()
        request = urllib.request.Request(self.base, body, {'Content-Type': 'application/fhir+json'})
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)


def errors_of(outcome):
    return [i for i in outcome.get('issue', []) if i['severity'] in ('error', 'fatal')]


def resources_of(bundle):
    return [entry['resource'] for entry in bundle['entry']]


def forms_and_rules(archive):
    with tarfile.open(archive) as tar:
        return [json.load(tar.extractfile(m)) for m in tar.getmembers()
                if m.name.startswith(('package/Questionnaire-', 'package/PlanDefinition-'))]


class GoldenHapiTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        out = pathlib.Path(folder.name)
        subprocess.run([TOP / 'scripts/build-profiles', '--out', out], check=True, stdout=subprocess.DEVNULL)
        (ours,) = out.glob('*.tgz')
        cls.server = Server(out, [US_CORE, ours])
        cls.addClassCleanup(cls.server.stop)
        cls.server.wait()
        # First of all: HAPI remembers for a while which forms it has not.
        status, answer = cls.server.send(forms_and_rules(ours))
        assert status == 200, errors_of(answer)
        cls.bundles = {str(p.relative_to(TOP)): json.loads(p.read_text(encoding='utf-8'))
                       for p in sorted(TOP.glob('tests/golden/*/*.bundle.json'))}

    def refused_with(self, resource, text):
        status, answer = self.server.send([resource])
        self.assertEqual(status, 422)
        self.assertTrue(any(text in i['diagnostics'] for i in errors_of(answer)), errors_of(answer))

    def first(self, kind):
        return copy.deepcopy(next(r for b in self.bundles.values() for r in resources_of(b) if kind(r)))

    def test_server_validates(self):
        observation = self.first(lambda r: r['resourceType'] == 'Observation')
        del observation['status']
        self.refused_with(observation, 'Observation.status')

    def test_server_holds_responses_to_our_forms(self):
        response = self.first(lambda r: r.get('questionnaire', '').endswith('/c-ssrs-screener|1'))
        response['item'][0]['linkId'] = 'unknown'
        self.refused_with(response, "LinkId 'unknown' not found in questionnaire")

    def test_server_knows_our_codes(self):
        response = self.first(lambda r: r.get('questionnaire', '').endswith('/kap-exclusions|1'))
        response['item'][0]['answer'][0]['valueCoding'] = {
            'system': 'https://kap-gateway.org/fhir/CodeSystem/kap-answer', 'code': 'perhaps'}
        self.refused_with(response, 'perhaps')

    def accepted(self, resources):
        status, answer = self.server.send(resources)
        self.assertEqual(status, 200, [(i.get('expression'), i['diagnostics']) for i in errors_of(answer)])
        self.assertEqual(len(answer['entry']), len(resources))
        for entry in answer['entry']:
            self.assertRegex(entry['response']['status'], '^20[01]')

    def lacks_of(self, bundle, answer):
        """The rows that excuse each error of the answer, as (row, resource); fails on any other error."""
        found = []
        for issue in errors_of(answer):
            resource, element = place_of(bundle, issue.get('expression', [''])[0])
            lack = next((l for l in LACKING if resource and (l.type, l.element) == (resource['resourceType'], element)
                         and says_no_more_than(l, issue['diagnostics'])), None)
            self.assertIsNotNone(lack, (issue.get('expression'), issue['diagnostics']))
            found.append((lack, resource))
        return found

    def test_every_golden_bundle_is_accepted(self):
        self.assertGreaterEqual(len(self.bundles), 30)
        needed = set()
        for name, original in self.bundles.items():
            with self.subTest(name):
                bundle = copy.deepcopy(original)
                status, answer = self.server.send(resources_of(bundle))
                if status == 422:
                    lacks = self.lacks_of(bundle, answer)
                    self.assertTrue(lacks)
                    for lack, resource in lacks:
                        needed.add(lack.element)
                        without(resource, lack.element)
                self.accepted(resources_of(bundle))
        self.assertEqual(needed, {lack.element for lack in LACKING}, 'HAPI can judge these now: take the row out')


def skip_reason():
    if not shutil.which('java'):
        return 'there is no Java'
    if not HAPI.is_file():
        return 'HAPI is not built (tests/support/hapi-server/run.sh --build)'
    if not (TOP / '.cache/node/node_modules/.bin/sushi').exists():
        return 'SUSHI is not installed (scripts/setup)'
    if not US_CORE.is_file():
        return 'the package of US Core 6.1.0 does not lie beside the checkout'
    return None


if __name__ == '__main__':
    if reason := skip_reason():
        print(f'SKIPPED: {reason}')
        sys.exit(0)
    unittest.main()
