"""fhir-profiles compiles without error into a package that holds all the mapper can emit."""
import csv
import hashlib
import json
import pathlib
import subprocess
import sys
import tarfile
import tempfile
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]
CODES = TOP / 'plugins/kap_mapper/codes'
BASE = 'https://kap-gateway.org/fhir'


def rows(path):
    with path.open(encoding='utf-8', newline='') as stream:
        return list(csv.DictReader(stream, delimiter='\t', quoting=csv.QUOTE_NONE))


def build(folder, *arguments):
    subprocess.run([TOP / 'scripts/build-profiles', '--out', folder, *arguments], check=True,
                   stdout=subprocess.DEVNULL)
    (archive,) = pathlib.Path(folder).glob('*.tgz')
    return archive


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
