#ifndef GATEWAY_STORE_RESOURCE_H_
#define GATEWAY_STORE_RESOURCE_H_

#include <string>

namespace kgw::store {

// One resource that a record became.
struct Resource {
  std::string role;              // begins with its type: "Observation/bp/1"
  std::string id;                // without the type
  std::string body;              // of FHIR: JSON with its id
  std::string media_type = {};   // empty: FHIR's JSON
  std::string destination = {};  // the only one it is for; empty: everybody's

  // "Observation"
  std::string type() const { return role.substr(0, role.find('/')); }
  // "Observation/<id>"
  std::string reference() const { return type() + "/" + id; }
};

}  // namespace kgw::store

#endif  // GATEWAY_STORE_RESOURCE_H_
