#ifndef GATEWAY_INTAKE_RECORD_STREAM_H_
#define GATEWAY_INTAKE_RECORD_STREAM_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/base/mutex.h"
#include "gateway/base/violation.h"
#include "gateway/intake/admission_budget.h"
#include "gateway/intake/intake.h"
#include "gateway/intake/stream_registry.h"

namespace kgw::intake {

// One message of a sender's stream. Exactly one part is there, but where `wrong` says what is not
// as it should be.
struct StreamInput {
  struct Options {
    bool exceptions_only = false;  // answer only what is not plainly mapped
  };
  std::optional<Options> options;
  std::optional<std::string> record;  // wire form of kap.v1.Record
  std::optional<FieldViolation> wrong;
};

// What became of one record of a stream, by its place in it, from 1.
struct StreamResult {
  uint64_t sequence = 0;
  absl::StatusOr<Answer> answer;
};

struct StreamAnswer {
  uint64_t acked_through = 0;  // every record up to this one has had its last word
  std::vector<StreamResult> results;
};

// The way to a sender and back. Each function begins something and returns; none may call the
// stream before it has returned. A stream has at most one Read and one Write under way.
class StreamWire {
 public:
  virtual ~StreamWire() = default;
  virtual void Read() = 0;                       // RecordStream::OnRead follows
  virtual void Write(StreamAnswer answer) = 0;   // RecordStream::OnWritten follows
  virtual void Finish(absl::Status status) = 0;  // nothing follows
};

// The logic of one SubmitStream, whatever carries it. Reads while fewer records are unanswered than
// the window allows and the budget has room, commits in the sender's order, and tells how far all
// is answered. Safe from any thread; must live until Finish has been called and Settle returned.
class RecordStream final : public DrainableStream {
 public:
  // What streams share; outlives them.
  struct Parts {
    AdmissionBudget& budget;
    Intake& intake;
  };
  struct Limits {
    absl::Time deadline = absl::InfiniteFuture();
    uint32_t window = 256;  // unanswered records
  };

  RecordStream(const Parts& parts, StreamWire& wire, std::string caller, const Limits& limits);

  const std::string& caller() const { return caller_; }

  // Begins to read.
  void Start();
  // nullopt: the sender has no more to say.
  void OnRead(std::optional<StreamInput> input);
  // False: nobody takes answers any more.
  void OnWritten(bool ok);
  // The sender has gone.
  void OnCancel();
  void Drain() override;
  // Waits for whoever called Finish to be out of the stream.
  void Settle();

 private:
  void End(absl::Status status) KGW_REQUIRES(mutex_);
  void EndAtMessage(FieldViolation wrong) KGW_REQUIRES(mutex_);
  std::optional<std::string> TakeRecord(StreamInput input) KGW_REQUIRES(mutex_);
  bool Ending() const KGW_REQUIRES(mutex_) { return half_closed_ || end_.has_value(); }
  void ReadMore() KGW_REQUIRES(mutex_);
  void WriteMore() KGW_REQUIRES(mutex_);
  void MaybeFinish() KGW_REQUIRES(mutex_);
  void Admit(std::string record);
  void EndTooLarge(size_t size);
  void Submit(std::string record, AdmissionBudget::Ticket ticket);
  void OnAnswered(uint64_t sequence, absl::StatusOr<Answer> answer);
  void TakeAnswer(uint64_t sequence, absl::StatusOr<Answer> answer) KGW_REQUIRES(mutex_);

  const Parts parts_;
  StreamWire& wire_;
  const std::string caller_;
  const Limits limits_;
  const std::shared_ptr<CommitOrder> order_;
  std::atomic<bool> cancelled_{false};

  Mutex mutex_;
  bool opened_ KGW_GUARDED_BY(mutex_) = false;
  bool exceptions_only_ KGW_GUARDED_BY(mutex_) = false;
  bool reading_ KGW_GUARDED_BY(mutex_) = false;
  bool admitting_ KGW_GUARDED_BY(mutex_) = false;  // a record has been read and waits for room
  bool writing_ KGW_GUARDED_BY(mutex_) = false;
  bool half_closed_ KGW_GUARDED_BY(mutex_) = false;
  bool deaf_ KGW_GUARDED_BY(mutex_) = false;  // the sender takes no more answers
  bool finished_ KGW_GUARDED_BY(mutex_) = false;
  std::optional<absl::Status> end_ KGW_GUARDED_BY(mutex_);
  uint64_t received_ KGW_GUARDED_BY(mutex_) = 0;
  uint64_t acked_ KGW_GUARDED_BY(mutex_) = 0;
  uint64_t told_ KGW_GUARDED_BY(mutex_) = 0;
  size_t unanswered_ KGW_GUARDED_BY(mutex_) = 0;
  std::set<uint64_t> final_ KGW_GUARDED_BY(mutex_);  // beyond acked_
  std::vector<StreamResult> results_ KGW_GUARDED_BY(mutex_);
};

}  // namespace kgw::intake

#endif  // GATEWAY_INTAKE_RECORD_STREAM_H_
