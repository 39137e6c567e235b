#ifndef GATEWAY_DELIVERY_JOURNAL_H_
#define GATEWAY_DELIVERY_JOURNAL_H_

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "gateway/plugin/connector.h"
#include "gateway/store/store.h"

namespace kgw::delivery {

// Writes down what a connector emits during one attempt, durably before each emit returns. Emits
// that break the contract (a name that is not in the unit, an unknown media type, a broken body)
// are answered INVALID_ARGUMENT and remembered. Used on the call's thread only.
class Journal final : public plugin::EmitSink {
 public:
  // `token` is that of the delivery's claim; `open` are the entries that may be told of.
  Journal(store::DeliveryQueue& queue, const store::DeliveryKey& key, int64_t token,
          std::vector<std::string> open);

  absl::Status OnEmit(const plugin::Emitted& emitted) override;

  // Entries without a result so far, in the unit's order.
  std::vector<std::string> Missing() const;
  // Whether any entry is delivered or linked.
  bool taken() const { return taken_; }
  // The last failure in the far side's words.
  const std::optional<store::DeliveryError>& error() const { return error_; }
  // The first answer of the store that was not OK.
  const absl::Status& store_status() const { return store_status_; }
  // The first rule that the connector broke.
  const absl::Status& contract_status() const { return contract_status_; }

 private:
  absl::Status Handle(const plugin::Emitted& emitted);
  absl::Status OnIntent(std::string_view body);
  absl::Status OnEntries(std::string_view name, std::string_view body);
  absl::Status OnError(std::string_view body);
  absl::Status Write(const std::vector<store::EntryResult>& results);

  store::DeliveryQueue& queue_;
  const store::DeliveryKey& key_;
  const int64_t token_;
  std::vector<std::string> open_;
  std::set<std::string> known_;
  std::set<std::string> announced_;  // by this call's intents
  std::set<std::string> settled_;
  bool taken_ = false;
  std::optional<store::DeliveryError> error_;
  absl::Status store_status_;
  absl::Status contract_status_;
};

}  // namespace kgw::delivery

#endif  // GATEWAY_DELIVERY_JOURNAL_H_
