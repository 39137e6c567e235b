"""kapctl against a running gateway: the JSON that scripts read, and the exit codes they rely on."""
import contextlib
import copy
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / 'support' / 'python'))
from running_gateway import BIN, FarSide, RunningGateway, TOP  # noqa: E402

OK, NO, USAGE, UNREACHABLE, DENIED, CONFLICT = range(6)
GOLDEN = TOP / 'tests' / 'golden'


def golden(path):
    return json.loads((GOLDEN / f'{path}.record.json').read_text())


def key_text(key):
    return '/'.join(str(key[part]) for part in ('tenant', 'source', 'type', 'id', 'version'))


class KapctlTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix='kapctl-test-'))
        self.addCleanup(shutil.rmtree, self.folder)
        self.gateway = None
        self.addCleanup(self.stop)

    def stop(self, how=signal.SIGTERM):
        if self.gateway:
            gateway, self.gateway = self.gateway, None
            code = gateway.stop(how)
            # Also when a sanitizer has something to say at the end.
            self.assertEqual(code, -how if how == signal.SIGKILL else 0, gateway.log.read_text())

    def start(self, *arguments, **named):
        self.gateway = RunningGateway(self.folder, *arguments, **named)

    def kapctl(self, *arguments, expect=OK, stdin=None):
        """The lines of standard output, after holding the exit code to what is expected."""
        server = ['--server', self.gateway.grpc] if self.gateway else []
        done = subprocess.run([str(BIN / 'kapctl'), *server, *arguments], cwd=self.folder,
                              capture_output=True, text=True, input=stdin, timeout=60, check=False)
        self.assertEqual(done.returncode, expect, f'{arguments}: {done.stdout}{done.stderr}')
        return done.stdout.splitlines()

    def ask(self, *arguments, **named):
        """The same with --json, each line read."""
        return [json.loads(line) for line in self.kapctl('--json', *arguments, **named)]

    def write(self, name, *records):
        (self.folder / name).write_text('\n'.join(json.dumps(record) for record in records) + '\n')
        return name

    def synth(self, courses, seed=1, out='.'):
        self.kapctl('synth', '--seed', str(seed), '--courses', str(courses), '--out', out)
        return json.loads((self.folder / out / 'expected.json').read_text())['records']['total']


class Submitting(KapctlTest):
    def setUp(self):
        super().setUp()
        self.start()

    def submit_one(self, record, expect, *options):
        line, summary = self.ask('submit', *options, self.write('one.jsonl', record), expect=expect)
        self.assertEqual(set(summary), {'summary'})
        self.assertLessEqual({'submitted', 'mapped', 'parked', 'rejected', 'superseded', 'conflict',
                              'duplicate'}, set(summary['summary']))
        self.assertEqual(summary['summary']['submitted'], 1)
        return line, summary['summary']

    def check_life(self, *options):
        record = golden('Outcome/small')
        record['version'] = '2'
        line, summary = self.submit_one(record, OK, *options)
        self.assertEqual(set(line), {'file', 'line', 'key', 'receipt', 'state', 'duplicate', 'resources',
                                     'deliveries', 'issues', 'safety_signals'})
        self.assertEqual(line['key'], {'tenant': 'demo-clinic', 'source': 'kap-ehr', 'type': 'Outcome',
                                       'id': 'O-1', 'version': 2})
        self.assertEqual((line['file'], line['line'], line['state'], line['duplicate']),
                         ('one.jsonl', 1, 'mapped', False))
        self.assertGreater(line['resources'], 0)
        self.assertEqual(summary['mapped'], 1)

        again, summary = self.submit_one(record, OK, *options)
        self.assertTrue(again['duplicate'])
        self.assertEqual(again['receipt'], line['receipt'])
        self.assertEqual((summary['duplicate'], summary['mapped']), (1, 1))

        other = copy.deepcopy(record)
        other['recordedTime'] = '2026-03-16T09:11:00-07:00'
        conflict, summary = self.submit_one(other, CONFLICT, *options)
        self.assertEqual((conflict['state'], summary['conflict']), ('conflict', 1))

        older = copy.deepcopy(record)
        older['version'] = '1'
        superseded, summary = self.submit_one(older, OK, *options)
        self.assertEqual((superseded['state'], summary['superseded']), ('superseded', 1))

    def test_over_the_stream(self):
        self.check_life()

    def test_in_single_calls(self):
        self.check_life('--unary')

    def test_wrong_content_is_rejected(self):
        line, summary = self.submit_one(golden('Screening/score-out-of-range'), NO)
        self.assertEqual((line['state'], summary['rejected']), ('rejected', 1))
        self.assertEqual(set(line['issues'][0]), {'severity', 'code', 'expression', 'text'})
        self.assertIn('screening.questionnaires[0]', line['issues'][0]['expression'])

    def test_contradiction_is_parked(self):
        line, summary = self.submit_one(golden('Screening/phq9-total-contradicts'), NO)
        self.assertEqual((line['state'], summary['parked']), ('parked', 1))
        again, summary = self.submit_one(golden('Screening/phq9-total-contradicts'), NO)
        self.assertEqual((again['duplicate'], summary['parked'], summary['duplicate']), (True, 1, 1))
        parked = self.ask('parked')
        self.assertEqual([row['key']['type'] for row in parked], ['Screening'])
        self.assertEqual(self.ask('parked', '--state', 'parked'), parked)
        self.kapctl('parked', '--state', 'mapped', expect=USAGE)
        self.assertEqual(self.ask('records', '--state', 'mapped'), [])

    def test_unknown_field(self):
        line, summary = self.submit_one({**golden('Outcome/small'), 'mood': 'fine'}, NO)
        self.assertEqual((line['state'], summary['invalid']), ('invalid', 1))
        self.assertIn('mood', line['issues'][0]['text'])
        self.assertNotIn('key', line)
        self.assertEqual(self.ask('records'), [])

    def test_signals_reach_the_sender(self):
        line, _ = self.submit_one(golden('Screening/phq9-27'), OK)
        self.assertIn('PHQ9_ITEM9', [signal['rule'] for signal in line['safety_signals']])

    def test_standard_input_and_folders(self):
        record = json.dumps(golden('Practitioner/therapist'))
        line, _ = self.ask('submit', '-', stdin=record + '\n')
        self.assertEqual((line['file'], line['state']), ('-', 'mapped'))
        (self.folder / 'folder').mkdir()
        self.write('folder/a.json', golden('Organization/clinic'))
        self.write('folder/b.jsonl', golden('Patient/full'), golden('Patient/minimal'))
        lines = self.ask('submit', '--in-flight', '1', 'folder', expect=OK)[:-1]
        self.assertEqual([(line['file'], line['line']) for line in lines],
                         [('folder/a.json', 1), ('folder/b.jsonl', 1), ('folder/b.jsonl', 2)])

    def test_resume_after_the_gateway_was_killed(self):
        total = self.synth(courses=60)
        command = [str(BIN / 'kapctl'), '--server', self.gateway.grpc, '--json', 'submit', '--in-flight', '4',
                   '--resume', 'sent.txt', 'records.jsonl']
        with subprocess.Popen(command, cwd=self.folder, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL) as sending:
            for _ in range(20):
                sending.stdout.readline()
            address = self.gateway.grpc
            self.stop(signal.SIGKILL)
            answered = 20 + sum(b'"receipt":"' in line for line in sending.stdout)
            self.assertEqual(sending.wait(60), UNREACHABLE)
        self.assertLess(answered, total)
        self.assertEqual(len((self.folder / 'sent.txt').read_text().splitlines()), answered)
        self.start(grpc=address)
        lines = self.ask('submit', '--resume', 'sent.txt', 'records.jsonl')
        self.assertEqual(lines[-1]['summary']['submitted'], total - answered)
        ledger = self.ask('ledger')[0]
        self.assertTrue(ledger['agrees'])
        self.assertEqual(ledger['records']['mapped'], total)
        # Every record is remembered, so nothing is sent.
        self.assertEqual(self.ask('submit', '--resume', 'sent.txt', 'records.jsonl')[-1]['summary'][
            'submitted'], 0)

    def test_a_record_that_is_too_large_is_named_and_the_others_go_on(self):
        large = golden('Patient/full')
        large['id'], large['patientRecord']['names'][0]['family'] = 'P-LARGE', 'x' * (5 << 20)
        records = [golden('Organization/clinic'), golden('Practitioner/therapist'), large,
                   golden('Patient/minimal'), golden('Outcome/small')]
        self.write('all.jsonl', *records)
        for options in ((), ('--unary',)):
            lines = self.ask('submit', *options, 'all.jsonl', expect=NO)
            summary = lines[-1]['summary']
            self.assertEqual((summary['submitted'], summary['mapped'], summary['invalid']), (5, 4, 1))
            invalid, = (line for line in lines[:-1] if line['state'] == 'invalid')
            self.assertEqual((invalid['file'], invalid['line'], invalid['key']['id']),
                             ('all.jsonl', 3, 'P-LARGE'))
            self.assertIn('limits.message_bytes', invalid['issues'][0]['text'])

    def test_a_pipe_is_read_once(self):
        total = self.synth(courses=1)
        done = subprocess.run(
            ['bash', '-c', '"$1" --server "$2" --json submit <(cat records.jsonl)', 'bash', BIN / 'kapctl',
             self.gateway.grpc], cwd=self.folder, capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, OK, done.stderr)
        self.assertEqual(json.loads(done.stdout.splitlines()[-1])['summary']['mapped'], total)

    def test_an_issue_file_that_is_not_there(self):
        self.kapctl('submit', 'nowhere.jsonl', expect=USAGE)
        (self.folder / 'loop.jsonl').symlink_to('loop.jsonl')
        for command in ('submit', 'preview'):
            self.kapctl(command, 'loop.jsonl', expect=USAGE)


class Looking(KapctlTest):
    def setUp(self):
        super().setUp()
        self.start()

    def test_preview(self):
        preview, = self.ask('preview', str(GOLDEN / 'Session' / 'large.record.json'))
        self.assertLessEqual({'state', 'bundle', 'issues', 'destinations'}, set(preview))
        self.assertEqual(preview['state'], 'mapped')
        self.assertEqual((preview['bundle']['resourceType'], preview['bundle']['type']),
                         ('Bundle', 'collection'))
        self.assertEqual(self.ask('records'), [])
        shown = self.kapctl('preview', str(GOLDEN / 'Session' / 'large.record.json'))
        self.assertIn('would be mapped; nothing was kept', shown[0])
        self.assertEqual(sum(line.startswith('Observation ') for line in shown),
                         sum(entry['resource']['resourceType'] == 'Observation'
                             for entry in preview['bundle']['entry']))
        self.assertEqual(shown[-1], 'it would go nowhere')
        two = self.write('two.jsonl', golden('Organization/clinic'), golden('Patient/full'))
        self.assertIn('/Organization/', self.kapctl('preview', two)[0])
        self.assertIn('/Patient/', self.kapctl('preview', '--record', '2', two)[0])
        self.kapctl('preview', '--record', '3', two, expect=USAGE)
        self.kapctl('preview', str(GOLDEN / 'Screening' / 'phq9-total-contradicts.record.json'), expect=NO)

    def test_records_resources_show(self):
        total = self.synth(courses=2)
        self.kapctl('submit', 'records.jsonl')
        rows = self.ask('records', '--limit', '1000')
        self.assertEqual(len(rows), total)
        self.assertLessEqual({'key', 'patient', 'state', 'receipt', 'resources', 'deliveries', 'received_at',
                              'issues', 'safety_signals'}, set(rows[0]))
        first, page = self.ask('records', '--limit', '5')[:5], self.ask('records', '--limit', '5')[5]
        rest = self.ask('records', '--limit', '1000', '--page', page['next_page'])
        self.assertEqual(first + rest, rows)
        mine = self.ask('records', '--patient', 'P-0002', '--limit', '1000')
        self.assertEqual({row['patient'] for row in mine}, {'P-0002'})
        session = next(row for row in mine if row['key']['type'] == 'Session')
        for key in (key_text(session['key']), json.dumps(session['key'])):
            made = self.ask('resources', key)
            self.assertEqual(len(made), session['resources'])
            self.assertIn('MedicationAdministration', [resource['resourceType'] for resource in made])
        story, = self.ask('show', key_text(session['key']))
        self.assertLessEqual({'key', 'state', 'receipt', 'record', 'resources', 'deliveries', 'issues'},
                             set(story))
        self.assertEqual(story['record']['id'], session['key']['id'])
        self.assertEqual(story['resources'], made)
        self.kapctl('show', key_text(session['key']))
        self.kapctl('show', 'demo-clinic/kap-ehr/Session/nobody', expect=NO)
        self.kapctl('show', 'demo-clinic/kap-ehr', expect=USAGE)

    def test_ledger_plugins_destinations(self):
        ledger, = self.ask('ledger')
        self.assertEqual(set(ledger), {'records', 'deliveries', 'by_destination', 'feed', 'agrees',
                                       'disagreements'})
        # Nothing has come yet: every count is there, and says so.
        self.assertEqual(ledger['records'], dict.fromkeys(
            ('received', 'duplicates', 'conflicts', 'rejected', 'parked', 'mapped', 'superseded'), 0))
        self.assertEqual(ledger['deliveries'], dict.fromkeys(
            ('created', 'pending', 'in_flight', 'held', 'delivered', 'dead', 'withheld',
             'unsupported', 'cancelled'), 0))
        self.assertEqual(ledger['feed'], dict.fromkeys(('rows', 'charges', 'voids'), 0))
        mapper = next(plugin for plugin in self.ask('plugins') if plugin['name'] == 'kap_mapper')
        self.assertEqual((mapper['kind'], mapper['state']), ('mapper', 'loaded'))
        self.assertEqual(self.ask('destinations'), [])
        self.kapctl('destinations', 'test', 'nowhere', expect=NO)

    def test_wrong_names(self):
        self.kapctl('deliveries', '--destination', 'nope', expect=USAGE)
        self.kapctl('records', '--type', 'Foo', expect=USAGE)
        self.assertEqual(self.kapctl('records', '--type', 'Session'), [])


class Delivering(KapctlTest):
    def setUp(self):
        super().setUp()
        self.far_side = FarSide()
        self.addCleanup(self.far_side.stop)

    def start_with_far_side(self):
        self.start('deploy/config/demo.yaml', [f'destinations[0].url={self.far_side.url}'])

    def submit_clinic(self):
        """The first record of the made-up clinic, which refers to nobody."""
        self.synth(courses=1)
        record = json.loads((self.folder / 'records.jsonl').read_text().splitlines()[0])
        line, _ = self.ask('submit', self.write('one.jsonl', record))
        return key_text(line['key'])

    def wait(self, state, count, **filters):
        options = [part for name, value in filters.items() for part in (f'--{name}', value)]
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            rows = self.ask('deliveries', '--state', state, '--limit', '1000', *options)
            if len(rows) >= count:
                return rows
            time.sleep(0.1)
        self.fail(f'no {count} deliveries {state}: {self.ask("deliveries")}')

    def test_delivered(self):
        self.start_with_far_side()
        total = self.synth(courses=1)
        self.kapctl('submit', 'records.jsonl')
        rows = self.wait('delivered', total)
        self.assertLessEqual({'key', 'destination', 'lane', 'state', 'attempts', 'error', 'entries'},
                             set(rows[0]))
        for row in rows:
            self.assertEqual((row['destination'], row['error']['class']), ('hospital', ''))
            for entry in row['entries']:
                self.assertLessEqual({'resource', 'remote', 'version'}, set(entry))
                self.assertIn(entry['remote'], self.far_side.written)
        there = self.ask('records', '--destination', 'hospital', '--limit', '1000')
        self.assertEqual(there, self.ask('records', '--limit', '1000'))
        self.assertEqual(len(there), total)
        self.kapctl('records', '--destination', 'hopsital', expect=USAGE)
        self.kapctl('submit', self.write('parked.jsonl', golden('Screening/phq9-total-contradicts')), expect=NO)
        self.assertEqual(len(self.ask('records', '--destination', 'hospital', '--limit', '1000')), total)
        self.assertEqual(len(self.ask('parked')), 1)
        self.assertEqual(self.ask('parked', '--destination', 'hospital'), [])
        only = self.ask('deliveries', '--record', 'demo-clinic/kap-ehr/Practitioner/T-1')
        self.assertEqual([row['key']['id'] for row in only], ['T-1'])
        hospital, = self.ask('destinations')
        self.assertLessEqual({'name', 'plugin', 'purpose', 'state', 'pending', 'in_flight', 'held', 'dead',
                              'oldest'}, set(hospital))
        tested, = self.ask('destinations', 'test', 'hospital')
        self.assertTrue(tested['ok'])
        self.assertEqual(tested['report']['fhir_version'], '4.0.1')
        # The mapper's manifest says what it makes, the connector what of it is not taken.
        self.assertEqual(tested['report']['missing'], [])
        preview, = self.ask('preview', str(GOLDEN / 'Organization' / 'payer.record.json'))
        self.assertEqual([set(decision) for decision in preview['destinations']],
                         [{'name', 'decision', 'why'}])
        self.assertEqual(preview['destinations'][0]['decision'], 'send')

    def test_dead_with_the_far_sides_words_then_retried(self):
        self.far_side.refuse = 422
        self.start_with_far_side()
        key = self.submit_clinic()
        dead, = self.wait('dead', 1)
        self.assertEqual(set(dead['error']), {'class', 'http_status', 'request_id', 'text'})
        self.assertEqual((dead['error']['class'], dead['error']['http_status']), ('rejected', 422))
        self.assertIn('The far side says no.', dead['error']['text'])
        for options in (('--state', 'held,dead'), ('--state', 'held', '--state', 'dead'), ('--stuck',)):
            self.assertEqual(self.ask('deliveries', *options), [dead])
        self.far_side.refuse = 0
        self.kapctl('delivery', 'retry', key, '--destination', 'hospital')
        self.wait('delivered', 1)
        self.assertTrue(self.ask('ledger')[0]['agrees'])

    def test_held_and_cancelled_by_a_person(self):
        self.far_side.refuse = 503
        self.start_with_far_side()
        key = self.submit_clinic()
        self.wait('pending', 1)
        deadline = time.monotonic() + 30
        held = None
        while held is None and time.monotonic() < deadline:
            # A delivery in flight cannot be held at that moment.
            with contextlib.suppress(AssertionError):
                held, = self.ask('delivery', 'hold', key, '--destination', 'hospital', '--reason', 'closed')
        self.assertEqual(held['state'], 'held')
        self.assertEqual([key_text(row['key']) for row in self.ask('deliveries', '--state', 'held')], [key])
        cancelled, = self.ask('delivery', 'cancel', key, '--destination', 'hospital', '--reason', 'by fax')
        self.assertEqual(cancelled['state'], 'cancelled')
        self.kapctl('delivery', 'retry', key, '--destination', 'nowhere', expect=NO)
        self.assertTrue(self.ask('ledger')[0]['agrees'])

    def test_destination_that_is_away(self):
        self.start_with_far_side()
        self.far_side.stop()
        tested, = self.ask('destinations', 'test', 'hospital', expect=NO)
        self.assertFalse(tested['ok'])


class Refusing(KapctlTest):
    def test_usage(self):
        for wrong in ((), ('submit',), ('nonsense',), ('records', '--state', 'lost'), ('records', '--limit', '0'),
                      ('synth', '--out', 'x', '--start', 'soon')):
            self.kapctl(*wrong, expect=USAGE)
        self.kapctl('--help')
        self.kapctl('submit', '--help')

    def test_wrong_files_of_ones_own(self):
        commands = (('ledger',), ('records',), ('parked',), ('deliveries',), ('plugins',), ('destinations',),
                    ('destinations', 'test', 'x'), ('show', 'a/b/Session/c'), ('resources', 'a/b/Session/c'),
                    ('delivery', 'retry', 'a/b/Session/c', '--destination', 'x'),
                    ('submit', self.write('one.jsonl', golden('Outcome/small'))), ('preview', 'one.jsonl'))
        for command in commands:
            self.kapctl('--cert', 'a.crt', *command, expect=USAGE)
            self.kapctl('--ca', 'nowhere.crt', *command, expect=USAGE)

    def test_unreachable(self):
        self.kapctl('--server', '127.0.0.1:1', '--timeout', '2', 'ledger', expect=UNREACHABLE)
        self.write('one.jsonl', golden('Outcome/small'))
        self.kapctl('--server', '127.0.0.1:1', '--timeout', '2', 'submit', 'one.jsonl', expect=UNREACHABLE)

    def test_denied(self):
        def openssl(*arguments):
            subprocess.run(['openssl', *arguments], cwd=self.folder, check=True, capture_output=True)

        curve = ('-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2')
        openssl('req', '-x509', *curve, '-subj', '/CN=Test Authority', '-keyout', 'ca.key', '-out', 'ca.crt')
        (self.folder / 'names').write_text('subjectAltName=IP:127.0.0.1')
        for name in ('server', 'reader'):
            openssl('req', '-new', *curve[:-2], '-subj', f'/CN={name}', '-keyout', f'{name}.key', '-out',
                    f'{name}.csr')
            extra = ('-extfile', 'names') if name == 'server' else ()
            openssl('x509', '-req', '-in', f'{name}.csr', '-CA', 'ca.crt', '-CAkey', 'ca.key',
                    '-CAcreateserial', '-days', '2', '-out', f'{name}.crt', *extra)
        (self.folder / 'tls.yaml').write_text(f'''grpc:
  listen: 127.0.0.1:0
  tls:
    certificate: {self.folder}/server.crt
    private_key: {self.folder}/server.key
    client_ca: {self.folder}/ca.crt
http:
  listen: 127.0.0.1:0
store:
  path: gateway.db
callers:
  - name: reader
    tenants: [demo-clinic]
    sources: ["*"]
    grants: [read]
''')
        self.start(self.folder / 'tls.yaml')
        who = ('--ca', 'ca.crt', '--cert', 'reader.crt', '--key', 'reader.key')
        self.assertEqual(self.ask(*who, 'records'), [])
        for options in ((), ('--unary',)):
            lines = self.ask(*who, 'submit', *options, self.write('one.jsonl', golden('Outcome/small')),
                             expect=DENIED)
            self.assertEqual(lines[-1]['summary']['mapped'], 0)
        self.kapctl(*who, 'delivery', 'retry', 'demo-clinic/kap-ehr/Outcome/O-1', '--destination', 'x',
                    expect=DENIED)
        self.kapctl(*who, 'ledger', '--tenant', 'other-clinic', expect=DENIED)


class Writing(KapctlTest):
    def test_synth_writes_the_same_bytes_for_a_seed(self):
        for out, seed in (('a', 7), ('b', 7), ('c', 8)):
            self.synth(courses=3, seed=seed, out=out)
        for name in ('records.jsonl', 'expected.json'):
            self.assertEqual((self.folder / 'a' / name).read_bytes(), (self.folder / 'b' / name).read_bytes())
        self.assertNotEqual((self.folder / 'a' / 'records.jsonl').read_bytes(),
                            (self.folder / 'c' / 'records.jsonl').read_bytes())

    def complete(self, *words):
        """What the completion script offers for the last word."""
        script = 'source <("$KAPCTL" completion bash); COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _kapctl; ' \
                 'printf "%s\\n" "${COMPREPLY[@]}"'
        done = subprocess.run(['bash', '-c', script, 'bash', 'kapctl', *words], capture_output=True, text=True,
                              env={**os.environ, 'KAPCTL': str(BIN / 'kapctl')}, check=True)
        return done.stdout.split()

    def test_completion(self):
        self.assertEqual(self.complete('deliv'), ['deliveries', 'delivery'])
        self.assertEqual(self.complete('delivery', 're'), ['retry'])
        self.assertEqual(self.complete('--json', 'submit', '--re'), ['--resume'])
        self.assertEqual(self.complete('deliveries', '--state', 'h'), ['held'])
        self.assertEqual(self.complete('submit', '--resume', 'x'), [])
        # It knows every command that the help lists.
        listed = [line.split()[0] for line in
                  '\n'.join(self.kapctl('--help')).split('Subcommands:')[1].split('\n\n')[0].splitlines()
                  if line.strip()]
        self.assertLessEqual(set(listed), set(self.complete('')))
        zsh = '\n'.join(self.kapctl('completion', 'zsh'))
        self.assertTrue(zsh.startswith('#compdef kapctl\n'))
        self.kapctl('completion', 'fish', expect=USAGE)


if __name__ == '__main__':
    unittest.main()
