#include "gateway/base/yaml_tree.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <sstream>

#include "gateway/base/strings.h"
#include "gateway/base/utf8.h"

namespace kgw::internal {
namespace {

constexpr size_t kMaxBytes = size_t{1} << 20;
constexpr size_t kMaxNodes = 100'000;
constexpr size_t kMaxDepth = 50;

absl::Status Wrong(std::string_view file, int line, std::string_view what) {
  return absl::InvalidArgumentError(StrCat(file, ":", line, ": ", what));
}

// `line` counts from 0, as yaml-cpp does.
YamlNode NodeAt(YamlNode::Kind kind, int line) {
  YamlNode node;
  node.kind = kind;
  node.line = line + 1;
  return node;
}

// Builds the tree from yaml-cpp's events. yaml-cpp cannot be stopped in the middle, so after the
// first error the rest goes by unread; the text's size bounds that.
class Builder : public YAML::EventHandler {
 public:
  explicit Builder(std::string_view file) : file_(file) {}

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override {
    // yaml-cpp places a value that is not there on the next line.
    const int line = open_.empty() ? mark.line : open_.back().name_line;
    Add(NodeAt(YamlNode::Kind::kNull, line), mark);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    Refuse(mark, "aliases (*name) are not accepted here: write the value out");
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                const std::string& value) override {
    if (AwaitsName()) {
      open_.back().name = value;
      open_.back().has_name = true;
      open_.back().name_line = mark.line;
      const std::vector<std::string>& names = open_.back().node.names;
      if (std::find(names.begin(), names.end(), value) != names.end()) {
        Refuse(mark, "this name stands twice on one level: keep one of them");
      }
      return;
    }
    // "!" marks a quoted scalar.
    YamlNode node = NodeAt(YamlNode::Kind::kScalar, mark.line);
    node.scalar = value;
    node.quoted = tag == "!";
    Add(std::move(node), mark);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {
    Open(YamlNode::Kind::kList, mark);
  }
  void OnSequenceEnd() override { Close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {
    Open(YamlNode::Kind::kMap, mark);
  }
  void OnMapEnd() override { Close(); }

  const absl::Status& status() const { return status_; }
  YamlNode TakeRoot() { return std::move(root_); }

 private:
  struct Frame {
    YamlNode node;
    std::string name;
    bool has_name = false;
    int name_line = 0;
    YAML::Mark mark;
  };

  bool AwaitsName() const {
    return status_.ok() && !open_.empty() && open_.back().node.kind == YamlNode::Kind::kMap &&
           !open_.back().has_name;
  }

  void Refuse(const YAML::Mark& mark, std::string_view what) {
    if (status_.ok()) status_ = Wrong(file_, mark.line + 1, what);
  }

  void Open(YamlNode::Kind kind, const YAML::Mark& mark) {
    if (AwaitsName()) Refuse(mark, "a name is expected here, not a list or a map");
    if (open_.size() >= kMaxDepth) Refuse(mark, "nested deeper than 50 levels");
    if (!status_.ok()) return;
    Frame& frame = open_.emplace_back();
    frame.node = NodeAt(kind, mark.line);
    frame.name_line = mark.line;
    frame.mark = mark;
  }

  void Close() {
    if (!status_.ok()) return;
    Frame frame = std::move(open_.back());
    open_.pop_back();
    Add(std::move(frame.node), frame.mark);
  }

  void Add(YamlNode node, const YAML::Mark& mark) {
    if (AwaitsName()) Refuse(mark, "a name is expected here");
    if (++nodes_ > kMaxNodes) Refuse(mark, "more than 100000 values");
    if (!status_.ok()) return;
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Frame& parent = open_.back();
    if (parent.node.kind == YamlNode::Kind::kMap) {
      node.name_line = parent.name_line + 1;
      parent.node.names.push_back(std::move(parent.name));
      parent.has_name = false;
    }
    parent.node.items.push_back(std::move(node));
  }

  std::string_view file_;
  absl::Status status_;
  YamlNode root_;
  std::vector<Frame> open_;
  size_t nodes_ = 0;
};

}  // namespace

absl::StatusOr<YamlNode> ParseYaml(std::string_view text, std::string_view file_name) {
  if (text.size() > kMaxBytes) return Wrong(file_name, 1, "the file is larger than 1 MiB");
  if (const size_t bad = FindInvalidUtf8(text); bad != std::string_view::npos) {
    const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<long>(bad), '\n');
    return Wrong(file_name, static_cast<int>(line), "a byte is not valid UTF-8");
  }
  Builder builder(file_name);
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    if (parser.HandleNextDocument(builder) && builder.status().ok()) {
      Builder second(file_name);
      if (parser.HandleNextDocument(second)) {
        return Wrong(file_name, 1, "the file holds more than one document (---)");
      }
    }
  } catch (const YAML::Exception& error) {
    return Wrong(file_name, std::max(0, error.mark.line) + 1, error.msg);
  } catch (const std::exception&) {
    return Wrong(file_name, 1, "the file is not YAML");
  }
  if (!builder.status().ok()) return builder.status();
  return builder.TakeRoot();
}

}  // namespace kgw::internal
