#!/usr/bin/env python3
"""demo_receiver.py: the far side of scripts/demo --gateway-only, on 127.0.0.1, in memory.

It speaks as much of FHIR's REST as the demo needs: /metadata, transactions and single requests under the
sender's ids, with versions and If-Match, and searches by identifier, patient and code. What it gets it
keeps and gives back. It judges no resource: whether they are right FHIR only a FHIR server can say.
Prints READY and its address.
"""
import http.server
import json
import re
import threading
import urllib.parse

LARGEST_BODY = 16 * 1024 * 1024
PLACE = re.compile(r'([A-Z][A-Za-z]{1,63})/([A-Za-z0-9.-]{1,64})')


class Refused(Exception):
    """Status and text of an answer that is a refusal."""

    def __init__(self, status, text):
        super().__init__(text)
        self.status = status


class Store:
    """Resources by place, `Type/id`; a transaction is taken whole or not at all. For many threads."""

    def __init__(self):
        self.lock = threading.Lock()
        self.resources = {}
        self.versions = {}

    def write(self, place, resource, if_match=''):
        """Keeps it; the status. The lock is held."""
        kind, name = PLACE.fullmatch(place).groups()
        if resource.get('resourceType') != kind or resource.get('id') != name:
            raise Refused(400, f'the resource is not {kind} with the id of its address')
        known = self.versions.get(place, 0)
        if if_match and if_match != f'W/"{known}"':
            raise Refused(412, 'another version lies there')
        there = place in self.resources
        self.versions[place] = known + 1
        self.resources[place] = {**resource, 'meta': {**resource.get('meta', {}),
                                                      'versionId': str(known + 1)}}
        return 200 if there else 201

    def remove(self, place):
        self.resources.pop(place, None)
        return 204

    def do(self, request, resource):
        """One request of a Bundle or of its own: (status, place)."""
        method, place = request.get('method'), request.get('url', '')
        if not PLACE.fullmatch(place) or method not in ('PUT', 'DELETE'):
            raise Refused(400, f'this receiver takes PUT and DELETE of Type/id, not {method}')
        if method == 'DELETE':
            return self.remove(place), place
        return self.write(place, resource or {}, request.get('ifMatch', '')), place

    def transaction(self, entries):
        with self.lock:
            before = dict(self.resources), dict(self.versions)
            try:
                done = [self.do(entry.get('request', {}), entry.get('resource')) for entry in entries]
            except Refused:
                self.resources, self.versions = before
                raise
            return [self.answered(status, place) for status, place in done]

    def answered(self, status, place):
        version = self.versions.get(place, 0)
        return {'status': str(status), 'etag': f'W/"{version}"', 'location': f'{place}/_history/{version}'}

    def search(self, kind, query):
        with self.lock:
            found = [resource for resource in self.resources.values() if resource['resourceType'] == kind]
        for name, value in query:
            if name not in ('_count', '_summary'):
                found = [resource for resource in found if matches(resource, name, value)]
        return found


def matches(resource, name, value):
    """Whether a resource meets one search parameter."""
    if name == 'patient':
        person = resource.get('subject', resource.get('patient', {}))
        return person.get('reference') in (value, f'Patient/{value}')
    system, _, code = value.rpartition('|')
    if name == 'identifier':
        return any(i.get('value') == code and i.get('system', '') == system
                   for i in resource.get('identifier', []))
    if name == 'code':
        return any(c.get('code') == code and c.get('system', '') == system
                   for c in resource.get('code', {}).get('coding', []))
    raise Refused(400, f'this receiver cannot search by {name}')


def capabilities():
    """Every type that it is sent; that is what makes it a receiver and no FHIR server."""
    types = ('Account AdverseEvent AllergyIntolerance ChargeItem Condition Coverage DetectedIssue '
             'DocumentReference Encounter Flag HealthcareService Location MedicationAdministration '
             'MedicationDispense MedicationRequest MedicationStatement Observation Organization '
             'Patient Practitioner PractitionerRole Procedure Provenance QuestionnaireResponse '
             'RelatedPerson').split()
    can = [{'code': code} for code in ('read', 'update', 'delete', 'search-type')]
    return {'resourceType': 'CapabilityStatement', 'status': 'active', 'kind': 'instance',
            'date': '2026-01-01', 'fhirVersion': '4.0.1', 'format': ['json'],
            'software': {'name': "the demo's own receiver"},
            'rest': [{'mode': 'server', 'interaction': [{'code': 'transaction'}],
                      'resource': [{'type': name, 'interaction': can, 'updateCreate': True}
                                   for name in types]}]}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    store = Store()

    def log_message(self, *_):
        pass

    def answer(self, status, body=None, **headers):
        data = json.dumps(body).encode() if body is not None else b''
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace('_', '-'), value)
        if data:
            self.send_header('Content-Type', 'application/fhir+json')
        if status != 204:
            self.send_header('Content-Length', str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def handle_request(self):
        # Read in any case: the connection goes on.
        length = int(self.headers.get('Content-Length') or 0)
        if length > LARGEST_BODY:
            self.close_connection = True
            raise Refused(413, f'more than {LARGEST_BODY} bytes')
        sent = self.rfile.read(length)
        url = urllib.parse.urlsplit(self.path)
        if not (url.path + '/').startswith('/fhir/'):
            raise Refused(404, 'the address is /fhir')
        path = url.path.removeprefix('/fhir').strip('/')
        if self.command == 'GET':
            self.read(path, urllib.parse.parse_qsl(url.query))
            return
        try:
            body = json.loads(sent) if sent else {}
        except ValueError:
            raise Refused(400, 'the body is no JSON') from None
        if self.command == 'POST' and path == '':
            answers = self.store.transaction(body.get('entry', []))
            self.answer(200, {'resourceType': 'Bundle', 'type': 'transaction-response',
                              'entry': [{'response': answer} for answer in answers]})
            return
        request = {'method': self.command, 'url': path, 'ifMatch': self.headers.get('If-Match', '')}
        (done,) = self.store.transaction([{'request': request, 'resource': body}])
        status = int(done['status'])
        self.answer(status, None if status == 204 else body, ETag=done['etag'], Location=done['location'])

    def read(self, path, query):
        if path == 'metadata':
            self.answer(200, capabilities())
        elif PLACE.fullmatch(path):
            resource = self.store.resources.get(path)
            if resource is None:
                raise Refused(404, 'nothing lies there')
            self.answer(200, resource, ETag=f'W/"{resource["meta"]["versionId"]}"')
        else:
            found = self.store.search(path, query)
            entries = [] if ('_summary', 'count') in query else [{'resource': each} for each in found]
            self.answer(200, {'resourceType': 'Bundle', 'type': 'searchset', 'total': len(found),
                              'entry': entries})

    def do_GET(self):
        try:
            self.handle_request()
        except Refused as refused:
            self.answer(refused.status, {'resourceType': 'OperationOutcome', 'issue': [
                {'severity': 'error', 'code': 'processing', 'diagnostics': str(refused)}]})

    do_POST = do_PUT = do_DELETE = do_GET


def main():
    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
    server.daemon_threads = True
    print(f'READY http://127.0.0.1:{server.server_port}/fhir', flush=True)
    server.serve_forever()


if __name__ == '__main__':
    main()
