// A client that shares no code with the gateway: grpc-js against a running one. Says what failed and
// exits with 1. Usage: node client.mjs HOST:PORT TOP_OF_TREE NODE_MODULES
import assert from 'node:assert/strict';
import {createRequire} from 'node:module';
import path from 'node:path';

const [address, top, modules] = process.argv.slice(2);
const require = createRequire(path.join(modules, 'x.js'));
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const definition = loader.loadSync(['gateway/v1/ingest.proto', 'gateway/v1/admin.proto'], {
  includeDirs: [path.join(top, 'proto'), path.join(top, '.cache/third_party/googleapis')],
  keepCase: true, longs: String, enums: String, oneofs: true,
  defaults: true,
});
const api = grpc.loadPackageDefinition(definition).gateway.v1;
const credentials = grpc.credentials.createInsecure();
const options = {'grpc.max_send_message_length': -1, 'grpc.max_receive_message_length': -1};
const ingest = new api.IngestService(address, credentials, options);
const admin = new api.AdminService(address, credentials, options);
const submitPath = '/gateway.v1.IngestService/Submit';
const serialize = api.IngestService.service.Submit.requestSerialize;
const deserialize = api.IngestService.service.Submit.responseDeserialize;

const call = (client, method, request) => new Promise((resolve, reject) => {
  client[method](request, {deadline: Date.now() + 60000},
      (error, response) => error ? reject(error) : resolve(response));
});
// Submit with whatever bytes.
const submitBytes = bytes => new Promise((resolve, reject) => {
  ingest.makeUnaryRequest(submitPath, b => b, deserialize, Buffer.from(bytes),
      new grpc.Metadata(), {deadline: Date.now() + 60000},
      (error, response) => error ? reject(error) : resolve(response));
});
const refusal = async (promise) => {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  return assert.fail('was not refused');
};
// google.rpc details of an error, by the name of their message.
const detailsOf = error => {
  const out = {};
  const [binary] = error.metadata.get('grpc-status-details-bin');
  if (!binary) return out;
  const protobuf = require('protobufjs');
  const found = protobuf.loadSync([
    path.join(top, '.cache/third_party/googleapis/google/rpc/error_details.proto'),
  ]);
  const Any = protobuf.parse('syntax="proto3"; message S {int32 code=1; string message=2; ' +
      'repeated A details=3;} message A {string type_url=1; bytes value=2;}').root;
  for (const any of Any.lookupType('S').decode(binary).details) {
    const name = any.typeUrl.split('/').pop();
    out[name] = found.lookupType(name).decode(any.value);
  }
  return out;
};

const patient = (id, version, change = {}) => ({
  tenant: 'demo-clinic', source: 'kap-ehr', id, version,
  recorded_time: '2026-03-02T14:05:00-07:00',
  author: {who: {practitioner: 'T-1'}, organization: 'O-1'},
  load_mode: 'LOAD_MODE_LIVE', test_data: true,
  patient_record: {
    names: [{family: 'Example', given: ['Case']}], gender: 'GENDER_UNKNOWN',
    birth_date: '1980-01-01',
  },
  ...change,
});

const tests = {
  async 'a record is taken, and taken again as a duplicate'() {
    const first = await call(ingest, 'Submit', patient('P-1', 1));
    assert.equal(first.duplicate, false);
    const second = await call(ingest, 'Submit', patient('P-1', 1));
    assert.equal(second.duplicate, true);
    assert.equal(second.receipt, first.receipt);
  },
  async 'other content under a known version is ALREADY_EXISTS'() {
    const error = await refusal(call(ingest, 'Submit',
        patient('P-1', 1, {recorded_time: '2026-03-03T14:05:00-07:00'})));
    assert.equal(error.code, grpc.status.ALREADY_EXISTS);
  },
  async 'unknown field, wrong wire type, invalid UTF-8, depth, parts, version 0: INVALID_ARGUMENT'() {
    const good = serialize(patient('P-2', 1));
    const utf8 = Buffer.from(good);
    utf8[utf8.indexOf('Example')] = 0xc0;
    let bomb = Buffer.alloc(0);
    for (let i = 0; i < 500; i++) {
      const size = [];
      let left = bomb.length;
      do {
        size.push((left & 0x7f) | (left > 0x7f ? 0x80 : 0));
        left >>= 7;
      } while (left > 0);
      bomb = Buffer.concat([Buffer.from([0xb2, 0x01, ...size]), bomb]);
    }
    const many = patient('P-2', 1);
    many.patient_record.names = Array.from({length: 10000}, () => ({family: 'x'}));
    const inputs = {
      'unknown field': Buffer.concat([good, Buffer.from([0xc0, 0xa9, 0x07, 0x01])]),
      'wrong wire type': Buffer.concat([Buffer.from([0x08, 0x01]), good]),
      'invalid UTF-8': utf8,
      'depth': bomb,
      'parts': serialize(many),
      'version 0': serialize(patient('P-2', 0)),
      'over 4 MiB': Buffer.alloc((4 << 20) + 1000, 0x78),
    };
    for (const [name, bytes] of Object.entries(inputs)) {
      const error = await refusal(submitBytes(bytes));
      assert.equal(error.code, grpc.status.INVALID_ARGUMENT, `${name}: ${error.message}`);
      const found = detailsOf(error);
      assert.ok(found['google.rpc.BadRequest'].fieldViolations.length > 0, name);
    }
  },
  async 'a message of 64 MB is RESOURCE_EXHAUSTED'() {
    const error = await refusal(submitBytes(Buffer.alloc(64 << 20, 0x78)));
    assert.equal(error.code, grpc.status.RESOURCE_EXHAUSTED, error.message);
  },
  async 'wrong content is an OK answer with state REJECTED and issues that say where'() {
    const coverage = (id, subscriber) => ({
      id, status: 'COVERAGE_STATUS_ACTIVE', relationship: 'SUBSCRIBER_RELATIONSHIP_SELF', member_id: 'M',
      payer: 'O-1', subscriber});
    const withCoverages = (id, ...coverages) => patient(id, 1, {
      patient_record: {names: [{family: 'x'}], gender: 'GENDER_OTHER', coverages}});
    const screening = patient('S-3', 1, {patient: 'P-1'});
    delete screening.patient_record;
    screening.screening = {
      screened_time: '2026-03-02T09:30:00-07:00', screened_by: 'T-1',
      questionnaires: [{
        id: 'Q-1', instrument: 'INSTRUMENT_PHQ9', administered_time: '2026-03-02T09:00:00-07:00',
        administration: 'ADMINISTRATION_SELF',
        items: Array.from({length: 9}, (_, i) => ({number: i + 1, score: i === 4 ? 4 : 0})),
      }],
    };
    const wrong = {
      'a time without offset': [
        patient('P-3', 1, {recorded_time: '2026-03-02T14:05:00'}), 'recordedTime'],
      'an own part that is not there': [
        withCoverages('P-4', coverage('C', 'nobody')), 'patientRecord.coverages[0].subscriber'],
      'two parts with one id': [
        withCoverages('P-7', coverage('C', ''), coverage('C', '')), 'patientRecord.coverages[1].id'],
      'a score out of range': [screening, 'screening.questionnaires[0].items[4].score'],
    };
    for (const [name, [record, expression]] of Object.entries(wrong)) {
      const answer = await call(ingest, 'Submit', record);
      assert.equal(answer.state, 'RECORD_STATE_REJECTED', name);
      const said = answer.issues.map(issue => issue.expression);
      assert.ok(said.includes(expression), `${name}: ${JSON.stringify(answer.issues)}`);
      assert.ok(answer.issues.every(issue => issue.severity === 'error' && issue.text), name);
    }
  },
  async 'a stream acknowledges all, without a gap'() {
    const stream = ingest.SubmitStream({deadline: Date.now() + 60000});
    let acked = 0;
    const results = [];
    const ended = new Promise((resolve, reject) => {
      stream.on('data', answer => {
        assert.ok(Number(answer.acked_through) >= acked);
        acked = Number(answer.acked_through);
        results.push(...answer.results);
      });
      stream.on('end', resolve);
      stream.on('error', reject);
    });
    stream.write({options: {results: 'RESULTS_ALL'}});
    for (let i = 1; i <= 300; i++) stream.write({record: serialize(patient('P-S', i))});
    stream.end();
    await ended;
    assert.equal(acked, 300);
    assert.equal(results.length, 300);
  },
  async 'a stream without options is refused'() {
    const stream = ingest.SubmitStream({deadline: Date.now() + 60000});
    stream.write({record: serialize(patient('P-5', 1))});
    stream.end();
    const error = await new Promise(resolve => {
      stream.on('data', () => {});
      stream.on('error', resolve);
    });
    assert.equal(error.code, grpc.status.INVALID_ARGUMENT);
  },
  async 'a preview keeps nothing'() {
    const preview = await call(ingest, 'Preview', patient('P-6', 1));
    assert.notEqual(preview.state, 'RECORD_STATE_REJECTED');
    const error = await refusal(call(ingest, 'GetRecord', {
      key: {tenant: 'demo-clinic', source: 'kap-ehr', type: 'Patient', id: 'P-6'}}));
    assert.equal(error.code, grpc.status.NOT_FOUND);
  },
  async 'the ledger agrees'() {
    const ledger = await call(admin, 'CheckLedger', {tenant: 'demo-clinic'});
    assert.equal(ledger.agrees, true, ledger.disagreements.join('; '));
    const count = name => Number(ledger.records.find(each => each.name === name)?.value ?? 0);
    assert.ok(count('received') >= 301);
    assert.equal(count('duplicates'), 1);
    assert.equal(count('conflicts'), 1);
  },
};

let failed = 0;
for (const [name, test] of Object.entries(tests)) {
  try {
    await test();
    console.log(`ok: ${name}`);
  } catch (error) {
    failed = 1;
    console.log(`FAILED: ${name}\n${error.stack}`);
  }
}
process.exit(failed);
