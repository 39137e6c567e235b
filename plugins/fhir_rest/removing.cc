#include "removing.h"

#include "failure.h"
#include "link.h"
#include "outcome.h"
#include "removal.h"
#include "search.h"
#include "single.h"

namespace kgw::fhir_rest {
namespace {

void Delete(Work& work, const Entry& entry) {
  const Answer answer = work.remote.Send("DELETE", entry.remote);
  const bool gone = answer.ok() || answer.status() == 404 || answer.status() == 410;
  if (answer.lost() || !gone) throw FailureOf(answer);
  work.Settle(entry, {"delivered", entry.remote, "", answer.status(), answer.request_id()});
}

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
  if (CanLookFor(work, entry)) return LookFor(work, entry);
  if (under_our_id) return std::nullopt;
  throw Failure(KGW_FAILED_PRECONDITION, "ambiguous",
                entry.type +
                    ": an earlier version may have left it there, and it cannot be looked for at "
                    "the far side. Look there, then retry or cancel.");
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
  const TypeAbility& ability = work.AbilityOf(entry);
  if (work.config().delete_removed && ability.remove) return Delete(work, entry);
  if (!ability.update) {
    return Stays(work, entry, "The far side lets nobody change this type of resource; it stays.");
  }
  std::optional<Found> found = ReadAt(work, entry.remote);
  if (!found.has_value()) {
    return work.Settle(entry, {"delivered", entry.remote, "", 410, ""});
  }
  // Marked on what lies there now, so that what others have added to it stays.
  if (!MarkAsRemoved(found->resource)) {
    return Stays(work, entry, "This type cannot be marked as entered in error; it stays.");
  }
  UpdateAt(work, entry, std::move(found->resource), entry.remote, found->version);
}

}  // namespace kgw::fhir_rest
