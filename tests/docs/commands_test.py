"""Runs what the documentation tells people to type, and checks what it tells them to write.

Every line of a ```sh block and every `kapctl ...` in the text of a page is run, in the order of the
page, against a gateway with one destination called hospital. A ```yaml block is given to
kap-gateway --check-config; one that names its file is a whole configuration, and the page's commands
find it; any other is a fragment. Links must lead somewhere.

All runs as one user here. What only shows on a reader's machine is looked for in the lines themselves:
see Machine.
"""
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'support' / 'python'))
from running_gateway import BIN, FarSide, RunningGateway, TOP  # noqa: E402

# What cannot be run here, and why: it installs Debian packages or builds everything. What a page says to type is
# then held against the program itself, which says whether it would take it.
NOT_RUN = {
    'scripts/demo': 'tests/docs/demo_receiver_test.py runs its story, scripts/soak all of it',
    'scripts/setup': 'tests/deploy/setup_test.py looks at its choices',
    'scripts/build': 'tests run what it built',
    'scripts/test': 'builds everything and runs this very test',
    'scripts/build-profiles': 'tests/profiles runs it, with and without its options',
    'cmake': 'builds everything',
    'ctest': 'runs this very test',
}
# Programs of other people that change the whole machine or a cluster: only their lines' form is checked.
OUTSIDE = ('docker', 'helm', 'kubectl', 'journalctl', 'systemctl', 'useradd')
AS_ANOTHER = re.compile(r'\bsudo (?:-u [\w-]+ )?')
# Folders of a machine on which it is installed.
FOLDERS = {'/var/lib/kap-gateway': 'lib', '/var/backups/kap-gateway': 'backups', '/opt/kap-gateway': 'opt',
           '/etc/kap-gateway': 'etc', '/etc/systemd/system': 'units', '/usr/local/bin': 'local'}
# Where install.md puts programs, and what it puts there.
INSTALLED = '/opt/kap-gateway/bin/'
PROGRAMS = ('kap-gateway', 'kapctl', 'copy-store')
FRAGMENT_BASE = '''development: true
grpc:
  listen: 127.0.0.1:0
store:
  path: fragment.db
plugins:
  paths: [plugins]
'''
# Where a page starts a gateway beside the first one.
SECOND = '127.0.0.1:9443'
# Waits for nobody, so a person may hold it.
KEY = 'demo-clinic/kap-ehr/Organization/ORG-CLINIC'
PAGES = [TOP / 'README.md', TOP / 'CONTRIBUTING.md', TOP / 'SECURITY.md', TOP / 'fhir-profiles/README.md',
         *sorted((TOP / 'docs').rglob('*.md')), *sorted((TOP / 'plugins').glob('*/README.md'))]


def blocks(text):
    """(language, file name, body) of every fenced block."""
    return re.findall(r'^```(\w*) ?([\w.-]*)\n(.*?)^```$', text, re.MULTILINE | re.DOTALL)


def stand_in(line):
    """A command that says whether a line of NOT_RUN would be taken, and changes nothing."""
    words = shlex.split(line, comments=True)
    program, *arguments = words
    if program in ('cmake', 'ctest'):
        # cmake --preset X && cmake --build --preset X: every part names a preset of its kind.
        return ['cmake', '--list-presets=all'], [word for word, before in zip(words[1:], words) if before == '--preset']
    if program == 'scripts/setup':
        return [program, '--list', *arguments], []
    if program == 'scripts/test':
        preset = []
        if arguments[:1] == ['--preset']:
            preset, arguments = [arguments[1]], arguments[2:]
        for regex in arguments:
            if 'Total Tests: 0' in subprocess.run(['ctest', '--test-dir', BIN.parent, '-N', '-R', regex], text=True,
                                                  capture_output=True, check=True).stdout:
                return ['false'], []
        return ['cmake', '--list-presets=all'], preset
    return [program, *arguments, '--help'], []


def commands(text):
    """What a page says to type, in order: lines of sh blocks, and kapctl in the text."""
    found = []
    for match in re.finditer(r'^ *```(\w*)[^\n]*\n(.*?)^ *```$|`((?:source <\()?kapctl [^`]+)`', text,
                             re.MULTILINE | re.DOTALL):
        language, body, inline = match.groups()
        if inline:
            found.append(inline.replace('\n', ' '))
        elif language == 'sh':
            found += body.replace('\\\n', ' ').splitlines()
    return [line.strip() for line in found if line.strip() and not line.strip().startswith('#')]


class Machine:
    """What a reader's machine refuses although it works here, where everything runs as one user.

    A line after `sudo -u kap-gateway` runs as a user who owns only the folders that were made for it, who
    may not read the folder the reader stands in, and whose programs are those that sudo looks for.
    """

    SUDO_LOOKS_IN = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

    def __init__(self):
        self.owned = ['/var/lib/kap-gateway']  # StateDirectory of the unit

    def problem(self, line):
        """Why the line would fail there; None when nothing is known against it."""
        if re.match(r'kubectl (?!create namespace)', line):
            return None if ' -n kap ' in line else 'kubectl is not told the namespace'
        words = shlex.split(line)
        made = re.match(r'sudo install -d -o kap-gateway .* (/\S+)$', line)
        if made:
            self.owned.append(made[1])
        if words[:3] != ['sudo', '-u', 'kap-gateway']:
            return None
        program, *arguments = words[3:]
        found = program.startswith(INSTALLED) and program.removeprefix(INSTALLED) in PROGRAMS
        if not found and ('/' in program or not shutil.which(program, path=self.SUDO_LOOKS_IN)):
            return f'sudo does not find {program}'
        inner = shlex.split(arguments[1].replace(';', ' ')) if program == 'sh' else arguments
        for path in (part.split('=', 1)[-1] for part in inner if not part.startswith('--set')):
            if path.startswith('/var/') and not any(path.startswith(f'{folder}/') for folder in self.owned):
                return f'the user kap-gateway may not make {path}'
            if re.fullmatch(r'[\w-]+[/.][\w./-]+', path) and not path.startswith('store.'):
                return f'the user kap-gateway may not read {path} where the reader stands'
        return None


class MachineTest(unittest.TestCase):
    def test_what_a_reader_would_run_into(self):
        for line in ('sudo -u kap-gateway mkdir -p -m 0700 /var/backups/kap-gateway',
                     'sudo -u kap-gateway kap-gateway --config /etc/kap-gateway/check.yaml',
                     'sudo -u kap-gateway deploy/copy-store /var/lib/kap-gateway/gateway.db /var/lib/kap-gateway/x',
                     'sudo -u kap-gateway /opt/kap-gateway/bin/kap-gateway --config check.yaml',
                     'sudo -u kap-gateway sh -c "umask 077; cp /var/backups/a /var/lib/kap-gateway/a"',
                     'kubectl exec clinic-kap-gateway-0 -- true'):
            self.assertIsNotNone(Machine().problem(line), line)

    def test_what_works(self):
        machine = Machine()
        for line in ('sudo install -d -o kap-gateway -g kap-gateway -m 0700 /var/backups/kap-gateway',
                     'sudo -u kap-gateway cp /var/backups/kap-gateway/a /var/lib/kap-gateway/a',
                     'sudo -u kap-gateway /opt/kap-gateway/bin/copy-store /var/lib/kap-gateway/gateway.db '
                     '/var/backups/kap-gateway/x', 'kubectl create namespace kap', 'kubectl -n kap get pods'):
            self.assertIsNone(machine.problem(line), line)


class Page:
    """A folder in which a page's commands run, with the gateway they speak to."""

    def __init__(self, text):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix='docs-test-'))
        self.text = text
        self.machine = Machine()
        self.far_side = FarSide()
        self.gateway = self.second = self.started = None
        for name in ('deploy', 'scripts'):
            (self.folder / name).symlink_to(TOP / name)
        (self.folder / 'build').mkdir()
        (self.folder / 'build' / 'bin').symlink_to(BIN)
        (self.folder / 'build' / 'plugins').symlink_to(BIN.parent / 'plugins')
        (self.folder / 'secret').write_text('token')
        (self.folder / 'local').mkdir()
        # A page that installs the programs must put them on the path itself.
        installs = 'install build/bin/kap-gateway' in text
        path = self.folder / 'local' if installs else BIN
        self.environment = {**os.environ, 'PATH': f'{path}:{os.environ["PATH"]}', 'NO_COLOR': '1'}
        if not installs:
            self.install()
        for language, name, body in blocks(text):
            if language == 'yaml' and name:
                (self.folder / name).write_text(self.concrete(body))

    def install(self):
        """What is there after install.md."""
        bin_folder = self.folder / 'opt' / 'bin'
        bin_folder.mkdir(parents=True)
        for name in PROGRAMS:
            (bin_folder / name).symlink_to(TOP / 'deploy' / name if name == 'copy-store' else BIN / name)

    def concrete(self, text):
        """With places of this machine instead of those that only a reader has."""
        text = re.sub(r'/run/secrets/[\w-]+', str(self.folder / 'secret'), text)
        for told, here in FOLDERS.items():
            text = text.replace(told, str(self.folder / here))
        return text

    def start(self, config, destination):
        self.stop_gateway()
        store = self.folder / 'lib'
        store.mkdir(exist_ok=True)
        self.started = (config, destination)
        self.gateway = RunningGateway(store, config, [
            f'destinations[0].url={self.far_side.url}', f'destinations[0].name={destination}'])
        self.environment['KAPCTL_SERVER'] = self.gateway.grpc

    def start_with_records(self):
        """A gateway with some records behind it, whose deliveries a person may hold or retry."""
        self.far_side.refuse = 503
        self.start('deploy/config/demo.yaml', 'hospital')
        self.bash(f'{BIN}/kapctl synth --courses 1 --out made-up-before')
        records = (self.folder / 'made-up-before' / 'records.jsonl').read_text().splitlines()
        session = next(line for line in records if 'session' in json.loads(line))
        (self.folder / 'session.json').write_text(session)
        self.bash(f'{BIN}/kapctl submit made-up-before/records.jsonl')

    def bash(self, line, **environment):
        return subprocess.run(['bash', '-e', '-c', line], cwd=self.folder, env={**self.environment, **environment},
                              capture_output=True, text=True, timeout=60, check=False)

    def run(self, line):
        """None when it ended well, else what it said."""
        problem = self.machine.problem(line)
        if problem:
            return problem
        line = re.sub(r'\bKEY\b|\bTENANT/SOURCE/TYPE/ID\b', KEY, self.concrete(line))
        line = AS_ANOTHER.sub('', line).replace(' -o kap-gateway -g kap-gateway', '')
        if line in ('systemctl stop kap-gateway', 'systemctl start kap-gateway'):
            return self.service(line.split()[1])
        if line.split()[0] in OUTSIDE:
            return self.outcome(subprocess.run(['bash', '-n', '-c', line], capture_output=True, text=True,
                                               check=False), line)
        if self.second and SECOND in line:
            # Who reads this has the certificate of the gateway that runs in the environment.
            return self.outcome(self.bash(line.replace(SECOND, self.second.grpc), KAPCTL_CA='ca.crt',
                                          KAPCTL_CERT='operator.crt', KAPCTL_KEY='operator.key'), line)
        server = re.match(r'(?:\S*/)?kap-gateway --config (\S+)(?!.*--check-config)', line)
        if server:
            store = re.search(r'--set store\.path=(\S+)', line)
            if store and not server[1].startswith('deploy/'):
                return self.serve_second(server[1], store[1])
            return self.serve(server[1])
        # A delivery that is being sent at this moment cannot be held: a person tries again, too.
        deadline = time.monotonic() + 20
        while True:
            done = self.bash(line)
            if done.returncode == 0 or time.monotonic() > deadline or ' delivery ' not in line:
                break
            time.sleep(0.2)
        return self.outcome(done, line)

    @staticmethod
    def outcome(done, line):
        return None if done.returncode == 0 else f'{line}: exit {done.returncode}: {done.stdout}{done.stderr}'

    def service(self, what):
        """As the service manager would, with what was started last."""
        if what == 'stop':
            self.stop_gateway()
        else:
            self.start(*self.started)
        return None

    def serve_second(self, config, store):
        """A gateway beside the first one, such as on a copy of its store."""
        self.second = RunningGateway(self.folder, self.folder / config, [f'store.path={store}'])
        return None

    def serve(self, config):
        """Starts it as the page says, but on free ports and with a far side that is there."""
        if config.startswith('deploy/'):
            other = self.folder / 'other'
            other.mkdir(exist_ok=True)
            RunningGateway(other, config).stop()
            return None
        destination = re.search(r'- name: (\S+)', (self.folder / config).read_text())[1]
        self.far_side.refuse = 0
        self.start(self.folder / config, destination)
        return None

    def stop_gateway(self):
        if self.gateway:
            self.gateway.stop()
            self.gateway = None

    def close(self):
        self.stop_gateway()
        if self.second:
            self.second.stop()
        self.far_side.stop()
        shutil.rmtree(self.folder)


class DocumentationTest(unittest.TestCase):
    def check_commands(self, path, text, lines):
        page = Page(text)
        try:
            if not any(name.endswith('.yaml') and '\ndestinations:' in body for _, name, body in blocks(text)):
                page.start_with_records()
            for line in lines:
                problem = page.run(line)
                self.assertIsNone(problem, f'{path}: {line}: {problem}')
        finally:
            page.close()

    def test_commands(self):
        ran = 0
        for path in PAGES:
            text = path.read_text(encoding='utf-8')
            lines = [line for line in commands(text) if line.split()[0] not in NOT_RUN]
            if lines:
                with self.subTest(page=path.relative_to(TOP).as_posix()):
                    self.check_commands(path, text, lines)
            ran += len(lines)
        self.assertGreater(ran, 25)

    def test_commands_that_are_not_run_would_be_taken(self):
        seen = set()
        for path in PAGES:
            for line in commands(path.read_text(encoding='utf-8')):
                if line.split()[0] not in NOT_RUN:
                    continue
                seen.add(line.split()[0])
                with self.subTest(page=path.relative_to(TOP).as_posix(), line=line):
                    command, said = stand_in(line)
                    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, cwd=TOP)
                    self.assertEqual(done.returncode, 0, done.stderr)
                    for word in said:
                        self.assertIn(f'"{word}"', done.stdout)
                    if line.startswith('scripts/'):
                        for option in re.findall(r' (--[a-z-]+)', line.split('#')[0]):
                            self.assertIn(option, (TOP / line.split()[0]).read_text())
        self.assertEqual(seen, set(NOT_RUN))

    def test_stand_ins_refuse_what_is_wrong(self):
        for line in ('scripts/setup attic', 'scripts/setup --attic', 'scripts/demo --attic', 'scripts/build --attic',
                     'scripts/test no_test_of_this_name'):
            done = subprocess.run(stand_in(line)[0], capture_output=True, text=True, check=False, timeout=60, cwd=TOP)
            self.assertNotEqual(done.returncode, 0, line)

    def test_every_script_teaches(self):
        for name in ('demo', 'setup', 'build', 'test', 'bench'):
            told = subprocess.run([TOP / 'scripts' / name, '--help'], capture_output=True, text=True, check=True,
                                  timeout=20).stdout
            self.assertTrue(told.startswith(f'scripts/{name} '), told)
            self.assertGreater(told.count('\n'), 1)
        self.assertIn('--keep', subprocess.run([TOP / 'scripts/demo', '--help'], capture_output=True, text=True,
                                               check=True, timeout=20).stdout)

    def test_what_the_text_names_is_there(self):
        """`scripts/test`, `tests/golden/...`: what a page names within its text is in the tree, and a script's options
        are known to it."""
        seen = 0
        for path in PAGES:
            text = re.sub(r'```.*?```', '', path.read_text(encoding='utf-8'), flags=re.DOTALL)
            for name, rest in re.findall(r'`((?:scripts|tests|deploy|docs|cmake|proto|\.ci)/[\w./-]+)( [^`]*)?`', text):
                with self.subTest(page=path.relative_to(TOP).as_posix(), name=name):
                    if '/TYPE/' in name or name.endswith('...'):
                        continue
                    self.assertTrue((TOP / name).exists())
                    for option in re.findall(r'--[a-z-]+', rest or ''):
                        self.assertIn(option, (TOP / name).read_text())
                seen += 1
        self.assertGreater(seen, 40)

    def test_configurations(self):
        checked = 0
        for path in PAGES:
            text = path.read_text(encoding='utf-8')
            for language, name, body in blocks(text):
                # A chart's values are no configuration of the gateway; tests/deploy renders them.
                if language != 'yaml' or name == 'values.yaml':
                    continue
                page = Page(text)
                try:
                    file = page.folder / (name or 'fragment.yaml')
                    file.write_text(page.concrete(body if name else FRAGMENT_BASE + body))
                    done = page.bash(f'kap-gateway --config {file.name} --check-config')
                    self.assertEqual(done.returncode, 0, f'{path}: {done.stderr}')
                    checked += 1
                finally:
                    page.close()
        self.assertGreater(checked, 1)

    def test_kubectl_is_told_the_namespace(self):
        seen = 0
        for path in PAGES:
            for line in re.findall(r'kubectl [^`\n]+', path.read_text(encoding='utf-8')):
                self.assertIsNone(Machine().problem(line + ' '), f'{path}: {line}')
                seen += 1
        self.assertGreater(seen, 5)

    def test_json_is_json(self):
        for path in PAGES:
            for language, _, body in blocks(path.read_text(encoding='utf-8')):
                if language == 'json':
                    json.loads(body)

    def test_every_cause_is_explained(self):
        """What connectors may say, and what the gateway says itself, stands in the table of causes."""
        connector = (TOP / 'docs' / 'plugin-authors' / 'connector.md').read_text(encoding='utf-8')
        said = set(re.findall(r'`(\w+)`', re.search(r'`class` is one of (.*?)\.', connector, re.DOTALL)[1]))
        for file in (TOP / 'gateway' / 'delivery').glob('*.cc'):
            said |= {word.lower() for word in
                     re.findall(r'OwnError\(\s*(?:store::)?ErrorClass::k([A-Z][a-z]+)\b', file.read_text(encoding='utf-8'))}
        self.assertIn('waiting', said)
        hospital = (TOP / 'docs' / 'hospital-it' / 'README.md').read_text(encoding='utf-8')
        self.assertLessEqual(said, set(re.findall(r'^\| `(\w+)` \|', hospital, re.MULTILINE)))

    def test_the_walks_name_files_that_are_there(self):
        page = (TOP / 'docs' / 'architecture.md').read_text(encoding='utf-8')
        walks = page.split('## Two walks through the files')[1].split('\n## ')[0]
        named = re.findall(r'\b[a-z_]+(?:/[a-z_]+)+\.(?:cc|h)\b', walks)
        self.assertGreater(len(named), 30)
        self.assertEqual([name for name in named if not (TOP / 'gateway' / name).is_file()], [])

    def test_links_lead_somewhere(self):
        for path in PAGES:
            text = re.sub(r'```.*?```', '', path.read_text(encoding='utf-8'), flags=re.DOTALL)
            for target in re.findall(r'\]\((?!https?:)([^)#\s]+)', text):
                self.assertTrue((path.parent / target).exists(), f'{path}: {target}')


if __name__ == '__main__':
    unittest.main()
