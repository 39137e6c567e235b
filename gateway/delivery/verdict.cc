#include "gateway/delivery/verdict.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/delivery/words.h"

namespace kgw::delivery {
namespace {

using store::DeliveryState;
using store::ErrorClass;

ErrorClass DefaultClass(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kResourceExhausted:
      return ErrorClass::kUnavailable;
    case absl::StatusCode::kAborted:
      return ErrorClass::kConflict;
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kCancelled:
      return ErrorClass::kTimeout;
    case absl::StatusCode::kFailedPrecondition:
      return ErrorClass::kUnlinked;
    case absl::StatusCode::kUnimplemented:
      return ErrorClass::kUnsupported;
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kUnauthenticated:
      return ErrorClass::kDenied;
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kUnknown:
      return ErrorClass::kPlugin;
    default:
      return ErrorClass::kRejected;
  }
}

// The far side's words where the connector passed them on, else the plug-in's own.
store::DeliveryError ErrorOf(const absl::Status& status, const Journal& journal) {
  store::DeliveryError error;
  if (journal.error().has_value()) error = *journal.error();
  if (error.error_class == ErrorClass::kNone) error.error_class = DefaultClass(status.code());
  if (error.text.empty()) error.text = FarWords(std::string(status.message()), kLongestText);
  return error;
}

// The call's own time running out says nothing about the far side, so it is "again later" too.
bool IsAgainLater(absl::StatusCode code) {
  return code == absl::StatusCode::kUnavailable || code == absl::StatusCode::kResourceExhausted ||
         code == absl::StatusCode::kAborted || code == absl::StatusCode::kDeadlineExceeded ||
         code == absl::StatusCode::kCancelled;
}

// The connector gave up by itself because an attempt's time was over, after answers that came.
bool OutOfTime(absl::StatusCode code, const store::DeliveryError& error) {
  return code == absl::StatusCode::kAborted && error.error_class == ErrorClass::kTimeout;
}

store::DeliveryError Counted(store::DeliveryError error, const store::DeliveryError& last) {
  error.tries = last.tries + 1;
  error.in_a_row = error.error_class == last.error_class ? last.in_a_row + 1 : 1;
  return error;
}

// A store that takes no journal entry is our own trouble, which no operator's bound is meant for.
bool GivesUp(const store::DeliveryError& error, const DestinationRuntime& destination) {
  if (error.error_class == ErrorClass::kStore) return false;
  if (error.error_class == ErrorClass::kProtocol) return error.in_a_row >= kProtocolAttempts;
  return destination.max_attempts > 0 && error.tries >= destination.max_attempts;
}

}  // namespace

Verdict Judge(const plugin::CallResult& result, const Journal& journal,
              const store::DeliveryError& last, const DestinationRuntime& destination,
              absl::Time now, Random& random) {
  Verdict verdict;
  store::AttemptEnd& end = verdict.end;
  auto again_later = [&](store::DeliveryError error) {
    end.error = Counted(std::move(error), last);
    if (GivesUp(end.error, destination)) {
      end.state = DeliveryState::kDead;
      absl::StrAppend(&end.error.text, end.error.text.empty() ? "" : " ", "(given up after ",
                      end.error.tries, " attempts)");
      return;
    }
    verdict.wait = WaitAfter(end.error.tries, destination.backoff, result.retry_after, random);
    end.state = DeliveryState::kPending;
    end.next_due = now + verdict.wait;
  };

  if (!journal.store_status().ok()) {
    again_later(OwnError(ErrorClass::kStore, absl::StrCat("a result could not be journalled: ",
                                                          journal.store_status().message())));
    return verdict;
  }
  const absl::StatusCode code = result.status.code();
  if (code == absl::StatusCode::kOk) {
    const size_t missing = journal.Missing().size();
    if (missing == 0 && journal.contract_status().ok()) {
      end.state = DeliveryState::kDelivered;
      return verdict;
    }
    again_later(OwnError(
        ErrorClass::kProtocol,
        journal.contract_status().ok()
            ? absl::StrCat("the connector said OK and left ", missing, " entries without a result")
            : absl::StrCat("the connector broke the contract: ",
                           journal.contract_status().message())));
    return verdict;
  }
  store::DeliveryError error = ErrorOf(result.status, journal);
  if (IsAgainLater(code)) {
    if (code == absl::StatusCode::kResourceExhausted) {
      verdict.answered = Answered::kAskedToWait;
    } else if (code != absl::StatusCode::kCancelled && error.error_class != ErrorClass::kConflict &&
               error.error_class != ErrorClass::kProtocol && !OutOfTime(code, error)) {
      // An answer that never came is silence too, whether or not the request was carried out.
      verdict.answered = Answered::kNo;
    }
    again_later(std::move(error));
    return verdict;
  }
  end.error = Counted(std::move(error), last);
  end.state = code == absl::StatusCode::kFailedPrecondition ? DeliveryState::kHeld
              : code == absl::StatusCode::kUnimplemented    ? DeliveryState::kUnsupported
                                                            : DeliveryState::kDead;
  return verdict;
}

}  // namespace kgw::delivery
