#ifndef GATEWAY_STORE_STORE_H_
#define GATEWAY_STORE_STORE_H_

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/base/ids.h"
#include "gateway/base/record_key.h"

// The protocol between the gateway and what keeps its data. Every implementation keeps these
// promises, and one test suite (tests/gateway/store) holds each to them:
//
// Atomic   What one call changes is changed wholly or not at all. A call that fails leaves the
//          calls beside it untouched.
// Durable  A callback, or a return, with OK comes after the change would survive a power cut.
//          After a failed sync nothing is answered OK until the store has been opened again.
// Ordered  Intake of one thread commits in the order of its calls. Deliveries of one lane are
//          claimed in the order in which their records committed, one at a time.
// Checked  A body whose hash does not fit is never given out: DATA_LOSS.
// Bounded  A full queue and a full disk answer RESOURCE_EXHAUSTED with a delay (RetryDelayOf), and
//          nothing has changed then.
namespace kgw::store {

enum class RecordState : uint8_t { kRejected, kParked, kMapped, kSuperseded, kRetracted };
// The first three have not ended.
enum class DeliveryState : uint8_t {
  kPending,
  kInFlight,
  kHeld,
  kDelivered,
  kDead,
  kWithheld,
  kUnsupported,
  kCancelled,
};
const char* NameOf(RecordState state);    // as in the contract: "mapped"
const char* NameOf(DeliveryState state);  // "in_flight"
bool IsOpen(DeliveryState state);         // has not ended

// --- intake --------------------------------------------------------------------------------------

// One FHIR resource a record became.
struct Resource {
  std::string role;  // "Observation/bp/1"
  std::string id;    // without the type
  std::string json;  // with its id
};

// A delivery to be made when the record commits.
struct NewDelivery {
  std::string destination;
  std::string lane;  // who must wait for whom within the destination, e.g. "Patient P-1"
  DeliveryState state = DeliveryState::kPending;  // or kWithheld, at once, with its reason
  std::string why;
};

// All that one record version brings; stored as one row with its neighbours.
//
// The newest version of a record is the highest that was not rejected. A version below it becomes
// kSuperseded: kept, but without deliveries and without a change to the billing feed. A new newest
// version that is kMapped cancels what is pending or held of older ones; one that is kParked
// cancels nothing, since nothing could take the place of it yet. A rejected record leaves its key
// free: whatever comes next under that key is judged as if it came first, and each rejection is a
// row of its own.
//
// The feed gets one row for each kMapped newest version that is billable (a charge, replacing the
// record's earlier one), and one for the first that is not after one that was (a void).
struct Intake {
  RecordKey key;
  std::string patient;
  RecordState state = RecordState::kMapped;  // kRejected, kParked or kMapped
  Sha256 content_hash{};
  std::string bytes;  // as received; empty for a rejected record, whose body is not kept
  std::vector<Resource> resources;
  std::string issues_json;             // array of OperationOutcome.issue
  std::string signals_json;            // array of {code, text, resource}
  std::vector<RecordName> references;  // prerequisites of its deliveries
  std::vector<NewDelivery> deliveries;
  bool billable = false;  // the store makes the feed row
  bool test_data = false;
  std::string mapper;       // identity of the plug-in that mapped it
  std::string config_hash;  // of the configuration it was mapped under
  absl::Time received_at;
  // Asked on the writer's thread when it is this record's turn, after all that was queued before it
  // has been answered; a failure is the answer, and nothing is kept. Empty: it is wanted.
  std::function<absl::Status()> still_wanted = {};
};

enum class IntakeVerdict : uint8_t {
  kStored,     // a new row in `state` (kSuperseded when a newer version is stored already)
  kDuplicate,  // same key, same content: nothing changed but a counter
  kConflict,   // same key, other content: nothing changed but a counter
};

struct IntakeResult {
  IntakeVerdict verdict = IntakeVerdict::kStored;
  RecordState state = RecordState::kMapped;  // of the stored version
  std::string receipt;                       // the same for every submission of this content
  uint32_t resources = 0;
  uint32_t deliveries = 0;  // of this version
  std::string issues_json;  // as stored, so that a duplicate is told the same
  std::string signals_json;
};

// --- delivery ------------------------------------------------------------------------------------

struct DeliveryKey {
  RecordKey record;
  std::string destination;
  friend auto operator<=>(const DeliveryKey&, const DeliveryKey&) = default;
};

// What the far side said about a failure, in its own words.
struct DeliveryError {
  std::string error_class;  // "unavailable", "rejected", "unlinked", "waiting", ...
  int http_status = 0;
  std::string request_id;
  std::string text;
  // Attempts that have failed since it was made or a person set it going again, this one included;
  // and how many of the last ones in a row with this class.
  int tries = 0;
  int in_a_row = 0;
};

// What became of one resource at the far side.
struct EntryResult {
  std::string resource;  // "Observation/<our id>"
  std::string state;     // "delivered", "linked", "unsupported", "intended"
  std::string remote;    // "Observation/123"; empty while only intended
  std::string remote_version;
};

// A claimed delivery with all that a connector needs.
struct Unit {
  DeliveryKey key;
  std::string lane;
  int attempt = 1;     // this one included; those that sent nothing are not counted
  DeliveryError last;  // what the attempt before met; empty when there was none
  std::vector<Resource> resources;
  std::vector<EntryResult> entries;  // journalled by earlier attempts; also what an earlier
                                     // version intended and never learned the end of
  // By our "Type/id": this record's resources placed there before, and all that it refers to.
  std::map<std::string, EntryResult> remotes;
  std::vector<Resource> withdrawn;  // placed there by earlier versions, or intended without a
                                    // known end, and gone in this one
  // Prerequisites not yet delivered or linked there that may still come: not those whose newest
  // delivery there is unsupported, withheld, or (but for a patient) cancelled by a person, and not
  // those that wait for this one in a circle of which it is the oldest: it goes before them.
  std::vector<RecordName> waits_for;
  bool test_data = false;
};

// How an attempt ended.
struct AttemptEnd {
  DeliveryState state = DeliveryState::kDelivered;  // or kPending (again later), kHeld, kDead, ...
  absl::Time next_due = absl::InfinitePast();       // for kPending
  DeliveryError error;
  bool sent = true;  // false: no connector was asked, so this was no attempt and is not counted
  // For kHeld: woken when one of these is delivered, or will never come.
  std::vector<RecordName> waits_for;
};

// --- reading -------------------------------------------------------------------------------------

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
  absl::Time next_due;
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

// Received = rejected + parked + mapped + superseded + retracted; deliveries made = the sum of
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

// --- the store -----------------------------------------------------------------------------------

// Safe from any thread. Writes queue to one writer; callbacks run on the writer's thread after the
// commit, must return quickly, and must not wait for another call of the store. A store closes (its
// destructor) after all that was queued has been answered.
class Store {
 public:
  virtual ~Store() = default;

  // The answer to a submission, before the cost of mapping it: kDuplicate or kConflict when this
  // key is stored, nullopt when it is not. Counts nothing; CommitIntake decides and counts.
  virtual absl::StatusOr<std::optional<IntakeResult>> FindDuplicate(const RecordKey& key,
                                                                    const Sha256& content_hash) = 0;
  // RESOURCE_EXHAUSTED with a delay when the queue is full (at once, through the callback).
  virtual void CommitIntake(Intake intake,
                            std::function<void(absl::StatusOr<IntakeResult>)> done) = 0;

  // Claims up to `limit` due lane heads of a destination: they become in_flight, durably, and are
  // this process's until EndAttempt. Tenants take turns, and what has been tried before takes turns
  // with what has not. One due after `furthest`, which is later than any time ever given to
  // EndAttempt, was written under another clock: it is due too. Deliveries found in flight when a
  // store is opened are pending again, since their process is gone. A lane's head is its oldest
  // delivery that has not ended, or what that one waits for in the same lane; while the head is
  // held, in flight or not yet due, the lane waits. A delivery whose stored body is damaged becomes
  // dead (class "damaged") and is left out.
  virtual absl::StatusOr<std::vector<Unit>> Claim(std::string_view destination, int limit,
                                                  absl::Time now, absl::Time furthest) = 0;
  absl::StatusOr<std::vector<Unit>> Claim(std::string_view destination, int limit, absl::Time now) {
    return Claim(destination, limit, now, absl::InfiniteFuture());
  }
  // When the next lane head of a destination falls due; InfiniteFuture when none waits.
  virtual absl::StatusOr<absl::Time> NextDue(std::string_view destination) = 0;
  // Durable on return. Journals what became of entries (state "intended" before a request that
  // makes something there, "withdrawn" once it is certain that none did: the intent's line is
  // erased, unless an earlier attempt had left one). Taken in any state, since it says what
  // happened; an entry's newer result replaces the older one.
  virtual absl::Status JournalEntries(const DeliveryKey& key,
                                      const std::vector<EntryResult>& entries) = 0;
  virtual absl::Status JournalError(const DeliveryKey& key, const DeliveryError& error) = 0;
  // Ends the attempt and lets the lane go on (or wait); wakes lanes held for this record once it is
  // there or will never come (see Unit::waits_for).
  // FAILED_PRECONDITION unless in flight. kPending and kHeld become kCancelled when a newer version
  // has taken its place; kHeld becomes kPending when one of waits_for has been delivered
  // meanwhile, or will never come.
  // When kHeld closes a circle of deliveries that wait for nothing but each other, the oldest of
  // them becomes kPending.
  virtual absl::Status EndAttempt(const DeliveryKey& key, const AttemptEnd& end) = 0;
  // An operator's hand; FAILED_PRECONDITION when the state does not allow it.
  // Held, dead or pending becomes pending and due now, unless a newer version replaced it.
  virtual absl::Status RetryDelivery(const DeliveryKey& key, std::string_view why) = 0;
  // Pending, held or dead becomes cancelled; what waits for it goes on without it, unless it is of
  // a patient.
  virtual absl::Status CancelDelivery(const DeliveryKey& key, std::string_view why) = 0;
  // Pending becomes held.
  virtual absl::Status HoldDelivery(const DeliveryKey& key, std::string_view why) = 0;

  // NOT_FOUND when there is none. Version 0: the newest.
  virtual absl::StatusOr<RecordRow> GetRecord(const RecordKey& key) = 0;
  virtual absl::StatusOr<std::string> GetRecordBytes(const RecordKey& key) = 0;
  virtual absl::StatusOr<std::vector<Resource>> GetResources(const RecordKey& key) = 0;
  virtual absl::StatusOr<std::vector<DeliveryRow>> GetDeliveries(const RecordKey& key) = 0;
  // Which record, in its newest version, owns the resource with this id (without the type).
  virtual absl::StatusOr<RecordKey> FindResource(std::string_view tenant,
                                                 std::string_view resource_id) = 0;
  // Newest first. A page may hold fewer rows than asked for, even none, and still name a next one.
  virtual absl::StatusOr<Page<RecordRow>> ListRecords(const RecordQuery& query) = 0;
  virtual absl::StatusOr<Page<DeliveryRow>> ListDeliveries(const DeliveryQuery& query) = 0;
  // Recounts everything of a tenant from the rows and compares with the running counters.
  virtual absl::StatusOr<Ledger> CheckLedger(std::string_view tenant) = 0;
  virtual absl::StatusOr<std::vector<std::string>> Tenants() = 0;
  virtual absl::StatusOr<std::vector<DestinationDepth>> Depths() = 0;
  // Of these tenants only; an unknown one has none.
  virtual absl::StatusOr<std::vector<DestinationDepth>> DepthsOf(
      const std::vector<std::string>& tenants) = 0;

  // Small durable values of plug-ins (kgw.state/1).
  virtual absl::StatusOr<std::string> GetState(std::string_view plugin, std::string_view tenant,
                                               std::string_view key) = 0;
  virtual absl::Status PutState(std::string_view plugin, std::string_view tenant,
                                std::string_view key, std::string_view value) = 0;

  // Called on the writer's thread after commits that made deliveries due; at most one listener. The
  // one before is not running any more when this returns, so it must not be called from a listener.
  virtual void OnDeliveriesDue(std::function<void()> listener) = 0;
  // OK until the store has failed for good; else why. Only opening it anew helps.
  virtual absl::Status Health() = 0;
  // OK while there is room for what is written; else RESOURCE_EXHAUSTED, as the last write was
  // answered. Passes by itself once there is room, also when nobody writes.
  virtual absl::Status Room() { return absl::OkStatus(); }
  // What may still be written on the store's volume, in bytes; UNIMPLEMENTED where there is none.
  virtual absl::StatusOr<int64_t> FreeBytes() { return absl::UnimplementedError(""); }
};

}  // namespace kgw::store

#endif  // GATEWAY_STORE_STORE_H_
