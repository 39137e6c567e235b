#ifndef GATEWAY_ACCESS_CALLER_H_
#define GATEWAY_ACCESS_CALLER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kgw::access {

// What a caller may do, each right by itself: none includes another.
enum class Grant : uint8_t {
  kSubmit,   // send records, and preview them
  kRead,     // look at states, deliveries, the ledger
  kBodies,   // see records and FHIR resources themselves
  kOperate,  // retry, cancel, hold; test a destination
};

// As the configuration spells it: "submit".
const char* NameOf(Grant grant);
std::optional<Grant> GrantNamed(std::string_view name);

// One who may call, as configured. A tenant or source "*" stands for all.
struct Caller {
  std::string name;
  std::vector<std::string> tenants;
  std::vector<std::string> sources;
  std::vector<Grant> grants;
};

// Who is at the other end of a connection, as its verified certificate says. Everything is empty
// where there is no certificate.
struct Peer {
  std::vector<std::string> dns_names = {};
  std::vector<std::string> uris = {};
  std::string common_name = {};
};

}  // namespace kgw::access

#endif  // GATEWAY_ACCESS_CALLER_H_
