#include "gateway/store/rules/pack.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"

namespace kgw::store {
namespace {

constexpr size_t kLengthBytes = 12;  // before three texts, in most cases

void PackEntry(const EntryResult& entry, std::string* out) {
  PackText(entry.resource, out);
  PackText(NameOf(entry.state), out);
  PackText(entry.remote, out);
  PackText(entry.remote_version, out);
}

EntryResult UnpackEntry(Unpacker& unpacker) {
  EntryResult entry;
  entry.resource = unpacker.Text();
  const std::optional<EntryState> state = EntryStateOf(unpacker.Text());
  entry.remote = unpacker.Text();
  // Of a name that is none, the place alone is believed.
  entry.state =
      state.value_or(entry.remote.empty() ? EntryState::kUnsupported : EntryState::kDelivered);
  entry.remote_version = unpacker.Text();
  return entry;
}

}  // namespace

void PackNumber(uint64_t value, std::string* out) {
  while (value >= 0x80) {
    out->push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out->push_back(static_cast<char>(value));
}

void PackText(std::string_view text, std::string* out) {
  PackNumber(text.size(), out);
  out->append(text);
}

uint64_t Unpacker::Number() {
  uint64_t value = 0;
  for (int shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
    const auto byte = static_cast<uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    value |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) break;
  }
  return value;
}

std::string Unpacker::Text() {
  const uint64_t length = Number();  // before the rest is measured: it takes from it
  const size_t size = std::min<uint64_t>(length, rest_.size());
  std::string text(rest_.substr(0, size));
  rest_.remove_prefix(size);
  return text;
}

std::string PackResources(const std::vector<Resource>& resources) {
  std::string out;
  size_t size = 0;
  for (const Resource& resource : resources) {
    size += resource.role.size() + resource.id.size() + resource.body.size() + kLengthBytes;
  }
  out.reserve(size);
  for (const Resource& resource : resources) {
    if (!resource.media_type.empty() || !resource.destination.empty()) {
      PackText("", &out);
      PackText(resource.media_type, &out);
      PackText(resource.destination, &out);
    }
    PackText(resource.role, &out);
    PackText(resource.id, &out);
    PackText(resource.body, &out);
  }
  return out;
}

std::vector<Resource> UnpackResources(std::string_view packed) {
  std::vector<Resource> resources;
  for (Unpacker unpacker(packed); !unpacker.done();) {
    Resource& resource = resources.emplace_back();
    resource.role = unpacker.Text();
    if (resource.role.empty() && !unpacker.done()) {
      resource.media_type = unpacker.Text();
      resource.destination = unpacker.Text();
      resource.role = unpacker.Text();
    }
    resource.id = unpacker.Text();
    resource.body = unpacker.Text();
  }
  return resources;
}

std::string PackNames(const std::vector<RecordName>& names) {
  std::string out;
  for (const RecordName& name : names) {
    PackText(name.tenant, &out);
    PackText(name.source, &out);
    PackText(name.type, &out);
    PackText(name.id, &out);
  }
  return out;
}

std::vector<RecordName> UnpackNames(std::string_view packed) {
  std::vector<RecordName> names;
  for (Unpacker unpacker(packed); !unpacker.done();) {
    RecordName& name = names.emplace_back();
    name.tenant = unpacker.Text();
    name.source = unpacker.Text();
    name.type = unpacker.Text();
    name.id = unpacker.Text();
  }
  return names;
}

std::string PackError(const DeliveryError& error) {
  std::string out;
  if (error.error_class == ErrorClass::kNone && error.text.empty()) return out;
  PackText(NameOf(error.error_class), &out);
  PackNumber(static_cast<uint64_t>(error.http_status), &out);
  PackText(error.request_id, &out);
  PackText(error.text, &out);
  PackNumber(static_cast<uint64_t>(error.tries), &out);
  PackNumber(static_cast<uint64_t>(error.in_a_row), &out);
  return out;
}

DeliveryError UnpackError(std::string_view packed) {
  DeliveryError error;
  Unpacker unpacker(packed);
  error.error_class = ErrorClassOf(unpacker.Text()).value_or(ErrorClass::kUnknown);
  error.http_status = static_cast<int>(unpacker.Number());
  error.request_id = unpacker.Text();
  error.text = unpacker.Text();
  // Absent in rows of before they were counted.
  error.tries = static_cast<int>(unpacker.Number());
  error.in_a_row = static_cast<int>(unpacker.Number());
  return error;
}

std::string PackEntries(const std::vector<EntryResult>& entries) {
  std::string out;
  for (const EntryResult& entry : entries) PackEntry(entry, &out);
  return out;
}

std::vector<EntryResult> UnpackEntries(std::string_view packed) {
  std::vector<EntryResult> entries;
  for (Unpacker unpacker(packed); !unpacker.done();) entries.push_back(UnpackEntry(unpacker));
  return entries;
}

std::string PackRemotes(const std::vector<RemoteEntry>& entries) {
  std::string out;
  for (const RemoteEntry& remote : entries) {
    PackEntry(remote.entry, &out);
    PackNumber(static_cast<uint64_t>(remote.version), &out);
  }
  return out;
}

std::vector<RemoteEntry> UnpackRemotes(std::string_view packed) {
  std::vector<RemoteEntry> entries;
  for (Unpacker unpacker(packed); !unpacker.done();) {
    RemoteEntry& remote = entries.emplace_back();
    remote.entry = UnpackEntry(unpacker);
    remote.version = static_cast<int64_t>(unpacker.Number());
  }
  return entries;
}

}  // namespace kgw::store
