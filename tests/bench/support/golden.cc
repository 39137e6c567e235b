#include "tests/bench/support/golden.h"

#include <google/protobuf/util/json_util.h>

#include <fstream>
#include <iterator>

#include "tests/bench/support/program.h"

namespace kgw::bench {

std::string GoldenText(const std::string& path) {
  std::ifstream in(path);
  std::string text((std::istreambuf_iterator<char>(in)), {});
  if (text.empty()) Die(path + " is not there; run this from the top of the tree");
  return text;
}

kap::v1::Record RecordOf(const std::string& text) {
  kap::v1::Record record;
  if (!google::protobuf::util::JsonStringToMessage(text, &record).ok()) {
    Die("a golden file is no record");
  }
  return record;
}

}  // namespace kgw::bench
