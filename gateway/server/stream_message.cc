#include "gateway/server/stream_message.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

#include "gateway/server/byte_buffer.h"
#include "gateway/server/messages.h"
#include "google/protobuf/io/coded_stream.h"

namespace kgw::server {
namespace {

using google::protobuf::io::CodedInputStream;
using intake::StreamInput;

// A tag and a size have at most five and ten bytes.
constexpr size_t kLongestHead = 15;
// Options have one number; what is larger cannot be valid.
constexpr size_t kLongestOptions = 64;

constexpr uint32_t TagOf(int field, uint32_t wire_type) {
  return static_cast<uint32_t>(field) << 3 | wire_type;
}
constexpr uint32_t kVarint = 0;
constexpr uint32_t kBytes = 2;

StreamInput Wrong(std::string field, std::string why) {
  StreamInput message;
  message.wrong = {std::move(field), std::move(why)};
  return message;
}

struct Head {
  std::array<uint8_t, kLongestHead> bytes;
  size_t size = 0;
};

Head HeadOf(const grpc::ByteBuffer& message) {
  Head head;
  std::vector<grpc::Slice> slices;
  if (!message.Dump(&slices).ok()) return head;
  for (const grpc::Slice& slice : slices) {
    const size_t count = std::min(slice.size(), kLongestHead - head.size);
    if (count == 0) continue;
    std::memcpy(head.bytes.data() + head.size, slice.begin(), count);
    head.size += count;
  }
  return head;
}

StreamInput ReadOptions(const std::string& bytes) {
  CodedInputStream in(reinterpret_cast<const uint8_t*>(bytes.data()),
                      static_cast<int>(bytes.size()));
  uint64_t results = 0;
  if (!bytes.empty()) {
    const uint32_t tag = in.ReadTag();
    if (tag != TagOf(pb::StreamOptions::kResultsFieldNumber, kVarint)) {
      return Wrong("options", "has a field that is not in the schema, or of another type");
    }
    if (!in.ReadVarint64(&results)) return Wrong("options.results", "is cut off");
    if (static_cast<size_t>(in.CurrentPosition()) != bytes.size()) {
      return Wrong("options", "has more than the one field of the schema");
    }
  }
  if (results > pb::StreamOptions::Results_MAX ||
      !pb::StreamOptions::Results_IsValid(static_cast<int>(results))) {
    return Wrong("options.results", "must be one of the values in the schema");
  }
  StreamInput message;
  message.options = {.exceptions_only = results == pb::StreamOptions::RESULTS_EXCEPTIONS};
  return message;
}

}  // namespace

intake::StreamInput ReadStreamMessage(grpc::ByteBuffer* message) {
  const size_t total = message->Length();
  const Head head = HeadOf(*message);
  if (head.size == 0) return Wrong("", "the stream's message is empty: send options or a record");
  CodedInputStream in(head.bytes.data(), static_cast<int>(head.size));
  const uint32_t tag = in.ReadTag();
  if (tag == 0) return Wrong("", "the stream's message is not protobuf");
  const int field = static_cast<int>(tag >> 3);
  const bool options = field == pb::SubmitStreamRequest::kOptionsFieldNumber;
  if (!options && field != pb::SubmitStreamRequest::kRecordFieldNumber) {
    return Wrong("", "the stream's message has a field that is not in the schema");
  }
  const std::string name = options ? "options" : "record";
  if ((tag & 7) != kBytes) return Wrong(name, "has the wrong wire type");
  uint64_t size = 0;
  if (!in.ReadVarint64(&size)) return Wrong(name, "is cut off");
  const auto start = static_cast<size_t>(in.CurrentPosition());
  if (size > total - start) return Wrong(name, "is cut off");
  if (size < total - start) {
    return Wrong(name, "is followed by more in one message: send one field in each");
  }
  if (options && size > kLongestOptions) return Wrong(name, "is too long");
  std::string bytes = TakeBytes(message, start);
  if (options) return ReadOptions(bytes);
  StreamInput read;
  read.record = std::move(bytes);
  return read;
}

}  // namespace kgw::server
