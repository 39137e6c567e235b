#include "gateway/plugin/descriptor.h"

#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_join.h"
#include "gateway/base/strings.h"

namespace kgw::plugin {
namespace {

constexpr size_t kMaxText = 256;
constexpr size_t kMaxServices = 16;

// What a plug-in built with version 1.0 of kgw.h has. These never grow: whoever reads a member that
// came later asks KGW_HAS first.
constexpr size_t kFirstPluginSize = 72;
constexpr size_t kFirstMapperSize = 16;
constexpr size_t kFirstConnectorSize = 32;
static_assert(kFirstPluginSize == offsetof(kgw_plugin, interface) + sizeof(void*));
static_assert(kFirstMapperSize == offsetof(kgw_mapper, map) + sizeof(void*));
static_assert(kFirstConnectorSize == offsetof(kgw_connector, probe) + sizeof(void*));

absl::Status Refused(std::string_view field, std::string_view expected, std::string_view found) {
  return absl::FailedPreconditionError(Refusal(field, expected, found));
}

absl::Status CheckText(const char* text, std::string_view field, const std::string& expected) {
  if (text == nullptr) return Refused(field, expected, "NULL");
  const std::string_view found(text, strnlen(text, kMaxText));
  if (found == expected) return absl::OkStatus();
  return Refused(field, StrCat(expected, " as in the manifest"), found);
}

absl::Status CheckServiceList(const kgw_plugin& plugin, const Manifest& manifest) {
  if (plugin.services == nullptr) {
    return Refused("descriptor.services", "a list that ends in NULL", "NULL");
  }
  std::vector<std::string> found;
  for (size_t i = 0; plugin.services[i] != nullptr; ++i) {
    if (i == kMaxServices) {
      return Refused("descriptor.services", "a list that ends in NULL",
                     StrCat("more than ", kMaxServices, " services"));
    }
    found.emplace_back(plugin.services[i], strnlen(plugin.services[i], kMaxText));
  }
  if (found == manifest.services) return absl::OkStatus();
  const auto list = [](const std::vector<std::string>& ids) {
    return ids.empty() ? std::string("none") : absl::StrJoin(ids, ", ");
  };
  return Refused("descriptor.services", StrCat(list(manifest.services), " as in the manifest"),
                 list(found));
}

absl::Status CheckFields(const kgw_plugin& plugin, const Manifest& manifest) {
  // Nothing else of the struct may be read before this is known.
  if (plugin.struct_size < kFirstPluginSize) {
    return Refused("descriptor.struct_size", StrCat("at least ", kFirstPluginSize),
                   StrCat(plugin.struct_size));
  }
  if (plugin.abi_minor != manifest.abi_minor) {
    return Refused("descriptor.abi_minor", StrCat(manifest.abi_minor, " as in the manifest"),
                   StrCat(plugin.abi_minor));
  }
  const struct {
    const char* text;
    std::string_view field;
    const std::string& expected;
  } texts[] = {{plugin.id, "descriptor.id", manifest.id},
               {plugin.version, "descriptor.version", manifest.version},
               {plugin.license, "descriptor.license", manifest.license}};
  for (const auto& t : texts) {
    if (absl::Status s = CheckText(t.text, t.field, t.expected); !s.ok()) return s;
  }
  if (plugin.flags != manifest.flags) {
    return Refused("descriptor.flags", StrCat(NamesOfFlags(manifest.flags), " as in the manifest"),
                   NamesOfFlags(plugin.flags));
  }
  if (absl::Status s = CheckServiceList(plugin, manifest); !s.ok()) return s;
  const struct {
    bool there;
    std::string_view field;
  } functions[] = {{plugin.create != nullptr, "descriptor.create"},
                   {plugin.destroy != nullptr, "descriptor.destroy"},
                   {plugin.interface != nullptr, "descriptor.interface"}};
  for (const auto& f : functions) {
    if (!f.there) return Refused(f.field, "a function", "NULL");
  }
  return absl::OkStatus();
}

template <typename Table>
absl::Status CheckTable(const Table* table, size_t least, std::string_view id) {
  if (table == nullptr) return Refused(id, "a table", "NULL");
  if (table->struct_size < least) {
    return Refused(StrCat(id, ".struct_size"), StrCat("at least ", least),
                   StrCat(table->struct_size));
  }
  return absl::OkStatus();
}

absl::Status ReadTables(Library& library) {
  for (const std::string& id : library.manifest.interfaces) {
    const void* table = library.plugin->interface(id.c_str());
    if (id == KGW_MAPPER) {
      library.mapper = static_cast<const kgw_mapper*>(table);
      if (absl::Status s = CheckTable(library.mapper, kFirstMapperSize, id); !s.ok()) return s;
      if (library.mapper->map == nullptr) return Refused(StrCat(id, ".map"), "a function", "NULL");
    } else {
      library.connector = static_cast<const kgw_connector*>(table);
      if (absl::Status s = CheckTable(library.connector, kFirstConnectorSize, id); !s.ok()) {
        return s;
      }
      if (library.connector->deliver == nullptr) {
        return Refused(StrCat(id, ".deliver"), "a function", "NULL");
      }
      if (library.connector->probe == nullptr) {
        return Refused(StrCat(id, ".probe"), "a function", "NULL");
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<const kgw_plugin*> CallEntry(kgw_entry_fn entry) {
  try {
    const kgw_plugin* plugin = entry(KGW_ABI_MINOR);
    if (plugin != nullptr) return plugin;
    return Refused(KGW_ENTRY_SYMBOL, "a descriptor",
                   "NULL, which means that it cannot serve this host");
  } catch (...) {
    return Refused(KGW_ENTRY_SYMBOL, "a descriptor", "an exception");
  }
}

absl::Status ReadDescriptor(const kgw_plugin* plugin, Library& library) {
  library.plugin = plugin;
  if (absl::Status s = CheckFields(*plugin, library.manifest); !s.ok()) return s;
  try {
    return ReadTables(library);
  } catch (...) {
    return Refused("descriptor.interface", "a table", "an exception");
  }
}

}  // namespace kgw::plugin
