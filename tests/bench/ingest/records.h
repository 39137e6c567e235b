#ifndef TESTS_BENCH_INGEST_RECORDS_H_
#define TESTS_BENCH_INGEST_RECORDS_H_

#include <cstdint>
#include <string>
#include <vector>

namespace kgw::bench {

// Makes records before they are measured, each with a key that no other of this program has.
class RecordSource {
 public:
  // Wire bytes of `count` records made from one golden record, each with a key, a patient (of
  // `patients` many) and values of its own. Dies when the file is not there.
  std::vector<std::string> Make(const std::string& golden, int count, int patients = 97);

 private:
  int64_t next_ = 1;
};

}  // namespace kgw::bench

#endif  // TESTS_BENCH_INGEST_RECORDS_H_
