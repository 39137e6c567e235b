#ifndef PLUGINS_FHIR_REST_JOURNAL_H_
#define PLUGINS_FHIR_REST_JOURNAL_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "failure.h"
#include "kgw/kgw.hpp"

namespace kgw::fhir_rest {

// What became of one entry.
struct Settled {
  std::string state;  // "delivered", "linked" or "unsupported"
  std::string remote;
  std::string version;
  int http_status = 0;
  std::string request_id;
};

// Tells the host what is about to happen and what happened. Durable on return; throws EmitFailed
// when the host could not make it so.
class Journal {
 public:
  explicit Journal(const sdk::Item& item) : item_(item) {}

  // Before a request that makes something at each sending.
  void Intend(const std::vector<std::string>& entries);
  // Once it is certain that no request of this call has made them.
  void Withdraw(const std::vector<std::string>& entries);
  // All of them in one emit, so that they become durable together.
  void Settle(const std::vector<std::pair<std::string, Settled>>& entries);
  void Report(const Failure& failure);
  // For people, without anything from the record.
  void Say(int32_t severity, std::string_view code, std::string_view entry, std::string_view text);

 private:
  void Emit(std::string_view media_type, const std::string& body);
  void EmitIntent(const std::vector<std::string>& entries, bool withdrawn);

  const sdk::Item& item_;
};

}  // namespace kgw::fhir_rest

#endif  // PLUGINS_FHIR_REST_JOURNAL_H_
