#include "tests/bench/ingest/records.h"

#include "tests/bench/support/golden.h"

namespace kgw::bench {
namespace {

void VaryVitals(int64_t number, kap::v1::Session* session) {
  for (auto& reading : *session->mutable_vitals()) {
    if (!reading.has_heart_rate()) continue;
    reading.set_heart_rate(60 + static_cast<int>((number * 7 + reading.heart_rate()) % 60));
  }
}

}  // namespace

std::vector<std::string> RecordSource::Make(const std::string& golden, int count, int patients) {
  kap::v1::Record record = RecordOf(GoldenText(golden));
  std::vector<std::string> records;
  records.reserve(static_cast<size_t>(count));
  for (const int64_t end = next_ + count; next_ < end; ++next_) {
    const int64_t number = next_;
    record.set_id("BENCH-" + std::to_string(number));
    record.set_patient("BENCH-P-" + std::to_string(number % patients));
    if (record.has_session()) VaryVitals(number, record.mutable_session());
    records.push_back(record.SerializeAsString());
  }
  return records;
}

}  // namespace kgw::bench
