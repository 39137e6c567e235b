#include "gateway/delivery/journal.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/base/json.h"
#include "gateway/delivery/words.h"

namespace kgw::delivery {
namespace {

constexpr json::Limits kEmitLimits{.max_bytes = size_t{4} << 20, .max_depth = 10};
constexpr size_t kReferenceBytes = 256;

absl::StatusOr<store::EntryResult> ReadResult(std::string_view entry, const json::Value& body) {
  store::EntryResult result;
  result.resource = entry;
  const auto state = store::EntryStateOf(body.TextOf("state"));
  if (!state || !store::IsResult(*state)) {
    return absl::InvalidArgumentError(
        "the state of an entry was expected to be delivered, linked or unsupported");
  }
  result.state = *state;
  result.remote = body.TextOf("remote");
  result.remote_version = body.TextOf("version");
  if (result.remote.size() > kReferenceBytes || result.remote_version.size() > kReferenceBytes) {
    return absl::InvalidArgumentError("a remote reference or version is longer than 256 bytes");
  }
  if (store::IsTaken(result.state) && result.remote.empty()) {
    return absl::InvalidArgumentError(
        "an entry that is delivered or linked was expected to say where it lies: `remote`");
  }
  return result;
}

}  // namespace

Journal::Journal(store::DeliveryQueue& queue, const store::DeliveryKey& key, int64_t token,
                 std::vector<std::string> open)
    : queue_(queue),
      key_(key),
      token_(token),
      open_(std::move(open)),
      known_(open_.begin(), open_.end()) {}

absl::Status Journal::OnEmit(const plugin::Emitted& emitted) {
  absl::Status status = Handle(emitted);
  if (absl::IsInvalidArgument(status) && contract_status_.ok() && store_status_.ok()) {
    contract_status_ = status;
  }
  return status;
}

absl::Status Journal::Handle(const plugin::Emitted& emitted) {
  if (emitted.media_type == "application/vnd.kgw.intent+json") return OnIntent(emitted.body);
  if (emitted.media_type == "application/vnd.kgw.entry+json") {
    return OnEntries(emitted.name, emitted.body);
  }
  if (emitted.media_type == "application/vnd.kgw.error+json") return OnError(emitted.body);
  return absl::InvalidArgumentError(
      "the media type of an emit was expected to be an intent, an entry or an error of a delivery");
}

absl::Status Journal::OnIntent(std::string_view body) {
  auto document = json::Document::Parse(body, kEmitLimits);
  if (!document.ok()) return document.status();
  const bool withdrawn = document->root().Find("withdrawn").boolean();
  std::vector<store::EntryResult> intents;
  for (const json::Value& value : document->root().Find("entries")) {
    std::string entry(value.text());
    if (!known_.contains(entry)) {
      return absl::InvalidArgumentError("an intent names an entry that is not in the unit");
    }
    // What an earlier call announced, this one cannot know to be nothing.
    if (withdrawn && (!announced_.contains(entry) || settled_.contains(entry))) {
      return absl::InvalidArgumentError(
          "an intent is withdrawn that this call did not announce, or that has its result");
    }
    intents.push_back({std::move(entry),
                       withdrawn ? store::EntryState::kWithdrawn : store::EntryState::kIntended, "",
                       ""});
  }
  if (intents.empty()) return absl::InvalidArgumentError("an intent names no entry");
  if (absl::Status status = Write(intents); !status.ok()) return status;
  for (const store::EntryResult& intent : intents) {
    if (!withdrawn) announced_.insert(intent.resource);
    if (withdrawn) announced_.erase(intent.resource);
  }
  return absl::OkStatus();
}

absl::Status Journal::OnEntries(std::string_view name, std::string_view body) {
  auto document = json::Document::Parse(body, kEmitLimits);
  if (!document.ok()) return document.status();
  std::vector<store::EntryResult> results;
  auto add = [&](std::string_view entry, const json::Value& value) -> absl::Status {
    if (!known_.contains(std::string(entry))) {
      return absl::InvalidArgumentError("a result names an entry that is not in the unit");
    }
    auto result = ReadResult(entry, value);
    if (!result.ok()) return result.status();
    results.push_back(*std::move(result));
    return absl::OkStatus();
  };
  if (!name.empty()) {
    if (absl::Status status = add(name, document->root()); !status.ok()) return status;
  } else {
    for (const json::Value& value : document->root().Find("entries")) {
      if (absl::Status status = add(value.TextOf("entry"), value); !status.ok()) return status;
    }
  }
  if (results.empty()) return absl::InvalidArgumentError("an emit of results names no entry");
  if (absl::Status status = Write(results); !status.ok()) return status;
  for (const store::EntryResult& result : results) {
    settled_.insert(result.resource);
    taken_ = taken_ || store::IsTaken(result.state);
  }
  return absl::OkStatus();
}

absl::Status Journal::OnError(std::string_view body) {
  auto document = json::Document::Parse(body, kEmitLimits);
  if (!document.ok()) return document.status();
  const json::Value& root = document->root();
  store::DeliveryError error;
  error.error_class = ConnectorsClass(root.TextOf("class"));
  if (const auto status = root.Find("http_status").AsInt64(); status.ok()) {
    error.http_status = static_cast<int>(*status);
  }
  error.request_id = FarWords(root.TextOf("request_id"), 256);
  error.text = FarWords(root.TextOf("text"), kLongestText);
  error_ = error;
  absl::Status status = queue_.JournalError(key_, token_, error);
  if (!status.ok() && store_status_.ok()) store_status_ = status;
  return status;
}

absl::Status Journal::Write(const std::vector<store::EntryResult>& results) {
  absl::Status status = queue_.JournalEntries(key_, token_, results);
  if (!status.ok() && store_status_.ok()) store_status_ = status;
  return status;
}

std::vector<std::string> Journal::Missing() const {
  std::vector<std::string> missing;
  for (const std::string& entry : open_) {
    if (!settled_.contains(entry)) missing.push_back(entry);
  }
  return missing;
}

}  // namespace kgw::delivery
