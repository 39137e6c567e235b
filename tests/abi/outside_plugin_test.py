"""What an outside author does: build against the kit alone, with and without mistakes.

  outside_plugin_test.py KIT DOCS WORK

builds the plug-ins of this folder and the ones printed in the authors' guide, in projects of their
own, and looks at what comes out.
"""
import hashlib
import json
import pathlib
import re
import shutil
import subprocess
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
KIT, DOCS, WORK = (pathlib.Path(argument).resolve() for argument in sys.argv[1:4])


def blocks_of(page):
    """The code blocks of a page that say which file they are: ```cpp heart_rate.cc"""
    text = (DOCS / page).read_text(encoding='utf-8')
    return dict((name, body) for name, body in
                re.findall(r'^```[a-z]+ ([\w.]+)\n(.*?)^```$', text, re.MULTILINE | re.DOTALL))


def build(name, files):
    """Configures and builds a project of these files; the result and the build folder."""
    folder = WORK / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for file, text in files.items():
        (folder / file).write_text(text, encoding='utf-8')
    for command in (['cmake', '-G', 'Ninja', '-S', '.', '-B', 'build', f'-DKGW_SDK={KIT}'],
                    ['cmake', '--build', 'build']):
        result = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if result.returncode != 0:
            break
    return result, folder / 'build'


def project(name, line):
    return f'''cmake_minimum_required(VERSION 3.25)
project({name} LANGUAGES C CXX)
find_package(kgw_sdk REQUIRED PATHS ${{KGW_SDK}}/cmake NO_DEFAULT_PATH)
{line}
'''


class OutsidePluginTest(unittest.TestCase):
    def check_built(self, result, out, name):
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        library = out / 'plugins' / name / f'{name}.so'
        manifest = json.loads((out / 'plugins' / name / f'{name}.kgw.json').read_text())
        self.assertEqual(manifest['sha256'], hashlib.sha256(library.read_bytes()).hexdigest())
        symbols = subprocess.run(['nm', '-D', '--defined-only', library], capture_output=True,
                                 text=True, check=True).stdout.split('\n')
        self.assertEqual([line.split()[-1] for line in symbols if line], ['kgw_entry_v1'])

    def plain_c(self, name, source):
        return build(name, {
            'plain_c.c': source,
            'plain_c.kgw.json': (HERE / 'plain_c.kgw.json').read_text(),
            'CMakeLists.txt': project(name, 'kgw_add_plugin(plain_c SOURCES plain_c.c)')})

    def test_a_plugin_in_c(self):
        result, out = self.plain_c('plain_c', (HERE / 'plain_c.c').read_text())
        self.check_built(result, out, 'plain_c')

    def test_a_symbol_too_many_stays_inside(self):
        source = (HERE / 'plain_c.c').read_text() + '''
KGW_EXPORT int helper(void);
KGW_EXPORT int helper(void) { return 1; }
'''
        result, out = self.plain_c('helper', source)
        self.check_built(result, out, 'plain_c')

    def test_an_entry_that_is_missing_fails_the_build(self):
        source = (HERE / 'plain_c.c').read_text().replace('kgw_entry_v1', 'kgw_entry_v2')
        result, out = self.plain_c('no_entry', source)
        self.assertNotEqual(result.returncode, 0)
        self.assertIn('kgw_entry_v1', result.stdout + result.stderr)
        self.assertFalse((out / 'plugins/plain_c/plain_c.so').exists())

    def test_an_entry_that_is_data_fails_the_build(self):
        result, out = self.plain_c('data_entry', '''#include "kgw/kgw.h"
extern KGW_EXPORT int kgw_entry_v1;
KGW_EXPORT int kgw_entry_v1 = 3;
''')
        self.assertNotEqual(result.returncode, 0)
        self.assertIn('expected kgw_entry_v1 as a function, found data',
                      ' '.join((result.stdout + result.stderr).split()))
        self.assertFalse((out / 'plugins/plain_c/plain_c.so').exists())

    def test_a_foreign_library_fails_the_build(self):
        source = '#include <zlib.h>\n' + (HERE / 'plain_c.c').read_text().replace(
            'return &plugin;', 'return zlibVersion() != NULL ? &plugin : NULL;')
        result, out = build('foreign', {
            'plain_c.c': source,
            'plain_c.kgw.json': (HERE / 'plain_c.kgw.json').read_text(),
            'CMakeLists.txt': project('foreign',
                                      'kgw_add_plugin(plain_c SOURCES plain_c.c DEPS z)')})
        self.assertNotEqual(result.returncode, 0)
        # CMake breaks lines where a long path leaves no room.
        self.assertIn('found libz.so.1', ' '.join((result.stdout + result.stderr).split()))

    def test_the_guides_mapper(self):
        files = blocks_of('README.md')
        result, out = build('heart_rate', files)
        self.check_built(result, out, 'heart_rate')

    def test_the_guides_unit_test_passes(self):
        files = blocks_of('README.md')
        result, out = build('heart_rate_test', files)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        run = subprocess.run([out / 'heart_rate_test'], capture_output=True, text=True, check=False)
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)

    def test_a_version_that_differs_from_the_manifest_fails_the_build(self):
        files = blocks_of('README.md')
        files['heart_rate.cc'] = files['heart_rate.cc'].replace('"0.1.0"', '"0.2.0"')
        result, _ = build('other_version', files)
        self.assertNotEqual(result.returncode, 0)
        self.assertIn("the version in KGW_PLUGIN differs from the manifest's",
                      result.stdout + result.stderr)

    def test_the_guides_connector(self):
        files = blocks_of('connector.md')
        result, out = build('note_box', files)
        self.check_built(result, out, 'note_box')
        run = subprocess.run([out / 'note_box_test'], capture_output=True, text=True, check=False)
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)

    def test_the_guides_connector_is_held_to_its_test(self):
        # Each change gives back one fault that the example's own test is there to find.
        files = blocks_of('connector.md')
        sources = []
        for old, new in (('status < 300) return', 'status < 400) return'),
                         ('remove && (status == 404', 'remove && (status == 409'),
                         ('KGW_FAILED_PRECONDITION, "denied"', 'KGW_INVALID_ARGUMENT, "rejected"'),
                         ('status == 408 || ', ''),
                         ('meaning.code != KGW_OK) {', 'meaning.code == KGW_ABORTED) {')):
            self.assertEqual(files['note_box.cc'].count(old), 1, old)
            name = f'faulty_{len(sources)}'
            sources.append(name)
            files[f'{name}.cc'] = files['note_box.cc'].replace(old, new)
        files['CMakeLists.txt'] = project('faulty', f'''add_library(checks OBJECT note_box_test.cc)
target_link_libraries(checks PRIVATE kgw_sdk)
foreach(name {' '.join(sources)})
  add_executable(${{name}} ${{name}}.cc)
  target_link_libraries(${{name}} PRIVATE kgw_sdk checks)
endforeach()''')
        result, out = build('faulty', files)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        for name in sources:
            run = subprocess.run([out / name], capture_output=True, text=True, check=False)
            self.assertEqual((run.returncode, run.stdout.splitlines()[-1]), (1, 'failed'), name)


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])
