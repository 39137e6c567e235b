#ifndef GATEWAY_MAIN_CHECK_H_
#define GATEWAY_MAIN_CHECK_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "gateway/main/settings.h"

namespace kgw::main {

// Reads single values of a configuration and notes what is wrong with them.
class Checker {
 public:
  explicit Checker(std::vector<Problem>* problems) : problems_(problems) {}

  void Wrong(const std::string& path, const std::string& text);
  // Keeps `*value` where the text is empty.
  void Duration(const std::string& path, const std::string& text, absl::Duration least,
                absl::Duration most, absl::Duration* value);
  // Keeps `*value` where the number is 0, which stands for absent.
  template <typename T>
  void Number(const std::string& path, uint64_t number, uint64_t least, uint64_t most, T* value) {
    if (number == 0) return;
    if (InRange(path, number, least, most)) *value = static_cast<T>(number);
  }
  // A name for destinations, callers' tenants and the like.
  void Name(const std::string& path, const std::string& name);
  void OneOf(const std::string& path, const std::string& value,
             const std::vector<std::string_view>& choices);
  // Settings of a plug-in: each has a name, and no two have one.
  NamedValues Values(const std::string& path,
                     const google::protobuf::RepeatedPtrField<gateway::config::v1::Setting>& from);
  // ADDRESS:PORT with a numeric address.
  void Listen(const std::string& path, const std::string& listen, bool loopback_only);
  // An absolute http or https URL. `plain` says whether http may leave this machine.
  void Url(const std::string& path, const std::string& url, bool plain);

 private:
  bool InRange(const std::string& path, uint64_t number, uint64_t least, uint64_t most);
  std::vector<Problem>* problems_;
};

// Whether an address, or the host of a URL, is this machine itself.
bool IsLoopback(std::string_view host);

}  // namespace kgw::main

#endif  // GATEWAY_MAIN_CHECK_H_
