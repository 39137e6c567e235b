#include "gateway/ctl/names.h"

#include <algorithm>
#include <cctype>
#include <numeric>

#include "gateway/base/strings.h"
#include "kap/v1/record.pb.h"

namespace kgw::ctl {
namespace {

bool SameLetter(char a, char b) {
  return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
}

// How many letters must be put in, taken out or changed to make one of the other.
size_t Distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t before = row[0]++;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t changed = before + (SameLetter(a[i - 1], b[j - 1]) ? 0 : 1);
      before = row[j];
      row[j] = std::min({changed, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

}  // namespace

std::vector<std::string> RecordTypes() {
  const auto* content = kap::v1::Record::descriptor()->FindOneofByName("content");
  std::vector<std::string> types;
  for (int i = 0; i < content->field_count(); ++i) {
    types.push_back(content->field(i)->message_type()->name());
  }
  return types;
}

absl::Status CheckName(std::string_view what, std::string_view name,
                       const std::vector<std::string>& known) {
  std::string all;
  std::string nearest;
  size_t least = name.size() / 2 + 1;
  for (const std::string& candidate : known) {
    if (candidate == name) return absl::OkStatus();
    StrAppend(&all, all.empty() ? "" : ", ", candidate);
    const size_t distance = name.size() > 256 ? least : Distance(name, candidate);
    if (distance < least) {
      least = distance;
      nearest = candidate;
    }
  }
  std::string text = StrCat("there is no ", what, " ", name);
  if (!nearest.empty()) {
    StrAppend(&text, "; did you mean ", nearest, "?");
  } else {
    StrAppend(&text, known.empty() ? "" : "; there are: ", all);
  }
  return absl::InvalidArgumentError(text);
}

}  // namespace kgw::ctl
