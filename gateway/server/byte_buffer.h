#ifndef GATEWAY_SERVER_BYTE_BUFFER_H_
#define GATEWAY_SERVER_BYTE_BUFFER_H_

#include <cstddef>
#include <string>

#include "google/protobuf/message_lite.h"
#include "grpcpp/support/byte_buffer.h"

namespace kgw::server {

// What gRPC read, from its byte `from` on, copied once. gRPC would keep its own copy until the call
// ends or reads again; it is let go at once. Empty when it cannot be read.
std::string TakeBytes(grpc::ByteBuffer* message, size_t from = 0);

// The wire form of a message, for gRPC to write.
grpc::ByteBuffer BufferOf(const google::protobuf::MessageLite& message);

}  // namespace kgw::server

#endif  // GATEWAY_SERVER_BYTE_BUFFER_H_
