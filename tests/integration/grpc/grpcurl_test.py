"""grpcurl, which knows nothing of the gateway but what reflection tells it, against a running one."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / 'support' / 'python'))
from running_gateway import RunningGateway, TOP  # noqa: E402

CACHE = TOP / '.cache'
GRPCURL = CACHE / 'bin' / 'grpcurl'
INVALID_ARGUMENT = 64 + 3  # how grpcurl ends on it


class GrpcurlTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = pathlib.Path(tempfile.mkdtemp(prefix='grpcurl-test-'))
        cls.addClassCleanup(shutil.rmtree, folder)
        cls.gateway = RunningGateway(folder)
        cls.addClassCleanup(cls.gateway.stop)

    def grpcurl(self, *arguments, expect=0, body=None):
        data = ['-d', '@'] if body is not None else []
        done = subprocess.run([GRPCURL, '-plaintext', '-max-time', '30', *data, self.gateway.grpc, *arguments],
                              capture_output=True, text=True, check=False, timeout=60,
                              input=None if body is None else json.dumps(body))
        self.assertEqual(done.returncode, expect, f'{arguments}: {done.stdout}{done.stderr}')
        return done.stdout if expect == 0 else done.stderr

    def test_reflection_lists_the_services(self):
        listed = self.grpcurl('list').split()
        for name in ('gateway.v1.IngestService', 'gateway.v1.AdminService', 'grpc.health.v1.Health'):
            self.assertIn(name, listed)
        calls = self.grpcurl('list', 'gateway.v1.IngestService').split()
        self.assertEqual({call.rsplit('.', 1)[1] for call in calls},
                         {'Submit', 'SubmitStream', 'Preview', 'GetRecord'})
        self.assertIn('oneof content', self.grpcurl('describe', 'kap.v1.Record'))

    def test_a_good_record_is_taken(self):
        record = json.loads((TOP / 'tests/golden/Outcome/small.record.json').read_text())
        answer = json.loads(self.grpcurl('gateway.v1.IngestService/Submit', body=record))
        self.assertEqual((answer['state'], answer['key']['id']), ('RECORD_STATE_MAPPED', record['id']))

    def test_a_bad_record_is_answered_with_its_field(self):
        record = json.loads((TOP / 'tests/golden/Outcome/small.record.json').read_text())
        record['version'] = '0'
        said = self.grpcurl('gateway.v1.IngestService/Submit', body=record, expect=INVALID_ARGUMENT)
        self.assertIn('Code: InvalidArgument', said)
        self.assertIn('must be a positive integer', said)
        detail = said[said.index('{'):said.rindex('}') + 1]
        self.assertEqual([violation['field'] for violation in json.loads(detail)['field_violations']],
                         ['version'])

    def test_wrong_content_is_an_answer_with_where_and_why(self):
        record = json.loads((TOP / 'tests/golden/Screening/score-out-of-range.record.json').read_text())
        answer = json.loads(self.grpcurl('gateway.v1.IngestService/Submit', body=record))
        self.assertEqual(answer['state'], 'RECORD_STATE_REJECTED')
        self.assertEqual([(issue['expression'], issue['text']) for issue in answer['issues']],
                         [('screening.questionnaires[0].items[0].score', 'must be at most 3')])


if __name__ == '__main__':
    if not os.access(GRPCURL, os.X_OK):
        if list((CACHE / 'stamps').glob('go-grpcurl*')):
            sys.exit(f'{GRPCURL} is gone, and scripts/setup had made it')
        print('SKIPPED: grpcurl is not installed; scripts/setup builds it')
        sys.exit(0)
    unittest.main()
