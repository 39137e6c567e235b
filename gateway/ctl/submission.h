#ifndef GATEWAY_CTL_SUBMISSION_H_
#define GATEWAY_CTL_SUBMISSION_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gateway/ctl/client.h"
#include "gateway/ctl/record_files.h"

namespace kgw::ctl {

// A record on its way, and what was answered.
struct Submitted {
  RecordText text;
  gateway::v1::RecordKey key;
  absl::Status status;  // of the call; the response counts when it is OK
  gateway::v1::SubmitResponse response;
};

// Sends records with a bounded number unanswered, over one stream or as single calls. What the
// gateway has no room for is sent again after the time it names, for as long as `wait` without an
// answer in between. A record larger than the gateway takes is answered INVALID_ARGUMENT, and the
// others go on. One thread calls it; answers come to `answered` on that thread or another, one at a
// time.
class Submission {
 public:
  virtual ~Submission() = default;
  // Waits while too many are unanswered. UNAVAILABLE once the gateway is gone, DEADLINE_EXCEEDED
  // when it has not answered for the client's time-out, or what it answered last once the wait is
  // over.
  virtual absl::Status Send(RecordText text, std::string wire, gateway::v1::RecordKey key) = 0;
  // Waits for every answer.
  virtual absl::Status Finish() = 0;
};

using AnswerHandler = std::function<void(const Submitted&)>;

std::unique_ptr<Submission> StreamSubmission(const Client& client, int in_flight,
                                             absl::Duration wait, AnswerHandler answered);
std::unique_ptr<Submission> UnarySubmission(const Client& client, int in_flight,
                                            absl::Duration wait, AnswerHandler answered);

}  // namespace kgw::ctl

#endif  // GATEWAY_CTL_SUBMISSION_H_
