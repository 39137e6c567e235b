#include "tests/plugins/fhir_rest/fake_fhir.h"

#include <cstdlib>

#include "plugins/fhir_rest/identity.h"
#include "plugins/fhir_rest/url.h"

namespace kgw::fhir_rest {
namespace {

constexpr const char* kTypes[] = {
    "Patient",   "Practitioner", "Organization",  "Location",
    "Encounter", "Observation",  "Provenance",    "MedicationAdministration",
    "Condition", "AdverseEvent", "RelatedPerson", "Coverage"};

std::string Header(const FakeFhir::Http::Request& request, std::string_view name) {
  for (const sdk::Header& header : request.headers) {
    if (header.name == name) return header.value;
  }
  return "";
}

std::string Outcome(const std::string& words) {
  return R"({"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"processing",)"
         R"("diagnostics":")" +
         words + R"("}]})";
}

std::string PercentDecoded(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      out +=
          static_cast<char>(std::strtol(std::string(text.substr(i + 1, 2)).c_str(), nullptr, 16));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

void Replace(Json& value, const std::map<std::string, std::string>& places) {
  for (Json& item : value.items) Replace(item, places);
  for (JsonMember& member : value.members) Replace(member.value, places);
  const auto found = places.find(value.TextOf("reference"));
  if (found != places.end()) value.Set("reference", Json::Text(found->second));
}

}  // namespace

std::string FakeFhir::Add(std::string_view json) {
  Json resource = ParseJson(json).value();
  const std::string reference = resource.TextOf("resourceType") + "/" + std::to_string(next_id_++);
  Store(reference, std::move(resource));
  return reference;
}

void FakeFhir::Touch(const std::string& reference) {
  Json changed = resources.at(reference);
  changed.Set("language", Json::Text("de"));
  Store(reference, std::move(changed));
}

int FakeFhir::CountOf(std::string_view type) const {
  int count = 0;
  for (const auto& [reference, resource] : resources)
    count += resource.TextOf("resourceType") == type;
  return count;
}

void FakeFhir::Store(const std::string& reference, Json resource) {
  const int version = ++versions[reference];
  resource.Set("id", Json::Text(reference.substr(reference.find('/') + 1)));
  Json meta = resource["meta"].is_object() ? resource["meta"] : Json::Object();
  meta.Set("versionId", Json::Text(std::to_string(version)));
  resource.Set("meta", std::move(meta));
  resources[reference] = std::move(resource);
}

FakeFhir::Http::Response FakeFhir::Handle(const Http::Request& request) {
  if (before) {
    if (auto reply = before(request); reply.has_value()) return *std::move(reply);
  }
  Http::Response response = Act(request);
  if (lose_answer && lose_answer(request)) {
    return {.code = KGW_ABORTED, .status = 0, .headers = {}, .body = "", .error = "reset by peer"};
  }
  return response;
}

FakeFhir::Http::Response FakeFhir::Act(const Http::Request& request) {
  std::string path = request.url.substr(std::string_view(kBase).size());
  if (path.starts_with('/')) path.erase(0, 1);
  const Json body = ParseJson(request.body).value_or(Json());
  if (path == "metadata")
    return {.code = KGW_OK, .status = 200, .headers = {}, .body = Metadata(), .error = ""};
  if (request.method == "POST" && path.empty()) return Transaction(request);
  if (request.method == "POST") {
    writes.push_back("POST " + path);
    return Answer(Post(path, body, Header(request, "If-None-Exist")));
  }
  if (request.method == "PUT") {
    writes.push_back("PUT " + path.substr(0, path.find('/')));
    return Answer(Put(path, body, Header(request, "If-Match")));
  }
  if (request.method == "DELETE") {
    writes.push_back("DELETE " + path.substr(0, path.find('/')));
    const std::string if_match = Header(request, "If-Match");
    if (!if_match.empty() && VersionOfETag(if_match) != std::to_string(versions[path])) {
      return Answer({stale_status, "", "the version is another"});
    }
    resources.erase(path);
    return {.code = KGW_OK, .status = 204, .headers = {}, .body = "", .error = ""};
  }
  if (const size_t query = path.find('?'); query != std::string::npos) {
    return SearchFor(path.substr(0, query), path.substr(query + 1));
  }
  const auto found = resources.find(path);
  if (found == resources.end()) return Answer({404, "", "no such resource"});
  return {
      .code = KGW_OK, .status = 200, .headers = {}, .body = WriteJson(found->second), .error = ""};
}

FakeFhir::Result FakeFhir::Put(const std::string& reference, Json resource,
                               std::string_view if_match) {
  const auto found = versions.find(reference);
  if (!resources.contains(reference) && !update_create) return {405, "", "no ids of yours here"};
  if (!if_match.empty() &&
      (found == versions.end() || VersionOfETag(if_match) != std::to_string(found->second))) {
    return {stale_status, "", "the version is another"};
  }
  const bool made = !resources.contains(reference);
  Store(reference, std::move(resource));
  return {made ? 201 : 200, reference, ""};
}

FakeFhir::Result FakeFhir::Post(const std::string& type, Json resource,
                                const std::string& condition) {
  if (!condition.empty() && type == "AdverseEvent") return {400, "", "no such parameter"};
  if (!condition.empty() && conditional_create) {
    const std::vector<std::string> matching = Matching(type, condition);
    if (matching.size() > 1) return {412, "", "several match"};
    if (matching.size() == 1) return {200, matching.front(), ""};
  }
  const std::string reference = type + "/" + std::to_string(next_id_++);
  Store(reference, std::move(resource));
  return {201, reference, ""};
}

FakeFhir::Http::Response FakeFhir::Answer(const Result& result) const {
  Http::Response response{
      .code = KGW_OK, .status = result.status, .headers = {}, .body = "", .error = ""};
  response.headers.push_back({"X-Request-Id", "req-7"});
  if (!result.words.empty()) response.body = Outcome(result.words);
  if (result.reference.empty()) return response;
  const std::string version = std::to_string(versions.at(result.reference));
  if (say_location) {
    response.headers.push_back(
        {"Location", std::string(kBase) + "/" + result.reference + "/_history/" + version});
  }
  if (say_etag) response.headers.push_back({"ETag", "W/\"" + version + "\""});
  return response;
}

FakeFhir::Http::Response FakeFhir::Transaction(const Http::Request& request) {
  if (refuse_transaction || !transaction) return Answer({405, "", "no transactions"});
  writes.push_back("POST transaction");
  const auto old_resources = resources;
  const auto old_versions = versions;
  Json bundle = ParseJson(request.body).value();
  std::map<std::string, std::string> places;
  std::vector<Result> results;
  for (Json& entry : bundle.Find("entry")->items) {
    const Json& how = entry["request"];
    const Json resource = entry["resource"];
    Result result = how.TextOf("method") == "PUT"
                        ? Put(how.TextOf("url"), resource, how.TextOf("ifMatch"))
                        : Post(how.TextOf("url"), resource, how.TextOf("ifNoneExist"));
    if (result.status >= 300) {
      resources = old_resources;
      versions = old_versions;
      return Answer(result);
    }
    places[entry.TextOf("fullUrl")] = result.reference;
    results.push_back(std::move(result));
  }
  std::string body = R"({"resourceType":"Bundle","type":"transaction-response","entry":[)";
  for (size_t i = 0; i < results.size(); ++i) {
    Replace(resources[results[i].reference], places);
    const std::string version = std::to_string(versions[results[i].reference]);
    body += std::string(i > 0 ? "," : "") + R"({"response":{"status":")" +
            (results[i].status == 201 ? "201 Created" : "200 OK") + "\"";
    if (say_location) {
      body += R"(,"location":")" + results[i].reference + "/_history/" + version + "\"";
    }
    if (say_etag) body += R"(,"etag":"W/\")" + version + R"(\"")";
    body += "}}";
  }
  return {.code = KGW_OK, .status = 200, .headers = {}, .body = body + "]}", .error = ""};
}

std::vector<std::string> FakeFhir::Matching(const std::string& type,
                                            const std::string& query) const {
  std::vector<std::string> matching;
  const std::string value = PercentDecoded(query.substr(query.find('=') + 1));
  for (const auto& [reference, resource] : resources) {
    if (resource.TextOf("resourceType") != type) continue;
    bool fits = ignore_identifier;
    if (query.starts_with("identifier=")) {
      for (const Identifier& identifier : IdentifiersOf(resource)) {
        const std::string token = identifier.system + "|" + identifier.value;
        fits |= ("," + value + ",").find("," + token + ",") != std::string::npos;
      }
    } else if (query.starts_with("subject=")) {
      fits |= resource["subject"].TextOf("reference") == value;
    } else if (query.starts_with("target=")) {
      for (const Json& target : resource["target"].items)
        fits |= target.TextOf("reference") == value;
    }
    if (fits) matching.push_back(reference);
  }
  return matching;
}

FakeFhir::Http::Response FakeFhir::SearchFor(const std::string& type, const std::string& query) {
  if (!search) return Answer({404, "", "no search"});
  if (type == "AdverseEvent" && query.starts_with("identifier=")) {
    return Answer({400, "", "no such parameter"});
  }
  size_t skip = 0;
  std::string condition = query;
  if (const size_t mark = query.find("&skip="); mark != std::string::npos) {
    skip = static_cast<size_t>(std::atoi(query.c_str() + mark + 6));
    condition = query.substr(0, mark);
  }
  const std::vector<std::string> matching = Matching(type, condition);
  std::string body = R"({"resourceType":"Bundle","type":"searchset","entry":[)";
  const size_t end = std::min(matching.size(), skip + static_cast<size_t>(page_size));
  for (size_t i = skip; i < end; ++i) {
    body += std::string(i > skip ? "," : "") + R"({"resource":)" +
            WriteJson(resources.at(matching[i])) + "}";
  }
  body += "]";
  if (end < matching.size()) {
    body += R"(,"link":[{"relation":"next","url":")" + std::string(kBase) + "/" + type + "?" +
            condition + "&skip=" + std::to_string(end) + "\"}]";
  }
  return {.code = KGW_OK, .status = 200, .headers = {}, .body = body + "}", .error = ""};
}

std::string FakeFhir::Metadata() const {
  std::string body =
      R"({"resourceType":"CapabilityStatement","fhirVersion":"4.0.1","software":{"name":"Fake",)"
      R"("version":"1"},"rest":[{"mode":"server","interaction":[)";
  if (transaction) body += R"({"code":"transaction"})";
  body += R"(],"resource":[)";
  bool first = true;
  for (const char* type : kTypes) {
    if (!types_taken.empty() && !types_taken.contains(type)) continue;
    body += std::string(first ? "" : ",") + R"({"type":")" + type +
            R"(","interaction":[{"code":"read"},{"code":"create"},{"code":"delete"})";
    if (update) body += R"(,{"code":"update"})";
    if (search) body += R"(,{"code":"search-type"})";
    body += std::string("],\"updateCreate\":") + (update_create ? "true" : "false") +
            ",\"conditionalCreate\":" + (conditional_create ? "true" : "false") + "}";
    first = false;
  }
  return body + "]}]}";
}

}  // namespace kgw::fhir_rest
