#ifndef TESTS_GATEWAY_STORE_SAMPLES_H_
#define TESTS_GATEWAY_STORE_SAMPLES_H_

#include <future>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/base/ids.h"
#include "gateway/store/store.h"

// Made-up records for tests of the store.
namespace kgw::store {

inline constexpr char kTenant[] = "demo-clinic";
inline constexpr char kEhr[] = "ehr";

inline RecordKey KeyOf(std::string type, std::string id, int64_t version = 1) {
  return {{kTenant, "kap-ehr", std::move(type), std::move(id)}, version};
}

// A record of one patient with two resources and one delivery to `ehr`, all derived from the key.
inline NewVersion IntakeOf(const RecordKey& key, const std::string& patient,
                           const std::string& content = "content") {
  NewVersion intake;
  intake.key = key;
  intake.patient = patient;
  intake.bytes = absl::StrCat(content, " of ", key.name.type, " ", key.name.id, " ", key.version,
                              std::string(600, 'b'));
  intake.content_hash = Sha256Of(intake.bytes);
  const ResourceIds ids(key.name, patient);
  for (const char* role : {"Encounter", "Observation/bp/1"}) {
    const std::string type = std::string(role).substr(0, std::string(role).find('/'));
    const std::string id = ids.Of(role);
    intake.resources.push_back(
        {role, id, absl::StrCat(R"({"resourceType":")", type, R"(","id":")", id, "\"}")});
  }
  intake.issues_json = R"([{"severity":"information"}])";
  intake.signals_json = "[]";
  const std::string lane =
      patient.empty() ? absl::StrCat(key.name.type, " ", key.name.id) : "Patient " + patient;
  intake.deliveries.push_back({kEhr, lane, DeliveryState::kPending, ""});
  intake.mapper = "kap-mapper 0.1.0";
  intake.config_hash = "c0ffee";
  intake.received_at = absl::FromUnixSeconds(1'780'000'000);
  return intake;
}

inline DeliveryKey To(const RecordKey& key, std::string destination = kEhr) {
  return {key, std::move(destination)};
}

// Waits for the answer.
inline absl::StatusOr<Placement> Commit(Store& store, NewVersion intake) {
  std::promise<absl::StatusOr<Placement>> done;
  auto answer = done.get_future();
  store.Commit(std::move(intake),
               [&](absl::StatusOr<Placement> result) { done.set_value(std::move(result)); });
  return answer.get();
}

inline constexpr char kOwner[] = "gateway";

// As the one owner that most tests have.
inline absl::StatusOr<std::vector<Unit>> Claim(DeliveryQueue& queue, std::string destination,
                                               int limit, absl::Time now,
                                               absl::Time furthest = absl::InfiniteFuture()) {
  auto claimed = queue.Claim({.destination = std::move(destination),
                              .owner = kOwner,
                              .limit = limit,
                              .now = now,
                              .furthest = furthest});
  if (!claimed.ok()) return claimed.status();
  return std::move(claimed->units);
}

// The token of a delivery's newest claim; 0 when there is none.
inline int64_t TokenOf(Store& store, const DeliveryKey& key) {
  const auto rows = store.GetDeliveries(key.record);
  if (!rows.ok()) return 0;
  for (const DeliveryRow& row : *rows) {
    if (row.key == key) return row.token;
  }
  return 0;
}

// As whoever holds the newest claim.
inline absl::Status JournalEntries(Store& store, const DeliveryKey& key,
                                   const std::vector<EntryResult>& entries) {
  return store.JournalEntries(key, TokenOf(store, key), entries);
}
inline absl::Status JournalError(Store& store, const DeliveryKey& key, const DeliveryError& error) {
  return store.JournalError(key, TokenOf(store, key), error);
}
inline absl::Status EndAttempt(Store& store, const DeliveryKey& key, const AttemptEnd& end) {
  return store.EndAttempt(key, TokenOf(store, key), end);
}

// "Encounter/<id>" of a record made by IntakeOf.
inline std::string ReferenceTo(const RecordKey& key, const std::string& patient,
                               const std::string& role) {
  return absl::StrCat(role.substr(0, role.find('/')), "/", ResourceIds(key.name, patient).Of(role));
}

}  // namespace kgw::store

#endif  // TESTS_GATEWAY_STORE_SAMPLES_H_
