#ifndef TESTS_GATEWAY_CTL_TEMPORARY_FOLDER_H_
#define TESTS_GATEWAY_CTL_TEMPORARY_FOLDER_H_

#include <filesystem>
#include <fstream>
#include <string>

namespace kgw::ctl {

// A folder of this test's own, gone with it.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string form = (std::filesystem::temp_directory_path() / "kgw-XXXXXX").string();
    path_ = mkdtemp(form.data());
  }
  ~TemporaryFolder() {
    std::error_code error;
    std::filesystem::remove_all(path_, error);
  }

  std::string Write(const std::string& name, const std::string& text) const {
    const std::filesystem::path file = std::filesystem::path(path_) / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
    return file.string();
  }
  std::string Read(const std::string& name) const {
    std::ifstream in(path_ + "/" + name);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace kgw::ctl

#endif  // TESTS_GATEWAY_CTL_TEMPORARY_FOLDER_H_
