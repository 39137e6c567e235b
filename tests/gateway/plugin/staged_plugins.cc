#include "tests/gateway/plugin/staged_plugins.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "gateway/base/ids.h"
#include "gateway/base/strings.h"
#include "gateway/plugin/admission.h"

namespace kgw::plugin {
namespace {

// Members that differ between the well-behaved test plug-ins; the broken ones share the rest.
std::map<std::string, std::string> MembersOf(const std::string& name) {
  std::map<std::string, std::string> members = {{"manifest", "1"},
                                                {"id", R"("org.example.broken")"},
                                                {"version", R"("0.1.0")"},
                                                {"license", R"("Apache-2.0")"},
                                                {"abi", R"({"major":1,"minor":0})"},
                                                {"platform", StrCat("\"", HostPlatform(), "\"")},
                                                {"interfaces", R"(["kgw.mapper/1"])"},
                                                {"flags", R"(["thread-safe"])"},
                                                {"services", "[]"},
                                                {"file", StrCat("\"", name, ".so\"")},
                                                {"status", R"("experimental")"}};
  if (name == "good_mapper") {
    members["id"] = R"("org.example.good-mapper")";
    members["version"] = R"("1.2.3")";
  } else if (name == "slow_mapper") {
    members["id"] = R"("org.example.slow-mapper")";
    members["flags"] = "[]";
  } else if (name == "form_mapper") {
    members["id"] = R"("org.example.form-mapper")";
    members["version"] = R"("1.0.0")";
    members["flags"] = R"(["thread-safe","pure"])";
  } else if (name == "good_connector") {
    members["id"] = R"("org.example.good-connector")";
    members["interfaces"] = R"(["kgw.connector/1"])";
    members["services"] = R"([{"id":"kgw.http/1"},{"id":"kgw.state/1"}])";
  } else if (name == "lying_connector" || name == "stuck_connector") {
    members["interfaces"] = R"(["kgw.connector/1"])";
  }
  return members;
}

}  // namespace

std::string LibraryBytes(const std::string& name) {
  std::ifstream file(StrCat(KGW_TEST_PLUGIN_DIR, "/", name, ".so"), std::ios::binary);
  EXPECT_TRUE(file.good()) << name;
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void StagedPlugins::WriteFile(const std::string& name, const std::string& file,
                              std::string_view bytes) {
  std::filesystem::create_directories(folder(name));
  std::ofstream out(folder(name) + "/" + file, std::ios::binary);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  EXPECT_TRUE(out.good());
}

void StagedPlugins::MakePipe(const std::string& name, const std::string& file) {
  std::filesystem::create_directories(folder(name));
  EXPECT_EQ(mkfifo((folder(name) + "/" + file).c_str(), 0600), 0);
}

void StagedPlugins::WriteManifest(const std::string& name, std::string_view text) {
  WriteFile(name, name + ".kgw.json", text);
}

void StagedPlugins::Add(const std::string& name,
                        const std::map<std::string, std::string>& changes) {
  const std::string bytes = LibraryBytes(name);
  std::map<std::string, std::string> members = MembersOf(name);
  members["sha256"] = StrCat("\"", HexOf(Sha256Of(bytes)), "\"");
  for (const auto& [member, text] : changes) members[member] = text;
  std::string manifest;
  for (const auto& [member, text] : members) {
    if (text.empty()) continue;
    StrAppend(&manifest, manifest.empty() ? "{" : ",", "\"", member, "\":", text);
  }
  WriteManifest(name, manifest + "}");
  WriteFile(name, name + ".so", bytes);
}

PluginSetOptions StagedPlugins::Options(std::vector<std::string> names) const {
  PluginSetOptions options;
  options.paths = {path()};
  options.names = std::move(names);
  return options;
}

PluginInfo InfoOf(const PluginSet& set, std::string_view name) {
  for (PluginInfo& info : set.List()) {
    if (info.name == name) return info;
  }
  ADD_FAILURE() << "not listed: " << name;
  return {};
}

}  // namespace kgw::plugin
