"""The layers check finds what it forbids, and this tree has none of it."""
import importlib.machinery
import importlib.util
import pathlib
import subprocess
import sys
import tempfile
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]
CHECK = TOP / 'scripts/check-layers'

# file, one line of it, what the complaint says (None: allowed)
CASES = [
    ('gateway/base/ids.cc', '#include "gateway/fhir/issue.h"', 'base may include no other room'),
    ('gateway/fhir/issue.cc', '#include "gateway/base/ids.h"', None),
    ('gateway/fhir/issue.cc', '#include "gateway/record/record.h"', 'fhir may include base'),
    ('gateway/store/a.cc', '#include "gateway/pipeline/pipeline.h"', 'store may include base'),
    ('gateway/delivery/a.cc', '#include "gateway/store/store.h"', None),
    ('gateway/delivery/a.cc', '#include "gateway/fhir/issue.h"', 'delivery may include'),
    ('gateway/pipeline/a.cc', '#include "gateway/store/store.h"', 'only by their clients'),
    ('gateway/pipeline/a.cc', '#include "gateway/store/resource.h"', None),
    ('gateway/server/a.cc', '#include "gateway/store/store.h"', None),
    ('gateway/http/a.cc', '#include "gateway/store/store.h"', 'only by their clients'),
    ('gateway/http/a.cc', '#include <google/protobuf/message.h>', 'generated protobuf'),
    ('gateway/ctl/a.cc', '#include "gateway/server/a.h"', 'ctl may include base'),
    ('gateway/attic/a.cc', '#include "gateway/base/ids.h"', 'not in the table'),
    ('gateway/record/a.cc', '#include "kap/v1/record.pb.h"', None),
    ('gateway/store/a.cc', '#include "kap/v1/record.pb.h"', 'generated protobuf'),
    ('gateway/store/rules/a.cc', '#include "gateway/store/sqlite/batch.h"', 'know no SQL'),
    ('gateway/store/sqlite/a.cc', '#include "gateway/store/rules/ends.h"', None),
    ('gateway/main/a.cc', '#include "gateway/store/sqlite/options.h"', None),
    ('gateway/delivery/a.cc', '#include "gateway/store/rules/ends.h"', 'only in store'),
    ('gateway/base/config_reader.cc', '#include "gateway/config/v1/config.pb.h"', None),
    ('gateway/base/ids.cc', '#include <google/protobuf/message.h>', 'generated protobuf'),
    ('gateway/http/a.cc', '#include <grpcpp/grpcpp.h>', 'gRPC'),
    ('gateway/record/a.cc', '#include "gateway/v1/ingest.grpc.pb.h"', 'gRPC'),
    ('gateway/ctl/a.cc', '#include <grpcpp/grpcpp.h>', None),
    ('gateway/base/json_reader.cc', '#include <rapidjson/reader.h>', None),
    ('gateway/base/json.h', '#include <rapidjson/reader.h>', 'RapidJSON'),
    ('gateway/record/json_text.cc', '  #  include <rapidjson/writer.h>', 'RapidJSON'),
    ('gateway/base/metrics.cc', '#include <prometheus/counter.h>', None),
    ('gateway/main/meters.cc', '#include <prometheus/counter.h>', "Prometheus' library"),
    ('gateway/base/yaml_tree.cc', '#include <yaml-cpp/parser.h>', None),
    ('gateway/main/load.cc', '#include "yaml-cpp/yaml.h"', 'YAML'),
    ('gateway/plugin/loader.cc', '#include <boost/dll/shared_library.hpp>', None),
    ('gateway/plugin/manifest.cc', '#include <boost/dll/shared_library.hpp>', 'Boost.DLL'),
    ('gateway/plugin/loader.cc', '#include "kgw/kgw.h"', None),
    ('gateway/pipeline/a.cc', '#include "kgw/kgw.h"', 'plug-in header'),
    ('gateway/main/main.cc', '#include "plugins/one/a.h"', 'nothing from a plug-in'),
    ('gateway/delivery/a.cc', '#include <sqlite3.h>', 'SQLite'),
    ('gateway/main/a.cc', 'std::mutex mutex_;', 'std::mutex: mutexes are those of gateway/base/mutex.h'),
    ('gateway/main/a.cc', '  const std::lock_guard lock(mutex_);', 'std::lock_guard'),
    ('gateway/base/mutex.h', '  std::mutex mutex_;', None),
    ('plugins/one/a.cc', 'std::mutex mutex_;', None),
    ('plugins/one/a.cc', '#include "kgw/kgw.h"', None),
    ('plugins/one/a.cc', '#include <vector>', None),
    ('plugins/one/a.cc', '#include "a.h"', None),
    ('plugins/one/a.cc', '#include "codes.h"', None),
    ('plugins/one/a.cc', '#include "plugins/common/json.h"', None),
    ('plugins/one/a.cc', '#include <rapidjson/reader.h>', 'RapidJSON is seen only in plugins/common'),
    ('plugins/common/a.cc', '#include <rapidjson/reader.h>', None),
    ('plugins/common/a.cc', '#include "plugins/common/json.h"', None),
    ('plugins/common/a.cc', '#include "kgw/kgw.hpp"', 'depends on nothing of ours'),
    ('plugins/common/a.cc', '#include "plugins/one/a.h"', 'only its own files'),
    ('plugins/sdk/include/kgw/kgw.hpp', '#include "plugins/common/json.h"', 'depends on nothing'),
    ('plugins/one/a.cc', '#include "gateway/base/ids.h"', 'only its own files'),
    ('plugins/one/a.cc', '#include "../two/b.h"', 'only its own files'),
    ('plugins/one/a.cc', '#include "plugins/two/b.h"', 'only its own files'),
    ('plugins/one/a.cc', '#include <absl/strings/str_cat.h>', 'standard library'),
    ('plugins/sdk/include/kgw/kgw.hpp', '#include "kgw/kgw.h"', None),
    ('plugins/sdk/include/kgw/kgw.hpp', '#include <rapidjson/reader.h>', 'depends on nothing'),
]


def check(root):
    return subprocess.run([sys.executable, CHECK, root], capture_output=True, text=True, check=False)


class LayersTest(unittest.TestCase):
    def test_finds_what_it_forbids_and_nothing_else(self):
        for path, line, complaint in CASES:
            with self.subTest(path=path, line=line), tempfile.TemporaryDirectory() as folder:
                root = pathlib.Path(folder)
                for beside in ('plugins/common/json.h', 'plugins/one/a.h', 'plugins/two/b.h'):
                    (root / beside).parent.mkdir(parents=True)
                    (root / beside).write_text('')
                file = root / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text('#include <string>\n' + line + '\n')
                done = check(root)
                if complaint is None:
                    self.assertEqual((done.returncode, done.stdout), (0, ''))
                else:
                    self.assertEqual(done.returncode, 1)
                    self.assertIn(complaint, done.stdout)
                    self.assertIn(f'{path}:2:', done.stdout)

    def test_the_table_has_the_rooms_that_are_there(self):
        loader = importlib.machinery.SourceFileLoader('layers', str(CHECK))
        layers = importlib.util.module_from_spec(importlib.util.spec_from_loader('layers', loader))
        loader.exec_module(layers)
        rooms = {folder.name for folder in (TOP / 'gateway').iterdir() if folder.is_dir()}
        self.assertEqual(layers.ROOMS.keys() | layers.SEES_ALL, rooms)

    def test_this_tree_keeps_to_the_layers(self):
        done = check(TOP)
        self.assertEqual((done.returncode, done.stdout), (0, ''))


if __name__ == '__main__':
    unittest.main()
