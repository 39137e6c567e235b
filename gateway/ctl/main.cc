#include <CLI/CLI.hpp>
#include <cstdio>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "gateway/ctl/commands.h"
#include "gateway/ctl/completion.h"
#include "gateway/ctl/synth.h"

// kapctl: the gateway's command line. Only the command line is here; see commands.h.
namespace kgw::ctl {
namespace {

constexpr char kFooter[] =
    R"(KEY is TENANT/SOURCE/TYPE/ID, or TENANT/SOURCE/TYPE/ID/VERSION, or the JSON object printed as "key".

Exit codes: 0 ok, 1 the answer is no, 2 usage, 3 unreachable (safe to retry), 4 denied, 5 conflict.

kapctl COMMAND --help has examples.)";

// What stands at the end of a command's help.
constexpr std::pair<std::string_view, std::string_view> kExamples[] = {
    {"submit",
     "  kapctl submit records/                       every record below a folder\n"
     "  kapctl submit --resume sent.txt all.jsonl    goes on where it was cut off"},
    {"preview",
     "  kapctl preview session.json                  what it would become; keeps nothing\n"
     "  kapctl preview --record 3 all.jsonl          the third of many"},
    {"records",
     "  kapctl records --patient P-0001              what became of one patient's\n"
     "  kapctl records --type Session --state mapped"},
    {"parked", "  kapctl parked --limit 20                     what waits for a person"},
    {"deliveries",
     "  kapctl deliveries --stuck                    what a person must look at, and why\n"
     "  kapctl deliveries --state held,dead --destination hospital"},
    {"resources", "  kapctl resources clinic/ehr/Session/S-1 --json"},
    {"show", "  kapctl show clinic/ehr/Session/S-1"},
    {"delivery", "  kapctl delivery retry clinic/ehr/Session/S-1 --destination hospital"},
    {"retry", "  kapctl delivery retry clinic/ehr/Session/S-1 --destination hospital"},
    {"cancel",
     "  kapctl delivery cancel clinic/ehr/Session/S-1 --destination hospital --reason \"by fax\""},
    {"hold",
     "  kapctl delivery hold clinic/ehr/Session/S-1 --destination hospital --reason \"EHR down\""},
    {"ledger", "  kapctl ledger --json                         do the books agree?"},
    {"plugins", "  kapctl plugins                               and why one was refused"},
    {"destinations",
     "  kapctl destinations                          how much waits, and since when\n"
     "  kapctl destinations test hospital"},
    {"test", "  kapctl destinations test hospital            before any record leaves"},
    {"synth",
     "  kapctl synth --courses 2 --out made-up       then: kapctl submit made-up/records.jsonl"},
    {"completion", "  source <(kapctl completion bash)"}};

// A command inherits its parent's footer when it is made, so this comes last.
void AddExamples(CLI::App& app) {
  for (CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
    for (const auto& [name, examples] : kExamples) {
      if (name == sub->get_name()) sub->footer("Examples:\n" + std::string(examples));
    }
    AddExamples(*sub);
  }
}

// Collects what the command line says; `run` is the command chosen.
struct CommandLine {
  Connection connection;
  Output output;
  SubmitOptions submit;
  PreviewOptions preview;
  ListOptions list;
  ActionOptions action;
  SynthOptions synth;
  std::string argument;
  std::function<ExitCode()> run;
};

void AddConnection(CLI::App& app, CommandLine& line) {
  Connection& connection = line.connection;
  app.add_option("--server", connection.server, "HOST:PORT of the gateway")
      ->envname("KAPCTL_SERVER")
      ->capture_default_str();
  app.add_option("--ca", connection.ca, "authority of the gateway's certificate (PEM file)")
      ->envname("KAPCTL_CA");
  app.add_option("--cert", connection.cert, "your certificate (PEM file)")->envname("KAPCTL_CERT");
  app.add_option("--key", connection.key, "your private key (PEM file)")->envname("KAPCTL_KEY");
  app.add_option("--timeout", connection.timeout_seconds,
                 "seconds for one call; of a stream, without an answer")
      ->check(CLI::Range(1, 3600))
      ->capture_default_str();
  app.add_flag("--json", line.output.json, "JSON lines on stdout; errors and progress on stderr");
}

void AddSubmit(CLI::App& app, CommandLine& line) {
  CLI::App* submit = app.add_subcommand("submit", "Send records (proto3 JSON of kap.v1.Record)");
  submit->add_option("PATH", line.submit.paths, "files, folders, or - for standard input")
      ->required();
  submit->add_option("--in-flight", line.submit.in_flight, "records sent and not yet answered")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  submit->add_flag("--unary", line.submit.unary, "a call a record instead of one stream");
  submit->add_option("--resume", line.submit.resume, "file that remembers what was answered");
  submit
      ->add_option("--wait", line.submit.wait_seconds,
                   "seconds to go on while the gateway has no room or is stopping; then exit 3")
      ->check(CLI::Range(0, 1000000))
      ->capture_default_str();
  submit->callback([&line] {
    line.run = [&line] { return Submit(line.connection, line.output, line.submit); };
  });
  CLI::App* preview = app.add_subcommand("preview", "Show what a record would become");
  preview->add_option("FILE", line.preview.file, "file with the record")->required();
  preview->add_option("--record", line.preview.record, "which of the file's records, from 1")
      ->check(CLI::Range(1, 1000000000));
  preview->callback([&line] {
    line.run = [&line] { return Preview(line.connection, line.output, line.preview); };
  });
}

CLI::App* AddList(CLI::App& app, CommandLine& line, const std::string& name,
                  const std::string& what, const std::string& to) {
  CLI::App* list = app.add_subcommand(name, what);
  list->add_option("--tenant", line.list.tenant, "only this clinic's");
  list->add_option("--patient", line.list.patient, "only this patient's");
  list->add_option("--destination", line.list.destination, to);
  list->add_option("--limit", line.list.limit, "at most so many")
      ->check(CLI::Range(1, 1000000))
      ->capture_default_str();
  list->add_option("--page", line.list.page, "go on after an earlier page");
  return list;
}

// What is parked has one state; whoever asks for another should know where to ask.
CLI::Validator OnlyParked() {
  return {[](const std::string& state) {
            return state == "parked" ? std::string()
                                     : "kapctl parked lists what is in state parked; for another: "
                                       "kapctl records --state " +
                                           state;
          },
          "{parked}"};
}

void AddLists(CLI::App& app, CommandLine& line) {
  CLI::App* records = AddList(app, line, "records", "List records, newest first",
                              "only with a delivery to this destination");
  records->add_option("--state", line.list.states, "only in this state")
      ->expected(1)
      ->check(CLI::IsMember({"rejected", "parked", "mapped", "superseded"}));
  records->add_option("--type", line.list.type, "Patient, Session, ...");
  const auto list_records = [&line] { return Records(line.connection, line.output, line.list); };
  records->callback([&line, list_records] { line.run = list_records; });
  CLI::App* parked = AddList(app, line, "parked", "List records that wait for a person or a fix",
                             "only with a delivery to this destination");
  parked->add_option("--state", line.list.states, "parked, which all of them are")
      ->expected(1)
      ->check(OnlyParked());
  parked->add_option("--type", line.list.type, "Patient, Session, ...");
  parked->callback([&line, list_records] {
    line.list.states = {"parked"};
    line.run = list_records;
  });
  CLI::App* deliveries =
      AddList(app, line, "deliveries", "List deliveries", "only to this destination");
  CLI::Option* state =
      deliveries->add_option("--state", line.list.states, "only in these states: held,dead")
          ->delimiter(',')
          ->allow_extra_args(false)
          ->check(CLI::IsMember({"pending", "in_flight", "held", "delivered", "dead", "withheld",
                                 "unsupported", "cancelled"}));
  deliveries
      ->add_flag("--stuck", line.list.stuck,
                 "only what a person must look at: dead, or held and not for another record")
      ->excludes(state);
  deliveries->add_option("--record", line.list.record, "only this record's (KEY)");
  deliveries->callback([&line] {
    line.run = [&line] { return Deliveries(line.connection, line.output, line.list); };
  });
}

using KeyCommand = ExitCode (*)(const Connection&, Output, const std::string&);

void AddKeyCommand(CLI::App& app, CommandLine& line, const std::string& name,
                   const std::string& what, KeyCommand command) {
  CLI::App* sub = app.add_subcommand(name, what);
  sub->add_option("KEY", line.argument, "the record")->required();
  sub->callback([&line, command] {
    line.run = [&line, command] { return command(line.connection, line.output, line.argument); };
  });
}

void AddActions(CLI::App& app, CommandLine& line) {
  CLI::App* delivery = app.add_subcommand("delivery", "Retry, cancel or hold one delivery");
  delivery->require_subcommand(1);
  const std::tuple<const char*, const char*, Client::DeliveryAction> actions[] = {
      {"retry", "Try again now, looking again for whoever was not found",
       Client::DeliveryAction::kRetry},
      {"cancel", "Give it up", Client::DeliveryAction::kCancel},
      {"hold", "Keep it, and its lane, waiting", Client::DeliveryAction::kHold}};
  for (const auto& [name, what, action] : actions) {
    CLI::App* sub = delivery->add_subcommand(name, what);
    sub->add_option("KEY", line.action.key, "the record")->required();
    sub->add_option("--destination", line.action.destination, "where to")->required();
    sub->add_option("--reason", line.action.reason, "kept with the delivery");
    sub->callback([&line, chosen = action] {
      line.action.action = chosen;
      line.run = [&line] { return ActOnDelivery(line.connection, line.output, line.action); };
    });
  }
}

void AddState(CLI::App& app, CommandLine& line) {
  CLI::App* ledger =
      app.add_subcommand("ledger", "Recount every row and compare; exit 1 when it disagrees");
  ledger->add_option("--tenant", line.argument, "one clinic; all that you may see otherwise");
  ledger->callback([&line] {
    line.run = [&line] { return Ledger(line.connection, line.output, line.argument); };
  });
  app.add_subcommand("plugins", "List plug-ins, loaded and refused")->callback([&line] {
    line.run = [&line] { return Plugins(line.connection, line.output); };
  });
  CLI::App* destinations = app.add_subcommand("destinations", "List destinations, or test one");
  destinations->callback([&line] {
    if (line.run == nullptr) {
      line.run = [&line] { return Destinations(line.connection, line.output); };
    }
  });
  CLI::App* test = destinations->add_subcommand("test", "Ask the far side what it can do, now");
  test->add_option("NAME", line.argument, "the destination")->required();
  test->callback([&line] {
    line.run = [&line] { return TestDestination(line.connection, line.output, line.argument); };
  });
}

void AddSynth(CLI::App& app, CommandLine& line) {
  CLI::App* synth = app.add_subcommand(
      "synth", "Write made-up courses of a made-up clinic, to try the gateway with");
  synth->add_option("--seed", line.synth.seed, "same seed, same bytes")->capture_default_str();
  synth->add_option("--courses", line.synth.courses, "how many patients")
      ->check(CLI::Range(1, 1000000))
      ->capture_default_str();
  synth->add_option("--start", line.synth.start, "day of the first screening")
      ->capture_default_str();
  synth->add_option("--out", line.synth.out, "folder for records.jsonl and expected.json")
      ->required();
  synth->add_option("--tenant", line.synth.tenant, "the clinic")->capture_default_str();
  synth->add_option("--source", line.synth.source, "the sending system")->capture_default_str();
  synth->callback([&line] { line.run = [&line] { return Synth(line.synth); }; });
}

void AddCompletion(CLI::App& app, CommandLine& line) {
  CLI::App* completion =
      app.add_subcommand("completion", "Print a script that completes kapctl's command line");
  completion->add_option("SHELL", line.argument, "load it with: source <(kapctl completion bash)")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh"}));
  completion->callback([&app, &line] {
    line.run = [&app, &line] {
      std::fputs(CompletionScript(app, line.argument).c_str(), stdout);
      return kOk;
    };
  });
}

int Main(int argc, char** argv) {
  CLI::App app("Talks to a KAP Gateway: sends records, shows what became of them, repairs.",
               "kapctl");
  app.footer(kFooter);
  app.require_subcommand(1);
  app.set_version_flag("--version", "kapctl " KGW_VERSION);
  app.fallthrough();
  CommandLine line;
  AddConnection(app, line);
  AddSubmit(app, line);
  AddLists(app, line);
  AddKeyCommand(app, line, "resources", "Print the FHIR resources a record became", Resources);
  AddKeyCommand(app, line, "show", "Print every stage of a record, as stored", Show);
  AddActions(app, line);
  AddState(app, line);
  AddSynth(app, line);
  AddCompletion(app, line);
  AddExamples(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kOk : kUsage;
  }
  if (line.output.json) ComplainInJson();
  return line.run();
}

}  // namespace
}  // namespace kgw::ctl

int main(int argc, char** argv) { return kgw::ctl::Main(argc, argv); }
