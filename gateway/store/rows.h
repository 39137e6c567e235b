#ifndef GATEWAY_STORE_ROWS_H_
#define GATEWAY_STORE_ROWS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "gateway/base/record_key.h"
#include "gateway/store/states.h"
#include "gateway/store/unit.h"

namespace kgw::store {

struct RecordRow {
  RecordKey key;
  std::string patient;
  RecordState state;
  std::string receipt;
  uint32_t resources = 0;
  uint32_t deliveries = 0;
  std::string issues_json;
  std::string signals_json;
  std::string mapper;
  std::string config_hash;
  bool test_data = false;
  absl::Time received_at;
};

struct DeliveryRow {
  DeliveryKey key;
  std::string lane;
  DeliveryState state;
  int attempts = 0;
  absl::Time created_at;
  absl::Time next_due;  // of one in flight: when its lease ends
  int64_t token = 0;    // of its newest claim; 0: never claimed
  DeliveryError error;  // of one that waits for records: how they stand now and what to do
  std::vector<EntryResult> entries;
};

struct RecordQuery {
  std::string tenant;  // required: no statement crosses two tenants
  std::optional<RecordState> state = std::nullopt;
  std::string patient = {};  // empty: any
  std::string type = {};     // empty: any
  // Empty: any; else records that have a delivery to it, in whatever state.
  std::string destination = {};
  int limit = 100;
  std::string page = {};  // token of the page before; empty: the first
};

struct DeliveryQuery {
  std::string tenant;
  std::optional<DeliveryState> state = std::nullopt;
  std::string patient = {};
  std::string destination = {};
  int limit = 100;
  std::string page = {};
};

template <typename Row>
struct Page {
  std::vector<Row> rows;
  std::string next;  // empty: no more
};

// Received = rejected + parked + mapped + superseded; deliveries made = the sum of
// their states, for each destination too; feed rows = billable changes.
struct Ledger {
  std::map<std::string, int64_t> records;     // by state, and "received", "duplicates", "conflicts"
  std::map<std::string, int64_t> deliveries;  // by state, and "created"
  std::map<std::string, std::map<std::string, int64_t>> by_destination;
  std::map<std::string, int64_t> feed;  // "rows", "charges", "voids"
  bool agrees = true;
  std::vector<std::string> disagreements;  // one sentence each
};

struct DestinationDepth {
  std::string destination;
  int64_t pending = 0, held = 0, in_flight = 0, dead = 0;
  int64_t waiting = 0;                         // of those held: for a record, and for no person
  absl::Time oldest = absl::InfiniteFuture();  // when the oldest unended delivery was made
};

}  // namespace kgw::store

#endif  // GATEWAY_STORE_ROWS_H_
