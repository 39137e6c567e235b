"""fhir-profiles compiles without error into a package that holds all the mapper can emit."""
import csv
import hashlib
import json
import pathlib
import re
import subprocess
import sys
import tarfile
import tempfile
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]
CODES = TOP / 'plugins/kap_mapper/codes'
BASE = 'https://kap-gateway.org/fhir'
ORDINAL = 'http://hl7.org/fhir/StructureDefinition/ordinalValue'
ABSENT = 'http://terminology.hl7.org/CodeSystem/data-absent-reason'


def rows(path):
    with path.open(encoding='utf-8', newline='') as stream:
        return list(csv.DictReader(stream, delimiter='\t', quoting=csv.QUOTE_NONE))


def build(folder, *arguments):
    subprocess.run([TOP / 'scripts/build-profiles', '--out', folder, *arguments], check=True,
                   stdout=subprocess.DEVNULL)
    (archive,) = pathlib.Path(folder).glob('*.tgz')
    return archive


def canonicals(value):
    """Our own canonicals that a resource points at, with their versions."""
    if isinstance(value, dict):
        for key, child in value.items():
            if key in ('questionnaire', 'valueCanonical') and child.startswith(BASE):
                yield child
            yield from canonicals(child)
    elif isinstance(value, list):
        for child in value:
            yield from canonicals(child)


def contents(archive):
    with tarfile.open(archive) as tar:
        return {m.name: json.loads(tar.extractfile(m).read()) for m in tar.getmembers()}


class ProfilesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.archive = build(cls.folder.name)
        cls.files = contents(cls.archive)
        cls.by_url = {r['url']: r for r in cls.files.values() if 'resourceType' in r}

    def test_is_a_fhir_package(self):
        package = self.files['package/package.json']
        self.assertEqual(package['name'], 'org.kap-gateway.fhir')
        self.assertEqual(package['fhirVersions'], ['4.0.1'])
        self.assertEqual(package['dependencies'], {'hl7.fhir.r4.core': '4.0.1'})
        listed = {f'package/{f["filename"]}' for f in self.files['package/.index.json']['files']}
        self.assertEqual(listed, self.files.keys() - {'package/package.json', 'package/.index.json'})

    def test_holds_every_code_the_mapper_has(self):
        tables = [p for p in CODES.glob('local_*.tsv') if p.name != 'local_extensions.tsv']
        self.assertTrue(tables)
        for table in tables:
            for row in rows(table):
                system = self.by_url[f'{BASE}/CodeSystem/{row["system"]}']
                displays = {c['code']: c['display'] for c in system['concept']}
                self.assertEqual(displays.get(row['code']), row['display'], f'{table.name} {row["code"]}')
                self.assertIn(f'{BASE}/ValueSet/{row["system"]}', self.by_url)

    def test_holds_every_extension_the_mapper_has(self):
        for row in rows(CODES / 'local_extensions.tsv'):
            extension = self.by_url[f'{BASE}/StructureDefinition/{row["name"]}']
            contexts = {c['expression'] for c in extension['context']}
            self.assertEqual(contexts, set(row['context'].split()), row['name'])
            self.assertTrue(extension['snapshot']['element'])

    def test_phase_has_code_period_and_performer(self):
        elements = {e['id']: e for e in
                    self.by_url[f'{BASE}/StructureDefinition/kap-phase']['snapshot']['element']}
        self.assertEqual(elements['Extension.extension:code']['min'], 1)
        self.assertEqual(elements['Extension.extension:period']['min'], 0)
        self.assertEqual(elements['Extension.extension:performer']['max'], '*')
        binding = elements['Extension.extension:code.value[x]']['binding']
        self.assertEqual((binding['strength'], binding['valueSet']), ('required', f'{BASE}/ValueSet/kap-phase'))

    def form(self, name):
        return self.by_url[f'{BASE}/Questionnaire/{name}']

    def test_holds_what_golden_resources_point_at(self):
        found = set()
        for path in TOP.glob('tests/golden/*/*.bundle.json'):
            found.update(canonicals(json.loads(path.read_text(encoding='utf-8'))))
        self.assertGreater(len(found), 10)
        for canonical in sorted(found):
            url, _, version = canonical.partition('|')
            self.assertIn(url, self.by_url)
            self.assertEqual(version, self.by_url[url]['version'], url)

    def test_forms_ask_what_the_mapper_answers(self):
        items = rows(CODES / 'items.tsv')
        for form in rows(TOP / 'fhir-profiles/questionnaires.tsv'):
            self.assertEqual(form['verified'], 'yes', form['id'])
            questionnaire = self.form(form['id'])
            asked = [(i['linkId'], i.get('text', '')) for i in questionnaire['item'] if i['type'] != 'display']
            self.assertEqual(asked, [(r['link_id'], r['text']) for r in items if r['instrument'] == form['instrument']])
            self.assertIn('LOINC is copyright', questionnaire['copyright'])
        self.assertIn('Copyright © Pfizer Inc.', self.form('phq-9')['copyright'])
        self.assertTrue(all('text' not in i for i in self.form('c-ssrs-screener')['item']))

    def test_answers_of_forms_have_their_points(self):
        for row in rows(CODES / 'items.tsv'):
            form = {'phq9': 'phq-9', 'gad7': 'gad-7', 'pcl5': 'pcl-5', 'cssrs': 'c-ssrs-screener'}[row['instrument']]
            item = next(i for i in self.form(form)['item'] if i['linkId'] == row['link_id'])
            answers = [o for o in item['answerOption'] if o['valueCoding']['system'] != ABSENT]
            self.assertEqual(len(answers), int(row['max']) + 1)
            self.assertEqual(len(item['answerOption']) - len(answers), 4)
            points = [e['valueDecimal'] for o in answers for e in o.get('extension', []) if e['url'] == ORDINAL]
            self.assertEqual(points, [*range(len(answers))] if row['kind'] in ('score', 'pcl5') else [])

    def test_item_about_death_cannot_be_left_out(self):
        self.assertEqual([i['linkId'] for i in self.form('phq-9')['item'] if i.get('required')], ['/44260-8'])

    def test_suicide_screener_asks_on_as_its_card_says(self):
        asked_when = {i['linkId']: (w['question'], w['answerCoding']['code'])
                      for i in self.form('c-ssrs-screener')['item'] for w in i.get('enableWhen', [])}
        self.assertEqual(asked_when, {'/93248-3': ('/93247-5', 'LA33-6'), '/93249-1': ('/93247-5', 'LA33-6'),
                                      '/93250-9': ('/93247-5', 'LA33-6'), '/93269-9': ('/93267-3', 'LA33-6')})

    def test_exclusions_are_all_asked_for(self):
        asked = {i['linkId']: i['text'] for i in self.form('kap-exclusions')['item']}
        self.assertEqual(asked, {r['code']: r['display'] for r in rows(CODES / 'local_kap-exclusion.tsv')})

    def test_discharge_asks_what_the_mapper_answers(self):
        source = (TOP / 'plugins/kap_mapper/discharge.cc').read_text(encoding='utf-8')
        written = dict(re.findall(r'"DISCHARGE_CRITERION_CODE_\w+", "([a-z-]+)", "([^"]+)"', source))
        written.update(re.findall(r'(?:BeginItem|WriteTextItem)\(m, "([a-z-]+)", "([^"]+)"', source))
        self.assertEqual({i['linkId']: i['text'] for i in self.form('kap-discharge')['item']}, written)

    def test_holds_every_rule_the_mapper_has(self):
        for row in rows(CODES / 'rules.tsv'):
            rule = self.by_url[f'{BASE}/PlanDefinition/{row["id"]}']
            self.assertEqual((rule['version'], rule['description']), (row['version'], row['text']))
        for name in ('nhs-recovery', 'pcl5-dsm5-clusters', 'pcl5-cut-va-31', 'pcl5-cut-va-32', 'pcl5-cut-va-33'):
            self.assertIn(f'{BASE}/PlanDefinition/{name}', self.by_url)
        for url, rule in self.by_url.items():
            if '/PlanDefinition/' in url:
                self.assertTrue(rule['relatedArtifact'][0]['citation'], url)

    def test_same_sources_give_the_same_bytes(self):
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(build(folder).read_bytes(), self.archive.read_bytes())

    def test_canonical_base_can_be_set(self):
        with tempfile.TemporaryDirectory() as folder:
            text = json.dumps(contents(build(folder, '--canonical', 'https://fhir.example.org/kap')))
        self.assertNotIn(BASE, text)
        self.assertIn('https://fhir.example.org/kap/StructureDefinition/kap-phase', text)

    def test_locked_packages_are_the_ones_used(self):
        for line in (TOP / 'fhir-profiles/packages.lock').read_text(encoding='utf-8').splitlines():
            if line.startswith('#'):
                continue
            package, digest, licence, origin = line.split(' ', 3)
            self.assertTrue(licence and origin)
            name = package.replace('#', '-') + '.tgz'
            for file in (TOP / '.cache/third_party/fhir' / name, TOP.parent / 'shared/fhir-packages' / name):
                # What lies beside the checkout may be HL7's own archive of the same package.
                if file.is_file() and (file.is_relative_to(TOP) or 'r4.core' not in name):
                    self.assertEqual(hashlib.sha256(file.read_bytes()).hexdigest(), digest, name)


if __name__ == '__main__':
    if not (TOP / '.cache/node/node_modules/.bin/sushi').exists():
        print('SKIPPED: SUSHI is not installed (scripts/setup)')
        sys.exit(0)
    unittest.main()
