#include "gateway/main/flags.h"

#include <CLI/CLI.hpp>

#include "gateway/main/version.h"

namespace kgw::main {
namespace {

constexpr char kAbout[] =
    "KAP Gateway: takes records of ketamine-assisted psychotherapy over gRPC, turns them into "
    "FHIR\n"
    "R4 resources and delivers them to EHRs.";

constexpr char kExamples[] = R"(
Examples:
  Try it out on this machine; records are stored and go nowhere:
    kap-gateway --config deploy/config/development.yaml --set store.path=/var/tmp/kap.db
  Check a configuration before a restart or a reload:
    kap-gateway --config /etc/kap-gateway/gateway.yaml --check-config
  Change single settings; lists by position or by name:
    kap-gateway --config gateway.yaml --set grpc.listen=127.0.0.1:7443 \
        --set destinations.ehr.url=https://ehr.example.org/fhir

When it serves it prints "READY grpc=ADDRESS:PORT http=ADDRESS:PORT" on standard output; its log goes
to standard error. SIGTERM answers what was taken and ends; SIGHUP reads the configuration again.
All settings: docs/reference/settings.md.
Exit codes: 0 ended as asked, 1 could not start or the configuration is wrong, 2 wrong usage.)";

}  // namespace

Flags ReadFlags(int argc, char** argv) {
  Flags flags;
  CLI::App app(kAbout, "kap-gateway");
  app.footer(kExamples);
  app.set_version_flag("--version", kVersion, "Print the version and end");
  app.add_option("--config", flags.config, "The configuration, a YAML file")
      ->type_name("FILE")
      ->required();
  app.add_option("--set", flags.set, "Override one setting; may be repeated")
      ->type_name("PATH=VALUE")
      ->take_all()
      ->allow_extra_args(false);
  app.add_flag("--check-config", flags.check_config,
               "Check the configuration, say what is wrong, and end");
  // The library throws also for --help.
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    flags.exit = app.exit(error) == 0 ? 0 : 2;
  }
  return flags;
}

}  // namespace kgw::main
