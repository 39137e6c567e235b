#ifndef PLUGINS_FHIR_REST_CAPABILITY_H_
#define PLUGINS_FHIR_REST_CAPABILITY_H_

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "json.h"
#include "remote.h"

namespace kgw::fhir_rest {

// What the far side takes of one type.
struct TypeAbility {
  bool create = false;
  bool read = false;
  bool update = false;
  bool remove = false;
  bool search = false;
  bool update_create = false;       // PUT with an id of ours
  bool conditional_create = false;  // If-None-Exist
  bool by_identifier = false;       // R4 gives AdverseEvent no such search parameter
  std::string subject_parameter;    // "subject" or "patient"; empty: neither
  bool versions = true;

  bool CanPutOurs() const { return update && update_create; }
  bool CanWrite() const { return create || CanPutOurs(); }
};

struct Capability {
  std::string software;
  std::string fhir_version;
  bool transaction = false;
  std::map<std::string, TypeAbility, std::less<>> types;

  // All false for a type the far side does not name.
  const TypeAbility& Of(std::string_view type) const;
};

// Reads a CapabilityStatement; throws Failure ("again later") when it is none.
Capability ReadCapability(const Json& statement);
// The body of application/vnd.kgw.probe+json. Of `carried`, those types are reported missing that
// the far side neither takes nor, where finding them is enough, lets us search.
std::string ProbeReport(const Capability& capability, const std::vector<std::string>& carried);

// /metadata, asked for once in a while and after answers that contradict it. Safe from any thread.
class CapabilityCache {
 public:
  std::shared_ptr<const Capability> Get(Remote& remote);
  // Asks anew whatever is remembered.
  std::shared_ptr<const Capability> Fetch(Remote& remote);
  void Forget();
  // It says it takes transactions and did not: no more until /metadata is read again.
  void TransactionRefused();

 private:
  std::mutex mutex_;
  std::shared_ptr<const Capability> known_;
  int64_t good_until_ns_ = 0;  // CLOCK_MONOTONIC
};

}  // namespace kgw::fhir_rest

#endif  // PLUGINS_FHIR_REST_CAPABILITY_H_
