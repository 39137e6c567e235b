"""The check for functions that nothing reaches finds them, and this build has none."""
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]
CHECK = TOP / 'scripts/check-unreached'
BUILD = pathlib.Path(os.environ.get('KGW_BIN_DIR', TOP / 'build/dev/bin')).parent

SOURCES = {
    'gateway/a.cc': '''
namespace kgw {
struct Base { virtual ~Base() = default; virtual int Virtual() = 0; };
struct Made : Base { int Virtual() override; };
int Called();
int Called(int);
int FromATable();
int FromALocal();
int Chosen(int which);
int Nowhere();
int OnlyFromNowhere();
int AtTheStart();
namespace {
int Local() { return FromALocal(); }
int (*const kTable[])() = {&FromATable};
int started = AtTheStart();
}
int Made::Virtual() { return 1; }
int Called() { return Made().Virtual() + Local() + kTable[0]() + Chosen(started); }
int FromATable() { return 1; }
int FromALocal() { return 2; }
int Chosen(int which) {
  switch (which) {
    case 1: return 10; case 2: return Called(); case 3: return 7; case 4: return Called(1);
    case 5: return 9; case 6: return 3;
  }
  return 0;
}
int Called(int x) { return x; }
int Nowhere() { return OnlyFromNowhere(); }
int OnlyFromNowhere() { return 3; }
int AtTheStart() { return 4; }
}
''',
    'gateway/main.cc': 'namespace kgw { int Called(); } int main() { return kgw::Called(); }',
    'plugins/p.cc': '''
namespace kgw {
int Helper() { return 1; }
int Forgotten() { return 2; }
}
namespace other { int Foreign() { return 3; } }
extern "C" int kgw_entry_v1() { return kgw::Helper(); }
''',
}
UNREACHED = ['kgw::Forgotten()', 'kgw::Nowhere()', 'kgw::OnlyFromNowhere()']


class UnreachedTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        build = self.build = pathlib.Path(self.folder.name)
        lines = []
        for name, text in SOURCES.items():
            source, made = build / name, build / (name + '.o')
            source.parent.mkdir(exist_ok=True)
            source.write_text(text)
            subprocess.run(['g++', '-std=c++20', '-fPIC', '-O0', '-c', source, '-o', made], check=True)
            lines.append(f'build {name}.o: CXX {name}\n')
        (build / 'build.ninja').write_text(''.join(lines))
        # Left by a source that is no more.
        (build / 'gateway/gone.cc.o').write_bytes((build / 'plugins/p.cc.o').read_bytes())

    def check(self, allowed=''):
        (self.build / 'allowed').write_text(allowed)
        return subprocess.run([sys.executable, CHECK, self.build, self.build / 'allowed'],
                              capture_output=True, text=True, check=False)

    def test_finds_what_nothing_reaches_and_nothing_else(self):
        done = self.check()
        found = sorted(line.split(': ', 1)[1] for line in done.stdout.splitlines())
        self.assertEqual((done.returncode, found), (1, UNREACHED))
        self.assertIn('p.cc.o: kgw::Forgotten()', done.stdout)

    def test_a_list_allows_it_as_long_as_it_is_needed(self):
        listed = ''.join(f'{name}  # why\n' for name in UNREACHED)
        self.assertEqual(self.check('# words\n' + listed).stdout, '')
        done = self.check(listed + 'kgw::Called()  # was once\n')
        self.assertEqual((done.returncode, done.stdout),
                         (1, 'allowed: kgw::Called() is reached, or gone\n'))

    def test_wants_everything_built(self):
        (self.build / 'gateway/a.cc.o').unlink()
        self.assertIn('build everything first', self.check().stderr)

    def test_this_build_has_none(self):
        cache = (BUILD / 'CMakeCache.txt').read_text()
        kind = re.search(r'CMAKE_BUILD_TYPE:\w+=(\w*)', cache)[1]
        flags = re.search(r'CMAKE_CXX_FLAGS_DEBUG:\w+=(.*)', cache)[1]
        if kind != 'Debug' or '-O0' not in flags or not (BUILD / 'bin/kap-gateway').is_file():
            self.skipTest(f'{BUILD.name} is optimized, or has no programs')
        done = subprocess.run([sys.executable, CHECK, BUILD], capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ''))


if __name__ == '__main__':
    unittest.main()
