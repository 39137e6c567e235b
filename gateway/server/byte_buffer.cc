#include "gateway/server/byte_buffer.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace kgw::server {

std::string TakeBytes(grpc::ByteBuffer* message, size_t from) {
  std::string bytes;
  std::vector<grpc::Slice> slices;
  if (message->Dump(&slices).ok()) {
    bytes.reserve(message->Length() - std::min(from, message->Length()));
    for (const grpc::Slice& slice : slices) {
      const size_t skipped = std::min(from, slice.size());
      from -= skipped;
      bytes.append(reinterpret_cast<const char*>(slice.begin()) + skipped, slice.size() - skipped);
    }
  }
  message->Clear();
  return bytes;
}

grpc::ByteBuffer BufferOf(const google::protobuf::MessageLite& message) {
  grpc::Slice slice(message.ByteSizeLong());
  message.SerializeWithCachedSizesToArray(const_cast<uint8_t*>(slice.begin()));
  return grpc::ByteBuffer(&slice, 1);
}

}  // namespace kgw::server
