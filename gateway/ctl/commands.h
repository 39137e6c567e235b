#ifndef GATEWAY_CTL_COMMANDS_H_
#define GATEWAY_CTL_COMMANDS_H_

#include <string>
#include <vector>

#include "gateway/ctl/client.h"
#include "gateway/ctl/exit_code.h"

// What kapctl does, one function a command: each prints to stdout (JSON lines with `json`, tables
// for people without) and answers the exit code.
namespace kgw::ctl {

struct Output {
  bool json = false;
};

struct SubmitOptions {
  std::vector<std::string> paths;
  int in_flight = 64;
  bool unary = false;
  int wait_seconds = 300;  // while the gateway has no room or is stopping
  std::string resume;      // file that remembers what was answered; empty: none
};
ExitCode Submit(const Connection& connection, Output output, const SubmitOptions& options);
struct PreviewOptions {
  std::string file;
  int record = 0;  // which one of the file's, from 1; 0: the first, saying that there are others
};
ExitCode Preview(const Connection& connection, Output output, const PreviewOptions& options);

struct ListOptions {
  std::string tenant;
  std::vector<std::string> states;  // empty: any
  bool stuck = false;               // only what waits for a person
  std::string patient;
  std::string type;
  std::string destination;
  std::string record;  // a key; empty: any
  int limit = 100;
  std::string page;
};
ExitCode Records(const Connection& connection, Output output, const ListOptions& options);
ExitCode Deliveries(const Connection& connection, Output output, const ListOptions& options);
ExitCode Resources(const Connection& connection, Output output, const std::string& key);
ExitCode Show(const Connection& connection, Output output, const std::string& key);

ExitCode Ledger(const Connection& connection, Output output, const std::string& tenant);
ExitCode Plugins(const Connection& connection, Output output);
ExitCode Destinations(const Connection& connection, Output output);
ExitCode TestDestination(const Connection& connection, Output output, const std::string& name);

struct ActionOptions {
  Client::DeliveryAction action = Client::DeliveryAction::kRetry;
  std::string key;
  std::string destination;
  std::string reason;
};
ExitCode ActOnDelivery(const Connection& connection, Output output, const ActionOptions& options);

}  // namespace kgw::ctl

#endif  // GATEWAY_CTL_COMMANDS_H_
