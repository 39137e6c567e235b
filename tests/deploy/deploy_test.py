"""The Helm chart renders what a cautious cluster asks for, the image holds what the programs need, and
the example configurations are accepted."""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

try:
    import yaml
except ImportError:
    yaml = None

TOP = pathlib.Path(__file__).resolve().parents[2]
CHART = TOP / 'deploy/helm/kap-gateway'
GATEWAY = pathlib.Path(os.environ.get('KGW_BIN_DIR', TOP / 'build/bin')) / 'kap-gateway'
TLS = ('--set', 'tls.secretName=gateway-tls')
CONFIG = ('--set-file', 'config=' + str(TOP / 'deploy/config/development.yaml'))
INSTALL = (TOP / 'docs/operators/install.md').read_text()


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, check=False)


def helm(*arguments):
    return run('helm', *arguments)


def template(*arguments):
    return helm('template', 'clinic', CHART, '--kube-version', '1.28.0', '--namespace', 'kap', *arguments)


def rendered(*arguments):
    done = template(*TLS, *CONFIG, *arguments)
    if done.returncode != 0:
        raise AssertionError(done.stderr)
    objects = {}
    for item in yaml.safe_load_all(done.stdout):
        if item:
            objects[(item['kind'], item['metadata']['name'])] = item
    return objects


class ChartTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.objects = rendered('--set', 'secrets[0].name=ehr', '--set', 'secrets[0].secretName=ehr-token')
        cls.set = cls.objects['StatefulSet', 'clinic-kap-gateway']['spec']
        cls.pod = cls.set['template']['spec']
        (cls.container,) = cls.pod['containers']

    def test_lint(self):
        done = helm('lint', '--strict', CHART, *TLS, *CONFIG)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_renders_these_objects_and_no_others(self):
        self.assertEqual(set(self.objects), {
            ('StatefulSet', 'clinic-kap-gateway'), ('ConfigMap', 'clinic-kap-gateway'),
            ('Service', 'clinic-kap-gateway'), ('Service', 'clinic-kap-gateway-pods'),
            ('ServiceAccount', 'clinic-kap-gateway')})

    def test_one_pod_on_one_volume(self):
        self.assertEqual(self.set['replicas'], 1)
        (claim,) = self.set['volumeClaimTemplates']
        self.assertEqual(claim['spec']['accessModes'], ['ReadWriteOnce'])
        mounts = {m['name']: m for m in self.container['volumeMounts']}
        store = next(a for a in self.container['args'] if a.startswith('store.path='))
        folder = store.removeprefix('store.path=').rsplit('/', 1)[0]
        self.assertEqual(mounts[claim['metadata']['name']]['mountPath'], folder)

    def test_selectors_meet_the_pod(self):
        labels = self.set['template']['metadata']['labels']
        for kind, name in self.objects:
            spec = self.objects[kind, name].get('spec', {})
            selector = spec.get('selector', {})
            selector = selector.get('matchLabels', selector)
            self.assertLessEqual(selector.items(), labels.items(), f'{kind} {name}')
        self.assertIn(('Service', self.set['serviceName']), self.objects)

    def test_neither_root_nor_a_writable_root(self):
        self.assertIs(self.pod['securityContext']['runAsNonRoot'], True)
        self.assertGreater(self.pod['securityContext']['runAsUser'], 0)
        self.assertEqual(self.pod['securityContext']['seccompProfile'], {'type': 'RuntimeDefault'})
        security = self.container['securityContext']
        self.assertIs(security['readOnlyRootFilesystem'], True)
        self.assertIs(security['allowPrivilegeEscalation'], False)
        self.assertEqual(security['capabilities'], {'drop': ['ALL']})
        self.assertIs(self.pod['automountServiceAccountToken'], False)
        account = self.objects['ServiceAccount', self.pod['serviceAccountName']]
        self.assertIs(account['automountServiceAccountToken'], False)

    def test_user_is_that_of_the_image(self):
        user = re.search(r'^USER (\d+):(\d+)$', (TOP / 'deploy/Dockerfile').read_text(), re.MULTILINE)
        context = self.pod['securityContext']
        self.assertEqual((context['runAsUser'], context['runAsGroup']), (int(user[1]), int(user[2])))

    def test_probes(self):
        ports = {p['name']: p['containerPort'] for p in self.container['ports']}
        self.assertEqual(ports, {'grpc': 8443, 'http': 8080})
        probes = {k: self.container[k + 'Probe']['httpGet'] for k in ('startup', 'liveness', 'readiness')}
        self.assertEqual(probes, {'startup': {'path': '/livez', 'port': 'http'},
                                  'liveness': {'path': '/livez', 'port': 'http'},
                                  'readiness': {'path': '/readyz', 'port': 'http'}})

    def test_addresses_and_tls(self):
        arguments = self.container['args']
        self.assertEqual(arguments[0], '--config')
        settings = dict(a.split('=', 1) for a in arguments[3::2])
        self.assertEqual(arguments[2::2], ['--set'] * len(settings))
        self.assertEqual(settings['grpc.listen'], '0.0.0.0:8443')
        self.assertEqual(settings['http.listen'], '0.0.0.0:8080')
        mounts = {m['name']: m for m in self.container['volumeMounts']}
        for field in ('certificate', 'private_key', 'client_ca'):
            self.assertTrue(settings[f'grpc.tls.{field}'].startswith(mounts['tls']['mountPath'] + '/'))
        volumes = {v['name']: v for v in self.pod['volumes']}
        self.assertEqual(volumes['tls']['secret']['secretName'], 'gateway-tls')
        self.assertEqual(volumes['secret-ehr']['secret']['secretName'], 'ehr-token')
        self.assertEqual(mounts['secret-ehr']['mountPath'], '/etc/kap-gateway/secrets/ehr')
        for name, mount in mounts.items():
            self.assertIs(mount.get('readOnly', False), name not in ('store', 'tmp'), name)

    def test_refuses_without_tls(self):
        done = template(*CONFIG)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn('tls.secretName is required', done.stderr)

    def test_refuses_without_a_configuration(self):
        done = template(*TLS)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn('config is required', done.stderr)

    def test_refuses_unknown_values(self):
        done = template(*TLS, *CONFIG, '--set', 'replicas=2')
        self.assertNotEqual(done.returncode, 0)
        self.assertIn('replicas', done.stderr)

    def test_configuration_is_handed_on_as_it_is_and_changes_the_pod(self):
        text = (TOP / 'deploy/config/two-destinations.yaml').read_text()
        objects = rendered('--set-file', 'config=' + str(TOP / 'deploy/config/two-destinations.yaml'))
        self.assertEqual(objects['ConfigMap', 'clinic-kap-gateway']['data']['gateway.yaml'].rstrip('\n'),
                         text.rstrip('\n'))
        checksums = {o['StatefulSet', 'clinic-kap-gateway']['spec']['template']['metadata']['annotations']
                     ['checksum/config'] for o in (objects, self.objects)}
        self.assertEqual(len(checksums), 2)

    def test_metrics_are_not_in_the_service_others_call(self):
        ports = self.objects['Service', 'clinic-kap-gateway']['spec']['ports']
        self.assertEqual([p['name'] for p in ports], ['grpc'])


@unittest.skipUnless(GATEWAY.exists(), 'the gateway is not built')
class BuiltTest(unittest.TestCase):
    def test_image_has_every_library(self):
        if 'libasan' in run('ldd', GATEWAY).stdout:
            return  # a sanitizer build needs libraries that the image's release build does not
        image = set(re.findall(r'^ {6}([a-z0-9.+-]+) \\$', (TOP / 'deploy/Dockerfile').read_text(),
                               re.MULTILINE))
        needed = run('readelf', '-d', GATEWAY).stdout
        for library in re.findall(r'\(NEEDED\).*\[(.+)\]', needed):
            owners = {line.split(':')[0] for line in run('dpkg', '-S', f'*/{library}').stdout.splitlines()}
            self.assertTrue(owners & (image | {'libc6'}), f'{library} of {owners} is not in deploy/Dockerfile')

    def test_the_values_of_the_page_start(self):
        """The configuration in them is right once the chart has set what it sets."""
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            values = folder / 'values.yaml'
            values.write_text(re.search(r'^```yaml values\.yaml\n(.*?)^```$', INSTALL, re.M | re.S)[1])
            done = template('--values', values)
            self.assertEqual(done.returncode, 0, done.stderr)
            objects = {item['kind']: item for item in yaml.safe_load_all(done.stdout) if item}
            config = folder / 'gateway.yaml'
            config.write_text(objects['ConfigMap']['data']['gateway.yaml'])
            (container,) = objects['StatefulSet']['spec']['template']['spec']['containers']
            checked = run(GATEWAY, '--config', config, *container['args'][2:], '--check-config')
            self.assertEqual(checked.returncode, 0, checked.stderr)
            # The secrets that the page makes are those that the chart mounts.
            made = set(re.findall(r'create secret generic (\S+)', INSTALL))
            mounted = {v['secret']['secretName'] for v in
                       objects['StatefulSet']['spec']['template']['spec']['volumes'] if 'secret' in v}
            self.assertEqual(made, mounted)
            mounts = [m['mountPath'] for m in container['volumeMounts']]
            for file in re.findall(r'file: (\S+)', config.read_text()):
                self.assertTrue(any(file.startswith(path + '/') for path in mounts), file)

    def check(self, folder, name, *settings):
        text = (TOP / 'deploy/config' / name).read_text()
        file = folder / name
        file.write_text(text.replace('/etc/kap-gateway', str(folder)).replace('/var/lib/kap-gateway', str(folder)))
        return subprocess.run([GATEWAY, '--config', file, '--check-config', *settings], text=True,
                              capture_output=True, env={**os.environ, 'PAYER_TOKEN': 'secret'}, check=False)

    def test_example_configurations_are_accepted(self):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            (folder / 'tls').mkdir()
            (folder / 'secrets/hospital-ehr').mkdir(parents=True)
            (folder / 'secrets/hospital-ehr/token').write_text('secret')
            made = run('openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes',
                       '-keyout', folder / 'tls/tls.key', '-out', folder / 'tls/tls.crt', '-subj', '/CN=gateway',
                       '-days', '2')
            self.assertEqual(made.returncode, 0, made.stderr)
            shutil.copy(folder / 'tls/tls.crt', folder / 'tls/ca.crt')
            for example in sorted((TOP / 'deploy/config').glob('*.yaml')):
                with self.subTest(example=example.name):
                    done = self.check(folder, example.name)
                    self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_a_wrong_field_is_named(self):
        with tempfile.TemporaryDirectory() as name:
            done = self.check(pathlib.Path(name), 'development.yaml', '--set', 'store.paht=x')
            self.assertNotEqual(done.returncode, 0)
            self.assertIn('paht', done.stdout + done.stderr)


if __name__ == '__main__':
    if yaml is None or shutil.which('helm') is None:
        print('SKIPPED: helm or python3-yaml is not installed (scripts/setup)')
        sys.exit(0)
    unittest.main()
