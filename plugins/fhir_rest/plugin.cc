// The connector to EHRs and payers that speak FHIR R4 over REST.

#include "capability.h"
#include "config.h"
#include "deliver.h"
#include "kgw/kgw.hpp"

namespace kgw::fhir_rest {

class FhirRest {
 public:
  FhirRest(sdk::Host host, std::string_view config_json)
      : config_(ReadConfig(config_json)), http_(host) {
    if (!http_) {
      throw sdk::Error(KGW_FAILED_PRECONDITION, "kgw.http/1: expected to be granted, was not");
    }
  }

  sdk::Status deliver(const sdk::Item& item) { return Deliver(config_, http_, cache_, item); }
  sdk::Status probe(const sdk::Call& call) { return Probe(config_, http_, cache_, call); }

 private:
  const Config config_;
  const sdk::Http http_;
  CapabilityCache cache_;
};

}  // namespace kgw::fhir_rest

KGW_PLUGIN(kgw::fhir_rest::FhirRest, "org.kap-gateway.fhir-rest", "0.1.0", "Apache-2.0",
           KGW_THREAD_SAFE, KGW_HTTP)
