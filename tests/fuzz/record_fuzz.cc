// Record bytes: no input may crash the decoder, and what it accepts protobuf must read the same.
#include <cstdlib>

#include "gateway/record/record.h"
#include "google/protobuf/util/json_util.h"
#include "kap/v1/record.pb.h"

namespace {

void Require(bool condition) {
  if (!condition) {
    std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const auto record = kgw::record::Decode(bytes, kgw::record::Limits{});
  if (!record.ok()) {
    return 0;
  }
  kap::v1::Record theirs;
  Require(theirs.ParseFromString(bytes));
  // Our JSON, read by protobuf, is the same message.
  kap::v1::Record back;
  Require(google::protobuf::util::JsonStringToMessage(record->json, &back).ok());
  Require(back.SerializeAsString() == theirs.SerializeAsString());
  // And what protobuf writes gives the same JSON again.
  const auto again = kgw::record::Decode(back.SerializeAsString(), kgw::record::Limits{});
  Require(again.ok() && again->json == record->json);
  return 0;
}
