#include "removing.h"

#include "failure.h"
#include "outcome.h"
#include "removal.h"
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

}  // namespace

void Remove(Work& work, const Entry& entry) {
  if (entry.remote.empty()) return Stays(work, entry, "It was never placed there.");
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
