#ifndef GATEWAY_CTL_TABLE_H_
#define GATEWAY_CTL_TABLE_H_

#include <string>
#include <utility>
#include <vector>

namespace kgw::ctl {

// Lines up columns for people. Width is counted in characters of UTF-8; the last column is not
// padded. Nothing is cut: a script should ask for --json instead.
class Table {
 public:
  explicit Table(std::vector<std::string> headings) { rows_.push_back(std::move(headings)); }
  // A cell is one line of printable text, whatever it was made of.
  void Add(std::vector<std::string> row);
  bool empty() const { return rows_.size() == 1; }
  // With `colour`, states that need somebody stand out in the column headed STATE: what waits is
  // yellow, what failed is red.
  std::string Render(bool colour = false) const;
  // To stdout; in colour on a terminal, unless NO_COLOR is set.
  void Print() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace kgw::ctl

#endif  // GATEWAY_CTL_TABLE_H_
