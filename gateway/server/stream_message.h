#ifndef GATEWAY_SERVER_STREAM_MESSAGE_H_
#define GATEWAY_SERVER_STREAM_MESSAGE_H_

#include "gateway/intake/record_stream.h"
#include "grpcpp/support/byte_buffer.h"

namespace kgw::server {

// Reads the wire form of a gateway.v1.SubmitStreamRequest and lets go of `message`. Stricter than
// protobuf, which takes the last of several: exactly one field of the schema, and nothing else, may
// be there, or a record would be lost in silence. The record's bytes are copied once.
intake::StreamInput ReadStreamMessage(grpc::ByteBuffer* message);

}  // namespace kgw::server

#endif  // GATEWAY_SERVER_STREAM_MESSAGE_H_
