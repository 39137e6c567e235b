"""scripts/setup installs in the measure of the need: one table says which part serves which test, one list says
what the product is built from, and what takes long says so."""
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]
PACKAGES = TOP / 'scripts/packages'
DOCKERFILE = (TOP / 'deploy/Dockerfile').read_text()
# What in a test's own files shows that it needs a part.
SIGNS = {
    'fhir-archive': r'hapi[-_]server|\bHapi::',
    'validator': r'support/hl7-validator',
    'npm': r'node_modules|scripts/build-profiles|\bbuf\b',
    'helm': r"'helm'",
    'grpcurl': r'bin/grpcurl|GRPCURL',
    'clang': r'clang-tidy|tidy\.TIDY|clang\+\+-16',
}
# Names of these things without a need for them.
NAMED_ONLY = {('setup', part) for part in SIGNS} | {('documentation', 'npm'), ('documentation', 'helm')}


def lines(path):
    return [line.split() for line in path.read_text().splitlines() if line and not line.startswith('#')]


def table():
    """Part -> (parts it needs, tests it serves)."""
    return {part: ([] if needs == '-' else needs.split(','), tests)
            for part, needs, *tests in lines(PACKAGES / 'parts.txt')}


def listed(*arguments):
    done = subprocess.run([TOP / 'scripts/setup', '--list', *arguments], capture_output=True, text=True,
                          check=True, timeout=60)
    return set(done.stdout.split())


def tests_of_the_tree():
    """Name of each test of ctest -> the files of its own: sources in its folder, or the program it runs."""
    found = {}
    for path in (TOP / 'tests').rglob('CMakeLists.txt'):
        text = re.sub(r'#.*', '', path.read_text())
        for kind, name, body in re.findall(r'\b(kgw_test|kgw_script_test|kgw_fuzz|add_test)\(\s*(?:NAME )?([\w.-]+)'
                                           r'([^()]*)\)', text):
            own = re.findall(r'[\w/.-]+\.(?:cc|py|sh)\b|(?<=CURRENT_SOURCE_DIR\}/)\w+', body)
            files = [path.parent / re.sub(r'^.*/(?=[^/]*$)', '', word) for word in own]
            found[name] = [file for file in files if file.is_file()]
    return found


class TableTest(unittest.TestCase):
    def test_what_a_part_needs_is_a_part(self):
        for part, (needs, _) in table().items():
            for need in needs:
                self.assertIn(need, table(), part)

    def test_every_list_of_packages_is_that_of_a_part(self):
        for file in PACKAGES.glob('*.apt'):
            self.assertIn(file.stem, table())
        for (module,) in lines(PACKAGES / 'go.txt'):
            self.assertIn(module.split('@')[0].rsplit('/', 1)[1], table())

    def test_no_package_stands_in_two_lists(self):
        names = [line[0] for file in PACKAGES.glob('*.apt') for line in lines(file)]
        self.assertEqual(sorted(names), sorted(set(names)))

    def test_every_test_in_it_is_one(self):
        known = tests_of_the_tree()
        self.assertGreater(len(known), 40)
        for part, (_, tests) in table().items():
            self.assertLessEqual(set(tests), set(known), part)

    def test_a_test_that_needs_a_part_stands_in_its_row(self):
        seen = set()
        for name, files in tests_of_the_tree().items():
            text = '\n'.join(file.read_text() for file in files)
            for part, sign in SIGNS.items():
                if re.search(sign, text) and (name, part) not in NAMED_ONLY:
                    seen.add(part)
                    self.assertIn(name, table()[part][1], f'{part} in scripts/packages/parts.txt')
        self.assertEqual(seen, set(SIGNS), 'the test finds the needs')


class ChoiceTest(unittest.TestCase):
    def test_the_product_alone(self):
        self.assertEqual(listed('--product'), {'product'})

    def test_the_demo_adds_the_fhir_server_and_nothing_else(self):
        self.assertEqual(listed('--demo'), {'product', 'java', 'fhir-server'})

    def test_tests_bring_what_they_need(self):
        self.assertEqual(listed('--tests', '^store_test$'), {'product', 'tests'})
        self.assertEqual(listed('--tests', 'deplo'), {'product', 'tests', 'go', 'helm'})
        self.assertEqual(listed('--tests', 'grpcurl|profiles'), {'product', 'tests', 'go', 'grpcurl', 'npm'})
        served = {part for part, (_, tests) in table().items() if tests}
        self.assertLessEqual(served, listed('--tests'))
        self.assertNotIn('bench', listed('--tests'))

    def test_all(self):
        self.assertEqual(listed(), set(table()))

    def test_an_unknown_part_is_named(self):
        done = subprocess.run([TOP / 'scripts/setup', '--list', 'attic'], capture_output=True, text=True,
                              check=False, timeout=60)
        self.assertEqual(done.returncode, 1)
        self.assertIn('no part attic', done.stderr)


class ProductListTest(unittest.TestCase):
    """The image, scripts/build and scripts/setup --product build from one list."""

    def test_the_image_is_built_by_the_scripts_from_the_list(self):
        build = DOCKERFILE.split('FROM debian:12-slim AS build')[1].split('\nFROM ')[0]
        self.assertRegex(build, r'(?m)^RUN scripts/setup --product$')
        self.assertRegex(build, r'(?m)^RUN scripts/build\b')
        self.assertNotIn('apt-get', build)
        self.assertEqual([line.split('/')[-1].split('.')[0] for line in re.findall(r'\S+\.apt', build)], [])

    def test_what_the_build_needs_is_copied_into_the_image(self):
        copied = set(' '.join(re.findall(r'(?m)^COPY (?!--)(.*) \S+$', DOCKERFILE)).split())
        rooms = re.search(r'set\(KGW_ROOMS(.*?)\)', (TOP / 'CMakeLists.txt').read_text(), re.DOTALL)[1].split()
        self.assertEqual({room.split('/')[0] for room in rooms} - copied, {'tests'})
        self.assertLessEqual({'CMakeLists.txt', 'CMakePresets.json', 'cmake', 'scripts'}, copied)

    def test_every_library_the_build_asks_for_is_on_the_list(self):
        """By the package that owns the file which answers; all of them are on a machine that builds."""
        product = {line[0] for line in lines(PACKAGES / 'product.apt')}
        asked = (TOP / 'cmake/dependencies.cmake').read_text()
        for config, pattern in {'absl': 'abslConfig.cmake', 'yaml-cpp': 'yaml-cpp-config.cmake',
                                'gRPC': 'gRPCConfig.cmake', 'rapidjson/reader.h': 'rapidjson/reader.h',
                                'prometheus-cpp-core': 'prometheus-cpp-core.pc', 'libzstd': 'libzstd.pc',
                                'Protobuf': 'google/protobuf/message.h', 'OpenSSL': 'openssl.pc',
                                'CURL': 'libcurl.pc', 'SQLite3': 'sqlite3.pc'}.items():
            self.assertIn(config, asked)
            done = subprocess.run(['dpkg', '-S', f'*/{pattern}'], capture_output=True, text=True, check=False)
            owners = {line.split(':')[0] for line in done.stdout.splitlines()}
            self.assertTrue(owners & with_dependencies(product), f'{config}: {owners} are not in product.apt')


def with_dependencies(packages):
    """These and what they depend on at once: a list may name a package that only stands for another."""
    done = subprocess.run(['dpkg-query', '-W', '-f=${Depends}, ', *packages], capture_output=True, text=True,
                          check=False)
    return packages | set(re.findall(r'(?:^|, |\| )([a-z0-9.+-]+)', done.stdout))


class ProgressTest(unittest.TestCase):
    def run_steps(self, script):
        with tempfile.TemporaryDirectory(prefix='setup-test-') as folder:
            environment = {k: v for k, v in os.environ.items() if k != 'KGW_PROGRESS'}
            environment['TMPDIR'] = folder
            head = f'set -euo pipefail; . {TOP}/scripts/common.sh; cache={folder}/cache; . {TOP}/scripts/progress.sh\n'
            done = subprocess.run(['bash', '-c', head + script], capture_output=True, text=True, check=False,
                                  timeout=60, env=environment)
            left = [path.name for path in pathlib.Path(folder).glob('kgw-progress*')]
            self.assertEqual(left, [], 'it leaves nothing behind')
            return done

    def test_what_takes_no_time_says_nothing(self):
        done = self.run_steps("step 'looking' '1 s' - true")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, '', ''))

    def test_what_takes_long_says_what_and_how_far_and_how_long_it_takes(self):
        done = self.run_steps('''
            slow() { for i in 1 2 3 4 5 6 7; do echo "[$i/9] a file"; sleep 1; done; }
            step 'building' '4 min' ninja slow
        ''')
        self.assertEqual(done.returncode, 0, done.stderr)
        seconds = [int(s) for s in re.findall(r'(?m)^building \d of 9, (\d+) s \(usually 4 min\)$', done.stderr)]
        self.assertGreaterEqual(len(seconds), 2, done.stderr)
        self.assertLessEqual(max(b - a for a, b in zip([0, *seconds], [*seconds, 7])), 5, done.stderr)
        self.assertRegex(done.stderr, r'building: done in [78] s\n$')
        self.assertNotIn('\x1b', done.stderr, 'no colours and no moves outside of a terminal')
        self.assertNotIn('\r', done.stderr)

    def test_a_failure_shows_the_end_of_what_was_said(self):
        done = self.run_steps("step 'asking' '1 s' - bash -c 'echo why not; exit 7'; echo never")
        self.assertEqual((done.returncode, done.stdout), (1, ''))
        self.assertIn('why not\n', done.stderr)
        self.assertIn('asking failed', done.stderr)

    def test_what_fails_beside_fails_the_whole(self):
        done = self.run_steps('''
            beside bash -c 'exit 9'
            step 'working' '1 s' - sleep 0.1
            joined
            echo never
        ''')
        self.assertEqual((done.returncode, done.stdout), (9, ''))

    def test_what_runs_beside_ends_with_the_whole(self):
        done = self.run_steps('''
            beside sleep 1000
            echo ${progress_lanes[0]}
            step 'working' '1 s' - false
        ''')
        self.assertEqual(done.returncode, 1)
        stat = pathlib.Path(f'/proc/{done.stdout.strip()}/stat')
        self.assertTrue(not stat.exists() or ' Z ' in stat.read_text(), 'it still runs')


class DemoScriptTest(unittest.TestCase):
    """In which order scripts/demo calls what, with stand-ins for what it calls."""

    def run_demo(self, *arguments, setup='', build=''):
        with tempfile.TemporaryDirectory(prefix='setup-test-') as folder:
            scripts = pathlib.Path(folder, 'scripts')
            scripts.mkdir()
            for name in ('demo', 'common.sh', 'progress.sh'):
                shutil.copy(TOP / 'scripts' / name, scripts)
            for name, body in (('setup', setup), ('build', build)):
                (scripts / name).write_text(f'#!/bin/bash\necho {name} "$@" >>{folder}/called\n{body}\n')
                (scripts / name).chmod(0o755)
            (scripts / 'demo.py').write_text('import sys; print("told", *sys.argv[1:])')
            environment = {k: v for k, v in os.environ.items() if k != 'KGW_PROGRESS'}
            done = subprocess.run([scripts / 'demo', *arguments], capture_output=True, text=True, check=False,
                                  timeout=60, env=environment)
            called = pathlib.Path(folder, 'called')
            return done, sorted(called.read_text().splitlines()) if called.exists() else []

    def test_the_fhir_server_comes_with_it(self):
        done, called = self.run_demo('--out', 'x y')
        self.assertEqual((done.returncode, done.stdout), (0, 'told --out x y\n'), done.stderr)
        self.assertEqual([line for line in called if line != 'setup java'],
                         ['build', 'setup --demo', 'setup --product'])

    def test_the_gateway_alone_needs_the_product_alone(self):
        done, called = self.run_demo('--gateway-only')
        self.assertEqual((done.returncode, done.stdout), (0, 'told --gateway-only\n'), done.stderr)
        self.assertEqual(called, ['build', 'setup --product'])

    def test_the_build_runs_while_the_fhir_server_comes(self):
        wait = 'for i in $(seq 100); do [ -e "$0.other" ] && exit 0; sleep 0.1; done; exit 1'
        done, _ = self.run_demo(
            setup='[ "$1" != --demo ] || { touch "$(dirname "$0")/build.other"; ' + wait + '; }',
            build='touch "$(dirname "$0")/setup.other"; ' + wait)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_no_story_without_the_fhir_server(self):
        done, _ = self.run_demo(setup='[ "$1" != --demo ] || exit 5')
        self.assertEqual((done.returncode, done.stdout), (5, ''))

    def test_a_wrong_command_line_installs_nothing(self):
        for wrong in ('--attic', '--out'):
            done, called = self.run_demo(wrong)
            self.assertEqual((done.returncode, called), (2, []))


if __name__ == '__main__':
    unittest.main()
