#include "gateway/ctl/table.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "gateway/ctl/say.h"

namespace kgw::ctl {
namespace {

constexpr std::string_view kRed = "\033[31m";
constexpr std::string_view kYellow = "\033[33m";
constexpr std::string_view kPlain = "\033[0m";

size_t WidthOf(const std::string& text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

// Empty for what is as it should be.
std::string_view ColourOf(std::string_view state) {
  for (std::string_view waits : {"held", "parked", "circuit_open"}) {
    if (state == waits) return kYellow;
  }
  for (std::string_view failed : {"dead", "rejected", "unsupported", "refused", "plugin_refused"}) {
    if (state == failed) return kRed;
  }
  return "";
}

bool TerminalTakesColour() {
  const char* refused = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  return isatty(STDOUT_FILENO) != 0 && (refused == nullptr || *refused == '\0') &&
         terminal != nullptr && std::string_view(terminal) != "dumb";
}

}  // namespace

void Table::Add(std::vector<std::string> row) {
  for (std::string& cell : row) {
    cell = Printable(cell);
    std::replace(cell.begin(), cell.end(), '\n', ' ');
  }
  rows_.push_back(std::move(row));
}

std::string Table::Render(bool colour) const {
  std::vector<size_t> widths;
  for (const auto& row : rows_) {
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], WidthOf(row[i]));
  }
  std::string out;
  for (const auto& row : rows_) {
    for (size_t i = 0; i < row.size(); ++i) {
      const bool state = colour && i < rows_[0].size() && rows_[0][i] == "STATE";
      const std::string_view shade = state ? ColourOf(row[i]) : "";
      out.append(shade).append(row[i]);
      if (!shade.empty()) out.append(kPlain);
      if (i + 1 < row.size()) out.append(widths[i] - WidthOf(row[i]) + 2, ' ');
    }
    out += '\n';
  }
  return out;
}

void Table::Print() const { std::fputs(Render(TerminalTakesColour()).c_str(), stdout); }

}  // namespace kgw::ctl
