#include "gateway/ctl/record_key_text.h"

#include <charconv>
#include <vector>

#include "gateway/base/json.h"
#include "gateway/base/strings.h"

namespace kgw::ctl {
namespace {

constexpr std::string_view kForm =
    "a key is TENANT/SOURCE/TYPE/ID[/VERSION] or the JSON object kapctl prints";

absl::Status BadKey(std::string_view what) {
  return absl::InvalidArgumentError(StrCat(what, "; ", kForm));
}

absl::StatusOr<gateway::v1::RecordKey> FromJson(std::string_view text) {
  const auto document = json::Document::Parse(text);
  if (!document.ok()) return BadKey(document.status().ToString());
  const json::Value& root = document->root();
  gateway::v1::RecordKey key;
  key.set_tenant(std::string(root.TextOf("tenant")));
  key.set_source(std::string(root.TextOf("source")));
  key.set_type(std::string(root.TextOf("type")));
  key.set_id(std::string(root.TextOf("id")));
  if (root.Has("version")) {
    const auto version = root.Find("version").AsInt64();
    if (!version.ok()) return BadKey("version is not an integer");
    key.set_version(*version);
  }
  return key;
}

std::vector<std::string_view> SplitAtSlashes(std::string_view text) {
  std::vector<std::string_view> parts;
  for (size_t start = 0; start <= text.size();) {
    const size_t end = std::min(text.find('/', start), text.size());
    parts.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return parts;
}

absl::StatusOr<gateway::v1::RecordKey> FromPath(std::string_view text) {
  const std::vector<std::string_view> parts = SplitAtSlashes(text);
  if (parts.size() != 4 && parts.size() != 5) return BadKey("the key has not four or five parts");
  gateway::v1::RecordKey key;
  key.set_tenant(std::string(parts[0]));
  key.set_source(std::string(parts[1]));
  key.set_type(std::string(parts[2]));
  key.set_id(std::string(parts[3]));
  if (parts.size() == 5) {
    int64_t version = 0;
    const auto [end, error] =
        std::from_chars(parts[4].data(), parts[4].data() + parts[4].size(), version);
    if (error != std::errc() || end != parts[4].data() + parts[4].size() || version < 0) {
      return BadKey("the version is not a number");
    }
    key.set_version(version);
  }
  return key;
}

}  // namespace

absl::StatusOr<gateway::v1::RecordKey> ParseRecordKey(std::string_view text) {
  auto key = text.starts_with('{') ? FromJson(text) : FromPath(text);
  if (!key.ok()) return key;
  if (key->tenant().empty() || key->source().empty() || key->type().empty() || key->id().empty()) {
    return BadKey("tenant, source, type and id must all be there");
  }
  return key;
}

std::string RecordKeyText(const gateway::v1::RecordKey& key) {
  std::string text = StrCat(key.tenant(), "/", key.source(), "/", key.type(), "/", key.id());
  if (key.version() > 0) StrAppend(&text, "/", key.version());
  return text;
}

}  // namespace kgw::ctl
