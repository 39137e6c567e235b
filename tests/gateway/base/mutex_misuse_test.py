"""scripts/tidy refuses code that touches what a mutex guards without it (gateway/base/mutex.h)."""
import importlib.machinery
import importlib.util
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

TOP = pathlib.Path(__file__).resolve().parents[3]
LOADER = importlib.machinery.SourceFileLoader('tidy', str(TOP / 'scripts/tidy'))
tidy = importlib.util.module_from_spec(importlib.util.spec_from_loader('tidy', LOADER))
LOADER.exec_module(tidy)

CLASS = '''
class %(name)s {
 public:
  int Get() KGW_EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    %(under)s
    return count_;
  }
  int Loose() { %(loose)s }
 private:
  int Held() KGW_REQUIRES(mutex_) { return count_; }
  Mutex mutex_;
  ConditionVariable changed_;
  int count_ KGW_GUARDED_BY(mutex_) = 0;
};
inline int Use%(name)s() { return %(name)s().Get() + %(name)s().Loose(); }
'''
# What stands under the lock, and what without one.
RIGHT = [
    ('', 'return Get();'),
    ('lock.Unlock(); lock.Lock();', 'return 0;'),
    ('{ MutexUnlock unlocked(mutex_); Get(); }', 'return 0;'),
    ('changed_.Wait(lock, [this]() KGW_REQUIRES(mutex_) { return count_ != 0; });', 'return 0;'),
]
# The same, and what tidy says of it.
WRONG = [
    ('', 'return count_;', "reading variable 'count_' requires holding mutex"),
    ('', 'return Held();', "calling function 'Held' requires holding mutex"),
    ('Get();', 'return 0;', "cannot call function 'Get' while mutex"),
    ('lock.Unlock();', 'return 0;', "reading variable 'count_' requires holding mutex"),
    ('MutexUnlock unlocked(mutex_);', 'return 0;', "reading variable 'count_' requires holding mutex"),
    ('MutexLock again(mutex_);', 'return 0;', 'that is already held'),
    ('changed_.Wait(lock, [this] { return count_ != 0; });', 'return 0;',
     "reading variable 'count_' requires holding mutex"),
]


def look_at(cases):
    """Tidy's exit code and what it says of a file with one class a case, class C0 first."""
    classes = [CLASS % {'name': f'C{i}', 'under': case[0], 'loose': case[1]}
               for i, case in enumerate(cases)]
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder, 'counts.cc')
        # Each class starts on a line that its number gives.
        file.write_text('#include "gateway/base/mutex.h"\nusing namespace kgw;' + ''.join(classes))
        done = subprocess.run(
            [tidy.TIDY, '--quiet', f'--config-file={TOP}/.clang-tidy', *tidy.EXTRA,
             '--checks=-google-build-using-namespace', str(file), '--', '-std=c++20', f'-I{TOP}'],
            capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


@unittest.skipIf(shutil.which(tidy.TIDY) is None, f'{tidy.TIDY} is not installed')
class MutexMisuseTest(unittest.TestCase):
    def test_says_nothing_of_what_is_right(self):
        self.assertEqual(look_at(RIGHT), (0, ''))

    def test_refuses_what_is_wrong(self):
        code, said = look_at(WRONG)
        self.assertNotEqual(code, 0)
        errors = re.findall(r'counts\.cc:(\d+):\d+: error: (.*)', said)
        lines = CLASS.count('\n')
        for i, (under, loose, complaint) in enumerate(WRONG):
            with self.subTest(under=under, loose=loose):
                mine = [text for line, text in errors if (int(line) - 2) // lines == i]
                self.assertEqual(len(mine), 1, said)
                self.assertIn(complaint, mine[0])


if __name__ == '__main__':
    if shutil.which(tidy.TIDY) is None:
        print(f'SKIPPED: {tidy.TIDY} is not installed')
    unittest.main()
