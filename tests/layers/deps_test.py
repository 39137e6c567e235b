"""The check of CMake's dependencies finds what lacks and what is too much, and this tree has neither."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]
CHECK = TOP / 'scripts/check-deps'

# What one/a.cc includes, one's DEPS, what the complaint says (None: none).
CASES = [
    ('<string>', '', None),
    ('"gateway/one/a.h"', '', None),
    ('"gateway/two/b.h"', 'kgw_two', None),
    ('"gateway/two/b.h"', '', 'kgw_one: DEPS lacks kgw_two: gateway/one/a.cc includes gateway/two/b.h'),
    ('"gateway/two/plain.h"', '', 'DEPS lacks kgw_two'),
    ('"gateway/one/a.h"', 'kgw_two', 'kgw_one: DEPS has kgw_two, of which it includes nothing'),
    ('"absl/status/status.h"', 'absl::status', None),
    ('"absl/status/status.h"', 'absl::statusor', 'DEPS lacks absl::status:'),
    ('"absl/container/flat_hash_map.h"', 'absl::flat_hash_map', None),
    ('<thread>', 'Threads::Threads', None),
    ('<thread>', '', 'DEPS lacks Threads::Threads'),
    ('"kap/v1/record.pb.h"', '', 'DEPS lacks kgw_proto_kap'),
    ('<rapidjson/reader.h>', '', None),
    ('<unheard/of.h>', '', 'does not know what to link for unheard/of.h'),
    # What the target's own header includes counts as well.
    ('"gateway/one/deep.h"', '', 'DEPS lacks absl::time: gateway/one/deep.h includes absl/time/time.h'),
    # What another target's header includes does not.
    ('"gateway/two/plain.h"', 'kgw_two', None),
]
FILES = {
    'two/CMakeLists.txt': 'kgw_library(two SOURCES b.cc DEPS absl::time)  # kgw_three',
    'two/b.cc': '#include "gateway/two/b.h"\n#include "gateway/two/plain.h"\n',
    'two/b.h': '',
    'two/plain.h': '#include "absl/time/clock.h"\n',
    'one/a.h': '',
    'one/deep.h': '#include "absl/time/time.h"\n',
}


def check(root):
    return subprocess.run([sys.executable, CHECK, root], capture_output=True, text=True, check=False)


def in_a_tree(files):
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            path = pathlib.Path(folder, 'gateway', name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return check(folder)


class DepsTest(unittest.TestCase):
    def test_finds_what_lacks_and_what_is_too_much(self):
        for included, deps, complaint in CASES:
            with self.subTest(included=included, deps=deps):
                done = in_a_tree(FILES | {
                    'one/CMakeLists.txt': f'kgw_library(one\n  SOURCES a.cc\n  DEPS {deps})',
                    'one/a.cc': f'#include {included}\n'})
                if complaint is None:
                    self.assertEqual((done.returncode, done.stdout), (0, ''))
                else:
                    self.assertEqual(done.returncode, 1)
                    self.assertIn(complaint, done.stdout)

    def test_knows_the_targets_of_one_folder_apart(self):
        files = FILES | {
            'one/CMakeLists.txt': 'kgw_library(one SOURCES a.cc DEPS kgw_two)\n'
                                  'kgw_binary(program SOURCES main.cc DEPS)',
            'one/a.cc': '#include "gateway/two/b.h"\n',
            'one/main.cc': '#include "gateway/one/a.h"\n'}
        self.assertIn('program: DEPS lacks kgw_one: gateway/one/main.cc', in_a_tree(files).stdout)

    def test_misses_a_source_that_is_not_there(self):
        done = in_a_tree({'one/CMakeLists.txt': 'kgw_library(one SOURCES gone.cc DEPS)'})
        self.assertIn('there is no gateway/one/gone.cc', done.stdout)

    def test_this_tree_links_what_it_includes(self):
        done = check(TOP)
        self.assertEqual((done.returncode, done.stdout), (0, ''))


if __name__ == '__main__':
    unittest.main()
