#include "transaction.h"

#include <cstdlib>
#include <map>
#include <utility>

#include "creating.h"
#include "failure.h"
#include "link.h"
#include "order.h"
#include "outcome.h"
#include "ownership.h"
#include "references.h"
#include "search.h"
#include "single.h"
#include "versions.h"

namespace kgw::fhir_rest {
namespace {

// How one entry goes into the Bundle.
struct Line {
  Entry* entry = nullptr;
  std::string place;  // PUT there; empty: POST
  std::string if_match;
  std::string condition;  // If-None-Exist of a POST
  bool changed_by_others = false;
};

Json BodyOf(const Work& work, const Line& line, const std::map<std::string, std::string>& within) {
  Json body = line.entry->resource;
  RewriteReferences(body, [&](const std::string& ours) -> std::optional<std::string> {
    const auto found = within.find(ours);
    if (found != within.end()) return found->second;
    return work.WhereIs(ours);
  });
  if (line.place.empty()) {
    body.Remove("id");
  } else {
    body.Set("id", Json::Text(line.place.substr(line.place.find('/') + 1)));
  }
  return body;
}

// Entries whose type is not taken, and those that looking finds, are settled on the way. In
// dependency order, since a Provenance is looked for by the places of its targets.
std::vector<Line> Plan(Work& work) {
  std::vector<Line> lines;
  for (const size_t index : DependencyOrder(work.unit.entries)) {
    Entry& entry = work.unit.entries[index];
    if (entry.remove || work.IsSettled(entry)) continue;
    const TypeAbility& ability = work.AbilityOf(entry);
    Line line{&entry, "", "", "", false};
    if (!entry.remote.empty() && ability.update) {
      line.place = entry.remote;
      line.if_match = entry.remote_version;
    } else if (entry.remote.empty() && ability.CanPutOurs()) {
      line.place = entry.ours;
    } else if (entry.remote.empty() && ability.create) {
      const std::string condition = ConditionOf(work, entry);
      if (const auto found = LookFirst(work, entry, condition); found.has_value()) {
        if (!MayWriteOver(entry, BodyOf(work, line, {}), *found)) {
          LinkTo(work, entry, *found);
          continue;
        }
        line.place = found->reference;
        line.if_match = found->version;
      } else {
        line.condition = condition;
      }
    } else if (entry.remote.empty()) {
      LinkOrGiveUp(work, entry);
      continue;
    } else {
      work.Settle(entry, {"unsupported", entry.remote, entry.remote_version, 0, ""});
      continue;
    }
    if (!line.place.empty()) work.places[entry.ours] = line.place;
    lines.push_back(std::move(line));
  }
  return lines;
}

Json Request(const Line& line) {
  Json request = Json::Object();
  request.Set("method", Json::Text(line.place.empty() ? "POST" : "PUT"));
  request.Set("url", Json::Text(line.place.empty() ? line.entry->type : line.place));
  if (!line.if_match.empty()) {
    request.Set("ifMatch", Json::Text("W/\"" + line.if_match + "\""));
  }
  if (!line.condition.empty()) request.Set("ifNoneExist", Json::Text(line.condition));
  return request;
}

Json BundleOf(const Work& work, const std::vector<Line>& lines) {
  std::map<std::string, std::string> within;  // what the Bundle's own entries call each other
  for (const Line& line : lines) {
    within[line.entry->ours] = line.place.empty() ? "urn:uuid:" + line.entry->id : line.place;
  }
  Json bundle = Json::Object();
  bundle.Set("resourceType", Json::Text("Bundle"));
  bundle.Set("type", Json::Text("transaction"));
  Json& entries = bundle.Set("entry", Json::Array());
  for (const Line& line : lines) {
    Json entry = Json::Object();
    entry.Set("fullUrl", Json::Text(line.place.empty() ? "urn:uuid:" + line.entry->id
                                                       : work.config().url + "/" + line.place));
    entry.Set("resource", BodyOf(work, line, within));
    entry.Set("request", Request(line));
    entries.items.push_back(std::move(entry));
  }
  return bundle;
}

// Whether something comes to lie there that did not before, as far as we know.
bool Makes(const Line& line) {
  return line.place.empty() || (line.entry->remote.empty() && line.place == line.entry->ours);
}

// What the transaction may leave there without our knowing it. A POST makes something at each
// sending. The same PUT again does no harm; but a newer version may come without the resource.
std::vector<const Entry*> MadeHere(const std::vector<Line>& lines) {
  std::vector<const Entry*> entries;
  for (const Line& line : lines) {
    if (Makes(line)) entries.push_back(line.entry);
  }
  return entries;
}

// What was made without saying where: it must not be made again.
void LeaveToLooking(const Work& work, const std::vector<Line>& lines) {
  for (const Line& line : lines) {
    if (!work.IsSettled(*line.entry)) line.entry->intended = true;
  }
}

// After a conflict: takes the versions that are there now. True when one differs from what we knew,
// so that sending again makes sense.
bool TakeFreshVersions(Work& work, std::vector<Line>& lines) {
  bool changed = false;
  for (Line& line : lines) {
    // An update without a known version went out without If-Match, on which some far sides insist.
    if (line.if_match.empty() && Makes(line)) continue;
    const std::optional<Found> now = ReadAt(work, line.place);
    if (!now.has_value() || now->version.empty() || now->version == line.if_match) continue;
    line.changed_by_others =
        !line.if_match.empty() && !SameContent(now->resource, BodyOf(work, line, {}));
    line.if_match = now->version;
    changed = true;
  }
  return changed;
}

void SettleWritten(Work& work, const std::vector<Line>& lines, const Answer& answer) {
  std::vector<std::string> types;
  for (const Line& line : lines) types.push_back(line.entry->type);
  std::vector<Written> written = ReadTransactionResponse(answer.json(), types);
  std::vector<std::pair<std::string, Settled>> settled;
  std::vector<const Entry*> made;
  std::vector<std::pair<const Line*, std::string>> were_there;
  const Written* failed = nullptr;
  for (size_t i = 0; i < lines.size(); ++i) {
    Written& one = written[i];
    if (one.status >= 300) {
      failed = &one;
      continue;
    }
    if (one.reference.empty()) one.reference = lines[i].place;
    if (one.reference.empty()) continue;  // found by looking, below
    if (one.status == 200 && !lines[i].condition.empty()) {
      were_there.emplace_back(&lines[i], one.reference);
      continue;
    }
    made.push_back(lines[i].entry);
    settled.emplace_back(lines[i].entry->ours, Settled{"delivered", one.reference, one.version,
                                                       one.status, answer.request_id()});
  }
  // At once: what is not journalled is sent again.
  work.SettleAll(settled);
  ReadMissingVersions(work, made);
  for (const Line& line : lines) {
    if (line.changed_by_others) {
      work.journal.Say(KGW_WARNING, "conflict", line.entry->type,
                       "Somebody else had changed it at the far side; it was written over.");
    }
  }
  if (failed != nullptr) throw FailureOf(failed->status, failed->outcome);
  // A conditional create that met one ignored our body.
  for (const auto& [line, reference] : were_there) {
    const std::optional<Found> found = ReadAt(work, reference);
    if (found.has_value()) TakeOver(work, *line->entry, BodyOf(work, *line, {}), *found);
  }
}

// Nothing was written after all, so nothing lies where the plan meant to put it.
void ForgetPlaces(Work& work, const std::vector<Line>& lines) {
  for (const Line& line : lines) {
    if (line.entry->remote.empty()) work.places.erase(line.entry->ours);
  }
}

// True when the answer says that the far side takes no transaction, or not this one.
bool Refused(const Answer& answer) {
  const int status = answer.status();
  return status == 404 || status == 405 || status == 413 || status == 501;
}

}  // namespace

std::vector<Written> ReadTransactionResponse(const Json& bundle,
                                             const std::vector<std::string>& types) {
  const std::vector<Json>& entries = bundle["entry"].items;
  if (bundle.TextOf("resourceType") != "Bundle" || entries.size() != types.size()) {
    throw Failure(KGW_ABORTED, "protocol",
                  "The answer to a transaction was expected to be a Bundle with as many entries.");
  }
  std::vector<Written> written;
  for (size_t i = 0; i < entries.size(); ++i) {
    const Json& response = entries[i]["response"];
    Written one;
    one.status = std::atoi(response.TextOf("status").substr(0, 3).c_str());
    if (one.status < 100) {
      throw Failure(KGW_ABORTED, "protocol", "An entry of a transaction's answer has no status.");
    }
    const Place place = PlaceOf(response.TextOf("location"), types[i]);
    one.reference = place.reference;
    one.version = VersionOfETag(response.TextOf("etag"));
    if (one.version.empty()) one.version = place.version;
    const Json& resource = entries[i]["resource"];
    const std::string& own_version = resource["meta"].TextOf("versionId");
    if (resource.TextOf("resourceType") == types[i]) {
      if (one.reference.empty() && IsFhirId(resource.TextOf("id"))) {
        one.reference = types[i] + "/" + resource.TextOf("id");
      }
      if (one.version.empty() && IsFhirId(own_version)) one.version = own_version;
    }
    one.outcome = response["outcome"];
    written.push_back(std::move(one));
  }
  return written;
}

bool WriteAsTransaction(Work& work) {
  std::vector<Line> lines = Plan(work);
  if (lines.empty()) return true;
  for (int round = 1;; ++round) {
    work.Intend(MadeHere(lines));
    const Answer answer = work.remote.Send("POST", "", {{"Prefer", "return=minimal"}},
                                           WriteJson(BundleOf(work, lines)));
    work.Heard(MadeHere(lines), answer);
    if (answer.lost()) throw FailureOf(answer);
    if (answer.ok()) {
      SettleWritten(work, lines, answer);
      LeaveToLooking(work, lines);
      return true;
    }
    if (Refused(answer)) {
      if (answer.status() != 413) work.cache.TransactionRefused();
      ForgetPlaces(work, lines);
      return false;
    }
    const bool conflict = answer.status() == 409 || answer.status() == 412;
    if (!conflict || round > 1 || !TakeFreshVersions(work, lines)) throw FailureOf(answer);
  }
}

}  // namespace kgw::fhir_rest
