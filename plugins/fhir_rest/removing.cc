#include "removing.h"

#include "failure.h"
#include "link.h"
#include "outcome.h"
#include "ownership.h"
#include "removal.h"
#include "search.h"
#include "single.h"

namespace kgw::fhir_rest {
namespace {

constexpr int kMarkings = 3;  // while others change it meanwhile

void Stays(Work& work, const Entry& entry, const char* why) {
  work.journal.Say(KGW_INFORMATION, "not-supported", entry.type, why);
  work.Settle(entry, {"unsupported", entry.remote, entry.remote_version, 0, ""});
}

// What a request of an earlier version may have left, whose answer was lost.
std::optional<Found> LookForIntended(Work& work, const Entry& entry) {
  const bool under_our_id = work.AbilityOf(entry).CanPutOurs();
  if (under_our_id) {
    if (std::optional<Found> found = ReadAt(work, entry.ours); found.has_value()) return found;
  }
  // People and places that a search finds may be somebody else's.
  if (IsLinkedType(entry.type)) return std::nullopt;
  const bool can_look = CanLookFor(work, entry);
  if (can_look) {
    std::optional<Found> found = LookFor(work, entry);
    if (!found.has_value() || IsOurs(entry.resource, found->resource)) return found;
    // What we made would carry the identifier the gateway gave it.
    if (!OwnIdentifiers(entry.resource).empty()) return std::nullopt;
  }
  if (under_our_id) return std::nullopt;
  throw Failure(KGW_FAILED_PRECONDITION, "ambiguous",
                entry.type +
                    ": an earlier version may have left it there, and looking cannot tell at "
                    "the far side. Look there, then retry or cancel.");
}

// What others have added meanwhile stays: each try marks what lies there then.
void Mark(Work& work, const Entry& entry) {
  for (int tries = 1;; ++tries) {
    std::optional<Found> found = ReadAt(work, entry.remote);
    if (!found.has_value()) {
      return work.Settle(entry, {"delivered", entry.remote, "", 410, ""});
    }
    if (!MarkAsRemoved(found->resource)) {
      return Stays(work, entry, "This type cannot be marked as entered in error; it stays.");
    }
    const Answer answer = Put(work, entry.remote, found->version, found->resource);
    if (answer.ok()) return SettleWritten(work, entry, entry.remote, answer);
    if (answer.lost()) {
      const std::optional<Found> now = ReadAt(work, entry.remote);
      if (now.has_value() && SameContent(now->resource, found->resource)) {
        return work.Settle(entry, {"delivered", entry.remote, now->version, 200, ""});
      }
      throw FailureOf(answer);
    }
    if (!IsConflict(answer.status()) || tries >= kMarkings) throw FailureOf(answer);
  }
}

void MarkOrStay(Work& work, const Entry& entry) {
  if (work.AbilityOf(entry).update) return Mark(work, entry);
  Stays(work, entry, "The far side lets nobody change this type of resource; it stays.");
}

// Only the version we know: what others have changed since is theirs too, and is marked instead.
void Delete(Work& work, const Entry& entry) {
  std::vector<sdk::Header> headers;
  if (!entry.remote_version.empty()) {
    headers.push_back({"If-Match", "W/\"" + entry.remote_version + "\""});
  }
  const Answer answer = work.remote.Send("DELETE", entry.remote, headers);
  const bool gone = answer.ok() || answer.status() == 404 || answer.status() == 410;
  if (!answer.lost() && gone) {
    return work.Settle(entry,
                       {"delivered", entry.remote, "", answer.status(), answer.request_id()});
  }
  if (answer.lost() || !IsConflict(answer.status()) || headers.empty()) throw FailureOf(answer);
  const std::optional<Found> now = ReadAt(work, entry.remote);
  // A conflict at the version we know is another: something refers to it, say.
  if (now.has_value() && now->version == entry.remote_version) throw FailureOf(answer);
  if (now.has_value()) {
    work.journal.Say(KGW_WARNING, "conflict", entry.type,
                     "Somebody else had changed it at the far side; it was not deleted.");
  }
  MarkOrStay(work, entry);
}

}  // namespace

void Remove(Work& work, const Entry& entry) {
  if (entry.remote.empty() && entry.intended) {
    const std::optional<Found> found =
        LookForLost(work, [&] { return LookForIntended(work, entry); });
    if (found.has_value()) {
      Entry there = entry;
      there.remote = found->reference;
      there.remote_version = found->version;
      return Remove(work, there);
    }
  }
  if (entry.remote.empty()) {  // it never came to lie there
    return work.Settle(entry, {"unsupported", "", "", 0, ""});
  }
  if (work.config().delete_removed && work.AbilityOf(entry).remove) return Delete(work, entry);
  MarkOrStay(work, entry);
}

}  // namespace kgw::fhir_rest
