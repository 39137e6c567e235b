// growth_main FOLDER [MINOR REFUSAL]: loads the plug-ins of FOLDER and has each of them do its
// work.
//
// Built with the kgw.h of today or with a grown one, and given plug-ins that were built with
// another one: whoever knows more must get along with whoever knows less. With MINOR the manifests
// ask for a host of that minor version, and each is to be refused with the sentence REFUSAL.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "gateway/base/ids.h"
#include "gateway/base/strings.h"
#include "gateway/plugin/admission.h"
#include "gateway/plugin/plugin_set.h"
#include "tests/gateway/plugin/local_server.h"

namespace kgw::plugin {
namespace {

constexpr absl::Duration kTimeout = absl::Seconds(20);
bool failed = false;

void Expect(const std::string& what, const std::string& expected, const std::string& found) {
  if (expected == found) return;
  failed = true;
  std::printf("%s: expected \"%s\", found \"%s\"\n", what.c_str(), expected.c_str(), found.c_str());
}

struct Sample {
  std::string name;
  std::string id;
  std::string version;
  std::string interface;
  std::string flags;
  std::string services;
};

const std::vector<Sample>& Samples() {
  constexpr char kBoth[] = R"({"id":"kgw.http/1"},{"id":"kgw.state/1"})";
  static const std::vector<Sample> samples = {
      {"plain_c", "org.example.plain-c", "0.1.0", KGW_MAPPER, R"("thread-safe","pure")", ""},
      {"good_mapper", "org.example.good-mapper", "1.2.3", KGW_MAPPER, R"("thread-safe")", ""},
      {"plain_connector", "org.example.plain-connector", "0.1.0", KGW_CONNECTOR, R"("thread-safe")",
       kBoth},
      {"good_connector", "org.example.good-connector", "0.1.0", KGW_CONNECTOR, R"("thread-safe")",
       kBoth}};
  return samples;
}

void Lay(const std::string& from, const std::string& to, const Sample& sample,
         const std::string& minor) {
  std::ifstream file(StrCat(from, "/", sample.name, ".so"), std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  const std::string folder = StrCat(to, "/", sample.name);
  std::filesystem::create_directories(folder);
  std::ofstream(StrCat(folder, "/", sample.name, ".so"), std::ios::binary) << bytes;
  std::ofstream(StrCat(folder, "/", sample.name, ".kgw.json"))
      << R"({"manifest":1,"id":")" << sample.id << R"(","version":")" << sample.version
      << R"(","license":"Apache-2.0","abi":{"major":1,"minor":)" << minor << R"(},"platform":")"
      << HostPlatform() << R"(","interfaces":[")" << sample.interface << R"("],"flags":[)"
      << sample.flags << R"(],"services":[)" << sample.services << R"(],"file":")" << sample.name
      << R"(.so","status":"experimental","sha256":")" << HexOf(Sha256Of(bytes)) << "\"}";
}

class MemoryStore : public StateStore {
 public:
  absl::StatusOr<std::string> GetState(std::string_view, std::string_view,
                                       std::string_view key) override {
    const auto found = values_.find(std::string(key));
    if (found == values_.end()) return absl::NotFoundError("none");
    return found->second;
  }
  absl::Status PutState(std::string_view, std::string_view, std::string_view key,
                        std::string_view value) override {
    values_[std::string(key)] = std::string(value);
    return absl::OkStatus();
  }

 private:
  std::map<std::string, std::string> values_;
};

// The last output, or why there is none.
class LastEmit : public EmitSink {
 public:
  absl::Status OnEmit(const Emitted& emitted) override {
    body_ = emitted.body;
    return absl::OkStatus();
  }
  std::string After(const absl::Status& status) const {
    return status.ok() ? body_ : std::string(Std(status.message()));
  }

 private:
  std::string body_;
};

void MapTwo(const PluginSet& set, const std::string& name,
            const std::vector<std::string>& expected) {
  const absl::StatusOr<std::unique_ptr<Mapper>> mapper = set.MakeMapper(name, "{}");
  if (!mapper.ok()) return Expect(name, "a mapper", std::string(Std(mapper.status().message())));
  const std::vector<MapResult> results =
      (*mapper)->Map({{"text/first", "1", "north"}, {"text/second", "2", "north"}}, kTimeout);
  for (size_t i = 0; i < results.size(); ++i) {
    const MapResult& result = results[i];
    Expect(StrCat(name, ": item ", i + 1, " of a batch"), expected[i],
           !result.status.ok() ? std::string(Std(result.status.message()))
           : result.outputs.empty()
               ? "nothing"
               : StrCat(result.outputs[0].media_type, " ", result.outputs[0].body));
  }
}

std::string Deliver(Connector& connector, const std::string& unit) {
  LastEmit emit;
  return emit.After(connector.Deliver("north", unit, emit, kTimeout).status);
}

void Carry(const PluginSet& set, const LocalServer& server) {
  MemoryStore store;
  const auto make = [&](const std::string& name) {
    ConnectorGrant grant;
    grant.instance = name;
    grant.origins = {server.url()};
    grant.state = &store;
    absl::StatusOr<std::unique_ptr<Connector>> made = set.MakeConnector(name, "{}", grant);
    Expect(name, "", std::string(Std(made.status().message())));
    if (!made.ok()) std::exit(1);
    return *std::move(made);
  };
  LastEmit emit;
  const std::unique_ptr<Connector> plain = make("plain_connector");
  Expect("plain_connector: deliver", "X-Third=3 X-Fourth=4 one two",
         Deliver(*plain, server.url("/plain")));
  Expect("plain_connector: probe", "{}", emit.After(plain->Probe(emit, kTimeout).status));
  const std::unique_ptr<Connector> good = make("good_connector");
  Expect("good_connector: keep", "it", Deliver(*good, "keep it"));
  Expect("good_connector: find", "it", Deliver(*good, "find"));
  Expect("good_connector: deliver", "200 none none", Deliver(*good, "POST " + server.url("/good")));
  Expect("good_connector: probe", R"({"software":"with http"})",
         emit.After(good->Probe(emit, kTimeout).status));
}

// Answers with the values of two headers of the request, and with two of its own.
void Echo(Connection& connection) {
  const std::string request = connection.ReadRequest();
  const auto value = [&](const std::string& name) {
    const size_t at = request.find(name + ": ");
    if (at == std::string::npos) return std::string("none");
    const size_t begin = at + name.size() + 2;
    return request.substr(begin, request.find('\r', begin) - begin);
  };
  const std::string body = value("X-First") + " " + value("X-Second");
  connection.Write(StrCat("HTTP/1.1 200 OK\r\nX-Third: 3\r\nX-Fourth: 4\r\nConnection: close\r\n",
                          "Content-Length: ", body.size(), "\r\n\r\n", body));
}

int Run(const std::string& from, const std::string& minor, const std::string& refusal) {
  std::string folder = std::filesystem::temp_directory_path() / "kgw_growth_XXXXXX";
  if (mkdtemp(folder.data()) == nullptr) return 2;
  PluginSetOptions options;
  options.paths = {folder};
  for (const Sample& sample : Samples()) {
    Lay(from, folder, sample, minor);
    options.names.push_back(sample.name);
  }
  const std::unique_ptr<PluginSet> set = PluginSet::Load(std::move(options));
  std::filesystem::remove_all(folder);
  for (const PluginInfo& info : set->List()) Expect(info.name, refusal, info.reason);
  if (failed || !refusal.empty()) return failed ? 1 : 0;
  MapTwo(*set, "plain_c", {"text/first 1", "text/second 2"});
  if (failed) return 1;  // before plug-ins of more parts read what is not there
  MapTwo(*set, "good_mapper", {"text/plain text/first|1|{}", "text/plain text/second|2|{}"});
  const LocalServer server(&Echo);
  Carry(*set, server);
  return failed ? 1 : 0;
}

}  // namespace
}  // namespace kgw::plugin

int main(int argc, char** argv) {
  if (argc != 2 && argc != 4) return 2;
  return kgw::plugin::Run(argv[1], argc == 4 ? argv[2] : "0", argc == 4 ? argv[3] : "");
}
