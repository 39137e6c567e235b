#include "single.h"

#include <vector>

#include "creating.h"
#include "failure.h"
#include "link.h"
#include "order.h"
#include "outcome.h"
#include "references.h"
#include "removing.h"
#include "versions.h"

namespace kgw::fhir_rest {

bool IsConflict(int status) { return status == 409 || status == 412; }

Answer Put(Work& work, const std::string& reference, const std::string& version, Json body) {
  std::vector<sdk::Header> headers = {{"Prefer", "return=minimal"}};
  if (!version.empty()) headers.push_back({"If-Match", "W/\"" + version + "\""});
  const size_t slash = reference.find('/');
  body.Set("id", Json::Text(reference.substr(slash + 1)));
  if (Json* meta = body.Find("meta"); meta != nullptr) {
    meta->Remove("versionId");
    meta->Remove("lastUpdated");
  }
  return work.remote.Send("PUT", reference, std::move(headers), WriteJson(body));
}

void SettleWritten(Work& work, const Entry& entry, const std::string& reference,
                   const Answer& answer) {
  work.Settle(entry, {"delivered", reference, answer.version(entry.type), answer.status(),
                      answer.request_id()});
  ReadMissingVersions(work, {&entry});
}

namespace {

// An entry that refers to one that is not there yet, or never will be, is sent with a logical
// reference; when the one it means has been made meanwhile, it is sent once more.
Json BodyOf(const Work& work, const Entry& entry, bool* waits_for_another) {
  Json body = entry.resource;
  RewriteReferences(body, [&](const std::string& ours) -> std::optional<std::string> {
    if (ours == entry.ours && work.AbilityOf(entry).CanPutOurs()) return ours;
    if (auto place = work.WhereIs(ours); place.has_value()) return place;
    for (const Entry& other : work.unit.entries) {
      if (other.ours == ours && !other.remove && !work.IsSettled(other)) *waits_for_another = true;
    }
    return std::nullopt;
  });
  return body;
}

// False when the far side does not take our ids after all.
bool PutOurs(Work& work, const Entry& entry, const Json& body) {
  const Answer answer = Put(work, entry.ours, "", body);
  work.Heard({&entry}, answer);
  if (answer.ok()) {
    SettleWritten(work, entry, entry.ours, answer);
    return true;
  }
  const int status = answer.status();
  if (!answer.lost() && (status == 404 || status == 405 || status == 501)) {
    work.cache.Forget();
    return false;
  }
  throw FailureOf(answer);
}

// The same PUT again does no harm; but this process may end before it knows the answer, and a newer
// version come without the resource. All in one emit, since each costs the host a sync.
void IntendFirstPuts(Work& work) {
  std::vector<const Entry*> first;
  for (const Entry& entry : work.unit.entries) {
    if (entry.remove || work.IsSettled(entry) || !entry.remote.empty()) continue;
    if (work.AbilityOf(entry).CanPutOurs()) first.push_back(&entry);
  }
  work.Intend(first);
}

void WriteOne(Work& work, const Entry& entry, const Json& body) {
  const TypeAbility& ability = work.AbilityOf(entry);
  if (!entry.remote.empty()) {
    return UpdateAt(work, entry, body, entry.remote, entry.remote_version);
  }
  if (!ability.CanWrite()) return LinkOrGiveUp(work, entry);
  if (ability.CanPutOurs() && PutOurs(work, entry, body)) return;
  if (!ability.create) return LinkOrGiveUp(work, entry);
  Create(work, entry, body);
}

}  // namespace

std::optional<Found> ReadAt(Work& work, const std::string& reference) {
  const Answer answer = work.remote.Get(reference);
  if (answer.status() == 404 || answer.status() == 410) return std::nullopt;
  if (!answer.ok()) throw FailureOf(answer);
  const std::string type = reference.substr(0, reference.find('/'));
  if (answer.json().TextOf("resourceType") != type) {
    throw Failure(KGW_ABORTED, "protocol", "A read was expected to answer a resource in JSON.");
  }
  Found found;
  found.reference = reference;
  found.resource = answer.json();
  const std::string& own = answer.json()["meta"].TextOf("versionId");
  found.version = IsFhirId(own) ? own : answer.version(type);
  return found;
}

void UpdateAt(Work& work, const Entry& entry, Json body, const std::string& reference,
              const std::string& version) {
  if (!work.AbilityOf(entry).update) {
    work.journal.Say(KGW_WARNING, "not-supported", entry.type,
                     "It is there, but the far side lets nobody change this type of resource.");
    return work.Settle(entry, {"unsupported", reference, version, 0, ""});
  }
  Answer answer = Put(work, reference, version, body);
  if (answer.ok()) return SettleWritten(work, entry, reference, answer);
  if (!answer.lost() && !IsConflict(answer.status())) throw FailureOf(answer);

  // Lost, or not the version we knew: look at what is there.
  const std::optional<Found> now = ReadAt(work, reference);
  if (!now.has_value()) throw FailureOf(answer);
  if (SameContent(now->resource, body)) {
    return work.Settle(entry, {"delivered", reference, now->version, 200, ""});
  }
  if (answer.lost() || now->version.empty() || now->version == version) throw FailureOf(answer);
  if (!version.empty()) {
    work.journal.Say(KGW_WARNING, "conflict", entry.type,
                     "Somebody else had changed it at the far side; it was written over.");
  }
  Answer again = Put(work, reference, now->version, std::move(body));
  if (!again.ok()) throw FailureOf(again);
  SettleWritten(work, entry, reference, again);
}

void WriteSingly(Work& work) {
  IntendFirstPuts(work);
  std::vector<const Entry*> unfinished;
  for (const size_t index : DependencyOrder(work.unit.entries)) {
    const Entry& entry = work.unit.entries[index];
    if (work.IsSettled(entry)) continue;
    if (entry.remove) {
      Remove(work, entry);
      continue;
    }
    bool waits_for_another = false;
    const Json body = BodyOf(work, entry, &waits_for_another);
    WriteOne(work, entry, body);
    if (waits_for_another) unfinished.push_back(&entry);
  }
  for (const Entry* entry : unfinished) {
    const Settled& settled = work.settled[entry->ours];
    if (settled.state != "delivered") continue;
    bool still_waits = false;
    const Json body = BodyOf(work, *entry, &still_waits);
    UpdateAt(work, *entry, body, settled.remote, settled.version);
  }
}

}  // namespace kgw::fhir_rest
