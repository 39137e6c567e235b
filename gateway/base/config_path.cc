#include "gateway/base/config_path.h"

#include <utility>

namespace kgw::internal {

bool CutPath(std::string_view path, std::vector<ConfigStep>* steps) {
  while (true) {
    ConfigStep step;
    const size_t end = path.find_first_of(".[");
    step.name = path.substr(0, end);
    if (step.name.empty()) return false;
    path = end == std::string_view::npos ? std::string_view() : path.substr(end);
    if (!path.empty() && path[0] == '[') {
      const size_t close = path.find(']');
      if (close == std::string_view::npos || close == 1) return false;
      step.entry = path.substr(1, close - 1);
      path.remove_prefix(close + 1);
    }
    steps->push_back(std::move(step));
    if (path.empty()) return true;
    if (path[0] != '.') return false;
    path.remove_prefix(1);
  }
}

}  // namespace kgw::internal
