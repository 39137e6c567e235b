#ifndef TESTS_PLUGINS_FHIR_REST_FAKE_FHIR_H_
#define TESTS_PLUGINS_FHIR_REST_FAKE_FHIR_H_

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "kgw/testing.hpp"
#include "plugins/fhir_rest/json.h"

namespace kgw::fhir_rest {

// A FHIR server in memory whose abilities and misbehaviour a test chooses. It acts like a server
// that was written by somebody else: strict where it says it is, silent where it was told to be.
class FakeFhir {
 public:
  using Http = testing::FakeHttp;

  static constexpr char kBase[] = "https://ehr.example.org/fhir";

  // Abilities, as /metadata tells them.
  bool transaction = true;
  bool update_create = true;
  bool conditional_create = true;
  bool search = true;
  bool update = true;
  std::set<std::string> types_taken;  // empty: every type
  // Manners.
  int stale_status = 412;
  bool say_location = true;
  bool say_etag = true;
  bool ignore_identifier = false;   // answers every search with everything
  bool refuse_transaction = false;  // though /metadata says it takes them
  int page_size = 100;

  // Asked before each request; a reply given here is the answer, and nothing happens.
  std::function<std::optional<Http::Response>(const Http::Request&)> before;
  // Asked after a request was carried out; true: the answer is lost on its way.
  std::function<bool(const Http::Request&)> lose_answer;

  void Serve(Http& http) {
    http.Handle([this](const Http::Request& request) { return Handle(request); });
  }

  // What lies there, by "Type/id".
  std::map<std::string, Json> resources;
  std::map<std::string, int> versions;
  // Requests that changed something, as "POST Observation".
  std::vector<std::string> writes;

  // Puts a resource there as somebody else would; answers its reference.
  std::string Add(std::string_view json);
  // Somebody else's change.
  void Touch(const std::string& reference);
  int CountOf(std::string_view type) const;

 private:
  struct Result {
    int status = 200;
    std::string reference;
    std::string words;
  };

  Http::Response Handle(const Http::Request& request);
  Http::Response Act(const Http::Request& request);
  Http::Response Transaction(const Http::Request& request);
  Http::Response SearchFor(const std::string& type, const std::string& query);
  Result Put(const std::string& reference, Json resource, std::string_view if_match);
  Result Post(const std::string& type, Json resource, const std::string& condition);
  Http::Response Answer(const Result& result) const;
  std::vector<std::string> Matching(const std::string& type, const std::string& query) const;
  std::string Metadata() const;
  void Store(const std::string& reference, Json resource);

  int next_id_ = 100;
};

}  // namespace kgw::fhir_rest

#endif  // TESTS_PLUGINS_FHIR_REST_FAKE_FHIR_H_
