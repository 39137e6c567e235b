#ifndef GATEWAY_BASE_JSON_READER_H_
#define GATEWAY_BASE_JSON_READER_H_

#include <cstddef>
#include <memory>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gateway/base/json.h"

// The one place where a text is parsed; shared by ParseEvents and Document. Not for other rooms.
namespace kgw::json::internal {

// A private copy of a text, followed by zeros: the parser unescapes inside it.
struct Buffer {
  std::unique_ptr<char[]> bytes;
  size_t size = 0;
};

// Checks size and encoding before anything is parsed.
absl::StatusOr<Buffer> MakeBuffer(std::string_view text, const Limits& limits);

// Like ParseEvents, but the views given to the handler point into the buffer and live as long.
absl::Status ParseBuffer(Buffer& buffer, EventHandler& handler, const Limits& limits);

}  // namespace kgw::json::internal

#endif  // GATEWAY_BASE_JSON_READER_H_
