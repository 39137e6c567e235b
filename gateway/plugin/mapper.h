#ifndef GATEWAY_PLUGIN_MAPPER_H_
#define GATEWAY_PLUGIN_MAPPER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace kgw::plugin {

// An OperationOutcome.issue as a plug-in reported it; severity as in kgw.h. This room knows no
// FHIR.
struct PluginIssue {
  int32_t severity = 0;
  std::string code;
  std::string path;
  std::string text;
};

struct Emitted {
  std::string media_type;
  std::string name;
  std::string body;
};

// A record that an input is to be seen beside.
struct RelatedInput {
  std::string_view media_type;
  std::string_view body;
};

struct MapInput {
  std::string_view media_type;
  std::string_view body;
  std::string_view tenant;
  // Not handed to plug-ins yet: docs/decisions/related-records.md.
  std::vector<RelatedInput> related = {};
};

// What became of one input. `outputs` is empty unless `status` is OK.
struct MapResult {
  absl::Status status;
  // Nothing was learnt about the input: the plug-in's turn did not come in time, or the host is
  // shutting down. `status` is UNAVAILABLE, with a delay.
  bool undecided = false;
  std::vector<Emitted> outputs;
  std::vector<PluginIssue> issues;
};

// A configured mapper plug-in, whichever way it runs. Safe from any thread.
class Mapper {
 public:
  virtual ~Mapper() = default;
  // One result for each input, in order. Never throws; a plug-in that fails by code, by exception
  // or by breaking the contract yields failed results (INTERNAL names the rule it broke). `timeout`
  // is that of one call of the plug-in; inputs of several tenants take a call each.
  virtual std::vector<MapResult> Map(const std::vector<MapInput>& inputs,
                                     absl::Duration timeout) = 0;
  // "id version sha256", kept with what it made.
  virtual const std::string& identity() const = 0;
};

}  // namespace kgw::plugin

#endif  // GATEWAY_PLUGIN_MAPPER_H_
