// A mapper that breaks no rule, for tests of several mappers: of a record it makes one resource
// under the role that its settings name.
#include <string>

#include "kgw/kgw.hpp"

namespace {

constexpr std::string_view kResource = R"({"resourceType":"Basic","code":{"text":"form"}})";

class FormMapper {
 public:
  FormMapper(kgw::sdk::Host, std::string_view config) : role_(SettingOf(config, "role")) {}

  kgw::sdk::Status map(kgw::sdk::Item item) {
    return item.emit("application/fhir+json", role_, kResource);
  }

 private:
  // The value of "name" in {"settings":{"name":"value"}}, which holds no escapes here.
  static std::string SettingOf(std::string_view config, std::string_view name) {
    const std::string before = '"' + std::string(name) + "\":\"";
    const size_t at = config.find(before);
    if (at == config.npos) return {};
    const size_t begin = at + before.size();
    return std::string(config.substr(begin, config.find('"', begin) - begin));
  }

  const std::string role_;
};

}  // namespace

KGW_PLUGIN(FormMapper, "org.example.form-mapper", "1.0.0", "Apache-2.0", KGW_THREAD_SAFE | KGW_PURE)
