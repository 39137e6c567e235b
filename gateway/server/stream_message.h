#ifndef GATEWAY_SERVER_STREAM_MESSAGE_H_
#define GATEWAY_SERVER_STREAM_MESSAGE_H_

#include <optional>
#include <string>

#include "gateway/base/violation.h"
#include "gateway/server/messages.h"
#include "grpcpp/support/byte_buffer.h"

namespace kgw::server {

// One message of SubmitStream: just one of the three.
struct StreamMessage {
  std::optional<pb::StreamOptions::Results> options = {};
  std::optional<std::string> record = {};
  std::optional<FieldViolation> wrong = {};
};

// Reads the wire form of a gateway.v1.SubmitStreamRequest and lets go of `message`. Stricter than
// protobuf, which takes the last of several: exactly one field of the schema, and nothing else, may
// be there, or a record would be lost in silence. The record's bytes are copied once.
StreamMessage ReadStreamMessage(grpc::ByteBuffer* message);

}  // namespace kgw::server

#endif  // GATEWAY_SERVER_STREAM_MESSAGE_H_
