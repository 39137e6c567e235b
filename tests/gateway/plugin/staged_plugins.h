#ifndef TESTS_GATEWAY_PLUGIN_STAGED_PLUGINS_H_
#define TESTS_GATEWAY_PLUGIN_STAGED_PLUGINS_H_

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/plugin/plugin_set.h"
#include "tests/support/folder/temporary_folder.h"

namespace kgw::plugin {

// A folder of plug-ins that a test lays out, gone when the test is.
class StagedPlugins {
 public:
  // Puts the test plug-in NAME there with a right manifest. `changes` replaces members of it by
  // JSON texts; an empty text takes the member away. Members that are not there are added.
  void Add(const std::string& name, const std::map<std::string, std::string>& changes = {});
  // Any text as the manifest of NAME.
  void WriteManifest(const std::string& name, std::string_view text);
  // A pipe that nobody writes to.
  void MakePipe(const std::string& name, const std::string& file);
  void WriteFile(const std::string& name, const std::string& file, std::string_view bytes);

  const std::string& path() const { return folder_.path(); }
  std::string folder(const std::string& name) const { return folder_.File(name); }
  // Options that load these names.
  PluginSetOptions Options(std::vector<std::string> names) const;

 private:
  test::TemporaryFolder folder_;
};

// The bytes of a test plug-in's library.
std::string LibraryBytes(const std::string& name);

// What the list says about one plug-in.
PluginInfo InfoOf(const PluginSet& set, std::string_view name);

}  // namespace kgw::plugin

#endif  // TESTS_GATEWAY_PLUGIN_STAGED_PLUGINS_H_
