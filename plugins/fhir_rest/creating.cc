#include "creating.h"

#include <vector>

#include "failure.h"
#include "link.h"
#include "outcome.h"
#include "ownership.h"
#include "single.h"

namespace kgw::fhir_rest {
namespace {

// The far side may have acted, and will not say.
bool MayHaveActed(const Answer& answer) { return !answer.ok() && !answer.did_nothing(); }

Answer Post(Work& work, const Entry& entry, Json body, const std::string& condition) {
  std::vector<sdk::Header> headers = {{"Prefer", "return=minimal"}};
  if (!condition.empty()) headers.push_back({"If-None-Exist", condition});
  body.Remove("id");
  return work.remote.Send("POST", entry.type, std::move(headers), WriteJson(body));
}

void SettleCreated(Work& work, const Entry& entry, const Json& body, const Answer& answer) {
  const Place place = answer.place(entry.type);
  if (!place.reference.empty()) return SettleWritten(work, entry, place.reference, answer);
  // Made, but where? Only looking can tell.
  std::optional<Found> found;
  if (CanLookFor(work, entry)) found = LookFor(work, entry);
  const bool another =
      found.has_value() && answer.status() != 200 && !IsOurs(body, found->resource);
  if (!found.has_value() || another) {
    throw Failure(KGW_ABORTED, "protocol",
                  "The far side made a " + entry.type + " and does not say where it lies.");
  }
  if (answer.status() == 200) return TakeOver(work, entry, body, *found);
  work.Settle(
      entry, {"delivered", found->reference, found->version, answer.status(), answer.request_id()});
}

// Whether a conditional create may go out without our looking first. With an identifier of the
// sender's it may meet somebody else's resource, to which the rest of a transaction would refer.
bool FarSideLooks(const Entry& entry, const std::string& condition) {
  return !condition.empty() && !entry.intended && !OwnIdentifiers(entry.resource).empty();
}

}  // namespace

std::string ConditionOf(const Work& work, const Entry& entry) {
  const TypeAbility& ability = work.AbilityOf(entry);
  std::vector<Identifier> identifiers = OwnIdentifiers(entry.resource);
  if (identifiers.empty()) identifiers = IdentifiersOf(entry.resource);
  if (!ability.conditional_create || !ability.by_identifier || identifiers.empty()) return "";
  return "identifier=" + SearchToken(identifiers.front());
}

std::optional<Found> LookFirst(Work& work, const Entry& entry, const std::string& condition) {
  if (FarSideLooks(entry, condition)) return std::nullopt;
  const auto look = [&] { return LookFor(work, entry); };
  if (CanLookFor(work, entry)) return entry.intended ? LookForLost(work, look) : look();
  if (!entry.intended) return std::nullopt;
  throw Failure(KGW_FAILED_PRECONDITION, "ambiguous",
                entry.type +
                    ": an earlier request may have made it, and it cannot be looked for "
                    "at the far side. Look there, then retry or cancel.");
}

void TakeOver(Work& work, const Entry& entry, const Json& body, const Found& found) {
  work.perhaps_there.insert(entry.ours);  // and does lie there, whoever made it
  if (SameContent(found.resource, body)) {
    return work.Settle(entry, {"delivered", found.reference, found.version, 200, ""});
  }
  if (!MayWriteOver(entry, body, found)) return LinkTo(work, entry, found);
  UpdateAt(work, entry, body, found.reference, found.version);
}

void Create(Work& work, const Entry& entry, const Json& body) {
  const std::string condition = ConditionOf(work, entry);
  const bool conditional = !condition.empty();
  if (auto found = LookFirst(work, entry, condition); found.has_value()) {
    return TakeOver(work, entry, body, *found);
  }
  work.Intend({&entry});
  const Answer answer = Post(work, entry, body, condition);
  work.Heard({&entry}, answer);
  if (MayHaveActed(answer)) {
    std::optional<Found> found;
    if (CanLookFor(work, entry)) found = LookFor(work, entry);
    if (!found.has_value()) throw FailureOf(answer);
    Entry intended = entry;
    intended.intended = true;
    return TakeOver(work, intended, body, *found);
  }
  if (answer.ok()) {
    // 200 to a conditional create: one was there, and our body was ignored.
    if (answer.status() == 200 && conditional) {
      const Place place = answer.place(entry.type);
      std::optional<Found> found;
      if (!place.reference.empty()) found = ReadAt(work, place.reference);
      if (found.has_value()) return TakeOver(work, entry, body, *found);
    }
    return SettleCreated(work, entry, body, answer);
  }
  if (answer.status() == 412 && conditional) {
    throw Failure(KGW_FAILED_PRECONDITION, "ambiguous",
                  entry.type + ": several at the far side carry its identifier.");
  }
  if (answer.status() == 405 || answer.status() == 501) {
    work.cache.Forget();
    return LinkOrGiveUp(work, entry);
  }
  throw FailureOf(answer);
}

}  // namespace kgw::fhir_rest
