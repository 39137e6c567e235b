#ifndef TESTS_BENCH_SUPPORT_GOLDEN_H_
#define TESTS_BENCH_SUPPORT_GOLDEN_H_

#include <string>

#include "kap/v1/record.pb.h"

namespace kgw::bench {

// A golden file's text. Dies when it is not there.
std::string GoldenText(const std::string& path);

// The record that a golden file's text stands for. Dies when it stands for none.
kap::v1::Record RecordOf(const std::string& text);

}  // namespace kgw::bench

#endif  // TESTS_BENCH_SUPPORT_GOLDEN_H_
